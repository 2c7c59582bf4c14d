//! TLS of the endpoint: a certificate that the operator brings or that we make, and the key that belongs to it.
//!
//! Must never print or describe a key, and must never speak anything older than TLS 1.2. A certificate of our own is
//! for an office: it has to be taken into Windows' trusted roots on the computer with the Web Connector, else that
//! refuses it (`web-connector.md` 6). Rules: `security.md` 1, 3; set-up as in `rust-tui.md` 13.16.

use crate::base::problem::Exit;
use crate::base::{Instant, Problem};
use rcgen::{CertificateParams, DnType, ExtendedKeyUsagePurpose, KeyPair, KeyUsagePurpose, date_time_ymd};
use rustls::crypto::ring::default_provider;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::{ClientConfig, RootCertStore, ServerConfig};
use secrecy::{ExposeSecret as _, SecretString};
use std::sync::Arc;
use std::time::Duration;
use webpki::{EndEntityCert, KeyUsage};

/// Years for which a certificate of ours is good: long enough that it does not end a bookkeeper's month by surprise.
const YEARS: i32 = 5;
/// Certificates of one chain; more is none that Windows would follow.
const CHAIN: usize = 16;

/// What the endpoint needs to speak TLS.
#[derive(Clone)]
pub struct Tls {
    config: Arc<ServerConfig>,
    /// Leaf first.
    chain: Vec<CertificateDer<'static>>,
    leaf: CertificateDer<'static>,
    names: Vec<String>,
}

impl std::fmt::Debug for Tls {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tls").field("names", &self.names).finish_non_exhaustive()
    }
}

/// A certificate made here.
pub struct Made {
    /// The certificate as PEM, for everybody to see.
    pub certificate: String,
    /// Its key as PEM, for the vault.
    pub key: SecretString,
}

fn wrong(happened: impl Into<String>) -> Problem {
    Problem::new(
        Exit::Usage,
        "TLS-CERTIFICATE",
        happened,
        "The endpoint has not been started, so the Web Connector cannot visit. Nothing is lost.",
        "Make a certificate with `countersign secrets new certificate --name NAME`, or set endpoint.certificate to a \
         PEM file and give its key with `countersign secrets set tls-key`.",
    )
}

impl Tls {
    /// Takes a certificate chain (leaf first) and its key, both as PEM.
    ///
    /// # Errors
    /// A [`Problem`] with code `TLS-CERTIFICATE` when either cannot be read, they do not belong together, or the
    /// certificate names no computer.
    pub fn new(certificate: &str, key: &SecretString) -> Result<Self, Problem> {
        let chain: Vec<CertificateDer<'static>> = CertificateDer::pem_slice_iter(certificate.as_bytes())
            .take(CHAIN)
            .collect::<Result<_, _>>()
            .map_err(|_| wrong("The certificate file is no PEM text."))?;
        let leaf = chain
            .first()
            .cloned()
            .ok_or_else(|| wrong("There is no certificate in the certificate file."))?;
        // The library's own words might quote the key.
        let key = PrivateKeyDer::from_pem_slice(key.expose_secret().as_bytes())
            .map_err(|_| wrong("The key of the certificate is no private key in PEM text."))?;
        let config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|_| wrong("TLS cannot be set up on this computer."))?
            .with_no_client_auth()
            .with_single_cert(chain.clone(), key)
            .map_err(|_| wrong("The certificate and its key do not belong together."))?;
        let names: Vec<String> = {
            let parsed =
                EndEntityCert::try_from(&leaf).map_err(|_| wrong("The certificate cannot be read."))?;
            parsed.valid_dns_names().map(str::to_ascii_lowercase).collect()
        };
        if names.is_empty() {
            return Err(wrong(
                "The certificate names no computer; the Web Connector refuses addresses by number.",
            ));
        }
        Ok(Tls { config: Arc::new(config), chain, leaf, names })
    }

    /// What a connection is accepted with.
    #[must_use]
    pub fn config(&self) -> Arc<ServerConfig> {
        Arc::clone(&self.config)
    }

    /// What a client of ours trusts that calls this very endpoint: its own chain and nothing else.
    ///
    /// # Errors
    /// When the chain cannot be used so.
    pub fn trusting(&self) -> std::io::Result<Arc<ClientConfig>> {
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(self.chain.iter().cloned());
        let config = ClientConfig::builder_with_provider(Arc::new(default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(std::io::Error::other)?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Arc::new(config))
    }

    /// The computers that the certificate names, in its order.
    #[must_use]
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// Whether the certificate stands for this host, a name under a wildcard included.
    #[must_use]
    pub fn covers(&self, host: &str) -> bool {
        if self.names.iter().any(|name| name == host) {
            return true;
        }
        let Ok(name) = ServerName::try_from(host) else { return false };
        EndEntityCert::try_from(&self.leaf)
            .is_ok_and(|leaf| leaf.verify_is_valid_for_subject_name(&name).is_ok())
    }

    /// The name under which the Web Connector should call: the first that is not this computer's own.
    #[must_use]
    pub fn host(&self) -> &str {
        let outer = self.names.iter().find(|name| *name != "localhost");
        outer.or_else(|| self.names.first()).map_or("localhost", String::as_str)
    }

    /// Whether the certificate is in force at that moment; the Web Connector refuses one that is not.
    #[must_use]
    pub fn in_force(&self, now: Instant) -> bool {
        let Ok(anchor) = webpki::anchor_from_trusted_cert(&self.leaf) else { return false };
        let Ok(leaf) = EndEntityCert::try_from(&self.leaf) else { return false };
        let anchors = [anchor];
        let seconds = u64::try_from(now.as_second()).unwrap_or(0);
        let checked = leaf.verify_for_usage(
            webpki::ALL_VERIFICATION_ALGS,
            &anchors,
            &[],
            UnixTime::since_unix_epoch(Duration::from_secs(seconds)),
            KeyUsage::server_auth(),
            None,
            None,
        );
        // Who signed it is Windows' question; here only its dates count.
        !matches!(
            checked,
            Err(webpki::Error::CertExpired { .. }
                | webpki::Error::CertNotValidYet { .. }
                | webpki::Error::InvalidCertValidity)
        )
    }
}

/// Makes a certificate for these computer names and for `localhost`, signed by itself, in force from the day before.
///
/// # Errors
/// A [`Problem`] with code `TLS-NAME` when a name cannot stand in a certificate.
pub fn make(names: &[String], now: Instant) -> Result<Made, Problem> {
    let bad = |name: &str| {
        Problem::new(
            Exit::Usage,
            "TLS-NAME",
            format!("`{}` is no name of a computer.", crate::base::text::for_screen(name)),
            "No certificate was made.",
            "Write the name under which the other computer finds this one, for example office-pc or books.example.com.",
        )
    };
    let mut all: Vec<String> = Vec::new();
    for name in names.iter().map(String::as_str).chain(["localhost"]) {
        let name = name.trim().to_ascii_lowercase();
        if !matches!(ServerName::try_from(name.as_str()), Ok(ServerName::DnsName(_))) {
            return Err(bad(&name));
        }
        if !all.contains(&name) {
            all.push(name);
        }
    }
    let first = all.first().cloned().unwrap_or_default();
    let mut params = CertificateParams::new(all).map_err(|_| bad(&first))?;
    let day = now.to_zoned(jiff::tz::TimeZone::UTC).date().saturating_sub(jiff::Span::new().days(1));
    let (month, dom) = (day.month().unsigned_abs(), day.day().unsigned_abs().min(28));
    params.not_before = date_time_ymd(i32::from(day.year()), month, dom);
    params.not_after = date_time_ymd(i32::from(day.year()) + YEARS, month, dom);
    params.distinguished_name.push(DnType::CommonName, first.as_str());
    params.distinguished_name.push(DnType::OrganizationName, "Countersign endpoint");
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    let key = KeyPair::generate().map_err(|_| bad(&first))?;
    let certificate = params.self_signed(&key).map_err(|_| bad(&first))?.pem();
    Ok(Made { certificate, key: SecretString::from(key.serialize_pem()) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Instant {
        text.parse().unwrap()
    }

    fn made(name: &str) -> Made {
        make(&[name.to_string()], at("2026-03-01T12:00:00Z")).unwrap()
    }

    #[test]
    fn a_certificate_of_ours_names_the_computer_and_this_one() {
        let made = made("Office-PC");
        let tls = Tls::new(&made.certificate, &made.key).unwrap();
        assert_eq!(tls.names(), ["office-pc", "localhost"]);
        assert_eq!(tls.host(), "office-pc");
        assert!(tls.covers("localhost") && !tls.covers("evil.example") && !tls.covers("127.0.0.1"));
        assert!(!format!("{tls:?}").contains("PRIVATE"));
    }

    #[test]
    fn it_is_in_force_from_the_day_before_for_five_years() {
        let made = made("office-pc");
        let tls = Tls::new(&made.certificate, &made.key).unwrap();
        assert!(tls.in_force(at("2026-03-01T00:00:00Z")) && tls.in_force(at("2031-02-27T00:00:00Z")));
        assert!(!tls.in_force(at("2026-02-01T00:00:00Z")) && !tls.in_force(at("2031-03-01T00:00:00Z")));
    }

    #[test]
    fn a_wildcard_covers_the_names_under_it() {
        let key = KeyPair::generate().unwrap();
        let params =
            CertificateParams::new(vec!["*.example.com".into(), "books.example.org".into()]).unwrap();
        let pem = params.self_signed(&key).unwrap().pem();
        let tls = Tls::new(&pem, &SecretString::from(key.serialize_pem())).unwrap();
        assert!(
            tls.covers("pc.example.com") && tls.covers("books.example.org") && !tls.covers("example.com")
        );
    }

    #[test]
    fn what_cannot_be_used_is_told_without_the_key() {
        let (one, other) = (made("a"), made("b"));
        let marked =
            SecretString::from("-----BEGIN PRIVATE KEY-----\nCANARY7781\n-----END PRIVATE KEY-----\n");
        for (certificate, key) in [
            ("", &one.key),
            ("no PEM", &one.key),
            (one.certificate.as_str(), &other.key),
            (one.certificate.as_str(), &marked),
            (one.certificate.as_str(), &SecretString::from("")),
        ] {
            let problem = Tls::new(certificate, key).unwrap_err();
            assert_eq!(problem.code, "TLS-CERTIFICATE");
            assert!(!format!("{problem:?}{problem}").contains("CANARY"));
        }
        for name in ["", "127.0.0.1", "two words", "a/b", "x:8085"] {
            assert_eq!(
                make(&[name.into()], at("2026-03-01T12:00:00Z")).err().unwrap().code,
                "TLS-NAME",
                "{name}"
            );
        }
    }
}

//! The endpoint's certificate: taken from the settings and the vault, or made here.
//!
//! Must never write the key anywhere but into the vault (`security.md` 3). With a certificate the endpoint speaks https
//! on every address, so that the .QWC file and the listener never disagree.

use super::{Profile, Result, Said, secret_change};
use crate::base::Problem;
use crate::base::problem::Exit;
use crate::net::secrets::SecretName;
use crate::net::tls::{self, Tls};
use secrecy::SecretString;
use std::path::PathBuf;

/// Name of a certificate that we made, beside the settings.
const FILE: &str = "certificate.pem";
/// A certificate chain is a few thousand bytes.
const CERTIFICATE_BYTES: u64 = 256 * 1024;

fn unreadable(path: &std::path::Path, why: &str) -> Problem {
    Problem::new(
        Exit::Usage,
        "TLS-CERTIFICATE",
        format!("The certificate {} cannot be used: {why}.", path.display()),
        "The endpoint has not been started, so the Web Connector cannot visit. Nothing is lost.",
        "Put the file there, or make a certificate with `countersign secrets new certificate --name NAME`, or clear \
         endpoint.certificate to speak plain HTTP on this computer only.",
    )
}

/// Where the certificate of the settings stands, if one is named.
#[must_use]
pub fn path(profile: &Profile) -> Option<PathBuf> {
    let named = profile.settings().endpoint.certificate;
    (!named.trim().is_empty()).then(|| profile.dir().join(named.trim()))
}

/// What the endpoint needs to speak TLS; none where no certificate is named.
///
/// # Errors
/// When the certificate is missing or damaged, its key is missing, or they do not belong together.
pub fn of(profile: &Profile) -> Result<Option<Tls>> {
    let Some(path) = path(profile) else { return Ok(None) };
    let size = std::fs::metadata(&path).map_err(|why| unreadable(&path, &why.to_string()))?.len();
    if size > CERTIFICATE_BYTES {
        return Err(unreadable(&path, "it is far too large"));
    }
    let text = std::fs::read_to_string(&path).map_err(|why| unreadable(&path, &why.to_string()))?;
    let key = profile.secrets()?.tls_key()?;
    let key =
        key.ok_or_else(|| unreadable(&path, "its key is not kept here (`countersign secrets set tls-key`)"))?;
    Tls::new(&text, &key).map(Some)
}

/// Makes a certificate for these names, keeps its key, and takes it into the settings.
///
/// # Errors
/// A name that is none, or a folder that cannot be written.
pub fn make(profile: &Profile, names: &[String], by: &str) -> Result<Said> {
    let made = tls::make(names, profile.now())?;
    let path = profile.dir().join(FILE);
    // First the key: a certificate without its key would only stop the next start.
    secret_change::keep(profile, SecretName::TlsKey, &made.key, by)?;
    std::fs::write(&path, &made.certificate).map_err(|why| unreadable(&path, &why.to_string()))?;
    let mut settings = profile.settings();
    settings.endpoint.certificate = FILE.into();
    profile.save_settings(&settings)?;
    Ok(Said::new(
        1,
        format!(
            "Made {}. On each computer with a Web Connector open it, choose Install Certificate, Local Machine, Trusted \
             Root Certification Authorities; then write the .QWC file again with `countersign qwc`.",
            path.display()
        ),
    ))
}

/// Keeps the key of a certificate that somebody else signed.
///
/// # Errors
/// When it does not belong to the certificate of the settings, or cannot be kept.
pub fn set_key(profile: &Profile, key: &SecretString, by: &str) -> Result<()> {
    if let Some(path) = path(profile)
        && let Ok(text) = std::fs::read_to_string(&path)
    {
        Tls::new(&text, key)?;
    }
    secret_change::keep(profile, SecretName::TlsKey, key, by)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workflow::settings_file;

    #[test]
    fn a_certificate_made_here_is_found_again_and_its_key_stands_in_no_open_file() {
        let (_dir, profile) = Profile::fresh();
        assert!(of(&profile).unwrap().is_none());
        make(&profile, &["office-pc".into()], "Ann").unwrap();
        let found = of(&profile).unwrap().unwrap();
        assert_eq!(found.names(), ["office-pc", "localhost"]);
        assert!(found.in_force(profile.now()));
        let certificate = std::fs::read_to_string(profile.dir().join(FILE)).unwrap();
        let settings = std::fs::read_to_string(profile.dir().join(settings_file::FILE)).unwrap();
        assert!(!certificate.contains("PRIVATE") && !settings.contains("PRIVATE"));
        assert_eq!(profile.settings().endpoint.certificate, FILE);
    }

    #[test]
    fn a_missing_file_a_missing_key_and_a_foreign_key_are_told_apart() {
        let (_dir, profile) = Profile::fresh();
        let mut settings = profile.settings();
        settings.endpoint.certificate = "own.pem".into();
        profile.save_settings(&settings).unwrap();
        assert_eq!(of(&profile).unwrap_err().code, "TLS-CERTIFICATE");
        let made = tls::make(&["a".into()], profile.now()).unwrap();
        std::fs::write(profile.dir().join("own.pem"), &made.certificate).unwrap();
        assert!(of(&profile).unwrap_err().happened.contains("key is not kept"));
        let other = tls::make(&["b".into()], profile.now()).unwrap();
        assert!(set_key(&profile, &other.key, "Ann").is_err());
        set_key(&profile, &made.key, "Ann").unwrap();
        assert!(of(&profile).unwrap().is_some());
    }
}

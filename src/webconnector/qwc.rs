//! The .QWC file that a bookkeeper opens in the Web Connector.
//!
//! Must never hold a password, and must never name an address that the Web Connector refuses: an IP address, or plain
//! http on another host than `localhost` (`web-connector.md` 6, 10). OwnerID and FileID stay the same for good, so that
//! the same file can be given again for repair (design 2).

use super::soap::escape;
use crate::base::Problem;
use crate::base::problem::Exit;
use crate::base::text::for_quickbooks;
use std::fmt::Write as _;
use uuid::Uuid;

/// One per product, never per company, file or version.
pub const OWNER_ID: &str = "{7c1f0d52-6b0e-4b8e-9a55-c7c05e5a11d0}";
/// What the Web Connector shows under the name.
const DESCRIPTION: &str = "Hands approved Cin7 documents to QuickBooks";
/// Longest AppName that the Web Connector's window shows in full; the name is also its key, so it is cut the same way
/// every time.
const NAME_LIMIT: usize = 60;

/// What one computer's file says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QwcFile {
    /// From [`app_name`]: stable, one per company and computer.
    pub app_name: String,
    /// `http://localhost:8085/qbwc`.
    pub app_url: String,
    /// `http://localhost:8085/support`: the same host.
    pub support_url: String,
    /// User name of this computer's identity.
    pub user: String,
    /// One per company.
    pub file_id: Uuid,
    /// Minutes between visits.
    pub every_minutes: u32,
}

/// The name under which a computer's Web Connector and QuickBooks know us.
#[must_use]
pub fn app_name(company: &str, computer: Option<&str>) -> String {
    let mut name = String::from("Countersign");
    for part in [Some(company), computer].into_iter().flatten() {
        let part = for_quickbooks(part).0;
        if !part.trim().is_empty() {
            name.push_str(" - ");
            name.push_str(part.trim());
        }
    }
    name.chars().take(NAME_LIMIT).collect::<String>().trim_end().to_string()
}

/// The file's text.
///
/// # Errors
/// A [`Problem`] with code `QWC-URL` when the Web Connector would refuse an address, `QWC-USER` without a user name.
pub fn write(file: &QwcFile) -> Result<String, Problem> {
    let (host, support) = (host_of(&file.app_url)?, host_of(&file.support_url)?);
    if host != support {
        return Err(bad_url(&file.support_url, "has another host than the address of the endpoint"));
    }
    if file.user.trim().is_empty() {
        return Err(Problem::new(
            Exit::Usage,
            "QWC-USER",
            "The Web Connector file needs a user name.",
            "Nothing has been written, and no visit can happen.",
            "Set a user name for the Web Connector and write the file again.",
        ));
    }
    let minutes = file.every_minutes.max(1);
    let file_id = format!("{{{}}}", file.file_id.hyphenated());
    let mut out = String::from("<?xml version=\"1.0\"?>\n<QBWCXML>\n");
    for (element, value) in [
        ("AppName", file.app_name.as_str()),
        ("AppID", ""),
        ("AppURL", &file.app_url),
        ("AppDescription", DESCRIPTION),
        ("AppSupport", &file.support_url),
        ("UserName", &file.user),
        ("OwnerID", OWNER_ID),
        ("FileID", &file_id),
        ("QBType", "QBFS"),
        ("PersonalDataPref", "pdpNotNeeded"),
        ("UnattendedModePref", "umpOptional"),
        ("Style", "Document"),
    ] {
        let _ = write!(out, "  <{element}>");
        escape(&mut out, value);
        let _ = writeln!(out, "</{element}>");
    }
    let _ = writeln!(out, "  <Scheduler><RunEveryNMinutes>{minutes}</RunEveryNMinutes></Scheduler>");
    out.push_str("  <IsReadOnly>false</IsReadOnly>\n</QBWCXML>\n");
    Ok(out)
}

/// The host of an address that the Web Connector takes.
fn host_of(url: &str) -> Result<String, Problem> {
    let (secure, rest) = match (url.strip_prefix("https://"), url.strip_prefix("http://")) {
        (Some(rest), _) => (true, rest),
        (None, Some(rest)) => (false, rest),
        (None, None) => return Err(bad_url(url, "begins neither with http:// nor with https://")),
    };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if authority.contains(['[', '@']) {
        return Err(bad_url(url, "names a computer by number"));
    }
    let host = authority.split(':').next().unwrap_or_default().to_ascii_lowercase();
    if host.is_empty() || host.parse::<std::net::IpAddr>().is_ok() {
        return Err(bad_url(url, "names a computer by number"));
    }
    if !secure && host != "localhost" {
        return Err(bad_url(url, "is not encrypted, which is allowed for localhost only"));
    }
    Ok(host)
}

fn bad_url(url: &str, why: &str) -> Problem {
    Problem::new(
        Exit::Usage,
        "QWC-URL",
        format!("The address {url} {why}."),
        "The Web Connector would refuse the file. Nothing has been written.",
        "Use http://localhost and the port on the same computer, or https:// with a name on another one.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(url: &str) -> QwcFile {
        QwcFile {
            app_name: app_name("Smith & Sons", Some("FRONT-DESK")),
            app_url: format!("{url}/qbwc"),
            support_url: format!("{url}/support"),
            user: "countersign".into(),
            file_id: Uuid::from_u128(7),
            every_minutes: 5,
        }
    }

    #[test]
    fn the_file_says_who_we_are_and_holds_no_password() {
        let text = write(&file("http://localhost:8085")).unwrap();
        let tree = roxmltree::Document::parse(&text).unwrap();
        let value = |name: &str| {
            tree.descendants().find(|n| n.has_tag_name(name)).and_then(|n| n.text()).unwrap_or("").to_string()
        };
        assert_eq!(tree.root_element().tag_name().name(), "QBWCXML");
        assert_eq!(value("AppName"), "Countersign - Smith & Sons - FRONT-DESK");
        assert_eq!(value("AppURL"), "http://localhost:8085/qbwc");
        assert_eq!(value("FileID"), "{00000000-0000-0000-0000-000000000007}");
        assert_eq!(value("OwnerID"), OWNER_ID);
        assert_eq!(value("RunEveryNMinutes"), "5");
        assert!(Uuid::try_parse(OWNER_ID.trim_matches(['{', '}'])).is_ok());
        assert!(!text.to_ascii_lowercase().contains("password"));
    }

    #[test]
    fn an_address_that_the_web_connector_refuses_is_refused_here() {
        for url in [
            "http://127.0.0.1:8085",
            "http://[::1]:8085",
            "http://office-pc:8085",
            "ftp://localhost",
            "http://",
        ] {
            assert_eq!(write(&file(url)).unwrap_err().code, "QWC-URL", "{url}");
        }
        assert!(write(&file("https://office-pc:8443")).is_ok());
        let mut other = file("https://office-pc");
        other.support_url = "https://elsewhere/support".into();
        assert_eq!(write(&other).unwrap_err().code, "QWC-URL");
    }

    #[test]
    fn the_name_is_short_plain_and_always_the_same() {
        let long = app_name(&"Ünïcode ".repeat(20), Some("PC"));
        assert_eq!(long.chars().count().max(NAME_LIMIT), NAME_LIMIT);
        assert_eq!(long, app_name(&"Ünïcode ".repeat(20), Some("PC")));
        assert_eq!(app_name("", None), "Countersign");
    }
}

//! The .QWC file that a bookkeeper opens in the Web Connector.
//!
//! Must never hold a password, and must never name an address that the Web Connector refuses: an IP address, or plain
//! http on another host than `localhost` (`web-connector.md` 6, 10). OwnerID and FileID stay the same for good, so that
//! the same file can be given again for repair (design 2).

use super::soap::escape;
use crate::base::Problem;
use crate::base::problem::Exit;
use crate::base::text::{fold, for_quickbooks};
use std::fmt::Write as _;
use uuid::Uuid;

/// One per product, never per company, file or version.
pub const OWNER_ID: &str = "{7c1f0d52-6b0e-4b8e-9a55-c7c05e5a11d0}";
/// What the Web Connector shows under the name.
const DESCRIPTION: &str = "Hands approved Cin7 documents to QuickBooks";
/// Longest name that the Web Connector's window shows in full.
const NAME_LIMIT: usize = 60;
/// Letters of the FileID in the name: enough to keep the companies of one computer apart.
const ID_SHOWN: usize = 8;

/// What one computer's file says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QwcFile {
    /// From [`app_name`]: stable, one per company and computer.
    pub app_name: String,
    /// The company's name for people, as far as it is known.
    pub company: String,
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

/// The name under which a computer's Web Connector and QuickBooks know us. Made of the FileID and not of the company's
/// name, which is known only after the first visit and may change: the name is the Web Connector's key and must not.
#[must_use]
pub fn app_name(file_id: Uuid, computer: Option<&str>) -> String {
    let id = file_id.simple().to_string().to_ascii_uppercase();
    named(&format!("Countersign {}", id.get(..ID_SHOWN).unwrap_or("")), computer)
}

/// A first name and a second, plain and short.
fn named(first: &str, second: Option<&str>) -> String {
    let mut name = first.to_string();
    let second = second.map(|text| for_quickbooks(text).0).unwrap_or_default();
    if !second.trim().is_empty() {
        name.push_str(" - ");
        name.push_str(second.trim());
    }
    name.chars().take(NAME_LIMIT).collect::<String>().trim_end().to_string()
}

/// The user name of a computer of its own: the first one's with the computer's name in plain letters.
///
/// # Errors
/// A [`Problem`] with code `QWC-COMPUTER` when nothing is left of the name.
pub fn user_of(first: &str, computer: Option<&str>) -> Result<String, Problem> {
    let Some(computer) = computer else { return Ok(first.to_string()) };
    let plain = for_quickbooks(&fold(computer)).0;
    let letters = plain.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { ' ' }).collect::<String>();
    let word = letters.split_whitespace().collect::<Vec<_>>().join("-");
    if word.is_empty() {
        return Err(Problem::new(
            Exit::Usage,
            "QWC-COMPUTER",
            "The computer needs a name with letters or digits in it.",
            "Nothing has been written.",
            "Give the name that the computer has in the office, for example --computer FRONT-DESK.",
        ));
    }
    Ok(format!("{first}-{word}"))
}

/// What to do with the file, in the words of QuickBooks' and the Web Connector's menus.
#[must_use]
pub fn steps(file: &QwcFile) -> Vec<String> {
    let mut steps = Vec::new();
    if file.app_url.starts_with("https://") {
        steps.push(
            "Take Countersign's certificate to this computer and open it: Install Certificate, Local Machine, Trusted \
             Root Certification Authorities. Without it the Web Connector says QBWC1048."
                .to_string(),
        );
    }
    let name = &file.app_name;
    steps.extend([
        "Start Countersign (its screen or `countersign serve`) and leave it running: the Web Connector asks for it at \
         once."
            .to_string(),
        "In QuickBooks open the company file as Admin, in single-user mode (File > Switch to Single-user Mode).".into(),
        "In QuickBooks choose File > App Management > Update Web Services (in older versions File > Update Web \
         Services). The Web Connector opens."
            .into(),
        "In the Web Connector press Add an Application and choose this file. Answer OK to Authorize New Web Service."
            .into(),
        "QuickBooks asks about access to the company file: choose Yes, always; allow access even if QuickBooks is not \
         running, then Continue and Done."
            .into(),
        format!(
            "In the row {name} click Password, type the password for {} that Countersign showed once, and answer Yes \
             to storing it. If it is lost: `countersign secrets new qbwc-password`.",
            file.user
        ),
        format!("Tick the row {name} and press Update Selected. The first visit names the company and reads its lists."),
        format!("Tick Auto-Run. From then on it comes every {} minutes by itself.", file.every_minutes.max(1)),
    ]);
    steps
}

/// The file's text.
///
/// # Errors
/// A [`Problem`] with code `QWC-URL` when the Web Connector would refuse an address, `QWC-USER` without a user name.
pub fn write(file: &QwcFile) -> Result<String, Problem> {
    let ((host, app_url), (support, support_url)) = (checked(&file.app_url)?, checked(&file.support_url)?);
    if host != support {
        return Err(bad_url(&file.support_url, "has another host than the address of the endpoint"));
    }
    if file.app_name.trim().is_empty() || file.file_id.is_nil() {
        return Err(Problem::new(
            Exit::Usage,
            "QWC-ID",
            "The Web Connector file needs a name and a FileID of its own.",
            "Nothing has been written, and no visit can happen.",
            "Look at endpoint.file_id in the settings; `countersign init` makes one for each company.",
        ));
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
        ("AppURL", &app_url),
        ("AppDescription", DESCRIPTION),
        ("AppSupport", &support_url),
        ("AppUniqueName", &file.app_name),
        ("AppDisplayName", &named("Countersign", Some(&file.company))),
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

/// The host of an address that the Web Connector takes, and the address with its host in small letters: nobody says
/// that the Web Connector takes `localHost` for the `localhost` that it lets through without encryption.
fn checked(url: &str) -> Result<(String, String), Problem> {
    let (secure, rest) = match (url.strip_prefix("https://"), url.strip_prefix("http://")) {
        (Some(rest), _) => (true, rest),
        (None, Some(rest)) => (false, rest),
        (None, None) => return Err(bad_url(url, "begins neither with http:// nor with https://")),
    };
    let authority = rest.split(['/', '?', '#', '\\']).next().unwrap_or_default();
    if authority.contains(['[', '@']) {
        return Err(bad_url(url, "names a computer by number"));
    }
    let (typed, port) = authority.split_once(':').unwrap_or((authority, "80"));
    let host = typed.to_ascii_lowercase();
    if by_number(&host) {
        return Err(bad_url(url, "names a computer by number"));
    }
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.');
    if !host.chars().all(plain) || host.starts_with('.') || host.contains("..") {
        return Err(bad_url(url, "has a computer name with other signs than letters, digits and hyphens"));
    }
    if !port.parse::<u16>().is_ok_and(|port| port > 0) {
        return Err(bad_url(url, "has no port that can be called"));
    }
    if !secure && host != "localhost" {
        return Err(bad_url(url, "is not encrypted, which is allowed for localhost only"));
    }
    let written = url.replacen(typed, &host, 1);
    Ok((host, written))
}

/// Whether Windows would read this host as an address by number, as it does with `2130706433` and `0x7f.1` too.
fn by_number(host: &str) -> bool {
    let last = host.trim_end_matches('.').rsplit('.').next().unwrap_or_default();
    let digits = |text: &str| text.chars().all(|c| c.is_ascii_digit());
    last.is_empty()
        || digits(last)
        || last.strip_prefix("0x").is_some_and(|rest| rest.chars().all(|c| c.is_ascii_hexdigit()))
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
            app_name: app_name(Uuid::from_u128(7), Some("Front <Desk> & Co")),
            company: "Smith & Sons".into(),
            app_url: format!("{url}/qbwc"),
            support_url: format!("{url}/support"),
            user: "countersign".into(),
            file_id: Uuid::from_u128(7),
            every_minutes: 5,
        }
    }

    #[test]
    fn a_host_typed_in_capitals_is_written_in_small_letters() {
        let text = write(&file("http://localHOST:8085")).unwrap();
        assert!(text.contains("<AppURL>http://localhost:8085/qbwc</AppURL>"), "{text}");
        assert!(text.contains("<AppSupport>http://localhost:8085/support</AppSupport>"), "{text}");
    }

    #[test]
    fn the_file_says_who_we_are_and_holds_no_password() {
        let text = write(&file("http://localhost:8085")).unwrap();
        let tree = roxmltree::Document::parse(&text).unwrap();
        let value = |name: &str| {
            tree.descendants().find(|n| n.has_tag_name(name)).and_then(|n| n.text()).unwrap_or("").to_string()
        };
        assert_eq!(tree.root_element().tag_name().name(), "QBWCXML");
        assert_eq!(value("AppName"), "Countersign 00000000 - Front <Desk> & Co");
        assert_eq!(value("AppUniqueName"), value("AppName"));
        assert_eq!(value("AppDisplayName"), "Countersign - Smith & Sons");
        assert_eq!(value("QBType"), "QBFS");
        assert_eq!(value("IsReadOnly"), "false");
        assert!(value("AppDescription").chars().count() <= 80);
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
            "https://2130706433:8443",
            "https://0x7f.1:8443",
            "https://office pc",
            "https://office-pc:0",
            "https://office-pc:x",
            "https://a@office-pc",
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
        let id = Uuid::from_u128(0xabcd_ef01 << 96);
        assert_eq!(app_name(id, None), "Countersign ABCDEF01");
        let long = app_name(id, Some(&"Ünïcode ".repeat(20)));
        assert_eq!(long.chars().count().max(NAME_LIMIT), NAME_LIMIT);
        assert_eq!(long, app_name(id, Some(&"Ünïcode ".repeat(20))));
        assert_eq!(app_name(id, Some(" ")), "Countersign ABCDEF01");
    }

    #[test]
    fn each_computer_logs_in_under_a_name_of_its_own() {
        assert_eq!(user_of("countersign", None).unwrap(), "countersign");
        assert_eq!(user_of("countersign", Some(" Büro / 2 ")).unwrap(), "countersign-buro-2");
        assert_eq!(user_of("countersign", Some(" - ")).unwrap_err().code, "QWC-COMPUTER");
    }

    #[test]
    fn the_steps_name_the_row_the_user_and_the_certificate_where_there_is_one() {
        let plain = steps(&file("http://localhost:8085")).join("\n");
        assert!(plain.contains("Add an Application") && plain.contains("Countersign 00000000"));
        assert!(plain.contains("every 5 minutes") && !plain.contains("certificate"));
        assert!(steps(&file("https://office-pc:8443"))[0].contains("Install Certificate"));
    }

    #[test]
    fn a_file_without_its_own_identity_is_not_written() {
        let mut nil = file("http://localhost:8085");
        nil.file_id = Uuid::nil();
        assert_eq!(write(&nil).unwrap_err().code, "QWC-ID");
        let mut nobody = file("http://localhost:8085");
        nobody.user = " ".into();
        assert_eq!(write(&nobody).unwrap_err().code, "QWC-USER");
    }
}

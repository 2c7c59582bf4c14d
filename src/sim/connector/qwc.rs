//! Loading a .QWC file as the Web Connector does, with the refusals that people quote.
//!
//! Follows `web-connector.md` 6, 10, 12 and 14.4.

use super::settings::HttpSettings;
use super::soap::SoapClient;
use crate::sim::xml;
use std::net::IpAddr;

/// What a .QWC file says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct QwcFile {
    /// Name shown, and told to QuickBooks.
    pub app_name: String,
    /// Address of the SOAP endpoint.
    pub app_url: String,
    /// Address of the support page.
    pub app_support: String,
    /// User name.
    pub user_name: String,
    /// GUID of the product, in braces.
    pub owner_id: String,
    /// GUID of the company, in braces.
    pub file_id: String,
    /// Seconds between sessions, where a schedule is set.
    pub every_seconds: Option<u64>,
}

/// Why the file was refused, with the connector's own code.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("QBWC{code}: {text}")]
pub struct QwcFault {
    /// Code, as in QBWC1001.
    pub code: u32,
    /// What is wrong.
    pub text: String,
}

fn fault(code: u32, text: impl Into<String>) -> QwcFault {
    QwcFault { code, text: text.into() }
}

/// Loads a file from its text.
///
/// # Errors
/// The refusal of the connector: 1000, 1001, 1002, 1010 or 1039.
pub fn check_qwc(text: &str) -> Result<QwcFile, QwcFault> {
    let document = xml::read(text, "").map_err(|error| fault(1039, error))?;
    let root = document.root;
    if root.name != "QBWCXML" {
        return Err(fault(1039, "the root is not QBWCXML"));
    }
    let required = |name: &str| {
        let found = root.get(name).map(|text| text.trim().to_string());
        found.ok_or_else(|| fault(1039, format!("{name} is missing")))
    };
    if root.child("AppID").is_none() {
        return Err(fault(1039, "AppID is missing"));
    }
    required("AppDescription")?;
    let mut file = QwcFile {
        app_name: required("AppName")?,
        app_url: required("AppURL")?,
        app_support: required("AppSupport")?,
        user_name: required("UserName")?,
        owner_id: required("OwnerID")?,
        file_id: required("FileID")?,
        every_seconds: None,
    };
    for (name, guid) in [("OwnerID", &file.owner_id), ("FileID", &file.file_id)] {
        let inner = guid.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')).unwrap_or_default();
        if inner.len() != 36 || uuid::Uuid::try_parse(inner).is_err() {
            return Err(fault(1039, format!("{name} is no GUID in braces")));
        }
    }
    if !["QBFS", "QBPOS"].contains(&required("QBType")?.as_str()) {
        return Err(fault(1039, "QBType is neither QBFS nor QBPOS"));
    }
    if root.get("Style").is_some_and(|style| !["Document", "DocWrapped", "RPC"].contains(&style)) {
        return Err(fault(1039, "Style is unknown"));
    }
    for name in ["IsReadOnly", "Notify"] {
        if root.get(name).is_some_and(|text| !["true", "false"].contains(&text)) {
            return Err(fault(1039, format!("{name} is neither true nor false")));
        }
    }
    check_addresses(&file)?;
    if let Some(scheduler) = root.child("Scheduler") {
        let number = |name: &str, factor: u64| {
            scheduler.get(name).and_then(|text| text.parse::<u64>().ok()).map(|n| n * factor)
        };
        file.every_seconds = number("RunEveryNMinutes", 60).or_else(|| number("RunEveryNSeconds", 1));
    }
    Ok(file)
}

fn check_addresses(file: &QwcFile) -> Result<(), QwcFault> {
    let parts = |address: &str| {
        let url = reqwest::Url::parse(address).map_err(|error| fault(1039, format!("{address}: {error}")))?;
        let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']).to_ascii_lowercase();
        Ok::<_, QwcFault>((url.scheme().to_string(), host))
    };
    let (scheme, host) = parts(&file.app_url)?;
    let (_, support_host) = parts(&file.app_support)?;
    let is_address = |host: &str| host.parse::<IpAddr>().is_ok();
    if is_address(&host) {
        return Err(fault(1001, "AppURL is an IP address"));
    }
    if is_address(&support_host) {
        return Err(fault(1002, "AppSupport is an IP address"));
    }
    if scheme != "https" && host.contains('.') {
        return Err(fault(1010, "only a service on this machine may go without https"));
    }
    let domain = |host: &str| host.rsplit('.').take(2).map(str::to_string).collect::<Vec<_>>();
    if host != "localhost" && domain(&host) != domain(&support_host) {
        return Err(fault(1000, "AppURL and AppSupport are on different domains"));
    }
    Ok(())
}

/// Fetches the support page, and over https the endpoint, as the connector does when the application is added.
///
/// # Errors
/// 1003, 1004 or 1048.
pub async fn check_support(file: &QwcFile, http: &HttpSettings) -> Result<(), QwcFault> {
    let client = SoapClient::new(&file.app_url, http).map_err(|error| fault(1004, error))?;
    match client.get(&file.app_support).await {
        Ok(200 | 202) => {}
        Ok(status) => return Err(fault(1003, format!("AppSupport answered {status}"))),
        Err(error) => return Err(fault(1004, error)),
    }
    if file.app_url.starts_with("https:") {
        match client.get(&file.app_url).await {
            Ok(200..=399) => {}
            Ok(status) => return Err(fault(1048, format!("AppURL answered {status}"))),
            Err(error) => return Err(fault(1048, error)),
        }
    }
    Ok(())
}

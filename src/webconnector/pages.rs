//! What GET answers: the page for people who open the address in a browser, the support page and the WSDL.
//!
//! Must never show anything about the company, its documents or the state of a visit: these pages need no login
//! (`web-connector.md` 6: they must answer 200 without one).

/// The contract in our own words: the eight operations that the Web Connector uses. Standard SOAP clients load it.
const WSDL: &str = include_str!("../../assets/countersign.wsdl");
/// The address that stands in the file, replaced by the real one.
const WSDL_ADDRESS: &str = "http://localhost:8085/qbwc";

/// The WSDL with the address of this endpoint.
#[must_use]
pub fn wsdl(app_url: &str) -> String {
    let mut address = String::new();
    super::soap::escape(&mut address, app_url);
    WSDL.replace(WSDL_ADDRESS, &address)
}

/// The page at the endpoint's own address.
pub const ENDPOINT: &str = "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Countersign</title></head>\
<body><h1>Countersign is running</h1><p>This address is for the QuickBooks Web Connector. There is nothing to do here in a \
browser.</p><p><a href=\"/support\">Help</a></p></body></html>";

/// The support page that the Web Connector asks for when the application is added.
pub const SUPPORT: &str = "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Countersign: help</title></head>\
<body><h1>Countersign and the Web Connector</h1><ol>\
<li>Open QuickBooks with the company file, in single-user mode, as Admin, for the first visit.</li>\
<li>Open the .QWC file that Countersign wrote. The Web Connector asks whether to trust it; QuickBooks asks whether it may \
have access.</li>\
<li>Type the password that Countersign showed into the Web Connector, in the row of this application, and store it.</li>\
<li>Tick the row and press Update. From then on Auto-Run does it by itself.</li></ol>\
<p>If an update ends with an error, the text in the Status column says what to do. Nothing is booked twice: Countersign \
asks QuickBooks what it holds before it sends anything again.</p></body></html>";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::webconnector::Operation;

    #[test]
    fn the_wsdl_names_every_operation_that_the_web_connector_uses_and_our_address() {
        let text = wsdl("http://localhost:9000/qbwc");
        let tree = roxmltree::Document::parse(&text).unwrap();
        let names: Vec<_> = tree
            .descendants()
            .filter(|n| n.has_tag_name("element"))
            .filter_map(|n| n.attribute("name"))
            .collect();
        for operation in &Operation::ALL[..8] {
            assert!(names.contains(&operation.word()), "{}", operation.word());
            assert!(names.contains(&format!("{}Response", operation.word()).as_str()));
            for parameter in operation.parameters() {
                assert!(names.contains(parameter), "{parameter}");
            }
        }
        assert!(text.contains("http://localhost:9000/qbwc"));
        assert!(!text.contains(WSDL_ADDRESS));
    }
}

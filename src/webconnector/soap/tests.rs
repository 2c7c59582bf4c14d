//! Odd and honest envelopes, and the replies to them.
//!
//! Must never need a socket. Follows `web-connector.md` 1-2 and `security.md` 2.

use super::*;
use crate::webconnector::call::{Call, Password};
use proptest::prelude::*;

fn wrap(prefix: &str, header: &str, body: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?><{prefix}:Envelope xmlns:{prefix}=\"{SOAP_11}\">{header}<{prefix}:Body>{body}</{prefix}:Body></{prefix}:Envelope>"
    )
}

fn call(body: &str) -> Result<Call, SoapFault> {
    parse(wrap("soap", "", body).into_bytes(), Charset::Utf8)
}

fn fault(text: &str) -> FaultCode {
    parse(text.as_bytes().to_vec(), Charset::Utf8).unwrap_err().code
}

const AUTHENTICATE: &str = "<authenticate xmlns=\"http://developer.intuit.com/\"><strUserName>u</strUserName><strPassword> p&amp;<![CDATA[<x>]]> </strPassword></authenticate>";

#[test]
fn a_real_first_call_is_read() {
    let text = "<?xml version=\"1.0\" encoding=\"utf-8\"?><soap:Envelope xmlns:soap=\"http://schemas.xmlsoap.org/soap/envelope/\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xmlns:xsd=\"http://www.w3.org/2001/XMLSchema\"><soap:Body><serverVersion xmlns=\"http://developer.intuit.com/\" /></soap:Body></soap:Envelope>";
    assert_eq!(parse(text.into(), Charset::Utf8).unwrap(), Call::ServerVersion);
}

#[test]
fn any_prefix_a_byte_order_mark_and_cdata_are_read() {
    let expected = Call::Authenticate { user: "u".into(), password: Password::new(" p&<x> ") };
    for prefix in ["soap", "SOAP-ENV", "soap-env", "env", "s"] {
        let text = format!("\u{feff}{}", wrap(prefix, "<!-- x -->", &format!("<?pi?>\n  {AUTHENTICATE}\n")));
        assert_eq!(parse(text.into(), Charset::Utf8).unwrap(), expected, "{prefix}");
    }
    let prefixed = "<tns:getLastError xmlns:tns=\"http://developer.intuit.com/\"><tns:ticket xsi:type=\"x\" xmlns:xsi=\"y\">T</tns:ticket></tns:getLastError>";
    assert_eq!(call(prefixed).unwrap(), Call::GetLastError { ticket: "T".into() });
}

#[test]
fn absent_self_closed_and_unknown_parameters_are_taken() {
    let body = "<sendRequestXML xmlns=\"http://developer.intuit.com/\"><qbXMLMinorVers>0</qbXMLMinorVers><ticket>T</ticket><strHCPResponse /><extra><deep>1</deep></extra><qbXMLMajorVers>16</qbXMLMajorVers></sendRequestXML>";
    let expected = Call::SendRequest {
        ticket: "T".into(),
        hcp: String::new(),
        company_file: String::new(),
        country: String::new(),
        major: 16,
        minor: 0,
    };
    assert_eq!(call(body).unwrap(), expected);
}

#[test]
fn a_qbxml_document_comes_out_of_the_envelope_as_it_was() {
    let inner = "<?xml version=\"1.0\" ?>\n<QBXML>\n<Name>A &amp; B &#233;</Name>\n</QBXML>\n";
    let escaped = inner.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let body = format!(
        "<receiveResponseXML xmlns=\"{INTUIT}\"><ticket>T</ticket><response>{escaped}</response><hresult /><message/></receiveResponseXML>"
    );
    let Call::ReceiveResponse { response, .. } = call(&body).unwrap() else { panic!() };
    assert_eq!(response, inner);
}

#[test]
fn a_header_that_must_be_understood_is_a_fault_and_others_are_passed_over() {
    let with = |flag: &str| {
        let header = format!(
            "<soap:Header><x:y xmlns:x=\"z\" soap:mustUnderstand=\"{flag}\"><a/></x:y></soap:Header>"
        );
        parse(wrap("soap", &header, AUTHENTICATE).into(), Charset::Utf8)
    };
    assert_eq!(with("1").unwrap_err().code, FaultCode::MustUnderstand);
    assert!(with("0").is_ok());
}

#[test]
fn other_versions_of_soap_are_told_so() {
    let text = wrap("soap", "", AUTHENTICATE).replace(SOAP_11, SOAP_12);
    assert_eq!(fault(&text), FaultCode::VersionMismatch);
    assert_eq!(fault("<Envelope><Body/></Envelope>"), FaultCode::VersionMismatch);
}

#[test]
fn an_odd_envelope_is_a_fault() {
    let twice = "<getLastError xmlns=\"http://developer.intuit.com/\"><ticket>a</ticket><ticket>b</ticket></getLastError>";
    let nested =
        "<getLastError xmlns=\"http://developer.intuit.com/\"><ticket><b>a</b></ticket></getLastError>";
    let number = "<sendRequestXML xmlns=\"http://developer.intuit.com/\"><qbXMLMajorVers>1.5</qbXMLMajorVers></sendRequestXML>";
    let foreign = "<getLastError xmlns=\"http://example.com/\"><ticket>a</ticket></getLastError>";
    let deep = "<a>".repeat(40) + &"</a>".repeat(40);
    let wide: String = (0..300).map(|n| format!(" a{n}=\"1\"")).collect();
    for body in [
        "",
        "<unknown/>",
        "<ServerVersion xmlns=\"http://developer.intuit.com/\"/>",
        &format!("{AUTHENTICATE}{AUTHENTICATE}"),
        twice,
        nested,
        number,
        foreign,
        "<p:getLastError/>",
        "<getLastError>&evil;</getLastError>",
        "<getLastError><ticket>&#0;</ticket></getLastError>",
        "<getLastError><ticket>a\u{1}</ticket></getLastError>",
        &format!("<getLastError>{deep}</getLastError>"),
        &format!("<getLastError{wide}/>"),
        "<getLastError></closeConnection>",
    ] {
        assert_eq!(call(body).unwrap_err().code, FaultCode::Client, "{body}");
    }
}

#[test]
fn document_types_two_bodies_and_trailing_elements_are_faults() {
    let good = wrap("soap", "", AUTHENTICATE);
    assert_eq!(fault(&format!("<!DOCTYPE a [<!ENTITY x \"y\">]>{good}")), FaultCode::Client);
    assert_eq!(fault(&good.replace("</soap:Body>", "</soap:Body><soap:Body/>")), FaultCode::Client);
    assert_eq!(fault(&format!("{good}<more/>")), FaultCode::Client);
    assert_eq!(fault(&good.replace("soap:Body", "soap:Other")), FaultCode::Client);
    assert_eq!(fault(""), FaultCode::Client);
    for at in 0..good.len() {
        assert!(parse(good.as_bytes()[..at].to_vec(), Charset::Utf8).is_err(), "cut at {at}");
    }
}

#[test]
fn the_body_is_decoded_as_declared() {
    let text = "<getLastError xmlns=\"http://developer.intuit.com/\"><ticket>caf@</ticket></getLastError>";
    let mut bytes = wrap("soap", "", text).into_bytes();
    let at = bytes.iter().position(|b| *b == b'@').unwrap();
    bytes[at] = 0xe9;
    let ticket = |charset| match parse(bytes.clone(), charset) {
        Ok(Call::GetLastError { ticket }) => Some(ticket),
        _ => None,
    };
    assert_eq!(ticket(Charset::Latin1).as_deref(), Some("café"));
    assert_eq!(ticket(Charset::Windows1252).as_deref(), Some("café"));
    assert_eq!(ticket(Charset::Utf8), None);
    assert_eq!(ticket(Charset::Ascii), None);
    assert_eq!(Charset::Windows1252.decode(vec![0x80, 0x92]).as_deref(), Some("€\u{2019}"));
    assert_eq!(Charset::from_label("\"UTF-8\""), Some(Charset::Utf8));
    assert_eq!(Charset::from_label("utf-16"), None);
}

#[test]
fn replies_have_the_shape_that_the_web_connector_reads() {
    let text = reply(Operation::Authenticate, &Reply::Strings(vec!["T".into(), String::new()]));
    assert_eq!(
        text,
        "<?xml version=\"1.0\" encoding=\"utf-8\"?><soap:Envelope xmlns:soap=\"http://schemas.xmlsoap.org/soap/envelope/\"><soap:Body><authenticateResponse xmlns=\"http://developer.intuit.com/\"><authenticateResult><string>T</string><string></string></authenticateResult></authenticateResponse></soap:Body></soap:Envelope>"
    );
    assert!(
        reply(Operation::ReceiveResponse, &Reply::Number(-1))
            .contains("<receiveResponseXMLResult>-1</receiveResponseXMLResult>")
    );
    assert!(
        reply(Operation::SendRequest, &Reply::Text(String::new()))
            .contains("<sendRequestXMLResult></sendRequestXMLResult>")
    );
    assert!(
        reply(Operation::IsInteractiveDone, &Reply::Text("DONE".into()))
            .contains("<isInteractiveDoneResult>DONE<")
    );
}

#[test]
fn a_fault_is_an_envelope_too() {
    let text = SoapFault::new(FaultCode::Client, "a < b").envelope();
    let tree = roxmltree::Document::parse(&text).unwrap();
    let fault = tree.descendants().find(|n| n.has_tag_name((SOAP_11, "Fault"))).unwrap();
    assert_eq!(fault.first_element_child().unwrap().text(), Some("soap:Client"));
    assert_eq!(fault.last_element_child().unwrap().text(), Some("a < b"));
}

#[test]
fn secrets_do_not_show_in_debug_prints() {
    assert_eq!(format!("{:?}", call(AUTHENTICATE).unwrap()), "authenticate");
    assert_eq!(format!("{:?}", Password::new("hunter2")), "[hidden]");
}

proptest! {
    #[test]
    fn any_text_survives_a_reply(text in "[\\PC\r\n\t]{0,60}") {
        let xml = reply(Operation::GetLastError, &Reply::Text(text.clone()));
        let tree = roxmltree::Document::parse(&xml).unwrap();
        let node = tree.descendants().find(|n| n.has_tag_name((INTUIT, "getLastErrorResult"))).unwrap();
        prop_assert_eq!(node.text().unwrap_or(""), text);
    }

    #[test]
    fn no_bytes_make_the_parser_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300), text in "\\PC{0,60}") {
        let _ = parse(bytes, Charset::Latin1);
        let _ = call(&text);
    }
}

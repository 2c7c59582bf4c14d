//! Two copies of the program on one profile: the second looks on and can take over; never do both hold it, the visit of
//! the first ends, and everything approved is in QuickBooks once (design 2 "One host per profile").

use crate::story::{Dice, Story};
use crate::support::{PASSWORD, Running};
use crate::wire::{Moment, Wire};
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

const LIMIT: Duration = Duration::from_secs(120);

/// A call as the Web Connector makes it; the reply's text without its envelope.
fn call(listen: &str, operation: &str, fields: &[(&str, &str)]) -> String {
    let fields: String = fields.iter().map(|(name, text)| format!("<{name}>{text}</{name}>")).collect();
    let body = format!(
        "<?xml version=\"1.0\"?><soap:Envelope xmlns:soap=\"http://schemas.xmlsoap.org/soap/envelope/\"><soap:Body>\
         <{operation} xmlns=\"http://developer.intuit.com/\">{fields}</{operation}></soap:Body></soap:Envelope>"
    );
    let port = listen.rsplit(':').next().unwrap();
    let head = format!(
        "POST /qbwc HTTP/1.1\r\nHost: localhost:{port}\r\nContent-Type: text/xml; charset=utf-8\r\n\
         SOAPAction: \"http://developer.intuit.com/{operation}\"\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    let mut stream = TcpStream::connect(listen).unwrap();
    stream.write_all((head + &body).as_bytes()).unwrap();
    let mut reply = String::new();
    stream.read_to_string(&mut reply).unwrap();
    assert!(reply.starts_with("HTTP/1.1 200"), "{reply}");
    reply
}

/// Asks for more work until the visit is told that there is none.
fn no_more_work(listen: &str, ticket: &str) {
    let begun = Instant::now();
    while ask_for_work(listen, ticket).contains("QBXMLMsgsRq") {
        assert!(begun.elapsed() < LIMIT, "the visit goes on");
    }
}

/// What stands between the first pair of these tags.
fn between<'a>(text: &'a str, open: &str, close: &str) -> &'a str {
    let rest = &text[text.find(open).unwrap_or_else(|| panic!("no {open} in {text}")) + open.len()..];
    &rest[..rest.find(close).unwrap()]
}

fn login(listen: &str) -> String {
    let fields = [("strUserName", "countersign"), ("strPassword", PASSWORD)];
    between(&call(listen, "authenticate", &fields), "<string>", "</string>").to_string()
}

fn ask_for_work(listen: &str, ticket: &str) -> String {
    let fields =
        [("ticket", ticket), ("strHCPResponse", ""), ("strCompanyFileName", ""), ("qbXMLCountry", "US")];
    call(
        listen,
        "sendRequestXML",
        &[&fields[..], &[("qbXMLMajorVers", "13"), ("qbXMLMinorVers", "0")]].concat(),
    )
}

#[test]
fn a_holder_gives_way_in_the_middle_of_a_visit_and_everything_is_in_quickbooks_once() {
    let mut dice = Dice::new(5);
    let story = Story::queued();
    let wire = Wire::to(&story.listen);
    let mut told = Vec::new();
    // Once with an answer that does not come: the holder waits for it a moment, then it is unknown.
    for held in [false, true, false] {
        let moment = Moment { writes: 1 + dice.below(3), bytes: dice.below(3_000), held };
        told.push(format!("{moment:?}"));
        let mut first = story.serve();
        wire.strike_at(moment);
        let mut visit = story.visit(Some(&wire));
        let begun = Instant::now();
        while !wire.struck() {
            assert!(!visit.is_over(), "the visit ended early: {}", visit.said());
            assert!(begun.elapsed() < LIMIT);
            std::thread::sleep(Duration::from_millis(1));
        }
        let mut second = Running::of(&mut story.command(&["serve", "--take-over", "--by", "Ben"]));
        second.line("serve ready");
        wire.let_go();
        first.line("Ben (serve, process ");
        first.line("Code: PROFILE-TAKEN");
        assert_eq!(first.ended(), 4, "another one holds the profile");
        visit.ended();
        // A second holder is refused, whatever it is.
        story.run(&["serve"]).problem(4, "PROFILE-HELD");
        second.signal("TERM");
        second.ended();
    }
    story.ends_well(&told.join(", "));
    let file = story.dir() + "/events.jsonl";
    story.run(&["audit", "export", &file]).ended(0);
    let events = std::fs::read_to_string(&file).unwrap();
    assert_eq!(events.matches("profile_taken_over").count(), 3, "one event for each change of hands");
}

#[test]
fn a_ticket_of_the_former_holder_is_worth_nothing_and_a_visit_that_parts_gets_no_more_work() {
    let story = Story::queued();
    let first = story.serve();
    let ticket = login(&story.listen);
    let question = ask_for_work(&story.listen, &ticket);
    assert!(question.contains("QBXMLMsgsRq"), "it has work: {question}");
    let mut second = Running::of(&mut story.command(&["serve", "--take-over"]));
    // The visit gets a moment for the answer to what is out, and no more work.
    second.line("was asked to end its visit");
    no_more_work(&story.listen, &ticket);
    second.line("serve ready");
    assert_eq!(first.ended(), 4);
    let work = ask_for_work(&story.listen, &ticket);
    assert!(!work.contains("QBXMLMsgsRq"), "{work}");
    let answer = [("ticket", ticket.as_str()), ("response", "x"), ("hresult", ""), ("message", "")];
    let reply = call(&story.listen, "receiveResponseXML", &answer);
    assert_eq!(between(&reply, "<receiveResponseXMLResult>", "<"), "-1");
    second.signal("TERM");
    second.ended();
    story.ends_well("a ticket of the former holder");
}

#[test]
fn what_nobody_holds_is_released_at_once_and_a_holder_that_was_killed_holds_nothing() {
    let story = Story::queued();
    let free = story.run(&["release", "--by", "Ben", "--json"]).ended(0).json();
    assert_eq!(free["from"], serde_json::Value::Null);
    story.serve().kill();
    let begun = Instant::now();
    let second = Running::of(&mut story.command(&["serve", "--take-over", "--until-idle"]));
    let mut second = second;
    second.line("serve ready");
    assert!(begun.elapsed() < Duration::from_secs(30), "nobody had to be asked");
    second.kill();
    let mut third = story.serve();
    let released = story.run(&["release", "--by", "Ben"]).ended(0);
    assert!(released.out.starts_with("serve, process "), "{}", released.out);
    third.line("Ben (release, process ");
    assert_eq!(third.ended(), 4);
    story.ends_well("released");
}

#[test]
fn a_second_screen_looks_on_takes_over_with_the_word_and_gives_back() {
    let story = Story::queued();
    let mut first = story.window();
    first.wait_for("LIVE");
    let mut second = story.window();
    second.wait_for("You look on; O takes over.");
    second.wait_for("viewer");
    for _ in 0..2 {
        second.press("O");
        second.wait_for("Type the control word");
        assert!(second.text().contains("Held by the screen, process "), "{}", second.text());
        let word = between(&second.text(), "Type the control word  ", "  and press Enter").to_string();
        second.press(&word);
        second.press("\r");
        second.wait_for("This window holds the profile now");
        assert!(!second.text().contains("viewer"), "{}", second.text());
        first.wait_for("You look on; O takes over.");
        assert!(first.text().contains("Ann (the screen, process "), "{}", first.text());
        first.wait_for("viewer");
        // And back again.
        std::mem::swap(&mut first, &mut second);
    }
    // Where it ends it began: the first window serves again, as soon as its endpoint has the port.
    let begun = Instant::now();
    while std::net::TcpStream::connect(&story.listen).is_err() {
        assert!(begun.elapsed() < LIMIT, "the first window does not serve");
        std::thread::sleep(Duration::from_millis(5));
    }
    assert_eq!(story.visit(None).ended(), 0);
    second.kill();
    first.press("q");
    first.kill();
    story.ends_well("the profile changed hands twice");
}

#[test]
fn in_plain_mode_a_question_that_waits_is_given_up_and_the_profile_taken_back() {
    let story = Story::queued();
    let mut first = story.window_of(&["--plain"], 100, 240);
    first.wait_for("What now?");
    let mut second = Running::of(&mut story.command(&["serve", "--take-over", "--by", "Ben"]));
    second.line("serve ready");
    first.wait_for("You look on; say take over to hold it here.");
    assert!(first.text().contains("Ben (serve, process "), "{}", first.text());
    first.press("take over\r");
    first.wait_for("Type the control word");
    let word = between(&first.text(), "Type the control word ", " to go on").to_string();
    first.press(&format!("{word}\r"));
    first.wait_for("This window holds the profile now");
    second.line("Code: PROFILE-TAKEN");
    assert_eq!(second.ended(), 4);
    first.press("quit\r");
    assert_eq!(first.ended(), 0);
    story.ends_well("plain mode");
}

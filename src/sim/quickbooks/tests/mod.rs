//! The company's refusals and its books, as statements; one file per subject.

mod books;
mod queries;
mod refusals;
mod sets;

use super::*;
use crate::sim::seed::{AccountSeed, CompanySeed, ItemSeed, PartySeed, TaxItemSeed};
use crate::sim::xml::{self, El};

fn party(name: &str, active: bool) -> PartySeed {
    PartySeed { name: name.into(), active, city: "Boston".into(), ..PartySeed::default() }
}

pub(super) fn seed() -> CompanySeed {
    let tax = |name: &str, rate: &str| TaxItemSeed {
        name: name.into(),
        rate_percent: rate.parse().unwrap(),
        agency: "State Tax Board".into(),
    };
    CompanySeed {
        company_name: "Acme".into(),
        file: "C:\\Books\\Acme.qbw".into(),
        closing_date: Some("2025-12-31".into()),
        sales_tax: true,
        class_tracking: true,
        customers: vec![
            party("Alpha", true),
            party("Beta", true),
            party("Gone Ltd", false),
            PartySeed { parent: Some("Alpha".into()), ..party("Roof", true) },
        ],
        vendors: vec![party("Supplier", true)],
        employees: vec!["Ann Smith".into()],
        other_names: vec!["Petty".into()],
        terms: vec![("Net 60".into(), 60)],
        classes: vec!["East".into()],
        tax_items: vec![tax("State", "6.25"), tax("City", "1.125")],
        tax_groups: vec![("Both".into(), vec!["State".into(), "City".into()])],
        accounts: vec![AccountSeed {
            number: "1400".into(),
            name: "Inventory Asset".into(),
            account_type: "OtherCurrentAsset".into(),
            opening_cents: 500_000,
        }],
        items: vec![ItemSeed {
            name: "Widget".into(),
            kind: "NonInventory".into(),
            account_number: "4000".into(),
            active: true,
        }],
        clock_start: "2026-03-05T15:00:00Z".into(),
        utc_offset_minutes: -300,
    }
}

pub(super) fn company() -> Company {
    Company::new(&seed(), Switches::default()).unwrap()
}

pub(super) fn message(attributes: &str, body: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?><?qbxml version=\"13.0\"?><QBXML><QBXMLMsgsRq \
         onError=\"stopOnError\"{attributes}>{body}</QBXMLMsgsRq></QBXML>"
    )
}

pub(super) fn read(answer: &str) -> El {
    xml::read(answer, "qbxml").unwrap().root.children.remove(0)
}

/// Sends requests in one set and gives their answers.
pub(super) fn ask(company: &mut Company, body: &str) -> Vec<El> {
    read(&company.process(&message("", body)).unwrap()).children
}

/// Sends one request and gives its answer.
pub(super) fn one(company: &mut Company, body: &str) -> El {
    ask(company, body).remove(0)
}

pub(super) fn status(answer: &El) -> &str {
    answer.attr("statusCode").unwrap()
}

/// The first object of an answer.
pub(super) fn object(answer: &El) -> &El {
    answer.children.first().unwrap_or_else(|| panic!("nothing in {}", answer.to_xml()))
}

pub(super) fn wrap(request: &str, body: &str) -> String {
    format!("<{request}Rq requestID=\"1\"><{request}>{body}</{request}></{request}Rq>")
}

/// An invoice of Alpha's with a head and lines, pending or not.
pub(super) fn invoice(head: &str, lines: &str) -> String {
    wrap("InvoiceAdd", &format!("<CustomerRef><FullName>alpha</FullName></CustomerRef>{head}{lines}"))
}

pub(super) fn line(amount: &str, code: &str) -> String {
    format!(
        "<InvoiceLineAdd><ItemRef><FullName>Widget</FullName></ItemRef><Quantity>1</Quantity><Amount>{amount}</Amount>\
         <SalesTaxCodeRef><FullName>{code}</FullName></SalesTaxCodeRef></InvoiceLineAdd>"
    )
}

pub(super) const DATE: &str = "<TxnDate>2026-03-04</TxnDate><RefNumber>SO-1</RefNumber>";

/// Posts a plain invoice and gives its Ret.
pub(super) fn posted(company: &mut Company) -> El {
    let answer = one(company, &invoice(DATE, &line("100.00", "Non")));
    assert_eq!(status(&answer), "0", "{}", answer.to_xml());
    object(&answer).clone()
}

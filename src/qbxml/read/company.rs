//! Host, company, preferences and deletions.
//!
//! Must never guess a feature on: what PreferencesRet does not say is off, and sales tax is on only where its block is
//! there (`qbxml.md` 7). Elements: `qbxml-elements.md`, first section; `web-connector.md` 4.

use super::ReadError;
use super::node::Node;
use crate::books::{CompanyFile, Preferences};
use crate::handoff::answer::{Deleted, Found};

/// The name under which the Web Connector stamps our FileID into the company file (`web-connector.md` 4).
const STAMP: &str = "FileID";

pub fn host(node: &Node) -> Found {
    let capacity = node
        .child("ListMetaData")
        .and_then(|meta| meta.child("EntityMetaData"))
        .and_then(|entity| entity.text_of("MaxCapacity"))
        .and_then(|text| text.parse().ok());
    Found::Host {
        product: node.string("ProductName"),
        country: node.string("Country"),
        versions: node.all("SupportedQBXMLVersion").map(|version| version.text.clone()).collect(),
        name_capacity: capacity,
    }
}

pub fn company(node: &Node) -> Found {
    let stamp = node
        .all("DataExtRet")
        .find(|ext| ext.text_of("DataExtName") == Some(STAMP))
        .and_then(|ext| ext.text_of("DataExtValue"));
    let name = node.text_of("CompanyName").or_else(|| node.text_of("LegalCompanyName"));
    Found::Company(CompanyFile {
        name: name.unwrap_or_default().to_string(),
        file_id: stamp.unwrap_or_default().to_string(),
        ..CompanyFile::default()
    })
}

pub fn preferences(node: &Node) -> Result<Found, ReadError> {
    let nothing = Node::default();
    let section = |name: &str| node.child(name).unwrap_or(&nothing);
    let accounting = section("AccountingPreferences");
    let currency = section("MultiCurrencyPreferences");
    let tax = section("SalesTaxPreferences");
    Ok(Found::Preferences(Preferences {
        account_numbers: accounting.flag("IsUsingAccountNumbers"),
        class_tracking: accounting.flag("IsUsingClassTracking"),
        closing_date: accounting.date("ClosingDate")?,
        multi_currency: currency.flag("IsMultiCurrencyOn"),
        home_currency: currency.reference("HomeCurrencyRef").map(|r| r.name).unwrap_or_default(),
        sales_tax: node.child("SalesTaxPreferences").is_some(),
        taxable_code: tax.reference("DefaultTaxableSalesTaxCodeRef"),
        non_taxable_code: tax.reference("DefaultNonTaxableSalesTaxCodeRef"),
        default_tax_item: tax.reference("DefaultItemSalesTaxRef"),
        inventory: section("PurchasesAndVendorsPreferences").flag("IsUsingInventory"),
        numbers_journals: accounting.flag("IsAssigningJournalEntryNumbers"),
        cash_basis: section("ReportsPreferences").text_of("SummaryReportBasis") == Some("Cash"),
    }))
}

/// A deleted entry or transaction. Both kinds of terms are one list to us.
pub fn deleted(node: &Node) -> Deleted {
    let first = |names: [&str; 2]| names.into_iter().find_map(|name| node.text_of(name)).unwrap_or_default();
    let kind = match first(["TxnDelType", "ListDelType"]) {
        "StandardTerms" | "DateDrivenTerms" => "Terms",
        kind => kind,
    };
    Deleted {
        kind: kind.to_string(),
        id: first(["TxnID", "ListID"]).to_string(),
        name: first(["RefNumber", "FullName"]).to_string(),
        time_created: node.string("TimeCreated"),
        time_deleted: node.string("TimeDeleted"),
    }
}

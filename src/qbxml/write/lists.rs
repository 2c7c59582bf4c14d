//! CustomerAdd, VendorAdd and the Adds of items.
//!
//! Must never cut a name: the name is what a person approved and what QuickBooks checks for uniqueness. Contact words
//! are cut at their limits. Vendor tax ids and resale numbers are not sent (design 4.9). Order: `qbxml-elements.md`,
//! Customer, Vendor, Items.

use super::element::Xml;
use super::{MEMO_LIMIT, WriteError};
use crate::base::PostingKey;
use crate::base::limits::QB_NAME;
use crate::books::{Address, ItemKind, ListAdd, ListRef, PartyList};

/// Name of an item (`qbxml.md` 4).
const ITEM_NAME: usize = 31;

/// Writes the whole request.
pub fn add(xml: &mut Xml, id: &str, entry: &ListAdd, key: PostingKey) -> Result<(), WriteError> {
    match entry {
        ListAdd::Party { list: PartyList::Customer, .. } => party(xml, id, "CustomerAdd", entry, key),
        ListAdd::Party { list: PartyList::Vendor, .. } => party(xml, id, "VendorAdd", entry, key),
        ListAdd::Party { .. } => Err(WriteError::Unsupported("a new employee or other name")),
        ListAdd::Item { kind, name, text, account, tax_code } => {
            item(xml, id, *kind, &ItemWords { name, text, account, tax_code: tax_code.as_ref() }, key)
        }
    }
}

fn party(
    xml: &mut Xml,
    id: &str,
    aggregate: &str,
    entry: &ListAdd,
    key: PostingKey,
) -> Result<(), WriteError> {
    let ListAdd::Party {
        list,
        name,
        company_name,
        first_name,
        last_name,
        email,
        phone,
        alt_phone,
        fax,
        address,
        ship_to,
        account_number,
        terms,
        tax_code,
        tax_item,
        currency,
        ..
    } = entry
    else {
        return Err(WriteError::Unsupported("an item as a customer or vendor"));
    };
    let customer = *list == PartyList::Customer;
    let request = format!("{aggregate}Rq");
    xml.open_with(&request, &[("requestID", id)])?;
    xml.open(aggregate);
    xml.name("Name", name, QB_NAME)?;
    xml.words("CompanyName", company_name, 41);
    xml.words("FirstName", first_name, 25);
    xml.words("LastName", last_name, 25);
    addresses(xml, customer, address, ship_to);
    phone_number(xml, "Phone", phone);
    phone_number(xml, "AltPhone", alt_phone);
    phone_number(xml, "Fax", fax);
    xml.exact("Email", email, 1023)?;
    if customer {
        xml.list_ref("TermsRef", terms.as_ref())?;
        xml.list_ref("SalesTaxCodeRef", tax_code.as_ref())?;
        xml.list_ref("ItemSalesTaxRef", tax_item.as_ref())?;
        xml.exact("AccountNumber", account_number, 99)?;
    } else {
        xml.exact("AccountNumber", account_number, 99)?;
        xml.list_ref("TermsRef", terms.as_ref())?;
    }
    xml.leaf("ExternalGUID", &key.braced());
    if !currency.is_empty() {
        xml.list_ref("CurrencyRef", Some(&ListRef::new("", currency.as_str())))?;
    }
    xml.close(aggregate);
    xml.close(&request);
    Ok(())
}

fn addresses(xml: &mut Xml, customer: bool, address: &Address, ship_to: &Address) {
    if customer {
        xml.address("BillAddress", address);
        xml.address("ShipAddress", ship_to);
    } else {
        xml.address("VendorAddress", address);
    }
}

/// A telephone number is cut in the middle of a word if need be: its digits come first.
fn phone_number(xml: &mut Xml, field: &str, text: &str) {
    let (fitted, _) = crate::base::text::for_quickbooks(text);
    let cut: String = fitted.trim().chars().take(21).collect();
    if !cut.is_empty() {
        xml.leaf(field, cut.trim_end());
    }
}

struct ItemWords<'a> {
    name: &'a str,
    text: &'a str,
    account: &'a ListRef,
    tax_code: Option<&'a ListRef>,
}

fn item(
    xml: &mut Xml,
    id: &str,
    kind: ItemKind,
    words: &ItemWords<'_>,
    key: PostingKey,
) -> Result<(), WriteError> {
    if !kind.may_stand_on_sales_line() {
        return Err(WriteError::Unsupported("a new item of this type"));
    }
    let aggregate = format!("Item{}Add", kind.word());
    let request = format!("{aggregate}Rq");
    xml.open_with(&request, &[("requestID", id)])?;
    xml.open(&aggregate);
    xml.name("Name", words.name, ITEM_NAME)?;
    if kind == ItemKind::Discount {
        xml.words("ItemDesc", words.text, MEMO_LIMIT);
        xml.list_ref("SalesTaxCodeRef", words.tax_code)?;
        xml.list_ref("AccountRef", Some(words.account))?;
    } else {
        xml.list_ref("SalesTaxCodeRef", words.tax_code)?;
        xml.open("SalesOrPurchase");
        xml.words("Desc", words.text, MEMO_LIMIT);
        xml.list_ref("AccountRef", Some(words.account))?;
        xml.close("SalesOrPurchase");
    }
    xml.leaf("ExternalGUID", &key.braced());
    xml.close(&aggregate);
    xml.close(&request);
    Ok(())
}

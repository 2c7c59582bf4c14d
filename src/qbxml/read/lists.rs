//! List entries: accounts, items, customers, vendors, employees, other names, terms, classes, sales tax codes.
//!
//! Must never invent a type: an account or item of a type that this program does not know is passed over, so that
//! nothing can be mapped to it. An entry without a ListID is an error. Elements: `qbxml-elements.md`.

use super::ReadError;
use super::node::Node;
use crate::base::{EditSequence, ListId};
use crate::books::{
    Account, AccountType, Address, Class, Item, ItemKind, ListEntry, Party, PartyList, SalesTaxCode, Terms,
};
use crate::handoff::answer::ListSeen;

/// Whether a Ret of this name is a list entry of ours.
pub fn is_list_entry(name: &str) -> bool {
    matches!(
        name,
        "AccountRet"
            | "CustomerRet"
            | "VendorRet"
            | "EmployeeRet"
            | "OtherNameRet"
            | "StandardTermsRet"
            | "DateDrivenTermsRet"
            | "ClassRet"
            | "SalesTaxCodeRet"
    ) || item_kind(name).is_some()
}

fn item_kind(name: &str) -> Option<ItemKind> {
    name.strip_prefix("Item").and_then(|rest| rest.strip_suffix("Ret")).and_then(ItemKind::from_word)
}

/// Reads an entry; nothing where its type is not known.
pub fn entry(node: &Node) -> Result<Option<ListSeen>, ReadError> {
    let id = ListId::from(node.required("ListID")?);
    let entry = match node.name.as_str() {
        "AccountRet" => account(node, id),
        "CustomerRet" => Some(party(node, id, PartyList::Customer, "BillAddress")),
        "VendorRet" => Some(party(node, id, PartyList::Vendor, "VendorAddress")),
        "EmployeeRet" => Some(party(node, id, PartyList::Employee, "EmployeeAddress")),
        "OtherNameRet" => Some(party(node, id, PartyList::OtherName, "OtherNameAddress")),
        "StandardTermsRet" | "DateDrivenTermsRet" => Some(ListEntry::Terms(Terms {
            id,
            name: node.string("Name"),
            active: node.flag_unless_false("IsActive"),
            due_days: node.text_of("StdDueDays").and_then(|text| text.parse().ok()),
        })),
        "ClassRet" => Some(ListEntry::Class(Class {
            id,
            full_name: full_name(node),
            active: node.flag_unless_false("IsActive"),
        })),
        "SalesTaxCodeRet" => Some(ListEntry::SalesTaxCode(SalesTaxCode {
            id,
            name: node.string("Name"),
            active: node.flag_unless_false("IsActive"),
            taxable: node.flag("IsTaxable"),
        })),
        name => match item_kind(name) {
            Some(kind) => Some(item(node, id, kind)?),
            None => None,
        },
    };
    Ok(entry.map(|entry| ListSeen { entry, time_modified: node.string("TimeModified") }))
}

fn full_name(node: &Node) -> String {
    node.text_of("FullName").or_else(|| node.text_of("Name")).unwrap_or_default().to_string()
}

fn edit_sequence(node: &Node) -> EditSequence {
    EditSequence::from(node.text_or("EditSequence", ""))
}

fn account(node: &Node, id: ListId) -> Option<ListEntry> {
    Some(ListEntry::Account(Account {
        id,
        full_name: full_name(node),
        number: node.string("AccountNumber"),
        kind: AccountType::from_word(node.text_or("AccountType", ""))?,
        active: node.flag_unless_false("IsActive"),
        special: node.string("SpecialAccountType"),
        edit_sequence: edit_sequence(node),
    }))
}

fn party(node: &Node, id: ListId, list: PartyList, address_element: &str) -> ListEntry {
    ListEntry::Party(Party {
        list,
        id,
        name: node.string("Name"),
        full_name: full_name(node),
        parent: node.reference("ParentRef"),
        active: node.flag_unless_false("IsActive"),
        company_name: node.string("CompanyName"),
        first_name: node.string("FirstName"),
        last_name: node.string("LastName"),
        email: node.string("Email"),
        phone: node.string("Phone"),
        alt_phone: node.string("AltPhone"),
        fax: node.string("Fax"),
        address: node.child(address_element).map(address).unwrap_or_default(),
        account_number: node.string("AccountNumber"),
        notes: node.string("Notes"),
        terms: node.reference("TermsRef"),
        tax_code: node.reference("SalesTaxCodeRef"),
        tax_item: node.reference("ItemSalesTaxRef"),
        currency: node.reference("CurrencyRef").map(|currency| currency.name).unwrap_or_default(),
        external_guid: node.string("ExternalGUID"),
        edit_sequence: edit_sequence(node),
    })
}

pub fn address(node: &Node) -> Address {
    let lines = ["Addr1", "Addr2", "Addr3", "Addr4", "Addr5"];
    Address {
        lines: lines.into_iter().filter_map(|line| node.text_of(line)).map(ToString::to_string).collect(),
        city: node.string("City"),
        state: node.string("State"),
        postal_code: node.string("PostalCode"),
        country: node.string("Country"),
    }
}

fn item(node: &Node, id: ListId, kind: ItemKind) -> Result<ListEntry, ReadError> {
    let nothing = Node::default();
    let one_way = node.child("SalesOrPurchase").unwrap_or(&nothing);
    let both_ways = node.child("SalesAndPurchase").unwrap_or(&nothing);
    let account = one_way
        .reference("AccountRef")
        .or_else(|| both_ways.reference("IncomeAccountRef"))
        .or_else(|| node.reference("IncomeAccountRef"))
        .or_else(|| node.reference("AccountRef"))
        .or_else(|| node.reference("DepositToAccountRef"));
    let expense = both_ways.reference("ExpenseAccountRef").or_else(|| node.reference("COGSAccountRef"));
    Ok(ListEntry::Item(Item {
        id,
        full_name: full_name(node),
        kind,
        active: node.flag_unless_false("IsActive"),
        account,
        expense_account: expense,
        asset_account: node.reference("AssetAccountRef"),
        tax_rate: node.number("TaxRate")?,
        tax_agency: node.reference("TaxVendorRef"),
        members: members(node),
        external_guid: node.string("ExternalGUID"),
        edit_sequence: edit_sequence(node),
    }))
}

/// The single sales-tax items of a sales-tax group.
fn members(node: &Node) -> Vec<crate::books::ListRef> {
    node.all("ItemSalesTaxRef")
        .map(|member| crate::books::ListRef::new(member.string("ListID"), member.string("FullName")))
        .collect()
}

//! Every query: what QuickBooks is, its lists, its transactions, and what was deleted from it.
//!
//! Must never send a query by id or name without an id or name: QuickBooks would answer with the whole list. Inactive
//! entries are always asked for, because they block their names (`qbxml.md` fact 9). Filters and their order:
//! `qbxml.md` 7 and `qbxml-elements.md`.

use super::WriteError;
use super::element::Xml;
use super::reports;
use crate::base::Day;
use crate::books::{ListKind, TxnKind};
use crate::handoff::{Page, Request};

/// What is asked of a customer: all that is kept of it. Leaving the shipping address out makes the query much faster
/// (`qbxml.md` 7).
const CUSTOMER_ELEMENTS: &[&str] = &[
    "ListID",
    "TimeModified",
    "EditSequence",
    "Name",
    "FullName",
    "IsActive",
    "ParentRef",
    "CompanyName",
    "FirstName",
    "LastName",
    "BillAddress",
    "Phone",
    "AltPhone",
    "Fax",
    "Email",
    "TermsRef",
    "SalesTaxCodeRef",
    "ItemSalesTaxRef",
    "AccountNumber",
    "Notes",
    "ExternalGUID",
    "CurrencyRef",
];
const VENDOR_ELEMENTS: &[&str] = &[
    "ListID",
    "TimeModified",
    "EditSequence",
    "Name",
    "IsActive",
    "CompanyName",
    "FirstName",
    "LastName",
    "VendorAddress",
    "Phone",
    "AltPhone",
    "Fax",
    "Email",
    "AccountNumber",
    "Notes",
    "TermsRef",
    "ExternalGUID",
    "CurrencyRef",
];
/// Of employees and other names only what the common name space needs; personal data is not asked for (design 8.17).
const NAME_ELEMENTS: &[&str] = &["ListID", "TimeModified", "EditSequence", "Name", "IsActive"];
const NO_ELEMENTS: &[&str] = &[];

/// Headers of transactions, by kind; journals have no such list because their total and their mark stand in the lines.
const SALE_ELEMENTS: &[&str] = &[
    "TxnID",
    "TimeCreated",
    "TimeModified",
    "EditSequence",
    "CustomerRef",
    "TxnDate",
    "RefNumber",
    "IsPending",
    "Subtotal",
    "SalesTaxTotal",
    "Memo",
    "ExternalGUID",
];
const INVOICE_ONLY: &[&str] = &["AppliedAmount", "BalanceRemaining", "IsPaid"];
const CREDIT_MEMO_ONLY: &[&str] = &["TotalAmount", "CreditRemaining"];
const PURCHASE_ELEMENTS: &[&str] = &[
    "TxnID",
    "TimeCreated",
    "TimeModified",
    "EditSequence",
    "VendorRef",
    "TxnDate",
    "RefNumber",
    "Memo",
    "ExternalGUID",
    "OpenAmount",
];
const BILL_ONLY: &[&str] = &["AmountDue", "IsPaid"];
const VENDOR_CREDIT_ONLY: &[&str] = &["CreditAmount"];

/// Writes one query. Requests that change something are written elsewhere.
pub fn write(xml: &mut Xml, id: &str, request: &Request) -> Result<(), WriteError> {
    match request {
        Request::Host => host(xml, id),
        Request::Company { owner_id } => company(xml, id, owner_id),
        Request::Preferences => bare(xml, id, "PreferencesQueryRq"),
        Request::List { list, since, page } => whole_list(xml, id, *list, since.as_deref(), page),
        Request::ListById { list, ids } => {
            named(xml, id, *list, |xml| each(xml, "ListID", ids.iter().map(crate::base::ListId::as_str)))
        }
        Request::ListByName { list, names } => named(xml, id, *list, |xml| {
            if names.is_empty() {
                return Err(WriteError::Missing("FullName"));
            }
            names.iter().try_for_each(|name| xml.exact("FullName", name, 209))
        }),
        Request::ListDeleted { lists } => list_deleted(xml, id, lists),
        Request::TxnById { kind, ids, lines, links } => transactions(xml, id, *kind, &Page::Whole, |xml| {
            each(xml, "TxnID", ids.iter().map(crate::base::TxnId::as_str))?;
            detail(xml, *kind, *lines, *links);
            Ok(())
        }),
        Request::TxnByRef { kind, refs } => transactions(xml, id, *kind, &Page::Whole, |xml| {
            if refs.is_empty() {
                return Err(WriteError::Missing("RefNumber"));
            }
            refs.iter().try_for_each(|text| xml.exact("RefNumber", text, kind.ref_number_limit()))?;
            detail(xml, *kind, false, false);
            Ok(())
        }),
        Request::TxnModified { kind, from, to, lines, page } => transactions(xml, id, *kind, page, |xml| {
            xml.open("ModifiedDateRangeFilter");
            local_time(xml, "FromModifiedDate", from)?;
            if let Some(to) = to {
                local_time(xml, "ToModifiedDate", to)?;
            }
            xml.close("ModifiedDateRangeFilter");
            detail(xml, *kind, *lines, false);
            Ok(())
        }),
        Request::TxnDated { kind, from, to, page } => transactions(xml, id, *kind, page, |xml| {
            dated(xml, *from, *to);
            detail(xml, *kind, false, false);
            Ok(())
        }),
        Request::Sales { from, to, page } => transactions(xml, id, TxnKind::Invoice, page, |xml| {
            dated(xml, *from, *to);
            detail(xml, TxnKind::Invoice, true, false);
            Ok(())
        }),
        Request::TxnDeleted { kinds } => txn_deleted(xml, id, kinds),
        Request::Balances { day } => reports::balances(xml, id, *day),
        Request::AccountRows { account, from, to, since, page } => {
            reports::account_rows(xml, id, account, (*from, *to), since.as_deref(), page)
        }
        Request::TxnAdd { .. }
        | Request::ListAdd { .. }
        | Request::Finalise { .. }
        | Request::TxnMod { .. }
        | Request::TxnVoid { .. }
        | Request::TxnDel { .. }
        | Request::ListMod { .. } => Err(WriteError::Unsupported("a change as a query")),
    }
}

fn bare(xml: &mut Xml, id: &str, request: &str) -> Result<(), WriteError> {
    xml.open_with(request, &[("requestID", id)])?;
    xml.close(request);
    Ok(())
}

/// With the capacity of the lists, so that the edition's limit of names is known (design 8.14).
fn host(xml: &mut Xml, id: &str) -> Result<(), WriteError> {
    xml.open_with("HostQueryRq", &[("requestID", id)])?;
    xml.open("IncludeListMetaData");
    xml.flag("IncludeMaxCapacity", true);
    xml.close("IncludeListMetaData");
    xml.close("HostQueryRq");
    Ok(())
}

fn company(xml: &mut Xml, id: &str, owner_id: &str) -> Result<(), WriteError> {
    let guid = owner_id.trim().trim_start_matches('{').trim_end_matches('}');
    if uuid::Uuid::try_parse(guid).is_err() {
        return Err(WriteError::Form { field: "OwnerID", text: owner_id.to_string() });
    }
    xml.open_with("CompanyQueryRq", &[("requestID", id)])?;
    xml.leaf("OwnerID", &format!("{{{guid}}}"));
    xml.close("CompanyQueryRq");
    Ok(())
}

/// Which elements of a list entry are asked for; all where entries of one list differ in kind.
const fn list_elements(list: ListKind) -> &'static [&'static str] {
    match list {
        ListKind::Customer => CUSTOMER_ELEMENTS,
        ListKind::Vendor => VENDOR_ELEMENTS,
        ListKind::Employee | ListKind::OtherName => NAME_ELEMENTS,
        ListKind::Account | ListKind::Item | ListKind::Terms | ListKind::Class | ListKind::SalesTaxCode => {
            NO_ELEMENTS
        }
    }
}

fn whole_list(
    xml: &mut Xml,
    id: &str,
    list: ListKind,
    since: Option<&str>,
    page: &Page,
) -> Result<(), WriteError> {
    let page = if list.has_iterator() { page } else { &Page::Whole };
    let request = format!("{}QueryRq", list.word());
    open_page(xml, &request, id, page)?;
    xml.leaf("ActiveStatus", "All");
    if let Some(since) = since {
        local_time(xml, "FromModifiedDate", since)?;
    }
    elements(xml, &[list_elements(list)]);
    xml.close(&request);
    Ok(())
}

fn named(
    xml: &mut Xml,
    id: &str,
    list: ListKind,
    filter: impl FnOnce(&mut Xml) -> Result<(), WriteError>,
) -> Result<(), WriteError> {
    let request = format!("{}QueryRq", list.word());
    xml.open_with(&request, &[("requestID", id)])?;
    filter(xml)?;
    elements(xml, &[list_elements(list)]);
    xml.close(&request);
    Ok(())
}

fn transactions(
    xml: &mut Xml,
    id: &str,
    kind: TxnKind,
    page: &Page,
    filter: impl FnOnce(&mut Xml) -> Result<(), WriteError>,
) -> Result<(), WriteError> {
    let request = format!("{}QueryRq", kind.word());
    open_page(xml, &request, id, page)?;
    filter(xml)?;
    xml.close(&request);
    Ok(())
}

/// Transactions of a span of ledger dates.
fn dated(xml: &mut Xml, from: Day, to: Day) {
    xml.open("TxnDateRangeFilter");
    xml.date("FromTxnDate", from);
    xml.date("ToTxnDate", to);
    xml.close("TxnDateRangeFilter");
}

/// Lines, links, and the elements of the header where no lines are wanted. Journals always come with their lines.
fn detail(xml: &mut Xml, kind: TxnKind, lines: bool, links: bool) {
    let journal = kind == TxnKind::JournalEntry;
    let lines = lines || journal;
    xml.flag("IncludeLineItems", lines);
    if !journal {
        xml.flag("IncludeLinkedTxns", links);
    }
    if lines || links {
        return;
    }
    match kind {
        TxnKind::Invoice => elements(xml, &[SALE_ELEMENTS, INVOICE_ONLY]),
        TxnKind::CreditMemo => elements(xml, &[SALE_ELEMENTS, CREDIT_MEMO_ONLY]),
        TxnKind::Bill => elements(xml, &[PURCHASE_ELEMENTS, BILL_ONLY]),
        TxnKind::VendorCredit => elements(xml, &[PURCHASE_ELEMENTS, VENDOR_CREDIT_ONLY]),
        TxnKind::JournalEntry => {}
    }
}

pub(super) fn elements(xml: &mut Xml, lists: &[&[&str]]) {
    for name in lists.iter().copied().flatten() {
        xml.leaf("IncludeRetElement", name);
    }
}

fn each<'a>(
    xml: &mut Xml,
    field: &'static str,
    ids: impl Iterator<Item = &'a str>,
) -> Result<(), WriteError> {
    let mut none = true;
    for id in ids {
        xml.identifier(field, id)?;
        none = false;
    }
    if none { Err(WriteError::Missing(field)) } else { Ok(()) }
}

/// The opening tag and MaxReturned. An iterator belongs to one visit (`qbxml.md` 7).
pub(super) fn open_page(xml: &mut Xml, request: &str, id: &str, page: &Page) -> Result<(), WriteError> {
    let max = match page {
        Page::Whole => {
            xml.open_with(request, &[("requestID", id)])?;
            return Ok(());
        }
        Page::Start { max } => {
            xml.open_with(request, &[("requestID", id), ("iterator", "Start")])?;
            max
        }
        Page::Continue { iterator, max } => {
            xml.open_with(request, &[("requestID", id), ("iterator", "Continue"), ("iteratorID", iterator)])?;
            max
        }
    };
    if *max == 0 {
        return Err(WriteError::Missing("MaxReturned"));
    }
    xml.leaf("MaxReturned", &max.to_string());
    Ok(())
}

/// A time of the QuickBooks machine's own clock, without an offset: with one, older versions are an hour off in summer
/// (`qbxml.md` fact 12). An offset that came along is dropped.
pub(super) fn local_time(xml: &mut Xml, field: &'static str, text: &str) -> Result<(), WriteError> {
    let wrong = || WriteError::Form { field, text: text.to_string() };
    let local = text.get(..19).ok_or_else(wrong)?;
    let shape = local.bytes().enumerate().all(|(place, byte)| match place {
        4 | 7 => byte == b'-',
        10 => byte == b'T',
        13 | 16 => byte == b':',
        _ => byte.is_ascii_digit(),
    });
    if !shape {
        return Err(wrong());
    }
    xml.leaf(field, local);
    Ok(())
}

/// The names under which deletions of a list are told: items and terms have one for each of their types.
const fn deleted_types(list: ListKind) -> &'static [&'static str] {
    match list {
        ListKind::Item => &[
            "ItemDiscount",
            "ItemFixedAsset",
            "ItemGroup",
            "ItemInventory",
            "ItemInventoryAssembly",
            "ItemNonInventory",
            "ItemOtherCharge",
            "ItemPayment",
            "ItemSalesTax",
            "ItemSalesTaxGroup",
            "ItemService",
            "ItemSubtotal",
        ],
        ListKind::Terms => &["DateDrivenTerms", "StandardTerms"],
        ListKind::Account => &["Account"],
        ListKind::Customer => &["Customer"],
        ListKind::Vendor => &["Vendor"],
        ListKind::Employee => &["Employee"],
        ListKind::OtherName => &["OtherName"],
        ListKind::Class => &["Class"],
        ListKind::SalesTaxCode => &["SalesTaxCode"],
    }
}

fn list_deleted(xml: &mut Xml, id: &str, lists: &[ListKind]) -> Result<(), WriteError> {
    if lists.is_empty() {
        return Err(WriteError::Missing("ListDelType"));
    }
    xml.open_with("ListDeletedQueryRq", &[("requestID", id)])?;
    for list in lists {
        for kind in deleted_types(*list) {
            xml.leaf("ListDelType", kind);
        }
    }
    xml.close("ListDeletedQueryRq");
    Ok(())
}

fn txn_deleted(xml: &mut Xml, id: &str, kinds: &[TxnKind]) -> Result<(), WriteError> {
    if kinds.is_empty() {
        return Err(WriteError::Missing("TxnDelType"));
    }
    xml.open_with("TxnDeletedQueryRq", &[("requestID", id)])?;
    for kind in kinds {
        xml.leaf("TxnDelType", kind.word());
    }
    xml.close("TxnDeletedQueryRq");
    Ok(())
}

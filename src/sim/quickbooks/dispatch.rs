//! Which part of the company answers which request.
//!
//! Must know exactly the requests of `grammar.txt`, no more: an unknown one never gets here.

use super::answer::{Answer, Refusal};
use super::company::Company;
use super::lists::ListKind;
use super::transactions::TxnKind;
use crate::sim::xml::El;

impl Company {
    pub(super) fn dispatch(&mut self, request: &El) -> Answer {
        let name = request.name.strip_suffix("Rq").unwrap_or(&request.name);
        match name {
            "HostQuery" | "CompanyQuery" | "PreferencesQuery" => return self.identity_query(request, false),
            "TransactionQuery" => return self.transaction_query(request),
            "TxnDeletedQuery" => return self.txn_deleted_query(request),
            "ListDeletedQuery" => return self.list_deleted_query(request),
            "GeneralSummaryReportQuery" => return self.summary_report(request),
            "TxnDel" => return self.txn_del(request),
            "TxnVoid" => return self.txn_void(request),
            "ListDel" => return self.list_del(request),
            _ => {}
        }
        if let Some(subject) = name.strip_suffix("Query") {
            return match TxnKind::named(subject) {
                Some(kind) => self.txn_query(request, kind),
                None => self.list_query(request, list_kinds(subject)),
            };
        }
        let body = request.children.first().cloned().unwrap_or_default();
        if name == "DataExtAdd" {
            return self.data_ext_add(&body);
        }
        if let Some(subject) = name.strip_suffix("Add") {
            return match TxnKind::named(subject) {
                Some(kind) => self.txn_add(kind, &body),
                None => self.list_add(one_kind(subject)?, &body),
            };
        }
        let subject = name.strip_suffix("Mod").unwrap_or(name);
        match TxnKind::named(subject) {
            Some(kind) => self.txn_mod(kind, &body),
            None => self.list_mod(one_kind(subject)?, &body),
        }
    }
}

fn one_kind(subject: &str) -> Result<ListKind, Refusal> {
    let kind = ListKind::ALL.iter().find(|kind| kind.word() == subject);
    kind.copied().ok_or_else(|| Refusal::new(1030, "The request is not supported."))
}

/// The lists that a query looks into.
fn list_kinds(subject: &str) -> &'static [ListKind] {
    use ListKind::*;
    match subject {
        "Account" => &[Account],
        "Customer" => &[Customer],
        "Vendor" => &[Vendor],
        "Employee" => &[Employee],
        "OtherName" => &[OtherName],
        "Entity" => &[Customer, Vendor, Employee, OtherName],
        "Terms" => &[StandardTerms, DateDrivenTerms],
        "Class" => &[Class],
        "SalesTaxCode" => &[SalesTaxCode],
        "Item" => ListKind::targets("ItemRef"),
        _ => &[],
    }
}

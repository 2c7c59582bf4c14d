//! A typed or imported vendor credit: expense lines on accounts, the inventory account where none is named.
//!
//! Must never go without the supplier's number (design 8.3) nor without a vendor. Postings:
//! `cin7-quickbooks-integration.md` 7.2.

use super::{Desk, bare};
use crate::books::own::{OwnLine, OwnVendorCredit};
use crate::books::settings::InventoryMethod;
use crate::books::{Line, PartyRef, Payload, Role, TxnKind};
use crate::drafting::journal_accounts::{self, Booked};
use crate::drafting::numbers;
use crate::drafting::reason::Reasons;
use crate::drafting::texts::{DESCRIPTION, Fitter};

pub(super) fn payload(
    credit: &OwnVendorCredit,
    party: Option<&PartyRef>,
    desk: &Desk<'_>,
    fitter: &mut Fitter,
    reasons: &mut Reasons,
) -> Option<Payload> {
    if party.is_none() {
        let text = if credit.contact == 0 {
            format!("QuickBooks has no active vendor `{}`, and Cin7 no such supplier.", credit.vendor)
        } else {
            format!("The supplier `{}` is not linked to a QuickBooks vendor yet.", credit.vendor)
        };
        reasons.block("no_match", "vendor", text);
    }
    if credit.number.trim().is_empty() {
        let text = "The supplier's credit note number is missing; type it in before it can go on.";
        reasons.block("no_supplier_credit_number", "number", text);
    }
    let total = credit.lines.iter().map(|line| line.amount).sum::<crate::base::Cents>();
    if total.is_negative() {
        reasons.block("negative_total", "amount", "A vendor credit below zero is a bill; enter it as one.");
    }
    let wanted = fitter.fit("number", &credit.number, DESCRIPTION);
    let taken = |number: &str| (desk.taken)(TxnKind::VendorCredit, party, number);
    let number = numbers::vendor_number(desk.source, &wanted, TxnKind::VendorCredit, &taken, reasons);
    let po = credit.po.trim();
    let for_po = if po.is_empty() { String::new() } else { format!(" for {po}") };
    let memo = format!("Vendor credit {}{for_po} {}", credit.number.trim(), credit.memo.trim());
    let memo = fitter.fit("memo", &memo, DESCRIPTION);
    let lines: Option<Vec<Line>> =
        credit.lines.iter().map(|line| one_line(line, desk, fitter, reasons)).collect();
    let mut payload = bare(TxnKind::VendorCredit, credit.date, &number, memo, total, desk.ctx);
    payload.party = party.cloned();
    payload.control_account = desk.ctx.settings.account.ap.clone();
    payload.lines = lines?;
    Some(payload)
}

fn one_line(line: &OwnLine, desk: &Desk<'_>, fitter: &mut Fitter, reasons: &mut Reasons) -> Option<Line> {
    let booked = account(&line.account, desk, reasons)?;
    let inventory = desk.ctx.settings.account.inventory_asset.as_ref();
    let inventory = inventory.and_then(|wanted| desk.ctx.lists.account(wanted));
    let is_stock = inventory.is_some_and(|inventory| inventory.id == booked.account.id);
    let role = if is_stock { Role::Inventory } else { Role::Expense };
    let text = fitter.fit("memo", &line.memo, DESCRIPTION);
    Some(journal_accounts::line(role, &booked, None, line.amount, &text))
}

/// The account that a person typed, by number or name; without one that of purchases.
fn account(typed: &str, desk: &Desk<'_>, reasons: &mut Reasons) -> Option<Booked> {
    let (ctx, typed) = (desk.ctx, typed.trim());
    if !typed.is_empty() {
        return journal_accounts::of_code(typed, "typed with the entry", "account", ctx, reasons);
    }
    let accounts = &ctx.settings.account;
    let (key, what, wanted) = match ctx.settings.inventory_method {
        InventoryMethod::Perpetual => {
            ("account.inventory_asset", "inventory", accounts.inventory_asset.as_ref())
        }
        InventoryMethod::Periodic => {
            ("account.purchase_expense", "purchases", accounts.purchase_expense.as_ref())
        }
    };
    journal_accounts::of_setting(key, what, "no_purchase_account", wanted, ctx, reasons)
}

//! Entries and changes after posting, for the tests of this room.

use super::sample;
use super::sample::posting;
use crate::base::{Cents, DraftId};
use crate::books::{DraftState, OperationKind};
use crate::books::{Role, Side};
use crate::handoff::diff::Changed;
use crate::handoff::hints;
use crate::proof::RollForwardRow;
use crate::tui::form::{Entry, Look};
use crate::tui::paper::{self, Piece};
use crate::tui::theme;
use crate::workflow::changes::Proposed;
use crate::workflow::drafts::{DraftDetail, ReasonView};
use crate::workflow::own_look::PickList;
use crate::workflow::undo::{UndoPlan, UndoRow, Undoing};

/// What a list offers.
pub fn offers(list: PickList, typed: &str) -> Vec<String> {
    let all: &[&str] = match list {
        PickList::Vendors => &["Oak & Iron Supply", "Pine Works", "Pine Works West"],
        PickList::Accounts => &["Freight In", "Inventory Asset", "Purchase Discounts"],
        PickList::Orders => &["PO-3109", "PO-3110"],
        PickList::Categories => &["Duty", "Freight"],
        PickList::Files => &["exports/"],
    };
    let wanted = crate::base::text::fold(typed);
    all.iter()
        .filter(|name| crate::base::text::fold(name).contains(&wanted))
        .map(|name| (*name).into())
        .collect()
}

/// What an entry would become.
pub fn look(entry: &Entry) -> Look {
    let Entry::VendorCredit(credit) = entry else { return Look::default() };
    let total = credit.lines.iter().map(|line| line.amount).sum::<Cents>();
    let mut pieces = vec![
        paper::head(format!(
            "vendor credit {} of {}, {}, {}",
            credit.number,
            credit.vendor,
            credit.date,
            total.grouped()
        )),
        Piece::Text(theme::Role::Good, "It would be ready for your approval in step 4.".into()),
    ];
    let why = "typed with the entry";
    let postings = [
        posting(Role::Payable, "Accounts Payable", None, Side::Debit, total.get(), why),
        posting(Role::Inventory, "Inventory Asset", None, Side::Credit, total.get(), why),
    ];
    pieces.extend(paper::ledger(&postings));
    Look { pieces, refused: false, word: None }
}

/// A posted invoice that changed in Cin7 and must be changed by hand.
pub fn changed() -> DraftDetail {
    let mut row = sample::draft(5, DraftState::Posted, "Harvest Table Provisions", 2_043);
    row.proposal = Some(DraftState::NeedsAttention);
    row.proposal_kind = Some(OperationKind::TxnMod);
    row.proposal_total = Some(Cents::new(2_543));
    let mut detail = sample::detail(&row);
    let cell = |field: &str, before: Option<&str>, after: Option<&str>| Changed {
        field: field.into(),
        before: before.map(Into::into),
        after: after.map(Into::into),
    };
    let changes = vec![
        cell("date", Some("2026-01-03"), Some("2026-01-04")),
        cell("line 2", Some("2 x 2.50 Oak pot = 5.00"), Some("4 x 2.50 Oak pot = 10.00")),
        cell("line 3", None, Some("Gift wrap = 0.00")),
    ];
    let why =
        "A payment or credit is applied to it in QuickBooks, so it counts as approved there.".to_string();
    let posted = &detail.version.as_ref().unwrap().payload;
    let hint = hints::sheet(OperationKind::TxnMod, posted, changes.clone(), vec![why.clone()], true, false);
    detail.proposed = Some(Proposed {
        operation: "TxnMod".into(),
        state: "NeedsAttention",
        version: Some(2),
        hash: "hash-new".into(),
        total: Some(Cents::new(2_543)),
        difference: Cents::new(500),
        date: Some("2026-01-04".into()),
        changes,
        reasons: vec![ReasonView {
            code: "payment_applied".into(),
            text: why,
            field: None,
            level: "blocks".into(),
        }],
        hint: Some(hint),
    });
    detail
}

/// What undoing the sample's batch would do.
pub fn undo_plan() -> UndoPlan {
    let row = |id: i64, name: &str, cents, how, why: &str| UndoRow {
        draft: Some(DraftId(id)),
        name: name.into(),
        total: Some(Cents::new(cents)),
        how,
        why: why.into(),
    };
    UndoPlan {
        batch: crate::base::BatchId(1),
        rows: vec![
            row(
                1,
                "invoice 10301 (SO-24001)",
                119_735,
                Undoing::Delete,
                "A pending sale that nobody touched.",
            ),
            row(2, "bill A-17 (PO-3109)", 245_591, Undoing::Void, "Posted, untouched, in an open period."),
            row(3, "bill A-18 (PO-3110)", 9_900, Undoing::Opposite, "A payment or credit hangs on it."),
            UndoRow {
                draft: None,
                name: "vendor Oak & Iron Supply".into(),
                total: None,
                how: Undoing::Leave,
                why: "List entries stay; make it inactive in QuickBooks if nobody needs it.".into(),
            },
        ],
    }
}

/// The worked month of the page on the integration, and the month after it.
pub fn roll_forward() -> Vec<RollForwardRow> {
    let row = |month: &str, opening, bills, cogs, closing| RollForwardRow {
        month: month.into(),
        opening: Cents::new(opening),
        bills: Cents::new(bills),
        landing_costs: Cents::ZERO,
        vendor_credits: Cents::ZERO,
        adjustments: Cents::ZERO,
        cogs: Cents::new(cogs),
        true_up: Cents::ZERO,
        other_in_quickbooks: Cents::ZERO,
        closing: Cents::new(closing),
        cin7_value: None,
        cin7_value_source: None,
        quickbooks_balance: None,
        other: Vec::new(),
        explainers: Vec::new(),
    };
    let mut worked = row("2026-02", 0, 115_000, 32_400, 72_800);
    worked.landing_costs = Cents::new(3_000);
    worked.vendor_credits = Cents::new(2_000);
    worked.adjustments = Cents::new(-10_800);
    worked.cin7_value = Some(Cents::new(72_800));
    worked.cin7_value_source = Some("imported by Dana on 2026-03-02".into());
    worked.quickbooks_balance = Some(Cents::new(73_300));
    vec![worked, row("2026-03", 72_800, 1_200, 600, 73_400)]
}

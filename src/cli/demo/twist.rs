//! What a demo lets happen when it is asked: Cin7 changes an order, a supplier sends a credit, QuickBooks edits an
//! invoice, the accountant closes a month whose cost then moves.
//!
//! Must act through the far ends as their own users would, never through the profile.

use super::closing;
use super::stage::Stage;
use crate::base::Decimal;
use crate::books::{DraftState, TxnKind};
use crate::sim::world::Resource;
use crate::store::drafts::{DraftFilter, DraftRow};
use crate::tui::Twist;
use crate::workflow::{Result, drafts};

/// Lets it happen; what happened and what to look at now, in sentences.
///
/// # Errors
/// What the store or the demo's folder says.
pub fn play(stage: &Stage, twist: Twist) -> Result<Vec<String>> {
    match twist {
        Twist::OrderChanged => order_changed(stage),
        Twist::SupplierCredit => supplier_credit(stage),
        Twist::InvoiceEdited => invoice_edited(stage),
        Twist::MonthClosed => month_closed(stage),
    }
}

fn month_closed(stage: &Stage) -> Result<Vec<String>> {
    let Some((month, reference)) = closing::close_the_books(stage)? else {
        return Ok(nothing(
            "The cost of the last month is not in QuickBooks yet. Approve and hand off its COGS journal first.",
        ));
    };
    Ok(vec![
        format!(
            "The accountant closed {month} in QuickBooks, and then a cost of {reference} came late in Cin7."
        ),
        String::new(),
        "Press 5, then r: the next visit reads the closing date. Then press 2, r to fetch.".into(),
        "The journal of the closed month stays as it is. Press 4: what is missing is a journal of".into(),
        "its own in the first open month, with the document that moved it.".into(),
    ])
}

/// The newest draft of a kind in the first of some states that has one.
fn one(stage: &Stage, kind: TxnKind, states: &[DraftState]) -> Result<Option<DraftRow>> {
    for state in states {
        let filter = DraftFilter { states: vec![*state], kind: Some(kind), ..DraftFilter::default() };
        if let Some(id) = drafts::ids(&stage.profile, &filter)?.last() {
            return Ok(drafts::rows(&stage.profile, &[*id])?.pop());
        }
    }
    Ok(None)
}

fn nothing(what: &str) -> Vec<String> {
    vec![what.to_string()]
}

fn order_changed(stage: &Stage) -> Result<Vec<String>> {
    let states = [DraftState::Approved, DraftState::Posted, DraftState::Ready];
    let Some(row) = one(stage, TxnKind::Invoice, &states)? else {
        return Ok(nothing("There is no sales order yet that could change. Fetch first: press 2, then r."));
    };
    let document = drafts::detail(&stage.profile, row.id)?.document;
    let line = document.as_ref().and_then(|document| document.lines.first());
    let (Some(line), Ok(id)) = (line, row.cin7_id.parse::<i64>()) else {
        return Ok(nothing("That order has no line that could change."));
    };
    let more = line.qty + Decimal::ONE;
    let there = stage.cin7.change(|world, now| world.change_quantity(Resource::SalesOrders, id, more, now));
    if !there {
        return Ok(nothing("Cin7 does not have that order any more."));
    }
    Ok(vec![
        format!("Somebody in Cin7 changed order {}: one more of its first line, {more} now.", row.reference),
        format!("Here it is {} with {} still.", row.state.word(), row.total.unwrap_or_default().grouped()),
        String::new(),
        "Now press 2, then r to fetch. If you had approved it, your approval is gone:".into(),
        format!(
            "press 4, / and type {}. It shows what changed; o takes it up, a approves it anew.",
            row.reference
        ),
    ])
}

fn supplier_credit(stage: &Stage) -> Result<Vec<String>> {
    let states = [DraftState::Posted, DraftState::Approved, DraftState::Ready];
    let Some(row) = one(stage, TxnKind::Bill, &states)? else {
        return Ok(nothing("There is no bill yet. Fetch and match first: press 2, then 3."));
    };
    let number = format!("CR-{}", row.cin7_id);
    let vendor = row.party_name.clone().unwrap_or_default();
    let tenth = row.total.unwrap_or_default().get() / 10;
    Ok(vec![
        "A letter came with the post:".into(),
        String::new(),
        format!("  {vendor}"),
        format!("  Credit {number}, for your order {}", row.reference),
        format!("  Goods returned: {}", crate::base::Cents::new(tenth.max(100)).grouped()),
        String::new(),
        "Cin7's API does not deliver supplier credits. Press 4, then V, and type it in:".into(),
        "it becomes a draft like every other.".into(),
    ])
}

fn invoice_edited(stage: &Stage) -> Result<Vec<String>> {
    let Some(row) = one(stage, TxnKind::Invoice, &[DraftState::Posted])? else {
        return Ok(nothing("No invoice is in QuickBooks yet. Hand a batch off first: press 5, then c."));
    };
    let txn = row.txn_id.clone().unwrap_or_default();
    let edited = stage.company.change(|company| company.edit_memo(&txn, "Changed by hand at the desk"));
    if !edited {
        return Ok(nothing("QuickBooks did not allow the change."));
    }
    stage.keep()?;
    Ok(vec![
        format!("Somebody opened invoice {} in QuickBooks and changed its memo.", row.ref_number),
        String::new(),
        "Press 5, then r: the next visit reads it back. It is called edited in QuickBooks,".into(),
        "and is never overwritten by this program.".into(),
    ])
}

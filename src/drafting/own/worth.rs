//! What the goods of a document that moved were worth: for the accrual and for explaining the roll-forward.
//!
//! Must never be booked by itself: an accrual shows its orders and waits for a person. Cost: `cin7-api.md` 9.

use crate::base::{Cents, Decimal};
use crate::drafting::accounts::Codes;
use crate::drafting::context::Context;
use crate::drafting::reckon::{PartKind, reckon};
use crate::orders::{Contact, DocLine, Document, DocumentType};

/// The worth of what moved: of a purchase order its net price with the supplier's charges where all of it is here; of a
/// sale or return its cost. None where nothing moves stock, or a figure is not believable.
#[must_use]
pub fn moved(document: &Document, contact: Option<&Contact>, ctx: &Context<'_>) -> Option<Cents> {
    if !document.lines.iter().any(|line| line.product_id != 0) {
        return None;
    }
    let worth = match document.kind {
        DocumentType::PurchaseOrder => received(document, contact, ctx)?,
        DocumentType::SalesOrder | DocumentType::CreditNote => cost(document),
    };
    Cents::round(worth).ok()
}

fn received(document: &Document, contact: Option<&Contact>, ctx: &Context<'_>) -> Option<Decimal> {
    let own = document.currency.trim();
    if !own.is_empty() && !own.eq_ignore_ascii_case(ctx.settings.cin7.base_currency.trim()) {
        return None;
    }
    let codes = Codes::new(document, contact, ctx.products, ctx.settings);
    let reckoning = reckon(document, Decimal::ONE, &codes, ctx)?;
    let whole = document.lines.iter().all(|line| line.qty_shipped == line.qty);
    let mut worth = Decimal::ZERO;
    for part in &reckoning.parts {
        match part.kind {
            PartKind::Line(place) => {
                let line = document.lines.get(place)?;
                if !line.qty.is_zero() {
                    worth += part.net * line.qty_shipped / line.qty;
                }
            }
            _ if whole => worth += part.net,
            _ => {}
        }
    }
    Some(worth)
}

/// Unit cost times quantity; of a kit the components, where they carry cost.
fn cost(document: &Document) -> Decimal {
    let has_cost = |line: &DocLine| line.unit_cost.is_some_and(|cost| !cost.is_zero());
    let is_costed_kit =
        |parent: &DocLine| document.lines.iter().any(|line| line.parent_id == parent.id && has_cost(line));
    document
        .lines
        .iter()
        .filter(|line| line.product_id != 0 && !is_costed_kit(line))
        .map(|line| {
            let moved = if line.qty_shipped.is_zero() { line.qty } else { line.qty_shipped };
            line.unit_cost.unwrap_or_default().checked_mul(moved.abs()).unwrap_or_default()
        })
        .fold(Decimal::ZERO, |sum, cost| sum.checked_add(cost).unwrap_or(sum))
}

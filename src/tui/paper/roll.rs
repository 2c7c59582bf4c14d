//! One month of the inventory roll-forward in full: the columns of design section 3, what is behind the other
//! transactions, and what explains a difference.
//!
//! Must never show a residue as a line: what closing and the balance differ by is said as such (design 4.8).

use super::{Offer, Paper, Piece, figure, head};
use crate::base::Cents;
use crate::proof::RollForwardRow;
use crate::tui::command::Id;
use crate::tui::theme::Role;

/// The sheet.
pub fn walk(row: &RollForwardRow) -> Paper {
    let mut pieces = vec![
        figure("opening", row.opening),
        figure("+ bills", row.bills),
        figure("+ landing costs", row.landing_costs),
        figure("- vendor credits", row.vendor_credits),
        figure("+ adjustments", row.adjustments),
        figure("- cost of goods sold", row.cogs),
        figure("+ true-up", row.true_up),
        figure("+ other in QuickBooks", row.other_in_quickbooks),
        figure("= closing", row.closing),
        Piece::Blank,
        Piece::Figure {
            label: "Cin7's stock value".into(),
            amount: row.cin7_value,
            note: row.cin7_value_source.clone().unwrap_or_default(),
        },
        Piece::Figure {
            label: "QuickBooks' balance".into(),
            amount: row.quickbooks_balance,
            note: "its own report at the month's end, accrual basis".into(),
        },
    ];
    let off = |what: &str, by: Option<Cents>| {
        by.filter(|by| !by.is_zero())
            .map(|by| Piece::Text(Role::Warn, format!("{what} is {} away from closing.", by.grouped())))
    };
    pieces.extend(off("QuickBooks' balance", row.off_quickbooks()));
    pieces.extend(off("Cin7's stock value", row.cin7_value.map(|value| value - row.closing)));
    if !row.explainers.is_empty() {
        pieces.push(Piece::Blank);
        pieces.push(head("What explains it"));
    }
    for explainer in &row.explainers {
        let documents = explainer.documents.join(", ");
        pieces.push(Piece::Text(Role::Text, explainer.text.clone()));
        if let Some(total) = explainer.total {
            let label = format!("  {} documents", explainer.count);
            pieces.push(Piece::Figure { label, amount: Some(total), note: documents });
        } else if !documents.is_empty() {
            pieces.push(Piece::Text(Role::Muted, format!("  {documents}")));
        }
    }
    if !row.other.is_empty() {
        pieces.push(Piece::Blank);
        pieces.push(head("Other in QuickBooks"));
    }
    for other in &row.other {
        let label = format!("{} {} {}", other.date, other.txn_type, other.ref_number);
        let note = format!("{} {}", other.name, other.memo);
        pieces.push(Piece::Figure { label, amount: Some(other.amount), note: note.trim().to_string() });
    }
    let offers = vec![Offer::run("A", "accrual", Id::Accrue), Offer::run("T", "true-up", Id::TrueUp)];
    Paper::new(format!("Inventory of {}", row.month), pieces, offers)
}

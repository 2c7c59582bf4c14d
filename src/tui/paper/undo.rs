//! What undoing a batch would do, document by document, before its control word is asked for.

use super::{Offer, Paper, Piece, head, say};
use crate::tui::effect::{Action, Irreversible};
use crate::tui::theme::Role;
use crate::workflow::undo::{UndoPlan, Undoing};

/// In the order in which they are shown, with what they mean.
const GROUPS: [(Undoing, &str); 4] = [
    (Undoing::Delete, "Deleted in QuickBooks"),
    (Undoing::Void, "Voided in QuickBooks"),
    (Undoing::Opposite, "A dated opposite is proposed as a draft, to be approved"),
    (Undoing::Leave, "Left as it is"),
];

/// The sheet.
pub fn plan(plan: &UndoPlan) -> Paper {
    let mut pieces = Vec::new();
    for (how, title) in GROUPS {
        let rows: Vec<_> = plan.rows.iter().filter(|row| row.how == how).collect();
        if rows.is_empty() {
            continue;
        }
        pieces.push(head(format!("{title}: {}", rows.len())));
        for row in rows {
            pieces.push(match row.total {
                None => say(format!("{}: {}", row.name, row.why)),
                amount => Piece::Figure { label: row.name.clone(), amount, note: row.why.clone() },
            });
        }
        pieces.push(Piece::Blank);
    }
    let left = plan.count(Undoing::Leave);
    let mut offers = Vec::new();
    if left == plan.rows.len() {
        pieces.push(Piece::Text(Role::Warn, "Nothing of this batch can or need be undone.".into()));
    } else {
        pieces.push(say("Deletions and voids go to QuickBooks as a batch of their own at the next visit."));
        let what = Irreversible::UndoBatch(plan.clone());
        offers.push(Offer::act("c", "go on to the control word", Action::Ask(what)));
    }
    Paper::new(format!("Undo batch {}", plan.batch), pieces, offers)
}

//! A month's cost of goods: what stands in its way, what must be answered, and every document behind the figure.
//!
//! Must never leave out the month-end trap: sales of the month that are pending, unsent or in error while their cost is
//! booked (`cin7-quickbooks-integration.md` 9.2).

use super::{Offer, Paper, Piece, head, say};
use crate::base::Cents;
use crate::tui::command::Id;
use crate::tui::theme::Role;
use crate::workflow::costs::CostView;
use crate::workflow::drafts::DraftDetail;

/// What became of documents, in the order in which a person needs them; and what to do about it.
const GROUPS: [(&str, &str, &str); 6] = [
    ("asked", "To answer", "Find it in the list: + counts its cost, - leaves it out."),
    ("to confirm", "Counts, to be confirmed", "Find it in the list: + confirms its cost, - leaves it out."),
    ("waits for approval", "Not yet: the document waits for approval", ""),
    ("not moved or invoiced", "Not yet: the goods did not move, or it is not invoiced", ""),
    ("left out", "Left out by an answer", ""),
    ("counts", "Counts", ""),
];

/// The sheet of a month's journal.
pub fn month(detail: &DraftDetail, documents: &[CostView]) -> Paper {
    let row = &detail.row;
    let mut pieces = Vec::new();
    let trap = |code: &str| code.starts_with("sales_") || code.contains("pending");
    for reason in detail.reasons.iter().filter(|reason| reason.level != "says" || trap(&reason.code)) {
        let role = if reason.level == "blocks" { Role::Bad } else { Role::Warn };
        pieces.push(Piece::Text(role, reason.text.clone()));
    }
    if !pieces.is_empty() {
        pieces.insert(0, head("Before it is approved"));
        pieces.push(Piece::Blank);
    }
    for (standing, title, cure) in GROUPS {
        let group: Vec<&CostView> = documents.iter().filter(|view| view.standing == standing).collect();
        if group.is_empty() {
            continue;
        }
        let total: Cents = group.iter().map(|view| view.cost).sum();
        pieces.push(head(format!("{title}: {} documents, {}", group.len(), total.grouped())));
        if !cure.is_empty() {
            pieces.push(Piece::Text(Role::Muted, cure.into()));
        }
        for view in group {
            let answer = view.answer.map(|word| format!("answered `{word}`. ")).unwrap_or_default();
            let note = format!("{answer}{}", view.doubts.join("; "));
            let (label, amount) = (view.reference.clone(), Some(view.cost));
            pieces.push(Piece::Figure { label, amount, note: note.trim().to_string() });
        }
        pieces.push(Piece::Blank);
    }
    if documents.is_empty() {
        pieces.push(say("No document of this month has a cost yet."));
    }
    if !detail.postings.is_empty() {
        pieces.push(head("The journal"));
        pieces.extend(super::ledger(&detail.postings));
    }
    let offers = vec![
        Offer::run("a", "approve it", Id::Approve),
        Offer::run("+", "go on though sales of the month are open", Id::CostCounts),
    ];
    let month = row.cin7_id.split('/').next().unwrap_or_default();
    Paper::new(format!("Cost of goods of {month}, {}", row.ref_number), pieces, offers)
}

//! What a control word confirms, in words: the same on the screen and in plain mode.
//!
//! Must never leave out what is lost by it.

use super::effect::Irreversible;
use crate::workflow::undo::Undoing;

/// Lines of a list that stand beside the word at most; the sheet before it has them all.
const NAMED: usize = 8;

/// Title, what it means, and what exactly is confirmed.
pub fn words(what: &Irreversible) -> (&'static str, &'static str, Vec<String>) {
    match what {
        Irreversible::CloseBatch => (
            "Close the batch",
            "This cannot be undone: the Web Connector hands these documents to QuickBooks at its next visit.",
            Vec::new(),
        ),
        Irreversible::Finalise(_) => (
            "Finalise pending sales",
            "This cannot be undone: these sales post to the ledger at the next visit of the Web Connector.",
            Vec::new(),
        ),
        Irreversible::Unfreeze => (
            "Let writing go on",
            "Writing stopped because QuickBooks looked like an older copy. Go on only if you know why and it is put right.",
            Vec::new(),
        ),
        Irreversible::AdoptCompany => (
            "Confirm the company file",
            "Everything approved here will be written into this company file.",
            Vec::new(),
        ),
        Irreversible::ComputerGone { computer } => (
            "A computer that is gone for good",
            "Only if it is off and stays off: were it to wake up with the request still in hand, a document could be booked twice.",
            vec![
                format!("Computer  {computer}"),
                "What it was given is looked up first; then another one may send it.".into(),
            ],
        ),
        Irreversible::TakeProfile { holder } => (
            "Take the profile over",
            "This window decides and serves the Web Connector from then on. The other one ends its visit first, then it looks on.",
            vec![if holder.is_empty() {
                "Nobody holds the profile now: it is taken at once.".to_string()
            } else {
                format!("Held by {holder}")
            }],
        ),
        Irreversible::Trial => (
            "Trial",
            "These documents go into QuickBooks at the next visit of the Web Connector, and can be taken out again.",
            Vec::new(),
        ),
        Irreversible::TrialOut => (
            "Take the trial out",
            "At the next visit pending sales are deleted and posted documents made void. A void document stays visible.",
            Vec::new(),
        ),
        Irreversible::UndoBatch(plan) => {
            let counts = [
                (Undoing::Delete, "deleted in QuickBooks"),
                (Undoing::Void, "voided in QuickBooks"),
                (Undoing::Opposite, "answered by a dated opposite, which waits for approval"),
                (Undoing::Leave, "left as they are"),
            ];
            let mut lines = vec![format!("Batch {}", plan.batch)];
            let counted =
                counts.iter().map(|(how, does)| (plan.count(*how), does)).filter(|(count, _)| *count > 0);
            lines.extend(counted.map(|(count, does)| format!("{count:>6} {does}")));
            (
                "Undo the batch",
                "This cannot be undone: what is deleted or voided leaves the ledger at the next visit of the Web Connector.",
                lines,
            )
        }
        Irreversible::Overwrite { name, fields, .. } => {
            let mut lines = vec![format!("Overwritten in {name}:")];
            lines.extend(fields.iter().take(NAMED).map(|field| format!("  {field}")));
            if fields.len() > NAMED {
                lines.push(format!("  and {} more", fields.len() - NAMED));
            }
            (
                "Overwrite a person's edit",
                "This cannot be undone: what a person changed in QuickBooks in this pending sale is lost.",
                lines,
            )
        }
        Irreversible::TrueUp { shown, why, .. } => (
            "TRUE-UP of the inventory account",
            "This cannot be undone: a journal forces the inventory account to another figure. It goes alone, in a batch of its own.",
            vec![
                format!("Month                {}", shown.month),
                format!("QuickBooks' balance  {:>16}", shown.quickbooks_balance.grouped()),
                format!("Brought to           {:>16}  {}", shown.target.grouped(), shown.target_source),
                format!("TRUE-UP              {:>16}", shown.amount.grouped()),
                format!("Why                  {why}"),
            ],
        ),
    }
}

//! The life of one document from Cin7 to QuickBooks: what was seen, drafted, decided, handed out and answered, in order.
//!
//! Must never tell what is not stored: each moment has a row of its own in the profile.

use super::{Profile, Result};
use crate::base::DraftId;
use serde::Serialize;

/// One moment.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Moment {
    /// When, in UTC.
    pub at: String,
    /// `Cin7`, `Countersign`, `QuickBooks`, or the name of a person.
    pub who: String,
    /// What happened.
    pub what: String,
}

/// What an event of the chain is called on a timeline.
fn words(kind: &str) -> String {
    match kind {
        "approved" => "approved it".into(),
        "held" => "put it aside".into(),
        "excluded" => "excluded it".into(),
        "reopened" => "took it back into review".into(),
        "changed_in_cin7" => "its content changed in Cin7; the approval is gone".into(),
        "change_approved" => "approved the change of what stands in QuickBooks".into(),
        "finalise_approved" => "approved to finalise it".into(),
        "posted" => "confirmed it".into(),
        "edited" => "somebody changed it there".into(),
        "gone" => "it is not there any more".into(),
        other => other.replace('_', " "),
    }
}

/// What an operation is called.
fn operation(kind: &str) -> &'static str {
    match kind {
        "TxnAdd" => "the document",
        "TxnMod" => "the change",
        "Finalise" => "the finalising",
        "TxnVoid" => "the void",
        "TxnDel" => "the deletion",
        _ => "a request",
    }
}

/// Every moment of a draft, oldest first.
///
/// # Errors
/// When there is no such draft, or what the store says.
pub fn timeline(profile: &Profile, id: DraftId) -> Result<Vec<Moment>> {
    let moment = |at: &str, who: &str, what: String| Moment { at: at.into(), who: who.into(), what };
    let moments = profile.store().read(|r| {
        let row = r.draft(id)?;
        let mut all = Vec::new();
        for (number, at) in (1..).zip(r.contents_seen(row.revision_id)?) {
            let what = match number {
                1 => format!("{} was fetched", row.reference),
                more => format!("{} was fetched again with content no. {more}", row.reference),
            };
            all.push(moment(&at, "Cin7", what));
        }
        for version in r.version_moments(id)? {
            all.push(moment(&version.made_at, "Countersign", format!("drafted version {}", version.version)));
        }
        for event in r.events_of(&format!("draft/{id}"))? {
            let who = match event.actor.as_str() {
                "countersign" => "Countersign",
                "quickbooks" => "QuickBooks",
                person => person,
            };
            all.push(moment(&event.at, who, words(&event.kind)));
        }
        for set in r.set_moments(id)? {
            let what = operation(&set.kind);
            let again = if set.attempt > 1 { format!(", attempt {}", set.attempt) } else { String::new() };
            let who = format!("Web Connector ({})", set.identity);
            all.push(moment(&set.handed_at, &who, format!("took {what} along{again}")));
            if let Some(at) = set.answered_at {
                let came = match set.status.as_str() {
                    "Absent" => "was asked and does not have it",
                    "Dead" => "never answered, and was asked",
                    _ => "answered",
                };
                all.push(moment(&at, "QuickBooks", format!("{came}: {what}")));
            }
        }
        for op in r.operations_of(id)? {
            if let Some(at) = &op.done_at {
                let id = op.result_id.as_deref().map_or_else(String::new, |id| format!(" as {id}"));
                all.push(moment(
                    at,
                    "QuickBooks",
                    format!("{} ended {:?}{id}", operation(&op.kind.word()), op.state),
                ));
            }
        }
        // Moments of one instant keep the order in which they were gathered.
        all.sort_by(|a, b| a.at.cmp(&b.at));
        Ok(all)
    })?;
    Ok(moments)
}

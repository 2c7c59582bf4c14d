//! Message-set records: what QuickBooks remembers of a set by its newMessageSetID.
//!
//! Follows the table of `qbxml.md` 9 and `exactly-once.md` 1.1. The record and the booking are two steps (assume not
//! atomic), and the checksum is over the bytes as sent.

use super::company::Company;
use super::packing::PackedElements;
use super::process::{MessageSet, envelope};
use crate::base::digest;
use crate::sim::xml::El;
use serde::{Deserialize, Serialize};

/// Everything of one application.
const CLEAR_ALL: &str = "ClearAllMessageSets";

/// What is kept of one message set.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SetRecord {
    /// newMessageSetID.
    pub id: String,
    /// Checksum of the request as sent.
    pub checksum: String,
    /// The answers; `None` where the record is empty.
    pub answers: Option<PackedElements>,
}

/// What the message-set ids alone decide.
pub(super) enum Decision {
    /// Work through the requests.
    Run,
    /// Answer this instead.
    Answer(String),
}

impl Company {
    pub(super) fn decide_set(&mut self, set: &MessageSet) -> Decision {
        let (new, old) = (set.new_id.as_deref(), set.old_id.as_deref());
        for id in [new, old].into_iter().flatten().filter(|id| *id != CLEAR_ALL) {
            if id.is_empty() || id.chars().count() > self.switches.set_id_limit {
                return Decision::Answer(envelope(Some((id, 9004)), Vec::new()));
            }
        }
        match (new, old) {
            (None, None) => Decision::Run,
            (None, Some(CLEAR_ALL)) => {
                self.sets.clear();
                Decision::Answer(envelope(Some(("", 0)), Vec::new()))
            }
            (None, Some(old)) => {
                let known = self.forget(old);
                Decision::Answer(envelope(Some(("", if known { 0 } else { 600 })), Vec::new()))
            }
            (Some(new), Some(old)) if new == old => Decision::Answer(self.status_check(new)),
            (Some(new), old) => {
                if let Some(old) = old {
                    self.forget(old);
                }
                self.replay(new, set).map_or(Decision::Run, Decision::Answer)
            }
        }
    }

    fn forget(&mut self, id: &str) -> bool {
        let before = self.sets.len();
        self.sets.retain(|record| record.id != id);
        self.sets.len() < before
    }

    fn status_check(&mut self, id: &str) -> String {
        match self.sets.iter().find(|record| record.id == id).and_then(|record| record.answers.as_ref()) {
            Some(answers) => envelope(Some((id, 0)), answers.elements()),
            None => {
                if self.switches.status_check_leaves_record {
                    self.sets.push(SetRecord { id: id.to_string(), checksum: String::new(), answers: None });
                }
                envelope(Some((id, 9002)), Vec::new())
            }
        }
    }

    fn replay(&mut self, id: &str, set: &MessageSet) -> Option<String> {
        let record = self.sets.iter().find(|record| record.id == id)?;
        if record.checksum != set.checksum {
            return Some(envelope(Some((id, 9001)), Vec::new()));
        }
        let answers = record.answers.as_ref()?;
        Some(envelope(Some((id, 0)), answers.elements()))
    }

    /// Keeps the answers of a set; Rets become ErrorRecovery.
    pub(super) fn record_set(&mut self, id: &str, checksum: &str, answers: &[El]) {
        let answers = if self.switches.replay_carries_ret {
            PackedElements::new(answers)
        } else {
            PackedElements::new(&answers.iter().map(recovery).collect::<Vec<El>>())
        };
        let record = SetRecord { id: id.to_string(), checksum: checksum.to_string(), answers: Some(answers) };
        self.forget(id);
        self.sets.push(record);
        if let Some(most) = self.switches.set_records_kept {
            let surplus = self.sets.len().saturating_sub(most);
            self.sets.drain(..surplus);
        }
    }

    /// Forgets all message-set records, as a rebuilt or restored file may have.
    pub fn forget_all_sets(&mut self) {
        self.sets.clear();
    }
}

/// Checksum of a request as sent.
pub(super) fn checksum(request: &str) -> String {
    digest::of_bytes(request.as_bytes())
}

/// An answer with ErrorRecovery in place of its object.
fn recovery(answer: &El) -> El {
    let bare = |children| El {
        name: answer.name.clone(),
        attributes: answer.attributes.clone(),
        text: answer.text.clone(),
        children,
    };
    let Some(object) =
        answer.children.first().filter(|_| answer.name.ends_with("AddRs") || answer.name.ends_with("ModRs"))
    else {
        return bare(answer.children.iter().filter(|child| !child.name.ends_with("Ret")).cloned().collect());
    };
    let mut recovery = El::new("ErrorRecovery");
    for name in ["ListID", "TxnID", "TxnNumber", "EditSequence", "ExternalGUID"] {
        if let Some(text) = object.get(name) {
            recovery.push(name, text);
        }
    }
    bare(vec![recovery])
}

//! Telling Cin7 what is in the books: the accounting import status, written back after QuickBooks confirmed a document.
//!
//! Must never write anything else into Cin7, nor before the document is in the ledger (a pending sale is not), nor a
//! second time without reading what the first did. Follows design 4.5 and `cin7-quickbooks-integration.md` 2.1: Cin7
//! computes cost of goods sold only for documents marked Imported or Do Not Import. That Cin7 lets the value be changed
//! is a guess (15, question 1), so it is tried on one document first.

use super::decide::{Change, Signed, decide, signed};
use super::redraft::{Scope, document_of, redraft_some};
use super::{Profile, Result, Said, fetch};
use crate::base::problem::Exit;
use crate::base::{DraftId, Problem};
use crate::cin7::Resource;
use crate::cin7::import_status::{BATCH, StatusAnswer, StatusWrite};
use crate::net::cin7_client::Cin7Client;
use crate::orders::{DocumentType, ImportStatus};
use crate::store::writeback::{WriteState, Writeback};
use crate::store::{Lane, Reader, StoreError};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

/// What is lost while the write-back is off.
pub const WITHOUT: &str = "Cin7 is not told what is in the books: it computes cost of goods sold only for documents \
     marked Imported or Do Not Import, so documents booked here show no COGS in Cin7.";
/// Which account took the first document, so that the next ones go together.
const TRIED: &str = "writeback_tried";
const IMPORTED: &str = "Imported";

/// What is done or waits.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Whether the setting allows it.
    pub on: bool,
    /// Statuses that Cin7 took in this run.
    pub written: u64,
    /// Statuses that Cin7 showed already.
    pub already: u64,
    /// What waits: not sent, or to be sent again.
    pub waiting: u64,
    /// What is in doubt.
    pub unknown: u64,
    /// What Cin7 refused.
    pub refused: u64,
    /// What Cin7 shows as we wrote it, in all.
    pub done: u64,
    /// Why it stopped or cannot go on, in words; empty if all went well.
    pub cause: String,
    /// What is open, with its cause.
    pub open: Vec<Writeback>,
}

impl Report {
    /// One or two sentences for people.
    #[must_use]
    pub fn in_words(&self) -> String {
        let mut words = Vec::new();
        if self.written > 0 {
            words.push(format!("Cin7 took {}.", statuses(self.written)));
        }
        if self.already > 0 {
            words.push(format!("{} stood there already.", statuses(self.already)));
        }
        let open = self.waiting + self.unknown + self.refused;
        if open > 0 {
            let what = if self.on { "wait to be written into Cin7" } else { "would be written into Cin7" };
            words.push(format!("{} {what}.", statuses(open)));
        } else if words.is_empty() {
            words.push("Nothing waits to be written into Cin7.".into());
        }
        if self.refused > 0 {
            words.push(format!("Cin7 refused {} of them.", self.refused));
        }
        if !self.cause.is_empty() {
            words.push(self.cause.clone());
        }
        if !self.on {
            words.push(WITHOUT.into());
        }
        words.join(" ")
    }
}

fn statuses(count: u64) -> String {
    if count == 1 { "1 status".into() } else { format!("{count} statuses") }
}

const fn word(status: ImportStatus) -> &'static str {
    match status {
        ImportStatus::NotImported => "NotImported",
        ImportStatus::Imported => IMPORTED,
        ImportStatus::DoNotImport => "DoNotImport",
        ImportStatus::Error => "Error",
    }
}

fn resource_of(cin7_type: &str) -> Result<Resource> {
    DocumentType::from_word(cin7_type)
        .map(Resource::of_document)
        .ok_or_else(|| super::bug("a status of no document"))
}

/// What the books and the rows kept so far ask for, without writing anything.
fn plan(reader: &Reader<'_>, at: &str) -> crate::store::Result<Vec<Writeback>> {
    let mut wanted = Vec::new();
    for (cin7_type, cin7_id) in reader.writebacks_missing()? {
        let known = reader.writeback(&cin7_type, cin7_id)?;
        let shown =
            document_of(reader, &cin7_type, &cin7_id.to_string())?.map(|document| document.import_status);
        let before = known.as_ref().map_or_else(
            || word(shown.unwrap_or(ImportStatus::NotImported)).to_string(),
            |k| k.before.clone(),
        );
        // Another program marked it before us: nothing is to be written, and nothing to be taken back.
        let stands = shown == Some(ImportStatus::Imported) && known.is_none();
        wanted.push(Writeback {
            cin7_type,
            cin7_id,
            wanted: IMPORTED.into(),
            before,
            import_date: at.to_string(),
            state: if stands { WriteState::Done } else { WriteState::Waiting },
            attempts: known.map_or(0, |known| known.attempts),
            cause: String::new(),
            changed_at: at.to_string(),
        });
    }
    for row in reader.writebacks_to_take_back()? {
        let back = if row.before == IMPORTED {
            word(ImportStatus::NotImported).to_string()
        } else {
            row.before.clone()
        };
        wanted.push(Writeback {
            wanted: back,
            state: WriteState::Waiting,
            cause: String::new(),
            changed_at: at.to_string(),
            ..row
        });
    }
    Ok(wanted)
}

/// What waits, without sending anything.
///
/// # Errors
/// What the store says.
pub fn preview(profile: &Profile) -> Result<Report> {
    let (on, at) = (profile.settings().cin7_writeback, profile.now().to_string());
    Ok(profile.store().read(|r| {
        let mut rows: BTreeMap<(String, i64), Writeback> = BTreeMap::new();
        for row in r.writebacks_open()?.into_iter().chain(plan(r, &at)?) {
            rows.insert((row.cin7_type.clone(), row.cin7_id), row);
        }
        let never_sent = |row: &Writeback| row.wanted != IMPORTED && row.attempts == 0;
        let open: Vec<Writeback> =
            rows.into_values().filter(|row| row.state != WriteState::Done && !never_sent(row)).collect();
        let count = |state| open.iter().filter(|row| row.state == state).count() as u64;
        let done = r.writeback_counts()?.into_iter().find(|(state, _)| *state == WriteState::Done);
        Ok(Report {
            on,
            waiting: count(WriteState::Waiting),
            unknown: count(WriteState::Sent),
            refused: count(WriteState::Refused),
            done: done.map_or(0, |(_, count)| count.unsigned_abs()),
            cause: open
                .iter()
                .map(|row| row.cause.clone())
                .find(|cause| !cause.is_empty())
                .unwrap_or_default(),
            open,
            ..Report::default()
        })
    })?)
}

/// Keeps what the books ask for as rows of their own, durable before anything is sent.
fn queue(profile: &Profile) -> Result<()> {
    let at = profile.now().to_string();
    profile.store().write(Lane::Bulk, move |tx| {
        for row in plan(&tx.reader(), &at)? {
            if row.wanted != IMPORTED && row.attempts == 0 {
                tx.drop_writeback(&row.cin7_type, row.cin7_id)?;
            } else {
                tx.keep_writeback(&row)?;
            }
        }
        Ok(())
    })?;
    Ok(())
}

/// Writes what waits into Cin7, within its limits; what is in doubt is read back first.
///
/// # Errors
/// When the setting does not allow it, there is no key, or the store fails. What Cin7 says stands in the report.
pub async fn run(profile: &Arc<Profile>, by: &str, cancel: CancellationToken) -> Result<Report> {
    let who = signed(profile, by)?;
    if !profile.settings().cin7_writeback {
        return Err(Problem::new(
            Exit::Usage,
            "WRITEBACK-OFF",
            "The write-back into Cin7 is switched off.",
            WITHOUT,
            "Switch it on with `countersign settings set cin7_writeback=true`; the first document is tried by itself.",
        ));
    }
    queue(profile)?;
    let mut client = fetch::client(profile)?.cancelled_by(cancel);
    let outcome = write_all(profile, &who, &mut client).await;
    let state = client.bucket_state().clone();
    profile.store().write(Lane::Bulk, move |tx| tx.set_meta_json("cin7_bucket", &state))?;
    let done = outcome?;
    let after = preview(profile)?;
    Ok(Report {
        written: done.written,
        already: done.already,
        cause: if done.cause.is_empty() { after.cause.clone() } else { done.cause },
        ..after
    })
}

/// What a run has done so far.
#[derive(Default)]
struct Done {
    written: u64,
    already: u64,
    cause: String,
}

/// Which account a first document was tried on.
#[derive(Serialize, Deserialize, PartialEq, Eq)]
struct Tried {
    url: String,
    username: String,
}

async fn write_all(profile: &Arc<Profile>, who: &Signed, client: &mut Cin7Client) -> Result<Done> {
    let mut done = Done::default();
    let account = {
        let settings = profile.settings();
        Tried { url: settings.cin7.url, username: settings.cin7.username }
    };
    let open = profile.store().read(|r| r.writebacks_open())?;
    let (doubtful, mut waiting): (Vec<_>, Vec<_>) =
        open.into_iter().partition(|row| row.state == WriteState::Sent);
    for row in doubtful {
        if let Some(row) = read_back(profile, client, row, &mut done).await? {
            waiting.push(row);
        }
    }
    let tried: Option<Tried> = profile.store().read(|r| r.meta_json(TRIED))?;
    if tried.as_ref() != Some(&account) && done.cause.is_empty() && !waiting.is_empty() {
        let first = waiting.remove(0);
        if !try_first(profile, who, client, first, &mut done).await? {
            return Ok(done);
        }
        profile.store().write(Lane::Person, move |tx| tx.set_meta_json(TRIED, &account))?;
    }
    waiting.sort_by(|a, b| (&a.cin7_type, &a.wanted, a.cin7_id).cmp(&(&b.cin7_type, &b.wanted, b.cin7_id)));
    for group in waiting.chunk_by(|a, b| a.cin7_type == b.cin7_type) {
        for slice in group.chunks(BATCH) {
            // What Cin7 does not answer now it will not answer for the next ones.
            if !done.cause.is_empty() {
                return Ok(done);
            }
            send(profile, who, client, slice.to_vec(), &mut done).await?;
        }
    }
    Ok(done)
}

/// The first document of an account goes alone, and is read back: an answer that says "done" is not enough.
async fn try_first(
    profile: &Arc<Profile>,
    who: &Signed,
    client: &mut Cin7Client,
    first: Writeback,
    done: &mut Done,
) -> Result<bool> {
    let key = (first.cin7_type.clone(), first.cin7_id);
    let written = done.written;
    send(profile, who, client, vec![first], done).await?;
    if done.written == written {
        if done.cause.is_empty() {
            let row = profile.store().read(|r| r.writeback(&key.0, key.1))?;
            done.cause = row.map(|row| row.cause).unwrap_or_default();
        }
        return Ok(false);
    }
    let Some(row) = profile.store().read(|r| r.writeback(&key.0, key.1))? else { return Ok(false) };
    match shown_in_cin7(client, &row).await? {
        Ok(status) if status.as_deref() == Some(row.wanted.as_str()) => Ok(true),
        Ok(status) => {
            done.written = written;
            let shown = status.unwrap_or_else(|| "no such document".into());
            let cause = format!("Cin7 said that it took the status, but still shows {shown}.");
            done.cause.clone_from(&cause);
            keep(profile, vec![Writeback { state: WriteState::Refused, cause, ..row }])?;
            Ok(false)
        }
        Err(cause) => {
            done.written = written;
            done.cause.clone_from(&cause);
            keep(profile, vec![Writeback { state: WriteState::Sent, cause, ..row }])?;
            Ok(false)
        }
    }
}

fn keep(profile: &Profile, rows: Vec<Writeback>) -> Result<()> {
    let at = profile.now().to_string();
    Ok(profile.store().write(Lane::Bulk, move |tx| {
        for row in rows {
            tx.keep_writeback(&Writeback { changed_at: at.clone(), ..row })?;
        }
        Ok(())
    })?)
}

/// Sends statuses of one resource: the intent first, then the request, then what came of it.
async fn send(
    profile: &Arc<Profile>,
    who: &Signed,
    client: &mut Cin7Client,
    rows: Vec<Writeback>,
    done: &mut Done,
) -> Result<()> {
    let Some(first) = rows.first() else { return Ok(()) };
    let resource = resource_of(&first.cin7_type)?;
    let sent: Vec<Writeback> = rows
        .into_iter()
        .map(|row| Writeback {
            state: WriteState::Sent,
            attempts: row.attempts + 1,
            cause: String::new(),
            ..row
        })
        .collect();
    keep(profile, sent.clone())?;
    let writes: Vec<StatusWrite> = sent
        .iter()
        .map(|row| StatusWrite {
            id: row.cin7_id,
            status: row.wanted.clone(),
            import_date: (row.wanted == IMPORTED).then(|| row.import_date.clone()),
        })
        .collect();
    match client.write_import_statuses(resource, &writes).await {
        Ok(answers) => settle(profile, who, sent, &answers, done),
        Err(failed) if failed.certain => {
            done.cause = in_a_sentence(&failed.problem);
            let cause = done.cause.clone();
            let state = WriteState::Refused;
            keep(
                profile,
                sent.into_iter().map(|row| Writeback { state, cause: cause.clone(), ..row }).collect(),
            )
        }
        Err(failed) => {
            let cause = in_a_sentence(&failed.problem);
            keep(
                profile,
                sent.iter().map(|row| Writeback { cause: cause.clone(), ..row.clone() }).collect(),
            )?;
            for row in sent {
                // Each is looked up by itself before anything is sent again.
                read_back(profile, client, Writeback { cause: cause.clone(), ..row }, done).await?;
            }
            if done.cause.is_empty() {
                done.cause = cause;
            }
            Ok(())
        }
    }
}

fn in_a_sentence(problem: &Problem) -> String {
    if problem.code == "CIN7-403" {
        return "The API connection of Cin7 may not write this list; give it the right to update there."
            .into();
    }
    problem.happened.clone()
}

/// What Cin7 said about each.
fn settle(
    profile: &Profile,
    who: &Signed,
    sent: Vec<Writeback>,
    answers: &[StatusAnswer],
    done: &mut Done,
) -> Result<()> {
    let mut told = Vec::new();
    let mut kept = Vec::new();
    for (index, row) in sent.into_iter().enumerate() {
        kept.push(match answers.iter().find(|answer| answer.index == index) {
            Some(answer) if answer.taken => {
                done.written += 1;
                told.push((format!("{}/{}", row.cin7_type, row.cin7_id), row.wanted.clone()));
                Writeback { state: WriteState::Done, cause: String::new(), ..row }
            }
            Some(answer) => {
                let words = answer.errors.join("; ");
                let cause = format!("Cin7 refused the status: {}.", words.trim_end_matches('.'));
                Writeback { state: WriteState::Refused, cause, ..row }
            }
            // Nothing was said about it: it is looked up by the next run.
            None => Writeback { cause: "Cin7 did not answer for this document.".into(), ..row },
        });
    }
    let (who, at) = (who.clone(), profile.now().to_string());
    profile.store().write(Lane::Bulk, move |tx| {
        for row in kept {
            tx.keep_writeback(&Writeback { changed_at: at.clone(), ..row })?;
        }
        if !told.is_empty() {
            tx.event(&at, &who.by, "cin7_status_written", "cin7", &told)?;
        }
        Ok(())
    })?;
    Ok(())
}

/// The status that Cin7 shows now; the outer error is the store's, the inner one Cin7's in words.
async fn shown_in_cin7(
    client: &mut Cin7Client,
    row: &Writeback,
) -> Result<std::result::Result<Option<String>, String>> {
    let resource = resource_of(&row.cin7_type)?;
    let kind = DocumentType::from_word(&row.cin7_type);
    Ok(match client.read_one(resource, row.cin7_id).await {
        Err(problem) => Err(problem.happened),
        Ok(None) => Ok(None),
        Ok(Some((record, _))) => {
            let document = kind.and_then(|kind| crate::cin7::document(kind, &record.raw).ok());
            Ok(document.map(|document| word(document.import_status).to_string()))
        }
    })
}

/// Looks up what became of a status that was sent without an answer. Gives the row where it must be sent again.
async fn read_back(
    profile: &Profile,
    client: &mut Cin7Client,
    row: Writeback,
    done: &mut Done,
) -> Result<Option<Writeback>> {
    // Where Cin7 does not answer for one it is not asked for the next.
    if !done.cause.is_empty() {
        return Ok(None);
    }
    match shown_in_cin7(client, &row).await? {
        Ok(status) if status.as_deref() == Some(row.wanted.as_str()) => {
            done.already += 1;
            keep(profile, vec![Writeback { state: WriteState::Done, cause: String::new(), ..row }])?;
            Ok(None)
        }
        Ok(Some(_)) => {
            let again = Writeback { state: WriteState::Waiting, ..row };
            keep(profile, vec![again.clone()])?;
            Ok(Some(again))
        }
        Ok(None) => {
            let cause = "Cin7 has no such document any more.".to_string();
            keep(profile, vec![Writeback { state: WriteState::Refused, cause, ..row }])?;
            Ok(None)
        }
        Err(cause) => {
            done.cause.clone_from(&cause);
            keep(profile, vec![Writeback { state: WriteState::Sent, cause, ..row }])?;
            Ok(None)
        }
    }
}

/// Takes documents over that Cin7 says are Imported or Do Not Import: from now on they are drafted here. A person
/// decides it, because another program may have booked them; it can be undone.
///
/// # Errors
/// When one of them is not kept out by its status in Cin7.
pub fn take_over(profile: &Profile, ids: &[DraftId], by: &str) -> Result<Said> {
    let who = signed(profile, by)?;
    let (changes, contacts) = profile.store().read(|r| {
        let (mut changes, mut contacts) = (Vec::new(), Vec::new());
        for row in r.draft_rows(ids)? {
            let status = document_of(r, &row.cin7_type, &row.cin7_id)?.map(|d| d.import_status);
            let marked = matches!(status, Some(ImportStatus::Imported | ImportStatus::DoNotImport));
            if !marked || r.taken_over(&row.source)?.is_some() || row.txn_id.is_some() {
                return Err(StoreError::Refused(format!(
                    "{} is not kept out by its status in Cin7; there is nothing to take over.",
                    row.reference
                )));
            }
            contacts.push(row.contact_id);
            changes.push(Change::TakeOver { source: row.source, taken: true });
        }
        Ok((changes, contacts))
    })?;
    let count = changes.len();
    let title =
        if count == 1 { "Took over 1 document".into() } else { format!("Took over {count} documents") };
    let said = decide(profile, &who, title, changes)?;
    redraft_some(profile, &Scope::Contacts(contacts.into_iter().collect()))?;
    Ok(said)
}

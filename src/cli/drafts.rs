//! Step 4 without a screen, looking: `drafts` and `draft`.
//!
//! Must never change anything, and must never hold the whole list: it is written as it is read.

use super::args::DraftsArgs;
use super::output::Members;
use super::session::Session;
use crate::base::problem::Exit;
use crate::base::{DraftId, Month, Problem};
use crate::books::{DraftState, Side, TxnKind, find};
use crate::store::drafts::{DraftFilter, DraftRow};
use crate::workflow::changes::Proposed;
use crate::workflow::costs;
use crate::workflow::drafts::{self, DraftDetail};
use crate::workflow::{Profile, Result};

/// Rows read at once for people.
const WINDOW: usize = 500;

fn wrong(what: String, do_now: &str) -> Problem {
    Problem::new(Exit::Usage, "DRAFTS-FILTER", what, "Nothing was changed.", do_now)
}

fn filter(profile: &Profile, args: &DraftsArgs) -> Result<DraftFilter> {
    let states = args.state.iter().flat_map(|list| list.split(','));
    let states = states.map(|word| {
        DraftState::from_word(word.trim()).ok_or_else(|| {
            let known: Vec<&str> = DraftState::ALL.iter().map(|state| state.word()).collect();
            wrong(format!("`{word}` is no state."), &format!("Use one of {}.", known.join(", ")))
        })
    });
    let kind = args.kind.as_deref().map(|word| {
        TxnKind::from_word(word).ok_or_else(|| {
            wrong(
                format!("`{word}` is no kind."),
                "Use one of Invoice, Bill, CreditMemo, VendorCredit, JournalEntry.",
            )
        })
    });
    let month = args
        .month
        .as_deref()
        .map(|month| month.parse::<Month>().map_err(|why| wrong(format!("{why}."), "Write it as 2026-02.")));
    Ok(DraftFilter {
        states: states.collect::<Result<_>>()?,
        with_changes: true,
        kind: kind.transpose()?,
        month: month.transpose()?.map(|month| month.to_string()),
        ..super::views::filter(profile, args.view.as_deref(), &args.find)?
    })
}

/// Reads the words of the filter line.
pub(super) fn wanted(words: &[String]) -> Result<find::Wanted> {
    find::parse(&words.join(" ")).map_err(|mistake| {
        wrong(
            mistake.says,
            "Write conditions as kind:bill state:ready month:2026-02 >1000, and words as they are.",
        )
    })
}

/// Lists drafts.
pub fn list(session: &Session, args: &DraftsArgs) -> Result<Exit> {
    let profile = session.look()?;
    let filter = filter(&profile, args)?;
    if session.out.is_json() {
        let stdout = std::io::BufWriter::new(std::io::stdout().lock());
        let mut members = Members::open(stdout, "drafts")?;
        drafts::json(&profile, &filter, &mut |value| members.add(&value))?;
        members.close()?;
        return Ok(Exit::Done);
    }
    let oldest = drafts::oldest_listed(&profile);
    let whole = !args.all && filter == DraftFilter { with_changes: true, ..DraftFilter::default() };
    let mut left_out = 0;
    for ids in drafts::ids(&profile, &filter)?.chunks(WINDOW) {
        for row in drafts::rows(&profile, ids)? {
            let old = drafts::is_older(&row, oldest);
            if old && whole && drafts::is_done(&row) {
                left_out += 1;
                continue;
            }
            let mark = if old && !drafts::is_done(&row) { "  [old]" } else { "" };
            session.out.say(&format!("{}{mark}", line(&row)))?;
        }
    }
    if left_out > 0 {
        session.out.note(&format!(
            "{left_out} documents before {oldest} are done and not shown (setting lookback_months); --all shows them."
        ));
    }
    Ok(Exit::Done)
}

fn line(row: &DraftRow) -> String {
    let text = |value: Option<String>| value.unwrap_or_else(|| "-".into());
    let why = drafts::reasons(row).first().map_or_else(String::new, |reason| format!("  {}", reason.text));
    format!(
        "{:>6} {:<14} {:<13} {:<10} {:<20} {:<28} {:>14}{why}",
        row.id.0,
        row.state.word(),
        row.kind.map_or("-", TxnKind::word),
        text(row.date.clone()),
        row.reference,
        text(row.party_name.clone()),
        text(row.total.map(crate::base::Cents::grouped)),
    )
}

/// Shows one draft.
pub fn show(session: &Session, id: &str, qbxml: bool) -> Result<Exit> {
    let profile = session.look()?;
    let id = drafts::find(&profile, id)?;
    if qbxml {
        return request(session, &profile, id);
    }
    if session.out.is_json() {
        let mut draft = drafts::one_json(&profile, id)?;
        let row = drafts::rows(&profile, &[id])?;
        if let (Some(row), Some(fields)) = (row.first(), draft.as_object_mut()) {
            let documents = costs::documents(&profile, row)?;
            if !documents.is_empty() {
                fields.insert("documents".into(), serde_json::json!(documents));
            }
        }
        session.out.document(&draft)?;
        return Ok(Exit::Done);
    }
    for text in lines(&drafts::detail(&profile, id)?) {
        session.out.say(&text)?;
    }
    Ok(Exit::Done)
}

fn request(session: &Session, profile: &Profile, id: DraftId) -> Result<Exit> {
    match drafts::detail(profile, id)?.qbxml {
        Some(text) => session.out.exact(&text).map(|()| Exit::Done),
        None => Err(Problem::new(
            Exit::NeedsPerson,
            "DRAFT-NO-REQUEST",
            format!("Draft {id} cannot be written for QuickBooks as it stands."),
            "Nothing was changed.",
            "`countersign draft` shows the reasons.",
        )),
    }
}

fn lines(detail: &DraftDetail) -> Vec<String> {
    let row = &detail.row;
    let mut out = vec![line(row), format!("{} {}: {}", row.cin7_type, row.cin7_id, row.outcome().word())];
    for posting in &detail.postings {
        let amount = posting.amount.grouped();
        let (debit, credit) =
            if posting.side == Side::Debit { (amount, String::new()) } else { (String::new(), amount) };
        out.push(format!("  {debit:>14} {credit:>14}  {:<30} {}", posting.account, posting.text));
    }
    out.extend(detail.reasons.iter().map(|reason| format!("  {}: {}", reason.code, reason.text)));
    out.extend(detail.edited.iter().map(|edit| format!("  changed in QuickBooks: {edit}")));
    if let Some(change) = &detail.proposed {
        proposed(change, &mut out);
    }
    out
}

/// The proposed change of a posted draft, with its hint sheet where it must be made by hand.
fn proposed(change: &Proposed, out: &mut Vec<String>) {
    out.push(format!("Proposed {} ({}), total {:+}:", change.operation, change.state, change.difference));
    let text = |side: &Option<String>| side.clone().unwrap_or_else(|| "-".into());
    for row in &change.changes {
        out.push(format!("  {}: {} -> {}", row.field, text(&row.before), text(&row.after)));
    }
    out.extend(change.reasons.iter().map(|reason| format!("  {}: {}", reason.code, reason.text)));
    let Some(hint) = &change.hint else { return };
    out.push("To be done by hand in QuickBooks:".into());
    out.extend(hint.quickbooks.iter().map(|step| format!("  - {step}")));
    out.extend(hint.cin7.iter().chain(&hint.afterwards).map(|step| format!("  {step}")));
}

//! What a screen is, what is left on it, and what the next key will do: two lines above every step.
//!
//! Must never promise what the table of commands refuses: what is said to be next can be done now, or the line says why
//! nothing can. Plain mode says the same words.

use super::command::{self, Id};
use super::connect_rows;
use super::cures;
use super::model::{HistoryTab, Model, Screen};
use crate::base::Cents;
use crate::base::text::for_screen;
use crate::books::{DraftState, Outcome};
use crate::store::drafts::DraftRow;
use crate::store::links::MatchRow;
use crate::workflow::handoff::BatchPreview;

/// How the second line is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// What comes next.
    Next,
    /// Something runs.
    Busy,
    /// Nothing can be done here, or something went wrong.
    Stopped,
}

/// The two lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guide {
    /// What this screen is.
    pub what: &'static str,
    /// What is left on it.
    pub left: String,
    /// What will happen.
    pub next: String,
    pub tone: Tone,
}

/// What a screen is, in a few words.
pub const fn what(screen: Screen) -> &'static str {
    match screen {
        Screen::Connect => "Both sides are set up here, once.",
        Screen::Fetch => "What Cin7 holds; Cin7 is only read.",
        Screen::Match => "Which record each Cin7 contact is.",
        Screen::Review => "What QuickBooks would get: countersign it.",
        Screen::HandOff => "What is approved goes to QuickBooks.",
        Screen::Prove => "Cin7 against QuickBooks, to the cent.",
        Screen::History => "Who did what, and how to take it back.",
        Screen::Home => "What needs you, and what happened.",
    }
}

/// The two lines of the screen as it stands.
pub fn of(model: &Model) -> Guide {
    let missing = if model.screen == Screen::Connect { connect_rows::missing(&model.connect) } else { 0 };
    let (tone, next) = stopped(model).unwrap_or_else(|| (Tone::Next, next(model, missing)));
    Guide { what: what(model.screen), left: left(model, missing), next: for_screen(&next), tone }
}

/// What keeps anything from happening here, if something does.
fn stopped(model: &Model) -> Option<(Tone, String)> {
    if let Some(task) = &model.task {
        let text = format!("{} goes on by itself; you may work in other steps meanwhile.", task.title);
        return Some((Tone::Busy, text));
    }
    if let Some((_, failed)) = model.failed.as_ref().filter(|(screen, _)| *screen == model.screen) {
        return Some((Tone::Stopped, format!("It failed: {failed}")));
    }
    let step = model.status.as_ref()?.steps.iter().find(|step| step.number == model.screen.number());
    if let Some(why) = step.and_then(|step| step.blocked.as_ref()) {
        let way = match model.screen {
            Screen::HandOff => format!(" {} shows the way out.", key(model, Id::Doubts)),
            _ => format!(" {} sets it.", key(model, Id::Settings)),
        };
        return Some((Tone::Stopped, format!("It cannot go on: {}.{way}", why.trim_end_matches('.'))));
    }
    let text = "Another window decides about these books; here you can look at everything.";
    (!model.is_host).then(|| (Tone::Stopped, text.to_string()))
}

/// The key of a command as this person set it.
fn key(model: &Model, id: Id) -> String {
    command::of_id(id).map(|command| model.keymap.first(command)).unwrap_or_default()
}

fn can(model: &Model, id: Id) -> bool {
    command::why_not(id, model).is_none()
}

fn state(model: &Model, state: DraftState) -> i64 {
    model.status.as_ref().map_or(0, |status| status.in_state(state))
}

fn pending(model: &Model) -> i64 {
    model.status.as_ref().map_or(0, |status| status.with_outcome(Outcome::PostedPending))
}

/// What is left of the step; `missing` in Connect.
fn left(model: &Model, missing: usize) -> String {
    let Some(status) = &model.status else { return String::new() };
    let Some(step) = status.steps.iter().find(|step| step.number == model.screen.number()) else {
        return String::new();
    };
    let parts = |parts: &[(i64, &str)], none: &str| {
        let some: Vec<String> = parts
            .iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, word)| format!("{count} {word}"))
            .collect();
        if some.is_empty() { none.to_string() } else { some.join(", ") }
    };
    match model.screen {
        Screen::Connect => {
            let missing = i64::try_from(missing).unwrap_or(i64::MAX);
            parts(&[(missing.max(step.left), "missing")], "complete")
        }
        Screen::Fetch if step.done == 0 => "nothing fetched yet".into(),
        Screen::Fetch => {
            let not_ready = state(model, DraftState::NotReady);
            parts(&[(step.done, "documents"), (not_ready, "not ready")], "")
        }
        Screen::Match => parts(&[(step.left, "to decide"), (step.done, "decided")], "no contact yet"),
        Screen::Review => {
            let (ready, attention) =
                (state(model, DraftState::Ready), state(model, DraftState::NeedsAttention));
            let changes = step.left - ready - attention;
            let counted = [(ready, "ready"), (attention, "need you"), (changes.max(0), "changed")];
            if ready + attention == 0 {
                parts(&[(step.left, "left")], "nothing left")
            } else {
                parts(&counted, "")
            }
        }
        Screen::HandOff => {
            let counted = |of: fn(&BatchPreview) -> usize| {
                let shown = model.hand_off.preview.as_ref().map_or(0, of);
                i64::try_from(shown).unwrap_or(i64::MAX)
            };
            let close = counted(|shown| shown.count + shown.changes + shown.removals);
            let names = if close == 0 { counted(|shown| shown.creates + shown.updates) } else { 0 };
            let on_the_way = state(model, DraftState::Queued) + state(model, DraftState::InFlight);
            let pending = pending(model);
            let all = [
                (close, "to close"),
                (names, if names == 1 { "name to close" } else { "names to close" }),
                (on_the_way, "on the way"),
                (pending, "pending"),
            ];
            parts(&all, "nothing left")
        }
        Screen::Prove if step.left > 0 => "older than the last hand-off".into(),
        Screen::Prove => match &model.prove.proof {
            Some(proof) => {
                let sum: Cents = proof.totals.iter().map(|row| row.unexplained.abs()).sum();
                format!("not explained: {}", sum.grouped())
            }
            None => "not proved yet".into(),
        },
        Screen::History => parts(&[(step.done, "batches")], "no batch yet"),
        Screen::Home => String::new(),
    }
}

/// What will happen, on each screen; `missing` in Connect.
fn next(model: &Model, missing: usize) -> String {
    match model.screen {
        Screen::Connect => connect(model, missing),
        Screen::Fetch => fetch(model),
        Screen::Match => matching(model),
        Screen::Review => review(model),
        Screen::HandOff => hand_off(model),
        Screen::Prove => prove(model),
        Screen::History => history(model),
        Screen::Home => String::new(),
    }
}

fn connect(model: &Model, missing: usize) -> String {
    let k = |id| key(model, id);
    let Some(view) = &model.connect.view else { return "Reading the profile.".into() };
    if !view.company_waiting.is_empty() {
        return format!(
            "{} confirms the company file; until then nothing is written to it.",
            k(Id::AdoptCompany)
        );
    }
    let unpulled = view.lists.iter().any(|(_, _, pulled, refused)| pulled.is_empty() && refused.is_empty());
    if unpulled || view.lists.is_empty() {
        return format!(
            "{} pulls QuickBooks' lists at the Web Connector's visit; it only reads.",
            k(Id::Visit)
        );
    }
    let sure = view.map.rows.iter().filter(|row| row.sure && !row.set && !row.value.is_empty()).count();
    if sure > 0 {
        return format!(
            "{} takes over {sure} sure accounts and items; nothing is sent by it.",
            k(Id::AcceptMap)
        );
    }
    if missing > 0 {
        return format!("{} on a row with a mark fills it in; nothing is sent by it.", k(Id::Open));
    }
    format!(
        "Nothing is missing. {} goes on to step 2; {} looks at everything again.",
        k(Id::Step(Screen::Fetch)),
        k(Id::Doctor)
    )
}

fn fetch(model: &Model) -> String {
    let fetch = key(model, Id::Fetch);
    let fetched = model.status.as_ref().is_some_and(|status| status.last_fetch.is_some());
    if !fetched {
        return format!("{fetch} fetches contacts and documents and drafts them; nothing is posted by it.");
    }
    let row = model.fetch.list.current_row();
    match row.map(|row| row.state) {
        Some(DraftState::NotReady) => {
            format!("Cin7 lacks what the detail names: put it right there, then {fetch} fetches it.")
        }
        Some(DraftState::Excluded) => {
            format!("This one is not booked from here. {} opens it and says why.", key(model, Id::Open))
        }
        _ => format!("{fetch} fetches what changed since; what you approved and changed there waits anew."),
    }
}

fn matching(model: &Model) -> String {
    let k = |id| key(model, id);
    let state = &model.matching;
    let marked = state.list.marked();
    if marked > 0 {
        return format!(
            "{} links the {marked} marked where a record is proposed; {} undoes it.",
            k(Id::Accept),
            k(Id::Undo)
        );
    }
    match state.current() {
        None if !state.list.is_loaded() || state.list.len() > 0 => "Reading the contacts.".into(),
        None if state.counts.all == 0 => {
            format!("{} matches what was fetched; nothing is linked by it.", k(Id::Rematch))
        }
        None => format!(
            "Nothing in this list. {} shows the next, {} goes on to the drafts.",
            k(Id::NextChip),
            k(Id::Step(Screen::Review))
        ),
        Some(row) if !row.is_open() => linked(model, row),
        Some(row) if row.decision == "none" => {
            format!(
                "{} creates it with the next batch; {} or {} looks for a record.",
                k(Id::Create),
                k(Id::Other),
                k(Id::Find)
            )
        }
        Some(_) => {
            let detail = state.shown_detail();
            let candidate = detail.and_then(|detail| detail.candidates.get(state.candidate));
            let name = candidate.map_or("the record shown", |candidate| candidate.name.as_str());
            format!("{} links it to {name}; {} undoes it.", k(Id::Accept), k(Id::Undo))
        }
    }
}

fn linked(model: &Model, row: &MatchRow) -> String {
    let unlink = key(model, Id::Unlink);
    match row.link.as_ref() {
        Some(link) if link.list_id.is_none() => {
            format!("It is created with the next batch. {unlink} takes that back; its documents wait again.")
        }
        _ => format!("It is linked. {unlink} takes the link away; its documents wait again."),
    }
}

/// What a document of the list of drafts can have done to it next.
fn review(model: &Model) -> String {
    let k = |id| key(model, id);
    let pane = &model.review;
    let marked = pane.list.marked();
    if marked > 0 {
        return format!(
            "{} approves those of the {marked} marked that are ready; the others stay.",
            k(Id::Approve)
        );
    }
    let Some(row) = pane.list.current_row() else {
        return match pane.list.is_loaded() && pane.list.len() == 0 {
            true => format!(
                "Nothing in this list. {} shows the next, {} hands off what is approved.",
                k(Id::NextChip),
                k(Id::Step(Screen::HandOff))
            ),
            false => "Reading the drafts.".into(),
        };
    };
    if let Some(proposed) = row.proposal.filter(|_| row.state == DraftState::Posted) {
        return changed(model, row, proposed);
    }
    draft(model, row)
}

fn changed(model: &Model, row: &DraftRow, proposed: DraftState) -> String {
    let k = |id| key(model, id);
    match proposed {
        DraftState::Ready => {
            let does = match row.proposal_kind {
                Some(crate::books::OperationKind::TxnVoid) => "that it is voided there",
                Some(crate::books::OperationKind::TxnDel) => "that it is deleted there",
                _ => "the change of it",
            };
            format!(
                "It is posted. {} approves {does}; {} shows what changes.",
                k(Id::Approve),
                k(Id::ShowChange)
            )
        }
        DraftState::Approved => {
            format!(
                "The change goes with the next batch. {} takes the approval back.",
                k(Id::WithdrawApproval)
            )
        }
        _ => format!(
            "It changed after posting. {} shows it, {} says how it is settled.",
            k(Id::ShowChange),
            k(Id::Settle)
        ),
    }
}

fn draft(model: &Model, row: &DraftRow) -> String {
    use DraftState as S;
    let k = |id| key(model, id);
    match row.state {
        S::Ready => {
            let pending = model
                .review
                .shown_detail()
                .and_then(|detail| detail.version.as_ref())
                .is_some_and(|version| version.payload.pending);
            let goes = if pending { "goes in pending" } else { "posts at once" };
            format!(
                "{} approves it as shown: it {goes} with the next batch. {} undoes it.",
                k(Id::Approve),
                k(Id::Undo)
            )
        }
        S::NeedsAttention | S::NotReady | S::Rejected => {
            let detail = model.review.shown_detail();
            let reason = detail.and_then(|d| d.reasons.iter().find(|reason| reason.level == "blocks"));
            match reason {
                Some(reason) => format!("{} goes to the cure. {}", k(Id::Cure), cures::cure(&reason.code).1),
                None if row.state == S::Rejected => {
                    format!("QuickBooks said no. {} says how it is settled.", k(Id::Settle))
                }
                None => format!("Something stands in its way; {} goes to the cure.", k(Id::Cure)),
            }
        }
        S::Held | S::Excluded => {
            format!("It stays out. {} takes it back into review.", k(Id::Reopen))
        }
        S::Approved => format!(
            "It goes with the next batch: {} hands off. {} takes the approval back.",
            k(Id::Step(Screen::HandOff)),
            k(Id::WithdrawApproval)
        ),
        S::DriftedInQuickBooks => format!(
            "A person changed it in QuickBooks; it is not overwritten. {} says how it is settled.",
            k(Id::Settle)
        ),
        S::Queued | S::InFlight | S::Unknown => {
            format!("It is handed off; {} shows what becomes of it.", k(Id::Step(Screen::HandOff)))
        }
        S::Posted => format!(
            "It is in QuickBooks. {} tells its life, {} proves the books.",
            k(Id::Timeline),
            k(Id::Step(Screen::Prove))
        ),
        S::Voided => format!("It is out of the books. {} drafts it anew.", k(Id::Reset)),
    }
}

fn hand_off(model: &Model) -> String {
    let k = |id| key(model, id);
    let on_the_way = state(model, DraftState::Queued) + state(model, DraftState::InFlight);
    let pending = pending(model);
    if model.hand_off.preview.as_ref().is_some_and(|shown| !shown.is_empty()) && can(model, Id::CloseBatch) {
        return format!(
            "{} closes the batch, after a control word: that cannot be undone.",
            k(Id::CloseBatch)
        );
    }
    if on_the_way > 0 {
        let comes =
            if model.demo { "lets the Web Connector come now" } else { "says when the Web Connector comes" };
        return format!("{} {comes}: it carries {on_the_way} to QuickBooks.", k(Id::Visit));
    }
    if state(model, DraftState::Unknown) > 0 {
        return format!(
            "The next visit looks up what is in doubt, before anything is sent again. {} shows it.",
            k(Id::Doubts)
        );
    }
    if pending > 0 {
        return format!(
            "{} posts {pending} pending {} to the ledger, after a control word.",
            k(Id::Finalise),
            if pending == 1 { "sale" } else { "sales" }
        );
    }
    format!(
        "Nothing waits here. {} goes on to the proof, {} back to review.",
        k(Id::Step(Screen::Prove)),
        k(Id::Step(Screen::Review))
    )
}

fn prove(model: &Model) -> String {
    let k = |id| key(model, id);
    match &model.prove.proof {
        None => format!("{} compares both sides; it changes nothing.", k(Id::Prove)),
        Some(proof) if proof.stale => {
            format!("{} in step 5 lets QuickBooks be read again, then {} here.", k(Id::Visit), k(Id::Prove))
        }
        Some(proof) if !proof.is_clean() => {
            format!(
                "{} on a row tells where every cent is; {} writes it to a file.",
                k(Id::Open),
                k(Id::Export)
            )
        }
        Some(_) => format!(
            "{} writes the proof to a file; {} shows the inventory month by month.",
            k(Id::Export),
            k(Id::RollForward)
        ),
    }
}

fn history(model: &Model) -> String {
    let k = |id| key(model, id);
    match model.history.tab {
        HistoryTab::Batches if model.history.batches.is_empty() => {
            format!("{} hands off what is approved; a batch then stands here.", k(Id::Step(Screen::HandOff)))
        }
        HistoryTab::Batches => format!(
            "{} plans its undoing, after a control word; {} takes back what was not sent.",
            k(Id::UndoBatch),
            k(Id::WithdrawBatch)
        ),
        HistoryTab::Events => {
            format!(
                "{} shows an event whole; {} checks that none was altered.",
                k(Id::Open),
                k(Id::VerifyChain)
            )
        }
        HistoryTab::Visits => "When the Web Connector came, how often it asked, and how it ended.".into(),
    }
}

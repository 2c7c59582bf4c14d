//! Cost journals: one per month, made anew when a document of the month, its draft or an answer moved.
//!
//! Must never read a document's JSON for a month: each document's cost is kept when the document itself is drafted, and
//! the database says which months are due. A month that QuickBooks may be taking at this moment waits. Rules: design
//! 8.2, 8.5; amending and closed months: `cin7-quickbooks-integration.md` 8.1.

use super::kept::Kept;
use super::{DraftRun, Ground};
use crate::base::{Cents, Day, Instant, Month, digest};
use crate::books::{DraftState, ListKind, Payload, Preferences, Settings, TxnKind};
use crate::drafting::cogs::{
    self, Basis, Candidate, CostAnswer, DifferenceFacts, DocumentCost, Fate, Handed, MonthDraft, MonthFacts,
    OpenSales, OpenState, PairSums,
};
use crate::drafting::{Context, Drafted, Learnt, Level, Lists, Reason};
use crate::orders::{Contact, Document, Product};
use crate::store::cogs::CogsMonthRow;
use crate::store::drafts::DraftRow;
use crate::store::{Lane, Reader, StoreError, Tx};
use crate::workflow::decide::Signed;
use crate::workflow::drafts::ReasonView;
use crate::workflow::undo::next_generation;
use crate::workflow::{Profile, Result};
use std::collections::HashMap;

/// Documents of one sort that a reason can name.
const NAMED: usize = 12;

/// What a document costs: its source, and month and cost where it has one.
#[derive(Clone, Debug)]
pub(super) struct Cost {
    source: String,
    kept: Option<(String, String)>,
}

/// What a document costs; asked where the document is drafted.
pub(super) fn cost_of(
    ground: &Ground,
    document: &Document,
    contact: Option<&Contact>,
) -> crate::store::Result<Cost> {
    let cost = cogs::cost_of(document, contact, &ground.plain_context());
    let body = cost.as_ref().map(serde_json::to_string).transpose()?;
    let month = cost.map(|cost| cost.month.to_string());
    Ok(Cost { source: document.source(), kept: month.zip(body) })
}

/// Keeps what a document costs.
pub(super) fn keep_cost(tx: &Tx<'_>, cost: &Cost) -> crate::store::Result<()> {
    let kept = cost.kept.as_ref().map(|(month, body)| (month.as_str(), body.as_str()));
    tx.keep_cost(&cost.source, kept)
}

/// What the journals are made with, light enough to be read after each decision.
struct Books {
    settings: Settings,
    lists: Lists,
    preferences: Preferences,
    products: HashMap<i64, Product>,
    learnt: Learnt,
    digest: String,
}

impl Books {
    fn read(profile: &Profile) -> Result<Self> {
        let settings = profile.settings();
        let (entries, preferences) = profile.store().read(|r| {
            let entries = r.list_entries(&[ListKind::Account, ListKind::Class])?;
            Ok((entries, r.meta_json::<Preferences>("preferences")?.unwrap_or_default()))
        })?;
        let names: Vec<(&str, bool)> = entries.iter().map(|e| (e.full_name(), e.active())).collect();
        let json = |value: serde_json::Result<String>| value.unwrap_or_default();
        let digest = digest::of_parts(&[
            &json(serde_json::to_string(&settings)),
            &json(serde_json::to_string(&preferences)),
            &json(serde_json::to_string(&names)),
        ]);
        let (lists, products, learnt) = (Lists::new(entries), HashMap::new(), Learnt::default());
        Ok(Books { settings, lists, preferences, products, learnt, digest })
    }

    fn context(&self) -> Context<'_> {
        Context {
            settings: &self.settings,
            lists: &self.lists,
            preferences: &self.preferences,
            products: &self.products,
            learnt: &self.learnt,
            party_currency: "",
            original_sale: &super::NO_ORIGINAL_SALE,
            tax_filed_through: None,
        }
    }
}

/// Makes the journals of all months that are due.
pub(super) fn redraft(profile: &Profile, run: &mut DraftRun) -> Result<()> {
    let months = profile.store().read(|r| r.cogs_months())?;
    let Some(earliest) = months.first() else { return Ok(()) };
    let books = Books::read(profile)?;
    let first = books.settings.start.map_or_else(|| earliest.month.clone(), |start| start.to_string());
    let at = profile.now();
    let today = books.settings.timezone.day_of(at);
    for row in &months {
        let Ok(month) = row.month.parse::<Month>() else { continue };
        let is_first = row.month == first;
        let ended = today > month.last_day();
        let ground = digest::of_parts(&[&books.digest, &is_first.to_string(), &ended.to_string()]);
        if row.mark == row.done && row.ground == ground {
            continue;
        }
        let due = Due { row: row.clone(), month, first: is_first, today, ground, at };
        due.make(profile, &books, run)?;
    }
    Ok(())
}

/// A month that is due.
struct Due {
    row: CogsMonthRow,
    month: Month,
    first: bool,
    today: Day,
    ground: String,
    at: Instant,
}

/// What the store knows of a month.
#[derive(Clone)]
struct Known {
    /// The month's own journal takes what changed; a correction has nothing to book.
    stands: bool,
    candidates: Vec<Candidate>,
    open: OpenSales,
    go_on: bool,
    journal: Option<DraftRow>,
    /// The journal was voided when nothing was left of its cost; what costs again is drafted anew.
    voided: Option<DraftRow>,
    posted: Option<Payload>,
    corrections: Vec<(DraftRow, Option<Payload>)>,
    before: Option<Basis>,
}

fn in_hand(state: DraftState) -> bool {
    matches!(state, DraftState::InFlight | DraftState::Unknown)
}

fn handed(row: &DraftRow) -> bool {
    matches!(row.state, DraftState::Posted | DraftState::DriftedInQuickBooks)
}

fn fate(state: Option<DraftState>, excluded: bool) -> Fate {
    match state {
        Some(DraftState::Excluded) if excluded => Fate::Excluded,
        Some(
            DraftState::Approved
            | DraftState::Queued
            | DraftState::InFlight
            | DraftState::Unknown
            | DraftState::Posted
            | DraftState::DriftedInQuickBooks,
        ) => Fate::Ours,
        _ => Fate::Waiting,
    }
}

/// The documents of a month with all that their costs hang on.
pub(crate) fn candidates(reader: &Reader<'_>, month: &str) -> crate::store::Result<Vec<Candidate>> {
    let mut candidates = Vec::new();
    reader.each_cost(month, |row| {
        let cost: DocumentCost = serde_json::from_str(&row.body)?;
        let answer = row.answer.as_deref().and_then(CostAnswer::from_word);
        candidates.push(Candidate { cost, fate: fate(row.state, row.excluded), answer });
        Ok(())
    })?;
    Ok(candidates)
}

/// Whether nothing but a link of its customer keeps a sale back: a step that is still to be done, not a doubt.
fn only_unlinked(reasons: &str) -> bool {
    let reasons: Vec<ReasonView> = serde_json::from_str(reasons).unwrap_or_default();
    let mut blocks = reasons.iter().filter(|reason| reason.level.eq_ignore_ascii_case("blocks")).peekable();
    blocks.peek().is_some() && blocks.all(|reason| reason.code == "no_match")
}

fn open_sales(reader: &Reader<'_>, month: &str) -> crate::store::Result<OpenSales> {
    let mut open = OpenSales::new();
    reader.each_sale_of(month, |sale| {
        let state = match sale.state {
            DraftState::Ready => OpenState::Ready,
            DraftState::Approved | DraftState::Queued => OpenState::NotSent,
            DraftState::InFlight | DraftState::Unknown => OpenState::InDoubt,
            DraftState::Posted if sale.pending => OpenState::Pending,
            DraftState::Rejected | DraftState::DriftedInQuickBooks => OpenState::Failed,
            DraftState::NeedsAttention if only_unlinked(&sale.reasons) => OpenState::Unlinked,
            _ => OpenState::HeldBack,
        };
        let group = open.entry(state).or_default();
        group.count += 1;
        group.total += sale.total;
        if group.names.len() < NAMED {
            group.names.push(sale.reference);
        }
    })?;
    Ok(open)
}

/// Whether a person undid a journal, or whether it still stands in QuickBooks as far as we know.
fn by_person(reader: &Reader<'_>, row: &DraftRow) -> crate::store::Result<bool> {
    if reader.standing_of(row.id, row.txn_id.as_deref())?.is_some() {
        return Ok(true);
    }
    let events = reader.events_of(&format!("draft/{}", row.id))?;
    Ok(!events.iter().any(|event| event.kind == "change_approved")
        || events.iter().any(|event| event.kind == "undo_approved"))
}

fn basis_of(
    reader: &Reader<'_>,
    row: &DraftRow,
    version: Option<i64>,
) -> crate::store::Result<Option<Basis>> {
    let body = reader.basis(row.id, version.unwrap_or(row.version))?;
    Ok(body.as_deref().map(serde_json::from_str).transpose()?)
}

impl Due {
    fn name(&self) -> String {
        format!("{}/{}", cogs::MONTH, self.month)
    }

    fn make(&self, profile: &Profile, books: &Books, run: &mut DraftRun) -> Result<()> {
        let Some(known) = profile.store().read(|r| self.look(r))? else { return Ok(()) };
        let name = self.name();
        let draft = profile.store().read(|r| {
            let taken =
                |number: &str| r.number_taken(TxnKind::JournalEntry, None, number, &name).unwrap_or(false);
            Ok(cogs::month_journal(&self.facts(&known), &books.context(), &taken))
        })?;
        if known.voided.is_some() && draft.drafted.payload.is_none() {
            return self.done(profile);
        }
        let closed =
            |posted: &Payload| books.preferences.closing_date.is_some_and(|closing| posted.date <= closing);
        if let Some(posted) = known.posted.as_ref().filter(|_| self.is_far_back(books)) {
            return self.tell_only(profile, books, &known, posted, draft, run);
        }
        let corrected = known.corrections.iter().any(|(row, _)| handed(row));
        let closed = match &known.posted {
            Some(posted) => closed(posted),
            // Closed before its journal was ever posted: all of it belongs into the first open month.
            None => books.preferences.closing_date.is_some_and(|closing| self.month.last_day() <= closing),
        };
        if corrected || closed {
            return self.correct(profile, books, &known, draft, run);
        }
        if known.corrections.iter().any(|(row, _)| row.state != DraftState::Excluded) {
            // The books were opened again: the month's own journal takes the change, a correction beside it would
            // book it twice.
            self.correct(profile, books, &Known { stands: true, ..known.clone() }, draft.clone(), run)?;
        }
        if known.candidates.is_empty() && known.journal.is_none() {
            return self.done(profile);
        }
        if let Some(row) = known.voided.clone() {
            // A new draft with marks of its own, and approval is asked as for every other.
            let (by, at, company) = ("countersign".into(), self.at.to_string(), books.settings.company_id);
            let who = Signed { by, at, company };
            profile.store().write(Lane::Bulk, move |tx| next_generation(tx, &who, &row))?;
        }
        let (month, row) = (self.month.to_string(), known.journal.as_ref());
        self.save(profile, books, (cogs::MONTH, month), draft.drafted, &draft.basis, row, run)
    }

    /// Everything that is known; none while QuickBooks may be taking a journal of the month, or when a person reversed it.
    fn look(&self, reader: &Reader<'_>) -> crate::store::Result<Option<Known>> {
        let month = self.month.to_string();
        let journal = reader.draft_of_source(&self.name())?;
        let mut corrections = Vec::new();
        for row in reader.corrections_of(&month)? {
            let version = if handed(&row) { reader.version(row.id, row.posted_version)? } else { None };
            corrections.push((row, version.map(|version| version.payload)));
        }
        let waits = journal.iter().chain(corrections.iter().map(|c| &c.0)).any(|row| in_hand(row.state));
        let (voided, journal) = match journal {
            Some(row) if row.state == DraftState::Voided => (Some(row), None),
            journal => (None, journal),
        };
        // What a person took out of the books comes back by a person's reset only.
        let reversed = match &voided {
            Some(row) => by_person(reader, row)?,
            None => false,
        };
        let posted_row = journal.as_ref().filter(|row| handed(row));
        if waits || reversed {
            return Ok(None);
        }
        let posted = match posted_row {
            Some(row) => reader.version(row.id, row.posted_version)?.map(|version| version.payload),
            None => None,
        };
        let last = corrections.iter().map(|c| &c.0).rfind(|row| handed(row));
        let before = match (last, &journal) {
            (Some(row), _) => basis_of(reader, row, row.posted_version)?,
            (None, Some(row)) if handed(row) => basis_of(reader, row, row.posted_version)?,
            (None, Some(row)) if matches!(row.state, DraftState::Approved | DraftState::Queued) => {
                basis_of(reader, row, None)?
            }
            _ => None,
        };
        let answer = reader.cost_answer(&self.name())?;
        Ok(Some(Known {
            stands: false,
            candidates: candidates(reader, &month)?,
            open: open_sales(reader, &month)?,
            go_on: answer.as_deref().and_then(CostAnswer::from_word) == Some(CostAnswer::Count),
            journal,
            voided,
            posted,
            corrections,
            before,
        }))
    }

    fn is_far_back(&self, books: &Books) -> bool {
        let mut oldest = Month::of(self.today);
        for _ in 0..books.settings.cogs_months_back {
            oldest = oldest.previous();
        }
        self.month < oldest
    }

    fn facts<'a>(&self, known: &'a Known) -> MonthFacts<'a> {
        MonthFacts {
            month: self.month,
            today: self.today,
            first: self.first,
            candidates: &known.candidates,
            open: &known.open,
            go_on: known.go_on,
            handed: known.posted.as_ref().map(|payload| Handed { payload, letter: letter(known) }),
            before: known.before.as_ref(),
        }
    }

    /// Too far back to be changed by default (design 8.2): what changed is told on the journal, nothing is proposed.
    fn tell_only(
        &self,
        profile: &Profile,
        books: &Books,
        known: &Known,
        posted: &Payload,
        draft: MonthDraft,
        run: &mut DraftRun,
    ) -> Result<()> {
        let mut drafted = draft.drafted;
        let changed = drafted.payload.as_ref() != Some(posted);
        drafted.ref_number.clone_from(&posted.ref_number);
        drafted.payload = Some(posted.clone());
        drafted.state = DraftState::Ready;
        if changed {
            drafted.reasons.push(Reason {
                code: "cogs_far_back".into(),
                text: format!(
                    "It lies further back than {} months (setting cogs_months_back), so it is left as it is.",
                    books.settings.cogs_months_back
                ),
                field: None,
                level: Level::Warns,
            });
        }
        let month = (cogs::MONTH, self.month.to_string());
        self.save(profile, books, month, drafted, &draft.basis, known.journal.as_ref(), run)
    }

    /// The month is closed: what is missing becomes a journal of its own in the first open month.
    fn correct(
        &self,
        profile: &Profile,
        books: &Books,
        known: &Known,
        mut draft: MonthDraft,
        run: &mut DraftRun,
    ) -> Result<()> {
        let mut booked = known.posted.as_ref().map(cogs::sums_of).unwrap_or_default();
        let mut count = 1;
        for (_, payload) in known.corrections.iter().filter(|(row, _)| handed(row)) {
            add(&mut booked, &payload.as_ref().map(cogs::sums_of).unwrap_or_default());
            count += 1;
        }
        let open = known.corrections.iter().map(|c| &c.0).rfind(|row| !handed(row));
        if known.stands {
            draft.sums.clone_from(&booked);
        }
        let differs = !cogs::difference(&draft.sums, &booked).is_empty();
        if !differs && open.is_none() {
            return self.done(profile);
        }
        if let Some(row) =
            known.journal.as_ref().filter(|row| known.posted.is_none() && !known.stands && !handed(row))
        {
            let own = in_correction(draft.drafted.clone());
            self.save(
                profile,
                books,
                (cogs::MONTH, self.month.to_string()),
                own,
                &Basis::default(),
                Some(row),
                run,
            )?;
        }
        let id = open.map_or_else(|| format!("{}/{count}", self.month), |row| row.cin7_id.clone());
        let never_posted = known.posted.is_none();
        let questions: Vec<Reason> =
            draft.drafted.reasons.into_iter().filter(|reason| passes_on(reason, never_posted)).collect();
        let facts = DifferenceFacts {
            month: self.month,
            count,
            today: self.today,
            booked: &booked,
            now: &draft.sums,
            open: &questions,
            before: known.before.as_ref(),
            basis: &draft.basis,
            letter: letter(known),
        };
        let source = format!("{}/{id}", cogs::DIFFERENCE);
        let drafted = profile.store().read(|r| {
            let taken =
                |number: &str| r.number_taken(TxnKind::JournalEntry, None, number, &source).unwrap_or(false);
            Ok(cogs::difference_journal(&facts, &books.context(), &taken))
        })?;
        self.save(profile, books, (cogs::DIFFERENCE, id), drafted, &draft.basis, open, run)
    }

    fn done(&self, profile: &Profile) -> Result<()> {
        let (month, mark, ground) = (self.row.month.clone(), self.row.mark, self.ground.clone());
        Ok(profile.store().write_learnt(Lane::Bulk, move |tx| tx.cogs_done(&month, mark, &ground))?)
    }

    /// Keeps a journal with what each document contributed to it.
    #[allow(clippy::too_many_arguments)] // what is kept, and where
    fn save(
        &self,
        profile: &Profile,
        books: &Books,
        (cin7_type, cin7_id): (&'static str, String),
        drafted: Drafted,
        basis: &Basis,
        row: Option<&DraftRow>,
        run: &mut DraftRun,
    ) -> Result<()> {
        let json = |value: &Drafted| serde_json::to_string(value).map_err(StoreError::Json);
        let inputs = digest::of_parts(&[&self.ground, &json(&drafted)?]);
        let has_payload = drafted.payload.is_some() && drafted.state == DraftState::Ready;
        let kept = Kept {
            company: books.settings.company_id,
            settings_digest: &books.digest,
            deletes: books.settings.delete_posted,
            source: format!("{cin7_type}/{cin7_id}"),
            cin7_type: cin7_type.to_string(),
            cin7_id,
            inputs,
            revision_id: 0,
            contact_id: 0,
            party: None,
            named: None,
        };
        let derived = kept.row(drafted).map_err(crate::base::Problem::from)?;
        let basis = serde_json::to_string(basis).map_err(StoreError::Json)?;
        let posted = row.and_then(|row| row.posted_version);
        let (month, mark, ground, at) =
            (self.row.month.clone(), self.row.mark, self.ground.clone(), self.at.to_string());
        let saved = profile.store().write_learnt(Lane::Bulk, move |tx| {
            let saved = tx.save_derived(&derived, &at)?;
            if has_payload && let Some(row) = tx.reader().draft_of_source(&derived.source)? {
                tx.keep_basis(row.id, row.version, posted, &basis)?;
            }
            tx.cogs_done(&month, mark, &ground)?;
            Ok(saved)
        })?;
        run.note(Some(saved));
        Ok(())
    }
}

/// Highest letter of a month's journals that QuickBooks has.
fn letter(known: &Known) -> char {
    let numbers = known.corrections.iter().filter_map(|(_, payload)| payload.as_ref());
    numbers.chain(&known.posted).map(|payload| cogs::letter_of(&payload.ref_number)).max().unwrap_or('A')
}

fn add(booked: &mut PairSums, more: &PairSums) {
    for (key, sum) in more {
        let place =
            booked.entry(key.clone()).or_insert_with(|| cogs::PairSum { amount: Cents::ZERO, ..sum.clone() });
        place.amount += sum.amount;
    }
}

/// The month's own journal, when the month was closed before it was ever posted: nothing is left for it.
fn in_correction(mut drafted: Drafted) -> Drafted {
    drafted.payload = None;
    drafted.state = DraftState::Excluded;
    drafted.reasons = vec![Reason {
        code: "in_correction".into(),
        text:
            "The month was closed before this was posted; its cost is a correction in the first open month."
                .into(),
        field: None,
        level: Level::Blocks,
    }];
    drafted
}

/// What is said of the month is said of its correction too, but for what only the month's own journal can be told.
fn passes_on(reason: &Reason, never_posted: bool) -> bool {
    const OWN: [&str; 6] =
        ["cogs_changed", "month_running", "no_cost_yet", "cost_is_nothing", "first_month", "closing_date"];
    let asked = never_posted && reason.code == "first_month";
    reason.level != Level::Says && (asked || !OWN.contains(&reason.code.as_ref()))
}

//! What closing the batch would do, in figures and names, before anybody types the control word.
//!
//! Must never leave out anything that the batch would do: documents that go in, posted ones that are changed or taken
//! out, names that are made or updated (design section 6). Must never add amounts of two currencies. Adds up one draft at
//! a time, so that a batch of any size takes no memory.

use super::super::{Profile, Result};
use super::company_name;
use crate::base::Cents;
use crate::books::{DraftMode, DraftState, OperationKind, OperationState, TxnKind};
use crate::store::Reader;
use crate::store::drafts::{DraftFilter, DraftRow};
use serde::Serialize;
use std::collections::BTreeMap;

/// Changes of what stands in QuickBooks already that are named one by one; the counts have them all.
const NAMED: usize = 20;

/// What a batch would do, shown before the control word is typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct BatchPreview {
    /// Documents that go in.
    pub count: usize,
    /// "invoices", how many, their sum; "invoices in EUR" beside those in the company's own currency.
    pub by_kind: Vec<(String, usize, Cents)>,
    /// Sum of what goes in, in the company's own currency.
    pub total: Cents,
    /// Documents that are in the ledger at once.
    pub posts_at_once: usize,
    /// Sales that wait as pending until they are finalised.
    pub goes_pending: usize,
    /// Customers, vendors and items that are created first.
    pub creates: usize,
    /// Posted documents that are changed.
    pub changes: usize,
    /// Posted documents that are voided or deleted.
    pub removals: usize,
    /// Customers and vendors that are updated.
    pub updates: usize,
    /// What the changes add to the sums in QuickBooks, in the company's own currency.
    pub changed_by: Cents,
    /// What is taken out of the sums in QuickBooks, in the company's own currency; never below nothing.
    pub removed: Cents,
    /// The three sums above in each other currency.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub foreign: BTreeMap<String, Foreign>,
    /// The first of the changes, removals and updates, by name; the counts above have them all.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rewritten: Vec<Rewritten>,
    /// First ledger day, that of changes and removals included.
    pub first: Option<String>,
    /// Last ledger day.
    pub last: Option<String>,
    /// Company file.
    pub company: String,
    /// Digest of exactly what was shown, where the confirmation is bound to it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub content: String,
}

/// Sums in a currency that is not the company's own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[allow(missing_docs)]
pub struct Foreign {
    pub total: Cents,
    pub changed_by: Cents,
    pub removed: Cents,
}

/// One thing that stands in QuickBooks already and would not stay as it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Rewritten {
    /// `change`, `void`, `delete` or `update`.
    pub does: &'static str,
    /// Which: `invoice 10301, Northgate`.
    pub what: String,
    /// Its total there now; none for a name.
    pub before: Option<Cents>,
    /// Its total then; nothing where it is taken out.
    pub after: Option<Cents>,
    /// A sale that is pending: it counts in the ledger neither before nor after.
    pub pending: bool,
    /// What its totals are in, where that is not the company's own currency.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
}

impl BatchPreview {
    /// Whether the batch would do nothing at all.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.count + self.creates + self.changes + self.removals + self.updates == 0
    }
}

/// Adds a preview up.
pub(in crate::workflow) struct Adding {
    preview: BatchPreview,
    kinds: BTreeMap<(TxnKind, Option<String>), (usize, Cents)>,
    /// The company's own currency.
    own: String,
    /// Whether sales wait as pending (`draft_mode`, design 4.4).
    pending: bool,
}

impl Adding {
    /// Nothing yet.
    pub(in crate::workflow) fn new(profile: &Profile) -> Result<Self> {
        let settings = profile.settings();
        Ok(Adding {
            preview: BatchPreview { company: company_name(profile)?, ..BatchPreview::default() },
            kinds: BTreeMap::new(),
            own: settings.cin7.base_currency.trim().to_uppercase(),
            pending: settings.draft_mode == DraftMode::Pending,
        })
    }

    /// Of sales that become final: none waits any longer.
    pub(super) fn finalising(self) -> Self {
        Adding { pending: false, ..self }
    }

    /// The currency of a document, where it is not the company's own.
    fn foreign(&self, row: &DraftRow) -> Option<String> {
        let currency = row.currency.trim().to_uppercase();
        (!currency.is_empty() && currency != self.own).then_some(currency)
    }

    /// Adds an amount to the sums of its currency.
    fn sum(&mut self, currency: Option<&str>, amounts: Foreign) {
        let preview = &mut self.preview;
        let sums = match currency {
            None => (&mut preview.total, &mut preview.changed_by, &mut preview.removed),
            Some(currency) => {
                let foreign = preview.foreign.entry(currency.to_string()).or_default();
                (&mut foreign.total, &mut foreign.changed_by, &mut foreign.removed)
            }
        };
        *sums.0 += amounts.total;
        *sums.1 += amounts.changed_by;
        *sums.2 += amounts.removed;
    }

    /// A document that goes in.
    pub(in crate::workflow) fn add(&mut self, row: &DraftRow) {
        let currency = self.foreign(row);
        let total = row.total.unwrap_or_default();
        self.sum(currency.as_deref(), Foreign { total, ..Foreign::default() });
        self.preview.count += 1;
        if let Some(kind) = row.kind {
            let entry = self.kinds.entry((kind, currency)).or_default();
            entry.0 += 1;
            entry.1 += total;
        }
        if self.pending && row.kind.is_some_and(TxnKind::can_be_pending) {
            self.preview.goes_pending += 1;
        } else {
            self.preview.posts_at_once += 1;
        }
        self.spans(row.date.as_deref());
    }

    /// A posted document that is taken out, and one of those that are counted.
    pub(in crate::workflow) fn take_out(&mut self, row: &DraftRow) {
        let removed = row.total.unwrap_or_default();
        self.sum(self.foreign(row).as_deref(), Foreign { removed, ..Foreign::default() });
    }

    /// A posted document that is changed or taken out.
    fn rewrite(&mut self, row: &DraftRow) {
        let (does, after) = match row.proposal_kind {
            Some(OperationKind::TxnVoid) => ("void", Cents::ZERO),
            Some(OperationKind::TxnDel) => ("delete", Cents::ZERO),
            _ => ("change", row.proposal_total.or(row.total).unwrap_or_default()),
        };
        let before = row.total.unwrap_or_default();
        let currency = self.foreign(row);
        self.spans(row.date.as_deref());
        if does == "change" {
            self.sum(currency.as_deref(), Foreign { changed_by: after - before, ..Foreign::default() });
            self.spans(row.proposal_date.as_deref());
        } else {
            self.take_out(row);
        }
        if self.preview.rewritten.len() < NAMED {
            let kind = row.kind.map_or("document", TxnKind::title);
            let party = row.party_name.as_deref().map_or(String::new(), |name| format!(", {name}"));
            self.preview.rewritten.push(Rewritten {
                does,
                what: format!("{kind} {}{party}", row.number()),
                before: Some(before),
                after: Some(after),
                pending: row.pending,
                currency,
            });
        }
    }

    /// The period holds this day too.
    fn spans(&mut self, date: Option<&str>) {
        let Some(date) = date else { return };
        let preview = &mut self.preview;
        if preview.first.as_deref().is_none_or(|first| date < first) {
            preview.first = Some(date.to_string());
        }
        if preview.last.as_deref().is_none_or(|last| date > last) {
            preview.last = Some(date.to_string());
        }
    }

    /// What it came to.
    pub(in crate::workflow) fn done(self) -> BatchPreview {
        let named = |((kind, currency), (count, sum)): ((TxnKind, Option<String>), (usize, Cents))| {
            let name = if count == 1 { kind.title() } else { kind.plural() };
            let name = currency.map_or_else(|| name.to_string(), |currency| format!("{name} in {currency}"));
            (name, count, sum)
        };
        BatchPreview { by_kind: self.kinds.into_iter().map(named).collect(), ..self.preview }
    }
}

/// What closing the batch now would do.
///
/// # Errors
/// What the store says.
pub fn preview(profile: &Profile) -> Result<BatchPreview> {
    let states = vec![DraftState::Approved];
    let filter = DraftFilter { states, with_changes: true, ..DraftFilter::default() };
    let mut adding = Adding::new(profile)?;
    let preview = profile.store().read(move |r| {
        let mut parties = std::collections::BTreeSet::new();
        r.each_draft(&filter, |row| {
            if row.proposal == Some(DraftState::Approved) {
                adding.rewrite(&row);
            }
            if row.state != DraftState::Approved {
                return Ok(());
            }
            adding.add(&row);
            if let Some(list) = row.kind.and_then(TxnKind::party_list)
                && r.link(row.contact_id, list)?.is_some_and(|link| link.list_id.is_none())
            {
                parties.insert((row.contact_id, list));
            }
            Ok(())
        })?;
        let of = |kinds: &[OperationKind]| r.operation_count(OperationState::Approved, kinds);
        let updates = of(&[OperationKind::ListMod])?;
        let mut preview = BatchPreview {
            creates: of(&[OperationKind::ListAdd])? + parties.len(),
            changes: of(&[OperationKind::TxnMod])?,
            removals: of(&[OperationKind::TxnVoid, OperationKind::TxnDel])?,
            updates,
            ..adding.done()
        };
        if updates > 0 {
            name_updates(r, &mut preview)?;
        }
        Ok(preview)
    })?;
    Ok(preview)
}

/// Names the customers and vendors that are updated, with what of them.
fn name_updates(r: &Reader<'_>, preview: &mut BatchPreview) -> crate::store::Result<()> {
    let room = NAMED.saturating_sub(preview.rewritten.len());
    for change in r.approved_updates(room)? {
        let fields: Vec<&str> = change.changes.iter().map(|change| change.field.title()).collect();
        preview.rewritten.push(Rewritten {
            does: "update",
            what: format!("{}: {}", change.name, fields.join(", ")),
            before: None,
            after: None,
            pending: false,
            currency: None,
        });
    }
    Ok(())
}

/// What handing off these documents would do, with so many names and items created first.
pub(in crate::workflow) fn preview_rows(
    profile: &Profile,
    rows: &[DraftRow],
    creates: usize,
) -> Result<BatchPreview> {
    let mut adding = Adding::new(profile)?;
    rows.iter().for_each(|row| adding.add(row));
    Ok(BatchPreview { creates, ..adding.done() })
}

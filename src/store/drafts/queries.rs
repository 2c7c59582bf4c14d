//! Reading drafts: ids in order, windows of rows, versions, and the questions that drafting asks.
//!
//! Must never load a whole table: lists are ids plus a window, walks are one row at a time (design section 7).

use super::{COLUMNS, DraftCount, DraftFilter, DraftRow, Version, from_row};
use crate::base::{Cents, DraftId};
use crate::books::{DraftState, ListRef, TxnKind};
use crate::store::{Reader, Result, StoreError};
use rusqlite::{OptionalExtension as _, params, params_from_iter};

impl Reader<'_> {
    /// Ids of the drafts that a list shows, in order.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn draft_ids(&self, filter: &DraftFilter) -> Result<Vec<DraftId>> {
        self.first_drafts(filter, None)
    }

    /// The rows of some ids, in the order of the ids.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn draft_rows(&self, ids: &[DraftId]) -> Result<Vec<DraftRow>> {
        let mut statement = self.db.prepare_cached(&format!("SELECT {COLUMNS} FROM draft WHERE id = ?1"))?;
        let mut rows = Vec::with_capacity(ids.len());
        for id in ids {
            if let Some(row) = statement.query_row([id.0], from_row).optional()? {
                rows.push(row);
            }
        }
        Ok(rows)
    }

    /// Every draft of a filter, one at a time.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn each_draft(
        &self,
        filter: &DraftFilter,
        mut each: impl FnMut(DraftRow) -> Result<()>,
    ) -> Result<()> {
        let clause = self.narrowed(filter)?;
        let sql = format!("SELECT {COLUMNS} FROM draft WHERE {} ORDER BY {}", clause.sql, filter.order.sql());
        let mut statement = self.db.prepare_cached(&sql)?;
        let mut rows = statement.query(params_from_iter(clause.values))?;
        while let Some(row) = rows.next()? {
            each(from_row(row)?)?;
        }
        Ok(())
    }

    /// One draft.
    ///
    /// # Errors
    /// [`StoreError::Missing`] when there is none of that id.
    pub fn draft(&self, id: DraftId) -> Result<DraftRow> {
        self.draft_rows(&[id])?.pop().ok_or_else(|| StoreError::Missing(format!("draft {id}")))
    }

    /// The pending sales among these drafts (or among all) that may be made final: posted, in QuickBooks, without a newer
    /// version that waits, and with nothing under way.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn sales_to_finalise(&self, ids: Option<&[DraftId]>) -> Result<Vec<DraftId>> {
        const MAY: &str =
            "state = 'Posted' AND pending = 1 AND gone = 0 AND (proposal IS NULL OR proposal = 'Excluded')
             AND NOT EXISTS (SELECT 1 FROM operation WHERE target = 'draft/' || draft.id
                             AND operation.state NOT IN ('Done','Refused','Withdrawn'))";
        let mut found = Vec::new();
        match ids {
            Some(ids) => {
                let mut statement =
                    self.db.prepare_cached(&format!("SELECT 1 FROM draft WHERE id = ?1 AND {MAY}"))?;
                for id in ids {
                    if statement.exists([id.0])? {
                        found.push(*id);
                    }
                }
            }
            None => {
                let mut statement =
                    self.db.prepare_cached(&format!("SELECT id FROM draft WHERE {MAY} ORDER BY date, id"))?;
                for id in statement.query_map([], |row| row.get(0).map(DraftId))? {
                    found.push(id?);
                }
            }
        }
        Ok(found)
    }

    /// The live draft of a Cin7 document.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn draft_of_source(&self, source: &str) -> Result<Option<DraftRow>> {
        let sql = format!(
            "SELECT {COLUMNS} FROM draft WHERE source = ?1 AND part = 0 ORDER BY generation DESC LIMIT 1"
        );
        Ok(self.db.prepare_cached(&sql)?.query_row([source], from_row).optional()?)
    }

    /// Drafts whose Cin7 reference is this, whatever the case.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn drafts_of_reference(&self, reference: &str) -> Result<Vec<DraftId>> {
        let mut statement = self.db.prepare_cached("SELECT id FROM draft WHERE reference = ?1 LIMIT 3")?;
        let rows = statement.query_map([reference], |row| row.get(0).map(DraftId))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// How many versions a draft has.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn version_count(&self, id: DraftId) -> Result<i64> {
        Ok(self
            .db
            .prepare_cached("SELECT COUNT(*) FROM draft_version WHERE draft_id = ?1")?
            .query_row([id.0], |row| row.get(0))?)
    }

    /// The digest of the inputs that the live draft of a document was made from.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn inputs_of(&self, source: &str) -> Result<Option<String>> {
        Ok(self
            .db
            .prepare_cached("SELECT inputs FROM draft WHERE source = ?1 AND part = 0 AND state <> 'Voided'")?
            .query_row([source], |row| row.get(0))
            .optional()?)
    }

    /// Whether the newest draft of a source was reversed: nothing new is made of it before a person resets it.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn is_reversed(&self, source: &str) -> Result<bool> {
        let state: Option<String> = self
            .db
            .prepare_cached(
                "SELECT state FROM draft WHERE source = ?1 AND part = 0 ORDER BY generation DESC LIMIT 1",
            )?
            .query_row([source], |row| row.get(0))
            .optional()?;
        Ok(state.as_deref() == Some("Voided"))
    }

    /// Currencies of a contact's documents.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn currencies_of(&self, contact_id: i64) -> Result<Vec<String>> {
        let mut statement = self.db.prepare_cached(
            "SELECT DISTINCT upper(currency) FROM draft WHERE contact_id = ?1 AND currency <> '' AND state <> 'Voided'",
        )?;
        let rows = statement.query_map([contact_id], |row| row.get(0))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Cin7 ids of a contact's documents of one type.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn documents_of(&self, contact_id: i64, cin7_type: &str) -> Result<Vec<i64>> {
        let mut statement = self.db.prepare_cached(
            "SELECT CAST(cin7_id AS INTEGER) FROM draft WHERE contact_id = ?1 AND cin7_type = ?2",
        )?;
        let rows = statement.query_map(params![contact_id, cin7_type], |row| row.get(0))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Drafts of a contact, newest first.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn drafts_of_contact(&self, contact_id: i64, limit: usize) -> Result<Vec<DraftId>> {
        let mut statement = self.db.prepare_cached(
            "SELECT id FROM draft WHERE contact_id = ?1 ORDER BY date DESC, id DESC LIMIT ?2",
        )?;
        let rows = statement.query_map(params![contact_id, limit as i64], |row| row.get(0).map(DraftId))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Contacts with eligible documents, by kind: contact, kind, how many. Documents that a rule bills to a house
    /// customer (their reasons say so) need no customer of the contact's own.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn contacts_needed(&self) -> Result<Vec<(i64, TxnKind, i64)>> {
        let mut statement = self.db.prepare_cached(
            "SELECT contact_id, kind, COUNT(*) FROM draft WHERE kind IS NOT NULL AND contact_id <> 0
             AND state NOT IN ('NotReady','Excluded')
             AND instr(reasons, 'house_customer') = 0 GROUP BY contact_id, kind",
        )?;
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get::<_, String>(1)?, row.get(2)?)))?;
        let mut needed = Vec::new();
        for row in rows {
            let (contact, kind, count) = row?;
            if let Some(kind) = TxnKind::from_word(&kind) {
                needed.push((contact, kind, count));
            }
        }
        Ok(needed)
    }

    /// The header's sales-tax item with which the sale of that Cin7 reference was drafted, and the items of its tax lines;
    /// where a person left QuickBooks as it is, what stands there.
    ///
    /// # Errors
    /// What SQLite or serde says.
    pub fn tax_of_sale(&self, reference: &str) -> Result<Option<(ListRef, Vec<ListRef>)>> {
        let found: Option<(i64, Option<i64>)> = self
            .db
            .prepare_cached(
                "SELECT id, CASE WHEN proposal = 'Excluded' THEN posted_version END FROM draft
                 WHERE reference = ?1 AND cin7_type = 'SalesOrder' AND version > 0
                 ORDER BY state = 'Voided', id LIMIT 1",
            )?
            .query_row([reference], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        let Some((id, stands)) = found else { return Ok(None) };
        let Some(payload) = self.version(DraftId(id), stands)?.map(|version| version.payload) else {
            return Ok(None);
        };
        let own = |line: crate::books::Line| line.item.filter(|_| line.role == crate::books::Role::Tax);
        let lines = payload.lines.into_iter().filter_map(own).collect();
        Ok(payload.tax_item.map(|item| (item, lines)))
    }

    /// A version of a draft; `None` for the newest.
    ///
    /// # Errors
    /// What SQLite or serde says.
    pub fn version(&self, id: DraftId, version: Option<i64>) -> Result<Option<Version>> {
        let found = self
            .db
            .prepare_cached(
                "SELECT version, payload, hash, revision_id, made_at FROM draft_version WHERE draft_id = ?1 AND version = COALESCE(?2, (SELECT MAX(version) FROM draft_version WHERE draft_id = ?1))",
            )?
            .query_row(params![id.0, version], |row| {
                Ok((row.get(0)?, row.get::<_, String>(1)?, row.get(2)?, row.get(3)?, row.get(4)?))
            })
            .optional()?;
        let Some((version, payload, hash, revision_id, made_at)) = found else { return Ok(None) };
        if crate::base::digest::of_bytes(payload.as_bytes()) != hash {
            return Err(StoreError::Damaged(format!(
                "version {version} of draft {id} is not what was written"
            )));
        }
        Ok(Some(Version { version, payload: serde_json::from_str(&payload)?, hash, revision_id, made_at }))
    }

    /// Whether another live draft, or a transaction of QuickBooks that is not ours, holds a reference number: unique per
    /// kind, for bills and credits per vendor (design 8.10).
    ///
    /// # Errors
    /// What SQLite says.
    pub fn number_taken(
        &self,
        kind: TxnKind,
        party_name: Option<&str>,
        number: &str,
        but: &str,
    ) -> Result<bool> {
        let per_vendor = matches!(kind, TxnKind::Bill | TxnKind::VendorCredit);
        let (of_draft, of_other) =
            if per_vendor { ("AND party_name IS ?4", "AND party_name = ?3") } else { ("", "") };
        let vendor = per_vendor.then_some(party_name).flatten();
        let ours = format!(
            "SELECT 1 FROM draft WHERE kind = ?1 AND ref_number = ?2 AND source <> ?3 {of_draft} AND state <> 'Voided' LIMIT 1"
        );
        let mut statement = self.db.prepare_cached(&ours)?;
        let found = if per_vendor {
            statement.query_row(params![kind.word(), number, but, vendor], |_| Ok(())).optional()?
        } else {
            statement.query_row(params![kind.word(), number, but], |_| Ok(())).optional()?
        };
        if found.is_some() {
            return Ok(true);
        }
        let others =
            format!("SELECT 1 FROM qb_number WHERE kind = ?1 AND ref_number = ?2 {of_other} LIMIT 1");
        let mut statement = self.db.prepare_cached(&others)?;
        let found = if per_vendor {
            statement.query_row(params![kind.word(), number, vendor], |_| Ok(())).optional()?
        } else {
            statement.query_row(params![kind.word(), number], |_| Ok(())).optional()?
        };
        Ok(found.is_some())
    }

    /// Drafts by kind, state, pending and gone: how many and what they sum to.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn draft_counts(&self) -> Result<Vec<DraftCount>> {
        let mut statement = self.db.prepare_cached(
            "SELECT kind, state, pending, gone, COUNT(*), COALESCE(SUM(total), 0) FROM draft GROUP BY state, kind, pending, gone",
        )?;
        let rows = statement.query_map([], |row| {
            let kind: Option<String> = row.get(0)?;
            let state: String = row.get(1)?;
            Ok(DraftCount {
                kind: kind.as_deref().and_then(TxnKind::from_word),
                state: DraftState::from_word(&state).unwrap_or(DraftState::NeedsAttention),
                pending: row.get(2)?,
                gone: row.get(3)?,
                count: row.get(4)?,
                total: Cents::new(row.get(5)?),
            })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// The EditSequences that we stored of a transaction, oldest first.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn edits_of(&self, txn_id: &str) -> Result<Vec<String>> {
        let mut statement =
            self.db.prepare_cached("SELECT edit_sequence FROM edit_seen WHERE txn_id = ?1 ORDER BY seq")?;
        let rows = statement.query_map([txn_id], |row| row.get(0))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}

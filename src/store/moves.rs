//! When goods of a document moved and what they were worth: what the roll-forward is explained with. Beside it what the
//! document uses (codes, taxes, terms, branches), with the sums of all.
//!
//! Must never decide what a difference means; it counts documents whose goods and paper are in different months
//! (`cin7-quickbooks-integration.md` 2.2, 8.2).

use super::{Reader, Result, Tx};
use crate::base::{Cents, Day};
use crate::drafting::Use;
use rusqlite::{OptionalExtension as _, params};
use std::collections::BTreeMap;

/// Documents named in a list.
const NAMED: usize = 20;

/// Documents of one sort: how many, what they come to, the first ones by reference.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Bundle {
    pub count: u64,
    pub total: Cents,
    pub documents: Vec<String>,
}

/// Goods and paper in different months.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gap {
    /// Goods moved by then, the paper is later or missing.
    MovedNotBooked,
    /// The paper is dated by then, the goods moved later or not at all.
    BookedNotMoved,
}

/// What was received by a day and not billed by then, one order.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Received {
    pub source: String,
    pub reference: String,
    pub received: Day,
    pub worth: Cents,
}

/// What is kept beside the draft of a document.
#[derive(Clone, Debug)]
pub struct Move {
    /// `SalesOrder/24011`.
    pub source: String,
    /// When its goods moved; none where they have not.
    pub moved: Option<Day>,
    /// What they were worth.
    pub worth: Option<Cents>,
    /// Which codes, taxes, terms and branches it uses.
    pub uses: Vec<Use>,
    /// Cin7 reference of the sale that it takes back; empty where it takes none back.
    pub sale: String,
}

impl Tx<'_> {
    /// Keeps when the goods of documents moved, what they were worth, and what the documents use; the sums of all uses
    /// follow.
    ///
    /// # Errors
    /// What SQLite or serde says.
    pub fn keep_moves(&self, moves: &[Move]) -> Result<()> {
        let mut known = self.db.prepare_cached("SELECT uses FROM document_move WHERE source = ?1")?;
        let mut keep = self.db.prepare_cached(
            "INSERT OR REPLACE INTO document_move (source, moved, worth, uses, sale) VALUES (?1, ?2, ?3, ?4, ?5)",
        )?;
        let mut sums: BTreeMap<(String, String), (i64, i64)> = BTreeMap::new();
        let mut count = |uses: Vec<Use>, sign: i64| {
            for Use(sort, key, sales, purchases) in uses {
                let sum = sums.entry((sort, key)).or_default();
                *sum = (sum.0 + sign * sales, sum.1 + sign * purchases);
            }
        };
        for row in moves {
            let uses = serde_json::to_string(&row.uses)?;
            let before: Option<String> =
                known.query_row([&row.source], |row| row.get(0)).optional()?.flatten();
            if before.as_ref() != Some(&uses) {
                if let Some(before) = before {
                    count(serde_json::from_str(&before)?, -1);
                }
                count(row.uses.clone(), 1);
            }
            let (moved, worth) = (row.moved.map(|day| day.to_string()), row.worth.map(Cents::get));
            keep.execute(params![row.source, moved, worth, uses, row.sale])?;
        }
        let mut add = self.db.prepare_cached(
            "INSERT INTO use_sum VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (sort, key) DO UPDATE SET sales = sales + ?3, purchases = purchases + ?4",
        )?;
        for ((sort, key), (sales, purchases)) in sums {
            if (sales, purchases) != (0, 0) {
                add.execute(params![sort, key, sales, purchases])?;
            }
        }
        Ok(())
    }
}

impl Reader<'_> {
    /// Cin7 reference of the sale that a document takes back, as it was when it was drafted; empty for none.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn sale_taken_back(&self, source: &str) -> Result<String> {
        let mut statement = self.db.prepare_cached("SELECT sale FROM document_move WHERE source = ?1")?;
        let sale: Option<Option<String>> = statement.query_row([source], |row| row.get(0)).optional()?;
        Ok(sale.flatten().unwrap_or_default())
    }

    /// What all documents use together.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn uses(&self) -> Result<Vec<Use>> {
        let mut statement = self.db.prepare_cached("SELECT sort, key, sales, purchases FROM use_sum")?;
        let rows =
            statement.query_map([], |row| Ok(Use(row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}

impl Reader<'_> {
    fn bundle(&self, sql: &str, values: impl rusqlite::Params) -> Result<Bundle> {
        let mut statement = self.db.prepare_cached(sql)?;
        let mut rows = statement.query(values)?;
        let mut bundle = Bundle::default();
        while let Some(row) = rows.next()? {
            bundle.count += 1;
            bundle.total += Cents::new(row.get::<_, Option<i64>>(1)?.unwrap_or(0));
            if bundle.documents.len() < NAMED {
                bundle.documents.push(row.get(0)?);
            }
        }
        Ok(bundle)
    }

    /// Documents of a type whose goods and paper lie on different sides of the end of a day.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn gap(&self, cin7_type: &str, gap: Gap, end: Day) -> Result<Bundle> {
        let condition = match gap {
            Gap::MovedNotBooked => "m.moved <= ?2 AND (d.date IS NULL OR d.date > ?2)",
            Gap::BookedNotMoved => {
                "d.date <= ?2 AND (m.moved IS NULL OR m.moved > ?2) AND m.worth IS NOT NULL"
            }
        };
        let sql = format!(
            "SELECT d.reference, m.worth FROM document_move m JOIN draft d ON d.source = m.source AND d.part = 0
             WHERE d.cin7_type = ?1 AND d.state <> 'Excluded' AND {condition} ORDER BY d.date, d.id"
        );
        self.bundle(&sql, params![cin7_type, end.to_string()])
    }

    /// Purchase orders received by the end of a day and not billed by then.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn received_not_billed(&self, end: Day) -> Result<Vec<Received>> {
        self.received("d.state <> 'Excluded' AND (d.date IS NULL OR d.date > ?1)", end)
    }

    /// Purchase orders received by the end of a day that Cin7 calls invoiced by then, and that cannot be billed: the
    /// supplier's number is missing, or something else that makes them eligible.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn received_unbillable(&self, end: Day) -> Result<Vec<Received>> {
        self.received("d.state = 'NotReady' AND d.date <= ?1", end)
    }

    fn received(&self, which: &str, end: Day) -> Result<Vec<Received>> {
        let mut statement = self.db.prepare_cached(&format!(
            "SELECT d.source, d.reference, m.moved, m.worth FROM document_move m JOIN draft d ON d.source = m.source AND d.part = 0
             WHERE d.cin7_type = 'PurchaseOrder' AND {which} AND m.moved <= ?1 AND m.worth <> 0
             ORDER BY m.moved, d.id"
        ))?;
        let rows = statement.query_map([end.to_string()], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get::<_, String>(2)?, row.get(3)?))
        })?;
        let mut found = Vec::new();
        for row in rows {
            let (source, reference, moved, worth) = row?;
            let received = moved.parse().unwrap_or(Day::ZERO);
            found.push(Received { source, reference, received, worth: Cents::new(worth) });
        }
        Ok(found)
    }

    /// Drafts of a month that move the inventory account and are not confirmed by QuickBooks.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn not_confirmed(&self, month: &str) -> Result<Bundle> {
        self.bundle(
            "SELECT reference, total FROM draft WHERE month = ?1 AND kind IN ('Bill','VendorCredit','JournalEntry')
             AND state NOT IN ('Posted','DriftedInQuickBooks','Voided','Excluded') ORDER BY date, id",
            [month],
        )
    }

    /// Sales of a month that QuickBooks holds as pending.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn pending_sales(&self, month: &str) -> Result<Bundle> {
        self.bundle(
            "SELECT reference, total FROM draft WHERE month = ?1 AND pending = 1 AND state = 'Posted' ORDER BY date, id",
            [month],
        )
    }

    /// Drafts of a month with a reason of this code.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn with_reason(&self, month: &str, code: &str) -> Result<Bundle> {
        self.bundle(
            "SELECT reference, total FROM draft WHERE month = ?1 AND instr(reasons, ?2) > 0 AND state <> 'Excluded' ORDER BY date, id",
            params![month, format!("\"code\":\"{code}\"")],
        )
    }

    /// Cost of a month that came or changed after its journal was posted and is not in QuickBooks: as a change that is
    /// proposed or left as it is, or as a correction that is not posted.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn late_costs(&self, month: &str) -> Result<Bundle> {
        self.bundle(
            "SELECT reference, COALESCE(proposal_total - total, 0) FROM draft WHERE source = 'CogsMonth/' || ?1
             AND state IN ('Posted','DriftedInQuickBooks')
             AND (proposal IS NOT NULL OR instr(reasons, '\"code\":\"cogs_far_back\"') > 0)
             UNION ALL SELECT reference, total FROM draft WHERE cin7_type = 'CogsDifference'
             AND cin7_id >= ?1 || '/' AND cin7_id < ?1 || '0'
             AND state NOT IN ('Posted','DriftedInQuickBooks','Voided','Excluded')",
            [month],
        )
    }

    /// Posted drafts of a month of which Cin7 says something newer.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn changed_after_posting(&self, month: &str) -> Result<Bundle> {
        self.bundle(
            "SELECT reference, total FROM draft WHERE month = ?1 AND state IN ('Posted','DriftedInQuickBooks')
             AND (proposal IS NOT NULL OR (version > posted_version AND posted_version IS NOT NULL)) ORDER BY date, id",
            [month],
        )
    }
}

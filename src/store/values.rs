//! What QuickBooks showed of the inventory account: its postings and its balance at month ends.
//!
//! Must never mix two readings: postings are told page by page, and only a reading that came to its end is shown.

use super::{Reader, Result, Tx};
use crate::base::{Cents, Day, TxnId};
use crate::books::ListRef;
use crate::handoff::AccountRow;
use rusqlite::{OptionalExtension as _, Params, params};
use serde::{Deserialize, Serialize};

/// Name of the fact that says which reading is whole.
const WHOLE: &str = "account_rows";

/// A whole reading of the postings on an account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct AccountReading {
    pub account: ListRef,
    pub from: Day,
    pub to: Day,
    pub run: i64,
    pub at: String,
}

/// What Cin7's stock was worth at a fetch.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Snapshot {
    pub day: Day,
    pub at: String,
    pub value: Cents,
    pub note: String,
}

impl Tx<'_> {
    /// Keeps what Cin7's stock was worth.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn keep_snapshot(&self, snapshot: &Snapshot) -> Result<()> {
        self.run(
            "INSERT INTO stock_value (day, at, value, note) VALUES (?1, ?2, ?3, ?4)",
            params![snapshot.day.to_string(), snapshot.at, snapshot.value.get(), snapshot.note],
        )?;
        Ok(())
    }

    /// Keeps a page of postings of the reading `run`.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn keep_account_rows(&self, rows: &[AccountRow], run: i64) -> Result<()> {
        let mut keep = self.db.prepare_cached(
            "INSERT INTO account_row (run, txn_id, txn_type, date, ref_number, name, memo, amount) VALUES (?1,?2,?3,?4,?5,?6,?7,?8)",
        )?;
        for row in rows {
            keep.execute(params![
                run,
                row.txn_id.as_str(),
                row.txn_type,
                row.date.to_string(),
                row.ref_number,
                row.name,
                row.memo,
                row.amount.get()
            ])?;
        }
        Ok(())
    }

    /// The reading `run` came to its end: it replaces every other one.
    ///
    /// # Errors
    /// What SQLite or serde says.
    pub fn account_rows_done(
        &self,
        account: &ListRef,
        (from, to): (Day, Day),
        run: i64,
        at: &str,
    ) -> Result<()> {
        self.run("DELETE FROM account_row WHERE run <> ?1", [run])?;
        let reading = AccountReading { account: account.clone(), from, to, run, at: at.to_string() };
        self.set_meta_json(WHOLE, &reading)
    }

    /// Keeps the balance of an account at the end of a day.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn keep_balance(&self, account: &ListRef, day: Day, amount: Cents, as_of: &str) -> Result<()> {
        self.db
            .prepare_cached("INSERT OR REPLACE INTO account_balance VALUES (?1, ?2, ?3, ?4)")?
            .execute(params![account.id.as_str(), day.to_string(), amount.get(), as_of])?;
        Ok(())
    }
}

impl Reader<'_> {
    /// The last snapshot between two days.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn last_snapshot(&self, from: Day, to: Day) -> Result<Option<Snapshot>> {
        Ok(self
            .db
            .prepare_cached(
                "SELECT day, at, value, note FROM stock_value WHERE day BETWEEN ?1 AND ?2 ORDER BY day DESC, id DESC LIMIT 1",
            )?
            .query_row([from.to_string(), to.to_string()], |row| {
                let day: String = row.get(0)?;
                Ok(Snapshot {
                    day: day.parse().unwrap_or(Day::ZERO),
                    at: row.get(1)?,
                    value: Cents::new(row.get(2)?),
                    note: row.get(3)?,
                })
            })
            .optional()?)
    }

    /// The newest whole reading of the postings on the inventory account.
    ///
    /// # Errors
    /// What SQLite or serde says.
    pub fn account_reading(&self) -> Result<Option<AccountReading>> {
        self.meta_json(WHOLE)
    }

    /// The postings of a reading, by date.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn account_rows(&self, run: i64, each: impl FnMut(AccountRow)) -> Result<()> {
        self.postings("run = ?1", [run], each)
    }

    /// The postings of these transactions in the newest whole reading.
    ///
    /// # Errors
    /// What SQLite or serde says.
    pub fn account_rows_of(&self, ids: &[TxnId]) -> Result<Vec<AccountRow>> {
        let Some(reading) = self.account_reading()? else { return Ok(Vec::new()) };
        let mut found = Vec::new();
        self.postings(
            "run = ?1 AND txn_id IN (SELECT value FROM json_each(?2))",
            params![reading.run, serde_json::to_string(ids)?],
            |row| found.push(row),
        )?;
        Ok(found)
    }

    fn postings(&self, which: &str, values: impl Params, mut each: impl FnMut(AccountRow)) -> Result<()> {
        let mut statement = self.db.prepare_cached(&format!(
            "SELECT txn_id, txn_type, date, ref_number, name, memo, amount FROM account_row WHERE {which} ORDER BY date, id",
        ))?;
        let mut rows = statement.query(values)?;
        while let Some(row) = rows.next()? {
            let date: String = row.get(2)?;
            each(AccountRow {
                txn_id: row.get::<_, String>(0)?.into(),
                txn_type: row.get(1)?,
                date: date.parse().unwrap_or(Day::ZERO),
                ref_number: row.get(3)?,
                name: row.get(4)?,
                memo: row.get(5)?,
                amount: Cents::new(row.get(6)?),
            });
        }
        Ok(())
    }

    /// The balance of an account at the end of a day, with the moment of the report.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn balance_on(&self, account: &str, day: Day) -> Result<Option<(Cents, String)>> {
        Ok(self
            .db
            .prepare_cached("SELECT amount, as_of FROM account_balance WHERE account_id = ?1 AND day = ?2")?
            .query_row([account, &day.to_string()], |row| Ok((Cents::new(row.get(0)?), row.get(1)?)))
            .optional()?)
    }

    /// The first and the last month in which something of ours stands in QuickBooks.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn posted_months(&self) -> Result<(Option<String>, Option<String>)> {
        Ok(self
            .db
            .prepare_cached("SELECT MIN(month), MAX(month) FROM draft WHERE txn_id IS NOT NULL")?
            .query_row([], |row| Ok((row.get(0)?, row.get(1)?)))?)
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Lane, scratch};
    use super::*;

    #[test]
    fn of_the_newest_whole_reading_only_the_transactions_that_are_asked_for_are_told_in_its_order() {
        let (_dir, store) = scratch();
        let day: Day = "2026-03-01".parse().unwrap();
        let row = |txn: &str, cents: i64| AccountRow {
            txn_id: txn.into(),
            txn_type: "Bill".into(),
            date: day,
            ref_number: String::new(),
            name: String::new(),
            memo: String::new(),
            amount: Cents::new(cents),
        };
        let rows = [row("B", 1), row("A'\"", 2), row("C", 3), row("B", 4)];
        let kept = rows.clone();
        store
            .write(Lane::Endpoint, move |tx| {
                tx.keep_account_rows(&kept, 1)?;
                tx.account_rows_done(&ListRef::new("L1", "Inventory Asset"), (day, day), 1, "t")?;
                // Another reading is under way.
                tx.keep_account_rows(&kept, 2)
            })
            .unwrap();
        let of = |ids: &[&str]| {
            let ids: Vec<TxnId> = ids.iter().map(|id| (*id).into()).collect();
            store.read(|r| r.account_rows_of(&ids)).unwrap()
        };
        assert_eq!(of(&["B", "A'\"", "unknown"]), [rows[0].clone(), rows[1].clone(), rows[3].clone()]);
        assert_eq!(of(&[]), []);
    }
}

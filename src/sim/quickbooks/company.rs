//! The state of one company file: lists, transactions, records of message sets, counters and the clock.
//!
//! Must be pure: the clock is set from outside, nothing is read or written but through arguments. Ids, sequences and
//! stamps have the forms of `qbxml.md` 6.

use super::faults::Faults;
use super::lists::{Entry, ListKind, Lists};
use super::sessions::Session;
use super::sets::SetRecord;
use super::switches::Switches;
use super::transactions::{Register, TxnKind};
use crate::base::Instant;
use crate::sim::xml::El;
use jiff::civil::{Date, DateTime};
use jiff::tz::{Offset, TimeZone};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::io;

/// A simulated QuickBooks company file.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Company {
    pub(super) name: String,
    pub(super) file: String,
    pub(super) closing_date: Option<Date>,
    pub(super) sales_tax: bool,
    pub(super) class_tracking: bool,
    pub(super) default_tax_item: Option<String>,
    pub(super) switches: Switches,
    pub(super) faults: Faults,
    pub(super) now: Instant,
    pub(super) utc_offset_minutes: i32,
    pub(super) last_list: u32,
    pub(super) last_txn: u32,
    pub(super) last_number: u32,
    pub(super) lists: Lists,
    pub(super) register: Register,
    pub(super) deleted_txns: Vec<DeletedTxn>,
    pub(super) deleted_entries: Vec<DeletedEntry>,
    pub(super) sets: Vec<SetRecord>,
    /// Private data on the company record: owner, name, value (`web-connector.md` 4).
    pub(super) stamps: Vec<(String, String, String)>,
    /// TxnIDs that a person has open in a window.
    pub(super) open_windows: BTreeSet<String>,
    #[serde(skip)]
    pub(super) session: Session,
}

/// A transaction that was deleted.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct DeletedTxn {
    pub(super) kind: TxnKind,
    pub(super) id: String,
    pub(super) created: i64,
    pub(super) deleted: i64,
    pub(super) ref_number: String,
}

/// A list entry that was deleted or merged away.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct DeletedEntry {
    pub(super) kind: ListKind,
    pub(super) id: String,
    pub(super) created: i64,
    pub(super) deleted: i64,
    pub(super) full_name: String,
}

impl Company {
    /// The company file as JSON, whole.
    ///
    /// # Errors
    /// Never for this type; the error is serde's.
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string(self)
    }

    /// Writes the company file as JSON, whole, without holding it as a text.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write_json(&self, to: impl io::Write) -> Result<(), serde_json::Error> {
        serde_json::to_writer(to, self)
    }

    /// A company file from its JSON.
    ///
    /// # Errors
    /// When the text is no such file.
    pub fn from_json(text: &str) -> Result<Self, serde_json::Error> {
        Self::read_json(text.as_bytes())
    }

    /// Reads a company file.
    ///
    /// # Errors
    /// When it cannot be read or holds no company.
    pub fn read_json(from: impl io::Read) -> Result<Self, serde_json::Error> {
        let mut company: Company = serde_json::from_reader(from)?;
        company.lists.reindex();
        company.register.reindex();
        Ok(company)
    }

    /// The company's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Path of the company file, as the Web Connector tells it.
    #[must_use]
    pub fn file(&self) -> &str {
        &self.file
    }

    /// The guesses in force, to be changed.
    pub fn switches_mut(&mut self) -> &mut Switches {
        &mut self.switches
    }

    /// The faults in force, to be changed.
    pub fn faults_mut(&mut self) -> &mut Faults {
        &mut self.faults
    }

    /// Sets the clock of the QuickBooks machine.
    pub fn set_now(&mut self, now: Instant) {
        self.now = now;
    }

    /// The clock of the QuickBooks machine.
    #[must_use]
    pub fn now(&self) -> Instant {
        self.now
    }

    pub(super) fn seconds(&self) -> i64 {
        self.now.as_second()
    }

    /// The civil day of the QuickBooks machine.
    #[must_use]
    pub fn today(&self) -> Date {
        self.local(self.seconds()).date()
    }

    fn offset_at(&self, seconds: i64) -> i32 {
        let zone = self.switches.zone.as_deref().and_then(|name| TimeZone::get(name).ok());
        let instant = Instant::from_second(seconds).unwrap_or(Instant::UNIX_EPOCH);
        zone.map_or(self.utc_offset_minutes * 60, |zone| zone.to_offset(instant).seconds())
    }

    /// The local clock of an instant.
    pub(super) fn local(&self, seconds: i64) -> DateTime {
        let offset = Offset::from_seconds(self.offset_at(seconds)).unwrap_or(Offset::UTC);
        offset.to_datetime(Instant::from_second(seconds).unwrap_or(Instant::UNIX_EPOCH))
    }

    /// The instant that a clock text with an offset means, as this machine's local clock.
    pub(super) fn local_of_offset(&self, clock: DateTime, offset_minutes: i32) -> DateTime {
        let offset = Offset::from_seconds(offset_minutes * 60).unwrap_or(Offset::UTC);
        offset.to_timestamp(clock).map_or(clock, |instant| self.local(instant.as_second()))
    }

    /// A stamp as it is written: local clock and offset, with the winter-offset fault where it is switched on.
    pub(super) fn stamp(&self, seconds: i64) -> String {
        let clock = self.local(seconds);
        let mut offset = self.offset_at(seconds) / 60;
        if self.switches.winter_offset {
            let january = clock.date().first_of_year().at(12, 0, 0, 0);
            let zone = self.switches.zone.as_deref().and_then(|name| TimeZone::get(name).ok());
            // Without a zone the seed's offset is taken for the summer's from April to October.
            offset = match zone.and_then(|zone| zone.to_ambiguous_timestamp(january).compatible().ok()) {
                Some(winter) => self.offset_at(winter.as_second()) / 60,
                None if (4..=10).contains(&clock.month()) => offset - 60,
                None => offset,
            };
        }
        let sign = if offset < 0 { '-' } else { '+' };
        format!(
            "{}{sign}{:02}:{:02}",
            clock.strftime("%Y-%m-%dT%H:%M:%S"),
            offset.abs() / 60,
            offset.abs() % 60
        )
    }

    pub(super) fn new_list_id(&mut self) -> String {
        self.last_list += 1;
        format!("{:08X}-{}", 0x8000_0000_u32 | self.last_list, self.seconds())
    }

    /// A TxnID; the value after it is skipped, lines follow (`qbxml.md` 6).
    pub(super) fn new_txn_id(&mut self) -> String {
        self.last_txn += 1;
        let id = format!("{:X}-{}", self.last_txn, self.seconds());
        self.last_txn += 1;
        id
    }

    pub(super) fn new_line_id(&mut self) -> String {
        self.last_txn += 1;
        format!("{:X}-{}", self.last_txn, self.seconds())
    }

    /// The next EditSequence of an object: the clock, but never the one it had.
    pub(super) fn next_sequence(&self, last: i64) -> i64 {
        self.seconds().max(last + 1)
    }

    /// Adds a list entry as the company makes it; gives its ListID.
    pub(super) fn add_entry(
        &mut self,
        kind: ListKind,
        name: &str,
        parent: Option<&str>,
        fields: Vec<El>,
    ) -> String {
        let id = self.new_list_id();
        self.add_entry_as(kind, &id, name, parent, fields);
        id
    }

    pub(super) fn add_entry_as(
        &mut self,
        kind: ListKind,
        id: &str,
        name: &str,
        parent: Option<&str>,
        fields: Vec<El>,
    ) {
        let above = parent.and_then(|id| self.lists.get(id)).map(|entry| entry.full_name.clone());
        let now = self.seconds();
        self.lists.insert(Entry {
            kind,
            id: id.to_string(),
            created: now,
            modified: now,
            sequence: now,
            name: name.to_string(),
            full_name: above.map_or_else(|| name.to_string(), |above| format!("{above}:{name}")),
            parent: parent.map(str::to_string),
            active: true,
            fields,
            balance: 0,
            deleted: false,
        });
    }

    /// Marks a list entry as edited.
    pub(super) fn touch_entry(&mut self, id: &str) {
        let now = self.seconds();
        if let Some(entry) = self.lists.get_mut(id) {
            entry.sequence = now.max(entry.sequence + 1);
            entry.modified = now.max(entry.modified);
        }
    }

    /// An account of a type, the first of it.
    pub(super) fn account_of_type(&self, account_type: &str) -> Option<&Entry> {
        self.lists.iter().find(|entry| {
            entry.kind == ListKind::Account
                && entry.field("AccountType").is_some_and(|found| found == account_type)
        })
    }

    /// Stamps private data on the company record, as the Web Connector does with FileID.
    pub fn set_stamp(&mut self, owner: &str, name: &str, value: &str) {
        self.stamps.retain(|(old, key, _)| !(old.eq_ignore_ascii_case(owner) && key == name));
        self.stamps.push((owner.to_string(), name.to_string(), value.to_string()));
    }
}

//! Files of what Cin7's API does not deliver: vendor credits, landing costs, stock values (design 8.12, 8.13).
//!
//! Must never take in half a file, nor the same row twice: a file is known again by what it says, however it was saved,
//! and a row that another file brought before is told. Everything wrong is told at once, by line and column.

mod table;

pub use table::{Column, Wrong};

use super::own::{self, find_vendor, vendor_of};
use super::{Profile, Result, Said};
use crate::base::problem::Exit;
use crate::base::{Cents, Problem, digest};
use crate::books::own::{OwnLandingCost, OwnLine, OwnStockValue, OwnVendorCredit};
use crate::books::{OwnEntry, Settings};
use crate::store::Reader;
use serde::Serialize;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::Path;
use table::Row;

/// What a file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// Vendor credits; rows of one vendor and number are lines of one credit.
    VendorCredits,
    /// Landing costs, a journal per row.
    LandingCosts,
    /// What Cin7's stock was worth at the end of a day.
    StockValue,
}

const fn column(name: &'static str, needed: bool, meaning: &'static str) -> Column {
    Column { name, needed, meaning }
}

const VENDOR_CREDITS: &[Column] = &[
    column("date", true, "ledger date, 2026-02-05"),
    column("vendor", true, "name in QuickBooks, or the supplier's name in Cin7"),
    column("number", true, "the supplier's number of the credit"),
    column("po", false, "reference of the purchase order"),
    column("account", false, "name or number of the account; empty is the inventory account"),
    column("amount", true, "positive, 20.00"),
    column("memo", false, "what it is about"),
];
const LANDING_COSTS: &[Column] = &[
    column("date", true, "ledger date, 2026-02-05"),
    column("po", false, "reference of the purchase order"),
    column("category", true, "a category of the settings, as Freight"),
    column("amount", true, "30.00; below zero takes an earlier cost back"),
    column("memo", false, "what it is about"),
];
const STOCK_VALUE: &[Column] = &[
    column("date", true, "the day at whose end the stock was worth that, 2026-02-28"),
    column("value", true, "worth of the whole stock in the home currency, 728.00"),
    column("memo", false, "where the figure is from"),
];

impl What {
    /// The columns of such a file.
    #[must_use]
    pub const fn columns(self) -> &'static [Column] {
        match self {
            What::VendorCredits => VENDOR_CREDITS,
            What::LandingCosts => LANDING_COSTS,
            What::StockValue => STOCK_VALUE,
        }
    }

    /// What its rows are called.
    #[must_use]
    pub const fn plural(self) -> &'static str {
        match self {
            What::VendorCredits => "vendor credits",
            What::LandingCosts => "landing costs",
            What::StockValue => "stock values",
        }
    }

    const fn word(self) -> &'static str {
        match self {
            What::VendorCredits => "Csv",
            What::LandingCosts => "LandingCost",
            What::StockValue => "StockValue",
        }
    }

    /// The first line of such a file.
    #[must_use]
    pub fn template(self) -> String {
        let names: Vec<&str> = self.columns().iter().map(|column| column.name).collect();
        format!("{}\r\n", names.join(","))
    }
}

/// What became of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[allow(missing_docs)]
pub struct Imported {
    /// Its name, without the folder.
    pub file: String,
    /// Rows read.
    pub rows: usize,
    /// Entries put in.
    pub imported: usize,
    /// Entries that this very file brought before; nothing of it was put in again.
    pub already: usize,
    /// Everything that is wrong with it; then nothing was put in.
    pub errors: Vec<Wrong>,
    /// In one sentence.
    pub done: String,
}

/// Takes a file in, whole or not at all.
///
/// # Errors
/// When the file cannot be read, or what the store says. What is wrong inside it stands in [`Imported::errors`].
pub fn import(profile: &Profile, what: What, path: &Path, by: &str) -> Result<Imported> {
    super::signature(by)?;
    let (mut imported, entries) = look(profile, what, path)?;
    if entries.is_empty() {
        return Ok(imported);
    }
    let title = format!("Imported {} {} from {}", entries.len(), what.plural(), imported.file);
    let Said { text, .. } = own::put_in(profile, entries, title, by)?;
    imported.done = text;
    Ok(imported)
}

/// What a file would put in, whole; nothing where anything is wrong with it or where it was imported before.
///
/// # Errors
/// When the file cannot be read, or what the store says.
pub fn look(profile: &Profile, what: What, path: &Path) -> Result<(Imported, Vec<(String, OwnEntry)>)> {
    let none = |imported| Ok((imported, Vec::new()));
    let settings = profile.settings();
    let file = path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    let file = crate::base::text::for_screen(&file);
    let bytes = std::fs::read(path).map_err(|why| {
        Problem::new(
            Exit::Usage,
            "IMPORT-FILE",
            format!("The file {file} cannot be read: {why}."),
            "Nothing was imported.",
            "Check its name and whether another program has it open.",
        )
    })?;
    let mut imported = Imported { file, ..Imported::default() };
    let (rows, mut wrong) = match table::read(&bytes, what.columns()) {
        Ok(read) => read,
        Err(errors) => return none(refused(imported, errors)),
    };
    imported.rows = rows.len();
    if !wrong.is_empty() {
        // The rows that can be read are looked at all the same: everything is told at once.
        wrong.extend(profile.store().read(|r| entries(r, &settings, what, &rows))?.err().unwrap_or_default());
        wrong.sort_by_key(|wrong| wrong.line);
        // A cell that is empty needs no second word on what it is not.
        let mut told = HashSet::new();
        wrong.retain(|wrong| wrong.column.is_empty() || told.insert((wrong.line, wrong.column.clone())));
        return none(refused(imported, wrong));
    }
    let key = file_key(&rows);
    let standing = profile.store().read(|r| r.own_beginning(&format!("{}/{key}/", what.word())))?;
    if !standing.is_empty() {
        imported.already = standing.len();
        let (by, at) = standing.first().map(|row| (row.by.clone(), row.at.clone())).unwrap_or_default();
        imported.done = format!("This file was imported before by {by} ({at}); nothing was imported again.");
        return none(imported);
    }
    let entries = match profile.store().read(|r| entries(r, &settings, what, &rows))? {
        Ok(entries) => entries,
        Err(mut errors) => {
            errors.sort_by_key(|wrong| wrong.line);
            return none(refused(imported, errors));
        }
    };
    let entries: Vec<(String, OwnEntry)> =
        entries.into_iter().map(|(line, entry)| (format!("{}/{key}/{line}", what.word()), entry)).collect();
    imported.imported = entries.len();
    imported.done = format!("{} {} would be imported.", entries.len(), what.plural());
    Ok((imported, entries))
}

/// Reads a file's bytes as rows, without a profile: how many, or everything that is wrong with them by themselves.
///
/// # Errors
/// What is wrong, by line and column.
pub fn check(what: What, bytes: &[u8]) -> std::result::Result<usize, Vec<Wrong>> {
    let (rows, mut wrong) = table::read(bytes, what.columns())?;
    let amount = if what == What::StockValue { "value" } else { "amount" };
    for row in &rows {
        let _ = (row.day("date", &mut wrong), row.amount(amount, &mut wrong));
    }
    if wrong.is_empty() { Ok(rows.len()) } else { Err(wrong) }
}

fn refused(imported: Imported, errors: Vec<Wrong>) -> Imported {
    let done = format!("Nothing was imported: {} to correct in {}.", count(errors.len()), imported.file);
    Imported { errors, done, ..imported }
}

fn count(errors: usize) -> String {
    if errors == 1 { "1 error".into() } else { format!("{errors} errors") }
}

/// What a file is known by: its rows, however it was saved.
fn file_key(rows: &[Row]) -> String {
    let cells: Vec<&str> = rows.iter().flat_map(Row::content).collect();
    digest::of_parts(&cells).chars().take(16).collect()
}

type Entries = Vec<(u64, OwnEntry)>;

fn entries(
    reader: &Reader<'_>,
    settings: &Settings,
    what: What,
    rows: &[Row],
) -> crate::store::Result<std::result::Result<Entries, Vec<Wrong>>> {
    let mut wrong = Vec::new();
    let entries = match what {
        What::VendorCredits => vendor_credits(reader, settings, rows, &mut wrong)?,
        What::LandingCosts => landing_costs(reader, rows, &mut wrong)?,
        What::StockValue => stock_values(reader, rows, &mut wrong)?,
    };
    Ok(if wrong.is_empty() { Ok(entries) } else { Err(wrong) })
}

fn vendor_credits(
    reader: &Reader<'_>,
    settings: &Settings,
    rows: &[Row],
    wrong: &mut Vec<Wrong>,
) -> crate::store::Result<Entries> {
    let known = own::known_credits(reader)?;
    let accounts = own::account_list(reader)?;
    let mut vendors: HashMap<String, std::result::Result<(String, i64), String>> = HashMap::new();
    let mut credits: BTreeMap<u64, OwnVendorCredit> = BTreeMap::new();
    let mut first_line: HashMap<(String, String), u64> = HashMap::new();
    for row in rows {
        let typed = row.text("vendor");
        if !vendors.contains_key(typed) {
            vendors.insert(typed.to_string(), vendor_of(find_vendor(reader, typed)?, typed));
        }
        let date = row.day("date", wrong);
        let amount = row.amount("amount", wrong);
        let vendor = match vendors.get(typed) {
            Some(Ok(vendor)) => Some(vendor.clone()),
            Some(Err(why)) => {
                wrong.push(row.wrong("vendor", why.clone()));
                None
            }
            None => None,
        };
        if let Err(why) = own::account_typed(row.text("account"), &accounts, settings) {
            wrong.push(row.wrong("account", why));
        }
        if amount.is_some_and(|amount| amount.get() <= 0) {
            wrong.push(row.wrong("amount", "the amount of a vendor credit is above zero"));
        }
        let (Some(date), Some(amount), Some((vendor, contact))) = (date, amount, vendor) else { continue };
        let line =
            OwnLine { account: row.text("account").to_string(), amount, memo: row.text("memo").to_string() };
        let credit = OwnVendorCredit {
            date,
            vendor,
            contact,
            number: row.text("number").to_string(),
            po: row.text("po").to_string(),
            memo: row.text("memo").to_string(),
            lines: vec![line],
        };
        let key = own::credit_key(&credit);
        if let Some(source) = known.get(&key) {
            let text = format!("this vendor's credit of that number was entered before ({source})");
            wrong.push(row.wrong("number", text));
            continue;
        }
        match first_line.get(&key).and_then(|first| credits.get_mut(first).map(|credit| (*first, credit))) {
            None => {
                first_line.insert(key, row.line);
                credits.insert(row.line, credit);
            }
            Some((first, standing)) if standing.date == credit.date && standing.po == credit.po => {
                standing.lines.extend(credit.lines);
                let _ = first;
            }
            Some((first, _)) => {
                let text = format!("line {first} has the same vendor and number with another date or order");
                wrong.push(row.wrong("number", text));
            }
        }
    }
    Ok(credits.into_iter().map(|(line, credit)| (line, OwnEntry::VendorCredit(credit))).collect())
}

fn landing_costs(reader: &Reader<'_>, rows: &[Row], wrong: &mut Vec<Wrong>) -> crate::store::Result<Entries> {
    let mut seen: HashMap<OwnKey, String> = reader
        .own_beginning("LandingCost/")?
        .into_iter()
        .filter_map(|row| match &row.entry {
            OwnEntry::LandingCost(cost) => {
                Some((key_of(cost), format!("it was entered before ({})", row.source)))
            }
            _ => None,
        })
        .collect();
    let mut entries = Vec::new();
    for row in rows {
        let (date, amount) = (row.day("date", wrong), row.amount("amount", wrong));
        if amount.is_some_and(Cents::is_zero) {
            wrong.push(row.wrong("amount", "a landing cost of nothing is none"));
        }
        let (Some(date), Some(amount)) = (date, amount) else { continue };
        let cost = OwnLandingCost {
            date,
            po: row.text("po").to_string(),
            category: row.text("category").to_string(),
            amount,
            memo: row.text("memo").to_string(),
        };
        if let Some(where_) = seen.insert(key_of(&cost), format!("it says the same as line {}", row.line)) {
            let text = format!("{where_}; if both are meant, tell them apart in the memo");
            wrong.push(row.wrong("", text));
        }
        entries.push((row.line, OwnEntry::LandingCost(cost)));
    }
    Ok(entries)
}

type OwnKey = (crate::base::Day, String, String, Cents, String);

fn key_of(cost: &OwnLandingCost) -> OwnKey {
    let fold = crate::base::text::fold;
    (cost.date, fold(&cost.po), fold(&cost.category), cost.amount, fold(&cost.memo))
}

fn stock_values(reader: &Reader<'_>, rows: &[Row], wrong: &mut Vec<Wrong>) -> crate::store::Result<Entries> {
    let mut days: HashMap<crate::base::Day, u64> = HashMap::new();
    let mut entries = Vec::new();
    let standing = reader.own_beginning("StockValue/")?;
    for row in rows {
        let (Some(day), Some(value)) = (row.day("date", wrong), row.amount("value", wrong)) else { continue };
        if let Some(line) = days.insert(day, row.line) {
            wrong.push(row.wrong("date", format!("line {line} has a value for that day too")));
        }
        let known = standing.iter().find_map(|row| match &row.entry {
            OwnEntry::StockValue(known) if known.day == day => Some(known.value),
            _ => None,
        });
        if known == Some(value) {
            wrong.push(row.wrong("value", "this value of that day was imported before"));
        }
        entries.push((
            row.line,
            OwnEntry::StockValue(OwnStockValue { day, value, memo: row.text("memo").to_string() }),
        ));
    }
    Ok(entries)
}

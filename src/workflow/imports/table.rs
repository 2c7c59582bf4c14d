//! A CSV file as rows of named cells, with everything that is wrong with it, by line and column.
//!
//! Must never take a part of a file for the whole, nor run or keep a formula as one: a cell is text, whatever it begins
//! with. Semicolons, tabs and other encodings are refused with words (issue of the imports).

use crate::base::{Cents, Day, typed};
use serde::Serialize;
use std::collections::BTreeMap;

/// Largest file that is read.
const BYTES: usize = 10 * 1024 * 1024;
/// Most rows of a file.
const ROWS: usize = 20_000;

/// What is wrong in one place of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Wrong {
    /// Line of the file, from 1; 0 = the file as a whole.
    pub line: u64,
    /// Name of the column; empty = the line as a whole.
    pub column: String,
    /// What, in words.
    pub text: String,
}

/// One column of a template.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// Its name in the first line.
    pub name: &'static str,
    /// Whether each line needs something in it.
    pub needed: bool,
    /// What belongs into it.
    pub meaning: &'static str,
}

/// A line of the file by column names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Line of the file.
    pub line: u64,
    cells: BTreeMap<&'static str, String>,
}

impl Row {
    /// The text of a column; empty where there is none.
    pub fn text(&self, column: &str) -> &str {
        self.cells.get(column).map_or("", String::as_str)
    }

    /// What the row says, in the order of the columns: equal for equal content however the file was saved.
    pub fn content(&self) -> Vec<&str> {
        self.cells.values().map(String::as_str).collect()
    }

    /// The date of a column.
    pub fn day(&self, column: &str, wrong: &mut Vec<Wrong>) -> Option<Day> {
        let text = self.text(column);
        if text.is_empty() {
            return None;
        }
        let found = text.parse().ok().or_else(|| us_date(text));
        if found.is_none() {
            wrong.push(self.wrong(column, format!("`{text}` is no date; write it as 2026-02-05")));
        }
        found
    }

    /// The amount of a column, in cents.
    pub fn amount(&self, column: &str, wrong: &mut Vec<Wrong>) -> Option<Cents> {
        let text = self.text(column);
        if text.is_empty() {
            return None;
        }
        let found = plain_amount(text).and_then(|plain| plain.parse::<Cents>().ok());
        if found.is_none() {
            wrong.push(self.wrong(column, format!("`{text}` is no amount of money; write it as 1234.50")));
        }
        found
    }

    /// Something wrong in a column of this row.
    pub fn wrong(&self, column: &str, text: impl Into<String>) -> Wrong {
        Wrong { line: self.line, column: column.to_string(), text: text.into() }
    }
}

/// `2/5/2026` as a spreadsheet of the United States writes it back.
fn us_date(text: &str) -> Option<Day> {
    let mut parts = text.split('/');
    let (month, day, year) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() || year.len() != 4 {
        return None;
    }
    Day::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
}

/// Without a dollar sign and without commas between groups of three digits; a file says cents with two digits at most.
fn plain_amount(text: &str) -> Option<String> {
    let (sign, rest) = text.strip_prefix('-').map_or(("", text), |rest| ("-", rest));
    let rest = rest.strip_prefix('$').unwrap_or(rest);
    let strict = rest.starts_with(|c: char| c.is_ascii_digit())
        && rest.split_once('.').is_none_or(|(_, cents)| (1..=2).contains(&cents.len()));
    let plain = strict.then(|| typed::ungrouped(rest)).flatten()?;
    Some(format!("{sign}{plain}"))
}

/// Reads a file: its whole rows, and everything that is wrong with the others.
///
/// # Errors
/// What keeps the file as a whole from being read: then no row can be looked at.
pub fn read(bytes: &[u8], columns: &'static [Column]) -> Result<(Vec<Row>, Vec<Wrong>), Vec<Wrong>> {
    let text = text_of(bytes).map_err(|text| vec![Wrong { line: 0, column: String::new(), text }])?;
    // Line ends are made equal first: lines are counted by them.
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .has_headers(false)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let mut records = reader.records();
    let mut wrong = Vec::new();
    let head = match records.next() {
        Some(Ok(head)) => header(&head, columns, &mut wrong),
        Some(Err(why)) => return Err(vec![broken(&why)]),
        None => return Err(vec![Wrong { line: 0, column: String::new(), text: "the file is empty".into() }]),
    };
    if !wrong.is_empty() {
        return Err(wrong);
    }
    let mut rows = Vec::new();
    for record in records {
        match record {
            Ok(record) if record.iter().all(str::is_empty) => {}
            Ok(record) => match row(&record, &head, columns, &mut wrong) {
                Some(row) if rows.len() < ROWS => rows.push(row),
                Some(row) => {
                    wrong.push(Wrong { line: row.line, column: String::new(), text: too_many() });
                    break;
                }
                None => {}
            },
            Err(why) => wrong.push(broken(&why)),
        }
    }
    if wrong.is_empty() && rows.is_empty() {
        wrong.push(Wrong {
            line: 1,
            column: String::new(),
            text: "there is no row below the first line".into(),
        });
    }
    Ok((rows, wrong))
}

fn too_many() -> String {
    format!("a file holds at most {ROWS} rows; divide it")
}

fn broken(why: &csv::Error) -> Wrong {
    let line = why.position().map_or(0, csv::Position::line);
    Wrong { line, column: String::new(), text: format!("the line cannot be read: {why}") }
}

fn text_of(bytes: &[u8]) -> Result<&str, String> {
    if bytes.len() > BYTES {
        return Err(format!("the file is larger than {} MB", BYTES / 1024 / 1024));
    }
    if bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]) {
        return Err(
            "the file is saved as Unicode text (UTF-16); save it as CSV UTF-8 (comma delimited)".into()
        );
    }
    let bytes = bytes.strip_prefix(&[0xEF, 0xBB, 0xBF]).unwrap_or(bytes);
    let text = std::str::from_utf8(bytes)
        .map_err(|_| "the file is no UTF-8 text; save it as CSV UTF-8 (comma delimited)".to_string())?;
    if text.contains('\0') {
        return Err("the file is no text; save it as CSV UTF-8 (comma delimited)".into());
    }
    let first = text.lines().next().unwrap_or_default();
    for (mark, name) in [(';', "semicolons"), ('\t', "tabs")] {
        if first.contains(mark) && !first.contains(',') {
            return Err(format!(
                "its columns are separated by {name}; save it as CSV (comma delimited), or set the list separator to a comma"
            ));
        }
    }
    Ok(text)
}

/// Which column stands at which place.
fn header(
    head: &csv::StringRecord,
    columns: &'static [Column],
    wrong: &mut Vec<Wrong>,
) -> Vec<Option<&'static str>> {
    let mut places: Vec<Option<&'static str>> = Vec::with_capacity(head.len());
    let mut say = |column: &str, text: String| {
        wrong.push(Wrong { line: 1, column: column.to_string(), text });
    };
    for cell in head {
        let known = columns.iter().find(|column| column.name.eq_ignore_ascii_case(cell)).map(|c| c.name);
        match known {
            Some(name) if places.contains(&Some(name)) => say(name, "the column stands there twice".into()),
            None if !cell.is_empty() => {
                let names: Vec<&str> = columns.iter().map(|column| column.name).collect();
                say(cell, format!("there is no such column; the columns are {}", names.join(", ")));
            }
            _ => {}
        }
        places.push(known);
    }
    for column in columns.iter().filter(|column| column.needed) {
        if !places.contains(&Some(column.name)) {
            say(column.name, "the column is missing".into());
        }
    }
    places
}

fn row(
    record: &csv::StringRecord,
    head: &[Option<&'static str>],
    columns: &'static [Column],
    wrong: &mut Vec<Wrong>,
) -> Option<Row> {
    let line = record.position().map_or(0, csv::Position::line);
    if record.len() > head.len() {
        let text = format!("the line has {} cells, the first line has {}", record.len(), head.len());
        wrong.push(Wrong { line, column: String::new(), text });
        return None;
    }
    let mut row = Row { line, cells: columns.iter().map(|column| (column.name, String::new())).collect() };
    for (cell, place) in record.iter().zip(head) {
        if let Some(name) = place {
            row.cells.insert(name, harmless(cell));
        }
    }
    let before = wrong.len();
    for column in columns.iter().filter(|column| column.needed && row.text(column.name).is_empty()) {
        wrong.push(row.wrong(column.name, "it is empty"));
    }
    if wrong.len() > before {
        // What else is wrong with the line is told with it; the row goes on, so that its names are looked up too.
        row.day("date", wrong);
        for amount in ["amount", "value"] {
            row.amount(amount, wrong);
        }
    }
    Some(row)
}

/// A cell as text: the apostrophe that keeps a spreadsheet from taking it for a formula is no part of it, and no
/// control character is.
fn harmless(cell: &str) -> String {
    let cell = match cell.strip_prefix('\'') {
        Some(rest) if rest.starts_with(['=', '+', '-', '@']) => rest,
        _ => cell,
    };
    crate::base::text::for_screen(cell).trim().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLUMNS: &[Column] = &[
        Column { name: "date", needed: true, meaning: "" },
        Column { name: "amount", needed: true, meaning: "" },
        Column { name: "memo", needed: false, meaning: "" },
    ];

    fn read(bytes: &[u8], columns: &'static [Column]) -> Result<Vec<Row>, Vec<Wrong>> {
        let (rows, wrong) = super::read(bytes, columns)?;
        if wrong.is_empty() { Ok(rows) } else { Err(wrong) }
    }

    fn wrong(bytes: &[u8]) -> Vec<(u64, String, String)> {
        let told = read(bytes, COLUMNS).unwrap_err();
        told.into_iter().map(|wrong| (wrong.line, wrong.column, wrong.text)).collect()
    }

    #[test]
    fn a_byte_order_mark_other_line_ends_and_another_order_of_columns_change_nothing() {
        let plain = read(b"date,amount,memo\n2026-02-05,1.50,x\n", COLUMNS).unwrap();
        let saved = read(b"\xEF\xBB\xBFMemo,Amount,Date\r\nx,1.50,2026-02-05\r\n\r\n", COLUMNS).unwrap();
        assert_eq!(plain, saved);
    }

    #[test]
    fn semicolons_tabs_and_other_encodings_are_refused_with_words() {
        assert!(wrong(b"date;amount\n2026-02-05;1,50\n")[0].2.contains("semicolons"));
        assert!(wrong(b"date\tamount\n")[0].2.contains("tabs"));
        assert!(wrong(b"\xFF\xFEd\0")[0].2.contains("UTF-16"));
        assert!(wrong(b"date,amount\n2026-02-05,\xA3\n")[0].2.contains("UTF-8"));
        assert!(wrong(b"")[0].2.contains("empty"));
        assert!(wrong(b"date,amount\n")[0].2.contains("no row"));
    }

    #[test]
    fn every_error_is_told_at_once_by_line_and_column() {
        let told = wrong(b"date,amount,memo\n,1.00,\n2026-02-05,,\n2026-02-05,1,x,more\n,ten,\n");
        assert_eq!(
            told.iter().map(|(line, column, _)| (*line, column.as_str())).collect::<Vec<_>>(),
            [(2, "date"), (3, "amount"), (4, ""), (5, "date"), (5, "amount")]
        );
        let told = wrong(b"date,sum,date\n");
        assert_eq!(told.iter().map(|t| t.1.as_str()).collect::<Vec<_>>(), ["sum", "date", "amount"]);
    }

    #[test]
    fn a_formula_is_text_and_no_amount() {
        let rows = read(b"date,amount,memo\n2026-02-05,=1+1,\"=HYPERLINK(\"\"x\"\")\"\n", COLUMNS).unwrap();
        assert_eq!(rows[0].text("memo"), "=HYPERLINK(\"x\")");
        let mut told = Vec::new();
        assert_eq!(rows[0].amount("amount", &mut told), None);
        assert_eq!((told[0].line, told[0].column.as_str()), (2, "amount"));
    }

    #[test]
    fn amounts_and_dates_are_read_as_a_spreadsheet_writes_them_back() {
        for (text, want) in [("1,234.50", Some(123_450)), ("$12", Some(1200)), ("-0.5", Some(-50))] {
            assert_eq!(plain_amount(text).and_then(|t| t.parse::<Cents>().ok()).map(Cents::get), want);
        }
        for text in ["1.234,50", "12,34.00", "1e3", "1.005", "", "$", "one"] {
            assert_eq!(plain_amount(text), None, "{text}");
        }
        assert_eq!(us_date("2/5/2026").unwrap().to_string(), "2026-02-05");
        assert_eq!(us_date("13/1/2026"), None);
    }
}

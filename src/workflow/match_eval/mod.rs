//! `match-eval`: scores matching on outside files, without a profile, a network or remembered decisions (`matching.md` 4).
//!
//! Must give the same output for the same input, and refuse a file that breaks the contract by file, line and column
//! before anything is written.

mod quotes;

use crate::base::Problem;
use crate::base::problem::Exit;
use crate::matching::{Decision, Engine, LeftContact, PartyList, Proposal, RightParty, Shown};
use csv::StringRecord;
use quotes::{OpenQuote, Watched};
use std::collections::HashSet;
use std::fs::File;
use std::io::{BufRead as _, BufReader, BufWriter, Write as _};
use std::path::Path;

/// What a run saw.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Summary {
    /// Contacts read.
    pub left: usize,
    /// Parties read.
    pub right: usize,
    /// Pairs compared.
    pub pairs: usize,
}

impl Summary {
    /// The line for stderr, with the milliseconds that the caller measured.
    #[must_use]
    pub fn line(&self, ms: u128) -> String {
        format!("left={} right={} pairs={} ms={ms}", self.left, self.right, self.pairs)
    }
}

/// Reads both files, matches, writes the predictions.
///
/// # Errors
/// A file that cannot be read or written, or a row that breaks the contract: exit 2.
pub fn run(left: &Path, right: &Path, out: &Path) -> Result<Summary, Problem> {
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    // Both files are read at once; a problem of the left file is told first.
    let (lefts, rights) = std::thread::scope(|scope| {
        let rights = scope.spawn(|| read(right, &RIGHT, party, |p| &p.right_id));
        let lefts = read(left, &LEFT, contact, |c| &c.left_id);
        (lefts, rights.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
    });
    let (lefts, rights) = (lefts?, rights?);
    let (left, right) = (lefts.len(), rights.len());
    let mut engine = Engine::on_threads(rights, lefts, threads);
    let pairs = write(out, &mut engine).map_err(|error| {
        problem(
            "EVAL-WRITE",
            format!("The predictions could not be written to {}: {error}.", out.display()),
            "Choose another file or make room, then run it again.",
        )
    })?;
    // The command ends here: giving back half a million small pieces of memory one by one would only take time.
    std::mem::forget(engine);
    Ok(Summary { left, right, pairs })
}

fn problem(code: &str, happened: String, do_now: &str) -> Problem {
    Problem::new(
        Exit::Usage,
        code,
        happened,
        "Nothing was scored. The books are not touched by this command.",
        do_now,
    )
}

/// The columns of a file that are read, in the order of [`LEFT`] and [`RIGHT`]: where each stands.
type Places = Vec<Option<usize>>;

/// One row with its place in the file.
struct Row<'a> {
    file: &'a Path,
    /// The byte behind the row before it.
    at: u64,
    places: &'a Places,
    record: &'a StringRecord,
}

impl Row<'_> {
    /// The texts of all columns in order; a missing column is empty.
    fn texts(&self) -> impl Iterator<Item = String> + '_ {
        self.places.iter().map(|at| at.and_then(|at| self.record.get(at)).unwrap_or_default().to_string())
    }

    fn wrong(&self, column: &str, what: &str) -> Problem {
        bad_row(self.file, quotes::line_of(self.file, self.at), column, what)
    }

    /// Customer or Vendor; Supplier is Cin7's word for a vendor.
    fn list(&self, column: &str, text: &str) -> Result<Option<PartyList>, Problem> {
        let told = text.trim();
        let is = |word: &str| told.eq_ignore_ascii_case(word);
        if told.is_empty() {
            Ok(None)
        } else if is("customer") {
            Ok(Some(PartyList::Customer))
        } else if is("vendor") || is("supplier") {
            Ok(Some(PartyList::Vendor))
        } else {
            let shown = crate::base::text::for_screen(&told.chars().take(40).collect::<String>());
            Err(self.wrong(column, &format!("\"{shown}\" is neither a customer nor a vendor")))
        }
    }
}

/// The columns of the left file, its id first.
const LEFT: [&str; 17] = [
    "left_id",
    "type",
    "company",
    "firstName",
    "lastName",
    "email",
    "phone",
    "fax",
    "mobile",
    "website",
    "address1",
    "address2",
    "city",
    "state",
    "postCode",
    "country",
    "accountNumber",
];

/// The columns of the right file, its id first.
const RIGHT: [&str; 21] = [
    "right_id",
    "list",
    "name",
    "fullName",
    "companyName",
    "firstName",
    "lastName",
    "email",
    "phone",
    "altPhone",
    "fax",
    "billAddr1",
    "billAddr2",
    "billAddr3",
    "billCity",
    "billState",
    "billPostalCode",
    "billCountry",
    "isActive",
    "notes",
    "accountNumber",
];

fn contact(row: &Row<'_>) -> Result<LeftContact, Problem> {
    let mut texts = row.texts();
    let mut next = || texts.next().unwrap_or_default();
    // A struct's fields are read in the order in which they are written: that of the columns.
    Ok(LeftContact {
        left_id: next(),
        list: row.list("type", &next())?,
        company: next(),
        first_name: next(),
        last_name: next(),
        email: next(),
        phone: next(),
        fax: next(),
        mobile: next(),
        website: next(),
        address1: next(),
        address2: next(),
        city: next(),
        state: next(),
        post_code: next(),
        country: next(),
        account_number: next(),
    })
}

fn party(row: &Row<'_>) -> Result<RightParty, Problem> {
    let mut texts = row.texts();
    let mut next = || texts.next().unwrap_or_default();
    Ok(RightParty {
        right_id: next(),
        list: row.list("list", &next())?,
        name: next(),
        full_name: next(),
        company_name: next(),
        first_name: next(),
        last_name: next(),
        email: next(),
        phone: next(),
        alt_phone: next(),
        fax: next(),
        bill_addr1: next(),
        bill_addr2: next(),
        bill_addr3: next(),
        bill_city: next(),
        bill_state: next(),
        bill_postal_code: next(),
        bill_country: next(),
        is_active: is_active(row, &next())?,
        notes: next(),
        account_number: next(),
    })
}

fn is_active(row: &Row<'_>, text: &str) -> Result<bool, Problem> {
    match text.trim().to_ascii_lowercase().as_str() {
        "" | "true" | "yes" | "y" | "1" | "active" => Ok(true),
        "false" | "no" | "n" | "0" | "inactive" => Ok(false),
        _ => Err(row.wrong("isActive", "neither true nor false")),
    }
}

fn read<T>(
    file: &Path,
    columns: &[&str],
    make: fn(&Row<'_>) -> Result<T, Problem>,
    id_of: fn(&T) -> &String,
) -> Result<Vec<T>, Problem> {
    let opened = File::open(file).and_then(|opened| {
        let mut opened = BufReader::with_capacity(1 << 16, opened);
        let mark = quotes::mark_of(opened.fill_buf()?);
        Ok((opened, mark))
    });
    let (opened, mark) = opened.map_err(|error| {
        problem(
            "EVAL-OPEN",
            format!("{} could not be opened: {error}.", file.display()),
            "Check the name and run it again.",
        )
    })?;
    let mut reader = csv::ReaderBuilder::new().delimiter(mark).from_reader(Watched::new(opened, mark));
    let headers = reader.headers().map_err(|error| bad_csv(file, &StringRecord::new(), &error))?.clone();
    let id_column = columns.first().copied().unwrap_or_default();
    let places: Places =
        columns.iter().map(|column| headers.iter().position(|header| header.trim() == *column)).collect();
    if places.first().is_none_or(Option::is_none) {
        return Err(problem(
            "EVAL-HEADER",
            format!("{}, line 1, column {id_column}: this column is missing.", file.display()),
            "The first line must name the columns. Correct the file and run it again.",
        ));
    }
    let mut rows = Vec::new();
    let mut seen = HashSet::new();
    let mut record = StringRecord::new();
    while reader.read_record(&mut record).map_err(|error| bad_csv(file, &headers, &error))? {
        let at = record.position().map_or(0, csv::Position::byte);
        let row = Row { file, at, places: &places, record: &record };
        let made = make(&row)?;
        let id = id_of(&made);
        if id.trim().is_empty() {
            return Err(row.wrong(id_column, "it is empty"));
        }
        if !seen.insert(id.clone()) {
            return Err(row.wrong(id_column, "this id stands in an earlier line too"));
        }
        rows.push(made);
    }
    Ok(rows)
}

fn bad_csv(file: &Path, headers: &StringRecord, error: &csv::Error) -> Problem {
    let open = match error.kind() {
        csv::ErrorKind::Io(error) => error.get_ref().and_then(|inner| inner.downcast_ref::<OpenQuote>()),
        _ => None,
    };
    let named = |at: usize| headers.get(at).map_or_else(|| (at + 1).to_string(), str::to_string);
    if let Some(open) = open {
        return bad_row(file, open.line, &named(open.field), &open.to_string());
    }
    let line = error.position().map_or(1, |at| quotes::line_of(file, at.byte()));
    let (column, what) = match error.kind() {
        csv::ErrorKind::Utf8 { err, .. } => (named(err.field()), "the text is not UTF-8".to_string()),
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => (
            (expected_len.min(len) + 1).to_string(),
            format!("the line has {len} fields, the header {expected_len}"),
        ),
        _ => ("1".to_string(), error.to_string()),
    };
    bad_row(file, line, &column, &what)
}

fn bad_row(file: &Path, line: u64, column: &str, what: &str) -> Problem {
    problem(
        "EVAL-ROW",
        format!("{}, line {line}, column {column}: {what}.", file.display()),
        "Correct the file and run it again.",
    )
}

fn write(out: &Path, engine: &mut Engine) -> std::io::Result<usize> {
    let mut writer = BufWriter::with_capacity(1 << 18, File::create(out)?);
    writer.write_all(b"left_id,rank,right_id,score,decision,evidence\n")?;
    let mut result = Ok(());
    let pairs = engine.match_map(
        Shown::Weights,
        |proposal| lines(&proposal),
        |lines| {
            if result.is_ok() {
                result = writer.write_all(lines.as_bytes());
            }
        },
    );
    result?;
    writer.flush()?;
    Ok(pairs)
}

/// A field of a CSV line, quoted where it must be.
fn field(line: &mut String, text: &str) {
    if text.contains([',', '"', '\n', '\r']) || text.starts_with(' ') || text.ends_with(' ') {
        line.push('"');
        line.push_str(&text.replace('"', "\"\""));
        line.push('"');
    } else {
        line.push_str(text);
    }
}

/// The lines of one contact.
fn lines(proposal: &Proposal) -> String {
    let mut text = String::with_capacity(128 * proposal.candidates.len().max(1));
    if proposal.candidates.is_empty() {
        field(&mut text, &proposal.left_id);
        text.push_str(",1,,0,none,\n");
    }
    for (rank, candidate) in (1u32..).zip(&proposal.candidates) {
        // Behind a sure first the others are only the list to look at.
        let decision = match (rank, proposal.decision) {
            (1, decision) => decision,
            (_, Decision::Auto) => Decision::None,
            (_, other) => other,
        };
        field(&mut text, &proposal.left_id);
        text.push(',');
        text.push_str(&rank.to_string());
        text.push(',');
        field(&mut text, &candidate.right_id);
        text.push(',');
        text.push_str(candidate.score_bits.signed().trim_start_matches('+'));
        text.push(',');
        text.push_str(decision.word());
        text.push(',');
        text.push_str(&candidate.evidence_line());
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn eval(left: &[u8], right: &[u8]) -> Result<(String, Summary), Problem> {
        let dir = tempfile::tempdir().unwrap();
        let path = |name: &str| dir.path().join(name);
        std::fs::write(path("left.csv"), left).unwrap();
        std::fs::write(path("right.csv"), right).unwrap();
        let summary = run(&path("left.csv"), &path("right.csv"), &path("out.csv"))?;
        Ok((std::fs::read_to_string(path("out.csv")).unwrap(), summary))
    }

    const RIGHT: &[u8] = b"right_id,list,name,phone\nR1,Customer,Acme Bearings Inc,713 555 1212\n";

    #[track_caller]
    fn refused(left: &[u8], right: &[u8], place: &str) {
        let problem = eval(left, right).unwrap_err();
        assert_eq!(problem.exit, Exit::Usage);
        assert!(problem.happened.contains(place), "{}", problem.happened);
    }

    #[test]
    fn every_contact_gets_a_row_with_score_decision_and_evidence() {
        let left = "\u{feff}left_id,type,company,phone,unknown\nL1,Customer,\"Acme, \"\"Bearings\"\"\",(713) 555-1212,x\nL2,Supplier,Zenline,,\n";
        let (out, summary) = eval(left.as_bytes(), RIGHT).unwrap();
        let rows: Vec<&str> = out.lines().collect();
        assert_eq!(rows[0], "left_id,rank,right_id,score,decision,evidence");
        assert!(
            rows[1].starts_with("L1,1,R1,")
                && rows[1].contains(",auto,name +")
                && rows[1].contains("; phone +"),
            "{}",
            rows[1]
        );
        assert_eq!(rows[2], "L2,1,,0,none,");
        assert_eq!(rows.len(), 3);
        assert_eq!(summary.line(7), "left=2 right=1 pairs=1 ms=7");
    }

    #[test]
    fn missing_columns_and_an_empty_right_side_are_no_error() {
        let (out, _) = eval(b"left_id\nL1\n", b"right_id\n").unwrap();
        assert!(out.ends_with("L1,1,,0,none,\n"));
    }

    #[test]
    fn a_field_may_be_very_long_and_hold_line_breaks() {
        let left = format!("left_id,type,company\nL1,Customer,\"{}\"\n", "Acme,\r\n".repeat(15_000));
        assert!(eval(left.as_bytes(), RIGHT).is_ok());
    }

    #[test]
    fn a_bad_file_is_refused_by_file_line_and_column() {
        let good = b"left_id,type\nL1,Customer\n";
        refused(b"id,type\nL1,Customer\n", RIGHT, "left.csv, line 1, column left_id");
        refused(b"left_id,type\nL1,Customer\nL2,Employee\n", RIGHT, "left.csv, line 3, column type");
        refused(b"left_id,type\nL1,Customer\nL1,Customer\n", RIGHT, "left.csv, line 3, column left_id");
        refused(b"left_id,type\nL1,Customer,more\n", RIGHT, "left.csv, line 2, column 3");
        refused(good, b"right_id,list,name\nR1,Customer,\xff\n", "right.csv, line 2, column name");
        refused(good, b"right_id,isActive\nR1,perhaps\n", "right.csv, line 2, column isActive");
        refused(b"left_id,company\nL1,\"Acme\nL2,Zenline\n", RIGHT, "left.csv, line 2, column company");
        refused(good, b"right_id,name\nR1,\"Ac\"\"me\nR2,x\n", "right.csv, line 2, column name");
        refused(b"\xef\xbb\xbf\"left_id\nL1\n", RIGHT, "left.csv, line 1, column 1");
        refused(b"", RIGHT, "left.csv, line 1, column left_id");
        refused(
            b"left_id,type\r\nL1,Customer\r\n\r\nL1,Customer\r\n",
            RIGHT,
            "left.csv, line 4, column left_id",
        );
        refused(b"\xef\xbb\xbfleft_id,type\r\nL1,Customer\r\nL2\r\n", RIGHT, "left.csv, line 3, column 2");
        refused(b"\xef\xbb\xbfleft_id,type\r\n,Customer\r\n", RIGHT, "left.csv, line 2, column left_id");
        refused(b"left_id,company\r\nL1,\"Ac\r\nme\"\r\nL1,x\r\n", RIGHT, "left.csv, line 4, column left_id");
        let nowhere = run(Path::new("no such file.csv"), Path::new("x"), Path::new("y")).unwrap_err();
        assert!(nowhere.happened.contains("no such file.csv"));
    }

    #[test]
    fn quotes_inside_of_a_field_marks_and_blank_lines_are_read_as_they_are_meant() {
        let left = b"\xef\xbb\xbf\"left_id\",type,company\r\n\r\nL1,Customer,\"5\"\" Acme\r\nBearings\"\r\n\"L,2\",Customer,Zen\"line\0\r\n";
        let (out, summary) = eval(left, RIGHT).unwrap();
        assert_eq!(summary.left, 2);
        assert!(out.contains("L1,1,R1,") && out.contains("\"L,2\",1,"), "{out}");
    }

    #[test]
    fn a_file_may_part_its_fields_by_semicolons_or_tabs() {
        let left = b"\xef\xbb\xbfleft_id;type;company\r\nL1;Customer;\"Acme, Bearings; Inc\"\r\n";
        let right = b"name\tright_id\tlist\nAcme Bearings\tR1\tCustomer\n";
        let (out, _) = eval(left, right).unwrap();
        assert!(out.lines().nth(1).is_some_and(|row| row.starts_with("L1,1,R1,")), "{out}");
        refused(b"left_id;type\nL1;Employee\n", RIGHT, "left.csv, line 2, column type");
        refused(b"left_id;company\nL1;\"Acme\n", RIGHT, "left.csv, line 2, column company");
        refused(b"left_id;company\nL1;Acme;x\n", RIGHT, "left.csv, line 2, column 3");
    }

    #[test]
    fn a_score_is_the_sum_of_the_evidence_in_its_row() {
        let left = b"left_id,type,company,phone,postCode,city\nL1,Customer,Acme Bearings,713 555 1212,77001,Houston\nL2,Customer,Acme Tools,,77002,Dallas\n";
        let right = b"right_id,list,name,phone,billPostalCode,billCity,isActive\nR1,Customer,Acme Bearings Inc,713 555 1212,77001,Houston,true\nR2,Customer,Acme Tool,281 555 0000,77009,Austin,false\n";
        let (out, _) = eval(left, right).unwrap();
        let tenths = |text: &str| (text.parse::<f64>().unwrap() * 10.0).round() as i64;
        for row in out.lines().skip(1) {
            let columns: Vec<&str> = row.split(',').collect();
            let told: i64 =
                columns[5].split("; ").map(|field| tenths(field.rsplit(' ').next().unwrap())).sum();
            assert_eq!(told, tenths(columns[3]), "{row}");
        }
        assert!(out.lines().count() > 4, "{out}");
    }

    #[test]
    fn what_cannot_be_written_is_said() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("l.csv"), "left_id\nL1\n").unwrap();
        std::fs::write(dir.path().join("r.csv"), "right_id\n").unwrap();
        let out = dir.path().join("missing/out.csv");
        assert_eq!(
            run(&dir.path().join("l.csv"), &dir.path().join("r.csv"), &out).unwrap_err().code,
            "EVAL-WRITE"
        );
    }
}

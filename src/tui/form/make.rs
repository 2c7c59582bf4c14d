//! The table of forms: which fields each kind of entry has.

use super::{Cell, FILES, Form, Kind, OrderLine, Row, Stage, What, last_month, split};
use crate::base::{Day, DraftId};
use crate::workflow::own_look::PickList;

/// Lines of a vendor credit at most.
const LINES: usize = 40;

/// What a form begins with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Seed {
    VendorCredit,
    LandingCost,
    Import,
    /// The orders, with their references and the number that the first one has.
    Join {
        drafts: Vec<DraftId>,
        references: Vec<String>,
        number: String,
    },
    Split {
        draft: DraftId,
        reference: String,
        number: String,
        lines: Vec<OrderLine>,
    },
    Number {
        draft: DraftId,
        reference: String,
    },
    Accrual,
    TrueUp,
}

const VENDOR: &str =
    "QuickBooks' vendor, or a supplier of Cin7 that is not in QuickBooks yet. Type some letters of the name.";
const ORDER: &str = "Reference of the purchase order that it belongs to; may stay empty.";
const DATE: &str = "The day under which it stands in the books, as 2026-02-05 or 2/5.";
const MEMO: &str = "What it is about; may stay empty.";
const INVOICE: &str = "The supplier's own invoice number.";

fn row(label: &str, cell: Cell) -> Row {
    Row { label: label.into(), cells: vec![cell], titles: Vec::new() }
}

/// An empty form.
pub fn make(seed: Seed, today: Day) -> Form {
    let cell = |id: &str, kind, needed, help| Cell::new(id, kind, needed, help, today);
    let (what, title, intro, rows) = match seed {
        Seed::VendorCredit => (
            What::VendorCredit,
            "Type in a vendor credit".to_string(),
            "For a supplier's credit that Cin7 does not hold. It becomes a draft like every other.".to_string(),
            vec![
                row("vendor", cell("vendor", Kind::Pick(PickList::Vendors, true), true, VENDOR)),
                row("its number", cell("number", Kind::Text, true, "The supplier's own number of the credit.")),
                row("date", cell("date", Kind::Date, true, DATE)),
                row("order", cell("po", Kind::Pick(PickList::Orders, false), false, ORDER)),
                row("memo", cell("memo", Kind::Text, false, MEMO)),
                credit_line(1, today),
            ],
        ),
        Seed::LandingCost => (
            What::LandingCost,
            "Type in a landing cost".to_string(),
            "Freight, duty and the like that raise the worth of stock and that Cin7 does not hand over: a journal, debit inventory, credit the category's account.".to_string(),
            vec![
                row("date", cell("date", Kind::Date, true, DATE)),
                row(
                    "category",
                    cell(
                        "category",
                        Kind::Pick(PickList::Categories, false),
                        true,
                        "The settings say which account each category credits (S, then landing).",
                    ),
                ),
                row(
                    "amount",
                    cell("amount", Kind::Amount, true, "Above zero raises stock; below zero takes an earlier cost back."),
                ),
                row("order", cell("po", Kind::Pick(PickList::Orders, false), false, ORDER)),
                row("memo", cell("memo", Kind::Text, false, MEMO)),
            ],
        ),
        Seed::Import => import(today),
        Seed::Join { drafts, references, number } => (
            What::Join(drafts),
            format!("One supplier invoice for {} orders", references.len()),
            format!("{} stand on one invoice and become one bill. Their own drafts step aside.", references.join(", ")),
            vec![
                row("invoice", cell("number", Kind::Text, true, INVOICE).with(number)),
                row(
                    "date",
                    cell("date", Kind::Date, false, "Date of the invoice; empty is the latest invoice date of the orders."),
                ),
            ],
        ),
        Seed::Split { draft, reference, number, lines } => {
            let mut form = bare(
                What::Split(draft, lines.clone()),
                format!("Several supplier invoices for {reference}"),
                "Each invoice becomes a bill of its own. Type what stands on the later ones; the rest stands on the first, with freight, surcharge and discount.".into(),
                Vec::new(),
                today,
            );
            split::begin(&mut form, &lines, &number);
            return form;
        }
        Seed::Number { draft, reference } => (
            What::Number(draft),
            format!("The supplier's number of {reference}"),
            "A vendor credit cannot go on without the number that the supplier gave it.".to_string(),
            vec![row("number", cell("number", Kind::Text, true, "As it stands on the supplier's paper."))],
        ),
        Seed::Accrual => (
            What::Accrual,
            "Accrue what was received and not billed".to_string(),
            "A journal on the month's last day and its reversal on day one of the next: two drafts, to be approved like every other. Nothing is made by itself.".to_string(),
            vec![row(
                "month",
                cell("month", Kind::Month, true, "The month at whose end it stands, as 2026-02.")
                    .with(last_month(today).to_string()),
            )],
        ),
        Seed::TrueUp => (
            What::TrueUp,
            "TRUE-UP of the inventory account".to_string(),
            "This forces QuickBooks' inventory account to another figure. It is no part of any batch: it is confirmed alone, with a control word.".to_string(),
            vec![
                row(
                    "month",
                    cell("month", Kind::Month, true, "The month at whose end it stands, as 2026-02.")
                        .with(last_month(today).to_string()),
                ),
                row(
                    "bring it to",
                    cell("to", Kind::Money, false, "The figure that the account is brought to; empty is Cin7's stock value."),
                ),
                row("why", cell("why", Kind::Text, true, "The reason stands in the journal and in the history for good.")),
            ],
        ),
    };
    bare(what, title, intro, rows, today)
}

fn bare(what: What, title: String, intro: String, rows: Vec<Row>, today: Day) -> Form {
    Form {
        what,
        title,
        intro,
        rows,
        at: (0, 0),
        offer: None,
        stage: Stage::Typing,
        word: None,
        touched: false,
        tried: false,
        today,
    }
}

fn import(today: Day) -> (What, String, String, Vec<Row>) {
    const KINDS: &[&str] = &["vendor credits", "landing costs", "stock values"];
    let kind = Cell::new(
        "kind",
        Kind::Choice(KINDS),
        true,
        "What the rows of the file are. Up and Down choose.",
        today,
    )
    .with(FILES.first().map_or("", |(title, _)| *title));
    let file = Cell::new(
        "file",
        Kind::Pick(PickList::Files, false),
        true,
        "A CSV file, comma separated, with the template's first line. Tab completes a folder or file.",
        today,
    );
    (
        What::Import,
        "Import a CSV file".into(),
        "A file is taken in whole or not at all; everything that is wrong with it is listed at once. Ctrl-T writes an empty template.".into(),
        vec![row("what", kind), row("file", file)],
    )
}

fn credit_line(number: usize, today: Day) -> Row {
    let cell = |part: &str, kind, help| Cell::new(format!("{part}.{number}"), kind, false, help, today);
    let account = cell(
        "account",
        Kind::Pick(PickList::Accounts, true),
        "The account that is credited back; empty is the inventory account.",
    );
    Row {
        label: format!("line {number}"),
        cells: vec![
            account.wide(4),
            cell("amount", Kind::Amount, "Positive, as 20.00; a line below zero lowers the credit.").wide(2),
            cell("memo", Kind::Text, "What the line is for; may stay empty.").wide(3),
        ],
        titles: if number == 1 { vec!["account", "amount", "memo"] } else { Vec::new() },
    }
}

/// Another line below the last one that is begun.
pub fn grow_credit(form: &mut Form) {
    let lines = form.rows.iter().filter(|row| row.cells.len() == 3).count();
    let begun = form.rows.last().is_some_and(|row| row.cells.iter().any(|cell| !cell.text().is_empty()));
    if begun && lines < LINES {
        let today = form.today;
        form.rows.push(credit_line(lines + 1, today));
    }
}

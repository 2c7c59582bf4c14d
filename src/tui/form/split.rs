//! One order on several supplier invoices: a table of the order's lines with a column for each later invoice.
//!
//! Must never let a quantity stand twice or nowhere: what is typed for no later invoice stands on the first.

use super::{Cell, Form, Kind, OrderLine, Row, problem};
use crate::base::{Decimal, Problem};
use crate::books::own::SplitPart;

/// Invoices of one order at most.
pub const INVOICES: usize = 6;

const NUMBER: &str = "The supplier's own number of this invoice.";
const DATE: &str = "Date of this invoice; empty is the order's invoice date.";
const QUANTITY: &str =
    "How much of the line stands on this invoice; `all` for what is left; empty is nothing.";

fn invoice(number: usize, form: &Form) -> Row {
    let cell = |part: &str, kind, help| {
        Cell::new(format!("{part}.{number}"), kind, number <= 2 && part == "number", help, form.today)
    };
    Row {
        label: format!("invoice {number}"),
        cells: vec![cell("number", Kind::Text, NUMBER).wide(3), cell("date", Kind::Date, DATE).wide(2)],
        titles: if number == 1 { vec!["number", "date"] } else { Vec::new() },
    }
}

/// The form of an order, its first invoice numbered.
pub fn begin(form: &mut Form, lines: &[OrderLine], number: &str) {
    form.rows = (1..=3).map(|at| invoice(at, form)).collect();
    if let Some(first) = form.rows.first_mut().and_then(|row| row.cells.first_mut()) {
        first.set(number);
    }
    reshape(form, lines);
}

/// How many invoices are named.
fn named(form: &Form) -> usize {
    (1..=INVOICES).rev().find(|at| !form.text(&format!("number.{at}")).is_empty()).unwrap_or(0)
}

/// As many rows as there are invoices and one more, and in each line as many columns as there are later invoices.
pub fn reshape(form: &mut Form, lines: &[OrderLine]) {
    const COLUMNS: [&str; 5] = ["on 2nd", "on 3rd", "on 4th", "on 5th", "on 6th"];
    let invoices = named(form).max(2);
    let old: Vec<Cell> = form.rows.iter().flat_map(|row| row.cells.iter().cloned()).collect();
    let kept = |cell: Cell| old.iter().find(|known| known.id == cell.id).cloned().unwrap_or(cell);
    let mut rows = Vec::new();
    for at in 1..=(invoices + 1).min(INVOICES) {
        let mut row = invoice(at, form);
        row.cells = row.cells.into_iter().map(kept).collect();
        rows.push(row);
    }
    for (place, line) in lines.iter().enumerate() {
        let number = place + 1;
        let cells = (2..=invoices)
            .map(|at| kept(Cell::new(format!("qty.{number}.{at}"), Kind::Text, false, QUANTITY, form.today)))
            .collect();
        rows.push(Row {
            label: format!("{number}. {} x {}", line.quantity.normalize(), line.text),
            cells,
            titles: if place == 0 {
                COLUMNS.iter().take(invoices - 1).copied().collect()
            } else {
                Vec::new()
            },
        });
    }
    form.rows = rows;
}

/// What is typed for a line and a later invoice; `all` is what the others leave.
fn quantity(form: &Form, line: &OrderLine, number: usize, at: usize) -> Result<Decimal, Problem> {
    let id = format!("qty.{number}.{at}");
    let text = form.text(&id).to_lowercase();
    if text.is_empty() {
        return Ok(Decimal::ZERO);
    }
    if text == "all" {
        let others = (2..at).map(|other| quantity(form, line, number, other).unwrap_or_default());
        return Ok(line.quantity - others.sum::<Decimal>());
    }
    let wrong = || problem("QUANTITY", &format!("`{text}` is no quantity."), "Write it as 5, 2.5 or all.");
    form.cell(&id).and_then(Cell::quantity).ok_or_else(wrong)
}

/// What stands on the first invoice of a line.
pub fn rest(form: &Form, line: &OrderLine, number: usize) -> Decimal {
    let later = (2..=named(form).max(2)).map(|at| quantity(form, line, number, at).unwrap_or_default());
    line.quantity - later.sum::<Decimal>()
}

/// What a quantity leaves on the first invoice.
pub fn help(form: &Form, lines: &[OrderLine], cell: &Cell) -> Option<String> {
    let number: usize = cell.id.strip_prefix("qty.")?.split_once('.')?.0.parse().ok()?;
    let line = lines.get(number.checked_sub(1)?)?;
    Some(format!("{} stays on the first invoice. {QUANTITY}", rest(form, line, number).normalize()))
}

/// What is wrong with a field beside the others.
pub fn wrong(form: &Form, lines: &[OrderLine], cell: &Cell) -> Option<Problem> {
    if let Some(at) = cell.id.strip_prefix("number.") {
        let at: usize = at.parse().ok()?;
        let twice = (1..at)
            .any(|other| !cell.text().is_empty() && form.text(&format!("number.{other}")) == cell.text());
        if twice {
            return Some(problem(
                "NUMBER-TWICE",
                "Two invoices have this number.",
                "Each invoice has its own number.",
            ));
        }
        let gap = cell.text().is_empty() && at < named(form);
        return gap
            .then(|| problem("FIELD-EMPTY", "A later invoice has a number and this one has none.", NUMBER));
    }
    let (number, at) = cell.id.strip_prefix("qty.")?.split_once('.')?;
    let (number, at): (usize, usize) = (number.parse().ok()?, at.parse().ok()?);
    let line = lines.get(number.checked_sub(1)?)?;
    let typed = match quantity(form, line, number, at) {
        Err(problem) => return Some(problem),
        Ok(typed) => typed,
    };
    let left = rest(form, line, number);
    let too_much = typed.abs() > line.quantity.abs()
        || (!left.is_zero() && left.is_sign_negative() != line.quantity.is_sign_negative());
    if too_much && !typed.is_zero() {
        let text = format!("The order has {} of this line.", line.quantity.normalize());
        return Some(problem("TOO-MUCH", &text, "Type less, or take some from the other invoices."));
    }
    let last = at == named(form) && number == lines.len();
    if !last {
        return None;
    }
    // Said once, at the last field: an invoice without any line.
    let empty = (1..=named(form)).find(|invoice| !has_lines(form, lines, *invoice))?;
    Some(problem(
        "NO-LINES",
        &format!("Nothing stands on invoice {empty}."),
        "Type how much of which line stands on it.",
    ))
}

fn has_lines(form: &Form, lines: &[OrderLine], invoice: usize) -> bool {
    lines.iter().enumerate().any(|(place, line)| {
        let number = place + 1;
        let on = if invoice == 1 {
            rest(form, line, number)
        } else {
            quantity(form, line, number, invoice).unwrap_or_default()
        };
        !on.is_zero() || (line.quantity.is_zero() && invoice == 1)
    })
}

/// The parts that the form says.
pub fn parts(form: &Form, lines: &[OrderLine]) -> Option<Vec<SplitPart>> {
    (1..=named(form))
        .map(|invoice| {
            let mut on = Vec::new();
            for (place, line) in lines.iter().enumerate() {
                let number = place + 1;
                let share = if invoice == 1 {
                    rest(form, line, number)
                } else {
                    quantity(form, line, number, invoice).ok()?
                };
                if share == line.quantity && (!share.is_zero() || invoice == 1) {
                    on.push((number, None));
                } else if !share.is_zero() {
                    on.push((number, Some(share)));
                }
            }
            Some(SplitPart {
                number: form.text(&format!("number.{invoice}")).to_string(),
                date: form.cell(&format!("date.{invoice}")).and_then(Cell::day),
                lines: on,
            })
        })
        .collect()
}

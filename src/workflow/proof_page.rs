//! The proof as a table for a spreadsheet and as a page to print and sign.
//!
//! Must never let a text from outside become a formula in a cell or markup in a page (design section 2).

use super::Result;
use crate::base::Cents;
use crate::base::text::for_screen;
use crate::proof::{Proof, RollForwardRow, TotalRow};
use std::fmt::Write as _;

/// Columns of the table; the names are those of the JSON.
const COLUMNS: [&str; 16] = [
    "kind",
    "cin7_type",
    "month",
    "currency",
    "cin7_total",
    "held_back",
    "approved_total",
    "queued",
    "sent",
    "refused",
    "unknown",
    "pending_total",
    "posted_total",
    "quickbooks_total",
    "difference",
    "unexplained",
];
/// Columns of the documents with a difference.
const DOCUMENT_COLUMNS: [&str; 7] =
    ["cin7_type", "cin7_id", "kind", "month", "cin7_total", "quickbooks_total", "cause"];

/// Columns of the inventory roll-forward; the names are those of the JSON.
const ROLL_COLUMNS: [&str; 13] = [
    "month",
    "opening",
    "bills",
    "landing_costs",
    "vendor_credits",
    "adjustments",
    "cogs",
    "true_up",
    "other_in_quickbooks",
    "closing",
    "cin7_value",
    "cin7_value_source",
    "quickbooks_balance",
];
/// Columns of what explains differences of the roll-forward.
const EXPLAINER_COLUMNS: [&str; 6] = ["month", "code", "what", "count", "total", "documents"];

/// A text that no spreadsheet takes for a formula.
fn cell(text: &str) -> String {
    let text = for_screen(text);
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text }
}

fn total_cells(row: &TotalRow) -> Vec<String> {
    let held = row.held_back.iter().fold(crate::base::Cents::ZERO, |sum, held| sum + held.total);
    let mut cells: Vec<String> = [
        row.kind.as_deref().unwrap_or_default(),
        &row.cin7_type,
        row.month.as_deref().unwrap_or_default(),
        &row.currency,
    ]
    .map(cell)
    .to_vec();
    let amounts = [
        row.cin7_total,
        held,
        row.approved_total,
        row.queued,
        row.sent,
        row.refused,
        row.unknown,
        row.pending_total,
        row.posted_total,
        row.quickbooks_total,
        row.difference,
        row.unexplained,
    ];
    cells.extend(amounts.iter().map(ToString::to_string));
    cells
}

fn document_cells(proof: &Proof) -> Vec<Vec<String>> {
    let rows = proof.documents.iter().map(|document| {
        vec![
            cell(&document.cin7_type),
            cell(&document.cin7_id),
            cell(document.kind.as_deref().unwrap_or_default()),
            cell(document.month.as_deref().unwrap_or_default()),
            document.cin7_total.to_string(),
            document.quickbooks_total.to_string(),
            cell(&document.cause),
        ]
    });
    rows.collect()
}

fn roll_cells(row: &RollForwardRow) -> Vec<String> {
    let known = |amount: Option<Cents>| amount.map(|amount| amount.to_string()).unwrap_or_default();
    let amounts = [
        row.opening,
        row.bills,
        row.landing_costs,
        row.vendor_credits,
        row.adjustments,
        row.cogs,
        row.true_up,
        row.other_in_quickbooks,
        row.closing,
    ];
    let mut cells = vec![cell(&row.month)];
    cells.extend(amounts.iter().map(ToString::to_string));
    cells.extend([
        known(row.cin7_value),
        cell(row.cin7_value_source.as_deref().unwrap_or_default()),
        known(row.quickbooks_balance),
    ]);
    cells
}

fn explainer_cells(proof: &Proof) -> Vec<Vec<String>> {
    let of_months = proof
        .roll_forward
        .iter()
        .flat_map(|row| row.explainers.iter().map(move |explainer| (row.month.as_str(), explainer)));
    let all = of_months.chain(proof.warnings.iter().map(|warning| ("", warning)));
    let cells = all.map(|(month, explainer)| {
        vec![
            cell(month),
            cell(&explainer.code),
            cell(&explainer.text),
            explainer.count.to_string(),
            explainer.total.map(|total| total.to_string()).unwrap_or_default(),
            cell(&explainer.documents.join(", ")),
        ]
    });
    cells.collect()
}

/// What others posted on the inventory account, one transaction a row.
fn other_cells(proof: &Proof) -> Vec<Vec<String>> {
    let all = proof.roll_forward.iter().flat_map(|row| &row.other);
    let cells = all.map(|other| {
        let texts = [&other.date, &other.txn_type, &other.ref_number, &other.name, &other.memo];
        let mut cells: Vec<String> = texts.iter().map(|text| cell(text)).collect();
        cells.push(other.amount.to_string());
        cells
    });
    cells.collect()
}

/// Columns of what others posted on the inventory account.
const OTHER_COLUMNS: [&str; 6] = ["date", "type", "number", "name", "memo", "amount"];

/// The totals as CSV; further tables (documents that differ, roll-forward, what explains it) follow after empty lines.
///
/// # Errors
/// A fault of this program.
pub fn csv(proof: &Proof) -> Result<String> {
    let mut text = table(&COLUMNS, proof.totals.iter().map(total_cells))?;
    if !proof.documents.is_empty() {
        text.push_str("\r\n");
        text.push_str(&table(&DOCUMENT_COLUMNS, document_cells(proof))?);
    }
    let tables: [(&[&str], Vec<Vec<String>>); 3] = [
        (&ROLL_COLUMNS, proof.roll_forward.iter().map(roll_cells).collect()),
        (&OTHER_COLUMNS, other_cells(proof)),
        (&EXPLAINER_COLUMNS, explainer_cells(proof)),
    ];
    for (columns, rows) in tables {
        if !rows.is_empty() {
            text.push_str("\r\n");
            text.push_str(&table(columns, rows)?);
        }
    }
    Ok(text)
}

fn table(columns: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> Result<String> {
    let bug = |why: String| super::bug(&why);
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    writer.write_record(columns).map_err(|why| bug(why.to_string()))?;
    for row in rows {
        writer.write_record(&row).map_err(|why| bug(why.to_string()))?;
    }
    let bytes = writer.into_inner().map_err(|why| bug(why.to_string()))?;
    String::from_utf8(bytes).map_err(|why| bug(why.to_string()))
}

fn markup(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in for_screen(text).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            other => out.push(other),
        }
    }
    out
}

fn rows_of(out: &mut String, columns: &[&str], rows: impl IntoIterator<Item = Vec<String>>) {
    out.push_str("<table><thead><tr>");
    for column in columns {
        let _ = write!(out, "<th>{}</th>", column.replace('_', " "));
    }
    out.push_str("</tr></thead><tbody>\n");
    for row in rows {
        out.push_str("<tr>");
        for value in row {
            let _ = write!(out, "<td>{}</td>", markup(&value));
        }
        out.push_str("</tr>\n");
    }
    out.push_str("</tbody></table>\n");
}

const STYLE: &str = "body{font:14px sans-serif;margin:2em}table{border-collapse:collapse;margin:1em 0}\
td,th{border:1px solid #999;padding:.2em .5em;text-align:right}td:nth-child(-n+4){text-align:left}\
.sign{margin-top:4em}.sign span{display:inline-block;width:20em;border-top:1px solid;margin-right:3em}";

/// The proof as a page.
#[must_use]
pub fn html(proof: &Proof, company: &str) -> String {
    let mut out = format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Proof of balance</title>\
         <style>{STYLE}</style></head><body>\n<h1>Proof of balance</h1>\n<p>{}</p>\n<p>QuickBooks as of {}. {}</p>\n",
        markup(company),
        markup(proof.as_of.as_deref().unwrap_or("never")),
        if proof.is_clean() { "Every cent is explained." } else { "<strong>Not proved.</strong>" }
    );
    rows_of(&mut out, &COLUMNS, proof.totals.iter().map(total_cells));
    let held = proof.totals.iter().flat_map(|row| row.held_back.iter().map(move |held| (row, held)));
    let held = held.map(|(row, held)| {
        vec![
            row.kind.clone().unwrap_or_default(),
            row.month.clone().unwrap_or_default(),
            held.reason.clone(),
            held.count.to_string(),
            held.total.to_string(),
        ]
    });
    out.push_str("<h2>Held back</h2>\n");
    rows_of(&mut out, &["kind", "month", "reason", "documents", "total"], held);
    out.push_str("<h2>Documents with a difference</h2>\n");
    rows_of(&mut out, &DOCUMENT_COLUMNS, document_cells(proof));
    out.push_str("<h2>Inventory roll-forward</h2>\n");
    rows_of(&mut out, &ROLL_COLUMNS, proof.roll_forward.iter().map(roll_cells));
    out.push_str("<h2>Other transactions on the inventory account</h2>\n");
    rows_of(&mut out, &OTHER_COLUMNS, other_cells(proof));
    out.push_str("<h2>What explains differences</h2>\n");
    rows_of(&mut out, &EXPLAINER_COLUMNS, explainer_cells(proof));
    out.push_str("<p class=\"sign\"><span>Signed</span><span>Date</span></p>\n</body></html>\n");
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proof() -> Proof {
        let row = TotalRow {
            kind: Some("Invoice".into()),
            cin7_type: "=HYPERLINK(\"x\")".into(),
            month: Some("2026-02".into()),
            currency: "<b>".into(),
            difference: Cents::new(-1),
            ..TotalRow::default()
        };
        Proof { totals: vec![row], ..Proof::default() }
    }

    #[test]
    fn a_text_is_no_formula_and_an_amount_stays_a_number() {
        let text = csv(&proof()).unwrap();
        assert!(text.contains("'=HYPERLINK"), "{text}");
        assert!(text.contains(",-0.01,"), "{text}");
    }

    #[test]
    fn a_text_is_no_markup() {
        let page = html(&proof(), "Smith & <Sons>");
        assert!(page.contains("Smith &amp; &lt;Sons&gt;") && page.contains("&lt;b&gt;"));
        assert!(!page.contains("<b>"));
    }
}

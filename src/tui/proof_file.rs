//! The proof as a CSV for the accountant, written by `e` on the Prove screen.
//!
//! Must never let a cell be taken for a formula (design 2 "Every outside text is hostile").

use crate::base::Cents;
use crate::base::text::for_screen;
use crate::proof::Proof;

fn cell(text: &str) -> String {
    let text = for_screen(text);
    if text.starts_with(['=', '+', '-', '@']) && text.parse::<Cents>().is_err() {
        format!("'{text}")
    } else {
        text
    }
}

fn or(text: Option<&String>) -> String {
    text.map(|text| cell(text)).unwrap_or_default()
}

/// Totals first, then the documents with a difference.
pub fn csv(proof: &Proof) -> String {
    let mut out = csv::Writer::from_writer(Vec::new());
    // Writing into memory cannot fail; the lines are checked as a whole below.
    let _ = out.write_record([
        "row",
        "kind",
        "cin7_type",
        "cin7_id",
        "month",
        "currency",
        "cin7_total",
        "approved_total",
        "posted_total",
        "pending_total",
        "quickbooks_total",
        "difference",
        "unexplained",
        "cause",
    ]);
    for row in &proof.totals {
        let _ = out.write_record([
            "total".to_string(),
            or(row.kind.as_ref()),
            cell(&row.cin7_type),
            String::new(),
            or(row.month.as_ref()),
            cell(&row.currency),
            row.cin7_total.to_string(),
            row.approved_total.to_string(),
            row.posted_total.to_string(),
            row.pending_total.to_string(),
            row.quickbooks_total.to_string(),
            row.difference.to_string(),
            row.unexplained.to_string(),
            String::new(),
        ]);
    }
    for row in &proof.documents {
        let empty = String::new;
        let _ = out.write_record([
            "document".to_string(),
            or(row.kind.as_ref()),
            cell(&row.cin7_type),
            cell(&row.cin7_id),
            or(row.month.as_ref()),
            empty(),
            row.cin7_total.to_string(),
            empty(),
            empty(),
            empty(),
            row.quickbooks_total.to_string(),
            (row.cin7_total - row.quickbooks_total).to_string(),
            empty(),
            cell(&row.cause),
        ]);
    }
    out.into_inner().ok().and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proof::{DifferentDocument, TotalRow};

    #[test]
    fn a_cause_that_looks_like_a_formula_is_written_as_text() {
        let proof = Proof {
            totals: vec![TotalRow { cin7_type: "SalesOrder".into(), ..TotalRow::default() }],
            documents: vec![DifferentDocument {
                cin7_type: "SalesOrder".into(),
                cin7_id: "1".into(),
                kind: None,
                month: None,
                quickbooks_month: None,
                cin7_total: Cents::new(100),
                quickbooks_total: Cents::new(250),
                cause: "=HYPERLINK(\"x\")".into(),
                explained: false,
            }],
            ..Proof::default()
        };
        let text = csv(&proof);
        assert!(text.contains("'=HYPERLINK"), "{text}");
        assert!(text.contains("-1.50"));
        assert_eq!(text.lines().count(), 3);
    }
}

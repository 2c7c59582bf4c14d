//! Step 6 without a screen: `prove`.
//!
//! Must never exit 0 over a proof with an unexplained cent, or over one that is older than the last hand-off.

use super::args::ProveArgs;
use super::session::Session;
use super::setup::write_file;
use crate::base::problem::Exit;
use crate::base::{Month, Problem};
use crate::proof::Proof;
use crate::workflow::proof_page::{csv, html};
use crate::workflow::{Result, prove as flow};

/// Proves the balance.
pub fn prove(session: &Session, args: &ProveArgs) -> Result<Exit> {
    let month = args.month.as_deref().map(|text| {
        text.parse::<Month>().map_err(|why| {
            Problem::new(
                Exit::Usage,
                "PROVE-MONTH",
                format!("{why}."),
                "Nothing was changed.",
                "Write it as 2026-02.",
            )
        })
    });
    let profile = session.look()?;
    let proof = flow::prove(&profile, month.transpose()?)?;
    let company = crate::workflow::status::status(&profile)?.company;
    session.out.document(&proof)?;
    if let Some(file) = &args.csv {
        write_file(file, &csv(&proof)?)?;
    }
    if let Some(file) = &args.html {
        write_file(file, &html(&proof, company.as_deref().unwrap_or_default()))?;
    }
    if !session.out.is_json() {
        for line in lines(&proof) {
            session.out.say(&line)?;
        }
    }
    Ok(if proof.is_clean() { Exit::Done } else { Exit::NeedsPerson })
}

/// The proof for a person at a terminal.
pub fn lines(proof: &Proof) -> Vec<String> {
    let mut out = vec![match &proof.as_of {
        Some(as_of) => format!("QuickBooks as of {as_of}"),
        None => "QuickBooks was not read back yet.".to_string(),
    }];
    if proof.stale {
        out.push("This proof is older than the last hand-off: let the Web Connector visit once more.".into());
    }
    for row in &proof.totals {
        out.push(format!(
            "{:<8} {:<13} {:<14} Cin7 {:>14}  pending {:>14}  posted {:>14}  QuickBooks {:>14}  difference {:>10}",
            row.month.as_deref().unwrap_or("-"),
            row.kind.as_deref().unwrap_or("-"),
            row.cin7_type,
            row.cin7_total.grouped(),
            row.pending_total.grouped(),
            row.posted_total.grouped(),
            row.quickbooks_total.grouped(),
            row.difference.grouped(),
        ));
        for held in &row.held_back {
            out.push(format!(
                "{:>24} held back {:>5} {:>14}  {}",
                "",
                held.count,
                held.total.grouped(),
                held.reason
            ));
        }
    }
    for document in &proof.documents {
        out.push(format!(
            "! {} {}: Cin7 {}, QuickBooks {}: {}",
            document.cin7_type,
            document.cin7_id,
            document.cin7_total.grouped(),
            document.quickbooks_total.grouped(),
            document.cause
        ));
    }
    for row in &proof.roll_forward {
        let known = |amount: Option<crate::base::Cents>| {
            amount.map_or_else(|| "not known".to_string(), crate::base::Cents::grouped)
        };
        out.push(format!(
            "{} inventory: opening {}, bills {}, landing costs {}, vendor credits {}, adjustments {}, cost of goods {}, true-up {}, other {}; closing {}. Cin7 {}, QuickBooks {}",
            row.month,
            row.opening.grouped(),
            row.bills.grouped(),
            row.landing_costs.grouped(),
            row.vendor_credits.grouped(),
            row.adjustments.grouped(),
            row.cogs.grouped(),
            row.true_up.grouped(),
            row.other_in_quickbooks.grouped(),
            row.closing.grouped(),
            known(row.cin7_value),
            known(row.quickbooks_balance),
        ));
        for other in &row.other {
            let amount = other.amount.grouped();
            out.push(format!(
                "{:>9} other: {} {} {} {amount}",
                "", other.txn_type, other.ref_number, other.name
            ));
        }
        for explainer in &row.explainers {
            let total = explainer.total.map(|total| format!(" {}", total.grouped())).unwrap_or_default();
            out.push(format!("{:>9} {}{total}: {}", "", explainer.count, explainer.text));
        }
    }
    for warning in &proof.warnings {
        out.push(format!("! {} ({})", warning.text, warning.documents.join(", ")));
    }
    out.push(if proof.is_clean() {
        "Proved: every cent in QuickBooks is an approved cent, and every difference has its cause.".into()
    } else {
        "Not proved.".to_string()
    });
    out
}

//! A made-up draft for tests, to be changed where a test is about it.

use crate::base::{Cents, DraftId};
use crate::books::{DraftState, TxnKind};
use crate::store::drafts::DraftRow;

/// A draft that stands for many.
pub fn plain(id: DraftId) -> DraftRow {
    let number = id.0;
    DraftRow {
        id,
        source: format!("SalesOrder/{number}"),
        cin7_type: "SalesOrder".into(),
        cin7_id: number.to_string(),
        generation: 1,
        kind: Some(TxnKind::Invoice),
        state: DraftState::Ready,
        version: 1,
        revision_id: 1,
        inputs: String::new(),
        reference: format!("SO-{number}"),
        ref_number: format!("{number}"),
        contact_id: number,
        party_id: None,
        party_name: Some(format!("Müller & 日本 Trading {}", number % 977)),
        date: Some("2026-02-14".into()),
        month: Some("2026-02".into()),
        total: Some(Cents::new(number * 7)),
        tax: None,
        currency: "USD".into(),
        reasons: "[]".into(),
        warned: false,
        approved_by: None,
        excluded_why: None,
        pending: false,
        gone: false,
        txn_id: None,
        edit_sequence: None,
        qb_total: None,
        posted_version: None,
        proposal: None,
        proposal_kind: None,
        proposal_version: None,
        proposal_total: None,
        proposal_date: None,
        proposal_why: "[]".into(),
        posting_key: None,
        locked: false,
        accepted: false,
    }
}

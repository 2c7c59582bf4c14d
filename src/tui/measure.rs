//! For benchmarks: keys on a list of any length, in process, without a store and without a terminal.
//!
//! Must never be used by the program itself: the rows are made up.

use super::effect::{Effect, Query};
use super::list::List;
use super::model::{Model, Screen};
use super::msg::{Loaded, Msg};
use super::theme::Theme;
use super::update::update;
use super::view::view;
use crate::base::{Cents, DraftId, Instant, Zone};
use crate::books::{DraftState, TxnKind};
use crate::store::drafts::DraftRow;
use crate::workflow::Result;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers};
use std::time::Duration;

/// A screen over a made-up list.
pub struct Measured {
    model: Model,
    terminal: Terminal<TestBackend>,
    at_ms: u64,
}

/// A draft of the made-up list.
pub(super) fn row(id: DraftId) -> DraftRow {
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

impl Measured {
    /// The Review screen with `rows` drafts on a terminal of a size; none where a size is impossible.
    #[must_use]
    pub fn review(rows: i64, width: u16, height: u16) -> Option<Self> {
        let mut model =
            Model::new(Theme::default(), false, true, Zone::utc(), Instant::from_second(1_770_000_000).ok()?);
        model.size = (width, height);
        model.screen = Screen::Review;
        model.operator = "Measured".into();
        let mut list = List::default();
        list.set_ids((1..=rows).map(DraftId).collect());
        model.review.list = list;
        let terminal = Terminal::new(TestBackend::new(width, height)).ok()?;
        let mut measured = Measured { model, terminal, at_ms: 0 };
        measured.key(KeyCode::Down);
        Some(measured)
    }

    /// Presses a key and draws the frame that follows; how long both took. Rows that were asked for come afterwards,
    /// outside of the measure, as they come from workers.
    pub fn key(&mut self, code: KeyCode) -> Duration {
        self.at_ms += 50;
        let event = Event::Key(KeyEvent::new(code, KeyModifiers::NONE));
        let begun = std::time::Instant::now();
        let effects = update(&mut self.model, Msg::Input { event, at_ms: self.at_ms });
        let model = &self.model;
        let drawn = self.terminal.draw(|frame| view(model, frame)).is_ok();
        let took = if drawn { begun.elapsed() } else { Duration::MAX };
        self.answer(effects);
        took
    }

    fn answer(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            let Effect::Load { slot, generation, query } = effect else { continue };
            let result: Result<Loaded> = match query {
                Query::DraftRows(ids) => Ok(Loaded::DraftRows(ids.into_iter().map(row).collect())),
                _ => continue,
            };
            update(&mut self.model, Msg::Loaded { slot, generation, result });
        }
    }
}

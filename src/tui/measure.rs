//! For benchmarks: keys on the screens of a profile, in process, without a terminal.
//!
//! Must never be used by the program itself.

use super::effect::{Effect, Query};
use super::model::Model;
use super::msg::{Loaded, Msg};
use super::theme::Theme;
use super::update::{start, update};
use super::view::view;
use super::workers::{self, FIRST_IDS};
use crate::workflow::{Profile, Result};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// The screens over a profile, at a size, with every answer read before the next key.
pub struct Measured {
    profile: Arc<Profile>,
    model: Model,
    terminal: Terminal<TestBackend>,
    at_ms: u64,
}

/// How long a letter of the filter took, all from the key on.
#[derive(Clone, Copy, Debug, Default)]
pub struct Typed {
    /// Until its own frame: then the next key could come.
    pub frame: Duration,
    /// Until the frame with the first rows that it finds.
    pub rows: Duration,
    /// Until all that it finds were counted.
    pub whole: Duration,
    /// How many they are.
    pub found: usize,
}

impl Measured {
    /// The Review screen of a profile, all drafts listed; none where a size is impossible.
    #[must_use]
    pub fn review(profile: &Arc<Profile>, width: u16, height: u16) -> Option<Self> {
        let zone = profile.settings().timezone;
        let mut model = Model::new(Theme::default(), false, true, zone, profile.now());
        model.size = (width, height);
        let terminal = Terminal::new(TestBackend::new(width, height)).ok()?;
        let mut measured = Measured { profile: Arc::clone(profile), model, terminal, at_ms: 0 };
        let first = start(&mut measured.model);
        measured.settle(first);
        for key in [KeyCode::Char('4'), KeyCode::BackTab] {
            measured.key(key);
        }
        Some(measured)
    }

    /// How many rows the list has.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.model.review.list.len()
    }

    /// Presses a key and draws the frame that follows; how long both took. What was asked for comes afterwards, outside
    /// of the measure, as it comes from workers.
    pub fn key(&mut self, code: KeyCode) -> Duration {
        let begun = Instant::now();
        let effects = self.press(code);
        let took = begun.elapsed();
        self.settle(effects);
        took
    }

    /// Types a letter into the filter, or takes one back.
    pub fn typed(&mut self, key: KeyCode) -> Typed {
        let begun = Instant::now();
        let effects = self.press(key);
        let mut typed = Typed { frame: begun.elapsed(), ..Typed::default() };
        let mut left = effects;
        // The list, its rows and the count, each as a worker would bring it; the rest of the screen afterwards.
        let mut later = Vec::new();
        while let Some(effect) = left.pop() {
            let Effect::Load { slot, generation, query } = effect else { continue };
            match query {
                Query::DraftIdsAnew(filter) => {
                    let result = workers::ids(&self.profile, &filter, Some(FIRST_IDS), &Arc::default());
                    let some = matches!(result, Ok(Loaded::FirstIds(_)));
                    left.extend(update(&mut self.model, Msg::Loaded { slot, generation, result }));
                    if some {
                        later.push(Effect::Load { slot, generation, query: Query::DraftIds(filter) });
                    }
                }
                Query::DraftRows(_) => {
                    let result = workers::read(&self.profile, query);
                    left.extend(update(&mut self.model, Msg::Loaded { slot, generation, result }));
                }
                query => later.insert(0, Effect::Load { slot, generation, query }),
            }
        }
        self.draw();
        typed.rows = begun.elapsed();
        if let Some(Effect::Load { slot, generation, query: Query::DraftIds(filter) }) = later.pop() {
            let counting = Instant::now();
            let result = workers::ids(&self.profile, &filter, None, &Arc::default());
            update(&mut self.model, Msg::Loaded { slot, generation, result });
            self.draw();
            typed.whole = typed.rows + counting.elapsed();
        } else {
            typed.whole = typed.rows;
        }
        typed.found = self.rows();
        self.settle(later);
        typed
    }

    fn press(&mut self, code: KeyCode) -> Vec<Effect> {
        self.at_ms += 50;
        let event = Event::Key(KeyEvent::new(code, KeyModifiers::NONE));
        let effects = update(&mut self.model, Msg::Input { event, at_ms: self.at_ms });
        self.draw();
        effects
    }

    fn draw(&mut self) {
        let model = &self.model;
        // A size that was once drawn can be drawn again.
        let _ = self.terminal.draw(|frame| view(model, frame));
    }

    fn settle(&mut self, effects: Vec<Effect>) {
        let mut left = effects;
        while let Some(effect) = left.pop() {
            if let Effect::Load { slot, generation, query } = effect {
                let result: Result<Loaded> = match query {
                    // As a worker reads it: the order of the list is kept for the letters that follow.
                    Query::DraftIds(filter) | Query::DraftIdsAnew(filter) => {
                        workers::ids(&self.profile, &filter, None, &Arc::default())
                    }
                    query => workers::read(&self.profile, query),
                };
                left.extend(update(&mut self.model, Msg::Loaded { slot, generation, result }));
            }
        }
    }
}

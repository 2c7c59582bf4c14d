//! The screens without a profile behind them: bytes as keys, pastes and sizes, for the fuzz targets.
//!
//! Must never do anything of the books: wishes of the model are answered with made-up answers or not at all. What it
//! proves is that no input breaks the screens and that none but the typed control word confirms (design 6,
//! `rust-tui.md` 10).

use super::effect::{Action, Effect, Query};
use super::model::Model;
use super::msg::{Done, EventsPage, Loaded, Msg};
use super::theme::Theme;
use super::update::{start, update};
use super::view::view;
use crate::base::{DraftId, Instant, Zone};
use crate::books::Settings;
use crate::workflow::Said;
use crate::workflow::connect::{ChangePreview, ConnectView, MapProposal};
use crate::workflow::handoff::BatchPreview;
use crate::workflow::links::ContactList;
use crate::workflow::settings_view;
use crate::workflow::setup::{self, Facts, SetupView};
use crate::workflow::trial::TrialView;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers};
use std::collections::BTreeMap;

/// The control word of every question.
const WORD: &str = "WXYZ";
/// Events of one play at most.
const EVENTS: usize = 600;
/// The screen is drawn after so many events.
const DRAW: usize = 16;
/// Loads and actions that are answered after one event at most.
const ANSWERS: usize = 64;

/// One thing that happens.
enum Happens {
    Key(KeyEvent),
    Paste(String),
    Size(u16, u16),
    /// Time passes.
    Tick,
    /// From here on keys come as fast as a machine sends them, or as fingers.
    Fast(bool),
}

fn key(code: KeyCode) -> Happens {
    Happens::Key(KeyEvent::new(code, KeyModifiers::NONE))
}

/// Bytes as events: text is itself, control characters are the other keys. 0x0e to 0x0f is a paste; 0x10 fast keys, 0x11
/// fingers again, 0x12 a small window, 0x13 a large one, 0x14 time; 0x15 and a letter is Ctrl with it.
fn events(data: &[u8]) -> Vec<Happens> {
    let text = String::from_utf8_lossy(data);
    let mut all = Vec::new();
    let mut signs = text.chars();
    while let Some(sign) = signs.next() {
        if all.len() >= EVENTS {
            break;
        }
        all.push(match sign {
            '\n' | '\r' => key(KeyCode::Enter),
            '\t' => key(KeyCode::Tab),
            '\u{1b}' => key(KeyCode::Esc),
            '\u{8}' | '\u{7f}' => key(KeyCode::Backspace),
            '\u{1}' => key(KeyCode::Up),
            '\u{2}' => key(KeyCode::Down),
            '\u{3}' => key(KeyCode::Left),
            '\u{4}' => key(KeyCode::Right),
            '\u{5}' => key(KeyCode::PageUp),
            '\u{6}' => key(KeyCode::PageDown),
            '\u{7}' => key(KeyCode::BackTab),
            '\u{b}' => key(KeyCode::Home),
            '\u{c}' => key(KeyCode::End),
            '\u{e}' => Happens::Paste(signs.by_ref().take_while(|sign| *sign != '\u{f}').collect()),
            '\u{10}' => Happens::Fast(true),
            '\u{11}' => Happens::Fast(false),
            '\u{12}' => Happens::Size(3, 2),
            '\u{13}' => Happens::Size(120, 40),
            '\u{14}' => Happens::Tick,
            '\u{15}' => {
                let letter = signs.next().unwrap_or('r');
                Happens::Key(KeyEvent::new(KeyCode::Char(letter), KeyModifiers::CONTROL))
            }
            other => key(KeyCode::Char(other)),
        });
    }
    all
}

/// One play.
struct Play {
    model: Model,
    /// What it is drawn on, kept: making it anew costs more than drawing.
    terminal: Terminal<TestBackend>,
    /// Letters typed since the control word was last asked for.
    typed: String,
}

/// Plays bytes on the screens.
///
/// # Errors
/// The promise that was broken, in words.
pub fn play(data: &[u8]) -> Result<(), String> {
    let mut model = Model::new(Theme::default(), false, true, Zone::utc(), Instant::UNIX_EPOCH);
    let first = start(&mut model);
    let mut play = Play::new(model)?;
    play.answer(first)?;
    let (mut at_ms, mut step) = (1_000, 80);
    for (number, happens) in events(data).into_iter().enumerate() {
        at_ms += step;
        let msg = match happens {
            Happens::Fast(fast) => {
                step = if fast { 1 } else { 80 };
                continue;
            }
            Happens::Key(key) => {
                match key.code {
                    KeyCode::Backspace => drop(play.typed.pop()),
                    KeyCode::Char(c) if key.modifiers.is_empty() => play.typed.push(c.to_ascii_uppercase()),
                    _ => {}
                }
                Msg::Input { event: Event::Key(key), at_ms }
            }
            Happens::Paste(text) => Msg::Input { event: Event::Paste(text), at_ms },
            Happens::Size(width, height) => Msg::Input { event: Event::Resize(width, height), at_ms },
            Happens::Tick => {
                at_ms += 5_000;
                Msg::Tick { at_ms, now: Instant::UNIX_EPOCH }
            }
        };
        let effects = update(&mut play.model, msg);
        play.answer(effects)?;
        if number.is_multiple_of(DRAW) {
            play.draw()?;
        }
        if play.model.leaving.is_some() {
            return Ok(());
        }
    }
    play.draw()
}

impl Play {
    fn new(model: Model) -> Result<Self, String> {
        let terminal = Terminal::new(TestBackend::new(1, 1)).map_err(|why| why.to_string())?;
        Ok(Play { model, terminal, typed: String::new() })
    }

    /// Answers what the model wishes, and looks at what it wishes to do.
    fn answer(&mut self, effects: Vec<Effect>) -> Result<(), String> {
        let mut left = effects;
        for _ in 0..ANSWERS {
            let Some(effect) = left.pop() else { return Ok(()) };
            let msg = match effect {
                Effect::Load { slot, generation, query } => match loaded(&query) {
                    Some(answer) => Msg::Loaded { slot, generation, result: Ok(answer) },
                    None => continue,
                },
                Effect::Do { action, by } => Msg::Done { result: Ok(self.done(action, &by)?) },
                Effect::CancelTask | Effect::Copy(_) | Effect::Redraw => continue,
            };
            left.extend(update(&mut self.model, msg));
        }
        Ok(())
    }

    fn done(&mut self, action: Action, by: &str) -> Result<Done, String> {
        if by.trim().is_empty() && !action.is_nameless() {
            return Err(format!("without a name under it: {action:?}"));
        }
        Ok(match action {
            Action::SetOperator(name) => Done::Operator(name),
            Action::Ask(purpose) => {
                self.typed.clear();
                let preview = BatchPreview { count: 3, posts_at_once: 3, ..BatchPreview::default() };
                Done::AskWord { purpose, preview, word: WORD.into() }
            }
            Action::Confirmed { what, .. } if !self.typed.contains(WORD) => {
                return Err(format!("confirmed without the control word: {what:?}"));
            }
            Action::PreviewSettings(changes) => {
                let drafts = changes.len() as u64;
                let shown = changes.iter().map(|(key, value)| (key.clone(), String::new(), value.clone()));
                let preview = ChangePreview { changes: shown.collect(), drafts, ..ChangePreview::default() };
                Done::Previewed { changes, preview }
            }
            Action::Doctor | Action::TestCin7 | Action::ShowQwc => {
                Done::Text { title: "A page".into(), lines: vec!["\u{1b}[2J\u{202e}text".into(); 80] }
            }
            _ => Done::Said(Said::new(1, "Done")),
        })
    }

    fn draw(&mut self) -> Result<(), String> {
        let (width, height) = self.model.size;
        self.terminal.backend_mut().resize(width.min(200), height.min(60));
        self.terminal.draw(|frame| view(&self.model, frame)).map_err(|why| why.to_string())?;
        let hostile = |sign: char| {
            sign.is_control() || matches!(sign, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        };
        match self.terminal.backend().buffer().content().iter().find(|cell| cell.symbol().contains(hostile)) {
            Some(cell) => Err(format!("{:?} reaches the terminal", cell.symbol())),
            None => Ok(()),
        }
    }
}

/// A made-up answer to a load; none where a load stays on its way.
fn loaded(query: &Query) -> Option<Loaded> {
    Some(match query {
        Query::Connect => {
            let view = ConnectView { cin7_username: "demo".into(), ..ConnectView::default() };
            Loaded::Connect { view, purchase_tax: "account".into(), writeback: false }
        }
        Query::Setup => Loaded::Setup(Box::new(first_day())),
        Query::MatchIds(_) => Loaded::MatchIds(ContactList::default()),
        Query::MatchRows(_) => Loaded::MatchRows(Vec::new()),
        Query::Parties(..) => Loaded::Parties(Vec::new()),
        Query::DraftIds(_) | Query::DraftIdsAnew(_) => Loaded::DraftIds((1..=40).map(DraftId).collect()),
        Query::DraftRows(_) => Loaded::DraftRows(Vec::new()),
        Query::Preview => Loaded::Preview(BatchPreview { count: 3, ..BatchPreview::default() }),
        Query::History => Loaded::History { batches: Vec::new(), visits: Vec::new() },
        Query::Views => Loaded::Views(Vec::new()),
        Query::Events { from, asked } => Loaded::Events(EventsPage {
            from: *from,
            asked: asked.clone(),
            events: Vec::new(),
            names: BTreeMap::new(),
        }),
        Query::Settings => Loaded::Settings(settings_view::rows_of(&Settings::default()).ok()?),
        Query::SettingNames(_) => {
            Loaded::SettingNames(vec!["Sales".into(), "Evil\u{1b}[2J".into(), "\u{202e}Freight".into()])
        }
        _ => return None,
    })
}

fn first_day() -> SetupView {
    let facts = Facts { zone: "UTC".into(), questions: 10, questions_open: 10, ..Facts::default() };
    let steps = setup::steps_of(&facts);
    SetupView {
        done: 0,
        of: steps.len(),
        next: setup::next(&steps).map(|view| view.step),
        steps,
        cin7: Vec::new(),
        zones: Vec::new(),
        arrival: vec!["Waiting \u{1b}]0;x\u{7}for the Web Connector.".into()],
        questions: setup::questions_of(&Settings::default()),
        warnings: Vec::new(),
        map: MapProposal::default(),
        trial: TrialView::default(),
        listen: String::new(),
        qwc_steps: vec!["Start Countersign.".into()],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_play_reaches_the_control_word_and_only_typing_passes_it() {
        let word = b"\x1b\x1b5cAnn\n";
        let with = |rest: &[u8]| play(&[&word[..], rest].concat());
        for rest in [&b"\x0eWXYZ\x0f\n"[..], b"\n\n\n\n", b"\x10somewxyz\n", b"wxyz\n"] {
            with(rest).unwrap();
        }
    }

    #[test]
    fn a_confirmation_that_nobody_typed_is_called_a_broken_promise() {
        let model = Model::new(Theme::default(), false, true, Zone::utc(), Instant::UNIX_EPOCH);
        let mut play = Play { typed: "WXY".into(), ..Play::new(model).unwrap() };
        let action = Action::Confirmed {
            what: crate::tui::effect::Irreversible::CloseBatch,
            shown: BatchPreview::default(),
        };
        assert!(play.done(action.clone(), "Ann").unwrap_err().contains("without the control word"));
        play.typed.push('Z');
        assert!(play.done(action, "Ann").is_ok());
        assert!(play.done(Action::AcceptMap, "").unwrap_err().contains("without a name"));
    }
}

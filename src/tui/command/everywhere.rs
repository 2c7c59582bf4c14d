//! Commands that mean the same on most screens.
//!
//! Must never hold a key that means something else on the same screen (a test checks).

use super::{Command, Id, busy, on};
use crate::tui::model::{Model, Screen};

const LISTS: &[Screen] = &Screen::EVERY;
const FILTERED: &[Screen] = &[
    Screen::Connect,
    Screen::Fetch,
    Screen::Match,
    Screen::Review,
    Screen::HandOff,
    Screen::Prove,
    Screen::History,
];
const SORTED: &[Screen] =
    &[Screen::Fetch, Screen::Match, Screen::Review, Screen::HandOff, Screen::Prove, Screen::History];
const VIEWED: &[Screen] = &[Screen::Fetch, Screen::Match, Screen::Review, Screen::HandOff];
const MARKED: &[Screen] = &[Screen::Match, Screen::Review, Screen::HandOff];
const CHIPS: &[Screen] =
    &[Screen::Fetch, Screen::Match, Screen::Review, Screen::HandOff, Screen::Prove, Screen::History];
const DECIDE: &[Screen] = &[Screen::Match, Screen::Review];

/// Its part of the table.
pub const COMMANDS: &[Command] = &[
    on(Id::Open, "Open what the cursor is on", "open", &["enter"], LISTS, 7),
    on(Id::NextChip, "Next filter", "filter", &["tab"], CHIPS, 8),
    on(Id::PreviousChip, "Previous filter", "filter back", &["shift-tab"], CHIPS, 0),
    on(Id::Filter, "Filter by text and conditions", "find", &["/"], FILTERED, 9),
    on(Id::Undo, "Undo the last decision", "undo", &["u"], &[], 6).decides(),
    on(Id::Redo, "Do it again", "redo", &["ctrl-r"], &[], 0).decides(),
    on(Id::Mark, "Mark the row", "mark", &["space"], MARKED, 10),
    on(Id::Range, "Mark a range: start, then end", "range", &["v"], MARKED, 0),
    on(Id::MarkAll, "Mark all shown", "mark all", &["*"], MARKED, 11),
    on(Id::NextReview, "Next that needs review", "next to review", &["n"], DECIDE, 0),
    on(Id::PreviousReview, "Previous that needs review", "previous to review", &["N"], DECIDE, 0),
    on(Id::Sort, "Sort by something else", "sort", &["s"], SORTED, 0),
    on(Id::Views, "Saved views: filters with a name; save, show, delete", "views", &["'"], VIEWED, 0),
    on(Id::Repeat, "Repeat: decide the same once more, here or on all marked", "again", &[","], MARKED, 0)
        .decides(),
    on(Id::Copy, "Copy the number or name to the terminal's clipboard", "copy", &["y"], LISTS, 0),
    on(Id::Down, "Next row", "down", &["j", "down"], LISTS, 0),
    on(Id::Up, "Previous row", "up", &["k", "up"], LISTS, 0),
    on(Id::PageDown, "Next page", "page down", &["pagedown", "ctrl-f"], LISTS, 0),
    on(Id::PageUp, "Previous page", "page up", &["pageup", "ctrl-b"], LISTS, 0),
    on(Id::HalfDown, "Half a page down", "half down", &["ctrl-d"], LISTS, 0),
    on(Id::HalfUp, "Half a page up", "half up", &["ctrl-u"], LISTS, 0),
    on(Id::First, "First row", "first", &["g", "home"], LISTS, 0),
    on(Id::Last, "Last row", "last", &["G", "end"], LISTS, 0),
    on(Id::Back, "Close, clear, or go back", "back", &["esc"], &[], 0),
    on(Id::Step(Screen::Connect), "Step 1: Connect", "1", &["1"], &[], 0),
    on(Id::Step(Screen::Fetch), "Step 2: Fetch", "2", &["2"], &[], 0),
    on(Id::Step(Screen::Match), "Step 3: Match", "3", &["3"], &[], 0),
    on(Id::Step(Screen::Review), "Step 4: Review", "4", &["4"], &[], 0),
    on(Id::Step(Screen::HandOff), "Step 5: Hand off", "5", &["5"], &[], 0),
    on(Id::Step(Screen::Prove), "Step 6: Prove", "6", &["6"], &[], 0),
    on(Id::Step(Screen::History), "Step 7: History", "7", &["7"], &[], 0),
    on(Id::Settings, "All settings, with their meaning", "settings", &["S"], &[], 0),
    on(Id::Palette, "All commands by name", "commands", &[":", "ctrl-p"], &[], 13),
    on(Id::Help, "Keys of this screen", "help", &["?", "f1"], &[], 12),
    on(Id::Glossary, "Glossary: what the bookkeeping words mean here", "words", &[";"], &[], 0),
    on(Id::Redraw, "Draw the screen anew", "redraw", &["ctrl-l"], &[], 0),
    on(Id::TakeProfile, "Take the profile over from the window that holds it", "take over", &["O"], &[], 0),
    on(Id::Quit, "Back and out", "quit", &["q"], &[], 14),
];

/// Why the profile cannot be taken over from here.
pub fn why_not_take(model: &Model) -> Option<String> {
    if model.is_host {
        return Some("This window holds the profile already.".into());
    }
    if model.demo {
        return Some(
            "A demo stays with the window that plays it: its Cin7 and QuickBooks live there.".into(),
        );
    }
    busy(model)
}

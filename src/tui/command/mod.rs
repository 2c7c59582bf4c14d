//! The one table of commands: id, title, keys, where it is valid, and why it cannot be done now.
//!
//! It feeds the key map, the hints, the help and the palette; each screen has its own part in a file of its own.
//! Must never be gone around: a command that is not in the table does not exist (`rust-tui.md` 1, rule 5).

mod connect;
mod entries;
mod everywhere;
mod fetch;
mod hand_off;
mod history;
mod home;
mod lives;
mod matching;
mod now;
mod prove;
mod review;

pub use now::hinted;

use super::model::{Model, Screen};

/// What a person can ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Id {
    Step(Screen),
    // Connect.
    Setup,
    Doctor,
    AcceptMap,
    EditSetting,
    TestCin7,
    WriteQwc,
    ShowQwc,
    NewPassword,
    AdoptCompany,
    // Fetch.
    Fetch,
    FetchAll,
    // Match.
    Accept,
    AcceptAuto,
    Other,
    Find,
    Create,
    CreateRest,
    Refuse,
    DeferContact,
    Unlink,
    House,
    NextCandidate,
    Rematch,
    // Review.
    Cure,
    Groups,
    ApproveMany,
    Timeline,
    Approve,
    Hold,
    Exclude,
    Reopen,
    CostCounts,
    CostStaysOut,
    WithdrawApproval,
    ShowSent,
    Refresh,
    Redraft,
    TakeOver,
    // Hand off.
    CloseBatch,
    Finalise,
    Visit,
    Requeue,
    Doubts,
    ComputerGone,
    Unfreeze,
    Writeback,
    // Prove.
    Prove,
    Export,
    RollForward,
    // History.
    VerifyChain,
    WithdrawBatch,
    // Home.
    NextNeed,
    Home,
    HomePage,
    Jump,
    Twist,
    // Entries.
    VendorCredit,
    LandingCost,
    ImportFile,
    Join,
    Split,
    Number,
    TakeBack,
    Accrue,
    TrueUp,
    // After posting.
    ShowChange,
    HintSheet,
    Settle,
    Reset,
    CostMonth,
    UndoBatch,
    // Everywhere.
    Open,
    NextChip,
    PreviousChip,
    Filter,
    Undo,
    Redo,
    Mark,
    Range,
    MarkAll,
    NextReview,
    PreviousReview,
    Sort,
    Views,
    Repeat,
    Glossary,
    Copy,
    Down,
    Up,
    PageDown,
    PageUp,
    HalfDown,
    HalfUp,
    First,
    Last,
    Back,
    Settings,
    Palette,
    Help,
    Redraw,
    TakeProfile,
    Quit,
}

/// A command as the table has it.
#[derive(Clone, Copy, Debug)]
pub struct Command {
    pub id: Id,
    /// In help and palette.
    pub title: &'static str,
    /// In the hints.
    pub short: &'static str,
    pub keys: &'static [&'static str],
    /// Where it is valid; empty = everywhere.
    pub screens: &'static [Screen],
    /// Place among the hints, 1 first; 0 = not hinted.
    pub hint: u8,
    /// Changes something: only the window that holds the profile may do it.
    pub decides: bool,
    /// Cannot start while another long task runs.
    pub long: bool,
}

impl Command {
    const fn decides(mut self) -> Self {
        self.decides = true;
        self
    }

    const fn long(mut self) -> Self {
        self.long = true;
        self
    }
}

const fn on(
    id: Id,
    title: &'static str,
    short: &'static str,
    keys: &'static [&'static str],
    screens: &'static [Screen],
    hint: u8,
) -> Command {
    Command { id, title, short, keys, screens, hint, decides: false, long: false }
}

/// The parts of the table, in the order of the rail.
const PARTS: &[&[Command]] = &[
    connect::COMMANDS,
    fetch::COMMANDS,
    matching::COMMANDS,
    review::COMMANDS,
    hand_off::COMMANDS,
    prove::COMMANDS,
    history::COMMANDS,
    home::COMMANDS,
    entries::COMMANDS,
    lives::COMMANDS,
    everywhere::COMMANDS,
];

/// Every command.
pub fn table() -> impl Iterator<Item = &'static Command> {
    PARTS.iter().copied().flatten()
}

/// The command of an id.
pub fn of_id(id: Id) -> Option<&'static Command> {
    table().find(|command| command.id == id)
}

/// Whether a command is valid on a screen.
pub fn valid_on(command: &Command, screen: Screen) -> bool {
    command.screens.is_empty() || command.screens.contains(&screen)
}

/// The commands of a screen, in the table's order.
pub fn of_screen(screen: Screen) -> impl Iterator<Item = &'static Command> {
    table().filter(move |command| valid_on(command, screen))
}

/// The command of a key on a screen, as the table has it.
#[cfg(test)]
pub fn for_key(screen: Screen, key: &str) -> Option<&'static Command> {
    of_screen(screen).find(|command| command.keys.contains(&key))
}

const VIEWER: &str =
    "Another window or `serve` holds this company profile. Here you can look; O takes it over.";

/// Why a command cannot be done now, in words, or nothing if it can.
pub fn why_not(id: Id, model: &Model) -> Option<String> {
    let command = of_id(id)?;
    if command.decides && !model.is_host {
        return Some(VIEWER.into());
    }
    if id == Id::TakeProfile {
        return everywhere::why_not_take(model);
    }
    if let Some(why) = busy(model).filter(|_| command.long) {
        return Some(why);
    }
    if id == Id::Repeat {
        return again_why_not(model);
    }
    if let Some(why) = entries::why_not(id, model).or_else(|| lives::why_not(id, model)) {
        return Some(why);
    }
    match model.screen {
        Screen::Connect => connect::why_not(id, model),
        Screen::Match => matching::why_not(id, model),
        Screen::Fetch | Screen::Review | Screen::HandOff => review::why_not(id, model),
        Screen::Prove => prove::why_not(id, model),
        Screen::History => history::why_not(id, model),
        Screen::Home => None,
    }
    .or_else(|| home::why_not(id, model))
}

/// What stands in the way of everything long while a long task runs.
fn busy(model: &Model) -> Option<String> {
    model.task.as_ref().map(|task| format!("{} is still running. Ctrl-C stops it.", task.title))
}

/// Why the last decision cannot be made again here.
fn again_why_not(model: &Model) -> Option<String> {
    let Some(repeat) = &model.repeat else {
        return Some("Nothing was decided yet that could be done again.".into());
    };
    let command = of_id(repeat.command())?;
    if !valid_on(command, model.screen) {
        let there = command.screens.first().map_or_else(String::new, |screen| {
            format!(" That is done in step {}, {}.", screen.number(), screen.title())
        });
        return Some(format!("The last decision was: {}.{there}", repeat.words()));
    }
    why_not(command.id, model)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::{BTreeMap, BTreeSet};

    #[test]
    fn no_key_means_two_things_on_one_screen() {
        for screen in Screen::EVERY {
            let mut seen: BTreeMap<&str, Id> = BTreeMap::new();
            for command in of_screen(screen) {
                for key in command.keys {
                    assert_eq!(seen.insert(key, command.id), None, "{key} on {screen:?}");
                }
            }
        }
    }

    #[test]
    fn every_command_is_named_once_and_has_a_key_and_a_title() {
        let ids: BTreeSet<Id> = table().map(|command| command.id).collect();
        assert_eq!(ids.len(), table().count());
        assert!(table().all(|command| !command.keys.is_empty() && command.title.len() > 3));
    }

    #[test]
    fn the_keys_that_people_learn_first_are_there() {
        let review: BTreeSet<&str> = of_screen(Screen::Review).flat_map(|c| c.keys.iter().copied()).collect();
        for key in [
            "j", "k", "up", "down", "pageup", "pagedown", "g", "G", "enter", "esc", "/", "space", "v", "*",
            "a", "x", "d", "u", "ctrl-r", "n", "N", "s", "y", "r", "1", "7", ":", "?", "q",
        ] {
            assert!(review.contains(key), "{key}");
        }
        assert!(for_key(Screen::Match, "e").is_some());
    }

    #[test]
    fn no_single_letter_is_bound_to_a_sequence_that_terminals_swallow() {
        let bad = ["ctrl-i", "ctrl-m", "ctrl-h", "ctrl-[", "ctrl-s", "ctrl-q", "ctrl-z"];
        assert!(table().flat_map(|c| c.keys).all(|key| !bad.contains(key)));
    }
}

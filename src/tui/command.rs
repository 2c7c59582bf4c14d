//! The one table of commands: id, title, keys, where it is valid, and why it cannot be done now.
//!
//! It feeds the key map, the hints, the help and the palette. Must never be gone around: a command that is not in
//! the table does not exist (`rust-tui.md` 1, rule 5).

use super::model::{HistoryTab, Model, Screen};
use crate::books::DraftState;

/// What a person can ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Id {
    Step(Screen),
    Down,
    Up,
    PageDown,
    PageUp,
    HalfDown,
    HalfUp,
    First,
    Last,
    Open,
    Back,
    NextChip,
    PreviousChip,
    Filter,
    Sort,
    Mark,
    Range,
    MarkAll,
    NextReview,
    PreviousReview,
    Copy,
    Undo,
    Redo,
    Refresh,
    EditSetting,
    AcceptMap,
    TestCin7,
    WriteQwc,
    ShowQwc,
    NewPassword,
    AdoptCompany,
    Fetch,
    FetchAll,
    Redraft,
    Accept,
    AcceptAuto,
    Other,
    Create,
    CreateRest,
    Refuse,
    DeferContact,
    Unlink,
    NextCandidate,
    Rematch,
    Approve,
    WithdrawApproval,
    Hold,
    Exclude,
    Reopen,
    CostCounts,
    CostStaysOut,
    ShowSent,
    CloseBatch,
    Finalise,
    Visit,
    Requeue,
    Unfreeze,
    Prove,
    Export,
    RollForward,
    VerifyChain,
    WithdrawBatch,
    Settings,
    TakeOver,
    Writeback,
    Palette,
    Help,
    Redraw,
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
}

const fn on(
    id: Id,
    title: &'static str,
    short: &'static str,
    keys: &'static [&'static str],
    screens: &'static [Screen],
    hint: u8,
) -> Command {
    Command { id, title, short, keys, screens, hint }
}

const LISTS: &[Screen] = &Screen::ALL;
const FILTERED: &[Screen] = &[Screen::Fetch, Screen::Match, Screen::Review, Screen::HandOff];
const MARKED: &[Screen] = &[Screen::Match, Screen::Review, Screen::HandOff];
const CHIPS: &[Screen] =
    &[Screen::Fetch, Screen::Match, Screen::Review, Screen::HandOff, Screen::Prove, Screen::History];
const DECIDE: &[Screen] = &[Screen::Match, Screen::Review];

/// Every command.
pub const TABLE: &[Command] = &[
    on(
        Id::AcceptMap,
        "Take over the proposed map where it is sure",
        "take over map",
        &["a"],
        &[Screen::Connect],
        1,
    ),
    on(Id::EditSetting, "Change or do what the row says", "change", &["e"], &[Screen::Connect], 0),
    on(Id::TestCin7, "Test the Cin7 connection", "test Cin7", &["t"], &[Screen::Connect], 2),
    on(Id::WriteQwc, "Write the Web Connector file", "write .QWC", &["w"], &[Screen::Connect], 3),
    on(Id::ShowQwc, "Show the Web Connector file", "show .QWC", &["W"], &[Screen::Connect], 0),
    on(Id::NewPassword, "Make a new Web Connector password", "password", &["p"], &[Screen::Connect], 4),
    on(
        Id::AdoptCompany,
        "Confirm the company file as ours",
        "confirm company",
        &["c"],
        &[Screen::Connect],
        5,
    ),
    on(Id::Fetch, "Fetch what changed in Cin7", "fetch", &["r"], &[Screen::Fetch], 1),
    on(Id::FetchAll, "Fetch everything from Cin7 again", "fetch all", &["R"], &[Screen::Fetch], 0),
    on(Id::Accept, "Accept the proposed link", "accept", &["a"], &[Screen::Match], 1),
    on(Id::AcceptAuto, "Accept all that are sure", "accept sure", &["A"], &[Screen::Match], 0),
    on(Id::Other, "Choose another QuickBooks record", "other", &["e"], &[Screen::Match], 2),
    on(Id::Create, "Create a new customer or vendor", "create", &["c"], &[Screen::Match], 3),
    on(Id::CreateRest, "Create all that match nothing", "create rest", &["C"], &[Screen::Match], 0),
    on(Id::Refuse, "Refuse the proposed candidate", "refuse", &["x"], &[Screen::Match], 4),
    on(Id::DeferContact, "Decide later (again: take it back)", "later", &["d"], &[Screen::Match], 5),
    on(Id::Unlink, "Take the link away", "unlink", &["U"], &[Screen::Match], 0),
    on(
        Id::NextCandidate,
        "Look at the next candidate",
        "next candidate",
        &["l", "right"],
        &[Screen::Match],
        0,
    ),
    on(Id::Rematch, "Match all contacts again", "match again", &["r"], &[Screen::Match], 0),
    on(Id::Approve, "Approve the draft as shown", "approve", &["a"], &[Screen::Review], 1),
    on(Id::Hold, "Hold the draft: not now", "hold", &["d"], &[Screen::Review], 2),
    on(Id::Exclude, "Exclude the draft, with a reason", "exclude", &["x"], &[Screen::Review], 3),
    on(Id::Reopen, "Take it back into review", "reopen", &["o"], &[Screen::Review], 0),
    on(
        Id::CostCounts,
        "The cost of its goods counts; a cost journal: go on though sales are open",
        "cost counts",
        &["+"],
        &[Screen::Review],
        0,
    ),
    on(
        Id::CostStaysOut,
        "The cost of its goods does not count",
        "cost stays out",
        &["-"],
        &[Screen::Review],
        0,
    ),
    on(Id::WithdrawApproval, "Take the approval back", "unapprove", &["w"], &[Screen::Review], 0),
    on(
        Id::ShowSent,
        "Show what QuickBooks will be sent",
        "what is sent",
        &["b"],
        &[Screen::Review, Screen::HandOff],
        0,
    ),
    on(Id::Refresh, "Read the list again", "refresh", &["r"], &[Screen::Review, Screen::History], 0),
    on(
        Id::Redraft,
        "Make the drafts again from what was fetched",
        "redraft",
        &["D"],
        &[Screen::Fetch, Screen::Review],
        0,
    ),
    on(Id::CloseBatch, "Close the batch and hand it off", "close batch", &["c"], &[Screen::HandOff], 1),
    on(Id::Finalise, "Finalise pending sales", "finalise", &["f"], &[Screen::HandOff], 2),
    on(Id::Visit, "Visit of the Web Connector", "visit", &["r"], &[Screen::Connect, Screen::HandOff], 3),
    on(Id::Requeue, "Queue it again after looking", "queue again", &["o"], &[Screen::HandOff], 0),
    on(Id::Unfreeze, "Let writing go on after a freeze", "unfreeze", &["U"], &[Screen::HandOff], 0),
    on(Id::Prove, "Prove the books against Cin7", "prove", &["r"], &[Screen::Prove], 1),
    on(Id::Export, "Write the proof to a file", "export", &["e"], &[Screen::Prove], 2),
    on(Id::RollForward, "Totals or inventory roll-forward", "roll-forward", &["i"], &[Screen::Prove], 3),
    on(Id::VerifyChain, "Check the event chain", "check chain", &["c"], &[Screen::History], 2),
    on(
        Id::WithdrawBatch,
        "Withdraw what was not handed out of the batch",
        "withdraw",
        &["w"],
        &[Screen::History],
        3,
    ),
    on(Id::Open, "Open what the cursor is on", "open", &["enter"], LISTS, 7),
    on(Id::NextChip, "Next filter", "filter", &["tab"], CHIPS, 8),
    on(Id::PreviousChip, "Previous filter", "filter back", &["shift-tab"], CHIPS, 0),
    on(Id::Filter, "Filter by text", "find", &["/"], FILTERED, 9),
    on(Id::Undo, "Undo the last decision", "undo", &["u"], &[], 6),
    on(Id::Redo, "Do it again", "redo", &["ctrl-r"], &[], 0),
    on(Id::Mark, "Mark the row", "mark", &["space"], MARKED, 10),
    on(Id::Range, "Mark a range: start, then end", "range", &["v"], MARKED, 0),
    on(Id::MarkAll, "Mark all shown", "mark all", &["*"], MARKED, 11),
    on(Id::NextReview, "Next that needs review", "next to review", &["n"], DECIDE, 0),
    on(Id::PreviousReview, "Previous that needs review", "previous to review", &["N"], DECIDE, 0),
    on(Id::Sort, "Sort by something else", "sort", &["s"], FILTERED, 0),
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
    on(
        Id::TakeOver,
        "Draft here what Cin7 says another program imported",
        "take over",
        &["T"],
        &[Screen::Review],
        0,
    ),
    on(
        Id::Writeback,
        "Tell Cin7 what is in the books",
        "tell Cin7",
        &["B"],
        &[Screen::Connect, Screen::HandOff],
        0,
    ),
    on(Id::Settings, "All settings, with their meaning", "settings", &["S"], &[], 0),
    on(Id::Palette, "All commands by name", "commands", &[":", "ctrl-p"], &[], 13),
    on(Id::Help, "Keys of this screen", "help", &["?", "f1"], &[], 12),
    on(Id::Redraw, "Draw the screen anew", "redraw", &["ctrl-l"], &[], 0),
    on(Id::Quit, "Back and out", "quit", &["q"], &[], 14),
];

/// Whether a command is valid on a screen.
pub fn valid_on(command: &Command, screen: Screen) -> bool {
    command.screens.is_empty() || command.screens.contains(&screen)
}

/// The commands of a screen, in the table's order.
pub fn of_screen(screen: Screen) -> impl Iterator<Item = &'static Command> {
    TABLE.iter().filter(move |command| valid_on(command, screen))
}

/// The command of a key on a screen.
pub fn for_key(screen: Screen, key: &str) -> Option<&'static Command> {
    of_screen(screen).find(|command| command.keys.contains(&key))
}

const VIEWER: &str = "Another window or `serve` holds this company profile. Here you can look; decide there, or close it first.";

const fn decides(id: Id) -> bool {
    matches!(
        id,
        Id::Undo
            | Id::Redo
            | Id::EditSetting
            | Id::AcceptMap
            | Id::TestCin7
            | Id::WriteQwc
            | Id::NewPassword
            | Id::AdoptCompany
            | Id::Fetch
            | Id::FetchAll
            | Id::Redraft
            | Id::TakeOver
            | Id::Writeback
            | Id::Accept
            | Id::AcceptAuto
            | Id::Other
            | Id::Create
            | Id::CreateRest
            | Id::Refuse
            | Id::DeferContact
            | Id::Unlink
            | Id::Rematch
            | Id::Approve
            | Id::WithdrawApproval
            | Id::Hold
            | Id::Exclude
            | Id::Reopen
            | Id::CostCounts
            | Id::CostStaysOut
            | Id::CloseBatch
            | Id::Finalise
            | Id::Visit
            | Id::Requeue
            | Id::Unfreeze
            | Id::WithdrawBatch
    )
}

/// Why a command cannot be done now, in words, or nothing if it can.
pub fn why_not(id: Id, model: &Model) -> Option<String> {
    if decides(id) && !model.is_host {
        return Some(VIEWER.into());
    }
    let long = matches!(
        id,
        Id::Fetch
            | Id::FetchAll
            | Id::Redraft
            | Id::Rematch
            | Id::TestCin7
            | Id::Writeback
            | Id::Prove
            | Id::CloseBatch
            | Id::Finalise
    );
    if long && let Some(task) = &model.task {
        return Some(format!("{} is still running. Ctrl-C stops it.", task.title));
    }
    match model.screen {
        Screen::Connect => connect_why_not(id, model),
        Screen::Match => match_why_not(id, model),
        Screen::Fetch | Screen::Review | Screen::HandOff => drafts_why_not(id, model),
        Screen::Prove => (id == Id::Export || id == Id::RollForward)
            .then(|| {
                model.prove.proof.is_none().then(|| "There is no proof yet. Press r to prove.".to_string())
            })
            .flatten(),
        Screen::History => (id == Id::WithdrawBatch
            && (model.history.tab != HistoryTab::Batches || model.history.batches.is_empty()))
        .then(|| "There is no batch under the cursor.".to_string()),
    }
}

fn connect_why_not(id: Id, model: &Model) -> Option<String> {
    let view = model.connect.view.as_ref();
    match id {
        Id::AcceptMap if view.is_none_or(|v| v.map.rows.is_empty()) => {
            Some("Nothing is proposed yet: QuickBooks' lists come with a visit of the Web Connector.".into())
        }
        Id::AdoptCompany if view.is_none_or(|v| v.company_waiting.is_empty()) => {
            Some("No company file waits for confirmation. It shows itself at the first visit.".into())
        }
        _ => None,
    }
}

fn match_why_not(id: Id, model: &Model) -> Option<String> {
    let needs_row = matches!(
        id,
        Id::Accept
            | Id::Other
            | Id::Create
            | Id::Refuse
            | Id::DeferContact
            | Id::Unlink
            | Id::NextCandidate
            | Id::Open
            | Id::Copy
    );
    let Some(row) = model.matching.current() else {
        return needs_row.then(|| "There is no contact here. Press Tab for another filter.".into());
    };
    if model.matching.list.marked() > 0 {
        return None;
    }
    match id {
        Id::Accept | Id::Refuse | Id::DeferContact if !row.is_open() => {
            Some("This contact is decided already. Press u to undo, or U to take the link away.".into())
        }
        Id::Accept if row.decision == "none" => {
            Some("Nothing was found for this contact. Press e to choose, or c to create it.".into())
        }
        Id::Unlink if row.link.is_none() => Some("This contact has no link.".into()),
        _ => None,
    }
}

fn drafts_why_not(id: Id, model: &Model) -> Option<String> {
    let pane = model.pane()?;
    let needs_row = matches!(
        id,
        Id::Approve
            | Id::Hold
            | Id::Exclude
            | Id::Reopen
            | Id::CostCounts
            | Id::CostStaysOut
            | Id::TakeOver
            | Id::WithdrawApproval
            | Id::ShowSent
            | Id::Requeue
            | Id::Open
            | Id::Copy
    );
    if needs_row && pane.list.current().is_none() {
        return Some("There is no draft here. Press Tab for another filter.".into());
    }
    match id {
        Id::CloseBatch => {
            let nothing = model.hand_off.preview.as_ref().is_some_and(|p| p.count == 0);
            nothing.then(|| "Nothing is approved. Approve drafts in step 4 first.".into())
        }
        Id::Unfreeze => {
            let frozen = model.status.as_ref().is_some_and(|s| s.frozen.is_some());
            (!frozen).then(|| "Nothing is frozen.".into())
        }
        _ if pane.list.marked() > 0 => None,
        _ => state_why_not(id, pane.list.current_row()?.state),
    }
}

fn state_why_not(id: Id, state: DraftState) -> Option<String> {
    use DraftState as S;
    let said = match (id, state) {
        (Id::Approve, S::Ready) | (Id::Hold, S::Ready | S::NeedsAttention | S::Approved) => return None,
        (Id::Approve, S::Approved) => "It is approved already. Press w to take the approval back.",
        (Id::Approve, S::NeedsAttention | S::NotReady) => {
            "Something stands in the way; the detail says what and how to cure it."
        }
        (Id::Approve | Id::Hold, S::Held) => "It is held. Press o to take it back into review first.",
        (Id::Approve | Id::Hold, S::Excluded) => "It is excluded. Press o to take it back into review first.",
        (
            Id::Approve | Id::Hold | Id::Exclude,
            S::Queued | S::InFlight | S::Unknown | S::Posted | S::Rejected,
        ) => "It was handed off already.",
        (Id::Exclude, S::Excluded) => "It is excluded already.",
        (Id::TakeOver, S::Excluded)
        | (Id::Reopen, S::Held | S::Excluded)
        | (Id::WithdrawApproval, S::Approved) => return None,
        (Id::TakeOver, _) => "Only what Cin7 says is Imported or Do Not Import can be taken over.",
        (Id::Reopen, _) => "Only held and excluded drafts can be taken back.",
        (Id::WithdrawApproval, _) => "It is not approved.",
        (Id::Requeue, S::Rejected | S::Unknown | S::NeedsAttention | S::Queued) => return None,
        (Id::Requeue, _) => "Only what QuickBooks refused or what needs a person can be queued again.",
        _ => return None,
    };
    Some(said.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::{BTreeMap, BTreeSet};

    #[test]
    fn no_key_means_two_things_on_one_screen() {
        for screen in Screen::ALL {
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
        let ids: BTreeSet<Id> = TABLE.iter().map(|command| command.id).collect();
        assert_eq!(ids.len(), TABLE.len());
        assert!(TABLE.iter().all(|command| !command.keys.is_empty() && command.title.len() > 3));
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
        assert!(TABLE.iter().flat_map(|c| c.keys).all(|key| !bad.contains(key)));
    }
}

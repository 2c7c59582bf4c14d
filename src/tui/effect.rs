//! What the model wishes to happen: loads and actions as data. `workers` carries them out.
//!
//! Must never be carried out by `update` itself: it does no I/O.

use super::form::Entry;
use super::setup_sheet::{SetupAction, Typed};
use super::tour::Twist;
use crate::base::{BatchId, DraftId, Month};
use crate::books::PartyList;
use crate::books::find::lists::Asked;
use crate::store::drafts::DraftFilter;
use crate::store::drafts::groups::GroupBy;
use crate::store::events::EventsFrom;
use crate::workflow::approve_many::Terms;
use crate::workflow::handoff::BatchPreview;
use crate::workflow::imports;
use crate::workflow::links::{ContactFilter, ContactRole, HouseChoice, TallyBy};
use crate::workflow::month_end::TrueUpView;
use crate::workflow::own_look::PickList;
use crate::workflow::undo::UndoPlan;
use crate::workflow::views::{SavedView, ViewOf};
use secrecy::SecretString;

/// Which part of the model a load is for; a newer load of the same slot makes an older one stale.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Slot {
    Home,
    Groups,
    Status,
    Connect,
    MatchIds,
    MatchRows,
    Tally,
    MatchDetail,
    Parties,
    Sure,
    NewName,
    FetchIds,
    FetchRows,
    FetchDetail,
    ReviewIds,
    ReviewRows,
    ReviewDetail,
    HandOffIds,
    HandOffRows,
    HandOffDetail,
    Preview,
    History,
    Events,
    BatchOperations,
    Views,
    Settings,
    SettingNames,
    FormOffers,
    FormLook,
    Setup,
}

/// What to load.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(clippy::large_enum_variant)] // a few at once
pub enum Query {
    Home,
    Groups(DraftFilter, GroupBy),
    Status,
    Connect,
    /// The contacts of a list, in its order.
    MatchIds(ContactFilter),
    MatchRows(Vec<ContactRole>),
    Tally(ContactFilter, TallyBy),
    MatchDetail(ContactRole),
    Parties(PartyList, String),
    /// So many sure matches.
    Sure(usize),
    /// What is to be said about a name for a new record.
    NewName(ContactRole, String),
    DraftIds(DraftFilter),
    /// The same where the list begins anew: its first rows come before the rest.
    DraftIdsAnew(DraftFilter),
    DraftRows(Vec<DraftId>),
    DraftDetail(DraftId),
    Preview,
    /// Batches and visits.
    History,
    /// A page of events that are asked for, from a place of the chain on.
    Events {
        from: EventsFrom,
        asked: Asked,
    },
    Views,
    BatchOperations(BatchId),
    Settings,
    /// How the first day stands.
    Setup,
    /// List entries that may stand at a key.
    SettingNames(String),
    /// What a list offers for a text.
    Offers(PickList, String),
    /// The summary of an entry.
    Look(Box<Entry>),
}

/// What cannot be undone and needs the control word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Irreversible {
    CloseBatch,
    /// `None` = all pending sales.
    Finalise(Option<Vec<DraftId>>),
    /// Takes the freeze away, so that writing goes on.
    Unfreeze,
    /// This company file becomes ours.
    AdoptCompany,
    /// One invoice, one bill and one credit memo go in.
    Trial,
    /// They are taken out again.
    TrialOut,
    /// Exactly this is deleted, voided or answered by an opposite.
    UndoBatch(UndoPlan),
    /// A person's edit of a pending sale, each changed field named.
    Overwrite {
        id: DraftId,
        name: String,
        fields: Vec<String>,
    },
    /// A computer is off for good, and another one may send what only it could send again.
    ComputerGone {
        /// Its user name in the Web Connector; empty = the one that is waited for.
        computer: String,
    },
    /// The profile is taken over from the window that holds it.
    TakeProfile {
        /// In words; empty where nobody holds it.
        holder: String,
    },
    /// The inventory account is forced to another figure.
    TrueUp {
        shown: TrueUpView,
        month: Month,
        why: String,
    },
}

/// How what happened to a document after posting is settled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Settlement {
    KeepQuickBooks,
    DoneByHand,
    SendAgain,
}

/// What to do.
#[derive(Clone, Debug)]
pub enum Action {
    SetOperator(String),
    SetCin7Key(SecretString),
    TestCin7,
    /// Looks at everything, each thing with its cure.
    Doctor,
    /// A step of the first day.
    Setup(SetupAction),
    /// Asks for a line first.
    Type(Typed),
    /// Puts a question of money.
    Question(String),
    WriteQwc,
    ShowQwc,
    NewPassword,
    AcceptMap,
    ChangeSettings(Vec<(String, String)>),
    /// Shows which drafts a change would alter, before it takes effect.
    PreviewSettings(Vec<(String, String)>),
    /// Drafts here what Cin7 says was imported by another program.
    TakeOver(Vec<DraftId>),
    /// Tells Cin7 what is in the books.
    Writeback,
    Fetch {
        full: bool,
    },
    Redraft,
    Propose,
    CreateRest,
    Accept(Vec<ContactRole>),
    /// The sure pairs that were on screen.
    AcceptShown(Vec<(ContactRole, String)>),
    /// Asks which customer is billed by a rule, for a contact of such sales.
    HouseFor(ContactRole, HouseChoice),
    /// Tries out the rule that bills such sales to the customer of this ListID.
    HouseRule(HouseChoice, String),
    Link(ContactRole, String),
    /// Although the record serves another contact.
    LinkAlso(ContactRole, String),
    /// Sets those that match nothing to be created.
    CreateUnlike,
    Refuse(ContactRole, String),
    CreateNew(ContactRole, String),
    /// The proposed candidate of each of several contacts.
    RefuseFirst(Vec<ContactRole>),
    /// Each under its proposed name.
    CreateEach(Vec<ContactRole>),
    Unlink(Vec<ContactRole>),
    Defer(Vec<ContactRole>, bool),
    /// With the hash that was on screen, where the content was on screen.
    Approve(Vec<(DraftId, Option<String>)>),
    /// Shows what approving under these terms would approve.
    OfferMany(Terms),
    /// Approves what was offered under this stamp.
    ApproveMany(Terms, String),
    /// Lets something happen at the far ends of a demo.
    Twist(Twist),
    /// The life of a document, as a page.
    Timeline(DraftId),
    /// Keeps a filter line under a name.
    SaveView(SavedView),
    DeleteView(ViewOf, String),
    Withdraw(Vec<DraftId>),
    Hold(Vec<DraftId>),
    Exclude(Vec<DraftId>, String),
    Reopen(Vec<DraftId>),
    /// Whether the cost of their goods counts.
    Cost(Vec<DraftId>, bool),
    Undo,
    Redo,
    /// Shows what it would do and asks for the word.
    Ask(Irreversible),
    /// The word was typed; refused where `shown` is no longer what would happen.
    Confirmed {
        what: Irreversible,
        shown: BatchPreview,
    },
    WithdrawBatch(BatchId),
    Requeue(Vec<DraftId>),
    /// With all lists of QuickBooks asked for again, or not.
    Visit {
        lists: bool,
    },
    Prove(Option<Month>),
    ExportProof(Option<Month>),
    VerifyChain,
    /// What is not known and what waits for a person, as a page.
    ShowDoubts,
    /// Puts in what a form says.
    Enter(Box<Entry>),
    /// Takes back what was typed, imported, joined or split.
    TakeBack(Vec<DraftId>),
    /// Writes an empty file to be filled in.
    Template(imports::What),
    Settle(Vec<DraftId>, Settlement),
    /// Names what a person changed, then asks for the word.
    AskOverwrite(DraftId),
    /// Drafts anew what is posted or out of the books.
    Reset(Vec<DraftId>),
    /// Writes the hint sheet to a file.
    ExportHint(DraftId),
    /// What undoing a batch would do.
    PlanUndo(BatchId),
    /// Every document behind a month's cost journal.
    CostMonth(DraftId),
}

impl Action {
    /// Whether `u` takes it back.
    pub const fn is_undoable(&self) -> bool {
        matches!(
            self,
            Action::CreateRest
                | Action::Accept(_)
                | Action::AcceptShown(_)
                | Action::CreateUnlike
                | Action::Link(..)
                | Action::LinkAlso(..)
                | Action::Refuse(..)
                | Action::RefuseFirst(_)
                | Action::CreateNew(..)
                | Action::CreateEach(_)
                | Action::Unlink(_)
                | Action::Defer(..)
                | Action::Approve(_)
                | Action::ApproveMany(..)
                | Action::Withdraw(_)
                | Action::Hold(_)
                | Action::Exclude(..)
                | Action::Reopen(_)
                | Action::Cost(..)
                | Action::ChangeSettings(_)
                | Action::TakeOver(_)
                | Action::TakeBack(_)
        )
    }

    /// Whether it decides nothing, and so needs no name under it.
    pub const fn is_nameless(&self) -> bool {
        if self.takes_profile() {
            return true;
        }
        matches!(
            self,
            Action::SetOperator(_)
                | Action::TestCin7
                | Action::Doctor
                | Action::Type(_)
                | Action::Question(_)
                | Action::ShowQwc
                | Action::OfferMany(_)
                | Action::Timeline(_)
                | Action::SaveView(_)
                | Action::DeleteView(..)
                | Action::Twist(_)
                | Action::PreviewSettings(_)
                | Action::HouseFor(..)
                | Action::HouseRule(..)
                | Action::Visit { .. }
                | Action::Prove(_)
                | Action::ExportProof(_)
                | Action::VerifyChain
                | Action::ShowDoubts
                | Action::Template(_)
                | Action::ExportHint(_)
                | Action::PlanUndo(_)
                | Action::CostMonth(_)
        )
    }

    /// Whether it takes the profile over, which only a window does that does not hold it.
    pub const fn takes_profile(&self) -> bool {
        matches!(
            self,
            Action::Ask(Irreversible::TakeProfile { .. })
                | Action::Confirmed { what: Irreversible::TakeProfile { .. }, .. }
        )
    }

    /// Whether Ctrl-C stops it, and it alone.
    pub const fn is_cancelled_apart(&self) -> bool {
        matches!(
            self,
            Action::Fetch { .. } | Action::Confirmed { what: Irreversible::TakeProfile { .. }, .. }
        )
    }

    /// What the status line says while it runs, for those that take long.
    pub const fn running(&self) -> Option<&'static str> {
        match self {
            Action::TestCin7 => Some("Testing Cin7"),
            Action::Doctor => Some("Looking at everything"),
            Action::Fetch { .. } => Some("Fetching from Cin7"),
            Action::Redraft => Some("Making drafts"),
            Action::PreviewSettings(_) | Action::HouseRule(..) => Some("Trying the change out"),
            Action::ChangeSettings(_) => Some("Changing settings"),
            Action::Writeback => Some("Writing into Cin7"),
            Action::Propose => Some("Matching contacts"),
            Action::AcceptShown(_)
            | Action::CreateRest
            | Action::CreateUnlike
            | Action::CreateEach(_)
            | Action::RefuseFirst(_)
            | Action::Accept(_) => Some("Keeping links"),
            Action::Approve(_) | Action::ApproveMany(..) => Some("Approving"),
            Action::OfferMany(_) => Some("Looking what can be approved"),
            Action::AcceptMap => Some("Taking over the map"),
            Action::Confirmed { what: Irreversible::TakeProfile { .. }, .. } => {
                Some("Taking the profile over")
            }
            Action::Confirmed { .. } => Some("Handing off"),
            Action::Prove(_) => Some("Proving"),
            Action::ExportProof(_) => Some("Writing the proof"),
            Action::VerifyChain => Some("Checking the event chain"),
            Action::Enter(_) | Action::TakeBack(_) => Some("Entering"),
            Action::Reset(_) => Some("Drafting anew"),
            _ => None,
        }
    }
}

/// A wish of the model.
#[derive(Clone, Debug)]
pub enum Effect {
    /// Reads something for a slot.
    Load { slot: Slot, generation: u64, query: Query },
    /// Does something, with the operator's name under it.
    Do { action: Action, by: String },
    /// Stops the long task.
    CancelTask,
    /// Sends text to the terminal's clipboard.
    Copy(String),
    /// Draws everything anew.
    Redraw,
}

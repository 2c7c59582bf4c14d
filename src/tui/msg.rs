//! What reaches the model: input with its time, answers of workers, notices of the host.
//!
//! Must never carry a type of a room below `workflow` that the faces are not meant to see changed.

use super::effect::Slot;
use super::form::Look;
use super::operation_words::BatchLine;
use super::paper::Paper;
use crate::base::{BatchId, DraftId, Instant, Problem};
use crate::books::Party;
use crate::books::find::lists::Asked;
use crate::proof::Proof;
use crate::store::drafts::DraftRow;
use crate::store::drafts::groups::Group;
use crate::store::events::{Event, EventsFrom};
use crate::store::links::MatchRow;
use crate::store::meta::Visit;
use crate::store::operations::Batch;
use crate::workflow::approve_many::{Offer, Terms};
use crate::workflow::claim::Claim;
use crate::workflow::connect::{ChangePreview, ConnectView};
use crate::workflow::drafts::DraftDetail;
use crate::workflow::handoff::BatchPreview;
use crate::workflow::home::HomeView;
use crate::workflow::host::Notice;
use crate::workflow::links::{ContactList, ContactRole, MatchDetail, NameSaid, SurePage, TallyRow};
use crate::workflow::own_look::PickList;
use crate::workflow::settings_view::SettingRow;
use crate::workflow::setup::SetupView;
use crate::workflow::status::Status;
use crate::workflow::views::SavedView;
use crate::workflow::{Result, Said};
use ratatui::crossterm::event::Event as TerminalEvent;
use std::collections::BTreeMap;

/// Everything that changes the model.
#[derive(Debug)]
#[allow(clippy::large_enum_variant)] // one at a time on the loop's own stack; boxing would only add noise
pub enum Msg {
    /// From the terminal, at milliseconds since the start.
    Input { event: TerminalEvent, at_ms: u64 },
    /// The time now; sent before other messages and when something waits for it.
    Tick { at_ms: u64, now: Instant },
    /// A load ended; older generations of its slot are ignored.
    Loaded { slot: Slot, generation: u64, result: Result<Loaded> },
    /// An action ended.
    Done { result: Result<Done> },
    /// A long task tells how far it is.
    Progress { text: String },
    /// The host tells what a visit does.
    Notice(Notice),
    /// Notices were missed: everything is read again.
    NoticesMissed,
    /// The store was changed by the host of this profile (seen from a viewer).
    StoreMoved,
    /// The endpoint ended with a problem.
    HostEnded(Problem),
    /// Somebody takes the profile over: no more decisions, the visit ends.
    Claimed(Claim),
    /// The visit has ended: the profile can be let go.
    Parted(Claim),
    /// Asked to end by the operating system, with this exit code.
    Terminate(u8),
}

/// What a load brought.
#[derive(Clone, Debug)]
#[allow(clippy::large_enum_variant)]
pub enum Loaded {
    Home(Box<HomeView>),
    Groups(Vec<Group>),
    Status(Status),
    Connect {
        view: ConnectView,
        purchase_tax: String,
        writeback: bool,
    },
    MatchIds(ContactList),
    MatchRows(Vec<MatchRow>),
    Tally(Vec<TallyRow>),
    MatchDetail(Box<MatchDetail>),
    Parties(Vec<Party>),
    Sure(SurePage),
    NewName(String, NameSaid),
    DraftIds(Vec<DraftId>),
    /// The first of them; all follow.
    FirstIds(Vec<DraftId>),
    DraftRows(Vec<DraftRow>),
    DraftDetail(Box<DraftDetail>),
    Preview(BatchPreview),
    History {
        batches: Vec<Batch>,
        visits: Vec<Visit>,
    },
    Events(EventsPage),
    Views(Vec<SavedView>),
    BatchOperations(BatchId, Vec<BatchLine>),
    Setup(Box<SetupView>),
    Settings(Vec<SettingRow>),
    SettingNames(Vec<String>),
    Offers(PickList, String, Vec<String>),
    Look(Box<Look>),
}

/// Events from a place of the chain on, with what was asked: a page that no longer follows what is here is let go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventsPage {
    pub from: EventsFrom,
    pub asked: Asked,
    pub events: Vec<Event>,
    /// What they are about in words, by their subjects.
    pub names: BTreeMap<String, String>,
}

/// What an action brought.
#[derive(Clone, Debug)]
pub enum Done {
    /// Something was done, in a sentence.
    Said(Said),
    /// A key of Cin7 was kept: it is tested at once.
    KeyKept,
    /// Another contact is linked to the record already: whether both are billed to it.
    AskAlso { who: ContactRole, list_id: String, text: String },
    /// The profile was taken over: its lock is in the workers' hands.
    Taken,
    /// The operator's name is known.
    Operator(String),
    /// What would be approved at once.
    Offered { terms: Terms, offer: Box<Offer> },
    /// A page of text to read.
    Text { title: String, lines: Vec<String> },
    /// A question that needs the control word.
    AskWord { purpose: super::effect::Irreversible, preview: BatchPreview, word: String },
    /// What a change of settings would do.
    Previewed { changes: Vec<(String, String)>, preview: ChangePreview },
    /// The proof was made.
    Proved(Box<Proof>),
    /// A sheet to read, with what can be done about it.
    Paper(Box<Paper>),
}

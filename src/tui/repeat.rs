//! The decision that a key does again, on another row or on all that are marked.
//!
//! Must never repeat what asks for a control word, nor what brings a document in twice where another program has it.

use super::command::Id;
use super::effect::{Action, Settlement};

/// A decision without the rows that it was about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Repeat {
    Approve,
    Withdraw,
    Hold,
    /// With the reason that was typed.
    Exclude(String),
    Reopen,
    Cost(bool),
    Reset,
    Requeue,
    TakeBack,
    Settle(Settlement),
    Accept,
    Refuse,
    Create,
    Defer(bool),
    Unlink,
}

impl Repeat {
    /// What an action would be done again as, if it can be.
    pub fn of(action: &Action) -> Option<Self> {
        Some(match action {
            Action::Approve(_) => Repeat::Approve,
            Action::Withdraw(_) => Repeat::Withdraw,
            Action::Hold(_) => Repeat::Hold,
            Action::Exclude(_, why) => Repeat::Exclude(why.clone()),
            Action::Reopen(_) => Repeat::Reopen,
            Action::Cost(_, counts) => Repeat::Cost(*counts),
            Action::Reset(_) => Repeat::Reset,
            Action::Requeue(_) => Repeat::Requeue,
            Action::TakeBack(_) => Repeat::TakeBack,
            Action::Settle(_, how) => Repeat::Settle(*how),
            Action::Accept(_) | Action::Link(..) => Repeat::Accept,
            Action::Refuse(..) | Action::RefuseFirst(_) => Repeat::Refuse,
            Action::CreateNew(..) | Action::CreateEach(_) => Repeat::Create,
            Action::Defer(_, deferred) => Repeat::Defer(*deferred),
            Action::Unlink(_) => Repeat::Unlink,
            _ => return None,
        })
    }

    /// The command that it is one of: its rules hold for every repeat.
    pub const fn command(&self) -> Id {
        match self {
            Repeat::Approve => Id::Approve,
            Repeat::Withdraw => Id::WithdrawApproval,
            Repeat::Hold => Id::Hold,
            Repeat::Exclude(_) => Id::Exclude,
            Repeat::Reopen => Id::Reopen,
            Repeat::Cost(true) => Id::CostCounts,
            Repeat::Cost(false) => Id::CostStaysOut,
            Repeat::Reset => Id::Reset,
            Repeat::Requeue => Id::Requeue,
            Repeat::TakeBack => Id::TakeBack,
            Repeat::Settle(_) => Id::Settle,
            Repeat::Accept => Id::Accept,
            Repeat::Refuse => Id::Refuse,
            Repeat::Create => Id::Create,
            Repeat::Defer(_) => Id::DeferContact,
            Repeat::Unlink => Id::Unlink,
        }
    }

    /// In a few words, for the line of news.
    pub fn words(&self) -> String {
        match self {
            Repeat::Approve => "approve".into(),
            Repeat::Withdraw => "take the approval back".into(),
            Repeat::Hold => "hold".into(),
            Repeat::Exclude(why) => format!("exclude: {why}"),
            Repeat::Reopen => "take back into review".into(),
            Repeat::Cost(true) => "the cost counts".into(),
            Repeat::Cost(false) => "the cost stays out".into(),
            Repeat::Reset => "draft anew".into(),
            Repeat::Requeue => "queue again".into(),
            Repeat::TakeBack => "take the entry back".into(),
            Repeat::Settle(Settlement::KeepQuickBooks) => "keep QuickBooks as it is".into(),
            Repeat::Settle(Settlement::DoneByHand) => "it was done by hand".into(),
            Repeat::Settle(Settlement::SendAgain) => "send it again".into(),
            Repeat::Accept => "link to what is proposed".into(),
            Repeat::Refuse => "refuse what is proposed".into(),
            Repeat::Create => "create it new".into(),
            Repeat::Defer(true) => "decide later".into(),
            Repeat::Defer(false) => "take up again".into(),
            Repeat::Unlink => "take the link away".into(),
        }
    }
}

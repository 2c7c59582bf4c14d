//! Words of looking at drafts and contacts and of deciding about them.
//!
//! Must hold no logic, like the rest of this room.

use clap::{Args as Group, ValueEnum};

/// `match`.
#[derive(Debug, Group)]
pub struct MatchArgs {
    /// Take over the links that are sure
    #[arg(long)]
    pub accept_auto: bool,
    /// Set the others to be created in QuickBooks
    #[arg(long)]
    pub create_rest: bool,
    /// Only search QuickBooks' customers and vendors: every word must stand in some field
    #[arg(long, value_name = "TEXT", conflicts_with_all = ["accept_auto", "create_rest"])]
    pub search: Option<String>,
    /// Search only this list
    #[arg(long, requires = "search")]
    pub role: Option<RoleWord>,
    /// Who decides
    #[command(flatten)]
    pub by: By,
}

/// `drafts`.
#[derive(Debug, Group)]
pub struct DraftsArgs {
    /// Only in these states, as `Ready`
    #[arg(long, value_name = "STATE")]
    pub state: Vec<String>,
    /// Only this kind, as `Invoice`
    #[arg(long)]
    pub kind: Option<String>,
    /// Only this month
    #[arg(long, value_name = "YYYY-MM")]
    pub month: Option<String>,
    /// Also what is done and lies further back than the setting lookback_months
    #[arg(long)]
    pub all: bool,
    /// Only those of a saved view, in its order
    #[arg(long, value_name = "NAME")]
    pub view: Option<String>,
    /// The same words as in the filter line of the screen: kind:bill state:ready month:2026-02 >1000 acme
    #[arg(value_name = "FIND")]
    pub find: Vec<String>,
}

/// Some drafts and who decides.
#[derive(Debug, Group)]
pub struct DraftIds {
    /// Numbers, `SalesOrder/24011`, or references
    #[arg(required = true, value_name = "ID")]
    pub ids: Vec<String>,
    /// Who decides
    #[command(flatten)]
    pub by: By,
}

/// `approve`.
#[derive(Debug, Group)]
pub struct ApproveArgs {
    /// Numbers, `SalesOrder/24011`, or references
    #[arg(value_name = "ID", required_unless_present = "all_ready", conflicts_with = "all_ready")]
    pub ids: Vec<String>,
    /// Every draft that is ready
    #[arg(long)]
    pub all_ready: bool,
    /// Who decides
    #[command(flatten)]
    pub by: By,
}

/// `approve-many`.
#[derive(Debug, Group)]
pub struct ApproveManyArgs {
    /// No document above this amount
    #[arg(long, value_name = "AMOUNT")]
    pub under: Option<String>,
    /// Also where nobody matched the contact, or its record is made new
    #[arg(long)]
    pub any_match: bool,
    /// Also with a warning
    #[arg(long)]
    pub with_warnings: bool,
    /// Only show what would be approved, what is left out and why
    #[arg(long)]
    pub dry_run: bool,
    /// Only those of a saved view
    #[arg(long, value_name = "NAME")]
    pub view: Option<String>,
    /// Only these, in the words of the filter line: kind:bill month:2026-02 acme
    #[arg(value_name = "FIND")]
    pub find: Vec<String>,
    /// Who decides
    #[command(flatten)]
    pub by: By,
}

/// What `groups` groups by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
#[allow(missing_docs)]
pub enum GroupWord {
    Party,
    Month,
    Kind,
}

/// `finalise`.
#[derive(Debug, Group)]
pub struct FinaliseArgs {
    /// Numbers, `SalesOrder/24011`, or references
    #[arg(value_name = "ID", required_unless_present = "all", conflicts_with = "all")]
    pub ids: Vec<String>,
    /// Every pending sale that is untouched
    #[arg(long)]
    pub all: bool,
    /// Who decides
    #[command(flatten)]
    pub by: By,
}

/// Who decides.
#[derive(Clone, Debug, Default, Group)]
pub struct By {
    /// Name under the decision (else the operator's name of the profile)
    #[arg(long = "by", id = "by", value_name = "NAME")]
    pub name: Option<String>,
}

/// In which role a contact is meant.
#[derive(Debug, Group)]
pub struct ContactWho {
    /// Needed only where the contact has documents in both roles
    #[arg(long)]
    pub role: Option<RoleWord>,
    /// Who decides
    #[command(flatten)]
    pub by: By,
}

/// What a person says about a hand-off that waits.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Resolution {
    /// The cause was dealt with: it goes with the next visit.
    SendAgain,
    /// QuickBooks is right: its edit or deletion stands, a change of Cin7 is not carried over.
    KeepQuickbooks,
    /// What is proposed was done by hand in QuickBooks; the next visit checks it.
    DoneByHand,
    /// The cost of its goods counts; for a month's cost journal: book what is there, though sales are open.
    Count,
    /// The cost of its goods does not count.
    Leave,
    /// Overwrite a person's edit of a sale that is still pending with what Cin7 says.
    Overwrite,
}

/// Whether the cost of an excluded document counts.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum CostWord {
    /// The sale is booked elsewhere: count its cost.
    Count,
    /// It is not a sale: do not count it.
    Leave,
}

/// The two lists of parties.
#[derive(Clone, Copy, Debug, ValueEnum)]
#[allow(missing_docs)]
pub enum RoleWord {
    Customer,
    Vendor,
}

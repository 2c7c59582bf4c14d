//! The words of the command line (design section 3): people script against them, so they only ever grow.
//!
//! Must hold no logic: what a command does stands in the module of its step.

mod decisions;
mod far_ends;
mod first_day;
mod own;
mod views;

use clap::{Args as Group, Parser, Subcommand, ValueEnum};
pub use decisions::{
    ApproveArgs, ApproveManyArgs, By, ContactWho, CostWord, DraftIds, DraftsArgs, FinaliseArgs, GroupWord,
    MatchArgs, Resolution, RoleWord,
};
pub use far_ends::{DemoArgs, FaultsArgs, QuickbooksArgs, SimAction, WorldArgs};
pub use first_day::{SetupAction, SetupArgs, TrialAction, TrialArgs};
pub use own::{
    AccrualArgs, CreditAction, ImportArgs, ImportWord, JoinArgs, LandingAction, NewCredit, NewLanding,
    SplitArgs, TrueUpArgs,
};
use std::path::PathBuf;
pub use views::{OrderWord, ViewsAction};

/// Everything that can be typed.
#[derive(Debug, Parser)]
#[command(
    name = "countersign",
    version,
    about = "Reconcile Cin7 Omni with QuickBooks Desktop: fetch, match, review, countersign, hand off, prove.",
    after_help = "Without a command the terminal screen opens. Exit: 0 done; 1 done, but something needs a person; \
                  2 wrong usage or settings; 3 the other side failed; 4 another instance holds the profile; 101 a bug.",
    disable_help_subcommand = true
)]
pub struct Args {
    /// Options of every command.
    #[command(flatten)]
    pub global: Global,
    /// What to do; nothing opens the screen.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// Options of every command.
#[derive(Clone, Debug, Default, Group)]
pub struct Global {
    /// Folder of the company profile (else COUNTERSIGN_DATA_DIR, else the user's data folder)
    #[arg(long, global = true, value_name = "DIR", help_heading = "Everywhere")]
    pub data_dir: Option<PathBuf>,
    /// One JSON document (or one per line) on stdout and nothing else
    #[arg(long, global = true, help_heading = "Everywhere")]
    pub json: bool,
    /// Plain lines instead of a screen
    #[arg(long, global = true, help_heading = "Everywhere")]
    pub plain: bool,
    /// Colours of the screen
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto", help_heading = "Everywhere")]
    pub color: Colour,
    /// Only ASCII characters on the screen
    #[arg(long, global = true, help_heading = "Everywhere")]
    pub ascii: bool,
    /// Colours for a light background
    #[arg(long, global = true, help_heading = "Everywhere")]
    pub light: bool,
    /// For measuring: end after the first frame
    #[arg(long, global = true, hide = true)]
    pub exit_after_first_frame: bool,
    /// For measuring: write how long the screen's loop was busy at a time
    #[arg(long, global = true, hide = true, value_name = "FILE")]
    pub loop_times: Option<PathBuf>,
    /// For tests of debug builds: the screen meets a fault after its first frame
    #[cfg(debug_assertions)]
    #[arg(long, global = true, hide = true)]
    pub fault_after_first_frame: bool,
}

/// Colours of the screen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
#[allow(missing_docs)]
pub enum Colour {
    #[default]
    Auto,
    Never,
    #[value(name = "16")]
    Sixteen,
    Truecolor,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// The whole job on a simulated Cin7 and a simulated QuickBooks, on this computer alone
    Demo(DemoArgs),
    /// Make a company profile without questions
    Init(InitArgs),
    /// The first day, step by step: what is done, what is next, and which command does it
    Setup(SetupArgs),
    /// One invoice, one bill and one credit memo the whole road: shown, handed off, read back, taken out again
    Trial(TrialArgs),
    /// Show settings, change them, or propose the map from the pulled lists
    Settings {
        /// What to do; nothing shows them
        #[command(subcommand)]
        action: Option<SettingsAction>,
    },
    /// Keep the Cin7 key, or make a password for the Web Connector
    Secrets {
        /// Which
        #[command(subcommand)]
        action: SecretsAction,
    },
    /// Fetch documents and contacts from Cin7
    Fetch(FetchArgs),
    /// Link Cin7 contacts to QuickBooks customers and vendors
    Match(MatchArgs),
    /// Score matching on outside files; needs no profile
    MatchEval {
        /// Contacts
        #[arg(long)]
        left: PathBuf,
        /// Customers and vendors
        #[arg(long)]
        right: PathBuf,
        /// Where the predictions go
        #[arg(long)]
        out: PathBuf,
    },
    /// List drafts
    Drafts(DraftsArgs),
    /// Show one draft with its lines, accounts and reasons
    Draft {
        /// Its number, `SalesOrder/24011`, or its reference
        id: String,
        /// What QuickBooks will get
        #[arg(long)]
        qbxml: bool,
    },
    /// Approve drafts as they stand now
    Approve(ApproveArgs),
    /// Approve what can be trusted, and say what is left out: under an amount, matched by a person, no warning
    ApproveMany(ApproveManyArgs),
    /// Drafts in groups with subtotals
    Groups {
        /// Party, month or kind
        #[arg(long = "by-what", value_name = "WHAT", default_value = "party")]
        by: GroupWord,
        /// Only those of a saved view
        #[arg(long, value_name = "NAME")]
        view: Option<String>,
        /// Only these, in the words of the filter line
        #[arg(value_name = "FIND")]
        find: Vec<String>,
    },
    /// Filter lines under a name: list, save, delete; `drafts --view NAME` uses one
    Views {
        /// What to do; nothing lists them
        #[command(subcommand)]
        action: Option<ViewsAction>,
    },
    /// The life of a document from Cin7 to QuickBooks
    Timeline {
        /// Its number, `SalesOrder/24011`, or its reference
        id: String,
    },
    /// Set drafts aside for now
    Hold(DraftIds),
    /// Take drafts out, with the reason
    Exclude {
        /// Which
        #[command(flatten)]
        drafts: DraftIds,
        /// The reason
        #[arg(long)]
        why: String,
        /// Whether the cost of its goods counts all the same (documents that moved goods)
        #[arg(long)]
        cost: Option<CostWord>,
    },
    /// Take up again what was approved, held, excluded, refused or needs a person
    Reopen(DraftIds),
    /// Contacts with an eligible document, and the room that QuickBooks has left for names
    Contacts {
        /// Linked contacts that differ from their QuickBooks record, field by field
        #[arg(long)]
        updates: bool,
    },
    /// Approve the update of a linked customer or vendor with what Cin7 has newer
    UpdateContact {
        /// Cin7 contact id
        contact: i64,
        /// Only these fields, as `contacts --updates` names them; else those that are proposed
        #[arg(long)]
        field: Vec<String>,
        /// Role and name
        #[command(flatten)]
        who: ContactWho,
    },
    /// Draft documents here that Cin7 says are Imported or Do Not Import; `reopen` and undo leave them again
    TakeOver(DraftIds),
    /// Tell Cin7 what is in the books: the accounting import status, after QuickBooks confirmed
    Writeback {
        /// Only show what waits
        #[arg(long)]
        dry_run: bool,
        /// Who decides
        #[command(flatten)]
        by: By,
    },
    /// Link a contact to a QuickBooks customer or vendor
    Link {
        /// Cin7 contact id
        contact: i64,
        /// ListID of the customer or vendor
        list_id: String,
        /// Although another contact is linked to it: both are billed to it
        #[arg(long)]
        also: bool,
        /// Role and name
        #[command(flatten)]
        who: ContactWho,
    },
    /// Take a link back
    Unlink {
        /// Cin7 contact id
        contact: i64,
        /// Role and name
        #[command(flatten)]
        who: ContactWho,
    },
    /// Never offer this customer or vendor for the contact again
    Refuse {
        /// Cin7 contact id
        contact: i64,
        /// ListID of the customer or vendor
        list_id: String,
        /// Take the refusal back: it may be offered again
        #[arg(long)]
        back: bool,
        /// Role and name
        #[command(flatten)]
        who: ContactWho,
    },
    /// Set a contact to be created in QuickBooks
    Create {
        /// Cin7 contact id
        contact: i64,
        /// Its name there; else the name that is proposed
        #[arg(long)]
        name: Option<String>,
        /// Role and name
        #[command(flatten)]
        who: ContactWho,
    },
    /// Put a contact aside for later
    Defer {
        /// Cin7 contact id
        contact: i64,
        /// Take it up again
        #[arg(long)]
        back: bool,
        /// Role and name
        #[command(flatten)]
        who: ContactWho,
    },
    /// Decide about a draft whose hand-off waits for a person
    Resolve {
        /// Its number, `SalesOrder/24011`, or its reference
        id: String,
        /// How
        #[arg(long = "as", value_name = "HOW")]
        how: Resolution,
        /// Who decides
        #[command(flatten)]
        by: By,
    },
    /// Draft anew: what is out of the books as a new document, what is posted as a proposed change
    Reset(DraftIds),
    /// Undo a batch, document by document: delete pending sales, void what is untouched, propose an opposite otherwise
    Undo {
        /// Number of the batch
        batch: i64,
        /// Only show what it would do
        #[arg(long)]
        dry_run: bool,
        /// Who decides
        #[command(flatten)]
        by: By,
    },
    /// Take back what a batch has not handed out yet
    Withdraw {
        /// Number of the batch
        batch: i64,
        /// Who decides
        #[command(flatten)]
        by: By,
    },
    /// Allow writing again after the company file looked wrong
    Unfreeze {
        /// Who decides
        #[command(flatten)]
        by: By,
    },
    /// Close the approved drafts into a batch and queue it; this command is the confirmation
    Handoff {
        /// Who decides
        #[command(flatten)]
        by: By,
    },
    /// Vendor credits that Cin7's API does not deliver, and supplier's numbers that it does not hold
    VendorCredit {
        /// What to do
        #[command(subcommand)]
        action: CreditAction,
    },
    /// Landing costs that Cin7's API does not deliver
    LandingCost {
        /// What to do
        #[command(subcommand)]
        action: LandingAction,
    },
    /// Offer the accrual for what was received and not billed, with its reversal on day one
    Accrual(AccrualArgs),
    /// Force the inventory account to Cin7's stock value: apart from every batch; with --by it is the confirmation
    TrueUp(TrueUpArgs),
    /// Take in a file of documents, costs or figures that Cin7's API does not deliver
    Import(ImportArgs),
    /// Put several purchase orders on one supplier invoice
    Join(JoinArgs),
    /// Bill one purchase order in parts, one for each supplier invoice
    Split(SplitArgs),
    /// Take back what was typed, imported, joined or split
    TakeBack {
        /// Number of the draft, its source, or its reference
        id: String,
        /// Who decides
        #[command(flatten)]
        by: By,
    },
    /// Queue the step from pending to posted for untouched sales
    Finalise(FinaliseArgs),
    /// Serve the Web Connector without a screen
    Serve(ServeArgs),
    /// Let the window or `serve` that holds the profile end its visit and let go, so that another can hold it
    Release {
        /// Who decides
        #[command(flatten)]
        by: By,
    },
    /// How much is left in each step
    Status,
    /// What needs you now, and what happened since yesterday
    Today,
    /// Prove that the books hold what was approved, to the cent
    Prove(ProveArgs),
    /// Check or export the chain of events
    Audit {
        /// Which
        #[command(subcommand)]
        action: AuditAction,
    },
    /// Write the file that is opened in the Web Connector
    Qwc {
        /// Where to write it; else into the profile's exports
        #[arg(long)]
        out: Option<PathBuf>,
        /// Name of the computer, where more than one runs a Web Connector
        #[arg(long)]
        computer: Option<String>,
    },
    /// What is in doubt and what waits for a person: what is known, what happens next and when
    Unknown,
    /// Say that a computer of the Web Connector is off for good: another one may send what only it could send again
    ComputerGone {
        /// Its user name in the Web Connector
        computer: String,
        /// Who decides
        #[command(flatten)]
        by: By,
    },
    /// Check settings, secrets, Cin7, the port and the last visit
    Doctor {
        /// Explain a code of the Web Connector or of QuickBooks instead: QBWC1040, 0x80040408, 3170
        #[arg(long, value_name = "CODE", allow_hyphen_values = true)]
        explain: Option<String>,
    },
    /// Print the key card, or the glossary
    Keys {
        /// The bookkeeping words as this program uses them
        #[arg(long)]
        glossary: bool,
    },
    /// The simulated far ends, as processes of their own
    Sim {
        /// Which
        #[command(subcommand)]
        action: SimAction,
    },
}

/// `init`.
#[derive(Debug, Default, Group)]
pub struct InitArgs {
    /// Address of the Cin7 API
    #[arg(long, value_name = "URL")]
    pub cin7_url: Option<String>,
    /// User name of the Cin7 API connection
    #[arg(long, value_name = "NAME")]
    pub cin7_username: Option<String>,
    /// Time zone of the company, as `America/New_York`
    #[arg(long, value_name = "ZONE")]
    pub timezone: Option<String>,
    /// Address of the Web Connector endpoint
    #[arg(long, value_name = "ADDR")]
    pub listen: Option<String>,
    /// User name for the Web Connector
    #[arg(long, value_name = "NAME")]
    pub qbwc_user: Option<String>,
    /// First month whose documents are ours
    #[arg(long, value_name = "YYYY-MM")]
    pub start: Option<String>,
}

/// `settings ...`.
#[derive(Debug, Subcommand)]
pub enum SettingsAction {
    /// Change settings; the result is checked as a whole
    Set {
        /// KEY=VALUE
        #[arg(required = true, value_name = "KEY=VALUE")]
        changes: Vec<String>,
        /// Only show which drafts would change, what they would sum to, and which approvals would be lost
        #[arg(long)]
        dry_run: bool,
        /// Who decides
        #[command(flatten)]
        by: By,
    },
    /// Propose the account, item, tax and class map from the pulled lists, with reasons
    Propose {
        /// Take the sure ones over, and queue the missing items for creation
        #[arg(long)]
        accept: bool,
        /// Who decides
        #[command(flatten)]
        by: By,
    },
}

/// `secrets ...`.
#[derive(Debug, Subcommand)]
pub enum SecretsAction {
    /// Keep a secret, read from stdin
    Set {
        /// Which
        name: SecretWord,
        /// Who decides
        #[command(flatten)]
        by: By,
    },
    /// Make a new secret and show it once
    New {
        /// Which
        what: NewSecretWord,
        /// Name of this computer as others find it; for a certificate, may be repeated
        #[arg(long = "name", value_name = "NAME")]
        names: Vec<String>,
        /// Who decides
        #[command(flatten)]
        by: By,
    },
}

/// Secrets that are entered.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum SecretWord {
    /// Key of the Cin7 API connection.
    Cin7Key,
    /// Key of the endpoint's certificate, as PEM text.
    TlsKey,
}

/// Secrets that are made here.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum NewSecretWord {
    /// Password that is typed into the Web Connector.
    QbwcPassword,
    /// Certificate of the endpoint, signed by itself, for Web Connectors on other computers.
    Certificate,
}

/// `fetch`.
#[derive(Debug, Group)]
pub struct FetchArgs {
    /// Everything, whatever was fetched before
    #[arg(long, conflicts_with = "since")]
    pub full: bool,
    /// What changed since the start of that day in the company's zone
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub since: Option<String>,
}

/// `serve`.
#[derive(Debug, Group)]
pub struct ServeArgs {
    /// Another address than the settings say, for this run
    #[arg(long, value_name = "ADDR")]
    pub listen: Option<String>,
    /// End when nothing is queued, unknown or due after a full session
    #[arg(long)]
    pub until_idle: bool,
    /// Take the first company file seen for ours; on an empty profile only
    #[arg(long)]
    pub adopt_company: bool,
    /// Take the profile over from the window that holds it
    #[arg(long)]
    pub take_over: bool,
    /// Who takes it over
    #[command(flatten)]
    pub by: By,
}

/// `prove`.
#[derive(Debug, Group)]
pub struct ProveArgs {
    /// Only this month
    #[arg(long, value_name = "YYYY-MM")]
    pub month: Option<String>,
    /// Write it as a table
    #[arg(long, value_name = "FILE", conflicts_with = "html")]
    pub csv: Option<PathBuf>,
    /// Write it as a page to print and sign
    #[arg(long, value_name = "FILE")]
    pub html: Option<PathBuf>,
}

/// `audit ...`.
#[derive(Debug, Subcommand)]
pub enum AuditAction {
    /// Walk the chain and check every link
    Verify,
    /// Write every event as one JSON line
    Export {
        /// Where
        file: PathBuf,
    },
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    #[test]
    fn the_words_fit_together() {
        Args::command().debug_assert();
    }

    #[test]
    fn global_options_stand_before_or_after_the_command() {
        for line in [["countersign", "--json", "status"], ["countersign", "status", "--json"]] {
            assert!(Args::try_parse_from(line).unwrap().global.json);
        }
    }

    #[test]
    fn approving_names_drafts_or_all_that_are_ready_never_both() {
        let parse = |words: &[&str]| Args::try_parse_from([&["countersign", "approve"], words].concat());
        assert!(parse(&["--all-ready", "--by", "Ann"]).is_ok());
        assert!(parse(&["12"]).is_ok());
        assert!(parse(&[]).is_err());
        assert!(parse(&["12", "--all-ready"]).is_err());
    }
}

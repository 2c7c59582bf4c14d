//! The words of the first day: `setup` and `trial`.
//!
//! Must hold no logic, like every file of this room.

use super::By;
use clap::{Args as Group, Subcommand};

/// `setup`.
#[derive(Debug, Group)]
pub struct SetupArgs {
    /// What to do; nothing shows the steps and what is next
    #[command(subcommand)]
    pub action: Option<SetupAction>,
}

/// `setup ...`.
#[derive(Debug, Subcommand)]
pub enum SetupAction {
    /// Say who decides; it stands under every decision
    Name {
        /// Your name
        name: String,
    },
    /// Ask each list of Cin7 for one row, and remember how it went
    Test,
    /// Set and confirm the company's time zone
    Zone {
        /// IANA name, as America/New_York; else the present one
        #[arg(required_unless_present = "confirm")]
        zone: Option<String>,
        /// Confirm the present one
        #[arg(long)]
        confirm: bool,
        /// Who decides
        #[command(flatten)]
        by: By,
    },
    /// Answer questions that decide money; an empty value keeps what is there
    Answer {
        /// KEY=VALUE
        #[arg(value_name = "KEY=VALUE", required_unless_present = "keep")]
        answers: Vec<String>,
        /// Keep the present answer of every question that is still open
        #[arg(long)]
        keep: bool,
        /// Who decides
        #[command(flatten)]
        by: By,
    },
    /// Say that you have read what there is to know of this company file
    Known {
        /// Who has read it
        #[command(flatten)]
        by: By,
    },
}

/// `trial`.
#[derive(Debug, Group)]
pub struct TrialArgs {
    /// What to do; nothing shows it
    #[command(subcommand)]
    pub action: Option<TrialAction>,
}

/// `trial ...`.
#[derive(Debug, Subcommand)]
pub enum TrialAction {
    /// Hand off one invoice, one bill and one credit memo; this command is the confirmation
    Start {
        /// Who decides
        #[command(flatten)]
        by: By,
    },
    /// Take the trial out of QuickBooks again
    TakeOut {
        /// Who decides
        #[command(flatten)]
        by: By,
    },
    /// Leave the trial in QuickBooks: its documents count like every other
    LeaveIn {
        /// Who decides
        #[command(flatten)]
        by: By,
    },
    /// Draft the documents of a trial that was taken out anew
    Again {
        /// Who decides
        #[command(flatten)]
        by: By,
    },
}

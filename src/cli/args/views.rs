//! Words of saved views.
//!
//! Must hold no logic, like the rest of this room.

use super::GroupWord;
use clap::{Subcommand, ValueEnum};

/// `views`.
#[derive(Debug, Subcommand)]
pub enum ViewsAction {
    /// Keep a filter line under a name, in place of one of the same name
    Save {
        /// Its name, as `Big bills`
        name: String,
        /// The words of the filter line: kind:bill state:ready >1000 acme
        #[arg(value_name = "FIND")]
        find: Vec<String>,
        /// It lists contacts of step 3, not drafts
        #[arg(long)]
        contacts: bool,
        /// Order of the list
        #[arg(long, value_name = "ORDER", default_value = "date")]
        sort: OrderWord,
        /// Open it in groups with subtotals
        #[arg(long, value_name = "BY")]
        group: Option<GroupWord>,
    },
    /// Forget one
    Delete {
        /// Its name
        name: String,
        /// One of contacts
        #[arg(long)]
        contacts: bool,
    },
}

/// Orders of a list of drafts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[allow(missing_docs)]
pub enum OrderWord {
    Date,
    Party,
    Amount,
    Reference,
}

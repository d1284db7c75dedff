//! What can be typed about whose work it is.

use clap::{Args, Subcommand};

use super::On;

/// `hand-over`.
#[derive(Debug, Args)]
pub(crate) struct HandOver {
    /// A task, as 412.3; may be given several times
    #[arg(long = "task", value_name = "ID", required_unless_present_any = ["accounts", "all_of"])]
    pub(crate) tasks: Vec<String>,
    /// A whole account; may be given several times
    #[arg(long = "account", value_name = "NUMBER")]
    pub(crate) accounts: Vec<String>,
    /// Everything of this collector
    #[arg(long, value_name = "USER")]
    pub(crate) all_of: Option<String>,
    /// Who gets it
    #[arg(long, value_name = "USER", required_unless_present = "to_nobody")]
    pub(crate) to: Option<String>,
    /// Nobody gets it: an account waits for somebody, a task goes back to whoever holds its account
    #[arg(long, conflicts_with = "to")]
    pub(crate) to_nobody: bool,
    /// Why
    #[arg(long)]
    pub(crate) because: String,
    #[command(flatten)]
    pub(crate) on: On,
}

/// `view`.
#[derive(Debug, Subcommand)]
pub(crate) enum View {
    /// List them
    List,
    /// Keep one, or give one of that name a new query
    Keep {
        /// worklist or accounts
        place: String,
        /// What it is called
        name: String,
        /// The query of the list's address, as "view=all&of=anna&days=30"
        query: String,
    },
    /// Give one another name
    Rename {
        /// worklist or accounts
        place: String,
        /// What it is called
        name: String,
        /// The new name
        to: String,
    },
    /// Put one a place earlier or later
    Move {
        /// worklist or accounts
        place: String,
        /// What it is called
        name: String,
        /// Later instead of earlier
        #[arg(long)]
        later: bool,
    },
    /// Forget one
    Drop {
        /// worklist or accounts
        place: String,
        /// What it is called
        name: String,
    },
}

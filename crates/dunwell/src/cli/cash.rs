//! What can be typed about cash: receipts that a person is asked about, and what they say.

use clap::Args;

use super::On;

#[derive(Debug, Args)]
pub(crate) struct Exceptions {
    /// Only this receipt
    pub(crate) receipt: Option<String>,
    /// At most this many, up to 200 (default: 50)
    #[arg(long)]
    pub(crate) limit: Option<usize>,
}

#[derive(Debug, Args)]
pub(crate) struct Match {
    /// The receipt, as `exceptions` shows it
    pub(crate) receipt: String,
    /// Whose it is: a customer number (default: whose it is already)
    #[arg(long)]
    pub(crate) account: Option<String>,
    /// A document it pays, with =AMOUNT where it is not as much as both allow; as often as needed
    #[arg(long = "document", value_name = "NUMBER[=AMOUNT]")]
    pub(crate) documents: Vec<String>,
    /// Leave what no document takes on account and ask no more
    #[arg(long)]
    pub(crate) on_account: bool,
    /// Know the payer by this receipt's bank account and name from now on
    #[arg(long)]
    pub(crate) learn: bool,
    #[command(flatten)]
    pub(crate) on: On,
}

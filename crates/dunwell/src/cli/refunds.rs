//! What can be typed about refunds, write-offs, and credits that belong to somebody else.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::On;

#[derive(Debug, Subcommand)]
pub(crate) enum Refund {
    /// Ask for a credit to be paid back: a second person signs
    Request(RefundRequest),
    /// Refunds, the newest first
    List {
        /// Only of this account
        #[arg(long)]
        account: Option<String>,
        /// Only those that are requested, not_signed, approved, filed, confirmed, cancelled or returned
        #[arg(long)]
        state: Option<String>,
        /// At most this many, up to 200 (default: 50)
        #[arg(long)]
        limit: Option<usize>,
    },
    /// Write the payment files of all signed refunds, or one of them again
    File {
        /// A payment file that was written before, as 412.3
        file: Option<String>,
        /// The folder that files are written to (default: here)
        #[arg(long, short, value_name = "DIR", default_value = ".")]
        output: PathBuf,
        #[command(flatten)]
        on: On,
    },
    /// The payment files that were written, the newest first
    Files,
    /// Say that the bank paid it
    Confirm(RefundEnded),
    /// Call it off: the credit is the customer's again
    Cancel(RefundEnded),
    /// Say that the bank brought it back: the credit is the customer's again
    Returned(RefundEnded),
}

#[derive(Debug, Args)]
pub(crate) struct RefundRequest {
    /// Customer number
    pub(crate) account: String,
    /// The credit's document number
    pub(crate) credit: String,
    /// Amount (default: all that is neither applied nor asked for)
    pub(crate) amount: Option<String>,
    /// Who is paid: the name that the bank account is held in
    #[arg(long)]
    pub(crate) payee: String,
    /// The IBAN it is paid to
    #[arg(long, required_unless_present = "routing", conflicts_with_all = ["routing", "number"])]
    pub(crate) iban: Option<String>,
    /// The BIC of that bank; not needed within SEPA
    #[arg(long)]
    pub(crate) bic: Option<String>,
    /// The routing number of a US bank
    #[arg(long, requires = "number")]
    pub(crate) routing: Option<String>,
    /// The account number there
    #[arg(long, requires = "routing")]
    pub(crate) number: Option<String>,
    /// It is a savings account
    #[arg(long, requires = "number")]
    pub(crate) savings: bool,
    /// What the payee reads (default: the credit's document number)
    #[arg(long)]
    pub(crate) text: Option<String>,
    #[command(flatten)]
    pub(crate) on: On,
}

#[derive(Debug, Args)]
pub(crate) struct RefundEnded {
    /// The refund, as `refund list` shows it
    pub(crate) refund: String,
    /// Why
    #[arg(long)]
    pub(crate) reason: Option<String>,
    #[command(flatten)]
    pub(crate) on: On,
}

#[derive(Debug, Args)]
pub(crate) struct WriteOff {
    #[command(subcommand)]
    pub(crate) action: WriteOffAction,
}

#[derive(Debug, Subcommand)]
pub(crate) enum WriteOffAction {
    /// Write off an item, or a part of it; above your limit a second person signs
    Item {
        /// Customer number
        account: String,
        /// The document number
        document: String,
        /// Amount (default: all that is open)
        amount: Option<String>,
        /// small_balance (default), insolvent, uncollectible, time_barred, agreed or conceded
        #[arg(long)]
        reason: Option<String>,
        /// Tax is claimed back with it (bad debt alone)
        #[arg(long)]
        tax_relief: bool,
        /// In your words
        #[arg(long)]
        note: Option<String>,
        #[command(flatten)]
        on: On,
    },
    /// Small balances of all accounts together: a look at them, and with --commit all of them
    Small {
        /// What is open of an item is less than this
        #[arg(long, value_name = "AMOUNT")]
        below: String,
        /// All of it fell due at least so many days ago (default: 0)
        #[arg(long, value_name = "DAYS")]
        older_than: Option<i64>,
        /// The currency (default: the book's own)
        #[arg(long, value_name = "CODE")]
        currency: Option<String>,
        /// Write them off; without it they are only listed
        #[arg(long)]
        commit: bool,
        /// In your words
        #[arg(long)]
        note: Option<String>,
        #[command(flatten)]
        on: On,
    },
    /// Batches of small balances that were written off together, the newest first
    Batches {
        /// At most this many, up to 200 (default: 50)
        #[arg(long)]
        limit: Option<usize>,
    },
    /// It was a mistake: take a whole batch of small balances back
    TakeBackSmall {
        /// The batch, as `write-off small --commit` names it
        batch: String,
        /// Why
        reason: String,
        #[command(flatten)]
        on: On,
    },
    /// Write-offs, the newest first
    List {
        /// Only of this account
        #[arg(long)]
        account: Option<String>,
        /// At most this many, up to 200 (default: 50)
        #[arg(long)]
        limit: Option<usize>,
    },
    /// Money came in for it: take so much of it back, and set the credit against the document
    Recover {
        /// The write-off, as `write-off list` shows it
        write_off: String,
        /// The document number of the credit that came in
        credit: String,
        /// Amount (default: as much as both allow)
        amount: Option<String>,
        #[command(flatten)]
        on: On,
    },
    /// It was a mistake: take all of it back
    TakeBack {
        /// The write-off, as `write-off list` shows it
        write_off: String,
        /// Why
        reason: String,
        #[command(flatten)]
        on: On,
    },
}

#[derive(Debug, Args)]
pub(crate) struct Transfer {
    /// Whose the credit is: a customer number
    pub(crate) account: String,
    /// The credit's document number
    pub(crate) credit: String,
    /// Amount (default: all that is unapplied)
    pub(crate) amount: Option<String>,
    /// Whose it becomes: a customer number
    #[arg(long)]
    pub(crate) to: String,
    #[command(flatten)]
    pub(crate) on: On,
}

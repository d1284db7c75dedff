//! What can be typed about cash: receipts that a person is asked about, and what they say.

use clap::{Args, Subcommand};

use super::On;

#[derive(Debug, Args)]
pub(crate) struct Exceptions {
    /// Only this receipt, with the open lines of whose it is, or this return
    pub(crate) receipt: Option<String>,
    /// With the open lines of this account
    #[arg(long, requires = "receipt")]
    pub(crate) account: Option<String>,
    /// With the open lines of this currency
    #[arg(long, requires = "receipt", value_name = "CODE")]
    pub(crate) currency: Option<String>,
    /// age: the longest asked first; amount: the largest first
    #[arg(long = "by", default_value = "age", value_name = "age|amount")]
    pub(crate) order: String,
    /// Only those asked this (unknown_payer, short, overpaid …)
    #[arg(long)]
    pub(crate) question: Option<String>,
    /// How cash stands instead: what is asked, what is nobody's, what is set against nothing
    #[arg(long, conflicts_with_all = ["receipt", "question", "limit"])]
    pub(crate) totals: bool,
    /// The receipts that were set aside instead, the newest first
    #[arg(long, conflicts_with_all = ["receipt", "question", "totals"])]
    pub(crate) set_aside: bool,
    /// Of those set aside: the page after this cursor
    #[arg(long, requires = "set_aside")]
    pub(crate) cursor: Option<String>,
    /// At most this many, up to 200 (default: 50)
    #[arg(long)]
    pub(crate) limit: Option<usize>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Remittance {
    /// Say that a waiting advice explains a receipt
    Join {
        /// The advice, as `remittances` shows it
        advice: String,
        /// The receipt, as `exceptions` shows it
        receipt: String,
        #[command(flatten)]
        on: On,
    },
    /// Say that a waiting advice waits for no receipt
    Dismiss {
        /// The advice, as `remittances` shows it
        advice: String,
        /// Why
        #[arg(long)]
        reason: String,
        #[command(flatten)]
        on: On,
    },
    /// Let an advice wait again that was dismissed, or that belongs to a receipt
    Release {
        /// The advice
        advice: String,
        #[command(flatten)]
        on: On,
    },
}

#[derive(Debug, Args)]
pub(crate) struct Match {
    /// The receipt, as `exceptions` shows it, or the return
    #[arg(value_name = "RECEIPT|RETURN")]
    pub(crate) receipt: String,
    /// Of a return: the receipt it takes back; of a part of it, with --document for each document that is open again
    #[arg(long = "receipt", value_name = "RECEIPT", conflicts_with_all = ["account", "lines", "proposal", "on_account", "learn"])]
    pub(crate) takes_back: Option<String>,
    /// Of a return: nothing is to be done about it, for this reason
    #[arg(long, value_name = "REASON", conflicts_with_all = ["takes_back", "account", "documents", "lines", "proposal", "on_account", "learn"])]
    pub(crate) seen: Option<String>,
    /// No customer paid it: it is set aside for this reason, and leaves the control balance
    #[arg(long, value_name = "not_a_customer|interest|own_transfer|other_company|told_twice|other", conflicts_with_all = ["takes_back", "seen", "account", "documents", "lines", "proposal", "currency", "rate", "on_account", "learn"])]
    pub(crate) set_aside: Option<String>,
    /// Why it is set aside, in words; other needs them
    #[arg(long, value_name = "WORDS", requires = "set_aside")]
    pub(crate) because: Option<String>,
    /// Whose it is: a customer number (default: whose it is already)
    #[arg(long)]
    pub(crate) account: Option<String>,
    /// A document it pays, with =AMOUNT where it is not as much as both allow; as often as needed
    #[arg(long = "document", value_name = "NUMBER[=AMOUNT]")]
    pub(crate) documents: Vec<String>,
    /// A line it pays, as `exceptions RECEIPT` shows it, with =AMOUNT where it is not as much as both allow, and :REASON where
    /// the rest was held back and is disputed; as often as needed. Of a line that it pays already :REASON alone disputes the
    /// rest. Reasons: price, short_shipment, damaged, returned,
    /// not_received, service, purchase_order, duplicate, tax, freight, allowance, already_paid, discount_not_taken,
    /// wrong_customer, unstated
    #[arg(long = "line", value_name = "ITEM/LINE[=AMOUNT][:REASON]")]
    pub(crate) lines: Vec<String>,
    /// Take this proposal, by the name under which `exceptions` shows it
    #[arg(long, value_name = "NAME")]
    pub(crate) proposal: Option<String>,
    /// The currency of what it pays, where it is another than the receipt's (default: that of the documents)
    #[arg(long, value_name = "CODE")]
    pub(crate) currency: Option<String>,
    /// The rate at which it pays in another currency: units of that for one of the receipt's (default: the dated rate of its
    /// value day)
    #[arg(long, value_name = "DECIMAL")]
    pub(crate) rate: Option<String>,
    /// Leave it as it is and ask no more: what is short of what it pays stays open
    #[arg(long, conflicts_with_all = ["documents", "lines", "proposal", "on_account", "account"])]
    pub(crate) as_it_is: bool,
    /// Leave what nothing named takes on account and ask no more
    #[arg(long)]
    pub(crate) on_account: bool,
    /// Know the payer by this receipt's bank account and name from now on
    #[arg(long)]
    pub(crate) learn: bool,
    #[command(flatten)]
    pub(crate) on: On,
}

#[derive(Debug, Args)]
pub(crate) struct Payers {
    /// Customer number
    pub(crate) account: String,
    /// Forget this mark, as it is listed: no receipt is known by it any more
    #[arg(long, value_name = "MARK")]
    pub(crate) forget: Option<String>,
    #[command(flatten)]
    pub(crate) on: On,
}

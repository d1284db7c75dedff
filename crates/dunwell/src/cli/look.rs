//! What can be typed to look things up: lists, histories and searches, a page at a time.

use clap::{Args, Subcommand};

use super::On;

/// A page of a list.
#[derive(Debug, Args)]
pub(crate) struct Page {
    /// The next_cursor of the page before
    #[arg(long)]
    pub(crate) cursor: Option<String>,
    /// At most this many rows, up to 200 (default: 50)
    #[arg(long)]
    pub(crate) limit: Option<usize>,
}

#[derive(Debug, Args)]
pub(crate) struct Search {
    /// A customer number, a name, a document, an order or cheque number, an amount
    #[arg(required = true)]
    pub(crate) text: Vec<String>,
    #[command(flatten)]
    pub(crate) on: On,
    /// At most this many, up to 200 (default: 50)
    #[arg(long)]
    pub(crate) limit: Option<usize>,
}

#[derive(Debug, Args)]
pub(crate) struct Accounts {
    /// Only this collector's; - is nobody's
    #[arg(long, default_value = "")]
    pub(crate) collector: String,
    /// Only this segment
    #[arg(long, default_value = "")]
    pub(crate) segment: String,
    /// Only this risk class
    #[arg(long, default_value = "")]
    pub(crate) risk_class: String,
    /// What the number, or a word of a name, begins with
    #[arg(long, default_value = "")]
    pub(crate) text: String,
    /// Only with something past due
    #[arg(long)]
    pub(crate) past_due: bool,
    /// Only with an open dispute
    #[arg(long)]
    pub(crate) disputed: bool,
    /// Only with unapplied credits
    #[arg(long)]
    pub(crate) unapplied: bool,
    /// Only with a promise that still runs
    #[arg(long)]
    pub(crate) promised: bool,
    /// Only with a stop on contact
    #[arg(long)]
    pub(crate) stopped: bool,
    /// Only with master data missing
    #[arg(long)]
    pub(crate) incomplete: bool,
    /// number or name
    #[arg(long, default_value = "number")]
    pub(crate) sort: String,
    #[command(flatten)]
    pub(crate) page: Page,
    #[command(flatten)]
    pub(crate) on: On,
}

#[derive(Debug, Args)]
pub(crate) struct Timeline {
    /// Customer number
    pub(crate) account: String,
    /// all, calls, mail, money, decisions or notes
    #[arg(long, default_value = "all")]
    pub(crate) of: String,
    #[command(flatten)]
    pub(crate) page: Page,
}

#[derive(Debug, Args)]
pub(crate) struct Pin {
    /// Customer number
    pub(crate) account: String,
    /// The entry of a note, a call, a promise …, as 412.3
    pub(crate) entry: String,
    /// Take it off again
    #[arg(long)]
    pub(crate) off: bool,
    #[command(flatten)]
    pub(crate) on: On,
}

#[derive(Debug, Args)]
pub(crate) struct Attach {
    /// Customer number
    pub(crate) account: String,
    /// The document it belongs to; with --off the attachment, as 412.3
    pub(crate) document: String,
    /// The file: PDF, PNG or JPEG, up to 10 MB
    #[arg(required_unless_present = "off")]
    pub(crate) file: Option<std::path::PathBuf>,
    /// invoice, pod (proof of delivery) or other
    #[arg(long, default_value = "invoice")]
    pub(crate) kind: String,
    /// Take it off again; its bytes are gone for good
    #[arg(long)]
    pub(crate) off: bool,
    #[command(flatten)]
    pub(crate) on: On,
}

#[derive(Debug, Args)]
pub(crate) struct AttachFolder {
    /// The folder; folders within it are not looked into
    pub(crate) folder: std::path::PathBuf,
    /// How the names tell the document: {document}, and {account} where several accounts have the number
    #[arg(long, default_value = "{document}.pdf")]
    pub(crate) pattern: String,
    /// invoice, pod (proof of delivery) or other
    #[arg(long, default_value = "invoice")]
    pub(crate) kind: String,
    /// Say what would be attached, and attach nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    #[command(flatten)]
    pub(crate) on: On,
}

#[derive(Debug, Args)]
pub(crate) struct Journal {
    /// ledger, activity, decision or approval (default: all four)
    #[arg(long)]
    pub(crate) journal: Option<String>,
    /// Only this account's
    #[arg(long)]
    pub(crate) account: Option<String>,
    /// Only what this user recorded
    #[arg(long, default_value = "")]
    pub(crate) actor: String,
    /// Only what this command recorded
    #[arg(long, default_value = "")]
    pub(crate) command: String,
    /// Recorded at or after this instant (RFC 3339)
    #[arg(long, value_name = "INSTANT")]
    pub(crate) from: Option<String>,
    /// Recorded before this instant (RFC 3339)
    #[arg(long, value_name = "INSTANT")]
    pub(crate) to: Option<String>,
    #[command(flatten)]
    pub(crate) page: Page,
}

#[derive(Debug, Args)]
pub(crate) struct Documents {
    /// The letters of this account (default: those of the day)
    #[arg(long)]
    pub(crate) account: Option<String>,
    #[command(flatten)]
    pub(crate) on: On,
    #[command(flatten)]
    pub(crate) page: Page,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Notice {
    /// Show one letter with the facts it is printed from
    Show {
        /// The notice, as 412.3
        notice: String,
    },
    /// Hold planned letters back before they leave: all that are named, or none
    Hold {
        /// The notices, as 412.3
        #[arg(required = true)]
        notices: Vec<String>,
        /// Why
        #[arg(long)]
        reason: String,
        #[command(flatten)]
        on: On,
    },
    /// Let held letters go: all that are named, or none
    Release {
        /// The notices, as 412.3
        #[arg(required = true)]
        notices: Vec<String>,
        #[command(flatten)]
        on: On,
    },
}

#[derive(Debug, Args)]
pub(crate) struct Person {
    /// Name
    #[arg(long)]
    pub(crate) name: Option<String>,
    /// accounts_payable, purchaser, owner …
    #[arg(long)]
    pub(crate) role: Option<String>,
    /// Mail address
    #[arg(long)]
    pub(crate) mail: Option<String>,
    /// Telephone number
    #[arg(long)]
    pub(crate) phone: Option<String>,
    /// IANA time zone
    #[arg(long)]
    pub(crate) time_zone: Option<String>,
    /// Language, as en
    #[arg(long)]
    pub(crate) language: Option<String>,
    /// Preferred channel: call, mail, letter …
    #[arg(long)]
    pub(crate) channel: Option<String>,
    #[command(flatten)]
    pub(crate) on: On,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Contact {
    /// The people of an account, with the time where they are
    List {
        /// Customer number
        account: String,
    },
    /// Add a person
    Add {
        /// Customer number
        account: String,
        #[command(flatten)]
        person: Person,
    },
    /// Change what is given of a person; an empty text takes it away
    Change {
        /// Customer number
        account: String,
        /// The person, as 412.3
        contact: String,
        /// Change them only if they are still as in this version of `contact list --json`
        #[arg(long, value_name = "VERSION")]
        seen: Option<String>,
        #[command(flatten)]
        person: Person,
    },
    /// Note that a person asked not to be contacted
    Stop {
        /// Customer number
        account: String,
        /// The person, as 412.3
        contact: String,
        /// They may be contacted again
        #[arg(long)]
        off: bool,
        #[command(flatten)]
        on: On,
    },
}

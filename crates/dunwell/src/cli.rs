//! The command line: what can be typed, and what it means. Dates are `YYYY-MM-DD`, instants RFC 3339.

pub(crate) mod cash;
pub(crate) mod folders;
pub(crate) mod look;
pub(crate) mod refunds;
pub(crate) mod sso;
pub(crate) mod team;

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use dunwell_desk::rules::calendar::Date;

/// The credit & collections desk: ages a book, decides what to do today and says why, writes the letters.
#[derive(Debug, Parser)]
#[command(name = "dunwell", version, propagate_version = true, max_term_width = 110)]
pub(crate) struct Cli {
    /// The book: sqlite:PATH or postgres://…, with #NAME where several live in one database
    #[arg(long, global = true, env = "DUNWELL_BOOK", value_name = "URL", help_heading = "Everywhere")]
    pub(crate) book: Option<String>,
    /// Answer in JSON
    #[arg(long, global = true, help_heading = "Everywhere")]
    pub(crate) json: bool,
    /// Say nothing but errors
    #[arg(long, short, global = true, help_heading = "Everywhere")]
    pub(crate) quiet: bool,
    /// No colour (also by NO_COLOR)
    #[arg(long, global = true, help_heading = "Everywhere")]
    pub(crate) no_color: bool,
    /// The user at work
    #[arg(long = "as", global = true, value_name = "USER", default_value = "desk", help_heading = "Everywhere")]
    pub(crate) user: String,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// The business day of a command.
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct On {
    /// The day it is for (default: today in the book's time zone)
    #[arg(long = "on", value_name = "DATE", value_parser = parse_date)]
    pub(crate) day: Option<Date>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Make a book
    Init(Init),
    /// People: names, roles, and how they sign in
    #[command(subcommand)]
    User(User),
    /// API keys of the user at work (--as)
    #[command(subcommand)]
    Key(Key),
    /// Show the book's settings, or take new ones (sender, calendar, mode) from a TOML file
    Settings {
        /// A file with any of: calendar, weekend, holidays, time_zone, mode, buckets, [sender], [papers], [pays_from]
        file: Option<PathBuf>,
        /// The holidays beside the calendar's: a list with a day on each line, or a calendar file (.ics)
        #[arg(long, value_name = "FILE", conflicts_with = "file")]
        holidays: Option<PathBuf>,
        #[command(flatten)]
        on: On,
    },
    /// Make a demo book, run the desk over its last 30 days, show the worklist and serve the workbench
    Demo(Demo),
    /// Serve the workbench until interrupted
    Serve(Serve),
    /// Read customers, contacts, invoices, payments, applications, notices, an aging export, bank files, remittance advices, control totals or rates
    Import(Import),
    /// Take in the files that others leave in a folder, and file them, until interrupted
    Watch(folders::Watch),
    /// Fetch files from a server by SFTP into a folder
    Fetch(folders::Fetch),
    /// The day's run: decide for every account what to do today, and record it
    Run {
        #[command(flatten)]
        on: On,
        /// Decide, and record nothing
        #[arg(long)]
        dry_run: bool,
    },
    /// Assign accounts to collectors by the criteria and load that the policy states
    Assign {
        #[command(flatten)]
        on: On,
        /// Show who would get which accounts, and record nothing
        #[arg(long)]
        dry_run: bool,
    },
    /// Say that the bank's statement of a day was read: nobody is chased on older cash than the policy allows
    BankStatement {
        #[command(flatten)]
        on: On,
    },
    /// Receipts that a person is asked about, with what each may pay
    Exceptions(cash::Exceptions),
    /// Remittance advices that wait for their receipt
    Remittances {
        /// At most this many, up to 200 (default: 50)
        #[arg(long)]
        limit: Option<usize>,
    },
    /// Say which receipt a remittance advice explains, dismiss it, or let it wait again
    #[command(subcommand)]
    Remittance(cash::Remittance),
    /// The bank files that were handed in, the newest first: when and by whom, and what came of each
    BankFiles {
        /// At most this many, up to 200 (default: 50)
        #[arg(long)]
        limit: Option<usize>,
        /// The page after one: its `next_cursor`
        #[arg(long)]
        cursor: Option<String>,
    },
    /// Say whose a receipt is and what it pays
    Match(cash::Match),
    /// Take a receipt back: what it paid is open again, and it is nobody's
    Unmatch {
        /// The receipt
        receipt: String,
        #[command(flatten)]
        on: On,
    },
    /// By what an account is known as a payer: bank accounts and names that a person confirmed
    Payers(cash::Payers),
    /// Today's tasks, ranked, with reasons
    Worklist {
        /// Only this collector's
        #[arg(long)]
        collector: Option<String>,
        #[command(flatten)]
        on: On,
        /// At most this many
        #[arg(long)]
        limit: Option<usize>,
    },
    /// The figures over a worklist: to collect, past due, promised, in dispute, done and left
    Figures {
        /// Only this collector's
        #[arg(long)]
        collector: Option<String>,
        #[command(flatten)]
        on: On,
    },
    /// The load of each collector against a day's capacity, and what was done
    Team {
        #[command(flatten)]
        on: On,
    },
    /// Hand tasks, accounts, or everything of a collector over to somebody else
    HandOver(team::HandOver),
    /// Mark an account as taken by the user at work (--as), so that colleagues see it
    Take {
        /// Customer number
        account: String,
        /// Take the mark off instead
        #[arg(long)]
        off: bool,
    },
    /// Views that the user at work (--as) keeps of the worklist and the accounts
    #[command(subcommand)]
    View(team::View),
    /// Find a customer, a document, an order or cheque number, an amount
    Search(look::Search),
    /// List accounts with their figures
    Accounts(look::Accounts),
    /// Everything about one account
    Account {
        /// Customer number
        account: String,
        #[command(flatten)]
        on: On,
    },
    /// What happened with an account, newest first
    Timeline(look::Timeline),
    /// Pin a note, a call or a promise on top of its account's timeline
    Pin(look::Pin),
    /// Attach an invoice copy or a proof of delivery to a document
    Attach(look::Attach),
    /// Attach every file of a folder to the document that its name tells
    AttachFolder(look::AttachFolder),
    /// The papers attached to the documents of an account
    Attachments {
        /// Customer number
        account: String,
    },
    /// How an account pays: terms against reality, month by month, promises kept, parent and children
    HowTheyPay {
        /// Customer number
        account: String,
        #[command(flatten)]
        on: On,
    },
    /// The people of an account: list, add, change, stop
    #[command(subcommand)]
    Contact(look::Contact),
    /// Who recorded what, when, by which command: the audit list, newest first
    Journal(look::Journal),
    /// Why an account was, or was not, contacted that day
    Why {
        /// Customer number
        account: String,
        #[command(flatten)]
        on: On,
    },
    /// Aged receivables as of any day
    Aging(Aging),
    /// A statement of account: PDF, HTML, text or CSV by the file's ending
    Statement(Statement),
    /// The notices of a day as PDF files
    Notices {
        #[command(flatten)]
        on: On,
        /// The folder they are written to
        #[arg(long, short, value_name = "DIR")]
        output: PathBuf,
    },
    /// The letters of a day's run, or of an account, and how they stand
    Documents(look::Documents),
    /// One letter: show it, hold it back, release it
    #[command(subcommand)]
    Notice(look::Notice),
    /// Log a contact: a call, a mail, a letter, a meeting
    Log(Log),
    /// Write a note on an account; it is no contact
    Note {
        /// Customer number
        account: String,
        /// The words
        text: String,
        #[command(flatten)]
        on: On,
    },
    /// Record a promise to pay
    Promise(Promise),
    /// Open a dispute on an item, or close one
    Dispute(Dispute),
    /// Put a stop on contact (stay, do_not_contact, sanctions), or release one
    Hold(Hold),
    /// Pay a customer's credit back: ask for it, write the payment file, say what the bank did
    #[command(subcommand)]
    Refund(refunds::Refund),
    /// Give up what a customer owes, and take that back when money comes
    WriteOff(refunds::WriteOff),
    /// Move a credit that belongs to another account
    Transfer(refunds::Transfer),
    /// Apply a credit to an item
    Apply(Apply),
    /// Take an application back
    Unapply {
        /// The entry of the application, as 412.3
        entry: String,
        #[command(flatten)]
        on: On,
    },
    /// Reverse an item or an application, or everything an import brought
    Reverse {
        /// The entry, as 412.3
        #[arg(required_unless_present = "import", conflicts_with = "import")]
        entry: Option<String>,
        /// Undo this whole import
        #[arg(long, value_name = "ID")]
        import: Option<String>,
        #[command(flatten)]
        on: On,
    },
    /// Close a task, saying what came of it
    Done {
        /// The task, as 412.3
        task: String,
        /// What came of it
        outcome: String,
        #[command(flatten)]
        on: On,
    },
    /// Put a task off to a later day
    Snooze {
        /// The task, as 412.3
        task: String,
        /// The day it comes back
        #[arg(long, value_parser = parse_date)]
        until: Date,
        /// Why
        #[arg(long, default_value = "")]
        reason: String,
        #[command(flatten)]
        on: On,
    },
    /// What waits for a second person's signature
    Approvals {
        #[command(flatten)]
        on: On,
    },
    /// Sign a request
    Approve(Answer),
    /// Refuse a request
    Decline(Answer),
    /// Late interest and fees of past-due items, day by day
    Interest(Interest),
    /// Erase the names, addresses, words and letters of an account
    Erase {
        /// Customer number
        account: String,
        /// Say it again: the customer number
        #[arg(long)]
        confirm: String,
        #[command(flatten)]
        on: On,
    },
    /// Close a month and store its pack
    Close {
        /// The month, as 2026-10
        month: String,
    },
    /// Policy files
    #[command(subcommand)]
    Policy(Policy),
    /// Recompute the book from its journals and check every invariant
    Verify,
    /// How the book stands: last run, last import, seal, what waits
    Status,
    /// Reads a PDF from standard input and writes its text, for this program itself
    #[command(hide = true)]
    ReadPdf,
    /// Print shell completions
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Write man pages
    Man {
        /// The folder they are written to
        directory: PathBuf,
    },
}

#[derive(Debug, Args)]
pub(crate) struct Init {
    /// Base currency
    #[arg(long, default_value = "USD")]
    pub(crate) currency: String,
    /// IANA time zone
    #[arg(long, default_value = "UTC")]
    pub(crate) time_zone: String,
    /// Business calendar; without it every day is a business day
    #[arg(long, default_value = "every-day")]
    pub(crate) calendar: String,
    /// Name of the book
    #[arg(long, default_value = "main")]
    pub(crate) name: String,
}

#[derive(Debug, Subcommand)]
pub(crate) enum User {
    /// Add a person
    Add {
        /// Name
        name: String,
        /// collector, credit_analyst, manager, approver, auditor, integrator or admin
        #[arg(long)]
        role: String,
    },
    /// List people
    List,
    /// Give a person another role
    Role {
        /// Name
        name: String,
        /// collector, credit_analyst, manager, approver, auditor, integrator or admin
        role: String,
    },
    /// Make a one-time link by which a person signs in
    Link {
        /// Name
        name: String,
        /// How long it opens the door
        #[arg(long, default_value_t = 30)]
        minutes: u32,
    },
    /// Set a password, read from standard input: one's own (--as NAME), or as an admin another's
    Password {
        /// Name
        name: String,
    },
    /// Who people are at the organisation's sign-in provider
    #[command(subcommand)]
    Identity(sso::Identity),
    /// The second factor of a person
    Totp {
        /// Name
        name: String,
        /// Take it away, as when a phone is lost
        #[arg(long, required = true)]
        reset: bool,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Key {
    /// Make a key; it is shown once
    Add {
        /// What it is for
        label: String,
        /// What it is good for; may be given several times
        #[arg(long = "scope", value_enum, required = true)]
        scopes: Vec<KeyScope>,
        /// How many days it is good, at most 366
        #[arg(long, default_value_t = 90)]
        days: u32,
    },
    /// List keys, without their secrets
    List,
    /// Revoke a key
    Revoke {
        /// Its id
        id: String,
    },
}

/// What a key is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum KeyScope {
    /// Look and export
    Read,
    /// Record what people record, and run the day
    Work,
    /// Read files in
    Import,
    /// Settings, people, erasing
    Admin,
}

#[derive(Debug, Args)]
pub(crate) struct Demo {
    /// The port of the workbench; 0 takes a spare one
    #[arg(long, default_value_t = 8321)]
    pub(crate) port: u16,
    /// Do not serve the workbench
    #[arg(long)]
    pub(crate) no_serve: bool,
    /// The last day of the demo book (default: today)
    #[command(flatten)]
    pub(crate) on: On,
    /// Same seed and date, same book
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
    /// Where the letters and files are written
    #[arg(long, default_value = "demo")]
    pub(crate) directory: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct Serve {
    /// The address to listen on; port 0 takes a spare one
    #[arg(long, default_value = "127.0.0.1:8321", value_name = "ADDR")]
    pub(crate) listen: SocketAddr,
    /// A proxy that speaks TLS stands before it: needed to listen beyond loopback
    #[arg(long)]
    pub(crate) behind_proxy: bool,
    /// The key that second factors are sealed under (default: beside a SQLite book, its name with `.key` at the end)
    #[arg(long, env = "DUNWELL_KEY_FILE", value_name = "FILE")]
    pub(crate) key_file: Option<PathBuf>,
    /// The day that is shown (default: today in the book's time zone)
    #[command(flatten)]
    pub(crate) on: On,
    #[command(flatten)]
    pub(crate) sso: sso::Sso,
}

/// What a file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ImportKind {
    Customers,
    Contacts,
    Invoices,
    Payments,
    Applications,
    Notices,
    Aging,
    ControlTotals,
    Rates,
    Bank,
    Remittance,
}

#[derive(Debug, Args)]
pub(crate) struct Import {
    /// What the files hold
    pub(crate) kind: ImportKind,
    /// The files; - is standard input
    #[arg(required = true)]
    pub(crate) files: Vec<PathBuf>,
    /// Column profile: a shipped name or a TOML file (default: canonical; bank: the shipped one that fits; remittance: remittance-plain)
    #[arg(long)]
    pub(crate) profile: Option<String>,
    /// Source system (default: the profile's)
    #[arg(long)]
    pub(crate) source: Option<String>,
    /// Read and report, keep nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Keep nothing when any row is rejected, or any file of a bank or of remittance is refused
    #[arg(long)]
    pub(crate) strict: bool,
    /// Write every rejected row to this CSV file
    #[arg(long, value_name = "FILE")]
    pub(crate) rejects: Option<PathBuf>,
    /// aging: what became of items that are no longer in the file (default: unknown)
    #[arg(long, value_enum)]
    pub(crate) missing: Option<Missing>,
    /// bank, remittance: the format, where it shall not be told from the file (bai2, camt.053, mt940 …; x12-820, edifact-remadv, mail, pdf …)
    #[arg(long)]
    pub(crate) format: Option<String>,
    /// bank, remittance: take a file whose control totals are wrong, and say why
    #[arg(long, value_name = "REASON")]
    pub(crate) accept_totals: Option<String>,
    #[command(flatten)]
    pub(crate) on: On,
}

/// What became of items that an aging export no longer holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Missing {
    /// They were paid: settle them
    Paid,
    /// Nobody knows: leave them
    Unknown,
}

#[derive(Debug, Args)]
pub(crate) struct Aging {
    #[command(flatten)]
    pub(crate) on: On,
    /// What was known at this instant (RFC 3339)
    #[arg(long, value_name = "INSTANT")]
    pub(crate) known_at: Option<String>,
    /// One row for the book, or one for each account, collector or business unit
    #[arg(long, value_enum, default_value = "book")]
    pub(crate) by: By,
    /// The date ages count from
    #[arg(long, value_enum, default_value = "due")]
    pub(crate) date_basis: Basis,
}

/// The rows of an aging.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum By {
    Book,
    Account,
    Collector,
    Unit,
}

/// The date ages count from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Basis {
    Due,
    Document,
    Posting,
}

#[derive(Debug, Args)]
pub(crate) struct Statement {
    /// Customer number
    pub(crate) account: String,
    #[command(flatten)]
    pub(crate) on: On,
    /// Currency, where the account has several
    #[arg(long)]
    pub(crate) currency: Option<String>,
    /// Open items, or the activity of a period
    #[arg(long, value_enum, default_value = "open-item")]
    pub(crate) kind: StatementKind,
    /// activity: the first day of the period (default: the first of the month)
    #[arg(long, value_parser = parse_date)]
    pub(crate) from: Option<Date>,
    /// Sheet of paper (default: the usual one of the customer's country)
    #[arg(long, value_enum)]
    pub(crate) paper: Option<Paper>,
    /// With the accounts below it
    #[arg(long)]
    pub(crate) with_children: bool,
    /// The file: .pdf, .html, .txt or .csv
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: PathBuf,
}

/// The two statements.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum StatementKind {
    OpenItem,
    Activity,
}

/// The two sheets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Paper {
    A4,
    Letter,
}

#[derive(Debug, Args)]
pub(crate) struct Log {
    /// Customer number
    pub(crate) account: String,
    /// call, mail, letter, meeting, message …
    pub(crate) kind: String,
    /// spoke, voicemail, no_answer …
    #[arg(long)]
    pub(crate) outcome: Option<String>,
    /// What was said
    #[arg(long)]
    pub(crate) text: Option<String>,
    #[command(flatten)]
    pub(crate) on: On,
}

#[derive(Debug, Args)]
pub(crate) struct Promise {
    /// Customer number
    pub(crate) account: String,
    /// Amount, as 1234.50
    pub(crate) amount: String,
    /// The day the money is to be in our bank
    #[arg(long, value_parser = parse_date)]
    pub(crate) by: Date,
    /// Currency, where the account has several
    #[arg(long)]
    pub(crate) currency: Option<String>,
    /// Documents it covers (default: the oldest past due first)
    #[arg(long = "item", value_name = "DOCUMENT")]
    pub(crate) items: Vec<String>,
    /// Who said it, and how it will be paid
    #[arg(long)]
    pub(crate) text: Option<String>,
    #[command(flatten)]
    pub(crate) on: On,
}

#[derive(Debug, Args)]
pub(crate) struct Dispute {
    /// Customer number
    #[arg(required_unless_present = "close")]
    pub(crate) account: Option<String>,
    /// The disputed document
    #[arg(required_unless_present = "close")]
    pub(crate) document: Option<String>,
    /// The disputed amount (default: all that is open)
    #[arg(long)]
    pub(crate) amount: Option<String>,
    /// The disputed instalment (default: the whole item)
    #[arg(long)]
    pub(crate) line: Option<i64>,
    /// What the customer says, as a reason code
    #[arg(long, default_value = "unstated")]
    pub(crate) reason: String,
    /// Close this dispute instead
    #[arg(long, value_name = "ID", conflicts_with_all = ["account", "document"])]
    pub(crate) close: Option<String>,
    /// What was found, when closing
    #[arg(long, default_value = "settled")]
    pub(crate) outcome: String,
    #[command(flatten)]
    pub(crate) on: On,
}

#[derive(Debug, Args)]
pub(crate) struct Hold {
    /// Customer number
    #[arg(required_unless_present = "release")]
    pub(crate) account: Option<String>,
    /// stay, do_not_contact or sanctions
    #[arg(required_unless_present = "release")]
    pub(crate) kind: Option<String>,
    /// The law, court and case number, or who asked
    #[arg(long, default_value = "")]
    pub(crate) basis: String,
    /// Through this day (default: until it is released)
    #[arg(long, value_parser = parse_date)]
    pub(crate) until: Option<Date>,
    /// Release this stop instead
    #[arg(long, value_name = "ID", conflicts_with_all = ["account", "kind"])]
    pub(crate) release: Option<String>,
    #[command(flatten)]
    pub(crate) on: On,
}

#[derive(Debug, Args)]
pub(crate) struct Apply {
    /// Customer number
    pub(crate) account: String,
    /// The credit's document number
    pub(crate) credit: String,
    /// The item's document number
    pub(crate) item: String,
    /// Amount (default: as much as both allow)
    pub(crate) amount: Option<String>,
    /// The instalment (default: the oldest due first)
    #[arg(long)]
    pub(crate) line: Option<i64>,
    /// Whose item it is, where the credit pays for another account: a customer number
    #[arg(long, value_name = "ACCOUNT")]
    pub(crate) of: Option<String>,
    #[command(flatten)]
    pub(crate) on: On,
}

#[derive(Debug, Args)]
pub(crate) struct Answer {
    /// The request, as 412.3
    pub(crate) request: String,
    /// Why
    #[arg(long)]
    pub(crate) comment: Option<String>,
    #[command(flatten)]
    pub(crate) on: On,
}

#[derive(Debug, Args)]
pub(crate) struct Interest {
    /// Customer number
    pub(crate) account: String,
    /// uk-lpa-1998, de-bgb-288, ie-late-payments or contract
    #[arg(long)]
    pub(crate) rule: String,
    /// contract: the yearly rate in basis points
    #[arg(long)]
    pub(crate) rate_bp: Option<u32>,
    /// contract: the clause that agrees it
    #[arg(long)]
    pub(crate) clause: Option<String>,
    /// Put the charges before a manager
    #[arg(long)]
    pub(crate) propose: bool,
    #[command(flatten)]
    pub(crate) on: On,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Policy {
    /// Does it parse, and does it contradict itself
    Check {
        /// A TOML file, or a preset's name
        file: String,
    },
    /// What it changes against the policy in force
    Diff {
        /// A TOML file, or a preset's name
        file: String,
    },
    /// Which of today's decisions it would change
    Simulate {
        /// A TOML file, or a preset's name
        file: String,
        #[command(flatten)]
        on: On,
    },
    /// Put it in force
    Activate {
        /// A TOML file, or a preset's name
        file: String,
        #[command(flatten)]
        on: On,
    },
    /// Put it before a second person
    Draft {
        /// A TOML file, or a preset's name
        file: String,
        #[command(flatten)]
        on: On,
    },
    /// What waits for a second person
    Drafts,
    /// Put a draft in force, as another person than its writer
    Sign {
        /// The draft's id
        draft: String,
        #[command(flatten)]
        on: On,
    },
    /// Decline a draft, or take one's own back
    Decline {
        /// The draft's id
        draft: String,
        #[command(flatten)]
        on: On,
    },
}

/// Reads `YYYY-MM-DD`.
fn parse_date(text: &str) -> Result<Date, String> {
    text.parse().map_err(|_| format!("'{text}' is no date; write YYYY-MM-DD"))
}

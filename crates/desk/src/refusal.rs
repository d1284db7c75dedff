//! The business refusals of the desk: enumerated, with stable codes. Nothing was recorded by the call that returned one.

use dunwell_rules::calendar::Date;
use dunwell_rules::rights::DutiesUnited;
use dunwell_store::fault::Fault;
use dunwell_store::record::PostingRefusal;
use serde_json::{Value, json};

/// Why a task ended without doing what was asked.
#[derive(Debug, thiserror::Error)]
pub enum Stop {
    /// The business says no.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The database or the disk failed.
    #[error(transparent)]
    Fault(Fault),
}

impl From<Fault> for Stop {
    fn from(fault: Fault) -> Self {
        if fault.is_claimed() { Self::Refused(Refusal::RequestClaimed) } else { Self::Fault(fault) }
    }
}

/// The answer of every desk task.
pub type Result<T> = std::result::Result<T, Stop>;

/// Refuses (`day_in_future`) a day after `today`, which is today in the book's time zone: what is recorded of money has
/// happened.
pub fn by_today(on: Date, today: Date) -> Result<Date> {
    if on > today {
        return Err(Refusal::DayInFuture { day: on.to_string(), today: today.to_string() }.into());
    }
    Ok(on)
}

/// A business refusal. The message says what, where, and how to mend it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// `init` on a database that holds this book already.
    #[error("there is a book '{0}' here already; name another with --name, or another place with --book")]
    BookExists(String),
    /// Several books and none named.
    #[error("several books live here ({}); say which one: --book URL#NAME", .0.join(", "))]
    BookNotNamed(Vec<String>),
    /// No book, or none of that name.
    #[error("no such book here; `dunwell init` makes one{}", if .0.is_empty() { String::new() } else { format!(" (there is {})", .0.join(", ")) })]
    UnknownBook(Vec<String>),
    /// `--as` names nobody.
    #[error("there is no user '{0}'; `dunwell user add {0} --role ROLE` makes one")]
    UnknownUser(String),
    /// The user's role does not allow the task.
    #[error("{user} ({role}) may not {task}; it takes the role {needs}")]
    RoleCannot {
        /// The user.
        user: String,
        /// The user's role.
        role: String,
        /// What was asked.
        task: String,
        /// The least role that may.
        needs: String,
    },
    /// The API key is not good for the task, whatever its owner may do.
    #[error("the key of {user} may not {task}; it takes {needs}")]
    ScopeCannot {
        /// The key's owner.
        user: String,
        /// What was asked.
        task: String,
        /// The scope it takes, or `a person`.
        needs: String,
    },
    /// A role that unites duties which must be separate.
    #[error("{0}")]
    DutiesNotSeparate(DutiesUnited),
    /// Somebody changes their own role.
    #[error("{0} cannot change their own role; another person does")]
    OwnRole(String),
    /// Another request with the same idempotency key recorded first: its answer is the answer.
    #[error("a request with this idempotency key was done already")]
    RequestClaimed,
    /// A wrong name, password or code: which of them is not told.
    #[error("the name, the password or the code is wrong")]
    SignInRefused,
    /// The name and the password are right, and a code is asked for.
    #[error("a code of the second factor is needed")]
    TotpRequired,
    /// Too many attempts of one name or from one address.
    #[error("too many attempts; try again in {retry_after_seconds} seconds")]
    TooManyAttempts {
        /// How long to wait.
        retry_after_seconds: i64,
    },
    /// A sign-in link that is unknown, used or expired.
    #[error("this link was used already or has expired; ask for a new one")]
    LinkRefused,
    /// A session that is over, where one is needed.
    #[error("you are not signed in any more")]
    NotSignedIn,
    /// A password that is too weak.
    #[error("the password is refused: {0}")]
    PasswordRefused(&'static str),
    /// A second factor that cannot be begun or confirmed.
    #[error("{0}")]
    TotpRefused(&'static str),
    /// The organisation's sign-in provider says no, or what it says does not hold.
    #[error("{0}")]
    ProviderRefused(String),
    /// Somebody whom the sign-in provider knows and this book does not.
    #[error("the sign-in was right, but nobody here is linked to it; ask an administrator to link you")]
    IdentityUnknown,
    /// An identity or a user that is linked already.
    #[error("this identity is not linked: {0}")]
    IdentityLinked(&'static str),
    /// `user add` of a taken name.
    #[error("there is a user '{0}' already")]
    UserExists(String),
    /// No such customer number.
    #[error("there is no account '{0}' in this book")]
    UnknownAccount(String),
    /// No such document on the account.
    #[error("account {account} has no open item '{document}'")]
    UnknownItem {
        /// The customer number.
        account: String,
        /// The document number as given.
        document: String,
    },
    /// An account with several currencies, and none named.
    #[error("account {account} has several currencies ({}); say which one: --currency C", currencies.join(", "))]
    CurrencyRequired {
        /// The customer number.
        account: String,
        /// The currencies with anything open.
        currencies: Vec<String>,
    },
    /// Somebody else changed it since whoever asks looked at it.
    #[error("somebody changed this {what} since you looked at it; look at what is there now and change that")]
    VersionConflict {
        /// What was to be changed.
        what: &'static str,
        /// What is there now, as it is shown.
        current: Box<Value>,
    },
    /// No such entry, task, request or import.
    #[error("there is no {what} '{id}' in this book")]
    NotFound {
        /// `entry`, `task`, `request`, `import`, `promise`, `dispute`, `user`, `key`.
        what: &'static str,
        /// The id as given.
        id: String,
    },
    /// The store refused a posting.
    #[error("{message}")]
    Posting {
        /// Which refusal.
        code: PostingRefusal,
        /// What was asked with the figures and why it is refused, as a sentence.
        message: String,
    },
    /// An approval the approver may not give.
    #[error("{code}: {message}")]
    Approval {
        /// `role_cannot_approve`, `maker_is_checker`, `already_decided` …
        code: &'static str,
        /// In words.
        message: String,
    },
    /// The rules of refunds and write-offs say no.
    #[error("{message}")]
    Ruled {
        /// `not_refundable`, `over_applied`, `sanctioned` …
        code: &'static str,
        /// In words.
        message: String,
    },
    /// The facts changed since a proposal was made: the run proposes anew what still holds.
    #[error("the facts of account {0} have moved since this was proposed; run the day again")]
    FactsMoved(String),
    /// A run of a day before the last one.
    #[error("the last run was on {last}; a day before it can only be looked at: --dry-run")]
    RunBeforeLast {
        /// The day of the last run.
        last: String,
    },
    /// A fact of a day that has not come yet.
    #[error(
        "{day} lies after {today}, which is today in the book's time zone; give that day or an earlier one: --on DATE"
    )]
    DayInFuture {
        /// The day as given.
        day: String,
        /// Today in the book's time zone.
        today: String,
    },
    /// `--known-at` in the future, or not sealed.
    #[error("what was known at {0} is not sealed yet; ask for an earlier instant, or let a command seal the tail")]
    NotSealedYet(String),
    /// A policy file that does not parse or contradicts itself.
    #[error("the policy is refused: {}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    PolicyInvalid(Vec<crate::policy_file::PolicyProblem>),
    /// A month that is closed, or not over.
    #[error("{0}")]
    Month(String),
    /// An argument that is no amount, date, currency, role, calendar or channel.
    #[error("{}", bad_value(.what, .value, .why))]
    BadValue {
        /// What it should be.
        what: &'static str,
        /// As given.
        value: String,
        /// Why not, and what would do.
        why: String,
    },
    /// A document that does not foot, or cannot be laid out.
    #[error("the document is refused: {0}")]
    Document(String),
    /// A file that is refused whole.
    #[error("{file}: {message}")]
    File {
        /// Stable code.
        code: &'static str,
        /// The file.
        file: String,
        /// Why, and how to mend it.
        message: String,
    },
}

/// A posting that the store refused: `about` says what was asked, with the figures.
pub(crate) fn not_posted(code: PostingRefusal, about: &str) -> Refusal {
    let why = match code {
        PostingRefusal::OverApplied => "that is more than there is to set against it",
        PostingRefusal::CurrencyMismatch => "the two are of different currencies",
        PostingRefusal::NotFound => "there is no such item or line in this book",
        PostingRefusal::AlreadyReversed => "it was taken back already",
        PostingRefusal::WrongSide => "only money received or a credit is set against what is owed",
        PostingRefusal::TakenBackWhole => "it is taken back whole, by the command it was made with",
    };
    Refusal::Posting { code, message: format!("{about}: {why}") }
}

/// A value that is refused; one that was not given has no value to be named.
fn bad_value(what: &str, value: &str, why: &str) -> String {
    if value.is_empty() { format!("{what}: {why}") } else { format!("{what} '{value}' is refused: {why}") }
}

impl Refusal {
    /// The stable code in JSON.
    pub fn code(&self) -> &'static str {
        match self {
            Self::BookExists(_) => "book_exists",
            Self::BookNotNamed(_) => "book_not_named",
            Self::UnknownBook(_) => "unknown_book",
            Self::UnknownUser(_) => "unknown_user",
            Self::RoleCannot { .. } => "role_cannot",
            Self::ScopeCannot { .. } => "scope_cannot",
            Self::DutiesNotSeparate(_) => "duties_not_separate",
            Self::OwnRole(_) => "own_role",
            Self::RequestClaimed => "request_claimed",
            Self::SignInRefused => "sign_in_refused",
            Self::TotpRequired => "totp_required",
            Self::TooManyAttempts { .. } => "too_many_attempts",
            Self::LinkRefused => "link_refused",
            Self::NotSignedIn => "not_signed_in",
            Self::PasswordRefused(_) => "password_refused",
            Self::TotpRefused(_) => "totp_refused",
            Self::ProviderRefused(_) => "provider_refused",
            Self::IdentityUnknown => "identity_unknown",
            Self::IdentityLinked(_) => "identity_linked",
            Self::UserExists(_) => "user_exists",
            Self::UnknownAccount(_) => "unknown_account",
            Self::UnknownItem { .. } => "unknown_item",
            Self::CurrencyRequired { .. } => "currency_required",
            Self::VersionConflict { .. } => "version_conflict",
            Self::NotFound { .. } => "not_found",
            Self::Posting { code, .. } => code.code(),
            Self::Approval { code, .. } | Self::File { code, .. } | Self::Ruled { code, .. } => code,
            Self::FactsMoved(_) => "facts_moved",
            Self::RunBeforeLast { .. } => "run_before_last",
            Self::DayInFuture { .. } => "day_in_future",
            Self::NotSealedYet(_) => "not_sealed_yet",
            Self::PolicyInvalid(_) => "policy_invalid",
            Self::Month(_) => "month_refused",
            Self::BadValue { .. } => "bad_value",
            Self::Document(_) => "document_refused",
        }
    }

    /// What a program needs to mend it.
    pub fn details(&self) -> Value {
        match self {
            Self::BookNotNamed(books) | Self::UnknownBook(books) => json!({ "books": books }),
            Self::CurrencyRequired { account, currencies } => json!({ "account": account, "currencies": currencies }),
            Self::UnknownAccount(account) => json!({ "account": account }),
            Self::UnknownItem { account, document } => json!({ "account": account, "document": document }),
            Self::TooManyAttempts { retry_after_seconds } => json!({ "retry_after_seconds": retry_after_seconds }),
            Self::DayInFuture { day, today } => json!({ "day": day, "today": today }),
            Self::RunBeforeLast { last } => json!({ "last": last }),
            Self::PolicyInvalid(problems) => json!({ "problems": problems }),
            Self::VersionConflict { current, .. } => json!({ "current": current }),
            _ => json!({}),
        }
    }
}

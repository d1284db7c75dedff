//! Policies: what a manager writes down about notices, worklists, seriousness, assignment and approval.
//!
//! One TOML file is one policy. It speaks in amounts of the book's currency, in days, and in a closed vocabulary of
//! conditions ([`crate::condition`]); there is no expression language. Reading the text, with line and column, is the desk's
//! work; what the text means, and where it contradicts itself ([`Policy::check`], in `policy_check`), is here.
//! Absent on purpose: rates of interest, which are law or contract and live in their own dated tables.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use crate::approval::{ApprovalPolicy, Role};
use crate::assignment::AssignmentPolicy;
use crate::cash::CashPolicy;
use crate::condition::Conditions;
use crate::money::{Currency, Money, RateFacts, convert, parse_amount};
use crate::worklist::WorklistPolicy;
use crate::write_off::WriteOffPolicy;

/// A whole policy file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// The name it goes by in decisions: a step's rule id is `NAME/STEP`.
    pub name: String,
    /// What it is for, in a sentence, for people.
    #[serde(default)]
    pub about: String,
    /// Past-due notices.
    pub notices: NoticePolicy,
    /// How the payment history is read.
    #[serde(default)]
    pub assessment: AssessmentPolicy,
    /// How serious a delinquency is.
    #[serde(default)]
    pub seriousness: SeriousnessPolicy,
    /// What a collector sees first.
    #[serde(default)]
    pub worklist: WorklistPolicy,
    /// Who looks after which accounts.
    #[serde(default)]
    pub assignment: AssignmentPolicy,
    /// How receipts are matched.
    #[serde(default)]
    pub cash: CashPolicy,
    /// Who writes off how much without asking.
    #[serde(default)]
    pub write_off: WriteOffPolicy,
    /// Who may approve what.
    #[serde(default)]
    pub approval: ApprovalPolicy,
}

/// The rules of past-due notices: the ladder and what holds it back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NoticePolicy {
    /// Calendar days: a contact on day C, by whichever channel and person, allows the next contact step on C + this.
    pub quiet_days: i64,
    /// Calendar days: a line counts as overdue for notices only when it is more days past due than this. Days past due
    /// are counted from the due date all the same.
    pub grace_days: i64,
    /// Less collectible than this makes the account wait (N-5); decimal amount in the book's currency.
    pub minimum_amount: String,
    /// Less collectible than this percentage of everything open makes the account wait (N-5).
    pub minimum_percent: i64,
    /// Business days that a promise is given after its day before it counts as broken.
    pub promise_grace_business_days: i64,
    /// Business days after which an open call or other task of a step counts as made, though not as a contact.
    pub call_expires_business_days: i64,
    /// Business days: in a book with a bank feed, a newest statement older than this makes every account wait (N-9).
    pub bank_feed_max_age_business_days: i64,
    /// The most notices that the first run of a book gone live may send.
    pub first_live_run_max_notices: i64,
    /// Days past due: above this nobody gets a friendly first reminder; the first step becomes a task for a person.
    pub first_reminder_max_days_past_due: i64,
    /// The ladder, lowest rung first.
    pub step: Vec<StepRule>,
    /// Exceptions for one account or one segment; the account wins over the segment, both over the file.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub scope: Vec<NoticeScope>,
}

impl Default for NoticePolicy {
    /// The keys of the preset `standard`, with no ladder.
    fn default() -> Self {
        Self {
            quiet_days: 7,
            grace_days: 0,
            minimum_amount: String::from("25.00"),
            minimum_percent: 0,
            promise_grace_business_days: 1,
            call_expires_business_days: 5,
            bank_feed_max_age_business_days: 3,
            first_live_run_max_notices: 50,
            first_reminder_max_days_past_due: 60,
            step: Vec::new(),
            scope: Vec::new(),
        }
    }
}

/// One rung of the notice ladder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StepRule {
    /// The step's name, for instance `second_reminder`.
    pub id: String,
    /// Not before the oldest collectible line is this many calendar days past due; negative is before the due date.
    pub days_past_due: i64,
    /// By which ways it is done.
    pub channels: Vec<Channel>,
    /// The letter's level, 1 (friendly) to 4 (final); needed where a mail or letter goes out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub letter: Option<i64>,
    /// Whether it waits for a second person's signature.
    #[serde(default)]
    pub proposed: bool,
    /// The role that signs it, when proposed; a manager when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approver: Option<Role>,
    /// When the step is a rung for an account at all; where it is not, the climb passes over it.
    #[serde(default, skip_serializing_if = "Conditions::is_empty")]
    pub when: Conditions,
}

impl StepRule {
    /// Whether the step is a contact with the customer, so that quiet days hold it back. Suspension and referral are none.
    pub fn is_contact(&self) -> bool {
        self.channels.iter().any(|channel| channel.is_contact())
    }

    /// Whether it is a step before the due date.
    pub fn is_before_due(&self) -> bool {
        self.days_past_due < 0
    }

    /// The role that must sign it; `None` when it needs nobody's approval.
    pub fn signed_by(&self) -> Option<Role> {
        self.proposed.then(|| self.approver.unwrap_or(Role::Manager))
    }
}

/// A way of doing a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// An electronic mail with the notice attached.
    Mail,
    /// A letter on paper.
    Letter,
    /// A telephone call by a collector: a task.
    Call,
    /// Something for a person to do in place of a notice: a task.
    Task,
    /// The suspension of service or delivery: no contact.
    Suspension,
    /// The hand-over to an agency or to legal: no contact.
    Referral,
}

impl Channel {
    /// Every channel, in documented order.
    pub const ALL: [Self; 6] = [Self::Mail, Self::Letter, Self::Call, Self::Task, Self::Suspension, Self::Referral];

    /// The word used in policies, JSON and the database.
    pub fn code(self) -> &'static str {
        match self {
            Self::Mail => "mail",
            Self::Letter => "letter",
            Self::Call => "call",
            Self::Task => "task",
            Self::Suspension => "suspension",
            Self::Referral => "referral",
        }
    }

    /// Whether doing it is a contact with the customer.
    pub fn is_contact(self) -> bool {
        !matches!(self, Self::Suspension | Self::Referral)
    }

    /// Whether a document leaves the house by it.
    pub fn is_written(self) -> bool {
        matches!(self, Self::Mail | Self::Letter)
    }

    /// Whether a person does it, from a task.
    pub fn is_task(self) -> bool {
        matches!(self, Self::Call | Self::Task)
    }
}

/// Keys of the notice policy that differ for one account or one segment. A key left out is the file's.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NoticeScope {
    /// The account's code; exactly one of `account` and `segment` stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// The customer segment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub segment: Option<String>,
    /// See [`NoticePolicy::quiet_days`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quiet_days: Option<i64>,
    /// See [`NoticePolicy::grace_days`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grace_days: Option<i64>,
    /// See [`NoticePolicy::minimum_amount`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub minimum_amount: Option<String>,
    /// See [`NoticePolicy::minimum_percent`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub minimum_percent: Option<i64>,
    /// See [`NoticePolicy::promise_grace_business_days`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub promise_grace_business_days: Option<i64>,
    /// See [`NoticePolicy::first_reminder_max_days_past_due`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_reminder_max_days_past_due: Option<i64>,
    /// A ladder of its own, whole; the file's ladder when left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub step: Option<Vec<StepRule>>,
}

impl NoticePolicy {
    /// The notice policy in force for one account: the most specific scope wins, key by key (domain 1.11).
    pub fn for_account(&self, code: &str, segment: Option<&str>) -> Cow<'_, Self> {
        let of_segment = self
            .scope
            .iter()
            .find(|scope| scope.account.is_none() && scope.segment.is_some() && scope.segment.as_deref() == segment);
        let of_account = self.scope.iter().find(|scope| scope.account.as_deref() == Some(code));
        let mut policy = Cow::Borrowed(self);
        for scope in [of_segment, of_account].into_iter().flatten() {
            policy.to_mut().narrow(scope);
        }
        policy
    }

    /// Replaces the keys that `scope` names.
    fn narrow(&mut self, scope: &NoticeScope) {
        self.quiet_days = scope.quiet_days.unwrap_or(self.quiet_days);
        self.grace_days = scope.grace_days.unwrap_or(self.grace_days);
        self.minimum_percent = scope.minimum_percent.unwrap_or(self.minimum_percent);
        self.promise_grace_business_days =
            scope.promise_grace_business_days.unwrap_or(self.promise_grace_business_days);
        self.first_reminder_max_days_past_due =
            scope.first_reminder_max_days_past_due.unwrap_or(self.first_reminder_max_days_past_due);
        if let Some(amount) = &scope.minimum_amount {
            self.minimum_amount.clone_from(amount);
        }
        if let Some(step) = &scope.step {
            self.step.clone_from(step);
        }
    }

    /// Whether a line that many days past due is what a step of this ladder is about: past due and out of grace or, for a
    /// step before due, from the step's day to the due day.
    pub fn reaches(&self, step: &StepRule, days_past_due: i64) -> bool {
        match step.is_before_due() {
            true => (step.days_past_due..=0).contains(&days_past_due),
            false => self.is_out_of_grace(days_past_due),
        }
    }

    /// Whether a line that many days past due is chased at all.
    pub fn is_out_of_grace(&self, days_past_due: i64) -> bool {
        days_past_due > self.grace_days.max(0)
    }

    /// The rung of a step id on this ladder, from 0. A step of another ladder of the same file (the account changed
    /// segment) stands on the highest rung that is due no later than it; a step nobody knows stands on none.
    pub fn rung(&self, id: &str) -> Option<usize> {
        if let Some(rung) = self.step.iter().position(|step| step.id == id) {
            return Some(rung);
        }
        let elsewhere =
            self.scope.iter().filter_map(|scope| scope.step.as_ref()).flatten().find(|step| step.id == id)?;
        self.step.iter().rposition(|step| step.days_past_due <= elsewhere.days_past_due)
    }
}

/// How the payment history is read: the bounds of trend and flags.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AssessmentPolicy {
    /// Days: the trend worsens or improves when the weighted average days late of the last 3 whole months differs by at
    /// least this from the 9 months before.
    pub trend_change_days: i64,
    /// Due lines closed in each of the two windows below which the trend is not defined.
    pub trend_min_lines: i64,
    /// Percent of the lines closed in 12 months that were late, from which the account is routinely delinquent.
    pub routinely_late_percent: i64,
    /// Lines closed in 12 months below which nobody is called routinely delinquent.
    pub routinely_late_min_lines: i64,
    /// Calendar days after its first document during which an account is new.
    pub new_account_days: i64,
    /// Calendar days without a payment, while something is past due, after which the account has stopped paying.
    pub stopped_paying_days: i64,
    /// Past-due lines paid in part, from which the account is a short-payer.
    pub short_payer_min_lines: i64,
}

impl Default for AssessmentPolicy {
    fn default() -> Self {
        Self {
            trend_change_days: 3,
            trend_min_lines: 3,
            routinely_late_percent: 50,
            routinely_late_min_lines: 6,
            new_account_days: 90,
            stopped_paying_days: 60,
            short_payer_min_lines: 2,
        }
    }
}

/// Bands of seriousness: amount, age and trend give points, and points give the word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SeriousnessPolicy {
    /// Collectible amounts in the book's currency, rising; each one reached is one point.
    pub amount_bands: Vec<String>,
    /// Days past due of the oldest collectible line, rising; each one reached is one point.
    pub age_bands_days: Vec<i64>,
    /// Points for a worsening trend.
    pub worsening_points: i64,
    /// From so many points on it is medium.
    pub medium_from: i64,
    /// From so many points on it is high.
    pub high_from: i64,
    /// From so many points on it is critical.
    pub critical_from: i64,
}

impl Default for SeriousnessPolicy {
    fn default() -> Self {
        Self {
            amount_bands: ["1000.00", "10000.00", "50000.00"].map(String::from).to_vec(),
            age_bands_days: [15, 45, 90].to_vec(),
            worsening_points: 1,
            medium_from: 2,
            high_from: 4,
            critical_from: 6,
        }
    }
}

/// How amounts of a policy, which are in the book's currency, are read in an account's currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BookAmounts {
    /// The book's currency.
    pub book: Currency,
    /// The dated rate between the book's and the account's currency; not needed where the two are the same, and `None`
    /// where there is none.
    pub rate: Option<RateFacts>,
}

impl BookAmounts {
    /// Amounts of accounts that are kept in the book's own currency.
    pub fn same(book: Currency) -> Self {
        Self { book, rate: None }
    }

    /// Reads a policy's amount, which is in the book's currency, in the account's currency: the policy's amount is
    /// converted, never the account's.
    ///
    /// `None` when it is no amount, when there is no rate into that currency, or when the result does not fit.
    pub fn read(&self, amount: &str, into: Currency) -> Option<Money> {
        let amount = parse_amount(amount, self.book).ok()?;
        if into == self.book {
            return Some(amount);
        }
        convert(amount, self.rate.as_ref()?).ok().filter(|converted| converted.currency == into)
    }
}

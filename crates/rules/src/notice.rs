//! Past-due notices (dunning): which step is next for an account, and why. Pure: the caller passes the day.
//!
//! One rung at a time, never skipping one; a promise or dispute pauses the ladder and never moves it. The words of the
//! answer are in [`crate::decision`], the account's place on the ladder in [`crate::climb`].
//! Absent on purpose: the notice's text, addresses, and sending.

mod step;

use alloc::borrow::Cow;
use alloc::collections::BTreeSet;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec;
use alloc::vec::Vec;

use crate::account::EntryId;
use crate::assessment::{Assessment, Cite, Journal, LineAssessment, saturated};
use crate::calendar::{Calendar, Date};
use crate::climb::{Climb, UnderWayKind, climb};
use crate::decision::{Decision, DecisionInputs, NextAction, NotChosen, RuleId, StepId, WaitReason, plain};
use crate::facts::{AccountFacts, StepFacts, StepState};
use crate::live_start::LiveStart;
use crate::money::Money;
use crate::policy::{BookAmounts, NoticePolicy, Policy, StepRule};

/// The day on which notices are decided, and what the day brings with it.
#[derive(Debug, Clone)]
pub struct NoticeDay<'a> {
    /// The day.
    pub today: Date,
    /// The book's business calendar.
    pub calendar: &'a Calendar,
    /// How the policy's amounts are read in the account's currency.
    pub amounts: &'a BookAmounts,
    /// Whether the day is caught up after the fact: what it would take or propose waits.
    pub catch_up: bool,
    /// What the book's going live holds back for this account.
    pub live_start: LiveStart,
}

/// Chooses the next step on the policy's ladder: one rung at a time, never skipping one.
///
/// Days are calendar days after the due date of the oldest collectible line; a line due today is 0 days past due.
/// Suspension and agency placement are proposed, never taken (N-10; source: responsibilities R25, R26, R37).
///
/// Panics if `account` or `facts` are of another account or day: the caller's bug, not a case.
pub fn next_action(account: &Assessment, facts: &AccountFacts, policy: &Policy, day: &NoticeDay<'_>) -> Decision {
    held_back(decide(account, facts, policy, day, None), day)
}

/// What becomes of the notice, proposal or task that an earlier decision of the same day made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OwnNotice {
    /// There was none, or it is already decided otherwise.
    None,
    /// It stands: the new decision is the same step.
    Keeps,
    /// It is withdrawn, unless it has left the house already.
    Withdraw,
}

/// A decision made anew on the same day, because the account's facts changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revision {
    /// The new decision.
    pub decision: Decision,
    /// What becomes of what the earlier one made.
    pub own: OwnNotice,
}

/// Decides anew on a day that has already decided; `previous` is the step that the day itself made.
///
/// The same step keeps its notice. Any other answer withdraws it, and never makes a second one that day: another step is
/// due on the next business day at the earliest (domain 1.16). A withdrawn or declined step still occupies its day.
///
/// Panics as [`next_action`] does.
pub fn revise(
    account: &Assessment,
    facts: &AccountFacts,
    policy: &Policy,
    day: &NoticeDay<'_>,
    previous: Option<&StepFacts>,
) -> Revision {
    let Some(previous) = previous else {
        return Revision { decision: next_action(account, facts, policy, day), own: OwnNotice::None };
    };
    let gone = matches!(previous.state, StepState::Withdrawn { .. } | StepState::Declined { .. });
    let ignored = if gone { None } else { Some(previous.entry) };
    let decision = decide(account, facts, policy, day, ignored);
    let same = decision.action.step().is_some_and(|step| step.id.0 == previous.step);
    let own = match (gone, same) {
        (true, _) => OwnNotice::None,
        (false, true) => OwnNotice::Keeps,
        (false, false) => OwnNotice::Withdraw,
    };
    let decision = if own == OwnNotice::Keeps { decision } else { one_a_day(decision, day) };
    Revision { decision, own }
}

/// Turns a step into a wait for the next business day: the day has made its notice.
fn one_a_day(decision: Decision, day: &NoticeDay<'_>) -> Decision {
    not_today(decision, day, "this day has made its notice already", "one notice a day".to_string())
}

/// Turns a step that the book's going live holds back into a wait for the next business day.
fn held_back(decision: Decision, day: &NoticeDay<'_>) -> Decision {
    let sends = matches!(&decision.action, NextAction::Take(step) if step.letter.is_some());
    match day.live_start {
        LiveStart::RanInRehearsal => {
            let note = "the day ran in rehearsal before the book went live".to_string();
            not_today(decision, day, "a day that ran in rehearsal takes and proposes nothing", note)
        }
        LiveStart::Beyond { most } if sends => {
            let notices = if most == 1 { "notice" } else { "notices" };
            let note = format!("the first live run makes at most {most} {notices}, the largest amounts first");
            not_today(decision, day, "the notices of the first live run ask for more", note)
        }
        LiveStart::Over | LiveStart::Beyond { .. } => decision,
    }
}

/// Turns a step into a wait for the next business day (N-6).
fn not_today(mut decision: Decision, day: &NoticeDay<'_>, because: &str, note: String) -> Decision {
    let Some(step) = decision.action.step() else { return decision };
    let date = day.calendar.add_business_days(day.today, 1);
    let reason = format!("{} not before {date}", step.id);
    let rule = core::mem::replace(&mut decision.rule, RuleId("N-6".to_string()));
    decision.not_chosen.retain(|other| other.rule.0 != "N-6");
    decision.not_chosen.push(NotChosen { rule, because: because.to_string() });
    decision.reasons = vec![reason];
    decision.notes = vec![note];
    decision.action = NextAction::Wait(WaitReason::NotBefore { date });
    decision.carries.clear();
    decision
}

fn decide(
    account: &Assessment,
    facts: &AccountFacts,
    policy: &Policy,
    day: &NoticeDay<'_>,
    ignored: Option<EntryId>,
) -> Decision {
    assert_eq!(account.as_of, day.today, "assess on the day you decide");
    assert_eq!((account.account, account.as_of), (facts.account, facts.as_of), "decide on the facts you assessed");
    let look = Look::new(account, facts, policy, day, ignored);
    let mut answer = None;
    let mut not_chosen = Vec::new();
    for (code, test) in TESTS {
        let because = match &answer {
            Some(Answer { rule, .. }) => format!("not asked: {rule} answers first"),
            None => match test(&look) {
                Ok(found) => {
                    answer = Some(found);
                    continue;
                }
                Err(because) => because,
            },
        };
        not_chosen.push(NotChosen { rule: RuleId(code.to_string()), because });
    }
    let answer = answer.unwrap_or_else(|| look.step_due());
    look.other_steps(&answer, &mut not_chosen);
    let carries = if answer.action.step().is_some() { look.reach.items() } else { Vec::new() };
    Decision {
        account: facts.account,
        currency: facts.currency,
        as_of: day.today,
        version: facts.version,
        policy: policy.name.clone(),
        inputs: look.inputs(),
        action: answer.action,
        rule: answer.rule,
        reasons: answer.reasons,
        notes: answer.notes,
        cites: answer.cites,
        not_chosen,
        carries,
    }
}

/// An answer found: what to do, by which rule, why, what else is worth knowing, and on which entries.
struct Answer {
    action: NextAction,
    rule: RuleId,
    reasons: Vec<String>,
    notes: Vec<String>,
    cites: Vec<Cite>,
}

/// One test of a wait: the answer when it holds, the reason why it does not otherwise.
type Test = fn(&Look<'_>) -> Result<Answer, String>;

/// The waits in the order in which they are tested ([`WaitReason::ORDER`]).
const TESTS: [(&str, Test); 10] = [
    ("N-1", |look| look.nothing_past_due()),
    ("N-8", |look| look.forbidden()),
    ("N-2", |look| look.disputed_in_full()),
    ("N-3", |look| look.promise_open()),
    ("N-4", |look| look.cash_unapplied()),
    ("N-5", |look| look.below_minimum()),
    ("N-9", |look| look.bank_feed_stale()),
    ("N-11", |look| look.approval_pending()),
    ("N-7", |look| look.ladder_done()),
    ("N-6", |look| look.not_before()),
];

/// The lines that the next step is about.
struct Reach<'a> {
    lines: Vec<&'a LineAssessment>,
    open: i128,
    disputed: i128,
    promised: i128,
    free: i128,
}

impl<'a> Reach<'a> {
    fn new(lines: Vec<&'a LineAssessment>) -> Self {
        let sum = |of: fn(&LineAssessment) -> i64| lines.iter().map(|line| i128::from(of(line))).sum();
        let (open, disputed) = (sum(|line| line.open), sum(|line| line.disputed));
        Self { open, disputed, promised: sum(|line| line.promised), free: sum(|line| line.free), lines }
    }

    /// The oldest line of which something is collectible.
    fn oldest(&self) -> Option<&'a LineAssessment> {
        self.lines.iter().copied().filter(|line| line.free > 0).min_by_key(|line| line.due_date)
    }

    /// The items of which something is collectible, oldest first, each once.
    fn items(&self) -> Vec<EntryId> {
        let mut seen = BTreeSet::new();
        self.lines.iter().filter(|line| line.free > 0 && seen.insert(line.item)).map(|line| line.item).collect()
    }
}

/// Everything a decision looks at.
struct Look<'a> {
    account: &'a Assessment,
    facts: &'a AccountFacts,
    policy: &'a Policy,
    notices: Cow<'a, NoticePolicy>,
    day: &'a NoticeDay<'a>,
    ignored: Option<EntryId>,
    climb: Climb,
    /// The rung of the next step; `None` when the ladder has no further one.
    next: Option<usize>,
    reach: Reach<'a>,
    minimum: Option<Money>,
}

impl<'a> Look<'a> {
    fn new(
        account: &'a Assessment,
        facts: &'a AccountFacts,
        policy: &'a Policy,
        day: &'a NoticeDay<'a>,
        ignored: Option<EntryId>,
    ) -> Self {
        let notices = policy.notices.for_account(&facts.code, facts.segment.as_deref());
        let climb = climb(facts, &notices, &policy.approval, day.calendar, ignored);
        let overdue: Vec<&LineAssessment> =
            account.lines.iter().filter(|line| line.open > 0 && notices.is_out_of_grace(line.days_past_due)).collect();
        let before_due = overdue.is_empty();
        let next = notices.step.iter().enumerate().position(|(rung, step)| {
            climb.position.is_none_or(|position| rung > position)
                && step.is_before_due() == before_due
                && step.when.hold(account, facts, day.amounts)
        });
        let lines = match next {
            Some(rung) if before_due => {
                let reached = |line: &LineAssessment| notices.reaches(&notices.step[rung], line.days_past_due);
                account.lines.iter().filter(|line| line.open > 0 && reached(line)).collect()
            }
            _ => overdue,
        };
        let minimum = day.amounts.read(&notices.minimum_amount, facts.currency);
        Self { account, facts, policy, notices, day, ignored, climb, next, reach: Reach::new(lines), minimum }
    }

    fn money(&self, minor: i128) -> Money {
        Money::new(saturated(minor), self.facts.currency)
    }

    /// Unapplied credits, minor units, at or above zero.
    fn credits(&self) -> i128 {
        -i128::from(self.account.unapplied.minor)
    }

    /// What is collectible of the lines in reach, less credits.
    fn collectible(&self) -> Money {
        self.money((self.reach.free - self.credits()).max(0))
    }

    fn next_step(&self) -> Option<&StepRule> {
        self.next.map(|rung| &self.notices.step[rung])
    }

    fn line_cites(&self, of: fn(&LineAssessment) -> i64) -> Vec<Cite> {
        let reached = |line: &LineAssessment| self.reach.lines.iter().any(|other| core::ptr::eq(*other, line));
        self.account.line_cites(&|line| if reached(line) { of(line) } else { 0 })
    }

    fn step_cite(&self, entry: EntryId) -> Cite {
        let step = self.facts.steps.iter().find(|step| step.entry == entry);
        let document = step.map_or_else(|| "step".to_string(), |step| step.step.clone());
        Cite { journal: Journal::Decision, entry, document, amount: self.collectible() }
    }

    fn wait(&self, wait: WaitReason, reasons: Vec<String>, cites: Vec<Cite>) -> Answer {
        Answer {
            rule: RuleId(wait.code().to_string()),
            action: NextAction::Wait(wait),
            reasons,
            notes: Vec::new(),
            cites,
        }
    }

    fn inputs(&self) -> DecisionInputs {
        DecisionInputs {
            days_past_due: self.reach.oldest().map(|line| line.days_past_due),
            open: self.account.open(),
            past_due: self.account.past_due,
            disputed: self.money(self.reach.disputed),
            promised: self.money(self.reach.promised),
            unapplied: self.account.unapplied,
            collectible: self.collectible(),
            minimum: self.minimum,
            cycle: self.climb.cycle,
            position: self.climb.position.map(|rung| StepId(self.notices.step[rung].id.clone())),
            last_contact: self.last_contact().map(|(day, _)| day),
            last_bank_statement: self.facts.last_bank_statement,
            catch_up: self.day.catch_up,
        }
    }

    fn nothing_past_due(&self) -> Result<Answer, String> {
        if !self.reach.lines.is_empty() {
            return Err(format!("{} is in reach", self.money(self.reach.open)));
        }
        let in_grace = |line: &LineAssessment| if line.is_past_due() { line.open } else { 0 };
        let cites = self.account.line_cites(&in_grace);
        let reason = if cites.is_empty() {
            "nothing past due".to_string()
        } else {
            format!("what is past due lies within the {} days of grace", self.notices.grace_days)
        };
        Ok(self.wait(WaitReason::NothingPastDue, vec![reason], cites))
    }

    fn forbidden(&self) -> Result<Answer, String> {
        let today = self.day.today;
        let in_force =
            self.facts.holds.iter().filter(|hold| hold.since <= today && hold.until.is_none_or(|d| d >= today));
        let mut in_force = in_force.peekable();
        let Some(first) = in_force.peek() else { return Err("no stay, do-not-contact or sanctions stop".to_string()) };
        let rule = RuleId(first.kind.code().to_string());
        let mut reasons = Vec::new();
        let mut cites = Vec::new();
        for hold in in_force {
            reasons.push(format!("{} since {}: {}", hold.kind.code(), hold.since, hold.basis));
            let document = hold.kind.code().to_string();
            cites.push(Cite { journal: Journal::Activity, entry: hold.entry, document, amount: self.collectible() });
        }
        Ok(self.wait(WaitReason::Forbidden { rule }, reasons, cites))
    }

    fn disputed_in_full(&self) -> Result<Answer, String> {
        let undisputed = self.reach.open - self.reach.disputed;
        if undisputed > 0 {
            return Err(format!("{} of it is undisputed", self.money(undisputed)));
        }
        let mut cites = self.line_cites(|line| line.disputed);
        cites.extend_from_slice(self.account.dispute_cites());
        let reason = format!("disputed in full: {}", plain(self.money(self.reach.disputed)));
        Ok(self.wait(WaitReason::DisputedInFull, vec![reason], cites))
    }

    fn promise_open(&self) -> Result<Answer, String> {
        if self.reach.free > 0 {
            return Err(format!("{} of it is neither disputed nor promised", self.money(self.reach.free)));
        }
        // With nothing free and something undisputed, a line in reach is promised; the earliest end is the day to look again.
        let Some(last_day) = self.reach.lines.iter().filter_map(|line| line.promised_through).min() else {
            return Err("nothing is promised".to_string());
        };
        let mut cites = self.account.promise_cites(|promise| promise.outstanding.minor > 0);
        cites.extend(self.line_cites(|line| line.promised));
        let reason = format!("promised through {last_day}");
        Ok(self.wait(WaitReason::PromiseOpen { last_day }, vec![reason], cites))
    }

    fn cash_unapplied(&self) -> Result<Answer, String> {
        let credits = self.money(self.credits());
        if self.credits() < self.reach.free || credits.is_zero() {
            return Err(format!("{credits} of unapplied credits do not cover {}", self.money(self.reach.free)));
        }
        let mut cites = self.account.cites(crate::assessment::Figure::Unapplied);
        cites.extend(self.line_cites(|line| line.free));
        let covered = plain(self.money(self.reach.free));
        let reason = format!("apply the cash first: {} unapplied covers {covered}", plain(credits));
        Ok(self.wait(WaitReason::CashUnapplied { credits }, vec![reason], cites))
    }

    fn below_minimum(&self) -> Result<Answer, String> {
        let collectible = self.collectible();
        let amount = self.minimum.map_or(0, |minimum| i128::from(minimum.minor));
        let share = i128::from(self.account.open().minor) * i128::from(self.notices.minimum_percent.max(0));
        let percent = share.div_euclid(100) + i128::from(share.rem_euclid(100) != 0);
        let minimum = self.money(amount.max(percent));
        let no_rate = self.minimum.is_none().then(|| {
            let (book, currency) = (self.day.amounts.book, self.facts.currency);
            format!("no rate from {book} to {currency}, so no minimum amount")
        });
        if collectible.minor >= minimum.minor {
            let found = format!("{collectible} reaches the minimum of {}", plain(minimum));
            return Err([Some(found), no_rate].into_iter().flatten().collect::<Vec<_>>().join("; "));
        }
        let by_percent = percent > amount;
        let of = if by_percent { format!(" ({} % of all open)", self.notices.minimum_percent) } else { String::new() };
        let mut reasons = vec![format!("{} is below the minimum of {}{of}", plain(collectible), plain(minimum))];
        reasons.extend(no_rate);
        let mut cites = self.line_cites(|line| line.free);
        cites.extend(self.account.cites(crate::assessment::Figure::Unapplied));
        Ok(self.wait(WaitReason::BelowMinimum { collectible, minimum }, reasons, cites))
    }

    fn bank_feed_stale(&self) -> Result<Answer, String> {
        let Some(last_statement) = self.facts.last_bank_statement else {
            return Err("the book has no bank feed".to_string());
        };
        let most = self.notices.bank_feed_max_age_business_days;
        let good_through = self.day.calendar.add_business_days(last_statement, most);
        if self.day.today <= good_through {
            return Err(format!("the bank feed of {last_statement} is fresh through {good_through}"));
        }
        let reason = format!("bank feed stale: last statement {last_statement}, older than {most} business days");
        let cites = self.line_cites(|line| line.free);
        Ok(self.wait(WaitReason::BankFeedStale { last_statement }, vec![reason], cites))
    }

    fn approval_pending(&self) -> Result<Answer, String> {
        let pending = self.climb.under_way.as_ref().filter(|step| step.wait == UnderWayKind::Signature);
        let Some(pending) = pending else { return Err("no step waits for a signature".to_string()) };
        let mut cites = vec![self.step_cite(pending.entry)];
        cites.extend(self.line_cites(|line| line.free));
        let reason = format!("{} waits for approval since {}", pending.step, pending.since);
        let wait = WaitReason::ApprovalPending { step: StepId(pending.step.clone()), since: pending.since };
        Ok(self.wait(wait, vec![reason], cites))
    }

    fn ladder_done(&self) -> Result<Answer, String> {
        if let Some(step) = self.next_step() {
            return Err(format!("{} is still to come", step.id));
        }
        if let Some(step) = &self.climb.under_way {
            return Err(format!("{} is under way", step.step));
        }
        let mut cites: Vec<Cite> = self.climb.last_made.iter().map(|(entry, _)| self.step_cite(*entry)).collect();
        cites.extend(self.line_cites(|line| line.free));
        let reason = "the ladder has no further step".to_string();
        Ok(self.wait(WaitReason::LadderDone, vec![reason], cites))
    }
}

//! Asking the rules about one account: the policy, calendar and rates of a day, and what they answer.

use dunwell_rules::assessment::{Assessment, assess};
use dunwell_rules::calendar::{Calendar, Date};
use dunwell_rules::facts::{AccountFacts, StepFacts};
use dunwell_rules::live_start::LiveDay;
use dunwell_rules::money::{Currency, RateFacts};
use dunwell_rules::notice::{NoticeDay, OwnNotice, Revision, next_action, revise};
use dunwell_rules::policy::{BookAmounts, Policy};

use crate::desk::Desk;
use crate::first_live_run::live_day;
use crate::refusal::Result;

/// What every account of one day is judged by.
#[derive(Debug, Clone)]
pub struct Judge {
    /// The policy.
    pub policy: Policy,
    /// The business calendar.
    pub calendar: Calendar,
    /// The book's currency, in which the policy's amounts are written.
    pub currency: Currency,
    /// Dated rates from the book's currency, newest last.
    pub rates: Vec<RateFacts>,
    /// The day.
    pub day: Date,
    /// Whether the day is caught up after the fact.
    pub catch_up: bool,
    /// What the book's going live holds back on the day.
    pub live: LiveDay,
}

impl Judge {
    /// The judge of a day under a policy, who knows nothing of the book's going live: for assessing, and for single requests.
    pub async fn of(desk: &Desk, policy: Policy, day: Date, catch_up: bool) -> Result<Self> {
        let rates = desk.book.read().await?.rates(day).await?;
        let currency = desk.settings().currency;
        Ok(Self { policy, calendar: desk.calendar()?, currency, rates, day, catch_up, live: LiveDay::Ordinary })
    }

    /// The same, who also knows what going live holds back on the day. Before the first live run that is a look over the
    /// whole book.
    pub async fn deciding(desk: &Desk, policy: Policy, day: Date, catch_up: bool) -> Result<Self> {
        let mut judge = Self::of(desk, policy, day, catch_up).await?;
        judge.live = live_day(desk, &judge).await?;
        Ok(judge)
    }

    /// How the policy's amounts read in an account's currency.
    pub fn amounts(&self, currency: Currency) -> BookAmounts {
        let rate = self.rates.iter().rev().find(|rate| rate.from == self.currency && rate.to == currency);
        BookAmounts { book: self.currency, rate: rate.cloned() }
    }

    /// The assessment of an account.
    pub fn assess(&self, facts: &AccountFacts) -> Assessment {
        assess(facts, &self.policy, &self.calendar, &self.amounts(facts.currency))
    }

    /// The decision for an account, given what the day itself has made of it already.
    pub fn decide(&self, facts: &AccountFacts, assessment: &Assessment) -> Revision {
        let amounts = self.amounts(facts.currency);
        let day = NoticeDay {
            today: self.day,
            calendar: &self.calendar,
            amounts: &amounts,
            catch_up: self.catch_up,
            live_start: self.live.start_of(facts.account, facts.currency),
        };
        match self.made_today(facts) {
            None => Revision { decision: next_action(assessment, facts, &self.policy, &day), own: OwnNotice::None },
            previous => revise(assessment, facts, &self.policy, &day, previous),
        }
    }

    /// The step that an earlier decision of the same day made.
    pub(crate) fn made_today<'a>(&self, facts: &'a AccountFacts) -> Option<&'a StepFacts> {
        facts.steps.iter().rfind(|step| step.day == self.day)
    }
}

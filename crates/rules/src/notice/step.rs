//! The next step itself: when it is ripe, how it is done, and why the other steps are not.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec;
use alloc::vec::Vec;

use super::{Answer, Look};
use crate::assessment::{Assessment, Cite, Figure, Journal};
use crate::calendar::{Date, add_days, days_between};
use crate::climb::{UnderWayKind, is_lapsed};
use crate::decision::{NextAction, NotChosen, RuleId, Step, StepId, WaitReason, plain};
use crate::facts::StepState;
use crate::policy::{Channel, StepRule};
use crate::promise::PromiseStanding;

/// A day before which the next step is not due, why, and the entry that says so.
struct Bound {
    day: Date,
    because: String,
    cite: Option<Cite>,
}

impl Look<'_> {
    /// N-6: the latest of the days that hold the next step back, moved to a business day.
    pub(super) fn not_before(&self) -> Result<Answer, String> {
        let today = self.day.today;
        let bounds = self.bounds();
        let latest = bounds.iter().map(|bound| bound.day).max().unwrap_or(today);
        let mut date = self.day.calendar.on_or_after(latest.max(today));
        if date <= today && !self.day.catch_up {
            return Err("it is due today".to_string());
        }
        let under_way = self.climb.under_way.as_ref().map(|step| step.step.as_str());
        let step = under_way.or_else(|| self.next_step().map(|step| step.id.as_str())).unwrap_or("a step");
        let mut because: Vec<String> =
            bounds.iter().filter(|bound| bound.day > today).map(|bound| bound.because.clone()).collect();
        if date <= today {
            date = self.day.calendar.add_business_days(today, 1);
            because.push("a day caught up after the fact takes and proposes nothing".to_string());
        }
        if because.is_empty() {
            because.push(format!("{today} is no business day"));
        }
        let mut cites = self.line_cites(|line| line.free);
        cites.extend(bounds.into_iter().filter(|bound| bound.day > today).filter_map(|bound| bound.cite));
        // A task that lies open is not repeated: what waits is the step after it.
        let reason = match &self.climb.under_way {
            Some(_) => format!("nothing after {step} before {date}"),
            None => format!("{step} not before {date}"),
        };
        let reasons = vec![reason];
        let mut answer = self.wait(WaitReason::NotBefore { date }, reasons, cites);
        answer.notes = because;
        Ok(answer)
    }

    /// What holds the next step back: a step under way, its own day, the last contact.
    fn bounds(&self) -> Vec<Bound> {
        let today = self.day.today;
        let mut bounds = Vec::new();
        if let Some(step) = &self.climb.under_way {
            let (day, because) = match step.wait {
                UnderWayKind::Task { expires } => {
                    (expires, format!("the task of {} is open until {expires}", step.since))
                }
                UnderWayKind::Dispatch | UnderWayKind::Signature => {
                    (add_days(today, 1), format!("the notice of {} has not left the house yet", step.since))
                }
            };
            bounds.push(Bound { day, because, cite: Some(self.step_cite(step.entry)) });
        }
        let (Some(rule), Some(oldest)) = (self.next_step(), self.reach.oldest()) else { return bounds };
        if !rule.is_before_due() {
            let day = add_days(oldest.due_date, rule.days_past_due);
            let because = format!("{} is {}", oldest.document, days_past_due(oldest.days_past_due));
            bounds.push(Bound { day, because, cite: None });
        }
        if let (Some((last, cite)), true) = (self.last_contact(), rule.is_contact()) {
            let day = add_days(last, self.notices.quiet_days);
            bounds.push(Bound { day, because: format!("last contact {last}"), cite: Some(cite) });
        }
        bounds
    }

    /// The last contact over all channels: what was logged, and written steps that were made. What this day itself made,
    /// when it is being decided anew, does not count.
    pub(super) fn last_contact(&self) -> Option<(Date, Cite)> {
        let logged =
            self.facts.contacts.iter().filter(|contact| self.ignored.is_none() || contact.notice != self.ignored);
        let logged = logged.map(|contact| (contact.day, Journal::Activity, contact.entry, contact.channel.clone()));
        let steps = self.facts.steps.iter().filter(|step| Some(step.entry) != self.ignored);
        let made = steps.filter_map(|step| match step.state {
            StepState::Made { on } if self.is_written(&step.step) => {
                Some((on, Journal::Decision, step.entry, step.step.clone()))
            }
            _ => None,
        });
        let last = logged.chain(made).filter(|contact| contact.0 <= self.day.today);
        let (day, journal, entry, document) = last.max_by_key(|(day, _, entry, _)| (*day, *entry))?;
        Some((day, Cite { journal, entry, document, amount: self.collectible() }))
    }

    /// Whether a step of that name sends something; a step the policy does not know is taken to have done so.
    fn is_written(&self, id: &str) -> bool {
        let written = |step: &StepRule| step.channels.iter().any(|channel| channel.is_written());
        self.notices.step.iter().find(|step| step.id == id).is_none_or(written)
    }

    /// The step that is due, when no wait holds.
    pub(super) fn step_due(&self) -> Answer {
        let (Some(rule), Some(oldest)) = (self.next_step(), self.reach.oldest()) else {
            // The tests before this one answer whenever there is no step or nothing collectible.
            return self.wait(WaitReason::LadderDone, vec!["the ladder has no further step".to_string()], Vec::new());
        };
        let most = self.notices.first_reminder_max_days_past_due;
        let too_late = self.climb.position.is_none() && oldest.days_past_due > most;
        let task_instead = too_late && !rule.proposed && rule.channels.iter().any(|channel| channel.is_written());
        let step = Step {
            id: StepId(rule.id.clone()),
            cycle: self.climb.cycle,
            days_past_due: oldest.days_past_due,
            channels: if task_instead { vec![Channel::Task] } else { rule.channels.clone() },
            letter: if task_instead { None } else { rule.letter },
            approver: rule.signed_by(),
            contact: rule.is_contact(),
            task_instead,
        };
        let mut reasons = vec![days_past_due(oldest.days_past_due)];
        if task_instead {
            reasons.push(format!("over {most} days past due and never reminded: a person makes the first contact"));
        }
        let broken: Vec<&PromiseStanding> = self.broken_since_last_step().collect();
        reasons.extend(broken.iter().map(|promise| broken_words(promise)));
        let mut cites = self.line_cites(|line| line.free);
        cites.extend(self.account.cites(Figure::Unapplied));
        cites.extend(self.climb.last_made.iter().map(|(entry, _)| self.step_cite(*entry)));
        cites.extend(self.account.promise_cites(|promise| broken.iter().any(|other| other.entry == promise.entry)));
        let action = if rule.proposed { NextAction::Propose(step) } else { NextAction::Take(step) };
        Answer { action, rule: self.step_rule(&rule.id), reasons, notes: Vec::new(), cites }
    }

    /// Promises broken since the last step was made: news that belongs into the next one.
    fn broken_since_last_step(&self) -> impl Iterator<Item = &PromiseStanding> {
        let account: &Assessment = self.account;
        let since = self.climb.last_made.map(|(_, on)| on);
        account
            .promises
            .iter()
            .filter(move |promise| promise.state.is_broken() && since.is_none_or(|since| promise.last_day >= since))
    }

    fn step_rule(&self, id: &str) -> RuleId {
        RuleId(format!("{}/{id}", self.policy.name))
    }

    /// Says of every step that is not the answer why it is not.
    pub(super) fn other_steps(&self, answer: &Answer, not_chosen: &mut Vec<NotChosen>) {
        let chosen = answer.action.step().map(|step| step.id.0.as_str());
        for (rung, step) in self.notices.step.iter().enumerate().filter(|(_, step)| Some(step.id.as_str()) != chosen) {
            let because = self.why_not(rung, step, &answer.rule);
            not_chosen.push(NotChosen { rule: self.step_rule(&step.id), because });
        }
    }

    fn why_not(&self, rung: usize, step: &StepRule, answer: &RuleId) -> String {
        let carried = |entry: &&crate::facts::StepFacts| entry.step == step.id && Some(entry.entry) != self.ignored;
        if let Some(facts) = self.facts.steps.iter().rev().find(carried)
            && !facts.open_items.is_empty()
        {
            if is_lapsed(facts, &self.policy.approval, self.day.today) {
                return format!("proposed on {} and never signed", facts.day);
            }
            return stands(&facts.state, facts.day);
        }
        if self.climb.position.is_some_and(|position| rung <= position) {
            return "the climb is past it".to_string();
        }
        if step.is_before_due() == self.reach.lines.iter().any(|line| line.is_past_due()) {
            return if step.is_before_due() { "the debt is past due already" } else { "nothing is past due" }
                .to_string();
        }
        if let Some(failed) =
            step.when.look(self.account, self.facts, self.day.amounts).iter().find(|found| !found.holds)
        {
            return format!("its conditions do not hold: {}", failed.because);
        }
        if self.next == Some(rung) {
            return format!("{answer} holds");
        }
        let days = self.reach.oldest().map_or(0, |line| days_between(line.due_date, self.day.today));
        format!("one rung at a time; due at {} days past due, now {days}", step.days_past_due)
    }
}

/// What became of a step, as a reason not to make it again.
fn stands(state: &StepState, day: Date) -> String {
    match state {
        StepState::Made { on } => format!("made on {on}"),
        StepState::TaskOpen => format!("its task is open since {day}"),
        StepState::Planned => format!("planned since {day}, not yet sent"),
        StepState::Pending => format!("waits for approval since {day}"),
        StepState::Declined { on } => format!("declined on {on}"),
        StepState::Withdrawn { on } => format!("withdrawn on {on}"),
    }
}

/// `promise of 900.00 broken`, `promise of 900.00 broken, 400.00 of it paid`.
fn broken_words(promise: &PromiseStanding) -> String {
    let amount = plain(promise.amount);
    if promise.paid.minor <= 0 {
        return format!("promise of {amount} broken");
    }
    format!("promise of {amount} broken, {} of it paid", plain(promise.paid))
}

/// `3 days past due`, `due today`, `due in 5 days`.
fn days_past_due(days: i64) -> String {
    match days {
        0 => "due today".to_string(),
        1 => "1 day past due".to_string(),
        -1 => "due in 1 day".to_string(),
        days if days > 0 => format!("{days} days past due"),
        days => format!("due in {} days", days.unsigned_abs()),
    }
}

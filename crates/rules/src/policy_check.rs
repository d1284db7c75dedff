//! Where a policy contradicts itself. Every finding names the key, so that the desk can point at its line.

use alloc::collections::BTreeSet;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use crate::approval::{ApprovalLimit, Role};
use crate::article::with_article;
use crate::condition::Conditions;
use crate::money::{Currency, parse_amount};
use crate::policy::{Channel, Policy, StepRule};

/// One contradiction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The key's path as TOML writes it, for instance `notices.step[2].letter`; lists count from 0.
    pub key: String,
    /// What is wrong, and what would be right.
    pub message: String,
}

/// Facts hold the contacts of so many days; longer quiet days could not be kept.
const CONTACT_DAYS: i64 = 92;

impl Policy {
    /// Every contradiction, in the order of the file; an empty list is a policy that may be put in force.
    ///
    /// `book` is the currency that amounts are read in.
    pub fn check(&self, book: Currency) -> Vec<Problem> {
        let mut check = Check { book, problems: Vec::new() };
        if self.name.is_empty() || !self.name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b)) {
            check.found("name", "a policy has a name of letters, digits, `-`, `_` and `.`");
        }
        check.notices(self);
        check.scopes(self);
        check.bands(self);
        check.worklist(self);
        check.cash(self);
        check.people(self);
        check.problems
    }
}

struct Check {
    book: Currency,
    problems: Vec<Problem>,
}

impl Check {
    fn found(&mut self, key: impl Into<String>, message: impl Into<String>) {
        self.problems.push(Problem { key: key.into(), message: message.into() });
    }

    fn range(&mut self, key: &str, value: Option<i64>, low: i64, high: i64) {
        if value.is_some_and(|value| !(low..=high).contains(&value)) {
            self.found(key, format!("lies between {low} and {high}"));
        }
    }

    fn amount(&mut self, key: &str, text: &str) {
        match parse_amount(text, self.book) {
            Err(error) => self.found(key, format!("`{text}` is no amount in {}: {error}", self.book)),
            Ok(amount) if amount.minor < 0 => self.found(key, "is not below zero"),
            Ok(_) => {}
        }
    }

    fn notices(&mut self, policy: &Policy) {
        let notices = &policy.notices;
        self.range("notices.quiet_days", Some(notices.quiet_days), 0, CONTACT_DAYS);
        self.range("notices.grace_days", Some(notices.grace_days), 0, 365);
        self.amount("notices.minimum_amount", &notices.minimum_amount);
        self.range("notices.minimum_percent", Some(notices.minimum_percent), 0, 100);
        self.range("notices.promise_grace_business_days", Some(notices.promise_grace_business_days), 0, 30);
        self.range("notices.call_expires_business_days", Some(notices.call_expires_business_days), 1, 60);
        self.range("notices.bank_feed_max_age_business_days", Some(notices.bank_feed_max_age_business_days), 0, 60);
        self.range("notices.first_live_run_max_notices", Some(notices.first_live_run_max_notices), 0, 1_000_000);
        self.ladder("notices", &notices.step, notices.first_reminder_max_days_past_due);
    }

    fn scopes(&mut self, policy: &Policy) {
        let mut names = BTreeSet::new();
        for (place, scope) in policy.notices.scope.iter().enumerate() {
            let key = format!("notices.scope[{place}]");
            if scope.account.is_some() == scope.segment.is_some() {
                self.found(key.as_str(), "names one account or one segment");
            } else if !names.insert((&scope.account, &scope.segment)) {
                self.found(key.as_str(), "the same account or segment has a scope already");
            }
            self.range(&format!("{key}.quiet_days"), scope.quiet_days, 0, CONTACT_DAYS);
            self.range(&format!("{key}.grace_days"), scope.grace_days, 0, 365);
            if let Some(amount) = &scope.minimum_amount {
                self.amount(&format!("{key}.minimum_amount"), amount);
            }
            self.range(&format!("{key}.minimum_percent"), scope.minimum_percent, 0, 100);
            self.range(&format!("{key}.promise_grace_business_days"), scope.promise_grace_business_days, 0, 30);
            let most =
                scope.first_reminder_max_days_past_due.unwrap_or(policy.notices.first_reminder_max_days_past_due);
            if scope.step.is_some() || scope.first_reminder_max_days_past_due.is_some() {
                self.ladder(&key, scope.step.as_ref().unwrap_or(&policy.notices.step), most);
            }
        }
    }

    /// A ladder climbs: its ids differ, its days rise, its letters never grow milder.
    fn ladder(&mut self, key: &str, steps: &[StepRule], first_reminder_max: i64) {
        if steps.is_empty() {
            self.found(format!("{key}.step"), "a ladder has at least one step");
        }
        let mut ids = BTreeSet::new();
        let mut letter = 0;
        for (place, step) in steps.iter().enumerate() {
            let key = format!("{key}.step[{place}]");
            if !ids.insert(step.id.as_str()) {
                self.found(format!("{key}.id"), format!("`{}` names an earlier step", step.id));
            }
            if place > 0 && steps[place - 1].days_past_due >= step.days_past_due {
                let before = &steps[place - 1];
                let message = format!("comes after `{}`, so it is more than {} days", before.id, before.days_past_due);
                self.found(format!("{key}.days_past_due"), message);
            }
            if step.letter.is_some_and(|level| level < letter) {
                self.found(format!("{key}.letter"), format!("an earlier step sends a letter of level {letter}"));
            }
            letter = step.letter.unwrap_or(letter).max(letter);
            self.step(&key, step);
        }
        let first = steps.iter().find(|step| !step.is_before_due());
        if let Some(first) = first.filter(|first| first.days_past_due > first_reminder_max) {
            let message =
                format!("is below the {} days of `{}`, so nobody would ever get it", first.days_past_due, first.id);
            self.found(format!("{key}.first_reminder_max_days_past_due"), message);
        }
    }

    fn step(&mut self, key: &str, step: &StepRule) {
        if step.id.is_empty() || !step.id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_') {
            self.found(format!("{key}.id"), "is made of small letters, digits and `_`");
        }
        self.range(&format!("{key}.days_past_due"), Some(step.days_past_due), -90, 3650);
        if step.channels.is_empty() {
            self.found(format!("{key}.channels"), "a step is done by at least one channel");
        }
        self.range(&format!("{key}.letter"), step.letter, 1, 4);
        let written = step.channels.iter().any(|channel| channel.is_written());
        match step.letter {
            None if written => self.found(format!("{key}.letter"), "a mail or letter needs its level, 1 to 4"),
            Some(_) if !written => self.found(format!("{key}.letter"), "no mail or letter goes out in this step"),
            _ => {}
        }
        if step.channels.iter().any(|c| matches!(c, Channel::Suspension | Channel::Referral)) && !step.proposed {
            self.found(format!("{key}.proposed"), "suspension and referral are proposed, never taken (N-10)");
        }
        match step.approver {
            Some(_) if !step.proposed => self.found(format!("{key}.approver"), "only a proposed step has an approver"),
            Some(role) if !role.may_approve() => {
                self.found(format!("{key}.approver"), format!("{} approves nothing", with_article(role.code())));
            }
            _ => {}
        }
        self.conditions(&format!("{key}.when"), &step.when);
    }

    fn conditions(&mut self, key: &str, when: &Conditions) {
        for (name, amount) in when.amounts() {
            self.amount(&format!("{key}.{name}"), amount);
        }
        self.range(&format!("{key}.broken_promises_at_least"), when.broken_promises_at_least, 1, 1000);
        self.range(&format!("{key}.days_since_contact_at_least"), when.days_since_contact_at_least, 0, CONTACT_DAYS);
        if when.risk_class_in.as_ref().is_some_and(Vec::is_empty) {
            self.found(format!("{key}.risk_class_in"), "an empty list never holds");
        }
        let bounds = (when.oldest_days_past_due_at_least, when.oldest_days_past_due_at_most);
        if matches!(bounds, (Some(least), Some(most)) if least > most) {
            self.found(format!("{key}.oldest_days_past_due_at_most"), "is below the least: it never holds");
        }
    }

    fn bands(&mut self, policy: &Policy) {
        let assessment = &policy.assessment;
        self.range("assessment.trend_change_days", Some(assessment.trend_change_days), 1, 365);
        self.range("assessment.routinely_late_percent", Some(assessment.routinely_late_percent), 1, 100);
        let seriousness = &policy.seriousness;
        let mut last = None;
        for (place, band) in seriousness.amount_bands.iter().enumerate() {
            let key = format!("seriousness.amount_bands[{place}]");
            self.amount(&key, band);
            let amount = parse_amount(band, self.book).ok().map(|amount| amount.minor);
            if last.is_some() && amount <= last {
                self.found(key, "is above the band before it");
            }
            last = amount.or(last);
        }
        if seriousness.age_bands_days.windows(2).any(|pair| pair[0] >= pair[1]) {
            self.found("seriousness.age_bands_days", "rise from band to band");
        }
        let words = [seriousness.medium_from, seriousness.high_from, seriousness.critical_from];
        if words.windows(2).any(|pair| pair[0] >= pair[1]) || words[0] < 1 {
            self.found("seriousness.medium_from", "medium, high and critical begin at rising points, from 1");
        }
    }

    fn worklist(&mut self, policy: &Policy) {
        self.range("worklist.capacity", Some(policy.worklist.capacity), 1, 10_000);
        for (name, capacity) in &policy.worklist.capacity_of {
            self.range(&format!("worklist.capacity_of.{name}"), Some(*capacity), 0, 10_000);
        }
        let mut ids = BTreeSet::new();
        for (place, rule) in policy.worklist.rule.iter().enumerate() {
            let key = format!("worklist.rule[{place}]");
            if rule.id.is_empty() || !ids.insert(rule.id.as_str()) {
                self.found(format!("{key}.id"), "each rule has a name of its own");
            }
            if rule.points == 0 {
                self.found(format!("{key}.points"), "a rule of no points does nothing");
            }
            if rule.when.is_empty() && rule.task_in.is_empty() {
                self.found(format!("{key}.when"), "a rule without a condition adds its points to every row");
            }
            self.conditions(&format!("{key}.when"), &rule.when);
        }
    }

    fn cash(&mut self, policy: &Policy) {
        let cash = &policy.cash;
        let once: BTreeSet<_> = cash.order.iter().collect();
        if once.len() < cash.order.len() {
            self.found("cash.order", "names each rule once");
        }
        self.range("cash.discount_grace_days", Some(cash.discount_grace_days), 0, 90);
        self.amount("cash.tolerance", &cash.tolerance);
        let lines = i64::try_from(cash.subset_lines).unwrap_or(i64::MAX);
        self.range("cash.subset_lines", Some(lines), 0, 1_000);
        let chance = i64::try_from(cash.subset_chance).unwrap_or(i64::MAX);
        self.range("cash.currency_tolerance_bp", Some(cash.currency_tolerance_bp), 0, 2_000);
        self.range("cash.stated_rate_bp", Some(cash.stated_rate_bp), 0, 10_000);
        self.range("cash.subset_chance", Some(chance), 1, 1_000_000_000);
        let mut stated = BTreeSet::new();
        for (place, reason) in cash.reasons.iter().enumerate() {
            let said = reason.stated.trim().to_lowercase();
            if said.is_empty() {
                self.found(format!("cash.reason[{place}].stated"), "is what the payer writes");
            } else if !stated.insert(said) {
                self.found(format!("cash.reason[{place}].stated"), "stands once");
            }
        }
    }

    fn people(&mut self, policy: &Policy) {
        let mut names = BTreeSet::new();
        for (place, rule) in policy.assignment.collector.iter().enumerate() {
            let key = format!("assignment.collector[{place}]");
            if rule.name.is_empty() || !names.insert(rule.name.as_str()) {
                self.found(format!("{key}.name"), "each collector is named once");
            }
            self.range(&format!("{key}.max_accounts"), rule.max_accounts, 0, 10_000_000);
            if matches!((&rule.code_from, &rule.code_to), (Some(from), Some(to)) if from > to) {
                self.found(format!("{key}.code_to"), "lies before `code_from`: no account is between them");
            }
        }
        self.range("approval.expires_after_days", Some(policy.approval.expires_after_days), 1, 366);
        self.range("approval.adds_up_days", Some(policy.approval.adds_up_days), 1, 366);
        let mut alone: Vec<Role> = Vec::new();
        for (place, limit) in policy.write_off.alone.iter().enumerate() {
            let key = format!("write_off.alone[{place}]");
            if !matches!(limit.role, Role::Collector | Role::Manager) {
                self.found(format!("{key}.role"), format!("{} writes nothing off", with_article(limit.role.code())));
            }
            if alone.contains(&limit.role) {
                self.found(format!("{key}.role"), "each role has one limit".to_string());
            }
            alone.push(limit.role);
            self.amount(&format!("{key}.up_to"), &limit.up_to);
        }
        self.limits("approval.limit", &policy.approval.limit);
        self.limits("approval.refund_limit", &policy.approval.refund_limit);
        self.limits("approval.write_off_limit", &policy.approval.write_off_limit);
    }

    /// Up to how much roles sign.
    fn limits(&mut self, list: &str, limits: &[ApprovalLimit]) {
        let mut roles: Vec<Role> = Vec::new();
        for (place, limit) in limits.iter().enumerate() {
            let key = format!("{list}[{place}]");
            if !limit.role.may_approve() {
                self.found(format!("{key}.role"), format!("{} approves nothing", with_article(limit.role.code())));
            }
            if roles.contains(&limit.role) {
                self.found(format!("{key}.role"), "each role has one limit".to_string());
            }
            roles.push(limit.role);
            self.amount(&format!("{key}.up_to"), &limit.up_to);
        }
    }
}

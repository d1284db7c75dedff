//! Aged receivables, on any day, as known now or as known at a seal.

mod kept;
mod known;
pub mod lines;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use dunwell_rules::aging::{Aging, Buckets, DateBasis};
use dunwell_rules::calendar::{Date, day_number};
use serde::{Serialize, Serializer};

use super::json::{self, MoneyView};
use crate::fault::{Fault, Result};
use crate::read::{Bind, Reading};
use kept::Agings;

/// What was known at an instant: everything up to a seal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KnownAt {
    /// The last seal at or before the instant; 0 before the first.
    pub seal: i64,
    /// The instant that was asked for, UTC microseconds.
    pub instant: i64,
}

/// What an aging is broken down by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum AgingBy {
    /// The whole book.
    #[default]
    Book,
    /// Each account.
    Account,
    /// Each collector.
    Collector,
    /// Each business unit of the accounts.
    Unit,
}

impl AgingBy {
    /// Every breakdown, in documented order.
    pub const ALL: [Self; 4] = [Self::Book, Self::Account, Self::Collector, Self::Unit];

    /// The word used on the command line.
    pub fn code(self) -> &'static str {
        match self {
            Self::Book => "book",
            Self::Account => "account",
            Self::Collector => "collector",
            Self::Unit => "unit",
        }
    }

    /// Reads the word; `None` when it is not one of them.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|by| by.code() == code)
    }
}

/// An aging asked for.
#[derive(Debug, Clone)]
pub struct AgingQuestion {
    /// The day.
    pub on: Date,
    /// As known at a seal; `None` is now.
    pub known_at: Option<KnownAt>,
    /// Broken down by.
    pub by: AgingBy,
    /// The date ages are counted from.
    pub basis: DateBasis,
    /// The buckets.
    pub buckets: Buckets,
}

/// The answer, in the shape of the contract.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AgingView {
    /// The day.
    pub on: Date,
    /// The instant asked for; null unless asked.
    pub known_at: Option<String>,
    /// The breakdown.
    pub by: &'static str,
    /// The date ages are counted from.
    pub date_basis: &'static str,
    /// The book, by currency code.
    pub currencies: Vec<AgingCurrency>,
    /// The accounts, by customer number, when asked by account.
    #[serde(serialize_with = "by_account")]
    pub accounts: Vec<AgingGroup>,
    /// The collectors, by name, when asked by collector.
    #[serde(serialize_with = "by_collector")]
    pub collectors: Vec<AgingGroup>,
    /// The business units, by name, when asked by unit.
    #[serde(serialize_with = "by_unit")]
    pub units: Vec<AgingGroup>,
}

/// The aging of one currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AgingCurrency {
    /// The currency.
    pub currency: String,
    /// Every bucket in order.
    pub buckets: Vec<BucketView>,
    /// Credits on account, at most 0.
    pub unapplied: MoneyView,
    /// Cash of no account yet, at most 0; at book level only.
    pub unidentified: MoneyView,
    /// What of the buckets is disputed.
    pub disputed: MoneyView,
    /// Σ buckets + unapplied + unidentified.
    pub balance: MoneyView,
    /// The AR control balance from the daily control totals; at book level only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub control_balance: Option<MoneyView>,
    /// The ERP's figure of that day, where one was imported.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub erp: Option<ErpControl>,
    /// What is not due (or of age 0), minor units.
    #[serde(skip)]
    pub not_due: i64,
    /// What is aged at all, minor units.
    #[serde(skip)]
    pub aged: i64,
}

impl AgingCurrency {
    /// What is not due (or of age 0), minor units.
    pub fn not_due_minor(&self) -> i64 {
        self.not_due
    }

    /// Every open debit, due or not, minor units.
    pub fn aged_minor(&self) -> i64 {
        self.aged
    }
}

/// The ERP's control figure beside ours.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ErpControl {
    /// Its balance.
    pub control_total: MoneyView,
    /// Ours less the ERP's.
    pub difference: MoneyView,
    /// Where it came from.
    pub source: String,
}

/// One bucket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BucketView {
    /// Its code.
    pub bucket: String,
    /// Open amounts.
    pub amount: MoneyView,
    /// Open due lines.
    pub items: i64,
}

/// One account, collector or unit. In JSON its code stands under what it is: `account`, `collector` or `unit`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgingGroup {
    /// Customer number, collector or unit; null where accounts have none.
    pub code: Option<String>,
    /// The customer's name, for an account.
    pub name: Option<String>,
    /// Its currencies.
    pub currencies: Vec<AgingCurrency>,
}

fn by_account<S: Serializer>(groups: &[AgingGroup], to: S) -> std::result::Result<S::Ok, S::Error> {
    named("account", groups, to)
}

fn by_collector<S: Serializer>(groups: &[AgingGroup], to: S) -> std::result::Result<S::Ok, S::Error> {
    named("collector", groups, to)
}

fn by_unit<S: Serializer>(groups: &[AgingGroup], to: S) -> std::result::Result<S::Ok, S::Error> {
    named("unit", groups, to)
}

/// The groups with their code under the name of what they are; only accounts have a name of their own.
fn named<S: Serializer>(what: &str, groups: &[AgingGroup], to: S) -> std::result::Result<S::Ok, S::Error> {
    to.collect_seq(groups.iter().map(|group| {
        let mut object = serde_json::Map::new();
        object.insert(what.into(), serde_json::json!(group.code));
        if what == "account" {
            object.insert("name".into(), serde_json::json!(group.name));
        }
        object.insert("currencies".into(), serde_json::json!(group.currencies));
        object
    }))
}

const CONTROL: &str = "
select currency, cast(sum(amount) as bigint) from control_day where book = $1 and day <= $2 group by currency";
const CONTROL_TOTAL: &str = "select currency, amount, source from control_total where book = $1 and day = $2";
const LAST_SEAL: &str = "select max(seal) from seal where book = $1 and sealed_at <= $2";
const UNSEALED: &str = "
select cast(count(*) as bigint) from batch b
where b.book = $1 and b.recorded_at <= $2
    and not exists (select 1 from seal_member m join seal s on s.book = m.book and s.seal = m.seal
        where m.book = b.book and m.batch = b.batch and s.sealed_at <= $3)";
const GROUPS: &str = "
select a.account, a.code, p.name, a.collector, a.business_unit
from account a left join party p on p.book = a.book and p.account = a.account
where a.book = $1
order by a.code";

/// Every statement here, for the test that prepares them.
#[cfg(test)]
pub(crate) fn statements() -> Vec<&'static str> {
    [CONTROL, CONTROL_TOTAL, LAST_SEAL, UNSEALED, GROUPS]
        .iter()
        .chain(kept::STATEMENTS)
        .chain(known::STATEMENTS)
        .chain(lines::STATEMENTS)
        .copied()
        .collect()
}

type GroupColumns = (i64, String, Option<String>, Option<String>, Option<String>);

impl Reading {
    /// What was known at `instant`; `now` is the clock's. `None` when that is not sealed yet: the instant lies in the future,
    /// or rows recorded by then were not sealed.
    pub async fn known_at(&mut self, instant: i64, now: i64) -> Result<Option<KnownAt>> {
        if instant > now {
            return Ok(None);
        }
        let unsealed: Option<(i64,)> = self.row(UNSEALED, &[Bind::Int(instant), Bind::Int(now)]).await?;
        if unsealed.is_some_and(|(count,)| count > 0) {
            return Ok(None);
        }
        let seal: Option<(Option<i64>,)> = self.row(LAST_SEAL, &[Bind::Int(instant)]).await?;
        Ok(Some(KnownAt { seal: seal.and_then(|(seal,)| seal).unwrap_or(0), instant }))
    }

    /// Ages what was open on a day. A fault when the aging does not meet its control balance (`domain.md` 1.15).
    pub async fn aging(&mut self, question: &AgingQuestion) -> Result<AgingView> {
        let by_account = question.by != AgingBy::Book;
        let on = Bind::Int(day_number(question.on));
        let (book, units, control) = match question.known_at {
            Some(known) => known::agings(self, question, known).await?,
            None => {
                let book = kept::agings(self, question, false).await?;
                let units = if by_account { kept::agings(self, question, true).await? } else { Agings::new() };
                let control: Vec<(String, i64)> = self.rows(CONTROL, &[on]).await?;
                (book, units, control.into_iter().collect::<BTreeMap<_, _>>())
            }
        };
        let erp: Vec<(String, i64, String)> = self.rows(CONTROL_TOTAL, &[on]).await?;
        let mut currencies = Vec::new();
        for ((_, code), aging) in &book {
            let ours = control.get(code).copied().unwrap_or(0);
            aging
                .check(ours)
                .map_err(|broken| Fault::new(format!("{broken} on {}; run `dunwell verify`", question.on)))?;
            let mut view = currency_view(aging, question);
            view.control_balance = Some(MoneyView::new(ours, aging.currency));
            view.erp = erp.iter().find(|(of, ..)| of == code).map(|(_, amount, source)| ErpControl {
                control_total: MoneyView::new(*amount, aging.currency),
                difference: MoneyView::new(ours.saturating_sub(*amount), aging.currency),
                source: source.clone(),
            });
            currencies.push(view);
        }
        let mut view = AgingView {
            on: question.on,
            known_at: question.known_at.map(|known| json::instant_text(known.instant)),
            by: question.by.code(),
            date_basis: question.basis.code(),
            currencies,
            accounts: Vec::new(),
            collectors: Vec::new(),
            units: Vec::new(),
        };
        if by_account {
            let groups: Vec<GroupColumns> = self.rows(GROUPS, &[]).await?;
            match question.by {
                AgingBy::Book => {}
                AgingBy::Account => view.accounts = by_accounts(groups, units, question),
                AgingBy::Collector => view.collectors = by_words(groups, units, question, |group| group.3.clone()),
                AgingBy::Unit => view.units = by_words(groups, units, question, |group| group.4.clone()),
            }
        }
        Ok(view)
    }
}

fn currency_view(aging: &Aging, question: &AgingQuestion) -> AgingCurrency {
    let money = |minor| MoneyView::new(minor, aging.currency);
    let codes = question.buckets.codes(question.basis);
    let bucket = |(code, total): (String, &dunwell_rules::aging::BucketTotal)| BucketView {
        bucket: code,
        amount: money(total.amount),
        items: total.items,
    };
    AgingCurrency {
        currency: aging.currency.code().into(),
        buckets: codes.into_iter().zip(&aging.buckets).map(bucket).collect(),
        unapplied: money(aging.unapplied),
        unidentified: money(aging.unidentified),
        disputed: money(aging.disputed),
        balance: money(aging.balance()),
        control_balance: None,
        erp: None,
        not_due: aging.buckets[0].amount,
        aged: aging.open(),
    }
}

/// Whether a group has anything to show.
fn holds_anything(aging: &Aging) -> bool {
    aging.unapplied != 0 || aging.buckets.iter().any(|bucket| bucket.items != 0 || bucket.amount != 0)
}

fn by_accounts(groups: Vec<GroupColumns>, mut units: Agings, question: &AgingQuestion) -> Vec<AgingGroup> {
    let mut views = Vec::new();
    for (account, code, name, ..) in groups {
        let of_account: Vec<String> = units
            .range((account, String::new())..(account + 1, String::new()))
            .map(|((_, code), _)| code.clone())
            .collect();
        let agings: Vec<Aging> =
            of_account.into_iter().filter_map(|code| units.remove(&(account, code))).filter(holds_anything).collect();
        if !agings.is_empty() {
            let currencies = agings.iter().map(|aging| currency_view(aging, question)).collect();
            views.push(AgingGroup { code: Some(code), name, currencies });
        }
    }
    views
}

/// Sums accounts that share a word; those without one come last.
fn by_words(
    groups: Vec<GroupColumns>,
    units: Agings,
    question: &AgingQuestion,
    word: impl Fn(&GroupColumns) -> Option<String>,
) -> Vec<AgingGroup> {
    let words: BTreeMap<i64, Option<String>> = groups.iter().map(|group| (group.0, word(group))).collect();
    let mut sums: BTreeMap<(bool, Option<String>), BTreeMap<String, Aging>> = BTreeMap::new();
    for ((account, code), aging) in units {
        if !holds_anything(&aging) {
            continue;
        }
        let word = words.get(&account).cloned().flatten();
        let group = sums.entry((word.is_none(), word)).or_default();
        match group.get_mut(&code) {
            Some(sum) => sum.add(&aging),
            None => {
                group.insert(code, aging);
            }
        }
    }
    let view = |((_, code), agings): ((bool, Option<String>), BTreeMap<String, Aging>)| AgingGroup {
        code,
        name: None,
        currencies: agings.values().map(|aging| currency_view(aging, question)).collect(),
    };
    sums.into_iter().map(view).collect()
}

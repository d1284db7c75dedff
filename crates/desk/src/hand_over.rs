//! Handing work over: a task, an account, or everything of a collector who is away goes to somebody else, with a reason.
//!
//! Only who the work belongs to changes. What a collector records on an account that was handed over while it lay open before
//! them is recorded as ever: no act asks whose account it is.

use std::collections::BTreeSet;

use dunwell_rules::account::EntryId;
use dunwell_rules::approval::Role;
use dunwell_rules::assignment::AssignableAccount;
use dunwell_rules::calendar::Date;
use dunwell_rules::rights::{Action, may};
use dunwell_store::fault::Fault;
use dunwell_store::record::NewAssignment;
use dunwell_store::views::tasks::TaskView;
use serde::Serialize;

use crate::desk::Desk;
use crate::keep_book::known_user;
use crate::refusal::{Refusal, Result};
use crate::who::entry_of;

/// Tasks and accounts that may be named in one call; everything of a collector is one name.
pub const MOST_NAMED: usize = 200;
/// The longest reason, in characters.
const MOST_WORDS: usize = 400;
/// How often it is planned again because accounts changed meanwhile.
const TRIES: u32 = 20;

/// What is to be handed over, to whom, and why.
#[derive(Debug, Clone, Default)]
pub struct HandOver {
    /// Tasks, as `412.3`.
    pub tasks: Vec<String>,
    /// Customer numbers of whole accounts.
    pub accounts: Vec<String>,
    /// Everything of this collector: the accounts they hold, and the tasks of other accounts that were given to them.
    pub all_of: Option<String>,
    /// Who gets it. `None` lets an account go to nobody, and a task back to whoever holds its account.
    pub to: Option<String>,
    /// Why, in the words of who hands over; erasable.
    pub because: String,
}

/// What changed hands.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct HandedOver {
    /// Who has it now; null for nobody.
    pub to: Option<String>,
    /// Accounts that changed hands, by customer number.
    pub accounts: Vec<AccountHanded>,
    /// Tasks that changed hands one by one, in the order named.
    pub tasks: Vec<TaskHanded>,
    /// How many of what was named were theirs already.
    pub unchanged: usize,
}

/// An account that changed hands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AccountHanded {
    /// Customer number.
    pub account: String,
    /// Who held it; null for nobody.
    pub from: Option<String>,
}

/// A task that changed hands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TaskHanded {
    /// The task.
    pub task: String,
    /// Customer number.
    pub account: String,
    /// Whose it was; null for nobody's.
    pub from: Option<String>,
}

/// Hands work over, all of it or nothing. Doing it again changes nothing and says so.
///
/// Refused to whom the table of rights does not allow `reassign`; without a reason or without anything named (`bad_value`);
/// to somebody whose role does no work on accounts (`bad_value`) or whom nobody knows (`unknown_user`); for everything of a
/// name that is no person of the book and holds nothing (`unknown_user`); for an account (`unknown_account`) or task
/// (`not_found`) that is not there or not open.
pub async fn hand_over(desk: &Desk, asked: &HandOver, on: Date) -> Result<HandedOver> {
    desk.may(Action::Reassign)?;
    checked(desk, asked).await?;
    for _ in 0..TRIES {
        let plan = Plan::of(desk, asked, on).await?;
        if let (Some(of), true) = (&asked.all_of, plan.nothing_theirs) {
            known_user(desk, of).await?;
        }
        let done = desk.retrying(|| record(desk, &plan, asked, on)).await?;
        if let Some(done) = done {
            return Ok(done);
        }
    }
    Err(Fault::new("accounts keep changing while they are handed over; hand over again").into())
}

/// Whether somebody of that role works accounts, so that work can be given to them.
pub fn can_be_given_work(role: &str) -> bool {
    Role::parse(role).is_some_and(|role| may(Some(role), Action::Log).is_ok())
}

async fn checked(desk: &Desk, asked: &HandOver) -> Result<()> {
    let refused = |what, value: &str, why: &str| Refusal::BadValue { what, value: value.into(), why: why.into() };
    let words = asked.because.trim();
    if words.is_empty() || words.chars().count() > MOST_WORDS || words.contains('\0') {
        return Err(refused("reason", "", "say in at most 400 characters why it changes hands").into());
    }
    let named = asked.tasks.len() + asked.accounts.len();
    if named == 0 && asked.all_of.is_none() {
        return Err(refused("work", "", "name a task, an account, or the person whose work it is").into());
    }
    if named > MOST_NAMED {
        return Err(refused("work", &named.to_string(), "name at most 200 tasks and accounts at once").into());
    }
    if let Some(to) = &asked.to {
        let role = known_user(desk, to).await?;
        if !can_be_given_work(&role) {
            return Err(refused("person", to, "their role does no work on accounts").into());
        }
        if asked.all_of.as_ref() == Some(to) {
            return Err(refused("person", to, "it is theirs; name somebody else").into());
        }
    }
    Ok(())
}

/// What has to be recorded, as the book stands.
struct Plan {
    accounts: Vec<NewAssignment>,
    /// Tasks, and who gets each: `None` goes with its account.
    tasks: Vec<(TaskView, Option<String>)>,
    unchanged: usize,
    /// Whoever everything is asked of holds neither an account nor a task.
    nothing_theirs: bool,
}

impl Plan {
    async fn of(desk: &Desk, asked: &HandOver, on: Date) -> Result<Self> {
        let mut reading = desk.book.read().await?;
        let mut plan = Self { accounts: Vec::new(), tasks: Vec::new(), unchanged: 0, nothing_theirs: false };
        let wanted: BTreeSet<&str> = asked.accounts.iter().map(String::as_str).collect();
        let known = if wanted.is_empty() && asked.all_of.is_none() {
            Vec::new()
        } else {
            reading.assignable_accounts().await?
        };
        if let Some(missing) = wanted.iter().find(|code| !known.iter().any(|account| account.code == **code)) {
            return Err(Refusal::UnknownAccount((*missing).into()).into());
        }
        let theirs = |account: &AssignableAccount| asked.all_of.is_some() && account.collector == asked.all_of;
        let open = if known.is_empty() { Vec::new() } else { reading.open_tasks(on).await? };
        plan.nothing_theirs = !known.iter().any(theirs) && !open.iter().any(|task| task.collector == asked.all_of);
        let mut named = BTreeSet::new();
        for account in known.into_iter().filter(|account| wanted.contains(account.code.as_str()) || theirs(account)) {
            // What its holder was given by name goes with the account; what somebody else was given stays with them.
            let own =
                open.iter().filter(|task| task.account_id == account.account && task.collector == account.collector);
            plan.tasks.extend(own.map(|task| (task.clone(), None)));
            named.insert(account.account);
            plan.add(account, asked);
        }
        if let Some(of) = &asked.all_of {
            let given =
                open.iter().filter(|task| task.collector.as_ref() == Some(of) && !named.contains(&task.account_id));
            plan.tasks.extend(given.map(|task| (task.clone(), asked.to.clone())));
        }
        for id in &asked.tasks {
            let found = reading.task(entry_of("task", id)?).await?;
            let task = found.filter(|task| task.account_id != EntryId(0));
            let task = task.ok_or_else(|| Refusal::NotFound { what: "task", id: id.clone() })?;
            if !plan.tasks.iter().any(|(known, _)| known.task == task.task) {
                plan.tasks.push((task, asked.to.clone()));
            }
        }
        Ok(plan)
    }

    fn add(&mut self, seen: AssignableAccount, asked: &HandOver) {
        if seen.collector == asked.to {
            self.unchanged += 1;
            return;
        }
        let words = Some(asked.because.trim().to_owned());
        self.accounts.push(NewAssignment { seen, collector: asked.to.clone(), because: "handed over".into(), words });
    }
}

/// Records the plan; `None` when an account is no longer as it was seen, or a task that nobody named is closed by now.
async fn record(desk: &Desk, plan: &Plan, asked: &HandOver, on: Date) -> Result<Option<HandedOver>> {
    let mut recording = desk.record("reassign", on).await?;
    let mut done = HandedOver { to: asked.to.clone(), unchanged: plan.unchanged, ..HandedOver::default() };
    if !recording.assign_collectors(&plan.accounts).await?.is_empty() {
        return Ok(None);
    }
    for (task, to) in &plan.tasks {
        let named = asked.tasks.contains(&task.task.to_string());
        match recording.assign_task(task.task, to.as_deref(), asked.because.trim()).await? {
            None if !named => return Ok(None),
            None => return Err(Refusal::NotFound { what: "task", id: task.task.to_string() }.into()),
            Some(false) if to.is_none() && !named => {}
            Some(false) => done.unchanged += 1,
            Some(true) => done.tasks.push(TaskHanded {
                task: task.task.to_string(),
                account: task.account.clone().unwrap_or_default(),
                from: task.collector.clone(),
            }),
        }
    }
    recording.commit().await?;
    let handed =
        |row: &NewAssignment| AccountHanded { account: row.seen.code.clone(), from: row.seen.collector.clone() };
    done.accounts = plan.accounts.iter().map(handed).collect();
    done.accounts.sort_by(|a, b| a.account.cmp(&b.account));
    Ok(Some(done))
}

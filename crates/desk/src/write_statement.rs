//! Writing statements of account: open items or the activity of a period, alone or with the accounts below a parent.

use dunwell_documents::Renderer;
use dunwell_documents::model::{
    AgingBucket, LastPayment, Paper, Sender, StatementDocument, StatementFigures, StatementKind, StatementRow,
    StatementSection,
};
use dunwell_rules::account::EntryId;
use dunwell_rules::aging::{Buckets, DateBasis};
use dunwell_rules::assessment::Assessment;
use dunwell_rules::calendar::Date;
use dunwell_rules::facts::AccountFacts;
use dunwell_rules::money::{Currency, Money};
use dunwell_store::read::{AccountChoice, Reading};
use dunwell_store::views::party::PartyRow;
use serde::Serialize;

use crate::currency::currency_for;
use crate::desk::Desk;
use crate::judge::Judge;
use crate::put_policy_in_force::policy_in_force;
use crate::refusal::{Refusal, Result};
use crate::write_notice::{customer, language, paper, sender_contact, sender_of};

/// Days a customer has to say that an item of a statement is wrong.
const CONTEST_WITHIN_DAYS: u32 = 10;

/// The statement asked for.
#[derive(Debug, Clone)]
pub struct StatementAsked {
    /// Customer number.
    pub account: String,
    /// The currency, where the account has several.
    pub currency: Option<String>,
    /// The day it holds for.
    pub on: Date,
    /// The first day of an activity statement; `None` is a statement of open items.
    pub activity_from: Option<Date>,
    /// The sheet; `None` is the usual one of the customer's country.
    pub paper: Option<Paper>,
    /// Whether the accounts below it are on it.
    pub with_children: bool,
}

/// The totals of a statement.
#[derive(Debug, Clone, Serialize)]
pub struct StatementTotals {
    /// The statement's number.
    pub statement: String,
    /// Customer number.
    pub account: String,
    /// The day.
    pub on: String,
    /// The currency.
    pub currency: String,
    /// Lines on it.
    pub lines: usize,
    /// Everything open, less unapplied credits.
    pub balance: Money,
    /// What is past due.
    pub past_due: Money,
    /// What of that is disputed.
    pub disputed: Money,
    /// Unapplied credits, at or below zero.
    pub unapplied: Money,
    /// Please pay now: the collectible amount.
    pub pay_now: Money,
}

impl StatementTotals {
    /// The totals of a document.
    pub fn of(document: &StatementDocument) -> Self {
        let money = |minor| Money::new(minor, document.currency);
        let figures = &document.figures;
        Self {
            statement: document.number.clone(),
            account: document.account.clone(),
            on: document.as_of.to_string(),
            currency: document.currency.to_string(),
            lines: document.rows.len() + document.children.iter().map(|child| child.rows.len()).sum::<usize>(),
            balance: money(figures.balance_minor),
            past_due: money(figures.past_due_minor),
            disputed: money(figures.disputed_minor),
            unapplied: money(figures.unapplied_minor),
            pay_now: money(figures.pay_now_minor),
        }
    }
}

/// The data of a statement, checked to foot.
pub async fn write_statement(desk: &Desk, asked: &StatementAsked) -> Result<StatementDocument> {
    let currency = currency_for(desk, &asked.account, asked.currency.as_deref(), asked.on).await?;
    let judge = Judge::of(desk, policy_in_force(desk).await?.policy, asked.on, false).await?;
    let sender = sender_of(desk.settings())?;
    let mut reading = desk.book.read().await?;
    let accounts = accounts_of(&mut reading, asked).await?;
    let parties = reading.parties(&accounts).await?;
    let facts = reading.facts(AccountChoice::Ids(&accounts), asked.on).await?;
    let mut sheet = Sheet::new(&judge, currency, desk.buckets());
    for account in &accounts {
        let party = parties.get(account);
        let facts = facts.iter().find(|facts| facts.account == *account && facts.currency == currency);
        let section = match asked.activity_from {
            None => facts.map(|facts| open_items(facts, &judge.assess(facts))),
            Some(from) => Some(activity(&mut reading, *account, currency, from, asked.on).await?),
        };
        sheet.add(*account == accounts[0], party, facts, section);
    }
    let document = sheet.document(asked, desk.settings().last_bank_statement, sender, parties.get(&accounts[0]));
    document.check().map_err(|refused| Refusal::Document(refused.to_string()))?;
    Ok(document)
}

/// The account, and those directly below it when they are wanted.
async fn accounts_of(reading: &mut Reading, asked: &StatementAsked) -> Result<Vec<EntryId>> {
    let account = reading.account(&asked.account).await?;
    let account = account.ok_or_else(|| Refusal::UnknownAccount(asked.account.clone()))?.entry;
    let mut accounts = vec![account];
    if asked.with_children {
        accounts.extend(reading.children(account).await?.into_iter().map(|(child, _)| child));
    }
    Ok(accounts)
}

/// The lines of one account on a statement, with the balance before them.
struct Section {
    opening: i64,
    rows: Vec<StatementRow>,
}

fn open_items(facts: &AccountFacts, assessment: &Assessment) -> Section {
    let lines = facts.lines.iter().zip(&assessment.lines).map(|(line, assessed)| StatementRow {
        date: line.document_date,
        kind: line.kind,
        document: line.document.clone(),
        po_number: line.po_number.clone(),
        due: Some(line.due_date),
        days_late: assessed.days_past_due.max(0),
        amount_minor: line.amount,
        paid_minor: line.amount - line.open,
        open_minor: line.open,
        disputed_minor: assessed.disputed,
    });
    let credits = facts.credits.iter().map(|credit| StatementRow {
        date: credit.posting_date,
        kind: credit.kind,
        document: credit.document.clone(),
        po_number: None,
        due: None,
        days_late: 0,
        amount_minor: -credit.amount,
        paid_minor: credit.unapplied - credit.amount,
        open_minor: -credit.unapplied,
        disputed_minor: 0,
    });
    Section { opening: 0, rows: lines.chain(credits).collect() }
}

async fn activity(
    reading: &mut Reading,
    account: EntryId,
    currency: Currency,
    from: Date,
    to: Date,
) -> Result<Section> {
    let opening = reading.balance_before(account, currency, from).await?;
    let lines = reading.activity(account, currency, from, to).await?;
    let rows = lines.into_iter().map(|line| StatementRow {
        date: line.day,
        kind: line.kind,
        document: line.document,
        po_number: line.po_number,
        due: None,
        days_late: 0,
        amount_minor: line.amount_minor,
        paid_minor: 0,
        open_minor: 0,
        disputed_minor: 0,
    });
    Ok(Section { opening, rows: rows.collect() })
}

/// A statement as it fills, account by account.
struct Sheet<'a> {
    judge: &'a Judge,
    currency: Currency,
    buckets: Buckets,
    figures: StatementFigures,
    aged: Vec<i64>,
    opening: i64,
    rows: Vec<StatementRow>,
    children: Vec<StatementSection>,
    last_payment: Option<LastPayment>,
}

impl<'a> Sheet<'a> {
    fn new(judge: &'a Judge, currency: Currency, buckets: Buckets) -> Self {
        let figures = StatementFigures {
            balance_minor: 0,
            past_due_minor: 0,
            disputed_minor: 0,
            unapplied_minor: 0,
            pay_now_minor: 0,
        };
        let aged = vec![0; buckets.count()];
        let (rows, children) = (Vec::new(), Vec::new());
        Self { judge, currency, buckets, figures, aged, opening: 0, rows, children, last_payment: None }
    }

    fn add(&mut self, own: bool, party: Option<&PartyRow>, facts: Option<&AccountFacts>, section: Option<Section>) {
        if let Some(facts) = facts {
            self.add_figures(facts);
        }
        let Some(section) = section else { return };
        self.opening += section.opening;
        if own {
            self.rows = section.rows;
            return;
        }
        if section.rows.is_empty() && section.opening == 0 {
            return;
        }
        let moved = |row: &StatementRow| if row.open_minor == 0 { row.amount_minor } else { row.open_minor };
        let subtotal_minor = section.opening + section.rows.iter().map(moved).sum::<i64>();
        self.children.push(StatementSection {
            account: party.map_or_else(String::new, |party| party.code.clone()),
            name: party.and_then(|party| party.name.clone()).unwrap_or_default(),
            opening_minor: section.opening,
            rows: section.rows,
            subtotal_minor,
        });
    }

    fn add_figures(&mut self, facts: &AccountFacts) {
        let assessment = self.judge.assess(facts);
        let disputed = assessment.lines.iter().filter(|line| line.is_past_due()).map(|line| line.disputed);
        self.figures.balance_minor += assessment.balance.minor;
        self.figures.past_due_minor += assessment.past_due.minor;
        self.figures.disputed_minor += disputed.sum::<i64>();
        self.figures.unapplied_minor += assessment.unapplied.minor;
        self.figures.pay_now_minor += assessment.collectible.minor;
        for line in &assessment.lines {
            self.aged[self.buckets.bucket_of(line.days_past_due)] += line.open;
        }
        if let Some(payment) = &facts.last_payment
            && self.last_payment.as_ref().is_none_or(|last| last.date < payment.day)
        {
            self.last_payment = Some(LastPayment { date: payment.day, amount_minor: payment.amount.minor });
        }
    }

    /// The document; payments are known through the newest bank statement, where the book has a bank feed.
    fn document(
        self,
        asked: &StatementAsked,
        paid_through: Option<Date>,
        sender: Option<Sender>,
        party: Option<&PartyRow>,
    ) -> StatementDocument {
        let codes = self.buckets.codes(DateBasis::Due);
        let aging = codes.into_iter().zip(self.aged).map(|(bucket, amount_minor)| AgingBucket { bucket, amount_minor });
        let kind = match asked.activity_from {
            None => StatementKind::OpenItem,
            Some(from) => {
                StatementKind::Activity { from, opening_minor: self.opening, closing_minor: self.figures.balance_minor }
            }
        };
        let mut missing = Vec::new();
        if sender.is_none() {
            missing.push("sender".to_string());
        }
        let sender = sender.unwrap_or_default();
        StatementDocument {
            number: format!("S-{}-{}", asked.on.strftime("%Y-%m-%d"), asked.account),
            kind,
            as_of: asked.on,
            language: language(party),
            paper: asked.paper.unwrap_or_else(|| paper(party)),
            currency: self.currency,
            your_contact: sender_contact(&sender),
            sender,
            customer: customer(party),
            account: asked.account.clone(),
            terms: party.and_then(|party| party.terms.clone()),
            figures: self.figures,
            rows: self.rows,
            children: self.children,
            aging: aging.collect(),
            last_payment: self.last_payment,
            cut_off: Some(paid_through.map_or(asked.on, |day| day.min(asked.on))),
            contest_within_days: Some(CONTEST_WITHIN_DAYS),
            missing,
        }
    }
}

/// The bytes of a statement for a file of this ending: `pdf`, `html`, `txt` or `csv`; `None` for any other.
pub fn render_statement(renderer: &Renderer, document: &StatementDocument, ending: &str) -> Result<Option<Vec<u8>>> {
    let rendered = match ending {
        "pdf" => renderer.statement_pdf(document),
        "html" => renderer.statement_html(document).map(String::into_bytes),
        "txt" => renderer.statement_text(document).map(String::into_bytes),
        "csv" => renderer.statement_csv(document).map(String::into_bytes),
        _ => return Ok(None),
    };
    Ok(Some(rendered.map_err(|error| Refusal::Document(error.to_string()))?))
}

//! Writing past-due notices: freezing an account's facts into the letter that a step sends. No wording lives here.

use std::collections::HashMap;

use dunwell_documents::model::{
    BrokenPromise, Consequence, ConsequenceKind, ContactChannel, ContactPerson, Customer, DisputedItem, Enclosure,
    Language, NoticeCredit, NoticeDocument, NoticeItem, Paper, PastContact, PromisedItem, Sender,
};
use dunwell_rules::account::EntryId;
use dunwell_rules::assessment::{Assessment, LineAssessment};
use dunwell_rules::calendar::{Calendar, add_days};
use dunwell_rules::facts::{AccountFacts, LineFacts};
use dunwell_rules::policy::{Channel, NoticePolicy, StepRule};
use dunwell_rules::promise::PromiseState;
use dunwell_store::book::Settings;
use dunwell_store::record::NewNotice;
use dunwell_store::views::party::PartyRow;

use crate::refusal::{Refusal, Result};

/// Days a customer has from the letter's date to pay.
const DAYS_TO_PAY: i64 = 10;
/// Days a customer has to say which item is wrong.
const DAYS_TO_DISPUTE: i64 = 7;
/// Level from which a letter tells what was written and said before, and what follows.
const LEVEL_WITH_CONSEQUENCES: i64 = 3;

/// What letters of one run share.
#[derive(Debug)]
pub struct Stationery<'a> {
    /// Who writes; `None` where the book has no sender yet.
    pub sender: Option<Sender>,
    /// The book's business calendar.
    pub calendar: &'a Calendar,
    /// Whether a notice counts as sent when it is recorded (a rehearsing book).
    pub sent_at_once: bool,
    /// Names, addresses and people of the accounts.
    pub parties: HashMap<EntryId, PartyRow>,
}

/// The sender of the book's letters, where one is set.
pub fn sender_of(settings: &Settings) -> Result<Option<Sender>> {
    let Some(text) = &settings.sender else { return Ok(None) };
    let sender = serde_json::from_str(text).map_err(|error| Refusal::BadValue {
        what: "sender",
        value: text.clone(),
        why: error.to_string(),
    })?;
    Ok(Some(sender))
}

/// The account and the step a letter is about.
#[derive(Debug, Clone, Copy)]
pub struct LetterCase<'a> {
    /// The facts of the day.
    pub facts: &'a AccountFacts,
    /// The assessment of the day.
    pub assessment: &'a Assessment,
    /// The step that sends it.
    pub step: &'a StepRule,
    /// The ladder of the account.
    pub ladder: &'a NoticePolicy,
}

/// The notice of a step that has a letter, frozen and checked to foot.
pub fn write_notice(case: LetterCase<'_>, stationery: &Stationery<'_>) -> Result<NewNotice> {
    let level = case.step.letter.unwrap_or(1);
    let document = compose(case, level, stationery);
    document.check().map_err(|refused| Refusal::Document(refused.to_string()))?;
    Ok(NewNotice {
        level,
        channels: written_channels(case.step),
        amount: document.amount_minor,
        missing: document.missing.clone(),
        content: serde_json::to_string(&document).expect("a document is plain data"),
        sent: stationery.sent_at_once,
    })
}

fn written_channels(step: &StepRule) -> Vec<String> {
    step.channels.iter().filter(|channel| channel.is_written()).map(|channel| channel.code().into()).collect()
}

fn compose(case: LetterCase<'_>, level: i64, stationery: &Stationery<'_>) -> NoticeDocument {
    let LetterCase { facts, assessment, step, .. } = case;
    let today = facts.as_of;
    let party = stationery.parties.get(&facts.account);
    let items = asked_items(case);
    let credits: Vec<NoticeCredit> = credits(facts);
    let asked: i64 = items.iter().map(|item| item.asked_minor).sum();
    let credited: i64 = credits.iter().map(|credit| credit.amount_minor).sum();
    let late = level >= LEVEL_WITH_CONSEQUENCES;
    let sender = stationery.sender.clone().unwrap_or_default();
    NoticeDocument {
        number: notice_number(facts),
        level: u8::try_from(level).unwrap_or(1),
        step_name: step.id.clone(),
        date: today,
        deadline: stationery.calendar.on_or_after(add_days(today, DAYS_TO_PAY)),
        language: language(party),
        paper: paper(party),
        currency: facts.currency,
        your_contact: sender_contact(&sender),
        signatory: None,
        customer: customer(party),
        account: facts.code.clone(),
        terms: party.and_then(|party| party.terms.clone()),
        amount_minor: asked + credited,
        enclosures: vec![Enclosure::InvoiceCopies(items.iter().map(|item| item.document.clone()).collect())],
        items,
        credits,
        disputed: disputed(facts, assessment),
        promised: promised(facts, assessment),
        history: if late { history(facts) } else { Vec::new() },
        broken_promises: if late { broken_promises(facts, assessment) } else { Vec::new() },
        late_charges: None,
        consequences: if late { consequences(case) } else { Vec::new() },
        dispute_by: late.then(|| stationery.calendar.on_or_after(add_days(today, DAYS_TO_DISPUTE))),
        plan_offered: late,
        copies_to: Vec::new(),
        missing: missing(step, stationery, party),
        sender,
    }
}

/// The letter's number: the account, the day and the currency name it, as the book allows one notice for them.
fn notice_number(facts: &AccountFacts) -> String {
    let day = facts.as_of;
    format!("N-{}-{:04}{:02}{:02}-{}", facts.code, day.year(), day.month(), day.day(), facts.currency)
}

fn line_facts<'a>(facts: &'a AccountFacts, line: &LineAssessment) -> Option<&'a LineFacts> {
    facts.lines.iter().find(|candidate| candidate.item == line.item && candidate.line == line.line)
}

/// The undisputed lines that the step is about.
fn asked_items(case: LetterCase<'_>) -> Vec<NoticeItem> {
    let LetterCase { facts, assessment, step, ladder } = case;
    let lines = assessment.lines.iter().filter(|line| line.free > 0 && ladder.reaches(step, line.days_past_due));
    lines
        .filter_map(|line| {
            let fact = line_facts(facts, line)?;
            Some(NoticeItem {
                kind: fact.kind,
                document: fact.document.clone(),
                po_number: fact.po_number.clone(),
                document_date: fact.document_date,
                due: fact.due_date,
                days_late: line.days_past_due.max(0),
                open_minor: line.open,
                asked_minor: line.free,
            })
        })
        .collect()
}

fn credits(facts: &AccountFacts) -> Vec<NoticeCredit> {
    let credit = |credit: &dunwell_rules::facts::CreditFacts| NoticeCredit {
        kind: credit.kind,
        document: credit.document.clone(),
        date: credit.posting_date,
        amount_minor: -credit.unapplied,
    };
    facts.credits.iter().map(credit).collect()
}

fn disputed(facts: &AccountFacts, assessment: &Assessment) -> Vec<DisputedItem> {
    let lines = assessment.lines.iter().filter(|line| line.disputed > 0);
    lines
        .filter_map(|line| {
            let fact = line_facts(facts, line)?;
            let document = fact.document.clone();
            Some(DisputedItem { kind: fact.kind, document, disputed_minor: line.disputed })
        })
        .collect()
}

fn promised(facts: &AccountFacts, assessment: &Assessment) -> Vec<PromisedItem> {
    let open = assessment
        .promises
        .iter()
        .filter(|promise| !promise.outstanding.is_zero() && matches!(promise.state, PromiseState::Open { .. }));
    open.map(|promise| {
        let given = facts.promises.iter().find(|given| given.entry == promise.entry);
        let covers = |item: &EntryId| facts.lines.iter().find(|line| line.item == *item).map(|l| l.document.clone());
        PromisedItem {
            documents: given.map_or_else(Vec::new, |given| given.items.iter().filter_map(covers).collect()),
            amount_minor: promise.outstanding.minor,
            promised_for: promise.promised_for,
            planned: false,
        }
    })
    .collect()
}

fn history(facts: &AccountFacts) -> Vec<PastContact> {
    let contact = |contact: &dunwell_rules::facts::ContactFacts| PastContact {
        date: contact.day,
        channel: match contact.channel.as_str() {
            "call" => ContactChannel::Call,
            "meeting" => ContactChannel::Visit,
            _ => ContactChannel::Written,
        },
    };
    facts.contacts.iter().filter(|contact| contact.day < facts.as_of).map(contact).collect()
}

fn broken_promises(facts: &AccountFacts, assessment: &Assessment) -> Vec<BrokenPromise> {
    let broken = assessment.promises.iter().filter(|promise| promise.state.is_broken());
    broken
        .filter_map(|promise| {
            let given = facts.promises.iter().find(|given| given.entry == promise.entry)?;
            Some(BrokenPromise {
                made_on: given.made_on,
                promised_for: given.promised_for,
                amount_minor: promise.outstanding.minor,
            })
        })
        .collect()
}

/// What the ladder above this step can do: no threat that the policy cannot carry out.
fn consequences(case: LetterCase<'_>) -> Vec<Consequence> {
    let above = case.ladder.step.iter().filter(|step| step.days_past_due > case.step.days_past_due);
    above
        .flat_map(|step| &step.channels)
        .filter_map(|channel| match channel {
            Channel::Suspension => Some(ConsequenceKind::Suspension),
            Channel::Referral => Some(ConsequenceKind::AgencyReferral),
            Channel::Mail | Channel::Letter | Channel::Call | Channel::Task => None,
        })
        .map(|kind| Consequence { kind, on: None })
        .collect()
}

fn missing(step: &StepRule, stationery: &Stationery<'_>, party: Option<&PartyRow>) -> Vec<String> {
    let has_mail = party.is_some_and(|party| party.contacts.iter().any(|contact| contact.mail.is_some()));
    let has_address = party.is_some_and(|party| !party.address.is_empty());
    let wants = |channel: Channel| step.channels.contains(&channel);
    let lacks = [
        ("sender", stationery.sender.is_none()),
        ("contact", wants(Channel::Mail) && !has_mail),
        ("address", wants(Channel::Letter) && !has_address),
    ];
    lacks.into_iter().filter(|(_, lacking)| *lacking).map(|(what, _)| what.to_string()).collect()
}

/// The customer as a letter addresses it: legal name, attention line, address.
pub fn customer(party: Option<&PartyRow>) -> Customer {
    let Some(party) = party else { return Customer::default() };
    let person = party.contacts.iter().find(|contact| !contact.do_not_contact);
    let name = person.and_then(|contact| contact.name.clone());
    Customer {
        legal_name: party.name.clone().unwrap_or_else(|| party.code.clone()),
        greeting_name: name.clone(),
        attention: name,
        address_lines: party.address.clone(),
    }
}

/// The language of a customer's documents; English where none, or one without wording, is set.
pub fn language(party: Option<&PartyRow>) -> Language {
    party.and_then(|party| party.language.as_deref()).and_then(Language::parse).unwrap_or_default()
}

/// The sheet a customer's country uses.
pub fn paper(party: Option<&PartyRow>) -> Paper {
    match party.and_then(|party| party.country.as_deref()) {
        Some("US" | "CA" | "MX" | "PH" | "CL" | "CO") => Paper::Letter,
        _ => Paper::A4,
    }
}

/// The person the sender names for questions.
pub fn sender_contact(sender: &Sender) -> Option<ContactPerson> {
    let name = sender.contact.clone()?;
    Some(ContactPerson { name, role: None, phone: sender.phone.clone(), mail: sender.mail.clone() })
}

//! What changed between the book and the export, and the postings that make the book say the same.

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};

use dunwell_rules::account::EntryId;
use dunwell_rules::calendar::{Calendar, Date};
use dunwell_rules::facts::AccountFacts;
use dunwell_rules::item::ItemKind;
use dunwell_rules::money::{Currency, Money};
use dunwell_rules::terms::Terms;
use dunwell_store::fault::{Fault, Result};
use dunwell_store::record::{NewApplication, NewItem, NewLine};

use super::Missing;
use super::lines::{Document, Key};
use crate::import::accounts::Accounts;
use crate::import::drive::Session;
use crate::import::invoices::external_id;
use crate::import::report::{Code, Outcome, Refused};

/// An item of the book that is open on the day of the export.
#[derive(Debug, Clone)]
struct Open {
    item: EntryId,
    account: EntryId,
    code: String,
    kind: ItemKind,
    document: String,
    due: Date,
    open: i64,
}

/// Less open than the book says.
#[derive(Debug, Clone)]
struct Decrease {
    of: Open,
    by: i64,
    /// The line that says so; `None` for an item that the file no longer lists.
    line: Option<u64>,
}

/// The book beside an export.
pub(super) struct Snapshot<'a> {
    source: &'a str,
    as_of: Date,
    /// The batch that records what changed.
    batch: i64,
    calendar: Calendar,
    accounts: Accounts,
    open: HashMap<Key, Vec<Open>>,
    debits: BTreeMap<(EntryId, Currency), Vec<Decrease>>,
    credits: BTreeMap<(EntryId, Currency), VecDeque<Decrease>>,
    fresh: Vec<NewItem>,
    /// What of a fresh debit was paid before: place in `fresh`, amount.
    paid: Vec<(usize, i64)>,
}

impl<'a> Snapshot<'a> {
    /// The items open on the day of the export.
    pub(super) fn new(source: &'a str, as_of: Date, calendar: Calendar, facts: &[AccountFacts]) -> Self {
        let mut open: HashMap<Key, Vec<Open>> = HashMap::new();
        for account in facts {
            let key = |debit, document: &str| (account.code.clone(), account.currency, debit, document.to_owned());
            for line in &account.lines {
                let known = open.entry(key(true, &line.document)).or_default();
                match known.iter_mut().find(|known| known.item == line.item) {
                    Some(known) => known.open += line.open,
                    None => known.push(Open {
                        item: line.item,
                        account: account.account,
                        code: account.code.clone(),
                        kind: line.kind,
                        document: line.document.clone(),
                        due: line.due_date,
                        open: line.open,
                    }),
                }
            }
            for credit in &account.credits {
                open.entry(key(false, &credit.document)).or_default().push(Open {
                    item: credit.item,
                    account: account.account,
                    code: account.code.clone(),
                    kind: credit.kind,
                    document: credit.document.clone(),
                    due: credit.posting_date,
                    open: credit.unapplied,
                });
            }
        }
        Self {
            source,
            as_of,
            batch: 0,
            calendar,
            accounts: Accounts::default(),
            open,
            debits: BTreeMap::new(),
            credits: BTreeMap::new(),
            fresh: Vec::new(),
            paid: Vec::new(),
        }
    }

    /// Compares every document of the export with the book.
    pub(super) async fn compare(
        &mut self,
        session: &mut Session,
        documents: &[Document],
        outcome: &mut Outcome,
    ) -> Result<()> {
        self.accounts.look_up(&mut session.recording, documents.iter().map(|row| row.account.as_str())).await?;
        let ids: Vec<String> = documents.iter().map(|row| external_id(row.kind, &row.account, &row.document)).collect();
        let texts: Vec<&str> = ids.iter().map(String::as_str).collect();
        let closed = session.recording.items_by_external(self.source, &texts).await?;
        let mut fresh: Vec<(&Document, Vec<NewLine>)> = Vec::new();
        for (row, id) in documents.iter().zip(&ids) {
            let candidates = self.open.get(&row.key()).map_or(&[][..], Vec::as_slice);
            let ours = candidates.iter().find(|open| open.kind == row.kind).or(candidates.first()).cloned();
            match ours {
                Some(ours) if ours.open == row.open => outcome.duplicate += row.rows,
                Some(ours) if ours.open > row.open => self.decrease(row, ours, outcome),
                Some(ours) => more_open(row, ours.open, outcome),
                None if row.open == 0 => outcome.duplicate += row.rows,
                None if closed.contains_key(id) => more_open(row, 0, outcome),
                None => match self.due_lines(row) {
                    Ok(lines) => fresh.push((row, lines)),
                    Err(refused) => reject(row, refused, outcome),
                },
            }
        }
        let wanted = fresh.iter().map(|(row, _)| (row.account.as_str(), Some(row.account_name.as_str())));
        self.accounts.open_missing(session, self.source, wanted).await?;
        for (row, lines) in fresh {
            self.add(row, lines);
            outcome.accept(Some(signed(row)));
            outcome.accepted += row.rows - 1;
        }
        let spelled = documents.iter().map(|row| (row.account.as_str(), Some(row.account_name.as_str())));
        self.accounts.keep_spellings(&mut session.recording, spelled).await
    }

    fn decrease(&mut self, row: &Document, ours: Open, outcome: &mut Outcome) {
        outcome.change(Some(signed(row)));
        outcome.changed += row.rows - 1;
        let decrease = Decrease { by: ours.open - row.open, of: ours, line: Some(row.line) };
        self.put(decrease, row.currency);
    }

    fn put(&mut self, decrease: Decrease, currency: Currency) {
        let key = (decrease.of.account, currency);
        if decrease.of.kind.is_debit() {
            self.debits.entry(key).or_default().push(decrease);
        } else {
            self.credits.entry(key).or_default().push_back(decrease);
        }
    }

    /// The due lines of a new debit: the file's due dates, else its terms.
    fn due_lines(&self, row: &Document) -> std::result::Result<Vec<NewLine>, Refused> {
        if !row.kind.is_debit() {
            return Ok(Vec::new());
        }
        let amount = row.original.unwrap_or(row.open);
        if row.due.iter().all(|(due, _)| due.is_some()) {
            let alone = row.due.len() == 1;
            let line = |(due, open): &(Option<Date>, i64)| {
                due.map(|due| NewLine { due, amount: if alone { amount } else { *open } })
            };
            return Ok(row.due.iter().filter_map(line).collect());
        }
        let account_terms = self.accounts.get(&row.account).and_then(|known| known.terms.as_deref());
        let terms = row.terms.as_deref().or(account_terms).and_then(|text| Terms::parse(text).ok());
        match terms {
            Some(terms) => {
                let due = terms.schedule(row.document_date, amount, &self.calendar);
                Ok(due.into_iter().map(|line| NewLine { due: line.due_date, amount: line.amount }).collect())
            }
            None => Err(Refused {
                column: "due date".to_owned(),
                value: String::new(),
                code: Code::NoDueDate,
                message: "neither due date nor terms that can be read; add the due date to the report".to_owned(),
            }),
        }
    }

    /// A new document; what of it was paid before is settled beside it.
    fn add(&mut self, row: &Document, lines: Vec<NewLine>) {
        let amount = if row.kind.is_debit() { row.original.unwrap_or(row.open) } else { row.open };
        if amount > row.open {
            self.paid.push((self.fresh.len(), amount - row.open));
        }
        let account = self.accounts.get(&row.account).map_or(EntryId(0), |known| known.account);
        self.fresh.push(NewItem {
            account,
            kind: row.kind,
            amount: Money::new(amount, row.currency),
            document: row.document.clone(),
            document_date: row.document_date,
            posting_date: row.document_date,
            value_date: row.document_date,
            lines,
            terms: row.terms.clone(),
            discount: None,
            po_number: row.po_number.clone(),
            business_unit: None,
            custom: row.custom.clone(),
            source: self.source.to_owned(),
            external_id: external_id(row.kind, &row.account, &row.document),
        });
    }

    /// The items of this source that the export no longer lists; settled when that means paid. Answers how many there
    /// are.
    pub(super) async fn missing(
        &mut self,
        session: &mut Session,
        listed: &HashSet<Key>,
        meaning: Missing,
    ) -> Result<u64> {
        let gone: Vec<(Currency, Open)> = self
            .open
            .iter()
            .filter(|(key, _)| !listed.contains(*key))
            .flat_map(|(key, open)| open.iter().map(|open| (key.1, open.clone())))
            .filter(|(_, open)| open.kind != ItemKind::FinanceCharge)
            .collect();
        let ids: Vec<String> =
            gone.iter().map(|(_, open)| external_id(open.kind, &open.code, &open.document)).collect();
        let texts: Vec<&str> = ids.iter().map(String::as_str).collect();
        let ours = session.recording.items_by_external(self.source, &texts).await?;
        let mut count = 0;
        for ((currency, open), id) in gone.into_iter().zip(&ids) {
            let mut of_source = ours.get(id).is_some_and(|item| item.item == open.item);
            if !of_source {
                let items = session.recording.items_by_document(open.account, &open.document).await?;
                of_source = items.iter().any(|item| item.item == open.item && item.source == self.source);
            }
            if of_source {
                count += 1;
                if meaning == Missing::Paid {
                    self.put(Decrease { by: open.open, of: open, line: None }, currency);
                }
            }
        }
        Ok(count)
    }

    /// Posts the new documents, applies used credits, and settles the rest of what got smaller.
    pub(super) async fn record(mut self, session: &mut Session, outcome: &mut Outcome) -> Result<()> {
        self.batch = session.recording.batch();
        let mut settlements: Vec<(NewItem, EntryId)> = Vec::new();
        if !self.fresh.is_empty() {
            session.begin_import().await?;
            let hashes = vec![0; self.fresh.len()];
            let posted = session.recording.post_items(&self.fresh, &hashes).await?;
            for (place, paid) in &self.paid {
                let item = &self.fresh[*place];
                settlements.push((
                    self.settlement(item.account, item.amount.currency, &item.document, *paid, posted[*place]),
                    posted[*place],
                ));
            }
        }
        let mut applications = Vec::new();
        for (key, decreases) in &mut self.debits {
            decreases.sort_by_key(|decrease| (decrease.of.due, decrease.of.item));
            let mut none = VecDeque::new();
            let credits = self.credits.get_mut(key).unwrap_or(&mut none);
            for decrease in decreases.iter_mut() {
                applications.extend(use_credits(decrease, credits, self.as_of));
            }
        }
        for ((account, currency), decreases) in &self.debits {
            for decrease in decreases.iter().filter(|decrease| decrease.by > 0) {
                let of = &decrease.of;
                settlements.push((self.settlement(*account, *currency, &of.document, decrease.by, of.item), of.item));
            }
        }
        self.unexplained(outcome);
        self.settle(session, settlements, applications).await
    }

    /// Credits that got smaller while no debit of the account did: refunded, or used elsewhere.
    fn unexplained(&self, outcome: &mut Outcome) {
        for ((_, currency), credits) in &self.credits {
            for credit in credits.iter().filter(|credit| credit.by > 0) {
                let Some(line) = credit.line else { continue };
                outcome.changed = outcome.changed.saturating_sub(1);
                let left = Money::new(credit.by, *currency);
                outcome.reject(
                    line,
                    Refused {
                        column: "open amount".to_owned(),
                        value: Money::new(credit.of.open - credit.by, *currency).decimal(),
                        code: Code::CreditUsedElsewhere,
                        message: format!(
                            "{left} of {} was used where no item of account {} got smaller; record the refund or the \
                            application",
                            credit.of.document, credit.of.code
                        ),
                    },
                );
            }
        }
    }

    /// A settlement of part or all of an item on the day of the export.
    fn settlement(&self, account: EntryId, currency: Currency, document: &str, amount: i64, item: EntryId) -> NewItem {
        // One settlement of an item a recording at most; a batch number is never given twice.
        let external_id = format!("settled:{item}:{}", self.batch);
        let settled = (ItemKind::Settlement, Money::new(amount, currency));
        NewItem::made(account, settled, document.to_owned(), self.as_of, (self.source, external_id))
    }

    async fn settle(
        &self,
        session: &mut Session,
        settlements: Vec<(NewItem, EntryId)>,
        mut applications: Vec<NewApplication>,
    ) -> Result<()> {
        if !settlements.is_empty() {
            session.begin_import().await?;
            let items: Vec<NewItem> = settlements.iter().map(|(item, _)| item.clone()).collect();
            let hashes = vec![0; items.len()];
            let posted = session.recording.post_items(&items, &hashes).await?;
            applications.extend(settlements.iter().zip(posted).map(|((item, debit), credit)| NewApplication {
                credit,
                debit: *debit,
                line: None,
                amount: item.amount.minor,
                effective: self.as_of,
            }));
        }
        if applications.is_empty() {
            return Ok(());
        }
        session.begin_import().await?;
        for applied in session.recording.apply(&applications).await? {
            applied.map_err(|code| {
                Fault::new(format!("the book moved while the aging was compared ({}); import it again", code.code()))
            })?;
        }
        Ok(())
    }
}

/// Sets credits that got smaller against a debit that got smaller, first come first used.
fn use_credits(debit: &mut Decrease, credits: &mut VecDeque<Decrease>, day: Date) -> Vec<NewApplication> {
    let mut applications = Vec::new();
    while debit.by > 0
        && let Some(credit) = credits.front_mut()
    {
        let amount = debit.by.min(credit.by);
        if amount > 0 {
            let (credit, debit) = (credit.of.item, debit.of.item);
            applications.push(NewApplication { credit, debit, line: None, amount, effective: day });
        }
        debit.by -= amount;
        credit.by -= amount;
        if credit.by == 0 {
            credits.pop_front();
        }
    }
    applications
}

/// What is open of a document, as totals count it.
fn signed(row: &Document) -> Money {
    Money::new(if row.kind.is_debit() { row.open } else { -row.open }, row.currency)
}

/// Rejects every line of a document.
fn reject(row: &Document, refused: Refused, outcome: &mut Outcome) {
    for _ in 0..row.rows {
        outcome.reject(row.line, refused.clone());
    }
}

/// The source shows more open than the book: both figures, and no silent overwrite.
fn more_open(row: &Document, ours: i64, outcome: &mut Outcome) {
    let ours = Money::new(ours, row.currency);
    let theirs = Money::new(row.open, row.currency);
    let refused = Refused {
        column: "open amount".to_owned(),
        value: theirs.decimal(),
        code: Code::OpenHigher,
        message: format!(
            "{} is open with {theirs} in the file and {ours} in the book; take the application or settlement back, \
                or import the invoice again",
            row.document
        ),
    };
    reject(row, refused, outcome);
}

//! Invoices, debit memos and credit memos: from a row to a posted document, its settlement and its dispute.
//!
//! A document is known by its external id: its column, else kind, account and document number. Known with the same
//! content
//! it is a duplicate; with another amount it is reversed and entered again; with other fields it is revised.

use std::collections::HashMap;
use std::sync::Arc;

use dunwell_formats::header_key;
use dunwell_rules::account::EntryId;
use dunwell_rules::calendar::{Calendar, Date, day_number};
use dunwell_rules::item::ItemKind;
use dunwell_rules::money::Money;
use dunwell_rules::terms::Terms;
use dunwell_store::book::Book;
use dunwell_store::facts::AccountChoice;
use dunwell_store::fault::Result;
use dunwell_store::record::{ItemRow, NewDispute, NewItem, NewLine, Revised};

use super::ImportRequest;
use super::accounts::Accounts;
use super::cells::Cells;
use super::column::Column;
use super::drive::{Rows, Session, source_of};
use super::payments::reversed;
use super::report::{Code, Outcome, Refused};
use super::row_hash::RowHash;

/// A document as a row says it.
#[derive(Debug)]
pub(super) struct InvoiceRow {
    account: String,
    account_name: Option<String>,
    /// Without its account and due lines, which are found when it is recorded.
    item: NewItem,
    due: Due,
    settled_on: Option<Date>,
    disputed: bool,
    /// The amount as totals count it: credit memos negative.
    signed: Money,
    hash: i64,
}

/// Where the due lines come from.
#[derive(Debug)]
enum Due {
    /// A credit has none.
    None,
    /// The row says it.
    On(Date),
    /// The row's terms say it.
    Terms(Arc<Terms>),
    /// The account's terms must say it.
    Account,
}

/// Imports documents.
pub(super) struct Invoices {
    book: Book,
    source: String,
    on: Date,
    calendar: Calendar,
    accounts: Accounts,
    terms: HashMap<String, Option<Arc<Terms>>>,
}

/// The external id of a document that has none of its own. The account cannot run into the document.
pub(super) fn external_id(kind: ItemKind, account: &str, document: &str) -> String {
    let mut id = String::with_capacity(kind.code().len() + account.len() + document.len() + 2);
    id.push_str(kind.code());
    id.push(':');
    for letter in account.chars() {
        match letter {
            '%' => id.push_str("%25"),
            ':' => id.push_str("%3A"),
            other => id.push(other),
        }
    }
    id.push(':');
    id.push_str(document);
    id
}

/// The hash stored with a document: 46 bits of its content, then the day it was settled, then whether it was disputed,
/// so that a later import can tell which of the three changed.
fn row_hash(content: i64, settled_on: Option<Date>, disputed: bool) -> i64 {
    // Days from 1900 to 2199 as a number of 17 bits above zero; zero is not settled.
    let day = settled_on.map_or(0, |day| (day_number(day) + 40_000).clamp(1, (1 << 17) - 1));
    (content << 18) | (day << 1) | i64::from(disputed)
}

/// What changed of a document besides its content.
struct Changes {
    settled: bool,
    disputed: bool,
}

fn changes(old: i64, new: i64) -> Changes {
    let different = old ^ new;
    Changes { settled: (different >> 1) & 0x1_ffff != 0, disputed: different & 1 != 0 }
}

impl Invoices {
    pub(super) fn new(book: Book, calendar: Calendar, request: &ImportRequest) -> Self {
        Self {
            book,
            source: source_of(request).to_owned(),
            on: request.on,
            calendar,
            accounts: Accounts::default(),
            terms: HashMap::new(),
        }
    }

    /// Terms read once for each spelling; `None` when they are not understood.
    fn terms(&mut self, text: &str) -> Option<Arc<Terms>> {
        if let Some(known) = self.terms.get(text) {
            return known.clone();
        }
        let read = Terms::parse(text).ok().map(Arc::new);
        self.terms.insert(text.to_owned(), read.clone());
        read
    }
}

/// The kind a row says, by our words or as ERPs print them; blank is an invoice.
fn kind_of(cells: &Cells<'_>) -> std::result::Result<ItemKind, Refused> {
    let Some(text) = cells.text(Column::Kind) else { return Ok(ItemKind::Invoice) };
    match text {
        "invoice" => return Ok(ItemKind::Invoice),
        "credit_memo" => return Ok(ItemKind::CreditMemo),
        "debit_memo" => return Ok(ItemKind::DebitMemo),
        _ => {}
    }
    match header_key(text).as_str() {
        "invoice" | "salesinvoice" => Ok(ItemKind::Invoice),
        "creditmemo" | "creditnote" | "salescreditmemo" | "salescreditnote" => Ok(ItemKind::CreditMemo),
        "debitmemo" | "debitnote" => Ok(ItemKind::DebitMemo),
        _ => {
            let message = "is no invoice, debit memo or credit memo; bring payments in with `import payments`, or \
                map the word in a profile under [values.kind]";
            Err(cells.refuse(Column::Kind, Code::BadKind, message))
        }
    }
}

/// A credit memo in place of a negative invoice; the amount without sign; and as totals count it.
fn signed(kind: ItemKind, amount: Money) -> (ItemKind, Money, Money) {
    let kind = if amount.minor < 0 { ItemKind::CreditMemo } else { kind };
    let plain = Money::new(amount.minor.abs(), amount.currency);
    let counted = if kind.is_debit() { plain } else { Money::new(-plain.minor, plain.currency) };
    (kind, plain, counted)
}

impl Invoices {
    /// The due lines' source: the row's due date, else its terms, else those of the account.
    fn due(&mut self, cells: &Cells<'_>, kind: ItemKind) -> std::result::Result<(Due, Option<String>), Refused> {
        let due_date = cells.date(Column::DueDate)?;
        let text = cells.short(Column::Terms)?;
        let terms = text.and_then(|text| self.terms(text));
        // Terms that are not understood do no harm where the row has a due date: they are kept as they stand.
        let kept = match (&terms, text) {
            (Some(terms), _) => Some(terms.to_string()),
            (None, text) => text.map(str::to_owned),
        };
        if !kind.is_debit() {
            return Ok((Due::None, kept));
        }
        match (due_date, terms, text) {
            (Some(day), _, _) => Ok((Due::On(day), kept)),
            (None, Some(terms), _) => Ok((Due::Terms(terms), kept)),
            (None, None, Some(text)) => {
                let why = Terms::parse(text).err().map_or_else(String::new, |error| error.to_string());
                let message = format!("has no due date beside it and {why}; fill the due date, or mend the terms");
                Err(cells.refuse(Column::Terms, Code::BadTerms, &message))
            }
            (None, None, None) => Ok((Due::Account, kept)),
        }
    }

    /// The cash discount: as the row says it, else as its terms say.
    fn discount(
        cells: &Cells<'_>,
        due: &Due,
        document_date: Date,
        amount: Money,
    ) -> std::result::Result<Option<(Date, i64)>, Refused> {
        let day = cells.date(Column::DiscountDate)?;
        let discount = cells.minor_in(Column::DiscountAmount, amount.currency)?;
        if let (Some(day), Some(discount)) = (day, discount) {
            return Ok((discount != 0).then_some((day, discount.abs())));
        }
        match due {
            Due::Terms(terms) => Ok(terms.discount(document_date, amount.minor)),
            Due::None | Due::On(_) | Due::Account => Ok(None),
        }
    }
}

impl Rows for Invoices {
    type Row = InvoiceRow;

    fn map(&mut self, cells: &Cells<'_>) -> std::result::Result<InvoiceRow, Refused> {
        let account = cells.account(Column::Account)?.to_owned();
        let document = cells.required(Column::Document)?.to_owned();
        let document_date = cells.required_date(Column::DocumentDate)?;
        let (kind, amount, counted) = signed(kind_of(cells)?, cells.money(Column::Amount)?);
        let (due, terms) = self.due(cells, kind)?;
        let discount = Self::discount(cells, &due, document_date, amount)?;
        let settled_on = cells.date(Column::SettledOn)?;
        if let Some(day) = settled_on {
            if day < document_date {
                let message = format!("lies before the document date {document_date}; mend one of them");
                return Err(cells.refuse(Column::SettledOn, Code::SettledBeforeDocument, &message));
            }
            if !kind.is_debit() {
                let message = "stands on a credit, which is used by applying it; leave the credit out if the source \
                    has used it up, or leave this blank and import applications";
                return Err(cells.refuse(Column::SettledOn, Code::CreditSettled, message));
            }
        }
        let posting_date = cells.date(Column::PostingDate)?.unwrap_or(document_date);
        let external_id = match cells.short(Column::ExternalId)? {
            Some(id) => format!("document#{id}"),
            None => external_id(kind, &account, &document),
        };
        let item = NewItem {
            account: EntryId(0),
            kind,
            amount,
            document,
            document_date,
            posting_date,
            value_date: document_date,
            lines: Vec::new(),
            terms,
            discount,
            po_number: cells.owned(Column::PoNumber)?,
            business_unit: cells.owned(Column::BusinessUnit)?,
            custom: cells.custom()?,
            source: self.source.clone(),
            external_id,
        };
        let disputed = kind.is_debit() && cells.flag(Column::Disputed)?;
        let hash = row_hash(content_hash(&account, &item, &due), settled_on, disputed);
        let account_name = cells.account_name()?;
        Ok(InvoiceRow { account, account_name, item, due, settled_on, disputed, signed: counted, hash })
    }

    fn identity<'a>(&self, row: &'a InvoiceRow) -> (&'a str, i64) {
        (&row.item.external_id, row.hash)
    }

    async fn record(&mut self, session: &mut Session, rows: &[(u64, InvoiceRow)], outcome: &mut Outcome) -> Result<()> {
        self.accounts.look_up(&mut session.recording, rows.iter().map(|(_, row)| row.account.as_str())).await?;
        let ids: Vec<&str> = rows.iter().map(|(_, row)| row.item.external_id.as_str()).collect();
        let known = session.recording.items_by_external(&self.source, &ids).await?;
        let (mut fresh, mut changed) = (Vec::new(), Vec::new());
        for (line, row) in rows {
            match known.get(&row.item.external_id) {
                Some(item) if item.row_hash == row.hash => outcome.duplicate += 1,
                Some(item) => changed.push((*line, row, item)),
                None => match self.lines(row) {
                    Ok(lines) => fresh.push((row, lines)),
                    Err(refused) => outcome.reject(*line, refused),
                },
            }
        }
        let named = |row: &InvoiceRow| row.account_name.clone();
        let wanted: Vec<(&str, Option<String>)> =
            fresh.iter().map(|(row, _)| (row.account.as_str(), named(row))).collect();
        self.accounts
            .open_missing(session, &self.source, wanted.iter().map(|(code, name)| (*code, name.as_deref())))
            .await?;
        let spelled = rows.iter().map(|(_, row)| (row.account.as_str(), row.account_name.as_deref()));
        self.post(session, fresh, outcome).await?;
        for (line, row, item) in changed {
            self.correct(session, line, row, item, outcome).await?;
        }
        self.accounts.keep_spellings(&mut session.recording, spelled).await
    }

    fn forget(&mut self) {
        self.accounts.forget();
    }
}

/// The content of a document, without what the book adds to it and without settlement and dispute.
fn content_hash(account: &str, item: &NewItem, due: &Due) -> i64 {
    let due_day = match due {
        Due::On(day) => day_number(*day),
        Due::None | Due::Terms(_) | Due::Account => i64::MIN,
    };
    let (discount_day, discount) = item.discount.map_or((i64::MIN, 0), |(day, amount)| (day_number(day), amount));
    RowHash::new()
        .text(account)
        .text(item.kind.code())
        .text(item.amount.currency.code())
        .number(item.amount.minor)
        .text(&item.document)
        .number(day_number(item.document_date))
        .number(day_number(item.posting_date))
        .number(due_day)
        .number(discount_day)
        .number(discount)
        .optional(item.terms.as_deref())
        .optional(item.po_number.as_deref())
        .optional(item.business_unit.as_deref())
        .optional(item.custom.as_deref())
        .finish()
}

impl Invoices {
    /// The due lines of a debit, computed on the book's calendar where the row has no due date.
    fn lines(&mut self, row: &InvoiceRow) -> std::result::Result<Vec<NewLine>, Refused> {
        let amount = row.item.amount.minor;
        let terms = match &row.due {
            Due::None => return Ok(Vec::new()),
            Due::On(due) => return Ok(vec![NewLine { due: *due, amount }]),
            Due::Terms(terms) => Arc::clone(terms),
            Due::Account => {
                let text = self.accounts.get(&row.account).and_then(|known| known.terms.clone());
                let terms = text.and_then(|text| self.terms(&text));
                terms.ok_or_else(|| Refused {
                    column: Column::DueDate.code().to_owned(),
                    value: String::new(),
                    code: Code::NoDueDate,
                    message: format!(
                        "neither due date nor terms, and account {} has none either; fill one of them, or import the \
                            customer with terms first",
                        row.account
                    ),
                })?
            }
        };
        let due = terms.schedule(row.item.document_date, amount, &self.calendar);
        Ok(due.into_iter().map(|line| NewLine { due: line.due_date, amount: line.amount }).collect())
    }

    /// The item of a row, complete.
    fn item(&self, row: &InvoiceRow, account: EntryId, lines: Vec<NewLine>) -> NewItem {
        NewItem { account, lines, ..row.item.clone() }
    }

    /// Posts new documents with their settlements and disputes.
    async fn post(
        &mut self,
        session: &mut Session,
        fresh: Vec<(&InvoiceRow, Vec<NewLine>)>,
        outcome: &mut Outcome,
    ) -> Result<()> {
        if fresh.is_empty() {
            return Ok(());
        }
        session.begin_import().await?;
        let mut items = Vec::with_capacity(fresh.len());
        let mut hashes = Vec::with_capacity(fresh.len());
        let rows: Vec<&InvoiceRow> = fresh.iter().map(|(row, _)| *row).collect();
        for (row, lines) in fresh {
            let account = self.accounts.get(&row.account).map_or(EntryId(0), |known| known.account);
            items.push(self.item(row, account, lines));
            hashes.push(row.hash);
        }
        let posted = session.recording.post_items(&items, &hashes).await?;
        let (mut settlements, mut disputes) = (Vec::new(), Vec::new());
        for ((row, item), entry) in rows.into_iter().zip(&items).zip(posted) {
            outcome.accept(Some(row.signed));
            if row.disputed {
                disputes.push(dispute(item, entry));
            }
            if let Some(day) = row.settled_on
                && !item.amount.is_zero()
            {
                settlements.push((entry, day));
            }
        }
        // Settled while it is staged, a document is written once, closed.
        if !settlements.is_empty() {
            session.recording.post_settlements(&settlements).await?;
        }
        if !disputes.is_empty() {
            session.recording.disputes(&disputes).await?;
        }
        Ok(())
    }
}

/// A dispute of the whole document from its date, for a reason the source does not state.
fn dispute(item: &NewItem, entry: EntryId) -> NewDispute {
    NewDispute {
        account: item.account,
        item: entry,
        line: None,
        amount: None,
        since: item.document_date,
        reason: "unstated".to_owned(),
    }
}

impl Invoices {
    /// Corrects a document that is known with other content.
    async fn correct(
        &mut self,
        session: &mut Session,
        line: u64,
        row: &InvoiceRow,
        known: &ItemRow,
        outcome: &mut Outcome,
    ) -> Result<()> {
        let lines = match self.lines(row) {
            Ok(lines) => lines,
            Err(refused) => {
                outcome.reject(line, refused);
                return Ok(());
            }
        };
        let code = std::iter::once((row.account.as_str(), row.account_name.as_deref()));
        self.accounts.open_missing(session, &self.source, code).await?;
        session.begin_import().await?;
        let account = self.accounts.get(&row.account).map_or(known.account, |found| found.account);
        let new = self.item(row, account, lines);
        let changes = changes(known.row_hash, row.hash);
        let mut settlement = known.settlement;
        if changes.settled
            && let Some(entry) = settlement.take()
            && let Err(code) = session.recording.reverse(entry, self.on).await?
            && code != dunwell_store::record::PostingRefusal::AlreadyReversed
        {
            let message = format!("its settlement {entry} cannot be reversed ({}); reverse it by hand", code.code());
            outcome.reject(
                line,
                Refused { column: String::new(), value: row.item.document.clone(), code: Code::ItemReversed, message },
            );
            return Ok(());
        }
        let revised = session.recording.revise_item(known.item, &new, row.hash, self.on).await?;
        let item = match revised {
            Revised::Fields(_) => known.item,
            Revised::Reentered { item, .. } => {
                settlement = None;
                item
            }
            Revised::AlreadyReversed | Revised::NotFound => {
                outcome.reject(line, reversed(&row.item.document));
                return Ok(());
            }
        };
        if let (Some(day), None) = (row.settled_on, settlement)
            && !new.amount.is_zero()
        {
            session.recording.post_settlements(&[(item, day)]).await?;
        }
        if row.disputed && (changes.disputed || item != known.item) {
            session.recording.disputes(&[dispute(&new, item)]).await?;
        }
        if changes.disputed && !row.disputed && item == known.item {
            self.withdraw_dispute(session, &row.account, item).await?;
        }
        outcome.change(Some(row.signed));
        Ok(())
    }

    /// Closes the disputes of an item that the source no longer calls disputed.
    async fn withdraw_dispute(&self, session: &mut Session, account: &str, item: EntryId) -> Result<()> {
        let facts = self.book.read().await?.facts(AccountChoice::Codes(&[account]), self.on).await?;
        let disputes = facts.iter().flat_map(|facts| &facts.disputes);
        for dispute in disputes.filter(|dispute| dispute.item == item) {
            session.recording.close_dispute(dispute.entry, self.on, "withdrawn").await?;
        }
        Ok(())
    }
}

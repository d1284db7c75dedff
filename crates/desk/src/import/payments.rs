//! Money received, as another system recorded it. A payment is unapplied until an application says what it pays.

use dunwell_rules::account::EntryId;
use dunwell_rules::calendar::{Date, day_number};
use dunwell_rules::item::ItemKind;
use dunwell_rules::money::Money;
use dunwell_store::fault::Result;
use dunwell_store::record::{ItemRow, NewItem, Revised};

use super::ImportRequest;
use super::accounts::Accounts;
use super::cells::Cells;
use super::column::Column;
use super::drive::{Rows, Session, source_of};
use super::invoices::external_id;
use super::profile::PaymentSign;
use super::report::{Code, Outcome, Refused};
use super::row_hash::RowHash;

/// A payment as a row says it.
#[derive(Debug)]
pub(super) struct PaymentRow {
    account: String,
    /// The header of the account column, for a refusal.
    account_header: String,
    item: NewItem,
    hash: i64,
}

/// Imports payments. An account that is not in the book is refused: money is never booked to a guess.
pub(super) struct Payments {
    source: String,
    on: Date,
    sign: PaymentSign,
    accounts: Accounts,
}

impl Payments {
    pub(super) fn new(request: &ImportRequest) -> Self {
        Self {
            source: source_of(request).to_owned(),
            on: request.on,
            sign: request.profile.payment_sign,
            accounts: Accounts::default(),
        }
    }

    /// The amount above zero, by the sign the profile declares.
    fn amount(&self, cells: &Cells<'_>) -> std::result::Result<Money, Refused> {
        let amount = cells.money(Column::Amount)?;
        let received = match self.sign {
            PaymentSign::Positive => amount.minor,
            PaymentSign::Negative => -amount.minor,
        };
        if received < 0 {
            let message = "has the sign of money paid out; reverse the payment it takes back, or declare \
                payment_sign in a profile";
            return Err(cells.refuse(Column::Amount, Code::PaymentSign, message));
        }
        Ok(Money::new(received, amount.currency))
    }
}

/// A refusal of an account that is not in the book.
pub(super) fn unknown_account(column: &str, code: &str) -> Refused {
    Refused {
        column: column.to_owned(),
        value: code.to_owned(),
        code: Code::UnknownAccount,
        message: format!("there is no account {code} in this book; import the customer or its invoices first"),
    }
}

impl Rows for Payments {
    type Row = PaymentRow;

    fn map(&mut self, cells: &Cells<'_>) -> std::result::Result<PaymentRow, Refused> {
        let account = cells.account(Column::Account)?.to_owned();
        let document = cells.required(Column::Document)?.to_owned();
        let date = cells.required_date(Column::Date)?;
        let amount = self.amount(cells)?;
        let external_id = match cells.short(Column::ExternalId)? {
            Some(id) => format!("receipt#{id}"),
            None => external_id(ItemKind::Receipt, &account, &document),
        };
        let item = NewItem {
            account: EntryId(0),
            kind: ItemKind::Receipt,
            amount,
            document,
            document_date: date,
            posting_date: cells.date(Column::PostingDate)?.unwrap_or(date),
            value_date: date,
            lines: Vec::new(),
            terms: None,
            discount: None,
            po_number: cells.owned(Column::PoNumber)?,
            business_unit: cells.owned(Column::BusinessUnit)?,
            custom: cells.custom()?,
            source: self.source.clone(),
            external_id,
        };
        let hash = RowHash::new()
            .text(&account)
            .text(item.amount.currency.code())
            .number(item.amount.minor)
            .text(&item.document)
            .number(day_number(item.document_date))
            .number(day_number(item.posting_date))
            .optional(item.po_number.as_deref())
            .optional(item.business_unit.as_deref())
            .optional(item.custom.as_deref())
            .finish();
        Ok(PaymentRow { account, account_header: cells.header(Column::Account), item, hash })
    }

    fn identity<'a>(&self, row: &'a PaymentRow) -> (&'a str, i64) {
        (&row.item.external_id, row.hash)
    }

    async fn record(&mut self, session: &mut Session, rows: &[(u64, PaymentRow)], outcome: &mut Outcome) -> Result<()> {
        self.accounts.look_up(&mut session.recording, rows.iter().map(|(_, row)| row.account.as_str())).await?;
        let ids: Vec<&str> = rows.iter().map(|(_, row)| row.item.external_id.as_str()).collect();
        let known = session.recording.items_by_external(&self.source, &ids).await?;
        let (mut items, mut hashes) = (Vec::new(), Vec::new());
        for (line, row) in rows {
            let Some(account) = self.accounts.get(&row.account) else {
                outcome.reject(*line, unknown_account(&row.account_header, &row.account));
                continue;
            };
            let item = NewItem { account: account.account, ..row.item.clone() };
            match known.get(&row.item.external_id) {
                Some(before) if before.row_hash == row.hash => outcome.duplicate += 1,
                Some(before) => self.correct(session, *line, row, &item, before, outcome).await?,
                None => {
                    outcome.accept(Some(item.amount));
                    items.push(item);
                    hashes.push(row.hash);
                }
            }
        }
        if !items.is_empty() {
            session.begin_import().await?;
            session.recording.post_items(&items, &hashes).await?;
        }
        Ok(())
    }

    fn forget(&mut self) {
        self.accounts.forget();
    }
}

impl Payments {
    async fn correct(
        &self,
        session: &mut Session,
        line: u64,
        row: &PaymentRow,
        item: &NewItem,
        before: &ItemRow,
        outcome: &mut Outcome,
    ) -> Result<()> {
        session.begin_import().await?;
        match session.recording.revise_item(before.item, item, row.hash, self.on).await? {
            Revised::Fields(_) | Revised::Reentered { .. } => outcome.change(Some(item.amount)),
            Revised::AlreadyReversed | Revised::NotFound => outcome.reject(line, reversed(&row.item.document)),
        }
        Ok(())
    }
}

/// A document that was reversed between reading and writing.
pub(super) fn reversed(document: &str) -> Refused {
    Refused {
        column: String::new(),
        value: document.to_owned(),
        code: Code::ItemReversed,
        message: format!("{document} was reversed while the file was read; import it again"),
    }
}

//! Applications made elsewhere: which credit was set against which item, and when.
//!
//! The whole row is an application's id in its source, and the ledger keeps it: a row that comes again, in the same file or
//! in another that overlaps it, is a duplicate until the application is taken back.

use std::collections::{HashMap, HashSet};

use dunwell_rules::account::EntryId;
use dunwell_rules::calendar::{Date, day_number};
use dunwell_rules::item::ItemKind;
use dunwell_rules::money::Money;
use dunwell_store::fault::Result;
use dunwell_store::record::{ItemRow, NewApplication, PostingRefusal};

use super::accounts::Accounts;
use super::cells::Cells;
use super::column::Column;
use super::drive::{Rows, Session};
use super::invoices::external_id;
use super::payments::unknown_account;
use super::report::{Code, Outcome, Refused};
use super::row_hash::RowHash;

/// An application as a row says it.
#[derive(Debug)]
pub(super) struct ApplicationRow {
    account: String,
    credit: Named,
    debit: Named,
    line: Option<i64>,
    amount: Money,
    effective: Date,
    headers: Headers,
    id: String,
    hash: i64,
}

/// How a row names a document: by number, and by external id where the file has one.
#[derive(Debug)]
struct Named {
    document: String,
    external_id: Option<String>,
}

/// Headers for refusals.
#[derive(Debug)]
struct Headers {
    account: String,
    credit: String,
    debit: String,
    amount: String,
}

/// Imports applications.
pub(super) struct Applications {
    source: String,
    accounts: Accounts,
}

impl Applications {
    pub(super) fn new(source: &str) -> Self {
        Self { source: source.to_owned(), accounts: Accounts::default() }
    }

    /// The rows whose applications stand in the book already. Their accounts are locked until the transaction ends.
    async fn known(&self, session: &mut Session, rows: &[(u64, ApplicationRow)]) -> Result<HashSet<String>> {
        let accounts = rows.iter().filter_map(|(_, row)| self.accounts.get(&row.account));
        let accounts: Vec<EntryId> = accounts.map(|known| known.account).collect();
        let ids: Vec<&str> = rows.iter().map(|(_, row)| row.id.as_str()).collect();
        session.recording.applications_known(&accounts, &self.source, &ids).await
    }

    /// The documents that rows name, by external id.
    async fn find(&self, session: &mut Session, rows: &[(u64, ApplicationRow)]) -> Result<HashMap<String, ItemRow>> {
        let mut ids: Vec<String> = Vec::with_capacity(rows.len() * 4);
        for (_, row) in rows {
            ids.extend(candidates(&row.account, &row.credit, false));
            ids.extend(candidates(&row.account, &row.debit, true));
        }
        ids.sort_unstable();
        ids.dedup();
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        session.recording.items_by_external(&self.source, &ids).await
    }
}

/// The external ids a named document may have.
fn candidates(account: &str, named: &Named, debit: bool) -> Vec<String> {
    let kinds = ItemKind::ALL.into_iter().filter(|kind| kind.is_debit() == debit);
    let own = named.external_id.iter().map(|id| if debit { format!("document#{id}") } else { format!("receipt#{id}") });
    own.chain(kinds.map(|kind| external_id(kind, account, &named.document))).collect()
}

/// The item a row names: by external id, else by document number on the account.
async fn item_of(
    session: &mut Session,
    found: &HashMap<String, ItemRow>,
    account: (&str, EntryId),
    named: &Named,
    debit: bool,
) -> Result<std::result::Result<ItemRow, Code>> {
    let direct = candidates(account.0, named, debit).into_iter().find_map(|id| found.get(&id));
    if let Some(item) = direct {
        return Ok(Ok(item.clone()));
    }
    let mut items = session.recording.items_by_document(account.1, &named.document).await?;
    items.retain(|item| !item.reversed && item.kind.is_debit() == debit);
    Ok(match items.len() {
        0 => Err(Code::UnknownDocument),
        1 => Ok(items.remove(0)),
        _ => Err(Code::AmbiguousDocument),
    })
}

impl Rows for Applications {
    type Row = ApplicationRow;

    fn map(&mut self, cells: &Cells<'_>) -> std::result::Result<ApplicationRow, Refused> {
        let account = cells.account(Column::Account)?.to_owned();
        let named =
            |column, id| Ok(Named { document: cells.required(column)?.to_owned(), external_id: cells.owned(id)? });
        let credit: Named = named(Column::Credit, Column::CreditId)?;
        let debit: Named = named(Column::Debit, Column::DebitId)?;
        let amount = cells.money(Column::Amount)?;
        if amount.minor <= 0 {
            return Err(cells.refuse(
                Column::Amount,
                Code::NotPositive,
                "must be above zero; take an application back with `unapply`",
            ));
        }
        let effective = cells.required_date(Column::Date)?;
        let line = match cells.text(Column::Line) {
            Some(text) => match text.parse::<i64>() {
                Ok(line @ 1..) => Some(line),
                _ => {
                    return Err(cells.refuse(
                        Column::Line,
                        Code::BadWord,
                        "is no instalment number from 1; mend or empty it",
                    ));
                }
            },
            None => None,
        };
        let headers = Headers {
            account: cells.header(Column::Account),
            credit: cells.header(Column::Credit),
            debit: cells.header(Column::Debit),
            amount: cells.header(Column::Amount),
        };
        // Two rows alike are two applications only when something of them differs; the whole row is its id.
        let id = format!(
            "{account}\n{}\n{}\n{line:?}\n{}\n{effective}",
            credit.external_id.as_ref().unwrap_or(&credit.document),
            debit.external_id.as_ref().unwrap_or(&debit.document),
            amount
        );
        let hash = RowHash::new().text(&id).number(day_number(effective)).finish();
        Ok(ApplicationRow { account, credit, debit, line, amount, effective, headers, id, hash })
    }

    fn identity<'a>(&self, row: &'a ApplicationRow) -> (&'a str, i64) {
        (&row.id, row.hash)
    }

    async fn record(
        &mut self,
        session: &mut Session,
        rows: &[(u64, ApplicationRow)],
        outcome: &mut Outcome,
    ) -> Result<()> {
        self.accounts.look_up(&mut session.recording, rows.iter().map(|(_, row)| row.account.as_str())).await?;
        let known = self.known(session, rows).await?;
        let found = self.find(session, rows).await?;
        let (mut asked, mut applications) = (Vec::new(), Vec::new());
        // What earlier rows leave of each item.
        let mut left: HashMap<EntryId, i64> = HashMap::new();
        for (line, row) in rows {
            if known.contains(&row.id) {
                outcome.duplicate += 1;
                continue;
            }
            let Some(account) = self.accounts.get(&row.account).map(|known| known.account) else {
                outcome.reject(*line, unknown_account(&row.headers.account, &row.account));
                continue;
            };
            let credit = item_of(session, &found, (&row.account, account), &row.credit, false).await?;
            let debit = item_of(session, &found, (&row.account, account), &row.debit, true).await?;
            let (credit, debit) = match (credit, debit) {
                (Ok(credit), Ok(debit)) => (credit, debit),
                (Err(code), _) => {
                    outcome.reject(*line, not_found(code, &row.headers.credit, &row.credit.document, &row.account));
                    continue;
                }
                (_, Err(code)) => {
                    outcome.reject(*line, not_found(code, &row.headers.debit, &row.debit.document, &row.account));
                    continue;
                }
            };
            let refusal = refusal(row.amount, [&credit, &debit], &left);
            if let Some(code) = refusal {
                outcome.reject(*line, refused(row, code, &credit, &debit));
                continue;
            }
            for item in [&credit, &debit] {
                *left.entry(item.item).or_insert(item.open) -= row.amount.minor;
            }
            applications.push(NewApplication {
                credit: credit.item,
                debit: debit.item,
                line: row.line,
                amount: row.amount.minor,
                effective: row.effective,
            });
            asked.push((*line, row, credit, debit));
        }
        if applications.is_empty() {
            return Ok(());
        }
        session.begin_import().await?;
        let ids: Vec<&str> = asked.iter().map(|(_, row, _, _)| row.id.as_str()).collect();
        let applied = session.recording.apply_imported(&applications, &self.source, &ids).await?;
        for ((line, row, credit, debit), applied) in asked.iter().zip(applied) {
            match applied {
                Ok(_) => outcome.accept(Some(row.amount)),
                Err(code) => outcome.reject(*line, refused(row, code, credit, debit)),
            }
        }
        Ok(())
    }

    fn forget(&mut self) {
        self.accounts.forget();
    }
}

/// Why an application would be refused, given what earlier rows leave of the items.
fn refusal(amount: Money, items: [&ItemRow; 2], left: &HashMap<EntryId, i64>) -> Option<PostingRefusal> {
    if items.iter().any(|item| item.amount.currency != amount.currency) {
        return Some(PostingRefusal::CurrencyMismatch);
    }
    let fits = |item: &&ItemRow| left.get(&item.item).copied().unwrap_or(item.open) >= amount.minor;
    (!items.iter().all(fits)).then_some(PostingRefusal::OverApplied)
}

fn not_found(code: Code, column: &str, document: &str, account: &str) -> Refused {
    let message = match code {
        Code::AmbiguousDocument => format!(
            "account {account} has several documents {document}; name it by its external id in credit_id or debit_id"
        ),
        _ => format!("account {account} has no document {document} of that side; import it first"),
    };
    Refused { column: column.to_owned(), value: document.to_owned(), code, message }
}

/// What the store refused, with both sides' figures.
fn refused(row: &ApplicationRow, code: PostingRefusal, credit: &ItemRow, debit: &ItemRow) -> Refused {
    let code = match code {
        PostingRefusal::OverApplied => Code::OverApplied,
        PostingRefusal::CurrencyMismatch => Code::CurrencyMismatch,
        PostingRefusal::NotFound => Code::UnknownDocument,
        PostingRefusal::AlreadyReversed => Code::ItemReversed,
        PostingRefusal::WrongSide => Code::WrongSide,
    };
    let message = format!(
        "{} of {} (unapplied {}) does not go on {} (open {}); check the amount, or what is applied already",
        row.amount,
        credit.document,
        Money::new(credit.open, credit.amount.currency),
        debit.document,
        Money::new(debit.open, debit.amount.currency),
    );
    Refused { column: row.headers.amount.clone(), value: row.amount.decimal(), code, message }
}

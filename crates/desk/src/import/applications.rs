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
use dunwell_store::record::{AtHand, ItemAtHand, NewApplication, PostingRefusal};

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

/// An account and an item of it.
type Place = (EntryId, EntryId);

/// How a row names a document: by number, and by external id where the file has one.
#[derive(Debug)]
struct Named {
    document: String,
    external_id: Option<String>,
}

/// A row whose sides are known.
struct Placed<'r> {
    line: u64,
    row: &'r ApplicationRow,
    credit: Place,
    debit: Place,
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

    /// The items that rows name; a row with an unknown account or document is rejected.
    async fn place<'r>(
        &self,
        session: &mut Session,
        rows: &[&'r (u64, ApplicationRow)],
        outcome: &mut Outcome,
    ) -> Result<Vec<Placed<'r>>> {
        let found = self.find(session, rows).await?;
        let mut placed = Vec::with_capacity(rows.len());
        for (line, row) in rows {
            let Some(account) = self.accounts.get(&row.account).map(|known| known.account) else {
                outcome.reject(*line, unknown_account(&row.headers.account, &row.account));
                continue;
            };
            let credit = item_of(session, &found, (&row.account, account), &row.credit, false).await?;
            let debit = item_of(session, &found, (&row.account, account), &row.debit, true).await?;
            match (credit, debit) {
                (Ok(credit), Ok(debit)) => placed.push(Placed { line: *line, row, credit, debit }),
                (Err(code), _) => {
                    outcome.reject(*line, not_found(code, &row.headers.credit, &row.credit.document, &row.account));
                }
                (_, Err(code)) => {
                    outcome.reject(*line, not_found(code, &row.headers.debit, &row.debit.document, &row.account));
                }
            }
        }
        Ok(placed)
    }

    /// The documents that rows name, by external id: the likeliest id of each first, the others where it has none.
    async fn find(&self, session: &mut Session, rows: &[&(u64, ApplicationRow)]) -> Result<HashMap<String, Place>> {
        let sides = || rows.iter().flat_map(|(_, row)| [(row, &row.credit, false), (row, &row.debit, true)]);
        let first = sides().map(|(row, named, debit)| candidates(&row.account, named, debit).swap_remove(0));
        let mut found = self.look_up(session, first.collect()).await?;
        let ids = sides().map(|(row, named, debit)| candidates(&row.account, named, debit));
        let others = ids.filter(|ids| !found.contains_key(&ids[0])).flat_map(|ids| ids.into_iter().skip(1));
        let others = self.look_up(session, others.collect()).await?;
        found.extend(others);
        Ok(found)
    }

    async fn look_up(&self, session: &mut Session, mut ids: Vec<String>) -> Result<HashMap<String, Place>> {
        ids.sort_unstable();
        ids.dedup();
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        session.recording.items_named(&self.source, &ids).await
    }
}

/// The external ids a named document may have, the likeliest first; at least one.
fn candidates(account: &str, named: &Named, debit: bool) -> Vec<String> {
    let likeliest = if debit { ItemKind::Invoice } else { ItemKind::Receipt };
    let others = ItemKind::ALL.into_iter().filter(|kind| kind.is_debit() == debit && *kind != likeliest);
    let kinds = [likeliest].into_iter().chain(others);
    let own = named.external_id.iter().map(|id| if debit { format!("document#{id}") } else { format!("receipt#{id}") });
    own.chain(kinds.map(|kind| external_id(kind, account, &named.document))).collect()
}

/// Account and item that a row names: by external id, else by document number on the account.
async fn item_of(
    session: &mut Session,
    found: &HashMap<String, Place>,
    account: (&str, EntryId),
    named: &Named,
    debit: bool,
) -> Result<std::result::Result<Place, Code>> {
    if let Some(place) = candidates(account.0, named, debit).iter().find_map(|id| found.get(id)) {
        return Ok(Ok(*place));
    }
    let mut items = session.recording.items_by_document(account.1, &named.document).await?;
    items.retain(|item| !item.reversed && item.kind.is_debit() == debit);
    Ok(match items[..] {
        [] => Err(Code::UnknownDocument),
        [ref item] => Ok((item.account, item.item)),
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
        outcome.duplicate += rows.iter().filter(|(_, row)| known.contains(&row.id)).count() as u64;
        let rows: Vec<&(u64, ApplicationRow)> = rows.iter().filter(|(_, row)| !known.contains(&row.id)).collect();
        let placed = self.place(session, &rows, outcome).await?;
        let items = placed.iter().flat_map(|placed| [placed.credit, placed.debit]);
        let mut at_hand = session.recording.take_up(items).await?;
        let (mut asked, mut applications) = (Vec::new(), Vec::new());
        // What earlier rows leave of each item.
        let mut left: HashMap<EntryId, i64> = HashMap::new();
        for Placed { line, row, credit, debit } in placed {
            let sides = [credit.1, debit.1];
            if let Some(code) = refusal(row.amount, sides, &at_hand, &left) {
                outcome.reject(line, refused(row, code, sides, &at_hand));
                continue;
            }
            for side in sides {
                let open = at_hand.item(side).map_or(0, |item| item.open.minor);
                *left.entry(side).or_insert(open) -= row.amount.minor;
            }
            let (line_number, amount) = (row.line, row.amount.minor);
            applications.push(NewApplication {
                credit: credit.1,
                debit: debit.1,
                line: line_number,
                amount,
                effective: row.effective,
            });
            asked.push((line, row, sides));
        }
        if applications.is_empty() {
            return Ok(());
        }
        session.begin_import().await?;
        let ids: Vec<&str> = asked.iter().map(|(_, row, _)| row.id.as_str()).collect();
        let applied = session.recording.apply_imported(&mut at_hand, &applications, &self.source, &ids).await?;
        for ((line, row, sides), applied) in asked.into_iter().zip(applied) {
            match applied {
                Ok(_) => outcome.accept(Some(row.amount)),
                Err(code) => outcome.reject(line, refused(row, code, sides, &at_hand)),
            }
        }
        Ok(())
    }

    fn forget(&mut self) {
        self.accounts.forget();
    }
}

/// Why an application would be refused, given what earlier rows leave of the items.
fn refusal(
    amount: Money,
    sides: [EntryId; 2],
    at_hand: &AtHand,
    left: &HashMap<EntryId, i64>,
) -> Option<PostingRefusal> {
    let items = sides.map(|side| at_hand.item(side));
    if items.iter().any(Option::is_none) {
        return Some(PostingRefusal::NotFound);
    }
    let mut items = items.into_iter().flatten();
    if items.clone().any(|item| item.open.currency != amount.currency) {
        return Some(PostingRefusal::CurrencyMismatch);
    }
    let fits = |item: ItemAtHand<'_>| left.get(&item.item).copied().unwrap_or(item.open.minor) >= amount.minor;
    (!items.all(fits)).then_some(PostingRefusal::OverApplied)
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
fn refused(row: &ApplicationRow, code: PostingRefusal, [credit, debit]: [EntryId; 2], at_hand: &AtHand) -> Refused {
    let code = match code {
        PostingRefusal::OverApplied => Code::OverApplied,
        PostingRefusal::CurrencyMismatch => Code::CurrencyMismatch,
        PostingRefusal::NotFound => Code::UnknownDocument,
        PostingRefusal::AlreadyReversed => Code::ItemReversed,
        // No application is taken back here.
        PostingRefusal::WrongSide | PostingRefusal::TakenBackWhole => Code::WrongSide,
    };
    let left = |side: EntryId| at_hand.item(side).map_or_else(|| "nothing".to_owned(), |item| item.open.to_string());
    let message = format!(
        "{} of {} (unapplied {}) does not go on {} (open {}); check the amount, or what is applied already",
        row.amount,
        row.credit.document,
        left(credit),
        row.debit.document,
        left(debit),
    );
    Refused { column: row.headers.amount.clone(), value: row.amount.decimal(), code, message }
}

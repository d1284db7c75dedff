//! Customers: the master data of accounts. Master data completes an account that an invoice made, and may rename it.

use std::collections::{HashMap, HashSet};

use dunwell_rules::account::DebtorKind;
use dunwell_rules::terms::Terms;
use dunwell_store::fault::Result;
use dunwell_store::record::{AccountRow, NewAccount};
use serde_json::json;

use super::cells::Cells;
use super::column::Column;
use super::drive::{Rows, Session};
use super::report::{Code, Outcome, Refused};
use super::row_hash::RowHash;

/// Imports customers.
pub(super) struct Customers {
    source: String,
}

impl Customers {
    pub(super) fn new(source: &str) -> Self {
        Self { source: source.to_owned() }
    }
}

/// A customer as a row says it.
#[derive(Debug)]
pub(super) struct CustomerRow {
    account: NewAccount,
    parent_header: String,
    hash: i64,
}

/// The lines of a postal address: what is filled, the postal code before the city.
fn address(cells: &Cells<'_>) -> std::result::Result<Vec<String>, Refused> {
    let mut lines = Vec::new();
    for column in [Column::Address, Column::Address2, Column::Address3] {
        let text = cells.short(column)?.unwrap_or("");
        lines.extend(text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned));
    }
    let place = [cells.short(Column::PostalCode)?, cells.short(Column::City)?, cells.short(Column::Region)?];
    let place: Vec<&str> = place.into_iter().flatten().collect();
    if !place.is_empty() {
        lines.push(place.join(" "));
    }
    Ok(lines)
}

/// What the debtor is in law; blank is a company.
fn debtor_kind(cells: &Cells<'_>) -> std::result::Result<DebtorKind, Refused> {
    let Some(text) = cells.text(Column::DebtorKind) else { return Ok(DebtorKind::Company) };
    DebtorKind::parse(text).ok_or_else(|| {
        let words = DebtorKind::ALL.map(DebtorKind::code).join(", ");
        cells.refuse(
            Column::DebtorKind,
            Code::BadWord,
            &format!("is none of {words}; map it in a profile under [values.debtor_kind]"),
        )
    })
}

impl Rows for Customers {
    type Row = CustomerRow;

    /// Large, so that nearly always a parent stands in the batch of its children.
    const BATCH_ROWS: usize = 50_000;

    fn map(&mut self, cells: &Cells<'_>) -> std::result::Result<CustomerRow, Refused> {
        let terms = match cells.short(Column::Terms)? {
            Some(text) => match Terms::parse(text) {
                Ok(terms) => Some(terms.to_string()),
                Err(error) => return Err(cells.refuse(Column::Terms, Code::BadTerms, &error.to_string())),
            },
            None => None,
        };
        let (vat, id) = (cells.short(Column::VatId)?, cells.short(Column::RegistrationId)?);
        let registration = match (vat, id) {
            (None, None) => None,
            (Some(vat), None) => Some(json!({ "vat": vat })),
            (None, Some(id)) => Some(json!({ "registration": id })),
            (Some(vat), Some(id)) => Some(json!({ "registration": id, "vat": vat })),
        };
        let account = NewAccount {
            code: cells.account(Column::Account)?.to_owned(),
            name: cells.account_name()?,
            address: address(cells)?,
            parent: cells.owned(Column::Parent)?,
            segment: cells.owned(Column::Segment)?,
            risk_class: cells.owned(Column::RiskClass)?,
            language: cells.owned(Column::Language)?,
            currency: cells.currency(Column::Currency)?,
            terms,
            collector: cells.owned(Column::Collector)?,
            debtor_kind: debtor_kind(cells)?,
            business_unit: cells.owned(Column::BusinessUnit)?,
            country: cells.owned(Column::Country)?,
            intercompany: cells.flag(Column::Intercompany)?,
            incomplete: false,
            registration: registration.map(|json| json.to_string()),
            custom: cells.custom()?,
            source: self.source.clone(),
        };
        if account.parent.as_deref() == Some(&account.code) {
            return Err(cells.refuse(Column::Parent, Code::ParentCycle, "is the account itself; leave it blank"));
        }
        let hash = RowHash::new().text(&format!("{account:?}")).finish();
        Ok(CustomerRow { account, parent_header: cells.header(Column::Parent), hash })
    }

    fn identity<'a>(&self, row: &'a CustomerRow) -> (&'a str, i64) {
        (&row.account.code, row.hash)
    }

    async fn record(
        &mut self,
        session: &mut Session,
        rows: &[(u64, CustomerRow)],
        outcome: &mut Outcome,
    ) -> Result<()> {
        let codes: HashSet<&str> = rows
            .iter()
            .flat_map(|(_, row)| [Some(row.account.code.as_str()), row.account.parent.as_deref()])
            .flatten()
            .collect();
        let codes: Vec<&str> = codes.into_iter().collect();
        let mut known = session.recording.accounts_by_code(&codes).await?;
        // Parents first: each round takes the rows whose parent is there, until a round takes none.
        let mut waiting: Vec<&(u64, CustomerRow)> = rows.iter().collect();
        let mut opened: HashSet<String> = HashSet::new();
        loop {
            let there = |row: &CustomerRow| {
                row.account.parent.as_deref().is_none_or(|code| known.contains_key(code) || opened.contains(code))
            };
            let (ready, left): (Vec<_>, Vec<_>) = waiting.into_iter().partition(|(_, row)| there(row));
            waiting = left;
            if ready.is_empty() {
                break;
            }
            let new = put(session, &ready, &mut known, outcome).await?;
            opened.extend(new);
        }
        for (line, row) in waiting {
            let code = row.account.parent.clone().unwrap_or_default();
            let message = format!(
                "there is no account {code} in this book or this file, or the two are each other's parents; import \
                    the parent first"
            );
            let refused =
                Refused { column: row.parent_header.clone(), value: code, code: Code::UnknownParent, message };
            outcome.reject(*line, refused);
        }
        Ok(())
    }
}

/// Opens or revises the accounts of rows whose parents are there; answers the codes that were opened.
async fn put(
    session: &mut Session,
    rows: &[&(u64, CustomerRow)],
    known: &mut HashMap<String, AccountRow>,
    outcome: &mut Outcome,
) -> Result<Vec<String>> {
    let mut new = Vec::new();
    for (line, row) in rows {
        let Some(before) = known.get(&row.account.code) else {
            outcome.accept(None);
            new.push(row.account.clone());
            continue;
        };
        if before.says(&row.account, session.recording.account_hash(&row.account)) {
            outcome.duplicate += 1;
            continue;
        }
        if closes_a_circle(before, row, known) {
            let value = row.account.parent.clone().unwrap_or_default();
            let message =
                format!("{value} is itself below {}; take one of the two relations back first", row.account.code);
            outcome
                .reject(*line, Refused { column: row.parent_header.clone(), value, code: Code::ParentCycle, message });
            continue;
        }
        session.begin_import().await?;
        session.recording.revise_account(before.account, &row.account).await?;
        outcome.change(None);
    }
    if new.is_empty() {
        return Ok(Vec::new());
    }
    session.begin_import().await?;
    session.recording.open_accounts(&new).await?;
    Ok(new.into_iter().map(|row| row.code).collect())
}

/// Whether the new parent of an account is already below it, as far as the accounts of the batch tell.
fn closes_a_circle(account: &AccountRow, row: &CustomerRow, known: &HashMap<String, AccountRow>) -> bool {
    let mut at = row.account.parent.as_deref().and_then(|code| known.get(code)).map(|parent| parent.account);
    for _ in 0..=known.len() {
        match at {
            Some(entry) if entry == account.account => return true,
            Some(entry) => at = known.values().find(|other| other.account == entry).and_then(|other| other.parent),
            None => return false,
        }
    }
    true
}

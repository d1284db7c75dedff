//! Accounts and the people at them. Names, addresses and people lie in erasable tables; the journal keeps keyed hashes.

use std::collections::{BTreeSet, HashMap};

use dunwell_rules::account::{DebtorKind, EntryId};
use dunwell_rules::calendar::{Date, day_number};
use dunwell_rules::money::Currency;
use serde_json::{Map, Value};
use sqlx::FromRow;

use super::rows::{AccountRow, NewAccount, NewContact, PutOutcome};
use super::{Deed, Recording, json, tables};
use crate::book::refuse_nul;
use crate::bulk::Kind::{Int, Text};
use crate::bulk::{Cell, Keyed, fetch};
use crate::db::on_tx;
use crate::fault::{Fault, Result};
use crate::words::search_name;

#[derive(Debug, FromRow)]
struct Found {
    account: i64,
    code: String,
    name: Option<String>,
    parent: Option<i64>,
    segment: Option<String>,
    risk_class: Option<String>,
    language: Option<String>,
    currency: Option<String>,
    terms: Option<String>,
    collector: Option<String>,
    debtor_kind: String,
    business_unit: Option<String>,
    country: Option<String>,
    intercompany: i64,
    incomplete: i64,
    registration: Option<String>,
    row_hash: i64,
}

/// The select of accounts by the key column of this name.
macro_rules! accounts_by {
    ($column:literal) => {
        concat!(
            "select a.account, a.code, p.name, a.parent, a.segment, a.risk_class, a.language, a.currency, a.terms, \
             a.collector, a.debtor_kind, a.business_unit, a.country, a.intercompany, a.incomplete, a.registration, \
             a.row_hash from key cross join account a left join party p on p.book = a.book and p.account = a.account \
             where a.book = key.book and a.",
            $column,
            " = key.",
            $column
        )
    };
}
const BY_CODE: Keyed = Keyed { key: &[("book", Int), ("code", Text)], statement: accounts_by!("code"), lock: None };
const BY_ID: Keyed = Keyed { key: &[("book", Int), ("account", Int)], statement: accounts_by!("account"), lock: None };
const CONTACTS: Keyed = Keyed {
    key: &[("book", Int), ("source", Text), ("external_id", Text)],
    statement: "select c.external_id, c.contact, c.account, c.row_hash from key cross join contact c \
        where c.book = key.book and c.source = key.source and c.external_id = key.external_id",
    lock: None,
};
const SET_ACCOUNT: &str = "update account set parent = $3, segment = $4, risk_class = $5, language = $6, currency = $7, \
     terms = $8, collector = $9, debtor_kind = $10, business_unit = $11, country = $12, intercompany = $13, incomplete = $14, \
     registration = $15, row_hash = $16, source = $17 where book = $1 and account = $2";
const SET_PARTY: &str = "update party set name = $3, address = $4, custom = $5, search_name = $6 \
     where book = $1 and account = $2";
const SET_CONTACT: &str = "update contact set account = $4, name = $5, role = $6, mail = $7, phone = $8, time_zone = $9, \
     language = $10, channel = $11, do_not_contact = $12, row_hash = $13, erased_on = null \
     where book = $1 and account = $2 and contact = $3";
const DROP_ALIAS: &str = "delete from party_alias where book = $1 and account = $2 and name = $3";
pub(super) const ERASE: &[&str] = &[
    "update party set name = null, address = null, custom = null, search_name = '', erased_on = $3 where book = $1 and account = $2 \
     and (name is not null or address is not null or custom is not null)",
    "update contact set name = null, mail = null, phone = null, erased_on = $3 where book = $1 and account = $2 \
     and (name is not null or mail is not null or phone is not null) and cast($3 as bigint) is not null",
    "update note_text set text = null where book = $1 and account = $2 and text is not null and cast($3 as bigint) is not null",
    "update note_text set text = null where book = $1 and account = 0 and text is not null and cast($3 as bigint) is not null \
     and entry in (select entry from bank_entry where book = $1 and account = $2)",
    "update note_text set text = null where book = $1 and account = 0 and text is not null and cast($3 as bigint) is not null \
     and entry in (select w.entry from receipt_words w join bank_entry e on e.book = w.book and e.entry = w.receipt \
     where w.book = $1 and e.account = $2)",
    "update note_text set text = null where book = $1 and account = 0 and text is not null and cast($3 as bigint) is not null \
     and entry in (select file from refund where book = $1 and account = $2 and file is not null)",
    "update note_text set text = null where book = $1 and account = 0 and text is not null and cast($3 as bigint) is not null \
     and entry in (select r.entry from remittance r join bank_entry e on e.book = r.book and e.entry = r.receipt \
     where r.book = $1 and e.account = $2)",
    "update note_text set text = null where book = $1 and account = 0 and text is not null and cast($3 as bigint) is not null \
     and entry in (select r.entry from bank_return r join bank_entry e on e.book = r.book and e.entry = r.receipt \
     where r.book = $1 and e.account = $2)",
    "update note_text set text = null where book = $1 and account = 0 and text is not null and cast($3 as bigint) is not null \
     and entry in (select r.entry from bank_return r join item p on p.book = r.book and p.source = '@bank' \
     and p.external_id >= 'returned_part#' || cast(r.entry as text) || '#' \
     and p.external_id < 'returned_part#' || cast(r.entry as text) || '$' where r.book = $1 and p.account = $2)",
    "update notice_content set content = null where book = $1 and account = $2 and content is not null and cast($3 as bigint) is not null",
    "update attachment_file set bytes = null where book = $1 and account = $2 and bytes is not null and cast($3 as bigint) is not null",
    "update item set custom = null where book = $1 and account = $2 and custom is not null and cast($3 as bigint) is not null",
    "update hold set basis = '' where book = $1 and account = $2 and kind = 'do_not_contact' and basis <> '' and cast($3 as bigint) is not null",
    "delete from party_alias where book = $1 and account = $2 and cast($3 as bigint) is not null",
    "delete from name_word where book = $1 and account = $2 and cast($3 as bigint) is not null",
];

/// Every statement of this module.
#[cfg(test)]
pub(crate) const ALL: &[&str] = &[SET_ACCOUNT, SET_PARTY, SET_CONTACT, DROP_ALIAS];
/// Every statement over keys of this module.
#[cfg(test)]
pub(crate) const KEYED: &[&Keyed] = &[&BY_CODE, &BY_ID, &CONTACTS];

impl Found {
    fn into_row(self) -> Result<AccountRow> {
        let damaged = || Fault::new(format!("account {} is damaged", self.code));
        Ok(AccountRow {
            account: EntryId(self.account),
            parent: self.parent.map(EntryId),
            currency: self.currency.as_deref().map(|code| Currency::parse(code).ok_or_else(damaged)).transpose()?,
            debtor_kind: DebtorKind::parse(&self.debtor_kind).ok_or_else(damaged)?,
            code: self.code,
            name: self.name,
            segment: self.segment,
            risk_class: self.risk_class,
            language: self.language,
            terms: self.terms,
            collector: self.collector,
            business_unit: self.business_unit,
            country: self.country,
            intercompany: self.intercompany != 0,
            incomplete: self.incomplete != 0,
            registration: self.registration,
            row_hash: self.row_hash,
        })
    }
}

/// The erasable words of an account in one text.
fn words(row: &NewAccount) -> String {
    let mut words = row.name.clone().unwrap_or_default();
    for part in row.address.iter().map(String::as_str).chain(row.custom.as_deref()) {
        words.push('\u{1f}');
        words.push_str(part);
    }
    words
}

/// The fields of an account that are no personal data, as the journal keeps them.
fn fields(row: &NewAccount, parent: Option<i64>, row_hash: i64) -> Map<String, Value> {
    let text = |value: &Option<String>| value.clone().map_or(Value::Null, Value::String);
    let pairs = [
        ("code", Value::String(row.code.clone())),
        ("parent", parent.map_or(Value::Null, Value::from)),
        ("segment", text(&row.segment)),
        ("risk_class", text(&row.risk_class)),
        ("language", text(&row.language)),
        ("currency", row.currency.map_or(Value::Null, |currency| Value::from(currency.code()))),
        ("terms", text(&row.terms)),
        ("collector", text(&row.collector)),
        ("debtor_kind", Value::from(row.debtor_kind.code())),
        ("business_unit", text(&row.business_unit)),
        ("country", text(&row.country)),
        ("intercompany", Value::from(row.intercompany)),
        ("incomplete", Value::from(row.incomplete)),
        ("registration", text(&row.registration)),
        ("row_hash", Value::from(row_hash)),
        ("source", Value::String(row.source.clone())),
    ];
    pairs.into_iter().filter(|(_, value)| !value.is_null()).map(|(key, value)| (key.to_owned(), value)).collect()
}

/// The same fields of an account as it stands.
fn fields_of(row: &AccountRow) -> Map<String, Value> {
    let as_new = NewAccount {
        code: row.code.clone(),
        segment: row.segment.clone(),
        risk_class: row.risk_class.clone(),
        language: row.language.clone(),
        currency: row.currency,
        terms: row.terms.clone(),
        collector: row.collector.clone(),
        debtor_kind: row.debtor_kind,
        business_unit: row.business_unit.clone(),
        country: row.country.clone(),
        intercompany: row.intercompany,
        incomplete: row.incomplete,
        registration: row.registration.clone(),
        ..NewAccount::default()
    };
    fields(&as_new, row.parent.map(|parent| parent.0), row.row_hash)
}

impl AccountRow {
    /// Whether the account is already what a source says of it in a row of that hash. A collector that the row names and the
    /// account no longer has is news, though the source said it before.
    pub fn says(&self, row: &NewAccount, hash: i64) -> bool {
        self.row_hash == hash && (row.collector.is_none() || row.collector == self.collector)
    }
}

impl Recording {
    /// The keyed hash of everything a source says of an account. Equal hashes: the row says nothing new.
    pub fn account_hash(&self, row: &NewAccount) -> i64 {
        let parent = row.parent.clone().unwrap_or_default();
        let text = format!("{:?}\u{1f}{parent}\u{1f}{}", fields(row, None, 0), words(row));
        short_hash(&self.keyed_hash(&text))
    }

    /// Accounts by customer number; numbers the book does not have are left out.
    pub async fn accounts_by_code(&mut self, codes: &[&str]) -> Result<HashMap<String, AccountRow>> {
        let book = self.envelope.book;
        let keys: Vec<Cell<'_>> = codes.iter().flat_map(|code| [book.into(), Cell::Text(code)]).collect();
        let found: Vec<Found> = fetch(self.tx().await?, &BY_CODE, &keys).await?;
        found.into_iter().map(|row| Ok((row.code.clone(), row.into_row()?))).collect()
    }

    /// Opens accounts. A number that the book has is refused by the database; look it up before. Parents must be in the book
    /// or among the rows.
    pub async fn open_accounts(&mut self, rows: &[NewAccount]) -> Result<Vec<EntryId>> {
        let parents: BTreeSet<&str> = rows.iter().filter_map(|row| row.parent.as_deref()).collect();
        let known = self.accounts_by_code(&parents.into_iter().collect::<Vec<_>>()).await?;
        let first = EntryId::new(self.envelope.batch, self.envelope.rows).0;
        let new: HashMap<&str, i64> = rows.iter().map(|row| row.code.as_str()).zip(first..).collect();
        let day = self.envelope.day;
        let mut made = Vec::with_capacity(rows.len());
        for row in rows {
            check(row)?;
            let parent = row.parent.as_deref().map(|code| {
                let id = known.get(code).map(|row| row.account.0).or_else(|| new.get(code).copied());
                id.ok_or_else(|| {
                    Fault::new(format!("account {}: there is no account {code} to be its parent", row.code))
                })
            });
            let (parent, hash) = (parent.transpose()?, self.account_hash(row));
            let words = words(row);
            let entry = self.journal_deed_of(
                Deed {
                    kind: "account_opened",
                    subject: parent,
                    day,
                    detail: json(&fields(row, parent, hash))?,
                    words: Some(&words).filter(|words| !words.is_empty()).map(String::as_str),
                    ..Deed::default()
                },
                true,
            )?;
            made.push((entry, parent, hash));
        }
        self.write_accounts(rows, &made).await?;
        self.bump(made.iter().map(|(entry, ..)| *entry)).await?;
        Ok(made.into_iter().map(|(entry, ..)| EntryId(entry)).collect())
    }

    async fn write_accounts(&mut self, rows: &[NewAccount], made: &[(i64, Option<i64>, i64)]) -> Result<()> {
        let (book, import) = (self.envelope.book, self.import);
        let texts: Vec<(Option<String>, String)> = rows.iter().map(|row| (address(row), sorted_by(row))).collect();
        let (mut accounts, mut parties) = (Vec::new(), Vec::new());
        for ((row, (account, parent, hash)), (address, sorted)) in rows.iter().zip(made).zip(&texts) {
            let cells: [Cell<'_>; 19] = [
                book.into(),
                (*account).into(),
                (&row.code).into(),
                (*parent).into(),
                (&row.segment).into(),
                (&row.risk_class).into(),
                (&row.language).into(),
                row.currency.as_ref().map(Currency::code).into(),
                (&row.terms).into(),
                (&row.collector).into(),
                row.debtor_kind.code().into(),
                (&row.business_unit).into(),
                (&row.country).into(),
                row.intercompany.into(),
                row.incomplete.into(),
                (&row.registration).into(),
                (*hash).into(),
                (&row.source).into(),
                import.into(),
            ];
            accounts.extend_from_slice(&cells);
            let cells: [Cell<'_>; 7] = [
                book.into(),
                (*account).into(),
                (&row.name).into(),
                address.into(),
                (&row.custom).into(),
                Cell::Null,
                sorted.into(),
            ];
            parties.extend_from_slice(&cells);
        }
        self.put_now(&tables::ACCOUNT, &accounts).await?;
        self.put_now(&tables::PARTY, &parties).await?;
        for (row, (account, ..)) in rows.iter().zip(made) {
            self.put_words(*account, row.name.as_deref());
        }
        Ok(())
    }

    /// Replaces what is known of an account by a newer row of its master data; the number stays. An older name is kept as an
    /// alias. A row that names no collector leaves the account with the one it has, whoever assigned it. What a row of
    /// invoices says (`incomplete`) never overwrites: of it another name is kept as an alias.
    pub async fn revise_account(&mut self, account: EntryId, row: &NewAccount) -> Result<()> {
        check(row)?;
        let book = self.envelope.book;
        self.lock(&BTreeSet::from([account.0])).await?;
        let found: Vec<Found> = fetch(&mut self.tx, &BY_ID, &[book.into(), account.0.into()]).await?;
        let Some(found) = found.into_iter().next() else {
            return Err(Fault::new(format!("there is no account {account}")));
        };
        let old = found.into_row()?;
        if row.incomplete {
            if let Some(name) = &row.name {
                self.add_alias(account, name).await?;
            }
            return Ok(());
        }
        let parent = match &row.parent {
            None => None,
            Some(code) => {
                Some(self.accounts_by_code(&[code]).await?.remove(code).map(|row| row.account.0).ok_or_else(|| {
                    Fault::new(format!("account {}: there is no account {code} to be its parent", row.code))
                })?)
            }
        };
        let hash = self.account_hash(row);
        if old.says(row, hash) {
            return Ok(());
        }
        let held = NewAccount { collector: row.collector.clone().or_else(|| old.collector.clone()), ..row.clone() };
        let row = &held;
        self.bump([account.0]).await?;
        let (before, after) = (fields_of(&old), fields(row, parent, hash));
        let words = words(row);
        self.journal_deed(Deed {
            account: account.0,
            kind: "account_revised",
            subject: parent,
            day: self.envelope.day,
            detail: json(&changes(&before, &after))?,
            words: Some(&words).filter(|words| !words.is_empty()).map(String::as_str),
            ..Deed::default()
        })?;
        self.write_revised(account.0, row, parent, hash).await?;
        if let Some(name) = old.name.filter(|name| Some(name) != row.name.as_ref()) {
            self.write_alias(account.0, &name).await?;
        }
        self.rewrite_words(account.0).await
    }

    async fn write_revised(&mut self, account: i64, row: &NewAccount, parent: Option<i64>, hash: i64) -> Result<()> {
        let book = self.envelope.book;
        let address = address(row);
        on_tx!(self.tx().await?, c => {
            sqlx::query(SET_ACCOUNT).bind(book).bind(account).bind(parent).bind(&row.segment).bind(&row.risk_class)
                .bind(&row.language).bind(row.currency.as_ref().map(Currency::code)).bind(&row.terms).bind(&row.collector)
                .bind(row.debtor_kind.code()).bind(&row.business_unit).bind(&row.country).bind(i64::from(row.intercompany))
                .bind(i64::from(row.incomplete)).bind(&row.registration).bind(hash).bind(&row.source)
                .execute(&mut *c).await?;
            sqlx::query(SET_PARTY).bind(book).bind(account).bind(&row.name).bind(&address).bind(&row.custom)
                .bind(sorted_by(row)).execute(&mut *c).await?;
            if let Some(name) = &row.name {
                sqlx::query(DROP_ALIAS).bind(book).bind(account).bind(name).execute(&mut *c).await?;
            }
        });
        Ok(())
    }

    /// Keeps another spelling of an account's name; `false` when it is known already, as the name or as an alias.
    pub async fn add_alias(&mut self, account: EntryId, name: &str) -> Result<bool> {
        refuse_nul(&[name])?;
        let book = self.envelope.book.into();
        let found: Vec<Found> = fetch(self.tx().await?, &BY_ID, &[book, account.0.into()]).await?;
        if found.first().is_none_or(|row| row.name.as_deref() == Some(name))
            || !self.write_alias(account.0, name).await?
        {
            return Ok(false);
        }
        let day = self.envelope.day;
        self.journal_deed(Deed { account: account.0, kind: "alias", day, words: Some(name), ..Deed::default() })?;
        Ok(true)
    }

    async fn write_alias(&mut self, account: i64, name: &str) -> Result<bool> {
        self.put_words(account, Some(name));
        let cells: [Cell<'_>; 3] = [self.envelope.book.into(), account.into(), name.into()];
        Ok(self.put_now(&tables::PARTY_ALIAS, &cells).await? > 0)
    }

    /// Puts people by (source, external id): new ones are added, changed ones replaced, the same again is nothing.
    pub async fn put_contacts(&mut self, rows: &[NewContact]) -> Result<Vec<PutOutcome>> {
        let mut outcomes = Vec::with_capacity(rows.len());
        for row in rows {
            outcomes.push(self.put_contact(row).await?);
        }
        Ok(outcomes)
    }

    /// A key of a person that tells nothing about them: the keyed hash of words, for people whom no source numbers.
    pub fn contact_key(&self, words: &str) -> String {
        self.keyed_hash(words).iter().take(8).map(|byte| format!("{byte:02x}")).collect()
    }

    async fn put_contact(&mut self, row: &NewContact) -> Result<PutOutcome> {
        let words = [&row.name, &row.role, &row.mail, &row.phone, &row.time_zone, &row.language, &row.channel]
            .map(|word| word.as_deref().unwrap_or_default());
        refuse_nul(&words)?;
        refuse_nul(&[&row.source, &row.external_id])?;
        let words = words.join("\u{1f}");
        let hash = short_hash(&self.keyed_hash(&format!("{}\u{1f}{words}\u{1f}{}", row.account.0, row.do_not_contact)));
        let book = self.envelope.book;
        let key = [book.into(), Cell::from(&row.source), Cell::from(&row.external_id)];
        let found: Vec<(String, i64, i64, i64)> = fetch(self.tx().await?, &CONTACTS, &key).await?;
        let old = found.into_iter().next();
        if old.as_ref().is_some_and(|(.., known)| *known == hash) {
            return Ok(PutOutcome::Unchanged);
        }
        self.bump([row.account.0].into_iter().chain(old.as_ref().map(|(_, _, account, _)| *account))).await?;
        let detail = serde_json::json!({ "source": row.source, "external_id": row.external_id, "role": row.role,
            "do_not_contact": row.do_not_contact });
        let entry = self.journal_deed(Deed {
            account: row.account.0,
            kind: if old.is_some() { "contact_changed" } else { "contact_added" },
            subject: old.as_ref().map(|(_, contact, ..)| *contact),
            day: self.envelope.day,
            detail: json(&detail)?,
            words: Some(&words),
            ..Deed::default()
        })?;
        let Some((_, contact, account, _)) = old else {
            self.put(&tables::CONTACT, &contact_cells(book, entry, row, hash, self.import));
            return Ok(PutOutcome::New);
        };
        on_tx!(self.tx().await?, c => sqlx::query(SET_CONTACT).bind(book).bind(account).bind(contact).bind(row.account.0)
            .bind(&row.name).bind(&row.role).bind(&row.mail).bind(&row.phone).bind(&row.time_zone).bind(&row.language)
            .bind(&row.channel).bind(i64::from(row.do_not_contact)).bind(hash).execute(c).await.map(|_| ())?);
        Ok(PutOutcome::Changed)
    }

    /// Blanks every name, address, person and word of an account; amounts, dates and hashes stay. Answers how many rows it
    /// blanked; a second time it is 0.
    pub async fn erase_account_people(&mut self, account: EntryId, day: Date) -> Result<u64> {
        let (book, day) = (self.envelope.book, day_number(day));
        self.lock(&BTreeSet::from([account.0])).await?;
        let mut erased = 0;
        for statement in ERASE {
            erased += on_tx!(&mut self.tx, c => sqlx::query(*statement).bind(book).bind(account.0).bind(day)
                .execute(c).await?.rows_affected());
        }
        if erased > 0 {
            self.bump([account.0]).await?;
            let detail = format!("{{\"rows\":{erased}}}");
            self.journal_deed(Deed { account: account.0, kind: "erased", day, detail, ..Deed::default() })?;
        }
        Ok(erased)
    }
}

/// The first eight bytes of a keyed hash.
fn short_hash(hash: &[u8]) -> i64 {
    hash.iter().take(8).fold(0, |sum: i64, byte| (sum << 8) | i64::from(*byte))
}

fn contact_cells(book: i64, contact: i64, row: &NewContact, hash: i64, import: Option<i64>) -> [Cell<'_>; 16] {
    [
        book.into(),
        row.account.0.into(),
        contact.into(),
        (&row.source).into(),
        (&row.external_id).into(),
        (&row.name).into(),
        (&row.role).into(),
        (&row.mail).into(),
        (&row.phone).into(),
        (&row.time_zone).into(),
        (&row.language).into(),
        (&row.channel).into(),
        row.do_not_contact.into(),
        hash.into(),
        import.into(),
        Cell::Null,
    ]
}

/// What lists sort the account by: its name, else nothing.
fn sorted_by(row: &NewAccount) -> String {
    row.name.as_deref().map(search_name).unwrap_or_default()
}

/// An address as it is stored: its lines.
fn address(row: &NewAccount) -> Option<String> {
    (!row.address.is_empty()).then(|| row.address.join("\n"))
}

fn check(row: &NewAccount) -> Result<()> {
    refuse_nul(&[&row.code, &row.source, &words(row), row.parent.as_deref().unwrap_or_default()])?;
    let texts = [
        &row.segment,
        &row.risk_class,
        &row.language,
        &row.terms,
        &row.collector,
        &row.business_unit,
        &row.country,
        &row.registration,
    ];
    texts.into_iter().flatten().try_for_each(|text| refuse_nul(&[text]))
}

/// Each changed field with its value before and after.
fn changes(before: &Map<String, Value>, after: &Map<String, Value>) -> Value {
    let keys: BTreeSet<&String> = before.keys().chain(after.keys()).filter(|key| key.as_str() != "source").collect();
    let changed = keys.into_iter().filter_map(|key| {
        let pair = [before.get(key).cloned().unwrap_or_default(), after.get(key).cloned().unwrap_or_default()];
        (pair[0] != pair[1]).then(|| (key.clone(), Value::from(pair.to_vec())))
    });
    Value::Object(changed.collect())
}

//! People at the customers. Names, mails and telephone numbers go to the erasable tables alone.

use dunwell_rules::account::EntryId;
use dunwell_store::fault::Result;
use dunwell_store::record::{NewContact, PutOutcome};

use super::accounts::Accounts;
use super::cells::Cells;
use super::column::Column;
use super::drive::{Rows, Session};
use super::payments::unknown_account;
use super::report::{Code, Outcome, Refused};
use super::row_hash::RowHash;

/// Imports contacts.
pub(super) struct Contacts {
    source: String,
    accounts: Accounts,
}

impl Contacts {
    pub(super) fn new(source: &str) -> Self {
        Self { source: source.to_owned(), accounts: Accounts::default() }
    }
}

/// A contact as a row says it.
#[derive(Debug)]
pub(super) struct ContactRow {
    account: String,
    account_header: String,
    contact: NewContact,
    hash: i64,
}

impl Rows for Contacts {
    type Row = ContactRow;

    fn map(&mut self, cells: &Cells<'_>) -> std::result::Result<ContactRow, Refused> {
        let account = cells.account(Column::Account)?.to_owned();
        let (name, mail, phone) = (cells.owned(Column::Name)?, cells.owned(Column::Mail)?, cells.owned(Column::Phone)?);
        if mail.as_deref().is_some_and(|mail| !looks_like_mail(mail)) {
            return Err(cells.refuse(Column::Mail, Code::BadWord, "is no mail address; mend or empty it"));
        }
        let external_id = match (cells.owned(Column::ExternalId)?, &mail, &name, &phone) {
            (Some(id), ..) => id,
            (None, Some(who), ..) | (None, None, Some(who), _) | (None, None, None, Some(who)) => {
                format!("{account}:{who}")
            }
            (None, None, None, None) => {
                return Err(cells.refuse(
                    Column::Name,
                    Code::MissingValue,
                    "is empty, and so are mail and phone; fill one of them",
                ));
            }
        };
        let contact = NewContact {
            account: EntryId(0),
            source: self.source.clone(),
            external_id,
            name,
            role: cells.owned(Column::Role)?,
            mail,
            phone,
            time_zone: cells.owned(Column::TimeZone)?,
            language: cells.owned(Column::Language)?,
            channel: cells.owned(Column::Channel)?,
            do_not_contact: cells.flag(Column::DoNotContact)?,
        };
        let hash = RowHash::new().text(&account).text(&format!("{contact:?}")).finish();
        Ok(ContactRow { account, account_header: cells.header(Column::Account), contact, hash })
    }

    fn identity<'a>(&self, row: &'a ContactRow) -> (&'a str, i64) {
        (&row.contact.external_id, row.hash)
    }

    async fn record(&mut self, session: &mut Session, rows: &[(u64, ContactRow)], outcome: &mut Outcome) -> Result<()> {
        self.accounts.look_up(&mut session.recording, rows.iter().map(|(_, row)| row.account.as_str())).await?;
        let mut contacts = Vec::new();
        for (line, row) in rows {
            match self.accounts.get(&row.account) {
                Some(known) => contacts.push(NewContact { account: known.account, ..row.contact.clone() }),
                None => outcome.reject(*line, unknown_account(&row.account_header, &row.account)),
            }
        }
        if contacts.is_empty() {
            return Ok(());
        }
        session.begin_import().await?;
        for put in session.recording.put_contacts(&contacts).await? {
            match put {
                PutOutcome::New => outcome.accept(None),
                PutOutcome::Unchanged => outcome.duplicate += 1,
                PutOutcome::Changed => outcome.change(None),
            }
        }
        Ok(())
    }

    fn forget(&mut self) {
        self.accounts.forget();
    }
}

/// Something before and behind one @, without blanks.
fn looks_like_mail(text: &str) -> bool {
    let parts = text.split_once('@');
    parts.is_some_and(|(who, place)| !who.is_empty() && place.contains('.') && !place.contains('@'))
        && !text.contains(char::is_whitespace)
}

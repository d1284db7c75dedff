//! One person of an account with the key that a source knows them by.

use dunwell_rules::account::EntryId;
use sqlx::FromRow;

use crate::fault::Result;
use crate::read::{Reading, entry};
use crate::record::NewContact;

#[derive(FromRow)]
struct Columns {
    source: String,
    external_id: String,
    name: Option<String>,
    role: Option<String>,
    mail: Option<String>,
    phone: Option<String>,
    time_zone: Option<String>,
    language: Option<String>,
    channel: Option<String>,
    do_not_contact: i64,
}

const CONTACT: &str = "
select source, external_id, name, role, mail, phone, time_zone, language, channel, do_not_contact
from contact
where book = $1 and account = $2 and contact = $3 and erased_on is null";

/// Every statement here, for the test that prepares them.
#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] = &[CONTACT];

impl Reading {
    /// A person of an account as a row that would put them again; `None` when there is none, or they are erased.
    pub async fn contact(&mut self, account: EntryId, contact: EntryId) -> Result<Option<NewContact>> {
        let row: Option<Columns> = self.row(CONTACT, &[entry(account), entry(contact)]).await?;
        Ok(row.map(|row| NewContact {
            account,
            source: row.source,
            external_id: row.external_id,
            name: row.name,
            role: row.role,
            mail: row.mail,
            phone: row.phone,
            time_zone: row.time_zone,
            language: row.language,
            channel: row.channel,
            do_not_contact: row.do_not_contact != 0,
        }))
    }
}

//! The people of an account: who they are, how to reach them, and what time it is where they are.

use dunwell_store::views::accounts::ContactView;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;

use crate::desk::Desk;
use crate::refusal::{Refusal, Result};
use crate::version::version_of;

/// The people of an account.
#[derive(Debug, Clone, Serialize)]
pub struct Contacts {
    /// Customer number.
    pub account: String,
    /// The people who are not erased, oldest entry first.
    pub contacts: Vec<ContactRow>,
}

/// One person.
#[derive(Debug, Clone, Serialize)]
pub struct ContactRow {
    /// Who it is.
    #[serde(flatten)]
    pub contact: ContactView,
    /// What a change must name, so that it is not recorded over somebody else's.
    pub version: String,
    /// The time of day where they are, as `14:32`; null where their time zone is not known.
    pub local_time: Option<String>,
}

/// The people of the account `code`.
pub async fn contacts(desk: &Desk, code: &str) -> Result<Contacts> {
    let mut reading = desk.book.read().await?;
    let account = reading.account(code).await?.ok_or_else(|| Refusal::UnknownAccount(code.into()))?;
    let now = Timestamp::from_microsecond((desk.clock)()).ok();
    let row = |contact: ContactView| {
        let zone = contact.time_zone.as_deref().and_then(|zone| TimeZone::get(zone).ok());
        let local_time = now.zip(zone).map(|(now, zone)| {
            let time = zone.to_datetime(now).time();
            format!("{:02}:{:02}", time.hour(), time.minute())
        });
        ContactRow { version: version_of(&contact), contact, local_time }
    };
    let contacts = reading.contacts(account.entry).await?.into_iter().map(row).collect();
    Ok(Contacts { account: account.account, contacts })
}

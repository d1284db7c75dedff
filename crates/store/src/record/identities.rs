//! Who people are to the organisation's sign-in provider. The journal tells whose identity was awaited, linked or taken away,
//! at which provider and under which number there, and by whom; never an e-mail address.

use super::{Deed, Recording, json};
use crate::book::refuse_nul;
use crate::db::on_tx;
use crate::fault::Result;

const AWAIT: &str = "insert into identity (book, issuer, name, subject, email, changed_at, asked_by) \
     values ($1, $2, $3, null, $4, $5, $6) on conflict (book, issuer, name) do update set email = excluded.email, \
     changed_at = excluded.changed_at, asked_by = excluded.asked_by where identity.subject is null";
const LINK: &str = "insert into identity (book, issuer, name, subject, email, changed_at, asked_by) \
     values ($1, $2, $3, $4, null, $5, $6) on conflict (book, issuer, name) do update set subject = excluded.subject, \
     email = null, changed_at = excluded.changed_at, asked_by = excluded.asked_by where identity.subject is null";
const LINK_AWAITED: &str = "update identity set subject = $4, email = null, changed_at = $6 \
     where book = $1 and issuer = $2 and name = $3 and subject is null and email = $5 returning asked_by";
const UNLINK: &str = "delete from identity where book = $1 and name = $2";

/// Every statement of this module.
#[cfg(test)]
pub(crate) const ALL: &[&str] = &[AWAIT, LINK, LINK_AWAITED, UNLINK];

impl Recording {
    /// Awaits a person under a verified e-mail address, given in lower case; `false` when they are linked already.
    pub async fn await_identity(&mut self, issuer: &str, name: &str, email: &str) -> Result<bool> {
        refuse_nul(&[issuer, name, email])?;
        let (book, now, by) = (self.envelope.book, self.envelope.recorded_at, self.envelope.actor.clone());
        let changed = on_tx!(self.tx().await?, c => sqlx::query(AWAIT).bind(book).bind(issuer).bind(name).bind(email)
            .bind(now).bind(by).execute(c).await?.rows_affected());
        if changed > 0 {
            let detail = serde_json::json!({ "name": name, "what": "identity_awaited", "issuer": issuer });
            self.identity_changed(&detail)?;
        }
        Ok(changed > 0)
    }

    /// Links a person to a subject of a provider; `false` when they are linked already.
    pub async fn link_identity(&mut self, issuer: &str, name: &str, subject: &str) -> Result<bool> {
        refuse_nul(&[issuer, name, subject])?;
        let (book, now, by) = (self.envelope.book, self.envelope.recorded_at, self.envelope.actor.clone());
        let changed = on_tx!(self.tx().await?, c => sqlx::query(LINK).bind(book).bind(issuer).bind(name).bind(subject)
            .bind(now).bind(by).execute(c).await?.rows_affected());
        if changed > 0 {
            self.identity_linked(issuer, name, subject).await?;
        }
        Ok(changed > 0)
    }

    /// Links a person who is awaited under this e-mail address, and says who asked for it; `None` when they are not awaited
    /// so, or not any more.
    pub async fn link_awaited(
        &mut self,
        issuer: &str,
        name: &str,
        subject: &str,
        email: &str,
    ) -> Result<Option<String>> {
        refuse_nul(&[issuer, name, subject, email])?;
        let (book, now) = (self.envelope.book, self.envelope.recorded_at);
        let asked_by: Option<String> = on_tx!(self.tx().await?, c => sqlx::query_scalar(LINK_AWAITED).bind(book)
            .bind(issuer).bind(name).bind(subject).bind(email).bind(now).fetch_optional(c).await?);
        if asked_by.is_some() {
            self.identity_linked(issuer, name, subject).await?;
        }
        Ok(asked_by)
    }

    /// Takes every identity of a person away, linked or awaited; `false` when there is none.
    pub async fn unlink_identities(&mut self, name: &str) -> Result<bool> {
        refuse_nul(&[name])?;
        let book = self.envelope.book;
        let changed = on_tx!(self.tx().await?, c => sqlx::query(UNLINK).bind(book).bind(name).execute(c).await?
            .rows_affected());
        if changed > 0 {
            self.end_links(name).await?;
            self.identity_changed(&serde_json::json!({ "name": name, "what": "identity_unlinked" }))?;
        }
        Ok(changed > 0)
    }

    async fn identity_linked(&mut self, issuer: &str, name: &str, subject: &str) -> Result<()> {
        self.end_links(name).await?;
        let detail =
            serde_json::json!({ "name": name, "what": "identity_linked", "issuer": issuer, "subject": subject });
        self.identity_changed(&detail)
    }

    fn identity_changed(&mut self, detail: &serde_json::Value) -> Result<()> {
        let day = self.envelope.day;
        self.journal_deed(Deed { kind: "secret_changed", day, detail: json(detail)?, ..Deed::default() }).map(|_| ())
    }
}

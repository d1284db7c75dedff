//! Sessions of people who are signed in, and the one-time links by which they come in. Tokens are known by their SHA-256.

use crate::book::Book;
use crate::fault::Result;
use crate::read::Bind;
use crate::views::changes::BookVersion;

/// A session as it is kept. Instants in UTC microseconds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionRow {
    /// Whose it is.
    pub name: String,
    /// Their role as it is now.
    pub role: String,
    /// What forms carry against requests forged by other sites.
    pub csrf: String,
    /// When it began.
    pub created_at: i64,
    /// When it was last seen, to the minute.
    pub seen_at: i64,
    /// When its owner last proved who they are.
    pub elevated_at: i64,
    /// When it ends whatever happens.
    pub expires_at: i64,
    /// Whether its owner has a password.
    pub has_password: bool,
    /// Whether its owner has confirmed a second factor.
    pub has_totp: bool,
    /// Whether an identity of its owner at a sign-in provider is linked.
    pub has_identity: bool,
}

/// A session to be kept.
#[derive(Debug, Clone, Copy)]
pub struct NewSession<'a> {
    /// SHA-256 of the token.
    pub token_sha256: &'a [u8],
    /// Whose it is.
    pub name: &'a str,
    /// What its forms carry.
    pub csrf: &'a str,
    /// When it begins; also seen then. UTC microseconds.
    pub now: i64,
    /// When its owner proved who they are; 0 where they did not.
    pub elevated_at: i64,
    /// When it ends whatever happens.
    pub expires_at: i64,
}

/// The session and the version of the book in one look.
const GLANCE: &str = "select s.name, u.role, s.csrf, s.created_at, s.seen_at, s.elevated_at, s.expires_at, \
     cast(case when c.password_phc is null then 0 else 1 end as bigint), cast(coalesce(c.totp_confirmed, 0) as bigint), \
     cast(case when exists (select 1 from identity i where i.book = s.book and i.name = s.name \
     and i.subject is not null) then 1 else 0 end as bigint), \
     (select cast(coalesce(sum(v.batches), 0) as bigint) from book_version v where v.book = s.book), \
     (select cast(coalesce(sum(v.others), 0) as bigint) from book_version v where v.book = s.book) \
     from session s join app_user u on u.book = s.book and u.name = s.name \
     left join credential c on c.book = s.book and c.name = s.name where s.book = $1 and s.token_sha256 = $2";
const OPEN: &str = "insert into session (book, token_sha256, name, csrf, created_at, seen_at, elevated_at, expires_at) \
     values ($1, $2, $3, $4, $5, $5, $6, $7)";
const SEEN: &str = "update session set seen_at = $3 where book = $1 and token_sha256 = $2 and seen_at < $3";
const ROTATE: &str = "update session set token_sha256 = $3, csrf = $4, elevated_at = \
     case when $5 > elevated_at then $5 else elevated_at end where book = $1 and token_sha256 = $2";
const CLOSE: &str = "delete from session where book = $1 and token_sha256 = $2";
const CLOSE_ALL: &str = "delete from session where book = $1 and name = $2";
const REDEEM: &str = "update sign_in_link set used_at = $3 where book = $1 and token_sha256 = $2 and used_at is null \
     and expires_at > $3 and issued_by is not null returning name, issued_by";

/// Every statement that reads.
#[cfg(test)]
pub(crate) const READS: &[&str] = &[GLANCE];
/// Every statement that writes.
#[cfg(test)]
pub(crate) const WRITES: &[&str] = &[OPEN, SEEN, ROTATE, CLOSE, CLOSE_ALL, REDEEM];

impl Book {
    /// The session of a token, over or not, and the book's version as of the same instant: one statement without a
    /// transaction around it. `None` when there is no such session, or its owner is no user any more.
    pub async fn glance(&self, token_sha256: &[u8]) -> Result<Option<(SessionRow, BookVersion)>> {
        type Row = (String, String, String, i64, i64, i64, i64, i64, i64, i64, i64, i64);
        let row: Option<Row> = self.one_row(GLANCE, &[Bind::Bytes(token_sha256)]).await?;
        Ok(row.map(
            |(
                name,
                role,
                csrf,
                created_at,
                seen_at,
                elevated_at,
                expires_at,
                password,
                totp,
                linked,
                batches,
                others,
            )| {
                let (has_password, has_totp, has_identity) = (password != 0, totp != 0, linked != 0);
                let row = SessionRow {
                    name,
                    role,
                    csrf,
                    created_at,
                    seen_at,
                    elevated_at,
                    expires_at,
                    has_password,
                    has_totp,
                    has_identity,
                };
                (row, BookVersion { batches, others })
            },
        ))
    }

    /// Keeps a new session.
    pub async fn open_session(&self, new: &NewSession<'_>) -> Result<()> {
        let binds = [
            Bind::Bytes(new.token_sha256),
            Bind::Text(new.name),
            Bind::Text(new.csrf),
            Bind::Int(new.now),
            Bind::Int(new.elevated_at),
            Bind::Int(new.expires_at),
        ];
        self.change_unshown(OPEN, &binds).await.map(|_| ())
    }

    /// Says that a session was seen; an earlier instant than the known one changes nothing.
    pub async fn session_seen(&self, token_sha256: &[u8], now: i64) -> Result<()> {
        self.change_unshown(SEEN, &[Bind::Bytes(token_sha256), Bind::Int(now)]).await.map(|_| ())
    }

    /// Gives a session another token and form secret; `elevated_at` is when its owner proved who they are, 0 where they did
    /// not now. `false` when there is no such session.
    pub async fn rotate_session(&self, from: &[u8], to: &[u8], csrf: &str, elevated_at: i64) -> Result<bool> {
        let binds = [Bind::Bytes(from), Bind::Bytes(to), Bind::Text(csrf), Bind::Int(elevated_at)];
        Ok(self.change_unshown(ROTATE, &binds).await? > 0)
    }

    /// Ends a session; `false` when there is none.
    pub async fn close_session(&self, token_sha256: &[u8]) -> Result<bool> {
        Ok(self.change_unshown(CLOSE, &[Bind::Bytes(token_sha256)]).await? > 0)
    }

    /// Ends every session of a person; answers how many.
    pub async fn close_sessions_of(&self, name: &str) -> Result<u64> {
        self.change_unshown(CLOSE_ALL, &[Bind::Text(name)]).await
    }

    /// Uses a link up and says who comes in by it, and who made it; `None` when there is none, or it was used before, or has
    /// expired by `now`, or was made by a version that did not keep who made it.
    pub async fn redeem_link(&self, token_sha256: &[u8], now: i64) -> Result<Option<(String, String)>> {
        self.changed(REDEEM, &[Bind::Bytes(token_sha256), Bind::Int(now)]).await
    }
}

#[cfg(test)]
mod tests {
    use sqlx::AssertSqlSafe;

    use crate::db::Db;
    use crate::testing::on_each_database;

    #[test]
    fn a_link_that_does_not_say_who_made_it_opens_nothing() {
        on_each_database(async |place| {
            let book = place.book("main").await;
            for (token, issuer) in [(1_u8, "null"), (2, "'desk'")] {
                let blob = match place.db() {
                    Db::Sqlite { .. } => format!("x'{}'", format!("{token:02x}").repeat(32)),
                    Db::Pg(_) => format!("decode('{}', 'hex')", format!("{token:02x}").repeat(32)),
                };
                let sql = format!(
                    "insert into sign_in_link (book, token_sha256, name, expires_at, issued_by) \
                     values ({}, {blob}, 'desk', 1000, {issuer})",
                    book.id
                );
                match place.db() {
                    Db::Sqlite { writer, .. } => sqlx::query(AssertSqlSafe(sql)).execute(writer).await.map(|_| ()),
                    Db::Pg(pool) => sqlx::query(AssertSqlSafe(sql)).execute(pool).await.map(|_| ()),
                }
                .expect("a link");
            }
            let opened = async |token: u8| book.redeem_link(&[token; 32], 1).await.expect("no fault");
            assert_eq!(opened(1).await, None, "it was made by a version that kept no maker");
            assert_eq!(opened(2).await, Some(("desk".into(), "desk".into())));
        });
    }
}

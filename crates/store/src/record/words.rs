//! The words an account is found by, kept beside its names and erased with them.

use super::{Recording, tables};
use crate::bulk::Cell;
use crate::db::on_tx;
use crate::fault::Result;
use crate::words::words;

const DROP_WORDS: &str = "delete from name_word where book = $1 and account = $2";
const NAMES: &str = "select name from party where book = $1 and account = $2 and name is not null \
     union all select name from party_alias where book = $1 and account = $2";

/// Every statement of this module.
#[cfg(test)]
pub(crate) const ALL: &[&str] = &[DROP_WORDS, NAMES];

impl Recording {
    /// Adds the words of a name.
    pub(super) fn put_words(&mut self, account: i64, name: Option<&str>) {
        let book = self.envelope.book;
        let words = words(name);
        let cells: Vec<Cell<'_>> = words.iter().flat_map(|word| [book.into(), account.into(), word.into()]).collect();
        if !cells.is_empty() {
            self.put(&tables::NAME_WORD, &cells);
        }
    }

    /// Makes the words of an account again from the names it has now.
    pub(super) async fn rewrite_words(&mut self, account: i64) -> Result<()> {
        let book = self.envelope.book;
        let names: Vec<String> = on_tx!(self.tx().await?, c => {
            sqlx::query(DROP_WORDS).bind(book).bind(account).execute(&mut *c).await?;
            sqlx::query_scalar(NAMES).bind(book).bind(account).fetch_all(c).await?
        });
        for name in &names {
            self.put_words(account, Some(name));
        }
        Ok(())
    }
}

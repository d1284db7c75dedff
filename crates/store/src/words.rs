//! Names as people look for them: the whole name in lower case, and its words. Both are erased with the name.
//!
//! `verify` makes them again from the names that are there.

use std::collections::BTreeSet;

use crate::bulk::{self, Cell};
use crate::db::{Db, Tx, on_tx};
use crate::fault::Result;
use crate::record::tables;

/// The most characters of a name, and of a word of it, that are looked for.
const LONGEST: usize = 64;
/// Accounts that are given their words in one go.
const AT_ONCE: i64 = 1000;

/// Names of accounts that have no words yet; only a book that is older than the search has any.
const UNSORTED: &str = "
select p.book, p.account, p.name
from book b
cross join party p
where p.book = b.book and p.search_name = '' and p.name <> ''
order by p.book, p.account
limit $1";
const SET_SEARCH_NAME: &str = "update party set search_name = $3 where book = $1 and account = $2";
const ALIASES: &str = "select name from party_alias where book = $1 and account = $2";

/// Every statement of this module.
#[cfg(test)]
pub(crate) const ALL: &[&str] = &[UNSORTED, SET_SEARCH_NAME, ALIASES];

/// A name as lists are sorted by it: in lower case, without space around it.
pub(crate) fn search_name(name: &str) -> String {
    name.trim().to_lowercase().chars().take(LONGEST).collect()
}

/// The words of names, in lower case: runs of letters and digits.
pub(crate) fn words<'a>(names: impl IntoIterator<Item = &'a str>) -> BTreeSet<String> {
    let parts = names.into_iter().flat_map(|name| name.split(|c: char| !c.is_alphanumeric()));
    let lower = parts.map(|word| word.to_lowercase().chars().take(LONGEST).collect::<String>());
    lower.filter(|word| !word.is_empty()).collect()
}

/// Gives the accounts of older books their words. Finds nothing to do, by one look at an index, where all have them.
pub(crate) async fn fill(db: &Db) -> Result<()> {
    let mut reading = db.begin_read().await?;
    let lacking: Vec<(i64, i64, String)> =
        on_tx!(&mut reading, c => sqlx::query_as(UNSORTED).bind(1_i64).fetch_all(c).await?);
    drop(reading);
    if lacking.is_empty() {
        return Ok(());
    }
    loop {
        let mut tx = db.begin_write().await?;
        let names: Vec<(i64, i64, String)> =
            on_tx!(&mut tx, c => sqlx::query_as(UNSORTED).bind(AT_ONCE).fetch_all(c).await?);
        for (book, account, name) in &names {
            fill_one(&mut tx, *book, *account, name).await?;
        }
        tx.commit().await?;
        if names.is_empty() {
            return Ok(());
        }
    }
}

async fn fill_one(tx: &mut Tx, book: i64, account: i64, name: &str) -> Result<()> {
    // A name of blanks has nothing to sort by: it must not be found again.
    let sorted = Some(search_name(name)).filter(|sorted| !sorted.is_empty()).unwrap_or_else(|| " ".to_owned());
    let aliases: Vec<String> = on_tx!(&mut *tx, c => {
        sqlx::query(SET_SEARCH_NAME).bind(book).bind(account).bind(&sorted).execute(&mut *c).await?;
        sqlx::query_scalar(ALIASES).bind(book).bind(account).fetch_all(c).await?
    });
    let words = words(aliases.iter().map(String::as_str).chain([name]));
    let cells: Vec<Cell<'_>> = words.iter().flat_map(|word| [book.into(), account.into(), word.into()]).collect();
    bulk::insert(tx, &tables::NAME_WORD, &cells).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use sqlx::query;

    use super::{fill, search_name, words};
    use crate::db::{Db, on_tx};
    use crate::example;
    use crate::fault::Result;
    use crate::testing::on_each_database;

    async fn forget(db: &Db) -> Result<()> {
        let mut tx = db.begin_write().await?;
        on_tx!(&mut tx, c => {
            query("delete from name_word").execute(&mut *c).await?;
            query("update party set search_name = ''").execute(&mut *c).await?;
        });
        tx.commit().await
    }

    #[test]
    fn a_book_older_than_the_search_is_given_its_words_when_it_is_opened() {
        on_each_database(async |place| {
            let book = place.book("main").await;
            example::record(&book).await;
            forget(place.db()).await.expect("forgotten");
            assert!(!book.verify().await.expect("a report").ok, "what is missing is seen");
            for _ in 0..2 {
                fill(place.db()).await.expect("filled");
                let report = book.verify().await.expect("a report");
                assert!(report.ok, "{:#?}", report.checks);
            }
        });
    }

    #[test]
    fn a_name_is_found_by_its_words_whatever_their_case_and_marks() {
        let found = words(["Müller & Söhne GmbH", "A.B.C. Trading", "müller"]);
        let expected = ["a", "b", "c", "gmbh", "müller", "söhne", "trading"];
        assert_eq!(found.iter().map(String::as_str).collect::<Vec<_>>(), expected);
        assert_eq!(search_name("  ACME Ltd "), "acme ltd");
    }
}

//! That no page of a screen reads what lies beyond it: every statement of a screen walks an index, in the order it answers.

use sqlx::{AssertSqlSafe, FromRow};

use super::{journal, listing, notices, party, search, strip, timeline};
use crate::db::{Db, Tx};
use crate::testing::Place;

#[derive(FromRow)]
struct Step {
    detail: String,
}

/// How SQLite goes about a statement.
async fn plan(place: &Place, sql: &str) -> Vec<String> {
    assert!(matches!(place.db(), Db::Sqlite { .. }));
    let mut tx = place.db().begin_read().await.expect("a transaction");
    let Tx::Sqlite(c) = &mut tx else { panic!("a SQLite place") };
    let text = format!("explain query plan {sql}");
    let steps: Vec<Step> = sqlx::query_as(AssertSqlSafe(text)).fetch_all(&mut **c).await.expect("a plan");
    steps.into_iter().map(|step| step.detail).collect()
}

/// Whether a step reads a whole table, rather than a piece of an index or the few rows a subquery has made.
fn reads_all(step: &str) -> bool {
    let made_here = ["SCAN CONSTANT ROW", "SCAN f", "SCAN o", "SCAN c", "SCAN d"];
    step.starts_with("SCAN") && !made_here.contains(&step)
}

#[test]
fn no_screen_reads_a_whole_table() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let place = Place::sqlite().await;
        let lists = [
            journal::STATEMENTS,
            listing::STATEMENTS,
            notices::STATEMENTS,
            search::STATEMENTS,
            strip::STATEMENTS,
            timeline::STATEMENTS,
        ];
        for sql in lists.into_iter().flatten() {
            let steps = plan(&place, sql).await;
            assert!(!steps.is_empty());
            assert!(!steps.iter().any(|step| reads_all(step)), "{sql}\n{steps:#?}");
        }
    });
}

/// A range of accounts that has a beginning and no end: on a large book it reads most of the table for one account.
fn reads_on(step: &str) -> bool {
    step.contains("account>?") && !step.contains("account<?")
}

#[test]
fn the_facts_of_a_page_of_accounts_are_not_looked_for_beyond_it() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let place = Place::sqlite().await;
        let page_ends = |sql: &&&str| sql.contains("account <= $3");
        let lists = [crate::facts::STATEMENTS, party::STATEMENTS];
        let ranges: Vec<&str> = lists.into_iter().flatten().filter(page_ends).copied().collect();
        assert_eq!(ranges.len(), 4, "the facts, earlier payments, parties, people");
        for sql in ranges {
            let steps = plan(&place, sql).await;
            assert!(!steps.iter().any(|step| reads_on(step)), "{sql}\n{steps:#?}");
            // Of each part of the statement, the first table alone is walked by the range.
            let joined = |pair: &[String]| pair.iter().all(|step| step.contains("account>?"));
            assert!(!steps.windows(2).any(joined), "{sql}\n{steps:#?}");
        }
    });
}

#[test]
fn a_page_comes_in_the_order_of_its_index_without_sorting_what_is_not_shown() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let place = Place::sqlite().await;
        let pages = [journal::STATEMENTS, listing::STATEMENTS, search::STATEMENTS, timeline::STATEMENTS];
        for sql in pages.into_iter().flatten().filter(|sql| sql.contains("limit")) {
            let steps = plan(&place, sql).await;
            let sorts = |step: &String| step == "USE TEMP B-TREE FOR ORDER BY";
            // The few accounts of a search by name are sorted after the limit.
            let after_the_limit = sql.contains("name_word") && sql.contains(") f");
            assert!(after_the_limit || !steps.iter().any(sorts), "{sql}\n{steps:#?}");
        }
    });
}

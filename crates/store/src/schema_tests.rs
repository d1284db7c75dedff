//! What must hold of the SQL on both databases: every statement prepares, the two schemas are one, journals take no change.

use std::collections::BTreeSet;

use sqlx::{AssertSqlSafe, Executor, SqlSafeStr};

use crate::db::{Db, Tx};
use crate::testing::{Place, on_each_database};
use crate::{access, book, bulk, journal, record, seal, views, words};

async fn prepare(tx: &mut Tx, sql: &str) -> Result<(), sqlx::Error> {
    let text = AssertSqlSafe(sql).into_sql_str();
    match tx {
        Tx::Sqlite(c) => (**c).prepare(text).await.map(|_| ()),
        Tx::Pg(c) => (**c).prepare(text).await.map(|_| ()),
    }
}

#[test]
fn every_statement_of_the_recording_side_prepares_on_both_databases() {
    on_each_database(async |place: &Place| {
        let (texts, tables, selects) = record::statements();
        let tables: Vec<&bulk::Table> = tables.into_iter().chain(book::TABLES.iter().copied()).collect();
        let selects: Vec<&bulk::Keyed> = selects.into_iter().chain(views::keyed()).collect();
        let postgres = matches!(place.db(), Db::Pg(_));
        let built = bulk::statements(postgres, &tables, &selects);
        let access = access::statements();
        let plain = [texts.as_slice(), access.as_slice(), book::ALL, journal::ALL, seal::ALL, words::ALL].concat();
        assert!(plain.len() > 60 && built.len() > 100, "the lists are not empty");
        let mut tx = place.db().begin_write().await.expect("a transaction");
        for sql in plain.into_iter().map(str::to_owned).chain(built) {
            if let Err(error) = prepare(&mut tx, &sql).await {
                panic!("{error}\n{sql}");
            }
        }
    });
}

/// Table, column, whether it may be null, kind; then keys: table and columns.
type Schema = (BTreeSet<(String, String, bool, &'static str)>, BTreeSet<(String, Vec<String>)>);

fn kind(declared: &str) -> &'static str {
    match declared.to_ascii_lowercase().as_str() {
        "integer" | "bigint" => "integer",
        "blob" | "bytea" => "bytes",
        "text" => "text",
        _ => "other",
    }
}

async fn sqlite_schema(place: &Place) -> Schema {
    let Db::Sqlite { readers, .. } = place.db() else { panic!("a SQLite place") };
    let columns: Vec<(String, String, i64, i64, String)> = sqlx::query_as(
        "select m.name, c.name, c.\"notnull\", c.pk, c.type from sqlite_master m join pragma_table_info(m.name) c \
         where m.type = 'table' and m.name not like 'sqlite%' and m.name not like '\\_sqlx%' escape '\\'",
    )
    .fetch_all(readers)
    .await
    .expect("columns");
    let keys: Vec<(String, String, String)> = sqlx::query_as(
        "select m.name, i.name, c.name from sqlite_master m join pragma_index_list(m.name) i join pragma_index_info(i.name) c \
         where m.type = 'table' and i.\"unique\" = 1 and m.name not like '\\_sqlx%' escape '\\' order by 1, 2, c.seqno",
    )
    .fetch_all(readers)
    .await
    .expect("keys");
    let rowid_keys = columns.iter().filter(|column| column.3 == 1);
    let single: Vec<(String, Vec<String>)> = rowid_keys
        .filter(|key| columns.iter().all(|other| other.0 != key.0 || other.3 < 2))
        .map(|key| (key.0.clone(), vec![key.1.clone()]))
        .collect();
    let columns = columns.iter().map(|c| (c.0.clone(), c.1.clone(), c.2 == 0 && c.3 == 0, kind(&c.4))).collect();
    (columns, group(keys).into_iter().chain(single).collect())
}

async fn postgres_schema(place: &Place) -> Schema {
    let Db::Pg(pool) = place.db() else { panic!("a PostgreSQL place") };
    let columns: Vec<(String, String, String, String)> = sqlx::query_as(
        "select table_name::text, column_name::text, is_nullable::text, data_type::text from information_schema.columns \
         where table_schema = 'public' and table_name not like '\\_sqlx%'",
    )
    .fetch_all(pool)
    .await
    .expect("columns");
    let keys: Vec<(String, String, String)> = sqlx::query_as(
        "select t.relname::text, i.relname::text, a.attname::text from pg_index x \
         join pg_class t on t.oid = x.indrelid join pg_class i on i.oid = x.indexrelid \
         join pg_namespace n on n.oid = t.relnamespace and n.nspname = 'public' \
         join pg_attribute a on a.attrelid = i.oid where x.indisunique and t.relname not like '\\_sqlx%' \
         order by 1, 2, a.attnum",
    )
    .fetch_all(pool)
    .await
    .expect("keys");
    let columns = columns.iter().map(|c| (c.0.clone(), c.1.clone(), c.2 == "YES", kind(&c.3))).collect();
    (columns, group(keys).into_iter().collect())
}

fn group(rows: Vec<(String, String, String)>) -> Vec<(String, Vec<String>)> {
    let mut keys: Vec<(String, String, Vec<String>)> = Vec::new();
    for (table, index, column) in rows {
        match keys.last_mut() {
            Some((known, name, columns)) if *known == table && *name == index => columns.push(column),
            _ => keys.push((table, index, vec![column])),
        }
    }
    keys.into_iter().map(|(table, _, columns)| (table, columns)).collect()
}

#[test]
fn the_two_databases_have_one_schema() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let sqlite = Place::sqlite().await;
        let Some(postgres) = Place::postgres().await else {
            assert!(std::env::var_os("CI").is_none(), "CI tests on PostgreSQL: DUNWELL_TEST_POSTGRES is not set");
            eprintln!("skipped: DUNWELL_TEST_POSTGRES is not set");
            return;
        };
        let (left, right) = (sqlite_schema(&sqlite).await, postgres_schema(&postgres).await);
        let tables: BTreeSet<&String> = left.0.iter().map(|column| &column.0).collect();
        assert!(tables.len() > 35, "{} tables", tables.len());
        let columns: Vec<_> = left.0.symmetric_difference(&right.0).collect();
        assert!(columns.is_empty(), "columns that only one database has: {columns:?}");
        let keys: Vec<_> = left.1.symmetric_difference(&right.1).collect();
        assert!(keys.is_empty(), "keys that only one database has: {keys:?}");
    });
}

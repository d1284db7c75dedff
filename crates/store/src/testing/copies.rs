//! Many fresh copies of one prepared database, and its whole content as text, for tests that break a book and compare it
//! with one that nothing happened to.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::PathBuf;
use std::sync::atomic::Ordering;
use std::time::Duration;

use sqlx::{AssertSqlSafe, Connection, PgConnection};

use super::{NEXT, Place, remove};
use crate::db::{Db, Tx, on_tx};

/// A prepared database that nobody has open: it is only copied.
#[derive(Debug)]
pub struct Original {
    place: Place,
}

/// A copy of a prepared database, which nobody has open yet; gone when it is dropped.
#[derive(Debug)]
pub struct Copy {
    url: String,
    file: Option<PathBuf>,
    server: Option<(String, String)>,
}

impl Place {
    /// Closes the database, so that it can be copied.
    pub async fn into_original(self) -> Original {
        self.db.close().await;
        Original { place: self }
    }
}

impl Original {
    /// A fresh copy.
    pub async fn copy(&self) -> Copy {
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let process = std::process::id();
        match (&self.place.file, &self.place.server) {
            (Some(original), _) => {
                let file = std::env::temp_dir().join(format!("dunwell-test-{process}-{number}.db"));
                remove(&file);
                std::fs::copy(original, &file).expect("a copy of the SQLite file");
                Copy { url: format!("sqlite:{}", file.display()), file: Some(file), server: None }
            }
            (None, Some((server, original))) => {
                let name = format!("dunwell_test_{process}_{number}");
                let mut admin = PgConnection::connect(server).await.expect("the test server answers");
                let drop = format!("drop database if exists {name} with (force)");
                sqlx::raw_sql(AssertSqlSafe(drop)).execute(&mut admin).await.expect("the name is free");
                let create = format!("create database {name} template {original} strategy file_copy");
                // A client that has just said goodbye holds the original for a moment longer.
                for patience in (0..50).rev() {
                    match sqlx::raw_sql(AssertSqlSafe(create.clone())).execute(&mut admin).await {
                        Ok(_) => break,
                        Err(error) if patience == 0 => panic!("a copied database: {error}"),
                        Err(_) => tokio::time::sleep(Duration::from_millis(100)).await,
                    }
                }
                admin.close().await.expect("the test server says goodbye");
                let (host, _) = server.rsplit_once('/').expect("DUNWELL_TEST_POSTGRES ends in /DATABASE");
                let server = Some((server.clone(), name.clone()));
                Copy { url: format!("{host}/{name}"), file: None, server }
            }
            (None, None) => unreachable!("a place is a file or on a server"),
        }
    }
}

impl Copy {
    /// What `--book` takes.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Opens it.
    pub async fn open(&self) -> Db {
        Db::connect(&self.url, false).await.expect("a copied database opens")
    }
}

impl Drop for Copy {
    fn drop(&mut self) {
        super::drop_database(self.file.as_deref(), self.server.take());
    }
}

/// Every table whose rows tell what happened. Seals are left out: how many commands were cut off shows in their number.
const TABLES: &[&str] = &[
    "batch",
    "ledger",
    "activity",
    "decision",
    "approval",
    "account",
    "account_state",
    "party",
    "party_alias",
    "name_word",
    "pin",
    "attachment",
    "attachment_file",
    "bank_entry",
    "bank_return",
    "bank_statement",
    "payer_mark",
    "bank_file",
    "refund_payment",
    "receipt_words",
    "remittance",
    "contact",
    "note_text",
    "item",
    "line",
    "movement",
    "account_summary",
    "account_month",
    "control_day",
    "promise",
    "dispute",
    "hold",
    "contact_day",
    "step",
    "step_item",
    "notice",
    "notice_content",
    "task",
    "approval_request",
    "run_day",
    "import",
    "policy",
];

/// Every row of every table of a SQLite book as text, in a fixed order; seals left out.
pub async fn dump(db: &Db) -> String {
    let mut tx = db.begin_read().await.expect("a transaction");
    let mut text = String::new();
    for table in TABLES {
        writeln!(text, "== {table}").expect("a string takes what is written");
        let Tx::Sqlite(c) = &mut tx else { panic!("only a SQLite book is dumped") };
        let columns = format!("select name from pragma_table_info('{table}') order by cid");
        let columns: Vec<String> =
            sqlx::query_scalar(AssertSqlSafe(columns)).fetch_all(&mut **c).await.expect("the columns of a table");
        let quoted: Vec<String> = columns.iter().map(|column| format!("quote({column})")).collect();
        let rows = format!("select {} from {table} order by 1", quoted.join(" || '|' || "));
        let rows: Vec<String> =
            sqlx::query_scalar(AssertSqlSafe(rows)).fetch_all(&mut **c).await.expect("the rows of a table");
        for row in rows {
            writeln!(text, "{row}").expect("a string takes what is written");
        }
    }
    text
}

/// How many rows of each kind the journals and tables hold, of all books: what is doubled or lost shows here.
pub async fn census(db: &Db) -> BTreeMap<String, i64> {
    const COUNTS: &[(&str, &str)] = &[
        ("ledger", "select kind, count(*) from ledger group by kind"),
        ("decision", "select action, count(*) from decision group by action"),
        ("step", "select how || ' ' || state, count(*) from step group by how || ' ' || state"),
        ("notice", "select state, count(*) from notice group by state"),
        ("task", "select kind, count(*) from task group by kind"),
        ("dispute", "select reason, count(*) from dispute group by reason"),
        ("approval", "select kind, count(*) from approval group by kind"),
        ("item", "select kind, count(*) from item where reversed_by is null group by kind"),
        ("account", "select debtor_kind, count(*) from account group by debtor_kind"),
    ];
    let mut tx = db.begin_read().await.expect("a transaction");
    let mut counted = BTreeMap::new();
    for (table, sql) in COUNTS {
        let rows: Vec<(String, i64)> =
            async { Ok::<_, crate::fault::Fault>(on_tx!(&mut tx, c => sqlx::query_as(*sql).fetch_all(c).await?)) }
                .await
                .expect("counts of a table");
        counted.extend(rows.into_iter().map(|(kind, count)| (format!("{table} {kind}"), count)));
    }
    counted
}

/// Every row of the tables of who may come in, and of the journal that tells of them, as text; bytes as hexadecimal digits.
pub async fn access_texts(db: &Db) -> String {
    const TABLES: &[&str] = &[
        "activity",
        "app_user",
        "credential",
        "session",
        "sign_in_link",
        "sign_in_failure",
        "identity",
        "provider_errand",
        "api_key",
        "idempotent_request",
    ];
    let mut tx = db.begin_read().await.expect("a transaction");
    let mut text = String::new();
    for table in TABLES {
        let sql = match &mut tx {
            Tx::Pg(_) => format!("select t::text from {table} t"),
            Tx::Sqlite(c) => {
                let columns = format!("select name from pragma_table_info('{table}') order by cid");
                let columns: Vec<String> =
                    sqlx::query_scalar(AssertSqlSafe(columns)).fetch_all(&mut **c).await.expect("columns");
                let quoted: Vec<String> = columns.iter().map(|column| format!("quote({column})")).collect();
                format!("select {} from {table}", quoted.join(" || '|' || "))
            }
        };
        let rows: Vec<String> = async {
            Ok::<_, crate::fault::Fault>(
                on_tx!(&mut tx, c => sqlx::query_scalar(AssertSqlSafe(sql)).fetch_all(c).await?),
            )
        }
        .await
        .expect("the rows of a table");
        rows.iter().for_each(|row| writeln!(text, "{table}: {row}").expect("a string takes what is written"));
    }
    text
}

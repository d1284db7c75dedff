use dunwell_rules::calendar::day_number;
use dunwell_rules::facts::HoldKind;
use sqlx::AssertSqlSafe;

use crate::book::Book;
use crate::db::Db;
use crate::example;
use crate::record::{Command, NewDispute, NewHold};
use crate::testing::on_each_database;
use crate::verify::{Check, VerifyReport};

fn broken(report: &VerifyReport) -> Vec<&Check> {
    report.checks.iter().filter(|check| !check.ok).collect()
}

#[test]
fn a_book_that_nobody_touched_is_ok() {
    on_each_database(async |place| {
        let book = place.book("main").await;
        let empty = book.verify().await.expect("a report");
        assert!(empty.ok, "{:#?}", broken(&empty));
        example::record(&book).await;
        let report = book.verify().await.expect("a report");
        assert!(report.ok, "{:#?}", broken(&report));
        let ids: Vec<&str> = report.checks.iter().map(|check| check.id).collect();
        for id in [
            "I1",
            "I2",
            "I3",
            "I4",
            "I5",
            "I6",
            "I7",
            "I10",
            "I11",
            "I14",
            "I15",
            "I16",
            "I17",
            "triggers",
            "derived state",
        ] {
            assert!(ids.contains(&id), "{id}");
        }
        let ladder = report.checks.iter().find(|check| check.id == "I10").expect("the check is there");
        assert!(ladder.checked > 6 && ladder.detail.ends_with("(0 left alone)"), "{ladder:?}");
        // What banks bring (from I17 on) is in books of its own tests.
        let of_banks =
            |id: &str| id.strip_prefix('I').and_then(|number| number.parse().ok()).is_some_and(|n: u32| n > 16);
        let here = report.checks.iter().filter(|check| check.id != "I5" && !of_banks(check.id));
        assert!(here.into_iter().all(|check| check.checked > 0), "{report:#?}");
    });
}

/// Corruptions by direct SQL, each alone. `$B` is the batch of an unsealed tail, `$S` a sealed one.
const CORRUPTIONS: &[&str] = &[
    // The journals: edited, deleted, inserted, reordered, sealed or not.
    "update ledger set amount = amount + 1 where entry = (select min(entry) from ledger)",
    "update ledger set amount = amount + 1 where entry = (select max(entry) from ledger)",
    "update ledger set posting_day = posting_day - 1 where entry = (select max(entry) from ledger)",
    "update ledger set value_day = value_day + 1 where kind = 'application'",
    "update ledger set detail = '{}' where kind = 'application' and entry = (select max(entry) from ledger where kind = 'application') and 1 = 2 or kind = 'credit_memo'",
    "update ledger set credit = 'cash' where kind = 'application'",
    "update ledger set external_id = 'A-9' where external_id = 'A-1'",
    "delete from ledger where entry = (select max(entry) from ledger)",
    "delete from ledger where kind = 'unapplication'",
    "insert into ledger select book, account, entry + 900, batch, 'debit_memo', entry + 900, line, credit_account, entry + 900, currency, debit, credit, amount, posting_day, value_day, null, source, 'extra', import, detail from ledger where external_id = 'A-1'",
    "update ledger set entry = entry + 500 where kind = 'unapplication'",
    "update ledger set batch = (select max(batch) from batch) where kind = 'unapplication'",
    "update activity set day = day + 1 where kind = 'logged'",
    "update activity set detail = '{}' where kind = 'month_closed'",
    "delete from activity where entry = (select max(entry) from activity)",
    "delete from activity where kind = 'dispute_closed'",
    "update activity set text_hash = null where kind = 'logged'",
    "insert into activity select book, account, entry + 700, batch, kind, subject, currency, amount, day, import, detail, text_hash from activity where kind = 'logged'",
    "update decision set rule = 'N-1' where entry = (select min(entry) from decision)",
    "update decision set action = 'wait' where entry = (select max(entry) from decision)",
    "delete from decision where entry = (select max(entry) from decision)",
    "update approval set actor = 'desk' where kind = 'approved'",
    "delete from approval where kind = 'approved'",
    "update approval set day = day + 1 where kind = 'requested'",
    "update batch set actor = 'somebody' where batch = (select min(batch) from batch)",
    "update batch set recorded_at = recorded_at + 1 where batch = (select max(batch) from batch)",
    "update batch set rows = rows + 1 where batch = (select max(batch) from batch)",
    "update batch set sha256 = (select sha256 from batch where batch = (select min(batch) from batch)) where batch = (select max(batch) from batch)",
    "update seal set sealed_at = sealed_at + 1 where seal = 1",
    "update seal set previous_sha256 = sha256 where seal = 2",
    "delete from seal where seal = 2",
    "update seal set seal = 3 where seal = 2",
    "delete from seal_member where seal = 1",
    "update seal_member set place = place + 1 where seal = 2",
    "update seal_member set seal = 1 where seal = 2",
    // Current state.
    "update item set amount = amount + 1 where external_id = 'A-1'",
    "update item set document = 'A-7' where external_id = 'A-2'",
    "update item set value_day = value_day + 1 where external_id = 'A-1'",
    "update item set reversed_by = reversed_by + 1 where reversed_by is not null",
    "update item set settlement = null",
    "delete from item where external_id = 'A-1'",
    "update line set open = open - 1 where amount = 100000",
    "update line set due_day = due_day + 1 where amount = 100000",
    "update line set open = 1 where amount = 8000",
    "delete from line where amount = 25000 and line = 2",
    "insert into line select book, account, item, 9, currency, document_day, posting_day, due_day, 1, 1 from line where amount = 100000",
    "update movement set delta = delta + 1 where entry = (select max(entry) from movement)",
    "update movement set day = day - 1 where entry = (select min(entry) from movement)",
    "delete from movement where entry = (select min(entry) from movement)",
    "update account_summary set open_debit = open_debit + 1",
    "update account_summary set last_payment = 1 where last_payment is not null",
    "delete from account_summary where currency = 'EUR'",
    "update account_month set days_late = days_late + 1",
    "delete from account_month",
    "update control_day set amount = amount + 1 where day = (select min(day) from control_day)",
    "delete from control_day where currency = 'EUR'",
    "update account_state set version = version + 1",
    "delete from account_state",
    "update account set collector = 'nobody'",
    "update account set intercompany = 1",
    "delete from party",
    "update party set name = 'Somebody Else' where name = 'ACME Ltd'",
    "update party set address = address || '.'",
    "update party set custom = '{}'",
    "update party set name = null, address = null, custom = null, erased_on = 1",
    "update contact set do_not_contact = 1",
    "update contact set name = 'Bob'",
    "update contact set mail = 'bob@example.com'",
    "update contact set name = null, mail = null, phone = null, erased_on = 1",
    "update promise set promised_for = promised_for + 1",
    "update promise set items = '[]'",
    "delete from promise",
    "update dispute set amount = 1 where amount is not null",
    "update dispute set closed_on = null",
    "delete from dispute where closed_on is null",
    "update hold set released_on = null",
    "delete from hold",
    "update contact_day set day = day - 100",
    "delete from contact_day where notice is not null",
    "update step set state = 'declined' where state = 'made'",
    "update step set cycle = cycle + 1",
    "update step_item set amount = amount + 1",
    "delete from step_item",
    "update notice set amount = amount + 1",
    "update notice set state = 'withdrawn'",
    "update notice_content set content = '{}'",
    "update note_text set text = 'never'",
    "update name_word set word = 'other' where word = 'acme'",
    "delete from name_word",
    "update party set search_name = 'other'",
    "delete from pin",
    "update attachment set kind = 'other'",
    "update attachment set removed_on = null where removed_on is not null",
    "update attachment_file set bytes = null",
    "delete from attachment_file",
    "update notice set held_by = 1",
    "update task set closed_on = null where closed_on is not null",
    "update task set snoozed_until = null",
    "update task set collector = 'nobody here'",
    "delete from task",
    "update approval_request set state = 'pending', decided_on = null, decided_by = null",
    "update approval_request set role = 'collector'",
    "update run_day set complete = 0",
    "delete from run_day",
    "update import set undone_by = null",
    "update import set file = 'other.csv'",
    "update policy set text = 'name = 1'",
    "update policy set activated_on = activated_on + 1",
    "update rate set rate_micros = rate_micros + 1",
    "update control_total set amount = amount + 1",
    "update closed_month set pack = '[]'",
    "delete from closed_month",
    "update app_user set role = 'admin'",
    "update book set first_open_day = null",
    "update book set last_bank_statement = last_bank_statement + 1",
    "update book set paper_links = '{}'",
    "update book set pays_from = '{}'",
];

pub(super) async fn execute(db: &Db, sql: &str) -> Result<u64, sqlx::Error> {
    match db {
        Db::Sqlite { writer, .. } => {
            sqlx::raw_sql(AssertSqlSafe(sql)).execute(writer).await.map(|done| done.rows_affected())
        }
        Db::Pg(pool) => sqlx::raw_sql(AssertSqlSafe(sql)).execute(pool).await.map(|done| done.rows_affected()),
    }
}

const TABLES: &[&str] = &[
    "batch",
    "ledger",
    "activity",
    "decision",
    "approval",
    "seal",
    "seal_member",
    "book",
    "app_user",
    "account",
    "account_state",
    "party",
    "party_alias",
    "name_word",
    "pin",
    "attachment",
    "attachment_file",
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
    "rate",
    "control_total",
    "closed_month",
];

/// Drops the triggers, and keeps a copy of every table to go back to.
async fn prepare(book: &Book) {
    let db = book.db();
    for table in ["batch", "ledger", "activity", "decision", "approval", "seal", "seal_member"] {
        for change in ["update", "delete"] {
            let on = if matches!(db, Db::Pg(_)) { format!(" on {table}") } else { String::new() };
            execute(db, &format!("drop trigger {table}_no_{change}{on}")).await.expect("a trigger is dropped");
        }
    }
    for table in TABLES {
        execute(db, &format!("create table kept_{table} as select * from {table}")).await.expect("a copy is kept");
    }
}

const DROP_FOREIGN_KEYS: &str = "do $$ declare found record; begin
    for found in select conrelid::regclass as owner, conname from pg_constraint where contype = 'f' loop
        execute format('alter table %s drop constraint %I', found.owner, found.conname);
    end loop;
end $$";

fn table_of(sql: &str) -> &str {
    let words: Vec<&str> = sql.split_whitespace().collect();
    if words[0] == "update" { words[1] } else { words[2] }
}

#[test]
fn every_planted_corruption_is_found() {
    on_each_database(async |place| {
        let book = place.book("main").await;
        example::record(&book).await;
        prepare(&book).await;
        let db = book.db();
        let quiet = match db {
            Db::Sqlite { .. } => "pragma foreign_keys = off",
            Db::Pg(_) => DROP_FOREIGN_KEYS,
        };
        execute(db, quiet).await.expect("foreign keys are off");
        let report = book.verify().await.expect("a report");
        assert_eq!(broken(&report).iter().map(|check| check.id).collect::<Vec<_>>(), ["triggers"], "{report:#?}");
        let (mut missed, mut planted) = (Vec::new(), 0);
        for sql in CORRUPTIONS {
            let table = table_of(sql);
            let changed = match execute(db, sql).await {
                Ok(changed) => changed,
                Err(error) => {
                    eprintln!("the database itself refuses it: {sql}: {error}");
                    continue;
                }
            };
            assert!(changed > 0, "it changes something: {sql}");
            planted += 1;
            let report = book.verify().await.expect("a report");
            if broken(&report).len() < 2 {
                missed.push(*sql);
            }
            execute(db, &format!("delete from {table}")).await.expect("emptied");
            execute(db, &format!("insert into {table} select * from kept_{table}")).await.expect("put back");
        }
        assert!(missed.is_empty(), "not found: {missed:#?}");
        assert!(planted >= 80, "{planted} planted");
        let report = book.verify().await.expect("a report");
        assert_eq!(broken(&report).len(), 1, "everything was put back: {report:#?}");
    });
}

#[test]
fn a_whole_batch_cut_off_the_unsealed_tail_is_missed_by_what_was_made_of_it() {
    on_each_database(async |place| {
        let book = place.book("main").await;
        example::record(&book).await;
        prepare(&book).await;
        let last = "(select max(batch) from kept_batch)";
        for table in ["ledger", "activity", "decision", "approval", "batch"] {
            execute(book.db(), &format!("delete from {table} where batch = {last}")).await.expect("deleted");
        }
        let report = book.verify().await.expect("a report");
        assert!(broken(&report).iter().any(|check| check.id == "derived state"), "{report:#?}");
    });
}

/// Corruptions of the example's journals that make its steps wrong (I10), and what is said of them.
fn wrong_steps() -> Vec<(String, &'static str)> {
    let day = |number| day_number(example::on(number));
    let step = |from: &str, to: &str| {
        format!("update activity set detail = replace(detail, '{from}', '{to}') where kind = 'step'")
    };
    let notice = |of| format!("update activity set amount = 75001 where kind = 'notice' and day = {}", day(of));
    let promised = |number| format!("\"promised_for\":{}", day(number));
    let acme = "(select account from account where code = 'ACME')";
    vec![
        (step(",50000]", ",50001]"), "asks for 50001 of line 1"),
        (step(r#""rung":"final_demand""#, r#""rung":"reminder""#), "reminder in cycle 1, which stood on reminder"),
        (step(r#""rung":"call""#, r#""rung":"final_demand""#), "final_demand in cycle 1, which stood on final_demand"),
        (
            "update activity set amount = 20001 where kind = 'disputed' and amount = 20000".into(),
            "where 49999 was free",
        ),
        (
            format!(
                "update activity set detail = replace(detail, '{}', '{}') where kind = 'promised'",
                promised(55),
                promised(65)
            ),
            "where 45000 was free",
        ),
        (
            "update ledger set amount = 40000 where kind = 'application' and amount = 30000".into(),
            "where 40000 was free",
        ),
        (format!("update activity set account = {acme} where kind = 'held'"), "made under a stay"),
        (notice(60), "asks for 75001, where 75000 was free"),
        (notice(81), "asks for 75001, where 75000 was free"),
        ("delete from decision where entry = (select max(entry) from decision)".into(), "no decision made it"),
    ]
}

#[test]
fn every_step_made_wrong_is_named() {
    on_each_database(async |place| {
        let book = place.book("main").await;
        example::record(&book).await;
        prepare(&book).await;
        let mut missed = Vec::new();
        for (sql, words) in wrong_steps() {
            let table = table_of(&sql);
            assert!(execute(book.db(), &sql).await.expect("planted") > 0, "it changes something: {sql}");
            let report = book.verify().await.expect("a report");
            let ladder = report.checks.iter().find(|check| check.id == "I10").expect("the check is there");
            if ladder.ok || !ladder.detail.contains(words) {
                missed.push(format!("{sql}: {}", ladder.detail));
            }
            execute(book.db(), &format!("delete from {table}")).await.expect("emptied");
            execute(book.db(), &format!("insert into {table} select * from kept_{table}")).await.expect("put back");
        }
        assert!(missed.is_empty(), "not named: {missed:#?}");
    });
}

#[test]
fn what_comes_to_light_later_accuses_no_step() {
    on_each_database(async |place| {
        let book = place.book("main").await;
        let example = example::record(&book).await;
        let command =
            Command { name: "late news".into(), actor: "tester".into(), day: example::on(95), recorded_at: 95 };
        let mut recording = book.record(&command).await.expect("a recording");
        let dispute = NewDispute {
            account: example.acme,
            item: example.first,
            line: None,
            amount: None,
            since: example::on(20),
            reason: "price".into(),
        };
        recording.disputes(&[dispute]).await.expect("a dispute");
        let hold = NewHold {
            account: example.acme,
            kind: HoldKind::Stay,
            since: example::on(50),
            until: None,
            basis: "11 USC 362".into(),
        };
        recording.hold(&hold).await.expect("a hold");
        recording.reverse(example.first, example::on(55)).await.expect("no fault").expect("reversed");
        recording.commit().await.expect("committed");
        let report = book.verify().await.expect("a report");
        assert!(report.ok, "{:#?}", broken(&report));
    });
}

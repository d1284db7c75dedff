//! The books foot: current state, recomputed from journals and movements by other statements than those that wrote it.

use dunwell_store::book::Book;
use dunwell_store::db::Db;

/// Statements that find what does not foot; every one must come back empty. Each answers one text column.
const CHECKS: &[&str] = &[
    // A line's open is its amount and its movements.
    "select 'line ' || cast(l.item as text) from line l where l.open <> l.amount + coalesce((select cast(sum(m.delta) as bigint) \
     from movement m where m.book = l.book and m.account = l.account and m.item = l.item and m.line = l.line), 0)",
    // The control account is what is open.
    "select 'control ' || c.currency from (select book, currency, cast(sum(amount) as bigint) as total, \
     cast(sum(debits) - sum(credits) as bigint) as net from control_day group by book, currency) c \
     left join (select book, currency, cast(sum(open) as bigint) as total from line group by book, currency) l \
     on l.book = c.book and l.currency = c.currency \
     where c.total <> coalesce(l.total, 0) or c.net <> c.total",
    // Every control day is its ledger entries.
    "select 'control day ' || cast(c.day as text) from control_day c where c.amount <> (select cast(coalesce(sum( \
     case when g.debit in ('receivable', 'unapplied') and g.credit not in ('receivable', 'unapplied') then g.amount \
     when g.credit in ('receivable', 'unapplied') and g.debit not in ('receivable', 'unapplied') then -g.amount else 0 end), 0) \
     as bigint) from ledger g where g.book = c.book and g.currency = c.currency and g.posting_day = c.day)",
    // Every summary is its lines.
    "select 'summary ' || cast(s.account as text) from account_summary s where \
     s.open_debit <> (select cast(coalesce(sum(l.open), 0) as bigint) from line l where l.book = s.book \
       and l.account = s.account and l.currency = s.currency and l.amount >= 0) \
     or s.unapplied <> (select cast(coalesce(sum(l.open), 0) as bigint) from line l where l.book = s.book \
       and l.account = s.account and l.currency = s.currency and l.amount < 0) \
     or s.open_lines <> (select count(*) from line l where l.book = s.book and l.account = s.account \
       and l.currency = s.currency and l.open > 0) \
     or s.first_document <> (select min(i.document_day) from item i where i.book = s.book and i.account = s.account \
       and i.currency = s.currency)",
    // The last payment.
    "select 'payment ' || cast(s.account as text) from account_summary s where coalesce(s.last_payment_day, -1) <> \
     coalesce((select max(i.value_day) from item i where i.book = s.book and i.account = s.account and i.currency = s.currency \
       and i.kind in ('receipt', 'settlement') and i.reversed_by is null), -1) \
     or coalesce(s.last_payment, 0) <> (select cast(coalesce(sum(i.amount), 0) as bigint) from item i where i.book = s.book \
       and i.account = s.account and i.currency = s.currency and i.kind in ('receipt', 'settlement') \
       and i.reversed_by is null and i.value_day = s.last_payment_day)",
    // A reversed item has nothing open; a reversal names it.
    "select 'reversed ' || cast(i.item as text) from item i join line l on l.book = i.book and l.account = i.account \
     and l.item = i.item where i.reversed_by is not null and l.open <> 0",
    // Every application moved two lines by its amount, one down, one up.
    "select 'entry ' || cast(g.entry as text) from ledger g where g.kind in ('application', 'unapplication') \
     and (select count(*) from movement m where m.book = g.book and m.entry = g.entry and abs(m.delta) = g.amount) <> 2",
    "select 'drift ' || cast(m.entry as text) from movement m join ledger g on g.entry = m.entry \
     where g.kind <> 'reversal' group by m.entry having sum(m.delta) <> 0",
    // Batches count their rows.
    "select 'batch ' || cast(b.batch as text) from batch b where b.rows <> (select count(*) from ledger x where x.batch = b.batch) \
     + (select count(*) from activity x where x.batch = b.batch) + (select count(*) from decision x where x.batch = b.batch) \
     + (select count(*) from approval x where x.batch = b.batch)",
];

/// The months, recomputed: account, currency, due day, closing day, amount of every closed line.
const CLOSED: &str = "select l.account, l.currency, l.due_day, cast(max(g.value_day) as bigint), l.amount from line l \
     join item i on i.book = l.book and i.account = l.account and i.item = l.item and i.reversed_by is null \
     join movement m on m.book = l.book and m.account = l.account and m.item = l.item and m.line = l.line \
     join ledger g on g.book = m.book and g.entry = m.entry and g.kind = 'application' \
     where l.open = 0 and l.amount > 0 and not exists (select 1 from ledger r where r.reverses = g.entry) \
     group by l.account, l.currency, l.item, l.line, l.due_day, l.amount";
const MONTHS: &str = "select account, currency, month, lines, amount, late_lines, late_amount, days_late, amount_days_late, \
     longest_days_late from account_month";

type Month = (i64, String, i64, i64, i64, i64, i64, i64, i64, i64);

/// Reads every row of a statement that both databases take.
pub(crate) async fn rows<T>(book: &Book, sql: &'static str) -> Vec<T>
where
    T: for<'r> sqlx::FromRow<'r, sqlx::sqlite::SqliteRow>
        + for<'r> sqlx::FromRow<'r, sqlx::postgres::PgRow>
        + Send
        + Unpin,
{
    match book.db() {
        Db::Sqlite { readers, .. } => sqlx::query_as(sql).fetch_all(readers).await,
        Db::Pg(pool) => sqlx::query_as(sql).fetch_all(pool).await,
    }
    .unwrap_or_else(|error| panic!("{error}\n{sql}"))
}

/// The only value of the only row.
pub(crate) async fn one(book: &Book, sql: &'static str) -> i64 {
    rows::<(i64,)>(book, sql).await[0].0
}

/// Fails when current state is not what journals and movements say.
pub(crate) async fn assert_foots(book: &Book) {
    for sql in CHECKS {
        let wrong: Vec<(String,)> = rows(book, sql).await;
        assert!(wrong.is_empty(), "{wrong:?}\n{sql}");
    }
    let mut expected: std::collections::BTreeMap<(i64, String, i64), Month> = std::collections::BTreeMap::new();
    for (account, currency, due, closed, amount) in rows::<(i64, String, i64, i64, i64)>(book, CLOSED).await {
        let date = dunwell_rules::calendar::from_day_number(closed);
        let month = i64::from(date.year()) * 12 + i64::from(date.month()) - 1;
        let late = (closed - due).max(0);
        let sum = expected
            .entry((account, currency.clone(), month))
            .or_insert((account, currency, month, 0, 0, 0, 0, 0, 0, 0));
        sum.3 += 1;
        sum.4 += amount;
        sum.5 += i64::from(late > 0);
        sum.6 += if late > 0 { amount } else { 0 };
        sum.7 += late;
        sum.8 += amount * late;
        sum.9 = sum.9.max(late);
    }
    let mut kept: Vec<Month> = rows(book, MONTHS).await;
    kept.sort();
    assert_eq!(kept, expected.into_values().collect::<Vec<_>>(), "the months");
}

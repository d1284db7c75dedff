//! What always holds of a book, whatever is done to it: money is conserved, imports may come in any order and any number of
//! times, a report of a past day at the same seal never changes, and paying never worsens the next step.
//!
//! `PROPTEST_CASES` says how many cases of each; without it there are few, for each case is a book.

use crate::common::{
    INVOICES, PAYMENTS, aging, before, cents, conserved, day, desk_as, new_desk, open_on, put, ticking, verified,
};
use dunwell_desk::apply_cash::{ApplicationAsked, apply_cash, reverse, unapply};
use dunwell_desk::daily_run::daily_run;
use dunwell_desk::import::{ImportKind, reverse_import};
use dunwell_desk::open_dispute::{DisputeRaised, open_dispute};
use dunwell_desk::take_promise::{PromiseGiven, take_promise};
use dunwell_desk::{Desk, Stop, look};
use dunwell_rules::calendar::{Date, add_days};
use dunwell_store::db::Db;
use dunwell_store::facts::AccountChoice;
use dunwell_store::testing::Place;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use std::sync::atomic::{AtomicU32, Ordering};

const TODAY: &str = "2025-03-10";

/// As many cases as `PROPTEST_CASES` says, else `few`.
fn runner(few: u32) -> TestRunner {
    let mut config = ProptestConfig { failure_persistence: None, max_shrink_iters: 60, ..ProptestConfig::default() };
    if std::env::var_os("PROPTEST_CASES").is_none() {
        config.cases = few;
    }
    TestRunner::new(config)
}

/// Runs `case` on a fresh book for every input that `inputs` draws.
fn for_all<I: std::fmt::Debug>(few: u32, inputs: impl Strategy<Value = I>, case: impl AsyncFn(Desk, I)) {
    static BOOKS: AtomicU32 = AtomicU32::new(0);
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    let place = runtime.block_on(Place::sqlite());
    let outcome = runner(few).run(&inputs, |input| {
        runtime.block_on(async {
            let name = format!("book {}", BOOKS.fetch_add(1, Ordering::Relaxed));
            case(new_desk(place.db(), &name, ticking).await, input).await;
        });
        Ok(())
    });
    runtime.block_on(place.db().close());
    if let Err(error) = outcome {
        panic!("{error}");
    }
}

/// Something that happens to a book. Numbers choose among what there is at that moment.
#[derive(Debug, Clone)]
enum Happening {
    /// A document of an account: number, cents, days past due.
    Invoice(u8, u8, i64, i64),
    /// The same document with another amount, or settled, or disputed.
    Correction(u8, u8, i64, i64, Option<i64>, bool),
    CreditMemo(u8, u8, i64),
    Receipt(u8, u8, i64),
    /// A credit on an item, by places; cents, or all.
    Apply(usize, usize, Option<i64>),
    Unapply(usize),
    Reverse(usize),
    Dispute(usize, Option<i64>),
    Promise(u8, i64, i64),
    UndoImport(usize),
    Run,
}

fn happening() -> impl Strategy<Value = Happening> {
    use Happening::{
        Apply, Correction, CreditMemo, Dispute, Invoice, Promise, Receipt, Reverse, Run, Unapply, UndoImport,
    };
    let account = 0_u8..3;
    let number = 0_u8..5;
    prop_oneof![
        5 => (account.clone(), number.clone(), 0_i64..50_000, -20_i64..100).prop_map(|(a, n, c, d)| Invoice(a, n, c, d)),
        2 => (account.clone(), number.clone(), 0_i64..50_000, -20_i64..100, prop::option::of(0_i64..40), any::<bool>())
            .prop_map(|(a, n, c, d, s, b)| Correction(a, n, c, d, s, b)),
        1 => (account.clone(), number.clone(), 1_i64..30_000).prop_map(|(a, n, c)| CreditMemo(a, n, c)),
        3 => (account.clone(), number, 1_i64..60_000).prop_map(|(a, n, c)| Receipt(a, n, c)),
        4 => (0_usize..9, 0_usize..9, prop::option::of(1_i64..30_000)).prop_map(|(c, i, a)| Apply(c, i, a)),
        2 => (0_usize..9).prop_map(Unapply),
        1 => (0_usize..9).prop_map(Reverse),
        1 => (0_usize..9, prop::option::of(1_i64..30_000)).prop_map(|(i, a)| Dispute(i, a)),
        1 => (account, 1_i64..60_000, 0_i64..10).prop_map(|(a, c, d)| Promise(a, c, d)),
        1 => (0_usize..9).prop_map(UndoImport),
        1 => Just(Run),
    ]
}

/// What a sequence has made so far that later steps can speak of.
#[derive(Debug, Default)]
struct Made {
    applications: Vec<String>,
    imports: Vec<String>,
}

/// A refusal is an answer; a fault is not.
fn answered<T>(answer: Result<T, Stop>) -> Option<T> {
    match answer {
        Ok(done) => Some(done),
        Err(Stop::Refused(_)) => None,
        Err(Stop::Fault(fault)) => panic!("a fault: {fault}"),
    }
}

fn invoice_row(account: u8, number: u8, minor: i64, late: i64, settled: Option<i64>, disputed: bool) -> String {
    let due = before(day(TODAY), late);
    let document = before(due, 30);
    let settled = settled.map(|days| add_days(document, days).to_string()).unwrap_or_default();
    let disputed = if disputed { "yes" } else { "" };
    let amount = cents(minor);
    format!("A{account},Name,I{account}-{number},invoice,{document},{due},USD,{amount},{settled},{disputed}\n")
}

/// Imports one row and keeps its import.
async fn put_one(desk: &Desk, made: &mut Made, kind: ImportKind, text: &str) {
    made.imports.extend(put(desk, kind, text, day(TODAY)).await.import);
}

/// Does one thing to the book.
async fn happen(desk: &Desk, made: &mut Made, what: &Happening) {
    let on = day(TODAY);
    match what {
        Happening::Invoice(account, number, minor, late) => {
            let text = format!("{INVOICES}{}", invoice_row(*account, *number, *minor, *late, None, false));
            put_one(desk, made, ImportKind::Invoices, &text).await;
        }
        Happening::Correction(account, number, minor, late, settled, disputed) => {
            let row = invoice_row(*account, *number, *minor, *late, *settled, *disputed);
            put_one(desk, made, ImportKind::Invoices, &format!("{INVOICES}{row}")).await;
        }
        Happening::CreditMemo(account, number, minor) => {
            let row = format!("A{account},Name,C{account}-{number},credit_memo,2025-02-01,,USD,{},,\n", cents(*minor));
            put_one(desk, made, ImportKind::Invoices, &format!("{INVOICES}{row}")).await;
        }
        Happening::Receipt(account, number, minor) => {
            let row = format!("A{account},R{account}-{number},2025-03-01,USD,{}\n", cents(*minor));
            put_one(desk, made, ImportKind::Payments, &format!("{PAYMENTS}{row}")).await;
        }
        Happening::Apply(credit, item, minor) => {
            let open = open_on(desk, on).await;
            let credits: Vec<_> = open.iter().filter(|row| row.2 < 0).collect();
            let items: Vec<_> = open.iter().filter(|row| row.2 > 0).collect();
            if credits.is_empty() || items.is_empty() {
                return;
            }
            let (credit, item) = (credits[credit % credits.len()], items[item % items.len()]);
            let amount = minor.map(cents);
            let asked = ApplicationAsked { credit: credit.1.clone(), item: item.1.clone(), amount, line: None };
            let applied = answered(apply_cash(desk, &item.0, &asked, on).await);
            made.applications.extend(applied.into_iter().flat_map(|applied| applied.entries));
        }
        Happening::Unapply(place) => {
            if let Some(entry) = made.applications.get(place % made.applications.len().max(1)) {
                answered(unapply(desk, entry, on).await);
            }
        }
        Happening::Run => {
            answered(daily_run(desk, on, false).await);
        }
        others => happen_to_items(desk, made, others, on).await,
    }
}

/// What happens to an open item, a promise, an import.
async fn happen_to_items(desk: &Desk, made: &Made, what: &Happening, on: Date) {
    let facts = desk.book.read().await.expect("a snapshot").facts(AccountChoice::All, on).await.expect("facts");
    let items =
        facts.iter().flat_map(|f| f.lines.iter().map(|line| (f.code.clone(), line.document.clone(), line.item)));
    let items: Vec<_> = items.collect();
    let chosen = |place: usize| items.get(place % items.len().max(1));
    match what {
        Happening::Reverse(place) => {
            if let Some((_, _, item)) = chosen(*place) {
                answered(reverse(desk, &item.to_string(), on).await);
            }
        }
        Happening::Dispute(place, minor) => {
            if let Some((account, document, _)) = chosen(*place) {
                let amount = minor.map(cents);
                let raised =
                    DisputeRaised { document: document.clone(), line: None, amount, reason: "unstated".into() };
                answered(open_dispute(desk, account, &raised, on).await);
            }
        }
        Happening::Promise(account, minor, ahead) => {
            let given = PromiseGiven {
                amount: cents(*minor),
                currency: Some("USD".into()),
                by: add_days(on, *ahead),
                documents: Vec::new(),
                text: None,
            };
            answered(take_promise(desk, &format!("A{account}"), &given, on).await);
        }
        Happening::UndoImport(place) => {
            if let Some(import) = made.imports.get(place % made.imports.len().max(1)) {
                answered(reverse_import(desk, import, on).await);
            }
        }
        _ => {}
    }
}

#[test]
fn money_is_conserved_whatever_is_done_to_a_book() {
    for_all(24, prop::collection::vec(happening(), 1..25), async |desk, happenings| {
        let mut made = Made::default();
        for (place, what) in happenings.iter().enumerate() {
            happen(&desk, &mut made, what).await;
            conserved(&desk, day(TODAY)).await;
            if place % 8 == 7 {
                verified(&desk).await;
            }
        }
        for back in [-30, 15, 60] {
            conserved(&desk, before(day(TODAY), back)).await;
        }
        verified(&desk).await;
    });
}

#[test]
fn the_order_of_imported_rows_and_their_repetition_do_not_matter() {
    let row = (0_u8..4, 1_i64..50_000, -20_i64..100, prop::option::of(0_i64..60), any::<bool>());
    let rows = prop::collection::vec(row, 1..30);
    let drawn = rows.prop_flat_map(|rows| {
        let repeated = prop::collection::vec(0..rows.len(), 0..20);
        let order = Just((0..rows.len()).collect::<Vec<_>>()).prop_shuffle();
        (Just(rows), order, repeated, 1_usize..7)
    });
    for_all(24, drawn, async |desk, (rows, order, repeated, size)| {
        let numbered = rows.iter().enumerate().map(|(number, (account, minor, late, settled, disputed))| {
            let row = invoice_row(*account, 0, *minor, *late, *settled, *disputed);
            row.replace(&format!("I{account}-0"), &format!("I{number}"))
        });
        let numbered: Vec<String> = numbered.collect();
        put(&desk, ImportKind::Invoices, &format!("{INVOICES}{}", numbered.concat()), day(TODAY)).await;
        let db: &Db = desk.book.db();
        let name = format!("{} shuffled", desk.settings().name);
        new_desk(db, &name, ticking).await;
        let other = desk_as(db, &name, "desk", ticking).await;
        let sequence: Vec<usize> = order.into_iter().chain(repeated).collect();
        for part in sequence.chunks(size) {
            let text: String = part.iter().map(|place| numbered[*place].as_str()).collect();
            put(&other, ImportKind::Invoices, &format!("{INVOICES}{text}"), day(TODAY)).await;
        }
        for back in [-10, 0, 20, 70] {
            let on = before(day(TODAY), back);
            assert_eq!(aging(&desk, on, None).await, aging(&other, on, None).await, "on {on}");
            assert_eq!(open_on(&desk, on).await, open_on(&other, on).await, "on {on}");
        }
        verified(&other).await;
    });
}

#[test]
fn a_report_of_a_past_day_at_the_same_seal_never_changes() {
    let two = (prop::collection::vec(happening(), 1..12), prop::collection::vec(happening(), 1..12));
    for_all(16, two, async |desk, (first, later)| {
        let mut made = Made::default();
        for what in &first {
            happen(&desk, &mut made, what).await;
        }
        let instant = ticking();
        let mut reports = Vec::new();
        for back in [-5, 0, 10, 45] {
            let on = before(day(TODAY), back);
            let known =
                desk.book.read().await.expect("a snapshot").known_at(instant, ticking()).await.expect("it reads");
            let known = known.expect("it is sealed");
            reports.push((on, known, aging(&desk, on, Some(known)).await));
        }
        for what in &later {
            happen(&desk, &mut made, what).await;
        }
        for (on, known, report) in reports {
            let again =
                desk.book.read().await.expect("a snapshot").known_at(instant, ticking()).await.expect("it reads");
            assert_eq!(again.map(|again| again.seal), Some(known.seal), "the instant means the same seal");
            assert_eq!(aging(&desk, on, again).await, report, "on {on}, known at seal {}", known.seal);
        }
    });
}

/// How far up the ladder the account stands: the place of its position, 0 at its foot.
async fn height(desk: &Desk, on: Date) -> usize {
    const LADDER: [&str; 7] =
        ["reminder", "second_reminder", "call", "formal_notice", "final_demand", "suspension", "referral"];
    let view = look::account::account(desk, "A0", on).await.expect("the account");
    let step = view.currencies.first().and_then(|currency| currency.next_action.step.clone());
    step.map_or(0, |step| LADDER.iter().position(|rung| *rung == step).map_or(0, |rung| rung + 1))
}

#[test]
fn paying_never_worsens_the_next_step() {
    let invoices = prop::collection::vec((1_i64..50_000, -10_i64..70), 1..5);
    let runs = prop::collection::btree_set(0_i64..60, 0..4);
    for_all(24, (invoices, runs, 1_i64..80_000, 0_usize..5), async |desk, (invoices, runs, paid, of)| {
        let rows = invoices.iter().enumerate().map(|(number, (minor, late))| {
            invoice_row(0, u8::try_from(number).expect("few"), *minor, *late, None, false)
        });
        put(&desk, ImportKind::Invoices, &format!("{INVOICES}{}", rows.collect::<String>()), day(TODAY)).await;
        // The runs of the past, each by itself: a caught-up day takes no step.
        if let Some(first) = runs.last() {
            answered(daily_run(&desk, before(day(TODAY), *first % 8 + 1), false).await);
        }
        let on = day(TODAY);
        let was = height(&desk, on).await;
        let text = format!("{PAYMENTS}A0,R0,{on},USD,{}\n", cents(paid));
        put(&desk, ImportKind::Payments, &text, on).await;
        assert!(height(&desk, on).await <= was, "money on account");
        let (credit, item) = ("R0".to_owned(), format!("I0-{}", of % invoices.len()));
        let asked = ApplicationAsked { credit, item, amount: None, line: None };
        answered(apply_cash(&desk, "A0", &asked, on).await);
        assert!(height(&desk, on).await <= was, "money applied");
        verified(&desk).await;
    });
}

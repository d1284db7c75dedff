//! Requests with an idempotency key: done once, whatever becomes of their answers.

use crate::common::{INVOICES, code, day, new_desk, put, still};
use dunwell_desk::idempotency::{Earlier, RequestClaim, StoredAnswer, claim, earlier_answer, keep_answer};
use dunwell_desk::import::ImportKind;
use dunwell_desk::log_activity::{Happening, Logged, close_task, log_activity};
use dunwell_desk::rules::account::EntryId;
use dunwell_desk::{Desk, Stop};
use dunwell_store::book::Book;
use dunwell_store::facts::AccountChoice;
use dunwell_store::faults::{Failing, failing};
use dunwell_store::testing::{Place, on_each_database};

const ON: &str = "2025-02-03";
const BODY: &[u8] = b"{\"kind\":\"call\"}";

async fn house(place: &Place) -> Desk {
    let house = new_desk(place.db(), "main", still).await;
    let rows = format!("{INVOICES}ACME,Acme,1,invoice,2025-01-01,2025-01-31,USD,100.00,,\n");
    put(&house, ImportKind::Invoices, &rows, day(ON)).await;
    house
}

fn asked(key: &str) -> RequestClaim {
    claim("erp", "POST /api/v1/activities", key, BODY).expect("a claim")
}

async fn call(desk: &Desk, request: Option<RequestClaim>) -> Result<Logged, Stop> {
    let desk = Desk { request, ..desk.clone() };
    log_activity(&desk, "ACME", &Happening { kind: "call".into(), outcome: None, text: None }, day(ON)).await
}

/// How many contacts the account has had.
async fn calls(book: &Book) -> usize {
    let facts = book.read().await.expect("a snapshot").facts(AccountChoice::All, day(ON)).await.expect("facts");
    facts[0].contacts.len()
}

fn answer(text: &str) -> StoredAnswer {
    StoredAnswer { status: 201, content_type: "application/json".into(), body: text.as_bytes().to_vec() }
}

#[test]
fn the_same_request_again_gets_the_answer_it_got() {
    on_each_database(async |place| {
        let house = house(place).await;
        let book = &house.book;
        let request = asked("k-1");
        assert_eq!(earlier_answer(book, &request).await.expect("no fault"), Earlier::None);
        call(&house, Some(request.clone())).await.expect("logged");
        assert!(keep_answer(book, &request, &answer("one"), still()).await.expect("kept"));
        assert!(!keep_answer(book, &request, &answer("two"), still()).await.expect("kept once"));
        let again = asked("k-1");
        assert_eq!(earlier_answer(book, &again).await.expect("no fault"), Earlier::Same(answer("one")));
        let other_body = claim("erp", "POST /api/v1/activities", "k-1", b"{}").expect("a claim");
        assert_eq!(earlier_answer(book, &other_body).await.expect("no fault"), Earlier::Different);
        for other in [
            claim("ann", "POST /api/v1/activities", "k-1", BODY),
            claim("erp", "POST /api/v1/promises", "k-1", BODY),
            claim("erp", "POST /api/v1/activities", "k-2", BODY),
        ] {
            let other = other.expect("a claim");
            assert_eq!(earlier_answer(book, &other).await.expect("no fault"), Earlier::None, "{other:?}");
        }
        assert_eq!(calls(book).await, 1);
        crate::common::verified(&house).await;
    });
}

#[test]
fn an_answer_that_was_lost_is_told_with_its_batch_and_nothing_is_done_twice() {
    on_each_database(async |place| {
        let house = house(place).await;
        call(&house, Some(asked("k-1"))).await.expect("logged; then the process dies");
        let again = asked("k-1");
        let Earlier::AlreadyDone { batch } = earlier_answer(&house.book, &again).await.expect("no fault") else {
            panic!("it was done")
        };
        assert!(batch > 0);
        assert_eq!(code(call(&house, Some(again.clone())).await), "request_claimed", "even when nobody asks first");
        assert!(!keep_answer(&house.book, &again, &answer("mine"), still()).await.expect("no fault"), "nor answered");
        assert_eq!(calls(&house.book).await, 1);
    });
}

#[test]
fn of_many_requests_with_one_key_at_once_one_is_done() {
    on_each_database(async |place| {
        let house = house(place).await;
        for round in 0..4 {
            let key = format!("round-{round}");
            let attempts = (0..8).map(|_| {
                let (house, request) = (house.clone(), asked(&key));
                tokio::spawn(async move { code(call(&house, Some(request)).await) })
            });
            let mut done = 0;
            for attempt in attempts.collect::<Vec<_>>() {
                match attempt.await.expect("it ends") {
                    "done" => done += 1,
                    other => assert_eq!(other, "request_claimed"),
                }
            }
            assert_eq!(done, 1, "{key}");
        }
        assert_eq!(calls(&house.book).await, 4);
    });
}

#[test]
fn what_records_nothing_claims_nothing() {
    on_each_database(async |place| {
        let house = house(place).await;
        let request = asked("k-1");
        let refused = Desk { request: Some(request.clone()), ..house.clone() };
        let happening = Happening { kind: "call".into(), outcome: None, text: None };
        assert_eq!(code(log_activity(&refused, "NOBODY", &happening, day(ON)).await), "unknown_account");
        let closed = close_task(&refused, EntryId::new(999_999, 1), "done", day(ON)).await;
        assert_ne!(code(closed), "request_claimed");
        assert_eq!(earlier_answer(&house.book, &request).await.expect("no fault"), Earlier::None);
        call(&house, Some(asked("k-1"))).await.expect("the key is still free");
        // Its answer may be kept all the same.
        let nothing = asked("k-2");
        assert!(keep_answer(&house.book, &nothing, &answer("nothing to do"), still()).await.expect("kept"));
        assert_eq!(
            earlier_answer(&house.book, &asked("k-2")).await.expect("no fault"),
            Earlier::Same(answer("nothing to do"))
        );
    });
}

#[test]
fn a_task_of_several_transactions_holds_one_claim_over_all_of_them() {
    on_each_database(async |place| {
        let house = house(place).await;
        let request = asked("k-1");
        call(&house, Some(request.clone())).await.expect("the first transaction");
        call(&house, Some(request.clone())).await.expect("the second of the same attempt");
        assert_eq!(calls(&house.book).await, 2);
        assert_eq!(code(call(&house, Some(asked("k-1"))).await), "request_claimed", "another attempt");
    });
}

#[test]
fn wherever_the_database_fails_a_repeat_under_the_key_does_it_exactly_once() {
    on_each_database(async |place| {
        let house = house(place).await;
        let counted = failing(0, Failing::Once, call(&house, Some(asked("count")))).await;
        counted.answer.expect("nothing fails");
        let before = calls(&house.book).await;
        for nth in 1..=counted.statements {
            for how in [Failing::Once, Failing::Contended] {
                let key = format!("{nth}-{how:?}");
                let struck = failing(nth, how, call(&house, Some(asked(&key)))).await;
                if struck.answer.is_err() {
                    let again = asked(&key);
                    match earlier_answer(&house.book, &again).await.expect("no fault") {
                        Earlier::None => drop(call(&house, Some(again)).await.expect("done now")),
                        Earlier::AlreadyDone { batch } => assert!(batch > 0),
                        other => panic!("{key}: {other:?}"),
                    }
                }
            }
        }
        let expected = before + 2 * usize::try_from(counted.statements).expect("a few");
        assert_eq!(calls(&house.book).await, expected);
        crate::common::verified(&house).await;
    });
}

#[test]
fn a_key_that_is_empty_long_or_not_printable_is_refused() {
    let long = "x".repeat(256);
    for key in ["", "ä", "a\nb", "a\0b", long.as_str()] {
        assert_eq!(code(claim("erp", "POST /", key, b"")), "bad_value", "{key:?}");
    }
    assert!(claim("erp", "POST /", &"x".repeat(255), b"").is_ok());
}

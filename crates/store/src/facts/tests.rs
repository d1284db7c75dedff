#![allow(clippy::inconsistent_digit_grouping, reason = "amounts are written as units and hundredths")]
use dunwell_rules::facts::{AccountFacts, StepState};
use dunwell_rules::money::Currency;

use crate::book::Book;
use crate::example::{self, Example, on};
use crate::read::{AccountChoice, Reading};
use crate::testing::on_each_database;

async fn facts(reading: &mut Reading, choice: AccountChoice<'_>, day: i64) -> Vec<AccountFacts> {
    reading.facts(choice, on(day)).await.expect("facts")
}

async fn acme(book: &Book, example: &Example, day: i64) -> AccountFacts {
    let mut reading = book.read().await.expect("a reading");
    let facts = facts(&mut reading, AccountChoice::Ids(&[example.acme]), day).await;
    assert_eq!(facts.len(), 1, "one currency");
    facts.into_iter().next().expect("one")
}

fn open(facts: &AccountFacts) -> Vec<(&str, i64, i64)> {
    facts.lines.iter().map(|line| (line.document.as_str(), line.line, line.open)).collect()
}

#[test]
fn what_was_open_on_a_day_is_what_is_open_now_less_what_moved_since() {
    on_each_database(async |place| {
        let book = place.book("main").await;
        let example = example::record(&book).await;
        let day = acme(&book, &example, 39).await;
        assert_eq!(open(&day), [("A-1", 1, 1_000_00), ("A-2", 1, 250_00), ("A-2", 2, 250_00)]);
        assert_eq!(day.credits.iter().map(|credit| credit.unapplied).collect::<Vec<_>>(), [40_00]);
        let day = acme(&book, &example, 41).await;
        assert_eq!(open(&day), [("A-1", 1, 650_00), ("A-2", 1, 250_00), ("A-2", 2, 250_00)]);
        let day = acme(&book, &example, 49).await;
        assert_eq!(open(&day), [("A-1", 1, 700_00), ("A-2", 1, 250_00), ("A-2", 2, 250_00)]);
        let unapplied: Vec<i64> = day.credits.iter().map(|credit| credit.unapplied).collect();
        assert_eq!(unapplied, [40_00, 400_00], "250.00 of the receipt is applied on day 50 only");
        let day = acme(&book, &example, 50).await;
        assert!(open(&day).contains(&("A-2", 2, 250_00)) && !open(&day).contains(&("A-2", 1, 250_00)));
        assert!(open(&day).contains(&("A-3", 1, 60_00)), "reversed on day 54, open until then");
        let day = acme(&book, &example, 54).await;
        assert_eq!(open(&day), [("A-1", 1, 700_00), ("A-2", 2, 250_00)]);
        assert!(open(&acme(&book, &example, -1).await).is_empty(), "nothing had posted yet");
    });
}

#[test]
fn agreements_stand_as_they_stood_on_the_day() {
    on_each_database(async |place| {
        let book = place.book("main").await;
        let example = example::record(&book).await;
        let day = acme(&book, &example, 44).await;
        assert_eq!(day.disputes.len(), 2);
        assert_eq!((day.disputes[0].item, day.disputes[0].amount), (example.first, Some(200_00)));
        assert_eq!((day.disputes[1].line, day.disputes[1].amount), (Some(2), None));
        assert_eq!(acme(&book, &example, 45).await.disputes.len(), 1, "closed on day 45");
        assert_eq!(acme(&book, &example, 32).await.disputes.len(), 0, "raised on day 33");
        assert_eq!(day.promises.len(), 2);
        assert!(acme(&book, &example, 35).await.promises.is_empty(), "promised on day 36");
        assert_eq!(
            day.contacts.iter().map(|contact| contact.channel.as_str()).collect::<Vec<_>>(),
            ["call", "promise", "promise"]
        );
        let mut reading = book.read().await.expect("a reading");
        let beta = facts(&mut reading, AccountChoice::Codes(&["BETA", "nobody"]), 60).await;
        assert_eq!((beta.len(), beta[0].currency, beta[0].holds.len()), (1, Currency::EUR, 1));
        let beta = facts(&mut reading, AccountChoice::Codes(&["BETA"]), 80).await;
        assert!(beta[0].holds.is_empty(), "released on day 80");
    });
}

#[test]
fn a_promise_is_paid_by_what_was_applied_and_not_taken_back_and_by_what_lies_unapplied() {
    on_each_database(async |place| {
        let book = place.book("main").await;
        let example = example::record(&book).await;
        let day = acme(&book, &example, 41).await;
        let covered =
            day.promises.iter().find(|promise| promise.items == [example.first]).expect("the covering promise");
        let paid = |day: &AccountFacts| -> Vec<(i64, bool)> {
            let covered = day.promises.iter().find(|promise| promise.items == [example.first]).expect("the same");
            covered.payments.iter().map(|payment| (payment.amount.minor, payment.item.is_some())).collect()
        };
        assert_eq!(covered.ended_on, None);
        assert_eq!(paid(&day), [(350_00, false), (300_00, true), (50_00, true)]);
        let later = acme(&book, &example, 50).await;
        assert_eq!(paid(&later), [(150_00, false), (300_00, true)], "50.00 were taken back on day 42");
        let any = later.promises.iter().find(|promise| promise.items.is_empty()).expect("the other promise");
        let sum: i64 = any.payments.iter().map(|payment| payment.amount.minor).sum();
        assert_eq!(sum, 700_00, "the whole receipt");
    });
}

#[test]
fn steps_are_in_the_state_they_were_in_on_the_day() {
    on_each_database(async |place| {
        let book = place.book("main").await;
        let example = example::record(&book).await;
        let states = |facts: &AccountFacts| -> Vec<(String, StepState)> {
            facts.steps.iter().map(|step| (step.step.clone(), step.state)).collect()
        };
        let day = acme(&book, &example, 80).await;
        let [reminder, call, demand] = &states(&day)[..] else { panic!("three steps") };
        assert_eq!(*reminder, ("reminder".into(), StepState::Made { on: on(60) }));
        assert_eq!(*call, ("call".into(), StepState::TaskOpen));
        assert_eq!(*demand, ("final_demand".into(), StepState::Pending));
        let day = acme(&book, &example, 83).await;
        assert_eq!(states(&day)[1].1, StepState::Made { on: on(83) });
        assert_eq!(states(&day)[2].1, StepState::Made { on: on(81) });
        assert!(day.steps.iter().all(|step| step.open_items == [example.first]));
        assert_eq!(acme(&book, &example, 59).await.steps, []);
    });
}

#[test]
fn facts_come_page_by_page_and_by_name() {
    on_each_database(async |place| {
        let book = place.book("main").await;
        let example = example::record(&book).await;
        let mut reading = book.read().await.expect("a reading");
        let all = facts(&mut reading, AccountChoice::All, 40).await;
        let keys: Vec<(_, _)> = all.iter().map(|facts| (facts.account, facts.currency)).collect();
        assert_eq!(keys, [(example.acme, Currency::USD), (example.beta, Currency::EUR)]);
        let start = dunwell_rules::account::EntryId(0);
        let first = facts(&mut reading, AccountChoice::After { account: start, limit: 1 }, 40).await;
        assert_eq!(first, all[..1]);
        let second = facts(&mut reading, AccountChoice::After { account: example.acme, limit: 1 }, 40).await;
        assert_eq!(second, all[1..]);
        assert!(facts(&mut reading, AccountChoice::After { account: example.beta, limit: 1 }, 40).await.is_empty());
        let early = facts(&mut reading, AccountChoice::Ids(&[example.beta]), -5).await;
        assert_eq!((early.len(), early[0].lines.len(), early[0].first_document), (1, 0, None));
        let many: Vec<_> = (0..20).map(|n| dunwell_rules::account::EntryId(example.acme.0 + n)).collect();
        assert_eq!(facts(&mut reading, AccountChoice::Ids(&many), 40).await, all, "as one range");
        let beta = facts(&mut reading, AccountChoice::Codes(&["BETA"]), 400).await;
        assert_eq!(beta[0].last_bank_statement, Some(on(60)));
        assert_eq!(all[0].last_bank_statement, None, "none was read by day 40");
        let last = all[0].last_payment.clone().expect("a payment");
        assert_eq!((last.amount.minor, last.day, last.document.as_str()), (700_00, on(40), "R-1"));
        let before = facts(&mut reading, AccountChoice::Ids(&[example.acme]), 39).await;
        assert_eq!(before[0].last_payment, None);
    });
}

use dunwell_rules::aging::{Buckets, DateBasis};

use crate::example::{self, on};
use crate::read::{AgingBy, AgingQuestion, AgingView, KnownAt, Reading};
use crate::testing::on_each_database;

async fn aging(reading: &mut Reading, day: i64, by: AgingBy, basis: DateBasis, known_at: Option<KnownAt>) -> AgingView {
    let question = AgingQuestion { on: on(day), known_at, by, basis, buckets: Buckets::standard() };
    reading.aging(&question).await.expect("an aging")
}

#[test]
fn an_aging_meets_its_control_balance_on_every_day_by_every_basis_and_breakdown() {
    on_each_database(async |place| {
        let book = place.book("main").await;
        example::record(&book).await;
        let mut reading = book.read().await.expect("a reading");
        for day in [-1, 0, 10, 25, 30, 31, 40, 41, 42, 50, 52, 53, 54, 66, 200] {
            for basis in DateBasis::ALL {
                for by in AgingBy::ALL {
                    let view = aging(&mut reading, day, by, basis, None).await;
                    assert!(
                        view.currencies
                            .iter()
                            .all(|currency| currency.control_balance == Some(currency.balance.clone()))
                    );
                }
            }
        }
    });
}

#[test]
fn buckets_hold_lines_by_their_age_and_disputes_cut_across() {
    on_each_database(async |place| {
        let book = place.book("main").await;
        example::record(&book).await;
        let mut reading = book.read().await.expect("a reading");
        let view = aging(&mut reading, 44, AgingBy::Account, DateBasis::Due, None).await;
        let usd = view.currencies.iter().find(|currency| currency.currency == "USD").expect("dollars");
        let held: Vec<(&str, &str, i64)> =
            usd.buckets.iter().map(|bucket| (&*bucket.bucket, &*bucket.amount.amount, bucket.items)).collect();
        let none = |bucket| (bucket, "0.00", 0);
        let full = [
            ("not_due", "250.00", 1),
            ("1-30", "950.00", 2),
            none("31-60"),
            none("61-90"),
            none("91-120"),
            none("over_120"),
        ];
        assert_eq!(held, full);
        assert_eq!(
            (&*usd.unapplied.amount, &*usd.disputed.amount, &*usd.balance.amount),
            ("-440.00", "450.00", "760.00")
        );
        let codes: Vec<_> = view.accounts.iter().map(|group| group.code.as_deref()).collect();
        assert_eq!(codes, [Some("ACME"), Some("BETA")]);
        let json = serde_json::to_value(&view).expect("JSON");
        assert_eq!(
            json["currencies"][1]["buckets"][1]["amount"],
            serde_json::json!({"amount": "950.00", "currency": "USD"})
        );
        assert_eq!(json["known_at"], serde_json::Value::Null);
    });
}

#[test]
fn an_aging_known_at_the_newest_seal_is_todays_and_at_an_older_one_knows_less() {
    on_each_database(async |place| {
        let book = place.book("main").await;
        example::record(&book).await;
        let mut reading = book.read().await.expect("a reading");
        let (first, now) = (1_700_000_000_000_001, 1_800_000_000_000_000);
        assert_eq!(reading.known_at(now + 1, now).await.expect("an answer"), None, "the future is not sealed");
        assert_eq!(reading.known_at(first, now).await.expect("an answer"), None, "the tail is not sealed");
        drop(reading);
        book.seal(1_700_000_000_000_003).await.expect("a seal");
        let mut reading = book.read().await.expect("a reading");
        let known = reading.known_at(first, now).await.expect("an answer").expect("sealed");
        assert_eq!(known, KnownAt { seal: 1, instant: first });
        let view = aging(&mut reading, 44, AgingBy::Book, DateBasis::Due, Some(known)).await;
        let usd = view.currencies.iter().find(|currency| currency.currency == "USD").expect("dollars");
        assert_eq!((&*usd.balance.amount, &*usd.disputed.amount), ("1460.00", "0.00"), "before payments and disputes");
        let newest = reading.known_at(now, now).await.expect("an answer").expect("sealed");
        for day in [0, 30, 41, 44, 50, 53, 60] {
            for by in AgingBy::ALL {
                let mut then = aging(&mut reading, day, by, DateBasis::Due, Some(newest)).await;
                then.known_at = None;
                assert_eq!(then, aging(&mut reading, day, by, DateBasis::Due, None).await, "day {day}");
            }
        }
    });
}

#[test]
fn the_lines_behind_every_total_add_up_to_it_on_every_day_and_every_page() {
    use super::lines::{LinesOf, LinesQuestion};
    use dunwell_rules::money::{Currency, parse_amount};
    on_each_database(async |place| {
        let book = place.book("main").await;
        example::record(&book).await;
        let mut reading = book.read().await.expect("a reading");
        for day in [0, 10, 31, 41, 44, 50, 53, 66, 200] {
            for basis in DateBasis::ALL {
                let view = aging(&mut reading, day, AgingBy::Book, basis, None).await;
                for of in &view.currencies {
                    let currency = Currency::parse(&of.currency).expect("a currency");
                    let minor = |text: &str| parse_amount(text, currency).expect("an amount").minor;
                    let buckets = of.buckets.iter().map(|bucket| (&*bucket.bucket, minor(&bucket.amount.amount)));
                    let others =
                        [("unapplied", &of.unapplied), ("unidentified", &of.unidentified), ("balance", &of.balance)];
                    for (code, total) in buckets.chain(others.map(|(code, view)| (code, minor(&view.amount)))) {
                        let question = LinesQuestion {
                            on: on(day),
                            of: LinesOf::parse(code, &Buckets::standard(), basis).expect("a total"),
                            currency,
                            basis,
                            buckets: Buckets::standard(),
                            account: None,
                            collector: String::new(),
                            unit: String::new(),
                        };
                        let (mut sum, mut after) = (0, None);
                        loop {
                            let page = reading.aging_lines(&question, after, 1).await.expect("a page");
                            let Some(line) = page.first() else { break };
                            sum += minor(&line.open.amount);
                            after = Some(line.place);
                        }
                        assert_eq!(sum, total, "{code} of {} by {} on day {day}", of.currency, basis.code());
                    }
                }
            }
        }
    });
}

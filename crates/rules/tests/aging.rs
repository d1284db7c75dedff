//! Aging: buckets, the accumulator and its invariant.

use dunwell_rules::aging::{Aging, AgingBreak, BucketTotal, Buckets, BucketsError, DateBasis};
use dunwell_rules::money::Currency;
use proptest::prelude::*;

#[test]
fn an_age_falls_into_the_bucket_its_days_name() {
    let buckets = Buckets::standard();
    let codes = buckets.codes(DateBasis::Due);
    let table = [
        (-400, "not_due"),
        (-1, "not_due"),
        (0, "not_due"),
        (1, "1-30"),
        (30, "1-30"),
        (31, "31-60"),
        (60, "31-60"),
        (61, "61-90"),
        (90, "61-90"),
        (91, "91-120"),
        (120, "91-120"),
        (121, "over_120"),
        (i64::MAX, "over_120"),
    ];
    for (days, code) in table {
        assert_eq!(codes[buckets.bucket_of(days)], code, "{days}");
    }
    assert_eq!(codes.len(), buckets.count());
}

#[test]
fn bases_other_than_the_due_date_begin_with_0() {
    let buckets = Buckets::standard();
    assert_eq!(buckets.codes(DateBasis::Document), ["0", "1-30", "31-60", "61-90", "91-120", "over_120"]);
    assert_eq!(buckets.codes(DateBasis::Posting), buckets.codes(DateBasis::Document));
    for basis in DateBasis::ALL {
        assert_eq!(DateBasis::parse(basis.code()), Some(basis));
    }
}

#[test]
fn a_book_may_have_buckets_of_its_own() {
    let weekly = Buckets::new(&[1, 7, 14]).unwrap();
    assert_eq!(weekly.codes(DateBasis::Due), ["not_due", "1", "2-7", "8-14", "over_14"]);
    assert_eq!(weekly.last_days(), [1, 7, 14]);
    let many: Vec<u32> = (1..=25).collect();
    let refused: [(&[u32], BucketsError); 5] = [
        (&[], BucketsError::Empty),
        (&[0, 30], BucketsError::NotRising),
        (&[30, 30], BucketsError::NotRising),
        (&[60, 30], BucketsError::NotRising),
        (&many, BucketsError::TooMany),
    ];
    for (days, why) in refused {
        assert_eq!(Buckets::new(days), Err(why), "{days:?}");
    }
}

#[test]
fn the_buckets_and_the_cash_make_the_balance() {
    let buckets = Buckets::standard();
    let mut account = Aging::new(Currency::USD, &buckets);
    account.add_line(&buckets, -3, 10_000, 0);
    account.add_line(&buckets, 5, 2_500, 1_000);
    account.add_line(&buckets, 20, 700, 9_999);
    account.add_line(&buckets, 200, 300, 0);
    account.add_line(&buckets, 200, 0, 0);
    account.add_unapplied(1_200);
    assert_eq!(account.buckets[1], BucketTotal { amount: 3_200, items: 2 });
    assert_eq!(account.buckets[5], BucketTotal { amount: 300, items: 1 });
    assert_eq!((account.open(), account.aged(), account.unapplied), (13_500, 3_500, -1_200));
    assert_eq!(account.disputed, 1_700, "a dispute counts up to what is open");
    assert_eq!(account.balance(), 12_300);

    let mut book = Aging::new(Currency::USD, &buckets);
    book.add(&account);
    book.add(&account);
    book.add_unidentified(600);
    assert_eq!((book.balance(), book.unidentified), (24_000, -600));
    assert_eq!(book.check(24_000), Ok(()));
    let broken = AgingBreak { currency: Currency::USD, balance: 24_000, control: 24_001 };
    assert_eq!(book.check(24_001), Err(broken));
}

proptest! {
    #[test]
    fn every_line_lands_in_exactly_one_bucket(lines in prop::collection::vec((-50i64..400, 1i64..1_000_000), 0..50), credits in prop::collection::vec(0i64..10_000, 0..10)) {
        let buckets = Buckets::new(&[10, 45, 200]).unwrap();
        let mut aging = Aging::new(Currency::EUR, &buckets);
        let mut control = 0;
        for (days, open) in &lines {
            aging.add_line(&buckets, *days, *open, 0);
            control += open;
        }
        for credit in credits {
            aging.add_unapplied(credit);
            control -= credit;
        }
        prop_assert_eq!(aging.check(control), Ok(()));
        prop_assert!(aging.check(control + 1).is_err());
        prop_assert_eq!(aging.buckets.iter().map(|bucket| bucket.items).sum::<i64>(), lines.len() as i64);
    }
}

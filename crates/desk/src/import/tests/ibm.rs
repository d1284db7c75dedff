//! The real file of `../shared/data/ar`, whose figures are stated beside it.

use std::path::Path;

use dunwell_rules::aging::{Buckets, DateBasis};
use dunwell_store::testing::on_each_database;
use dunwell_store::views::aging::{AgingBy, AgingQuestion};

use super::{ImportFile, ImportKind, ImportRequest, Profile, counts, day, desk, run, verified};
use dunwell_store::facts::AccountChoice;

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/ar/ibm_late_payment_histories.csv");

#[test]
fn the_ibm_book_has_the_stated_figures_on_three_days() {
    if !Path::new(FILE).exists() {
        assert!(std::env::var_os("CI").is_none(), "CI tests against the real file");
        eprintln!("skipped: {FILE} is not here");
        return;
    }
    on_each_database(async |place| {
        let desk = desk(place).await;
        let profile = Profile::shipped("ibm-late-payments").expect("it ships");
        let files = vec![ImportFile::path(FILE)];
        let request = ImportRequest::new(ImportKind::Invoices, files, profile, day("2014-01-31"));
        let report = run(&desk, &request).await;
        assert_eq!(counts(&report), [2_466, 0, 0, 0]);
        assert_eq!((report.totals[0].currency.as_str(), report.totals[0].amount.as_str()), ("USD", "147703.18"));
        for (on, items, open, late, past_due) in [
            ("2012-12-31", 99, 572_506, 13, 78_874),
            ("2013-06-30", 84, 511_985, 12, 83_556),
            ("2013-12-31", 13, 76_190, 10, 55_565),
        ] {
            let facts = desk.book.read().await.unwrap().facts(AccountChoice::All, day(on)).await.unwrap();
            let lines: Vec<_> = facts.iter().flat_map(|facts| &facts.lines).collect();
            let due: Vec<_> = lines.iter().filter(|line| line.due_date < day(on)).collect();
            assert_eq!((lines.len(), lines.iter().map(|line| line.open).sum::<i64>()), (items, open), "{on}");
            assert_eq!((due.len(), due.iter().map(|line| line.open).sum::<i64>()), (late, past_due), "{on}");
            let question = AgingQuestion {
                on: day(on),
                known_at: None,
                by: AgingBy::Book,
                basis: DateBasis::Due,
                buckets: Buckets::standard(),
            };
            let aging = desk.book.read().await.unwrap().aging(&question).await.unwrap();
            let balance = aging.currencies[0].balance.amount.replace('.', "");
            assert_eq!(balance, open.to_string(), "{on}");
        }
        let again = run(&desk, &request).await;
        assert_eq!((counts(&again), again.import), ([0, 2_466, 0, 0], None));
        verified(&desk).await;
    });
}

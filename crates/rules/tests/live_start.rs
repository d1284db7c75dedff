//! Which letters the first live run makes, and on which days nothing is held back.

use dunwell_rules::account::EntryId;
use dunwell_rules::live_start::{AskingLetter, LiveDay, LiveStart, SinceLive};
use dunwell_rules::money::Currency;

const NOTHING_YET: SinceLive =
    SinceLive { ran_in_rehearsal: false, notices_before: false, notices_that_day: 0, opening_steps: false };

fn letter(account: i64, code: &str, currency: Currency, collectible: Option<i64>) -> AskingLetter {
    AskingLetter { account: EntryId(account), code: code.into(), currency, collectible }
}

fn placed(day: &LiveDay, letters: &[AskingLetter]) -> Vec<String> {
    let has_place = |letter: &&AskingLetter| day.start_of(letter.account, letter.currency) == LiveStart::Over;
    letters.iter().filter(has_place).map(|letter| format!("{} {}", letter.code, letter.currency)).collect()
}

#[test]
fn only_the_first_live_run_of_a_book_without_opening_steps_holds_letters_back() {
    let day = |since| LiveDay::of(since, 50, false);
    assert_eq!(day(None), LiveDay::Ordinary, "the book rehearses");
    assert_eq!(day(Some(SinceLive { notices_before: true, ..NOTHING_YET })), LiveDay::Ordinary);
    assert_eq!(day(Some(SinceLive { opening_steps: true, ..NOTHING_YET })), LiveDay::Ordinary);
    let rehearsed = day(Some(SinceLive { ran_in_rehearsal: true, opening_steps: true, ..NOTHING_YET }));
    assert_eq!(rehearsed.start_of(EntryId(1), Currency::USD), LiveStart::RanInRehearsal);
    assert!(!rehearsed.has_places());
    assert_eq!(day(Some(NOTHING_YET)).start_of(EntryId(1), Currency::USD), LiveStart::Beyond { most: 50 });
}

#[test]
fn the_largest_amounts_get_the_places_then_the_lower_customer_number_then_the_currency() {
    let letters = [
        letter(1, "D", Currency::USD, Some(500)),
        letter(2, "C", Currency::USD, Some(900)),
        letter(3, "B", Currency::GBP, None),
        letter(4, "A", Currency::USD, Some(500)),
        letter(4, "A", Currency::EUR, Some(500)),
    ];
    for (most, wanted) in [
        (0, vec![]),
        (1, vec!["C USD"]),
        (2, vec!["C USD", "A EUR"]),
        (3, vec!["C USD", "A USD", "A EUR"]),
        (4, vec!["D USD", "C USD", "A USD", "A EUR"]),
        (9, vec!["D USD", "C USD", "B GBP", "A USD", "A EUR"]),
    ] {
        let mut day = LiveDay::of(Some(NOTHING_YET), most, false);
        assert_eq!(day.has_places(), most > 0);
        day.give_places(letters.to_vec());
        assert_eq!(placed(&day, &letters), wanted, "{most} places");
    }
}

#[test]
fn what_the_day_made_already_counts_and_a_day_caught_up_makes_nothing() {
    let letters = [letter(1, "A", Currency::USD, Some(1)), letter(2, "B", Currency::USD, Some(2))];
    let mut again = LiveDay::of(Some(SinceLive { notices_that_day: 49, ..NOTHING_YET }), 50, false);
    again.give_places(letters.to_vec());
    assert_eq!(placed(&again, &letters), ["B USD"]);
    assert!(!LiveDay::of(Some(SinceLive { notices_that_day: 60, ..NOTHING_YET }), 50, false).has_places());
    assert!(!LiveDay::of(Some(NOTHING_YET), 50, true).has_places());
}

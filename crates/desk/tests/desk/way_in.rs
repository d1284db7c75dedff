//! Whose hand was in a person's way in: the first of a book, links, secrets that were replaced, and the key they lie under.

use crate::common::{INVOICES, code, day, new_desk, put, totp, verified};
use dunwell_desk::approve::approve;
use dunwell_desk::charge_interest::{RuleAsked, charge_interest};
use dunwell_desk::import::ImportKind;
use dunwell_desk::keep_book::{add_user, set_role};
use dunwell_desk::set_up::first_admin;
use dunwell_desk::sign_in::{
    begin_totp, confirm_totp, make_link, redeem_link, seal_again, session, set_password, sign_in,
};
use dunwell_desk::{Clock, Desk, Stop};
use dunwell_store::book::Book;
use dunwell_store::testing::{Place, on_each_database};

const NOW: i64 = 1_750_000_000_000_000;
const PASSWORD: &str = "seven quiet herons";
const HERE: &str = "192.0.2.7";

fn now() -> i64 {
    NOW
}

/// The server is killed at the Nth statement, for N = 1, 2, 3 …: there is a whole admin afterwards, or none.
#[cfg(debug_assertions)]
#[tokio::test]
async fn the_first_admin_is_whole_or_not_there_wherever_the_server_was_killed() {
    use dunwell_store::faults::{Failing, failing};
    let mut nth = 1;
    loop {
        let place = Place::sqlite().await;
        let book = new_desk(place.db(), "main", now).await.book;
        let first = async || first_admin(&book, "root", PASSWORD, day("2025-06-15"), now).await;
        let struck = failing(nth, Failing::FromThenOn, first()).await;
        let people = book.read().await.expect("a reading").count_users().await.expect("counted");
        if people == 0 {
            assert_eq!(code(first().await), "done", "the link opens again after {nth}");
        }
        assert_eq!(code(sign_in(&book, "root", PASSWORD, None, HERE, NOW).await), "done", "at statement {nth}");
        if !struck.struck {
            assert!(nth > 8, "statements were counted: {nth}");
            break;
        }
        nth += 1;
    }
}

#[test]
fn of_two_who_are_first_at_once_one_is() {
    on_each_database(async |place| {
        let book = new_desk(place.db(), "main", now).await.book;
        let first = async |name| code(first_admin(&book, name, PASSWORD, day("2025-06-15"), now).await);
        let (one, other) = tokio::join!(first("root"), first("boss"));
        assert!(matches!((one, other), ("done", "link_refused") | ("link_refused", "done")), "{one}, {other}");
        assert_eq!(book.read().await.expect("a reading").count_users().await.expect("counted"), 1);
    });
}

/// A book with an admin `ada`, a manager `mara`, and two requests of `cleo`'s.
async fn house(place: &Place) -> (Desk, Vec<String>) {
    let house = new_desk(place.db(), "main", now).await;
    for (name, role) in [("ada", "admin"), ("cleo", "collector"), ("mara", "manager")] {
        add_user(&house, name, role, day("2025-06-01")).await.expect("a user");
    }
    let rows = "ACME,,INV-1,invoice,2024-01-10,2024-03-03,USD,90000.00,,\nACME,,INV-2,invoice,2024-01-11,2024-03-03,USD,600.00,,\n";
    put(&house, ImportKind::Invoices, &format!("{INVOICES}{rows}"), day("2025-06-01")).await;
    let rule = RuleAsked { name: "contract".into(), annual_rate_bp: Some(800), clause: Some("terms, 7".into()) };
    let cleo = desk(&house.book, "cleo", now).await;
    let asked = charge_interest(&cleo, "ACME", &rule, true, day("2025-06-15")).await.expect("interest is asked for");
    (house, asked.requests)
}

async fn desk(book: &Book, name: &str, clock: Clock) -> Desk {
    Desk::open(book.clone(), name, clock).await.expect("a known user")
}

fn a_day_later() -> i64 {
    NOW + 24 * 3_600_000_000
}

#[test]
fn an_admin_who_follows_a_managers_first_link_signs_nothing_for_a_day_and_everybody_sees_it() {
    on_each_database(async |place| {
        let (house, requests) = house(place).await;
        let book = &house.book;
        let token = make_link(&desk(book, "ada", now).await, "mara", 30).await.expect("a link");
        let opened = redeem_link(book, &token, NOW).await.expect("it opens");
        let came = session(book, &opened, NOW).await.expect("no fault").expect("a session");
        assert!(!came.elevated, "another person's link proves nothing");
        let mara = desk(book, "mara", now).await;
        set_password(&mara, "mara", PASSWORD).await.expect("her first password, whoever types it");
        let on = day("2025-06-15");
        assert_eq!(code(approve(&mara, &requests[0], None, on).await), "way_in_is_new");
        let people = book.read().await.expect("a reading").users().await.expect("people");
        let seen: Vec<_> =
            people.iter().filter_map(|user| user.let_in_by.as_deref().map(|by| (&*user.name, by))).collect();
        assert_eq!(seen, [("mara", "ada")]);
        let later = desk(book, "mara", a_day_later).await;
        set_password(&later, "mara", "another quiet heron").await.expect("her own, with the first in hand");
        assert_eq!(code(approve(&later, &requests[0], None, on).await), "done");
        verified(&house).await;
    });
}

#[test]
fn a_link_of_the_house_proves_who_came_as_whoever_runs_its_machine_can() {
    on_each_database(async |place| {
        let (house, requests) = house(place).await;
        let token = make_link(&house, "mara", 30).await.expect("a link");
        let opened = redeem_link(&house.book, &token, NOW).await.expect("it opens");
        assert!(session(&house.book, &opened, NOW).await.expect("no fault").expect("a session").elevated);
        let mara = desk(&house.book, "mara", now).await;
        set_password(&mara, "mara", PASSWORD).await.expect("her first password");
        assert_eq!(code(approve(&mara, &requests[0], None, day("2025-06-15")).await), "done");
    });
}

#[test]
fn an_admin_who_replaces_a_managers_password_is_the_hand_that_lets_them_in() {
    on_each_database(async |place| {
        let (house, requests) = house(place).await;
        let (book, on) = (&house.book, day("2025-06-15"));
        let mara = desk(book, "mara", now).await;
        set_password(&mara, "mara", PASSWORD).await.expect("her own");
        assert_eq!(code(approve(&mara, &requests[0], None, on).await), "done");
        set_password(&desk(book, "ada", now).await, "mara", "another quiet heron").await.expect("by an admin");
        assert_eq!(code(approve(&mara, &requests[1], None, on).await), "way_in_is_new");
        set_password(&mara, "mara", PASSWORD).await.expect("whoever typed it");
        assert_eq!(code(approve(&mara, &requests[1], None, on).await), "way_in_is_new");
        verified(&house).await;
    });
}

#[test]
fn links_die_when_what_a_person_proves_or_may_do_changes() {
    on_each_database(async |place| {
        let (house, _) = house(place).await;
        let book = &house.book;
        let ada = desk(book, "ada", now).await;
        let link = async |name| make_link(&ada, name, 30).await.expect("a link");
        let opens = async |token: String| code(redeem_link(book, &token, NOW).await);
        let (old, stays) = (link("cleo").await, link("mara").await);
        set_password(&desk(book, "cleo", now).await, "cleo", PASSWORD).await.expect("her own password");
        assert_eq!(opens(old).await, "link_refused", "a password was set");
        assert_eq!(opens(stays).await, "done", "somebody else's link stands");
        let old = link("cleo").await;
        set_role(&ada, "cleo", "approver", day("2025-06-15")).await.expect("another role");
        assert_eq!(opens(old).await, "link_refused", "the role changed");
        assert_eq!(opens(link("cleo").await).await, "done", "a new one opens");
    });
}

#[tokio::test]
async fn second_factors_lie_sealed_under_a_key_beside_the_book_and_nothing_is_lost_without_it() {
    let place = Place::sqlite().await;
    let (house, _) = house(&place).await;
    let book = &house.book;
    let key = std::path::PathBuf::from(format!("{}.key", place.url().trim_start_matches("sqlite:")));
    let (away, mara) = (key.with_extension("away"), desk(book, "mara", now).await);
    let kept = async || book.read().await.expect("a reading").totp_secrets().await.expect("secrets");
    set_password(&mara, "mara", PASSWORD).await.expect("her own password");
    assert!(!key.exists(), "no key before there is a secret");
    let begun = begin_totp(&mara).await.expect("begun");
    confirm_totp(&mara, &totp(&begun.secret_base32, NOW)).await.expect("confirmed");
    let sealed = kept().await.remove(0).1;
    assert!(key.exists() && sealed.len() > 20);

    let (later, last) = (NOW + 60_000_000, NOW + 120_000_000);
    let comes = async |at| sign_in(book, "mara", PASSWORD, Some(&totp(&begun.secret_base32, at)), HERE, at).await;
    std::fs::rename(&key, &away).expect("the key is gone");
    assert!(matches!(comes(later).await, Err(Stop::Fault(fault)) if fault.to_string().contains("key file")));
    let cleo = desk(book, "cleo", now).await;
    assert!(matches!(begin_totp(&cleo).await, Err(Stop::Fault(_))), "no second key is made while the first is missed");
    assert!(seal_again(book).await.is_err() && !key.exists());
    std::fs::rename(&away, &key).expect("it is put back");
    assert_eq!(code(comes(later).await), "done", "nothing was lost");

    // What an earlier version kept open, and what lies under a key that was replaced, is sealed under the first key.
    let bits: String = begun
        .secret_base32
        .chars()
        .map(|c| format!("{:05b}", "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".find(c).unwrap_or(0)))
        .collect();
    let seed: Vec<u8> =
        bits.as_bytes().chunks_exact(8).map(|b| b.iter().fold(0, |byte, bit| byte << 1 | (bit - b'0'))).collect();
    assert!(book.reseal_totp("mara", &sealed, &seed).await.expect("kept open"));
    assert_eq!((seal_again(book).await.expect("sealed"), seal_again(book).await.expect("nothing left")), (1, 0));
    let old = std::fs::read_to_string(&key).expect("the key");
    std::fs::write(&key, format!("dunwell-key-1 {}\n{old}", "A".repeat(43))).expect("a new key before it");
    let before = kept().await;
    assert_eq!(seal_again(book).await.expect("sealed anew"), 1);
    assert_ne!(kept().await, before);
    assert_eq!(code(comes(last).await), "done");
    std::fs::remove_file(&key).expect("tidied up");
}

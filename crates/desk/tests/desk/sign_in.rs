//! Coming in and going out: links, passwords, second factors, sessions, API keys, on both databases.

use std::sync::atomic::{AtomicI64, Ordering};

use crate::common::{code, day, new_desk, totp};
use dunwell_desk::api_keys::{add_key, authenticate_key, keys, revoke_key};
use dunwell_desk::keep_book::{add_user, set_role};
use dunwell_desk::rules::approval::Role;
use dunwell_desk::rules::rights::Scope;
use dunwell_desk::sign_in::{
    begin_totp, confirm_totp, elevate, make_link, redeem_link, reset_totp, rotate, session, set_password, sign_in,
    sign_in_as, sign_out, sign_out_everywhere, use_key_file,
};
use dunwell_desk::{Desk, Refusal, Stop};
use dunwell_store::book::Book;
use dunwell_store::testing::{Place, access_texts, on_each_database};

const SECOND: i64 = 1_000_000;
const MINUTE: i64 = 60 * SECOND;
const NOW: i64 = 1_750_000_000 * SECOND;
const PASSWORD: &str = "seven quiet herons";
const HERE: &str = "192.0.2.7";

fn now() -> i64 {
    NOW
}

/// A book with people of several roles; the house at work.
async fn house(place: &Place) -> Desk {
    // A server's book has no file that a key could lie beside.
    use_key_file(std::env::temp_dir().join(format!("dunwell-sign-in-{}.key", std::process::id())));
    let house = new_desk(place.db(), "main", now).await;
    for (name, role) in [("ada", "admin"), ("cleo", "collector"), ("mara", "manager"), ("erp", "integrator")] {
        add_user(&house, name, role, day("2025-06-15")).await.expect("a user");
    }
    house
}

async fn desk(book: &Book, name: &str) -> Desk {
    Desk::open(book.clone(), name, now).await.expect("a known user")
}

/// A book whose collector `cleo` has a password.
async fn with_password(place: &Place) -> Book {
    let book = house(place).await.book;
    set_password(&desk(&book, "cleo").await, "cleo", PASSWORD).await.expect("her own password");
    book
}

async fn come_in(book: &Book, name: &str, password: &str, at: i64) -> Result<String, Stop> {
    sign_in(book, name, password, None, HERE, at).await
}

#[test]
fn a_link_opens_one_session_within_its_minutes() {
    on_each_database(async |place| {
        let house = house(place).await;
        let book = &house.book;
        let link = make_link(&house, "cleo", 30).await.expect("a link");
        assert_eq!(link.len(), 43, "32 bytes: {link}");
        let token = redeem_link(book, &link, NOW + MINUTE).await.expect("it opens");
        let first = session(book, &token, NOW + 2 * MINUTE).await.expect("no fault").expect("a session");
        assert_eq!((first.user.as_str(), first.role), ("cleo", Role::Collector));
        assert!(first.elevated && !first.has_password && !first.has_totp, "{first:?}");
        assert_eq!(code(redeem_link(book, &link, NOW + MINUTE).await), "link_refused", "once");
        set_password(&desk(book, "cleo").await, "cleo", PASSWORD).await.expect("a password");
        let again = make_link(&house, "cleo", 30).await.expect("a link");
        let token = redeem_link(book, &again, NOW + MINUTE).await.expect("it opens");
        let second = session(book, &token, NOW + MINUTE).await.expect("no fault").expect("a session");
        assert!(second.has_password && !second.elevated, "a link proves nothing beside a password: {second:?}");
        let late = make_link(&house, "cleo", 30).await.expect("a link");
        assert_eq!(code(redeem_link(book, &late, NOW + 30 * MINUTE).await), "link_refused", "too late");
        assert_eq!(code(redeem_link(book, "no such link", NOW).await), "link_refused");
        assert_eq!(code(redeem_link(book, &token, NOW).await), "link_refused", "a session is no link");
        assert_eq!(code(make_link(&house, "nobody", 30).await), "unknown_user");
        assert_eq!(code(make_link(&house, "cleo", 0).await), "bad_value");
        assert_eq!(code(make_link(&desk(book, "mara").await, "cleo", 30).await), "role_cannot");
        crate::common::verified(&house).await;
    });
}

#[test]
fn one_link_redeemed_by_many_at_once_opens_one_session() {
    on_each_database(async |place| {
        let house = house(place).await;
        let link = make_link(&house, "cleo", 30).await.expect("a link");
        let many = (0..8).map(|_| {
            let (book, link) = (house.book.clone(), link.clone());
            tokio::spawn(async move { redeem_link(&book, &link, NOW).await.is_ok() })
        });
        let mut opened = 0;
        for attempt in many.collect::<Vec<_>>() {
            opened += i32::from(attempt.await.expect("it ends"));
        }
        assert_eq!(opened, 1);
    });
}

#[test]
fn a_wrong_name_and_a_wrong_password_get_the_same_answer() {
    on_each_database(async |place| {
        let book = with_password(place).await;
        let refused = |answer: Result<String, Stop>| match answer {
            Err(Stop::Refused(refusal)) => (refusal.code(), refusal.to_string(), refusal.details()),
            other => panic!("{other:?}"),
        };
        let wrong = refused(come_in(&book, "cleo", "seven quiet heron", NOW).await);
        assert_eq!(wrong.0, "sign_in_refused");
        for (name, password) in [("nobody", PASSWORD), ("mara", PASSWORD), ("cl\0eo", PASSWORD), ("desk", "")] {
            assert_eq!(refused(come_in(&book, name, password, NOW).await), wrong, "{name:?}");
        }
        let token = come_in(&book, "cleo", PASSWORD, NOW).await.expect("the right one");
        let session = session(&book, &token, NOW).await.expect("no fault").expect("a session");
        assert!(session.has_password && session.elevated);
    });
}

#[test]
fn the_sixth_attempt_of_a_name_waits_even_when_it_is_right() {
    on_each_database(async |place| {
        let book = with_password(place).await;
        for attempt in 0..5 {
            let from = format!("192.0.2.{attempt}");
            let answer = sign_in(&book, "cleo", "wrong password", None, &from, NOW + attempt * SECOND).await;
            assert_eq!(code(answer), "sign_in_refused");
        }
        let sixth = come_in(&book, "cleo", PASSWORD, NOW + MINUTE).await;
        let Err(Stop::Refused(Refusal::TooManyAttempts { retry_after_seconds })) = sixth else { panic!("{sixth:?}") };
        assert_eq!(retry_after_seconds, 14 * 60);
        assert_eq!(code(come_in(&book, "cleo", PASSWORD, NOW + 15 * MINUTE - SECOND).await), "too_many_attempts");
        assert_eq!(code(come_in(&book, "cleo", PASSWORD, NOW + 15 * MINUTE).await), "done", "the window has passed");
        // A right password wipes the slate: four wrong ones and a right one, again and again.
        for round in 0..3 {
            for _ in 0..4 {
                assert_eq!(code(come_in(&book, "cleo", "wrong", NOW + 20 * MINUTE).await), "sign_in_refused");
            }
            assert_eq!(code(come_in(&book, "cleo", PASSWORD, NOW + 20 * MINUTE).await), "done", "round {round}");
        }
    });
}

#[test]
fn twenty_failures_from_an_address_stop_it_for_every_name_and_no_other_address() {
    on_each_database(async |place| {
        let book = with_password(place).await;
        // Right ones do not count.
        for _ in 0..3 {
            assert_eq!(code(come_in(&book, "cleo", PASSWORD, NOW).await), "done");
        }
        for guess in 0..20 {
            assert_eq!(code(come_in(&book, &format!("guess-{guess}"), "wrong", NOW).await), "sign_in_refused");
        }
        assert_eq!(code(come_in(&book, "cleo", PASSWORD, NOW + MINUTE).await), "too_many_attempts");
        let elsewhere = sign_in(&book, "cleo", PASSWORD, None, "198.51.100.1", NOW + MINUTE).await;
        assert_eq!(code(elsewhere), "done", "the name itself was not locked");
    });
}

#[test]
fn many_guesses_at_once_are_not_more_than_five() {
    on_each_database(async |place| {
        let book = with_password(place).await;
        let guesses = (0..16).map(|guess| {
            let book = book.clone();
            let from = format!("198.51.100.{guess}");
            tokio::spawn(async move { code(sign_in(&book, "cleo", "wrong", None, &from, NOW).await) })
        });
        let mut looked_at = 0;
        for guess in guesses.collect::<Vec<_>>() {
            looked_at += i32::from(guess.await.expect("it ends") == "sign_in_refused");
        }
        assert_eq!(looked_at, 5);
    });
}

#[test]
fn a_confirmed_second_factor_is_asked_for_and_each_code_is_good_once() {
    on_each_database(async |place| {
        let book = with_password(place).await;
        let cleo = desk(&book, "cleo").await;
        assert_eq!(code(confirm_totp(&cleo, "000000").await), "totp_refused", "nothing was begun");
        let enrolment = begin_totp(&cleo).await.expect("begun");
        assert!(enrolment.otpauth_url.starts_with("otpauth://totp/Dunwell:cleo%20%28main%29?secret="));
        assert!(enrolment.otpauth_url.contains(&enrolment.secret_base32));
        assert_eq!(code(come_in(&book, "cleo", PASSWORD, NOW).await), "done", "not confirmed: not asked for");
        let enrolment = begin_totp(&cleo).await.expect("begun anew");
        assert_eq!(code(confirm_totp(&cleo, "12345").await), "totp_refused");
        confirm_totp(&cleo, &totp(&enrolment.secret_base32, NOW)).await.expect("confirmed");
        assert_eq!(code(begin_totp(&cleo).await), "totp_refused", "an admin resets it");

        assert_eq!(code(come_in(&book, "cleo", PASSWORD, NOW).await), "totp_required");
        assert_eq!(code(come_in(&book, "cleo", "wrong", NOW).await), "sign_in_refused", "not a word of the code");
        let with = async |code: &str, at: i64| sign_in(&book, "cleo", PASSWORD, Some(code), HERE, at).await;
        let first = totp(&enrolment.secret_base32, NOW);
        assert_eq!(code(with(&first, NOW).await), "sign_in_refused", "it confirmed the factor: it is used up");
        let later = NOW + MINUTE;
        let next = totp(&enrolment.secret_base32, later);
        let token = with(&next, later).await.expect("the next code");
        assert!(session(&book, &token, later).await.expect("no fault").expect("a session").has_totp);
        assert_eq!(code(with(&next, later).await), "sign_in_refused", "once");
        assert_eq!(
            code(with(&totp(&enrolment.secret_base32, NOW), later).await),
            "sign_in_refused",
            "nor an older one"
        );

        let ada = desk(&book, "ada").await;
        assert!(reset_totp(&ada, "cleo").await.expect("reset"));
        assert!(!reset_totp(&ada, "cleo").await.expect("no more"), "there is none any more");
        assert_eq!(session(&book, &token, later).await.expect("no fault"), None, "signed out");
        assert_eq!(code(come_in(&book, "cleo", PASSWORD, later).await), "done");
        crate::common::verified(&cleo).await;
    });
}

#[test]
fn a_half_sign_in_without_its_code_is_no_failure() {
    on_each_database(async |place| {
        let book = with_password(place).await;
        let cleo = desk(&book, "cleo").await;
        let secret = begin_totp(&cleo).await.expect("begun").secret_base32;
        confirm_totp(&cleo, &totp(&secret, NOW)).await.expect("confirmed");
        for _ in 0..7 {
            assert_eq!(code(come_in(&book, "cleo", PASSWORD, NOW).await), "totp_required");
        }
        for _ in 0..5 {
            let guess = sign_in(&book, "cleo", PASSWORD, Some("000000"), HERE, NOW).await;
            assert_eq!(code(guess), "sign_in_refused");
        }
        assert_eq!(code(come_in(&book, "cleo", PASSWORD, NOW).await), "too_many_attempts", "guessed codes count");
    });
}

#[test]
fn a_session_ends_unused_after_half_an_hour_and_in_any_case_after_twelve() {
    on_each_database(async |place| {
        let book = with_password(place).await;
        let token = come_in(&book, "cleo", PASSWORD, NOW).await.expect("in");
        let alive = async |at: i64| session(&book, &token, at).await.expect("no fault").is_some();
        let mut at = NOW;
        while at < NOW + (12 * 60 - 25) * MINUTE {
            at += 25 * MINUTE;
            assert!(alive(at).await, "used every 25 minutes, {} minutes in", (at - NOW) / MINUTE);
        }
        assert!(!alive(NOW + 12 * 60 * MINUTE).await, "twelve hours");
        let token = come_in(&book, "cleo", PASSWORD, NOW).await.expect("in again");
        assert!(session(&book, &token, NOW + 30 * MINUTE).await.expect("no fault").is_none(), "half an hour unused");
        assert_eq!(session(&book, "made up", NOW).await.expect("no fault"), None);
    });
}

#[test]
fn a_new_token_replaces_the_old_one_and_a_proof_counts_for_five_minutes() {
    on_each_database(async |place| {
        let book = with_password(place).await;
        let token = come_in(&book, "cleo", PASSWORD, NOW).await.expect("in");
        let before = session(&book, &token, NOW).await.expect("no fault").expect("a session");
        let rotated = rotate(&book, &token, NOW + MINUTE).await.expect("a new token");
        assert_eq!(session(&book, &token, NOW + MINUTE).await.expect("no fault"), None, "the old one is dead");
        let after = session(&book, &rotated, NOW + 6 * MINUTE).await.expect("no fault").expect("a session");
        assert_ne!(before.csrf, after.csrf);
        assert!(before.elevated && !after.elevated, "a new token is no new proof");
        assert_eq!(code(elevate(&book, &rotated, "wrong", NOW + 6 * MINUTE).await), "sign_in_refused");
        let proven = elevate(&book, &rotated, PASSWORD, NOW + 6 * MINUTE).await.expect("proven");
        assert_eq!(session(&book, &rotated, NOW + 6 * MINUTE).await.expect("no fault"), None, "rotated with it");
        assert!(session(&book, &proven, NOW + 10 * MINUTE).await.expect("no fault").expect("a session").elevated);
        assert!(!session(&book, &proven, NOW + 11 * MINUTE).await.expect("no fault").expect("a session").elevated);
        assert_eq!(code(rotate(&book, &token, NOW).await), "not_signed_in");
        assert_eq!(code(elevate(&book, &token, PASSWORD, NOW).await), "not_signed_in");
    });
}

#[test]
fn signing_out_ends_one_session_or_all_and_a_new_role_counts_at_once() {
    on_each_database(async |place| {
        let book = with_password(place).await;
        let one = come_in(&book, "cleo", PASSWORD, NOW).await.expect("in");
        let two = sign_in_as(&book, "cleo", NOW).await.expect("by another house");
        assert_eq!(code(sign_in_as(&book, "stranger", NOW).await), "unknown_user");
        assert_eq!(code(sign_in_as(&book, "desk", NOW).await), "unknown_user");
        set_role(&desk(&book, "ada").await, "cleo", "auditor", day("2025-06-15")).await.expect("another role");
        assert_eq!(session(&book, &one, NOW).await.expect("no fault").expect("a session").role, Role::Auditor);
        assert!(sign_out(&book, &one).await.expect("out"));
        assert!(!sign_out(&book, &one).await.expect("out already"));
        assert!(session(&book, &one, NOW).await.expect("no fault").is_none());
        assert!(session(&book, &two, NOW).await.expect("no fault").is_some());
        assert_eq!(sign_out_everywhere(&book, "cleo").await.expect("out"), 1);
        assert!(session(&book, &two, NOW).await.expect("no fault").is_none());
    });
}

#[test]
fn an_admin_replaces_a_password_and_signs_its_owner_out() {
    on_each_database(async |place| {
        let book = with_password(place).await;
        let token = come_in(&book, "cleo", PASSWORD, NOW).await.expect("in");
        let ada = desk(&book, "ada").await;
        assert_eq!(code(set_password(&ada, "cleo", "too short").await), "password_refused");
        assert_eq!(code(set_password(&ada, "nobody", PASSWORD).await), "unknown_user");
        assert_eq!(code(set_password(&desk(&book, "mara").await, "cleo", "another long one").await), "role_cannot");
        assert!(session(&book, &token, NOW).await.expect("no fault").is_some());
        set_password(&ada, "cleo", "another long one").await.expect("replaced");
        assert!(session(&book, &token, NOW).await.expect("no fault").is_none());
        assert_eq!(code(come_in(&book, "cleo", PASSWORD, NOW).await), "sign_in_refused");
        assert_eq!(code(come_in(&book, "cleo", "another long one", NOW).await), "done");
    });
}

#[test]
fn a_key_opens_until_it_expires_or_is_revoked() {
    on_each_database(async |place| {
        let book = house(place).await.book;
        let erp = desk(&book, "erp").await;
        let key = add_key(&erp, "the ERP's export", &[Scope::Import, Scope::Read], 30).await.expect("a key");
        assert_eq!(key.scopes, ["read", "import"]);
        let holder = async |bearer: &str, at: i64| authenticate_key(&book, bearer, at).await.expect("no fault");
        let known = holder(&key.secret, NOW).await.expect("it opens");
        assert_eq!((known.user.as_str(), known.role, known.key.as_str()), ("erp", Role::Integrator, key.id.as_str()));
        assert_eq!(known.scopes, [Scope::Read, Scope::Import]);
        let end = NOW + 30 * 24 * 60 * MINUTE;
        assert!(holder(&key.secret, end - SECOND).await.is_some());
        assert!(holder(&key.secret, end).await.is_none(), "expired");
        let wrong_end = format!("{}x", &key.secret[..key.secret.len() - 1]);
        let other = add_key(&erp, "another", &[Scope::Read], 30).await.expect("a key");
        let crossed = format!("dw_{}_{}", other.id, key.secret.splitn(3, '_').nth(2).expect("a secret"));
        for wrong in ["", "dw_", "dw__", "bearer", "dw_\0_x", wrong_end.as_str(), crossed.as_str()] {
            assert_eq!(holder(wrong, NOW).await, None, "{wrong:?}");
        }
        let listed = keys(&erp).await.expect("a list");
        assert_eq!(listed.len(), 2);
        let used = |id: &str| listed.iter().find(|known| known.id == id).and_then(|known| known.last_used_at);
        assert_eq!((used(&key.id), used(&other.id)), (Some(end - SECOND), None));
        assert!(!serde_json::to_string(&listed).expect("JSON").contains(&key.secret[20..]), "no secret is listed");

        assert_eq!(code(revoke_key(&desk(&book, "mara").await, &key.id).await), "role_cannot", "not hers");
        assert_eq!(code(revoke_key(&erp, "0000").await), "not_found");
        assert!(revoke_key(&desk(&book, "ada").await, &key.id).await.expect("revoked by an admin"));
        assert!(!revoke_key(&erp, &key.id).await.expect("already"));
        assert_eq!(holder(&key.secret, NOW).await, None);
        assert!(keys(&desk(&book, "cleo").await).await.expect("a list").is_empty(), "others' keys are not hers to see");
        crate::common::verified(&erp).await;
    });
}

#[test]
fn a_key_that_would_be_useless_endless_or_nameless_is_not_made() {
    on_each_database(async |place| {
        let book = house(place).await.book;
        let erp = desk(&book, "erp").await;
        assert_eq!(code(add_key(&erp, "x", &[], 30).await), "bad_value");
        assert_eq!(code(add_key(&erp, "x", &[Scope::Admin], 30).await), "bad_value", "an integrator is no admin");
        assert_eq!(code(add_key(&erp, " ", &[Scope::Read], 30).await), "bad_value");
        assert_eq!(code(add_key(&erp, "x", &[Scope::Read], 0).await), "bad_value");
        assert_eq!(code(add_key(&erp, "x", &[Scope::Read], 367).await), "bad_value");
        assert_eq!(code(add_key(&desk(&book, "cleo").await, "x", &[Scope::Read], 1).await), "role_cannot");
        assert_eq!(code(add_key(&desk(&book, "desk").await, "x", &[Scope::Read], 1).await), "role_cannot");
    });
}

#[test]
fn no_secret_is_kept_or_journaled_in_clear() {
    static TICK: AtomicI64 = AtomicI64::new(NOW);
    fn ticking() -> i64 {
        TICK.fetch_add(SECOND, Ordering::Relaxed)
    }
    on_each_database(async |place| {
        let house = house(place).await;
        let book = &house.book;
        let link = make_link(&house, "cleo", 30).await.expect("a link");
        let token = redeem_link(book, &link, NOW).await.expect("in");
        let cleo = Desk::open(book.clone(), "cleo", ticking).await.expect("known");
        set_password(&cleo, "cleo", PASSWORD).await.expect("a password");
        let key = add_key(&desk(book, "mara").await, "mine", &[Scope::Read], 3).await.expect("a key");
        let texts = access_texts(place.db()).await.to_lowercase();
        assert!(texts.contains("secret_changed") && texts.contains("key_added"), "the deeds are journaled");
        assert!(texts.contains("argon2id"), "the tables are looked at");
        let own_part = key.secret.splitn(3, '_').nth(2).expect("a secret");
        for secret in [link.as_str(), &token, PASSWORD, own_part] {
            let hex: String = secret.bytes().map(|byte| format!("{byte:02x}")).collect();
            assert!(!texts.contains(&secret.to_lowercase()) && !texts.contains(&hex), "{secret} is kept in clear");
        }
    });
}

//! Coming in by the organisation's own sign-in provider: who is linked, who is not, and the way there and back, on both databases.

use crate::common::{code, day, new_desk};
use dunwell_desk::Desk;
use dunwell_desk::keep_book::{add_user, users};
use dunwell_desk::sign_in::{
    CameBack, Proven, Purpose, Session, SettingOut, await_identity, come_back, count_setting_out, identities,
    link_identity, link_own, make_link, own_identities, prove_by, redeem_link, session, set_out, sign_in_again,
    sign_in_by, unlink_identity,
};
use dunwell_store::book::Book;
use dunwell_store::testing::{Place, access_texts, on_each_database};

const SECOND: i64 = 1_000_000;
const MINUTE: i64 = 60 * SECOND;
const NOW: i64 = 1_750_000_000 * SECOND;
const HERE: &str = "192.0.2.7";
const ISSUER: &str = "https://id.example";

fn now() -> i64 {
    NOW
}

async fn house(place: &Place) -> Desk {
    let house = new_desk(place.db(), "main", now).await;
    for (name, role) in [("ada", "admin"), ("cleo", "collector"), ("mara", "manager"), ("lars", "collector")] {
        add_user(&house, name, role, day("2025-06-15")).await.expect("a user");
    }
    house
}

async fn desk(book: &Book, name: &str) -> Desk {
    Desk::open(book.clone(), name, now).await.expect("a known user")
}

/// Somebody whom the provider knows by a number, and by an address it verified where one is given.
fn somebody(subject: &str, email: Option<&str>) -> Proven {
    let verified_email = email.map(str::to_owned);
    Proven { issuer: ISSUER.into(), subject: subject.into(), verified_email, at: Some(NOW) }
}

async fn user_of(book: &Book, token: &str) -> (String, bool) {
    let session = session(book, token, NOW).await.expect("no fault").expect("a session");
    (session.user, session.elevated)
}

#[test]
fn only_who_is_linked_comes_in_and_a_verified_address_links_who_is_awaited_once() {
    on_each_database(async |place| {
        let house = house(place).await;
        let (book, ada) = (&house.book, desk(&house.book, "ada").await);
        let cleo = somebody("42", Some("Cleo@Example.com"));
        assert_eq!(code(sign_in_by(book, &cleo, HERE, now).await), "identity_unknown", "nobody is awaited");
        assert_eq!(
            await_identity(&ada, "cleo", ISSUER, " CLEO@example.com").await.expect("awaited"),
            "cleo@example.com"
        );
        let unverified = somebody("42", None);
        assert_eq!(code(sign_in_by(book, &unverified, HERE, now).await), "identity_unknown", "not verified");
        let elsewhere = Proven { issuer: "https://other.example".into(), ..cleo.clone() };
        assert_eq!(code(sign_in_by(book, &elsewhere, HERE, now).await), "identity_unknown", "another provider");
        let token = sign_in_by(book, &cleo, HERE, now).await.expect("in");
        assert_eq!(user_of(book, &token).await, ("cleo".into(), true));
        let impostor = somebody("43", Some("cleo@example.com"));
        assert_eq!(code(sign_in_by(book, &impostor, HERE, now).await), "identity_unknown", "an address links once");
        let known = sign_in_by(book, &Proven { at: None, ..unverified }, HERE, now).await.expect("by number alone");
        assert_eq!(user_of(book, &known).await, ("cleo".into(), false), "an old sign-in there is no fresh proof");
        let texts = access_texts(place.db()).await;
        assert!(texts.contains("identity_linked") && texts.contains("identity_awaited"), "the deeds are journaled");
        assert!(!texts.contains("cleo@example.com"), "an address that has done its work is not kept");
        crate::common::verified(&house).await;
    });
}

#[test]
fn an_identity_is_linked_to_one_person_and_a_person_to_one_identity() {
    on_each_database(async |place| {
        let house = house(place).await;
        let (book, ada) = (&house.book, desk(&house.book, "ada").await);
        let cleo = desk(book, "cleo").await;
        link_own(&cleo, &somebody("42", None), HERE).await.expect("one's own");
        assert_eq!(code(link_own(&cleo, &somebody("43", None), HERE).await), "identity_linked", "one at a time");
        assert_eq!(code(link_identity(&ada, "mara", ISSUER, "42").await), "identity_linked", "it is cleo's");
        assert_eq!(code(await_identity(&ada, "cleo", ISSUER, "c@example.com").await), "identity_linked");
        await_identity(&ada, "mara", ISSUER, "m@example.com").await.expect("awaited");
        assert_eq!(code(await_identity(&ada, "ada", ISSUER, "M@example.com").await), "identity_linked", "taken");
        for (answer, expected) in [
            (code(link_identity(&cleo, "mara", ISSUER, "7").await), "role_cannot"),
            (code(await_identity(&cleo, "mara", ISSUER, "x@example.com").await), "role_cannot"),
            (code(unlink_identity(&cleo, "mara").await), "role_cannot"),
            (code(link_identity(&ada, "nobody", ISSUER, "7").await), "unknown_user"),
            (code(link_identity(&ada, "ada", ISSUER, "").await), "bad_value"),
            (code(link_identity(&ada, "ada", "", "7").await), "bad_value"),
            (code(await_identity(&ada, "ada", ISSUER, "no address").await), "bad_value"),
        ] {
            assert_eq!(answer, expected);
        }
        assert_eq!(identities(&ada).await.expect("a list").len(), 2);
        link_identity(&desk(book, "ada").await, "lars", ISSUER, "8").await.expect("by an admin");
        let people = users(&ada).await.expect("a list");
        let by = |name: &str| people.iter().find(|user| user.name == name).and_then(|user| user.let_in_by.clone());
        assert_eq!((by("lars").as_deref(), by("cleo")), (Some("ada"), None), "who links another lets them in");
        let token = sign_in_by(book, &somebody("42", None), HERE, now).await.expect("in");
        assert!(unlink_identity(&ada, "cleo").await.expect("unlinked"));
        assert!(session(book, &token, NOW).await.expect("no fault").is_none(), "who is unlinked is signed out");
        assert!(!unlink_identity(&ada, "cleo").await.expect("no fault"), "already");
        let token = sign_in_by(book, &somebody("8", None), HERE, now).await.expect("in");
        let before = session(book, &token, NOW).await.expect("no fault").expect("a session");
        assert!(unlink_identity(&desk(book, "lars").await, "lars").await.expect("unlinked"), "by themselves");
        assert!(session(book, &token, NOW).await.expect("no fault").is_none(), "their sessions end too");
        for elevated in [true, false] {
            let before = Session { elevated, ..before.clone() };
            let token = sign_in_again(book, &before, NOW).await.expect("in again");
            assert_eq!(user_of(book, &token).await, ("lars".into(), elevated), "as good a proof as before");
        }
        assert_eq!(code(sign_in_by(book, &somebody("42", None), HERE, now).await), "identity_unknown");
        crate::common::verified(&house).await;
    });
}

#[test]
fn a_linked_person_proves_it_at_the_provider_and_a_one_time_link_proves_nothing() {
    on_each_database(async |place| {
        let house = house(place).await;
        let book = &house.book;
        link_own(&desk(book, "cleo").await, &somebody("42", None), HERE).await.expect("linked");
        link_own(&desk(book, "mara").await, &somebody("7", None), HERE).await.expect("linked");
        let link = make_link(&house, "cleo", 30).await.expect("a link");
        let token = redeem_link(book, &link, NOW).await.expect("in");
        let held = session(book, &token, NOW).await.expect("no fault").expect("a session");
        assert!(held.has_identity && !held.elevated, "{held:?}");
        assert_eq!(own_identities(book, &held).await.expect("a list").len(), 1);
        let at = |at| Proven { at, ..somebody("42", None) };
        for proof in [somebody("7", None), somebody("99", None), at(None), at(Some(NOW - 5 * MINUTE))] {
            assert_eq!(code(prove_by(book, &token, &proof, HERE, NOW).await), "provider_refused", "{proof:?}");
        }
        let proven = prove_by(book, &token, &at(Some(NOW - 4 * MINUTE)), HERE, NOW).await.expect("proven");
        assert_eq!(user_of(book, &proven).await, ("cleo".into(), true));
        let later = session(book, &proven, NOW + MINUTE).await.expect("no fault").expect("a session");
        assert!(!later.elevated, "the proof is as old as the sign-in there");
        assert!(session(book, &token, NOW).await.expect("no fault").is_none(), "the old token opens nothing");
        assert_eq!(code(prove_by(book, "no session", &at(Some(NOW)), HERE, NOW).await), "not_signed_in");
    });
}

#[test]
fn a_browser_comes_back_once_within_ten_minutes_and_from_itself() {
    on_each_database(async |place| {
        let book = house(place).await.book;
        let out = SettingOut {
            purpose: Purpose::Proof,
            user: "cleo",
            place: "/approvals",
            state: "the state",
            browser: "this browser",
            nonce: "the nonce",
            verifier: "the verifier",
        };
        let set_out = async |out: &SettingOut<'_>, from| {
            count_setting_out(&book, from, NOW).await?;
            set_out(&book, out, NOW).await
        };
        set_out(&out, HERE).await.expect("on its way");
        assert!(!access_texts(place.db()).await.contains("the state"), "what opens the way back is kept as a hash");
        for (state, browser, at) in [
            ("another state", "this browser", NOW),
            ("the state", "another browser", NOW),
            ("the state", "", NOW),
            ("the state", "this browser", NOW + 10 * MINUTE),
        ] {
            assert_eq!(
                code(come_back(&book, state, browser, at).await),
                "provider_refused",
                "{state}, {browser}, {at}"
            );
        }
        let back = come_back(&book, "the state", "this browser", NOW + 9 * MINUTE).await.expect("back");
        let (place_to_go, nonce, verifier) = ("/approvals".into(), "the nonce".into(), "the verifier".into());
        let expected = CameBack { purpose: Purpose::Proof, user: "cleo".into(), place: place_to_go, nonce, verifier };
        assert_eq!(back, expected);
        assert_eq!(code(come_back(&book, "the state", "this browser", NOW).await), "provider_refused", "once");
        for number in 1..=19 {
            set_out(&SettingOut { state: &number.to_string(), ..out }, HERE).await.expect("a way");
        }
        let more = SettingOut { state: "more", ..out };
        assert_eq!(code(set_out(&more, HERE).await), "too_many_attempts", "strangers do not fill the book");
        assert_eq!(code(set_out(&more, "192.0.2.8").await), "done", "others come in");
    });
}

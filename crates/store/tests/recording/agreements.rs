//! Accounts, people, calls, promises, disputes, stops, tasks, settings.

use dunwell_rules::assignment::AssignableAccount;
use dunwell_rules::facts::HoldKind;
use dunwell_rules::item::ItemKind;
use dunwell_rules::money::{Currency, Money};
use dunwell_store::book::Book;
use dunwell_store::record::{
    NewAccount, NewActivity, NewAssignment, NewContact, NewDispute, NewHold, NewPromise, NewTask, PutOutcome,
};
use dunwell_store::testing::{Place, on_each_database};

use crate::foot::{one, rows};
use crate::{account, day, document, on, open, post};

#[test]
fn master_data_replaces_what_an_invoice_made_and_keeps_other_names_as_aliases() {
    on_each_database(async |place: &Place| {
        let book = place.book("main").await;
        let mut recording = on(&book, day(1, 1)).await;
        let mut child = account("CHILD");
        (child.parent, child.incomplete) = (Some("PARENT".to_owned()), true);
        let made = recording.open_accounts(&[child.clone(), account("PARENT")]).await.expect("accounts");
        let mut orphan = account("ORPHAN");
        orphan.parent = Some("NOBODY".to_owned());
        assert!(recording.open_accounts(&[orphan]).await.is_err());
        drop(recording);
        let mut recording = on(&book, day(1, 1)).await;
        let again = recording.open_accounts(&[child.clone(), account("PARENT")]).await.expect("accounts");
        assert_eq!(again.len(), made.len());
        let child_id = again[0];
        let found = recording.accounts_by_code(&["CHILD"]).await.expect("found").remove("CHILD").expect("the child");
        assert_eq!((found.parent, found.incomplete), (Some(again[1]), true));
        assert_eq!(found.row_hash, recording.account_hash(&child));
        child.name = Some("Child & Sons".to_owned());
        recording.revise_account(child_id, &child).await.expect("an alias");
        assert!(!recording.add_alias(child_id, "CHILD Ltd").await.expect("the name"));
        let full = NewAccount { terms: Some("net 30".to_owned()), incomplete: false, ..child.clone() };
        recording.revise_account(child_id, &full).await.expect("master data");
        let found = recording.accounts_by_code(&["CHILD"]).await.expect("found").remove("CHILD").expect("the child");
        assert_eq!((found.name.as_deref(), found.incomplete), (Some("Child & Sons"), false));
        recording.commit().await.expect("a commit");
        let aliases: Vec<(String,)> = rows(&book, "select name from party_alias").await;
        assert_eq!(aliases, [("CHILD Ltd".to_owned(),)]);
    });
}

#[test]
fn a_collector_is_assigned_as_the_rules_saw_the_account_and_a_customer_row_wins() {
    on_each_database(async |place: &Place| {
        let book = place.book("main").await;
        let acme = open(&book, "ACME").await;
        let seen = book.read().await.expect("a snapshot").assignable_accounts().await.expect("accounts").remove(0);
        assert_eq!((seen.account, seen.collector.as_deref()), (acme, None));
        let to = |seen: &AssignableAccount, name: &str| NewAssignment {
            seen: seen.clone(),
            collector: Some(name.to_owned()),
            because: "it fits".to_owned(),
            words: None,
        };
        let mut recording = on(&book, day(1, 2)).await;
        assert_eq!(recording.assign_collectors(&[to(&seen, "ann")]).await.expect("no fault"), []);
        assert_eq!(recording.assign_collectors(&[to(&seen, "bob")]).await.expect("no fault"), [acme], "it moved");
        recording.commit().await.expect("a commit");
        // The same row again says nothing of a collector; with a name it is believed, as often as it comes.
        let (plain, named) = (account("ACME"), NewAccount { collector: Some("cid".to_owned()), ..account("ACME") });
        let held = async || one_text(&book, "select coalesce(collector, 'nobody') from account").await;
        for (row, expected) in [(&plain, "ann"), (&named, "cid"), (&plain, "cid"), (&named, "cid")] {
            let mut recording = on(&book, day(1, 3)).await;
            recording.revise_account(acme, row).await.expect("no fault");
            recording.commit().await.expect("a commit");
            assert_eq!(held().await, expected);
        }
        let seen = book.read().await.expect("a snapshot").assignable_accounts().await.expect("accounts").remove(0);
        let mut recording = on(&book, day(1, 4)).await;
        assert_eq!(recording.assign_collectors(&[to(&seen, "ann")]).await.expect("no fault"), []);
        recording.commit().await.expect("a commit");
        let mut recording = on(&book, day(1, 5)).await;
        recording.revise_account(acme, &named).await.expect("no fault");
        recording.commit().await.expect("a commit");
        assert_eq!(held().await, "cid", "the row it knows already still names somebody else");
        assert!(book.verify().await.expect("a report").ok);
    });
}

/// The one text a query answers.
async fn one_text(book: &Book, query: &'static str) -> String {
    let found: Vec<(String,)> = rows(book, query).await;
    found.into_iter().next().expect("a row").0
}

#[test]
fn people_are_put_by_external_id_and_erased_without_touching_the_journal() {
    on_each_database(async |place: &Place| {
        let book = place.book("main").await;
        let acme = open(&book, "ACME").await;
        let mut person = NewContact {
            account: acme,
            source: "erp".to_owned(),
            external_id: "P1".to_owned(),
            name: Some("Ada Lovelace".to_owned()),
            role: None,
            mail: Some("ada@example.com".to_owned()),
            phone: None,
            time_zone: None,
            language: None,
            channel: None,
            do_not_contact: false,
        };
        let mut recording = on(&book, day(1, 2)).await;
        assert_eq!(recording.put_contacts(std::slice::from_ref(&person)).await.expect("put"), [PutOutcome::New]);
        assert_eq!(recording.put_contacts(std::slice::from_ref(&person)).await.expect("put"), [PutOutcome::Unchanged]);
        person.do_not_contact = true;
        assert_eq!(recording.put_contacts(&[person]).await.expect("put"), [PutOutcome::Changed]);
        let call = NewActivity {
            account: acme,
            kind: "call".to_owned(),
            outcome: Some("spoke".to_owned()),
            is_contact: true,
            day: day(1, 2),
            text: Some("Ada will pay".to_owned()),
            person: None,
        };
        recording.log(&call).await.expect("logged");
        recording.commit().await.expect("a commit");
        let mut recording = on(&book, day(1, 3)).await;
        assert!(recording.erase_account_people(acme, day(1, 3)).await.expect("erased") >= 3);
        assert_eq!(recording.erase_account_people(acme, day(1, 3)).await.expect("nothing"), 0);
        recording.commit().await.expect("a commit");
        let left: Vec<(String,)> = rows(
            &book,
            "select detail from activity union all select coalesce(text, '') from note_text union all \
             select coalesce(name, '') || coalesce(mail, '') from contact union all select coalesce(name, '') from party",
        )
        .await;
        assert!(
            left.iter().all(|(text,)| !text.contains("Ada") && !text.contains("ada@") && !text.contains("Ltd")),
            "{left:?}"
        );
        assert_eq!(one(&book, "select count(*) from activity where text_hash is not null").await, 4);
    });
}

#[test]
fn a_promise_replaces_one_for_the_same_item_and_ends_once() {
    on_each_database(async |place: &Place| {
        let book = place.book("main").await;
        let acme = open(&book, "ACME").await;
        let item = post(&book, &[document(acme, ItemKind::Invoice, "INV-1", 100, day(1, 5), day(2, 4))]).await[0];
        let promise = |made_on, promised_for| NewPromise {
            account: acme,
            amount: Money::new(100, Currency::USD),
            made_on,
            promised_for,
            items: vec![item],
            words: Some("Friday".to_owned()),
        };
        let mut recording = on(&book, day(2, 10)).await;
        let first = recording.promise(&promise(day(2, 10), day(2, 20))).await.expect("a promise");
        let second = recording.promise(&promise(day(2, 12), day(2, 25))).await.expect("a promise");
        assert!(!recording.end_promise(first, day(2, 13)).await.expect("replaced already"));
        assert!(recording.end_promise(second, day(2, 13)).await.expect("withdrawn"));
        assert!(!recording.end_promise(second, day(2, 13)).await.expect("once"));
        assert!(!recording.end_promise(item, day(2, 13)).await.expect("no promise"));
        recording.commit().await.expect("a commit");
        assert_eq!(one(&book, "select count(*) from contact_day where channel = 'promise'").await, 2);
        assert_eq!(one(&book, "select count(*) from promise p join activity a on a.entry = p.ended_by").await, 2);
    });
}

#[test]
fn disputes_holds_and_tasks_end_once() {
    on_each_database(async |place: &Place| {
        let book = place.book("main").await;
        let acme = open(&book, "ACME").await;
        let item = post(&book, &[document(acme, ItemKind::Invoice, "INV-1", 100, day(1, 5), day(2, 4))]).await[0];
        let mut recording = on(&book, day(2, 10)).await;
        let dispute = NewDispute {
            account: acme,
            item,
            line: None,
            amount: None,
            since: day(2, 10),
            reason: "pricing".to_owned(),
        };
        let made = recording.disputes(std::slice::from_ref(&dispute)).await.expect("a dispute");
        assert!(recording.close_dispute(made[0], day(2, 11), "valid").await.expect("closed"));
        assert!(!recording.close_dispute(made[0], day(2, 11), "valid").await.expect("once"));
        let stranger = NewDispute { item: acme, ..dispute };
        assert!(recording.disputes(&[stranger]).await.is_err(), "no item of the account");
        let hold = NewHold {
            account: acme,
            kind: HoldKind::Stay,
            since: day(2, 10),
            until: None,
            basis: "11 USC 362".to_owned(),
        };
        let hold = recording.hold(&hold).await.expect("a hold");
        assert!(recording.release_hold(hold, day(2, 12)).await.expect("released"));
        assert!(!recording.release_hold(hold, day(2, 12)).await.expect("once"));
        let task =
            NewTask { account: acme, kind: "call".to_owned(), key: "k".to_owned(), currency: None, opens_on: None };
        let book_task = NewTask { account: dunwell_store::record::BOOK_ACCOUNT, ..task.clone() };
        assert_eq!(recording.open_tasks(&[task.clone(), task.clone(), book_task]).await.expect("tasks"), 2);
        assert_eq!(recording.open_tasks(&[task]).await.expect("open already"), 0);
        recording.commit().await.expect("a commit");
        let tasks: Vec<(i64,)> = rows(&book, "select task from task order by account desc").await;
        let task = dunwell_rules::account::EntryId(tasks[0].0);
        let mut recording = on(&book, day(2, 13)).await;
        assert!(recording.snooze(task, day(2, 20), "on holiday").await.expect("snoozed"));
        let call = NewActivity {
            account: acme,
            kind: "call".to_owned(),
            outcome: None,
            is_contact: true,
            day: day(2, 13),
            text: None,
            person: None,
        };
        recording.log(&call).await.expect("logged");
        assert!(!recording.close_task(task, day(2, 14), "done").await.expect("the call closed it"));
        recording.commit().await.expect("a commit");
        assert_eq!(one(&book, "select count(*) from task where closed_on is null").await, 1);
    });
}

#[test]
fn settings_users_policies_rates_and_totals_are_put_once() {
    on_each_database(async |place: &Place| {
        let book = place.book("main").await;
        let mut recording = on(&book, day(1, 1)).await;
        assert!(recording.add_user("ann", "manager").await.expect("added"));
        assert!(!recording.add_user("ann", "collector").await.expect("there already"));
        let policy = recording.activate_policy("standard", "a = 1").await.expect("in force");
        assert_eq!(recording.activate_policy("standard", "a = 1").await.expect("the same"), policy);
        assert_ne!(recording.activate_policy("standard", "a = 2").await.expect("newer"), policy);
        let rate = |micros| [(Currency::EUR, Currency::USD, day(1, 1), micros, "ecb".to_owned())];
        assert_eq!(recording.put_rates(&rate(1_080_000)).await.expect("put"), 1);
        assert_eq!(recording.put_rates(&rate(1_080_000)).await.expect("the same"), 0);
        assert_eq!(recording.put_rates(&rate(1_090_000)).await.expect("changed"), 1);
        let total = [(Currency::USD, day(1, 1), 5, "erp".to_owned())];
        assert_eq!(recording.put_control_totals(&total).await.expect("put"), 1);
        assert_eq!(recording.put_control_totals(&total).await.expect("the same"), 0);
        recording.bank_statement(day(1, 5)).await.expect("read");
        recording.bank_statement(day(1, 3)).await.expect("older");
        assert!(recording.close_month(2024, 12, "{}").await.expect("closed"));
        // Who changes settings read them before the statement came and the month was closed: neither is taken back.
        let mut settings = book.settings.clone();
        settings.time_zone = "Europe/Berlin".to_owned();
        recording.put_settings(&settings).await.expect("set");
        recording.commit().await.expect("a commit");
        let opened = dunwell_store::book::Book::open(place.db(), None).await.expect("opened");
        let dunwell_store::book::Opened::Book(opened) = opened else { panic!("{opened:?}") };
        (settings.first_open_day, settings.last_bank_statement) = (Some(day(1, 1)), Some(day(1, 5)));
        assert_eq!(opened.settings, settings);
        assert!(opened.verify().await.expect("no fault").ok);
    });
}

//! What the screens read: the search box, lists of accounts, an account's history, the audit list, letters and figures,
//! on both databases.

use crate::common::{INVOICES, PAYMENTS, day, desk_as, new_desk, put, ticking, verified};
use dunwell_desk::apply_cash::{ApplicationAsked, apply_cash};
use dunwell_desk::daily_run::daily_run;
use dunwell_desk::erase_people::erase_people;
use dunwell_desk::hold_back_notice::{change_notices, hold_back_notice, release_notice};
use dunwell_desk::import::ImportKind;
use dunwell_desk::keep_contacts::{Person, add_contact, change_contact, stop_contact};
use dunwell_desk::log_activity::{Happening, log_activity};
use dunwell_desk::look::accounts::accounts;
use dunwell_desk::look::contacts::contacts;
use dunwell_desk::look::documents::{DocumentsOf, documents, notice};
use dunwell_desk::look::journal::{JournalAsked, journal};
use dunwell_desk::look::paying::how_they_pay;
use dunwell_desk::look::search::search;
use dunwell_desk::look::strip::strip;
use dunwell_desk::look::timeline::timeline;
use dunwell_desk::look::worklist::worklist;
use dunwell_desk::open_dispute::{DisputeRaised, open_dispute};
use dunwell_desk::pin_note::{pin_note, unpin_note};
use dunwell_desk::rules::approval::Role;
use dunwell_desk::take_promise::{PromiseGiven, take_promise};
use dunwell_desk::{Desk, Stop, keep_book};
use dunwell_store::db::Db;
use dunwell_store::testing::on_each_database;
use dunwell_store::views::journal::JournalChoice;
use dunwell_store::views::listing::{ListChoice, ListOrder};
use dunwell_store::views::timeline::{Journal, TimelineOf};

const TODAY: &str = "2025-03-10";

/// Three customers: one that pays late, one that owes nothing, one that belongs to the first.
async fn book(db: &Db) -> Desk {
    let desk = new_desk(db, "main", ticking).await;
    let customers = "account,name,parent,terms,collector,address,postal_code,city\n\
        ACME,Acme Foods GmbH,,net 30,dana,1 High Street,12345,Springfield\n\
        BETA,beta Trading,,net 14,dana,,,\n\
        KID,Acme Kid Ltd,ACME,,lee,,,\n";
    put(&desk, ImportKind::Customers, customers, day("2025-01-02")).await;
    let invoices = format!(
        "{INVOICES}ACME,,INV-1,invoice,2025-01-02,2025-02-01,USD,12480.00,,\n\
        ACME,,INV-2,invoice,2025-02-01,2025-03-20,USD,500.00,,\n\
        BETA,,INV-3,invoice,2024-12-01,2024-12-15,USD,70.00,2025-01-10,\n\
        KID,,INV-4,invoice,2025-02-01,2025-03-01,USD,500.00,,\n"
    );
    put(&desk, ImportKind::Invoices, &invoices, day("2025-02-01")).await;
    put(&desk, ImportKind::Payments, &format!("{PAYMENTS}ACME,CHQ-77,2025-03-01,USD,480.00\n"), day("2025-03-01"))
        .await;
    desk
}

fn refused<T>(answer: Result<T, Stop>) -> String {
    match answer {
        Err(Stop::Refused(refusal)) => refusal.code().to_owned(),
        Err(Stop::Fault(fault)) => panic!("a fault: {fault}"),
        Ok(_) => panic!("it is refused"),
    }
}

async fn found(desk: &Desk, text: &str) -> Vec<String> {
    let found = search(desk, text, day(TODAY), None).await.expect("a search");
    let hits = found.hits.iter();
    hits.map(|hit| format!("{} {} {}", hit.matched, hit.account, hit.document.as_deref().unwrap_or("-"))).collect()
}

#[test]
fn one_box_finds_customers_documents_payments_and_amounts() {
    on_each_database(async |place| {
        let desk = book(place.db()).await;
        assert_eq!(found(&desk, "acme").await, ["number ACME -", "name KID -"]);
        assert_eq!(found(&desk, "foods acme").await, ["name ACME -"]);
        assert_eq!(found(&desk, "TRAD").await, ["name BETA -"]);
        assert_eq!(found(&desk, "inv-1").await, ["document ACME INV-1"]);
        assert_eq!(found(&desk, "CHQ-77").await, ["reference ACME CHQ-77"]);
        for text in ["12480", "12,480.00", "12,480", "12.480,00", "12 480,00", "$12,480.00", "USD 12'480.00"] {
            assert_eq!(found(&desk, text).await, ["open_amount ACME INV-1"], "{text}");
        }
        assert_eq!(found(&desk, "480").await, ["open_amount ACME CHQ-77"], "what a payment has left counts as open");
        assert!(found(&desk, "12480.01").await.is_empty() && found(&desk, "1248").await.is_empty(), "to the cent");
        let order = "account,document,document_date,due_date,currency,amount,po_number\n\
            ACME,INV-9,2025-03-01,2025-03-31,USD,31.00,PO-4711\n";
        put(&desk, ImportKind::Invoices, order, day("2025-03-01")).await;
        assert_eq!(found(&desk, "po-4711").await, ["po_number ACME INV-9"]);
        let by_amount = ["open_amount KID INV-4", "open_amount ACME INV-2"];
        assert_eq!(found(&desk, "500.00").await, by_amount);
        let settled = found(&desk, "70").await;
        assert!(settled.contains(&"amount BETA INV-3".to_owned()), "what is paid is found too: {settled:?}");
        assert!(found(&desk, "nobody").await.is_empty() && found(&desk, "  ").await.is_empty());
        erase_people(&desk, "BETA", day(TODAY)).await.expect("erased");
        assert!(found(&desk, "trading").await.is_empty(), "an erased name is found by nothing");
        verified(&desk).await;
    });
}

#[test]
fn accounts_are_listed_in_pages_that_join_without_gap_or_double() {
    on_each_database(async |place| {
        let desk = book(place.db()).await;
        let (all, on) = (ListChoice::default(), day(TODAY));
        for (order, expected) in
            [(ListOrder::Number, ["ACME", "BETA", "KID"]), (ListOrder::Name, ["ACME", "KID", "BETA"])]
        {
            let (mut seen, mut cursor) = (Vec::new(), None::<String>);
            loop {
                let page = accounts(&desk, &all, order, cursor.as_deref(), Some(1), on).await.expect("a page");
                seen.extend(page.accounts.iter().map(|row| row.account.clone()));
                cursor = page.next_cursor;
                if cursor.is_none() {
                    break;
                }
            }
            assert_eq!(seen, expected, "{order:?}");
        }
        let page = accounts(&desk, &all, ListOrder::Number, None, None, on).await.expect("a page");
        let acme = &page.accounts[0];
        assert_eq!(acme.city.as_deref(), Some("12345 Springfield"));
        let figures = &acme.currencies[0];
        assert_eq!((figures.balance.minor, figures.past_due.minor), (1_250_000, 1_248_000));
        assert_eq!((figures.oldest_days_past_due, figures.unapplied.minor), (Some(37), -48_000));
        assert!(page.accounts[1].currencies.is_empty(), "BETA owes nothing");
        let chosen = async |choice: ListChoice, on: &str| {
            let page = accounts(&desk, &choice, ListOrder::Number, None, None, day(on)).await.expect("a page");
            page.accounts.into_iter().map(|row| row.account).collect::<Vec<_>>()
        };
        let past_due = || ListChoice { past_due: true, ..ListChoice::default() };
        assert_eq!(chosen(past_due(), TODAY).await, ["ACME", "KID"]);
        assert_eq!(chosen(past_due(), "2025-01-05").await, ["BETA"], "INV-3 was settled on a later day");
        assert_eq!(chosen(ListChoice { collector: "lee".into(), ..ListChoice::default() }, TODAY).await, ["KID"]);
        assert_eq!(chosen(ListChoice { text: "tra".into(), ..ListChoice::default() }, TODAY).await, ["BETA"]);
        assert_eq!(chosen(ListChoice { unapplied: true, ..ListChoice::default() }, TODAY).await, ["ACME"]);
    });
}

#[test]
fn a_history_tells_what_happened_newest_first_and_pins_stay_on_top() {
    on_each_database(async |place| {
        let desk = book(place.db()).await;
        let on = day(TODAY);
        let call = Happening {
            kind: "call".into(),
            outcome: Some("reached".into()),
            text: Some("Dana asked for the order number".into()),
        };
        let logged = log_activity(&desk, "ACME", &call, day("2025-03-05")).await.expect("a call");
        let given = PromiseGiven {
            amount: "100.00".into(),
            currency: None,
            by: day("2025-03-18"),
            documents: Vec::new(),
            text: None,
        };
        take_promise(&desk, "ACME", &given, day("2025-03-06")).await.expect("a promise");
        daily_run(&desk, on, false).await.expect("a run");
        let words = async |of| {
            let page = timeline(&desk, "ACME", of, None, None).await.expect("a page");
            page.entries.into_iter().map(|entry| format!("{} {}", entry.day, entry.words)).collect::<Vec<_>>()
        };
        assert_eq!(
            words(TimelineOf::Calls).await,
            ["2025-03-06 Promised 100.00 USD for 2025-03-18", "2025-03-05 Call: reached"]
        );
        let money = words(TimelineOf::Money).await;
        assert_eq!(money[0], "2025-03-01 Payment CHQ-77 480.00 USD");
        assert_eq!(money[1..], ["2025-02-01 Invoice INV-2 500.00 USD", "2025-01-02 Invoice INV-1 12,480.00 USD"]);
        let (mut seen, mut cursor) = (Vec::new(), None::<String>);
        loop {
            let page = timeline(&desk, "ACME", TimelineOf::All, cursor.as_deref(), Some(2)).await.expect("a page");
            seen.extend(page.entries.into_iter().map(|entry| entry.entry));
            cursor = page.next_cursor;
            if cursor.is_none() {
                break;
            }
        }
        let whole = timeline(&desk, "ACME", TimelineOf::All, None, None).await.expect("a page");
        assert_eq!(seen, whole.entries.iter().map(|entry| entry.entry.clone()).collect::<Vec<_>>());
        assert!(whole.entries.windows(2).all(|pair| pair[0].day >= pair[1].day));
        assert_eq!(pin_note(&desk, "ACME", &logged.entry, on).await.expect("pinned").state, "pinned");
        assert_eq!(pin_note(&desk, "ACME", &logged.entry, on).await.expect("pinned").state, "already_pinned");
        assert_eq!(refused(pin_note(&desk, "BETA", &logged.entry, on).await), "not_found");
        let page = timeline(&desk, "ACME", TimelineOf::Mail, None, None).await.expect("a page");
        assert_eq!(page.pinned[0].text.as_deref(), Some("Dana asked for the order number"));
        verified(&desk).await;
        assert_eq!(unpin_note(&desk, "ACME", &logged.entry, on).await.expect("unpinned").state, "unpinned");
        assert_eq!(refused(timeline(&desk, "ACME", TimelineOf::All, Some("x"), None).await), "bad_value");
        assert_eq!(refused(timeline(&desk, "ACME", TimelineOf::All, None, Some(201)).await), "bad_value");
        let settled = timeline(&desk, "BETA", TimelineOf::Money, None, None).await.expect("a page");
        assert!(settled.entries[0].words.starts_with("Paid, says the source: "), "{:?}", settled.entries);
        assert!(settled.entries[0].words.ends_with(", applied to INV-3"), "{:?}", settled.entries);
        verified(&desk).await;
    });
}

#[test]
fn the_audit_list_tells_who_recorded_what_by_which_command() {
    on_each_database(async |place| {
        let desk = book(place.db()).await;
        keep_book::add_user(&desk, "mara", "manager", day(TODAY)).await.expect("a manager");
        let mara = desk_as(place.db(), "main", "mara", ticking).await;
        let note = Happening { kind: "note".into(), outcome: None, text: Some("call on Mondays".into()) };
        log_activity(&mara, "ACME", &note, day(TODAY)).await.expect("a note");
        let rows = async |asked: JournalAsked| {
            let (mut rows, mut cursor) = (Vec::new(), None::<String>);
            loop {
                let page = journal(&desk, &asked, cursor.as_deref(), Some(2)).await.expect("a page");
                rows.extend(page.entries);
                cursor = page.next_cursor;
                if cursor.is_none() {
                    return rows;
                }
            }
        };
        let all = rows(JournalAsked::default()).await;
        assert_eq!((all[0].actor.as_str(), all[0].kind.as_str()), ("mara", "logged"));
        assert!(all[0].seal.is_some(), "the command sealed what it committed");
        let entries: Vec<&String> = all.iter().map(|row| &row.entry).collect();
        let once: std::collections::BTreeSet<&String> = entries.iter().copied().collect();
        assert_eq!(once.len(), entries.len(), "no row comes twice");
        let of = |choice| JournalAsked { choice, account: None };
        let marks = rows(of(JournalChoice { actor: "mara".into(), ..JournalChoice::default() })).await;
        assert_eq!(marks.len(), 1);
        let ledger = rows(of(JournalChoice { journal: Some(Journal::Ledger), ..JournalChoice::default() })).await;
        assert!(ledger.iter().all(|row| row.journal == "ledger") && ledger.len() >= 6, "{}", ledger.len());
        let asked = JournalAsked { account: Some("KID".into()), ..JournalAsked::default() };
        assert!(rows(asked).await.iter().all(|row| row.account.as_deref() == Some("KID")));
        let (from, to) = (Some(i64::MAX), Some(0));
        assert!(rows(of(JournalChoice { from, ..JournalChoice::default() })).await.is_empty());
        assert!(rows(of(JournalChoice { to, ..JournalChoice::default() })).await.is_empty());
    });
}

#[test]
fn a_planned_letter_is_held_back_and_released_and_a_sent_one_is_not() {
    on_each_database(async |place| {
        let desk = book(place.db()).await;
        let on = day(TODAY);
        daily_run(&desk, on, false).await.expect("a run");
        let page = documents(&desk, DocumentsOf::Day(on), None, None).await.expect("a page");
        let sent = page.notices.first().expect("a letter in rehearsal").notice.notice.to_string();
        assert_eq!(page.notices[0].standing, "sent");
        assert_eq!(refused(hold_back_notice(&desk, &sent, "wait", on).await), "bad_value");
        let several = std::slice::from_ref(&sent);
        assert_eq!(refused(change_notices(&desk, several, Some("wait"), on).await), "bad_value");
        assert!(notice(&desk, &sent).await.expect("a letter").content.is_some());
        let mut settings = desk.settings().clone();
        settings.mode = dunwell_store::book::Mode::Live;
        let live = new_desk(place.db(), "live", ticking).await;
        settings.name = "live".into();
        let mut recording = live.record("settings", day("2025-01-01")).await.expect("a recording");
        recording.put_settings(&settings).await.expect("settings");
        recording.commit().await.expect("committed");
        let live = desk_as(place.db(), "live", "desk", ticking).await;
        let customers = "account,name,collector\nACME,Acme Foods,dana\n";
        put(&live, ImportKind::Customers, customers, day("2025-01-02")).await;
        let invoices = format!("{INVOICES}ACME,,INV-1,invoice,2025-01-02,2025-02-01,USD,12480.00,,\n");
        put(&live, ImportKind::Invoices, &invoices, day("2025-02-01")).await;
        let told = "account,currency,step,date\nACME,USD,reminder,2025-02-04\n";
        put(&live, ImportKind::Notices, told, day("2025-02-05")).await;
        daily_run(&live, on, false).await.expect("a run");
        let page = documents(&live, DocumentsOf::Account("ACME"), None, None).await.expect("a page");
        let planned = page.notices.iter().find(|row| row.can_hold).expect("a planned letter");
        let id = planned.notice.notice.to_string();
        assert_eq!(refused(hold_back_notice(&live, &id, " ", on).await), "bad_value");
        let several = [id.clone(), sent];
        assert_eq!(refused(change_notices(&live, &several, Some("wait"), on).await), "not_found", "of another book");
        assert!(notice(&live, &id).await.expect("a letter").row.can_hold, "all of them or none");
        assert_eq!(hold_back_notice(&live, &id, "they called", on).await.expect("held").state, "held");
        assert_eq!(hold_back_notice(&live, &id, "again", on).await.expect("held").state, "unchanged");
        let shown = notice(&live, &id).await.expect("a letter");
        assert_eq!((shown.row.standing, shown.row.notice.held_because.as_deref()), ("held", Some("they called")));
        verified(&live).await;
        assert_eq!(refused(release_notice(&live, &id, on).await), "role_cannot", "who runs the day does not release");
        let manager = Desk::of(live.book.clone(), "mara", Role::Manager, live.clock);
        assert_eq!(release_notice(&manager, &id, on).await.expect("released").state, "released");
        assert_eq!(refused(release_notice(&manager, "1.99", on).await), "not_found");
        verified(&live).await;
    });
}

#[test]
fn the_figures_of_a_day_are_those_of_the_collectors_accounts() {
    on_each_database(async |place| {
        let desk = book(place.db()).await;
        let on = day(TODAY);
        daily_run(&desk, on, false).await.expect("a run");
        let given = PromiseGiven {
            amount: "100.00".into(),
            currency: None,
            by: day("2025-03-18"),
            documents: Vec::new(),
            text: None,
        };
        take_promise(&desk, "ACME", &given, on).await.expect("a promise");
        let raised = DisputeRaised { document: "INV-2".into(), line: None, amount: None, reason: "price".into() };
        open_dispute(&desk, "ACME", &raised, on).await.expect("a dispute");
        let figures = async |collector: Option<&str>| {
            let list = worklist(&desk, collector, on, None).await.expect("a worklist");
            strip(&desk, collector, &list, on).await.expect("figures").currencies.remove(0)
        };
        let dana = figures(Some("dana")).await;
        assert_eq!((dana.balance.minor, dana.past_due.minor), (1_250_000, 1_248_000));
        assert_eq!((dana.promised.minor, dana.committed_today.minor, dana.disputed.minor), (10_000, 10_000, 50_000));
        let all = figures(None).await;
        assert_eq!((all.balance.minor, all.past_due.minor), (1_300_000, 1_298_000));
        put(&desk, ImportKind::Payments, &format!("{PAYMENTS}ACME,CHQ-78,2025-03-12,USD,300.00\n"), day("2025-03-12"))
            .await;
        let paid = ApplicationAsked { credit: "CHQ-78".into(), item: "INV-2".into(), amount: None, line: None };
        apply_cash(&desk, "ACME", &paid, day("2025-03-12")).await.expect("applied");
        assert_eq!(figures(Some("dana")).await.disputed.minor, 50_000, "what is paid later was contested on the day");
        let list = worklist(&desk, None, day("2025-01-05"), None).await.expect("a worklist");
        let past = strip(&desk, None, &list, day("2025-01-05")).await.expect("figures");
        let past = &past.currencies[0];
        assert_eq!((past.balance.minor, past.past_due.minor), (1_255_000, 7_000), "INV-3 was open then");
    });
}

#[test]
fn how_they_pay_holds_the_contract_against_what_they_do() {
    on_each_database(async |place| {
        let desk = book(place.db()).await;
        let beta = how_they_pay(&desk, "BETA", day(TODAY)).await.expect("a view");
        assert_eq!((beta.contract_days, beta.currencies[0].average_days_late_tenths), (Some(14), Some(260)));
        assert_eq!(beta.currencies[0].real_days_tenths, Some(400));
        let months = &beta.currencies[0].months;
        assert_eq!((months.len(), months[0].month.as_str(), months[11].month.as_str()), (12, "2024-03", "2025-02"));
        assert_eq!((months[10].lines, months[10].amount.minor, months[10].days_late_tenths), (1, 7_000, Some(260)));
        let acme = how_they_pay(&desk, "ACME", day(TODAY)).await.expect("a view");
        assert_eq!(acme.children[0].balances[0].past_due.minor, 50_000);
        let kid = how_they_pay(&desk, "KID", day(TODAY)).await.expect("a view");
        assert_eq!(kid.parent.expect("a parent").account, "ACME");
    });
}

#[test]
fn people_are_kept_by_hand_and_leave_nothing_in_the_journals() {
    on_each_database(async |place| {
        let desk = book(place.db()).await;
        let on = day(TODAY);
        let ada = Person {
            name: Some("Ada Byron".into()),
            mail: Some("ada@acme.example".into()),
            time_zone: Some("America/Chicago".into()),
            ..Person::default()
        };
        assert_eq!(add_contact(&desk, "ACME", &ada, on).await.expect("added").state, "added");
        assert_eq!(add_contact(&desk, "ACME", &ada, on).await.expect("the same").state, "unchanged");
        let list = contacts(&desk, "ACME").await.expect("people");
        assert!(list.contacts[0].local_time.is_some());
        let id = list.contacts[0].contact.contact.to_string();
        let phone = Person { phone: Some("+1 555 0100".into()), mail: Some(String::new()), ..Person::default() };
        assert_eq!(change_contact(&desk, "ACME", &id, &phone, None, on).await.expect("changed").state, "changed");
        assert_eq!(stop_contact(&desk, "ACME", &id, true, on).await.expect("stopped").state, "changed");
        let who = contacts(&desk, "ACME").await.expect("people").contacts.remove(0).contact;
        assert_eq!(
            (who.name.as_deref(), who.phone.as_deref(), who.mail),
            (Some("Ada Byron"), Some("+1 555 0100"), None)
        );
        assert!(who.do_not_contact);
        assert_eq!(refused(add_contact(&desk, "ACME", &Person::default(), on).await), "bad_value");
        let nowhere = Person { time_zone: Some("Mars/Base".into()), ..ada.clone() };
        assert_eq!(refused(add_contact(&desk, "ACME", &nowhere, on).await), "bad_value");
        assert_eq!(refused(change_contact(&desk, "BETA", &id, &phone, None, on).await), "not_found");
        let asked = JournalAsked { account: Some("ACME".into()), ..JournalAsked::default() };
        let rows = journal(&desk, &asked, None, None).await.expect("a page").entries;
        let text = serde_json::to_string(&rows).expect("JSON").to_lowercase();
        let names = ["byron", "555 0100", "5550100"].into_iter().find(|words| text.contains(words));
        assert_eq!(names, None, "{text}");
        verified(&desk).await;
    });
}

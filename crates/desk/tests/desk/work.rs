//! A collector's work at the desk: calls recorded whole, and the worklist that a server keeps at hand.

use crate::common::{INVOICES, day, new_desk, put, ticking, verified};
use dunwell_desk::daily_run::daily_run;
use dunwell_desk::import::ImportKind;
use dunwell_desk::look::account::account;
use dunwell_desk::look::kept_worklist::KeptWorklist;
use dunwell_desk::look::strip::strip;
use dunwell_desk::look::worklist::worklist;
use dunwell_desk::record_call::{CallMade, CallResult, record_call};
use dunwell_desk::rules::calendar::Date;
use dunwell_desk::{Desk, Stop};
use dunwell_store::db::Db;
use dunwell_store::testing::on_each_database;

/// A Monday.
const TODAY: &str = "2025-03-03";

/// Two customers whose call step is due today.
async fn book(db: &Db) -> Desk {
    let desk = new_desk(db, "work", ticking).await;
    let rows = "ACME,,INV-1,invoice,2025-01-10,2025-02-09,USD,900.00,,\n\
                ACME,,INV-2,invoice,2025-01-11,2025-02-10,USD,100.00,,\n\
                BETA,,INV-3,invoice,2025-01-10,2025-02-09,USD,500.00,,\n";
    put(&desk, ImportKind::Invoices, &format!("{INVOICES}{rows}"), day("2025-02-01")).await;
    let told = "account,currency,step,date\nACME,USD,reminder,2025-02-12\nACME,USD,second_reminder,2025-02-24\n\
                BETA,USD,reminder,2025-02-12\nBETA,USD,second_reminder,2025-02-24\n";
    put(&desk, ImportKind::Notices, told, day("2025-02-25")).await;
    daily_run(&desk, day(TODAY), false).await.expect("a run");
    desk
}

fn call(result: CallResult) -> CallMade {
    CallMade { currency: None, person: None, result, text: Some("She said so.".into()) }
}

fn refused<T>(answer: Result<T, Stop>) -> String {
    match answer {
        Err(Stop::Refused(refusal)) => refusal.code().to_owned(),
        Err(Stop::Fault(fault)) => panic!("a fault: {fault}"),
        Ok(_) => "done".to_owned(),
    }
}

/// The kinds on the worklist, by account.
async fn kinds(desk: &Desk, on: Date) -> Vec<String> {
    let list = worklist(desk, None, on, None).await.expect("a worklist");
    list.tasks.iter().map(|task| format!("{} {}", task.account, task.kind)).collect()
}

#[test]
fn a_call_is_recorded_with_everything_agreed_in_it_or_not_at_all() {
    on_each_database(async |place| {
        let desk = book(place.db()).await;
        let on = day(TODAY);
        let promise = |amount: &str, by: &str, documents: &[&str]| {
            let documents = documents.iter().map(|document| (*document).to_owned()).collect();
            call(CallResult::Promise { amount: amount.into(), by: day(by), documents })
        };
        let before = kinds(&desk, on).await;
        for (made, code) in [
            (promise("900.00", "2025-03-02", &[]), "bad_value"),
            (promise("0.00", "2025-03-10", &[]), "bad_value"),
            (promise("1.001", "2025-03-10", &[]), "bad_value"),
            (promise("900.00", "2025-03-10", &["INV-9"]), "unknown_item"),
            (call(CallResult::Dispute { document: "INV-1".into(), amount: None, reason: "whim".into() }), "bad_value"),
            (call(CallResult::CallBack { on: day("2025-03-02") }), "bad_value"),
        ] {
            assert_eq!(refused(record_call(&desk, "ACME", &made, on).await), code, "{made:?}");
        }
        assert_eq!(refused(record_call(&desk, "NOBODY", &call(CallResult::Refused), on).await), "unknown_account");
        assert_eq!(kinds(&desk, on).await, before, "what is refused leaves nothing behind");

        let done =
            record_call(&desk, "ACME", &promise("900.00", "2025-03-10", &["INV-1"]), on).await.expect("recorded");
        assert!(done.promise.is_some() && done.outcome == "promised", "{done:?}");
        let view = account(&desk, "ACME", on).await.expect("an account");
        let usd = &view.currencies[0];
        assert_eq!((usd.promised.minor, usd.collectible.minor), (90_000, 10_000));
        assert!(!kinds(&desk, on).await.iter().any(|row| row == "ACME call"), "the call is made");
        verified(&desk).await;
    });
}

#[test]
fn what_was_agreed_for_a_later_day_comes_up_on_that_day() {
    on_each_database(async |place| {
        let desk = book(place.db()).await;
        let (on, later) = (day(TODAY), day("2025-03-06"));
        record_call(&desk, "ACME", &call(CallResult::CallBack { on: later }), on).await.expect("recorded");
        record_call(&desk, "BETA", &call(CallResult::PaymentSent { look_on: later }), on).await.expect("recorded");
        assert_eq!(kinds(&desk, on).await, Vec::<String>::new());
        let mut then = kinds(&desk, later).await;
        then.sort();
        assert_eq!(then, ["ACME call_back", "BETA check_payment"]);
        record_call(&desk, "ACME", &call(CallResult::AskedForDocuments), on).await.expect("recorded");
        assert_eq!(kinds(&desk, on).await, ["ACME send_documents"]);
        verified(&desk).await;
    });
}

#[test]
fn a_worklist_kept_at_hand_is_the_worklist_after_every_change() {
    on_each_database(async |place| {
        let desk = book(place.db()).await;
        let on = day(TODAY);
        let mut kept = KeptWorklist::default();
        for change in 0..6 {
            match change {
                1 => drop(record_call(&desk, "ACME", &call(CallResult::Voicemail), on).await.expect("recorded")),
                2 => drop(
                    put(
                        &desk,
                        ImportKind::Payments,
                        "account,document,date,currency,amount\nBETA,P-1,2025-03-03,USD,500.00\n",
                        on,
                    )
                    .await,
                ),
                3 => {
                    drop(put(&desk, ImportKind::Customers, "account,name,collector\nACME,Acme Foods,dana\n", on).await)
                }
                4 => {
                    drop(record_call(&desk, "BETA", &call(CallResult::AskedForDocuments), on).await.expect("recorded"))
                }
                5 => drop(daily_run(&desk, on, false).await.expect("a run")),
                _ => {}
            }
            let (list, whose, figures) = kept.at(&desk, on, |_| None).await.expect("a worklist");
            let fresh = worklist(&desk, None, on, None).await.expect("a worklist");
            let text = |list| serde_json::to_string(list).expect("JSON");
            assert_eq!(text(&*list), text(&fresh), "after change {change}");
            assert_eq!((whose, figures.left), (None, fresh.tasks.len()));
            let anew = strip(&desk, None, &fresh, on).await.expect("figures");
            let json = |strip| serde_json::to_string(strip).expect("JSON");
            assert_eq!(json(&*figures), json(&anew), "after change {change}");
        }
    });
}

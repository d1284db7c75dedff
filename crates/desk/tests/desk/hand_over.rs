//! Whose work it is, on both databases: handing over, the team's load, who is at work on an account, and views of one's own.

use crate::common::{INVOICES, day, desk_as, new_desk, put, ticking, verified};
use dunwell_desk::daily_run::daily_run;
use dunwell_desk::erase_people::erase_people;
use dunwell_desk::hand_over::{HandOver, hand_over};
use dunwell_desk::import::ImportKind;
use dunwell_desk::keep_view::{MOST_VIEWS, SavedView, drop_view, keep_view, move_view, rename_view, saved_views};
use dunwell_desk::log_activity::{Happening, close_task, log_activity};
use dunwell_desk::look::journal::{JournalAsked, journal};
use dunwell_desk::look::kept_worklist::KeptWorklist;
use dunwell_desk::look::team::team;
use dunwell_desk::look::worklist::{WorklistTask, worklist};
use dunwell_desk::take_account::{let_go, take_account, taken};
use dunwell_desk::{Desk, Stop, keep_book};
use dunwell_store::db::Db;
use dunwell_store::testing::on_each_database;

const TODAY: &str = "2025-03-10";

/// Three customers with old debts, two of dana's and one of lee's, a run, and people of four roles.
async fn book(db: &Db) -> Desk {
    let desk = new_desk(db, "main", ticking).await;
    for (name, role) in [("dana", "collector"), ("lee", "collector"), ("mara", "manager"), ("quinn", "auditor")] {
        keep_book::add_user(&desk, name, role, day("2024-01-01")).await.expect("a user");
    }
    let customers = "account,name,collector\nACME,Acme Foods,dana\nBETA,beta Trading,dana\nKID,Kid Ltd,lee\n";
    put(&desk, ImportKind::Customers, customers, day("2025-01-02")).await;
    let invoices = format!(
        "{INVOICES}ACME,,INV-1,invoice,2024-10-02,2024-11-01,USD,12480.00,,\n\
        BETA,,INV-2,invoice,2024-10-01,2024-11-15,USD,700.00,,\n\
        KID,,INV-3,invoice,2024-10-01,2024-11-01,USD,500.00,,\n"
    );
    put(&desk, ImportKind::Invoices, &invoices, day("2025-02-01")).await;
    daily_run(&desk, day(TODAY), false).await.expect("a run");
    desk
}

async fn of(desk: &Desk, collector: &str) -> Vec<WorklistTask> {
    worklist(desk, Some(collector), day(TODAY), None).await.expect("a worklist").tasks
}

async fn accounts_of(desk: &Desk, collector: &str) -> Vec<String> {
    let mut accounts: Vec<String> = of(desk, collector).await.into_iter().map(|task| task.account).collect();
    accounts.sort();
    accounts
}

fn refused<T>(answer: Result<T, Stop>) -> String {
    match answer {
        Err(Stop::Refused(refusal)) => refusal.code().to_owned(),
        Err(Stop::Fault(fault)) => panic!("{fault}"),
        Ok(_) => panic!("it is refused"),
    }
}

/// Everything of somebody, to somebody, for a reason.
fn all_of(from: &str, to: Option<&str>) -> HandOver {
    let (all_of, to) = (Some(from.to_owned()), to.map(str::to_owned));
    HandOver { all_of, to, because: "away until May".into(), ..HandOver::default() }
}

#[test]
fn a_task_goes_to_another_list_with_its_reason_and_what_its_former_owner_records_is_kept() {
    on_each_database(async |place| {
        let desk = book(place.db()).await;
        let mara = desk_as(place.db(), "main", "mara", ticking).await;
        let dana = desk_as(place.db(), "main", "dana", ticking).await;
        let on = day(TODAY);
        let mut kept = KeptWorklist::default();
        kept.at(&desk, on, |_| None).await.expect("a list is kept");
        let task = of(&desk, "dana").await.into_iter().find(|task| task.account == "ACME").expect("work on ACME");
        let task = task.task.expect("it is a task");
        let give = HandOver {
            tasks: vec![task.clone()],
            to: Some("lee".into()),
            because: "lee speaks French".into(),
            ..HandOver::default()
        };
        assert_eq!(refused(hand_over(&dana, &give, on).await), "role_cannot");
        for (changed, code) in [
            (HandOver { because: "  ".into(), ..give.clone() }, "bad_value"),
            (HandOver { to: Some("quinn".into()), ..give.clone() }, "bad_value"),
            (HandOver { to: Some("nobody".into()), ..give.clone() }, "unknown_user"),
            (HandOver { tasks: vec!["1.0".into()], ..give.clone() }, "not_found"),
            (HandOver { tasks: Vec::new(), ..give.clone() }, "bad_value"),
            (HandOver { accounts: vec!["NONE".into()], ..give.clone() }, "unknown_account"),
        ] {
            assert_eq!(refused(hand_over(&mara, &changed, on).await), code, "{changed:?}");
        }
        let done = hand_over(&mara, &give, on).await.expect("it is handed over");
        assert_eq!((done.tasks.len(), done.tasks[0].from.as_deref(), done.unchanged), (1, Some("dana"), 0));
        assert_eq!(hand_over(&mara, &give, on).await.expect("again").unchanged, 1);
        assert_eq!(accounts_of(&desk, "dana").await, ["BETA"]);
        assert_eq!(accounts_of(&desk, "lee").await, ["ACME", "KID"]);
        let (list, ..) = kept.at(&desk, on, |_| None).await.expect("a list");
        let whole = worklist(&desk, None, on, None).await.expect("a worklist");
        let lists = [&*list, &whole].map(|list| serde_json::to_value(list).expect("JSON"));
        assert_eq!(lists[0], lists[1], "the list that is kept has caught up");
        let call = Happening { kind: "call".into(), outcome: Some("reached".into()), text: None };
        log_activity(&dana, "ACME", &call, on).await.expect("what dana had begun is recorded");
        let asked = JournalAsked { account: Some("ACME".into()), ..JournalAsked::default() };
        let rows = journal(&desk, &asked, None, None).await.expect("a page").entries;
        let text = serde_json::to_string(&rows).expect("JSON");
        assert!(text.contains("task_assigned") && !text.contains("French"), "words are kept apart: {text}");
        verified(&desk).await;
        erase_people(&desk, "ACME", on).await.expect("erased");
        verified(&desk).await;
    });
}

#[test]
fn everything_of_a_collector_who_is_away_goes_over_at_once_and_comes_back() {
    on_each_database(async |place| {
        let desk = book(place.db()).await;
        let mara = desk_as(place.db(), "main", "mara", ticking).await;
        let on = day(TODAY);
        let kid = of(&desk, "lee").await[0].task.clone().expect("a task");
        let given =
            HandOver { tasks: vec![kid], to: Some("dana".into()), because: "to learn".into(), ..HandOver::default() };
        hand_over(&mara, &given, on).await.expect("handed over");
        assert_eq!(accounts_of(&desk, "dana").await, ["ACME", "BETA", "KID"]);
        let done = hand_over(&mara, &all_of("dana", Some("lee")), on).await.expect("handed over");
        let names: Vec<&str> = done.accounts.iter().map(|row| row.account.as_str()).collect();
        assert_eq!((names, done.tasks.len()), (vec!["ACME", "BETA"], 1), "accounts, and the task of another account");
        assert!(accounts_of(&desk, "dana").await.is_empty());
        assert_eq!(accounts_of(&desk, "lee").await, ["ACME", "BETA", "KID"]);
        let again = hand_over(&mara, &all_of("dana", Some("lee")), on).await.expect("again");
        assert!(again.accounts.is_empty() && again.tasks.is_empty());
        assert_eq!(refused(hand_over(&mara, &all_of("lee", Some("lee")), on).await), "bad_value");
        assert_eq!(refused(hand_over(&mara, &all_of("nobody", Some("lee")), on).await), "unknown_user");
        let back = HandOver { accounts: vec!["ACME".into()], ..all_of("x", None) };
        hand_over(&mara, &HandOver { all_of: None, ..back }, on).await.expect("to nobody");
        assert_eq!(accounts_of(&desk, "lee").await, ["BETA", "KID"]);
        verified(&desk).await;
    });
}

#[test]
fn the_team_shows_load_capacity_and_what_was_done_today_and_this_week() {
    on_each_database(async |place| {
        let desk = book(place.db()).await;
        let on = day(TODAY);
        let list = worklist(&desk, None, on, None).await.expect("a worklist");
        let acme = list.tasks.iter().find(|task| task.account == "ACME").and_then(|task| task.task.clone());
        let view = team(&desk, &list, on).await.expect("a team");
        let names: Vec<_> = view.members.iter().map(|member| member.collector.as_deref()).collect();
        assert_eq!((names, view.week_from.as_str()), (vec![Some("dana"), Some("lee")], TODAY));
        let dana = &view.members[0];
        assert_eq!((dana.accounts, dana.tasks, dana.capacity, dana.beyond), (2, 2, Some(40), 0));
        assert_eq!((dana.to_collect[0].minor, dana.done_today, dana.done_this_week), (1_318_000, 0, 0));
        let task = dunwell_desk::who::entry_of("task", &acme.expect("a task")).expect("an entry");
        assert!(close_task(&desk, task, "done", on).await.expect("closed"));
        for (on, today, week) in [(TODAY, 1, 1), ("2025-03-12", 0, 1), ("2025-03-17", 0, 0)] {
            let list = worklist(&desk, None, day(on), None).await.expect("a worklist");
            let dana = team(&desk, &list, day(on)).await.expect("a team").members.remove(0);
            assert_eq!((dana.done_today, dana.done_this_week), (today, week), "{on}");
        }
    });
}

#[test]
fn an_account_is_taken_by_one_person_until_they_let_it_go() {
    on_each_database(async |place| {
        let desk = book(place.db()).await;
        let dana = desk_as(place.db(), "main", "dana", ticking).await;
        let lee = desk_as(place.db(), "main", "lee", ticking).await;
        let version = async || desk.book.read().await.expect("a reading").version().await.expect("a version");
        let before = version().await;
        assert_eq!(take_account(&dana, "ACME").await.expect("taken").state, "taken");
        assert!(version().await > before, "whoever listens is told");
        let second = take_account(&lee, "ACME").await.expect("an answer");
        assert_eq!((second.state, second.taken_by.as_deref()), ("taken_by_another", Some("dana")));
        assert_eq!(let_go(&lee, "ACME").await.expect("an answer").state, "taken_by_another");
        assert_eq!(taken(&lee).await.expect("marks").len(), 1);
        assert_eq!(let_go(&dana, "ACME").await.expect("free").state, "free");
        assert_eq!(take_account(&lee, "ACME").await.expect("taken").state, "taken");
        assert_eq!(refused(take_account(&lee, "NONE").await), "unknown_account");
        let quinn = desk_as(place.db(), "main", "quinn", ticking).await;
        assert_eq!(refused(take_account(&quinn, "ACME").await), "role_cannot");
        verified(&desk).await;
    });
}

#[test]
fn views_are_ones_own_and_can_be_renamed_ordered_and_dropped() {
    on_each_database(async |place| {
        let desk = book(place.db()).await;
        let dana = desk_as(place.db(), "main", "dana", ticking).await;
        let lee = desk_as(place.db(), "main", "lee", ticking).await;
        let view =
            |name: &str, query: &str| SavedView { place: "worklist".into(), name: name.into(), query: query.into() };
        let names = async |desk: &Desk| {
            let views = saved_views(desk).await.expect("views");
            views.into_iter().map(|view| format!("{} {}", view.name, view.query)).collect::<Vec<_>>()
        };
        for (name, query) in
            [("Old", "?view=all&days=90"), ("Large", "view=all&least=5000"), ("Old", "view=all&days=60")]
        {
            keep_view(&dana, &view(name, query)).await.expect("kept");
        }
        assert_eq!(names(&dana).await, ["Old view=all&days=60", "Large view=all&least=5000"]);
        assert!(names(&lee).await.is_empty(), "nobody else's");
        assert_eq!(move_view(&dana, "worklist", "Large", true).await.expect("moved").state, "moved");
        assert_eq!(move_view(&dana, "worklist", "Large", true).await.expect("first").state, "unchanged");
        assert_eq!(rename_view(&dana, "worklist", "Old", "Sixty days").await.expect("renamed").state, "renamed");
        assert_eq!(names(&dana).await, ["Large view=all&least=5000", "Sixty days view=all&days=60"]);
        assert_eq!(refused(rename_view(&dana, "worklist", "Large", "Sixty days").await), "bad_value");
        assert_eq!(refused(rename_view(&lee, "worklist", "Large", "Mine").await), "not_found");
        assert_eq!(refused(drop_view(&lee, "worklist", "Large").await), "not_found");
        assert_eq!(drop_view(&dana, "worklist", "Large").await.expect("dropped").state, "dropped");
        for bad in [view("", "view=all"), view(&"x".repeat(41), "view=all"), view("X", "a b"), view("X", "a#b")] {
            assert_eq!(refused(keep_view(&dana, &bad).await), "bad_value", "{bad:?}");
        }
        let elsewhere = SavedView { place: "aging".into(), ..view("X", "") };
        assert_eq!(refused(keep_view(&dana, &elsewhere).await), "bad_value");
        for number in 1..MOST_VIEWS {
            keep_view(&dana, &view(&format!("V{number}"), "view=all")).await.expect("kept");
        }
        assert_eq!(refused(keep_view(&dana, &view("One more", "view=all")).await), "bad_value");
        keep_view(&dana, &view("V1", "view=today")).await.expect("a name that is there already");
        let quinn = desk_as(place.db(), "main", "quinn", ticking).await;
        assert_eq!(refused(keep_view(&quinn, &view("X", "view=all")).await), "role_cannot");
        verified(&desk).await;
    });
}

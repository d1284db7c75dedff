//! A manager's worklist: the team, handing over, colleagues at work, and views of one's own; and what the search box keeps.

use crate::common::{percent, served};
use dunwell_desk::rules::approval::Role;

/// The value of the first box that ticks a row.
fn first_task(page: &str) -> String {
    let (_, rest) = page.split_once("type=\"checkbox\" name=\"task\" value=\"").expect("a row can be ticked");
    rest.split('"').next().expect("a value").to_owned()
}

#[test]
fn a_manager_hands_over_while_the_collector_has_the_account_open_and_nothing_is_lost() {
    served(async |served| {
        let (manager, anna) = (served.signed_in(Role::Manager).await, served.signed_in(Role::Collector).await);
        let list = manager.get("/?of=collector&view=all").await.body;
        let task = first_task(&list);
        let sheet = manager.get(&format!("/hand-over?task={task}")).await;
        assert!(sheet.status == 200 && sheet.body.contains("credit_analyst, credit analyst"), "{}", sheet.body);
        assert!(!sheet.body.contains("auditor"), "who does no such work is not offered");
        assert_eq!(anna.get("/accounts/ACME/call").await.status, 200);
        let work = [("account", "ACME"), ("task", task.as_str()), ("to", "credit_analyst"), ("text", "away")];
        for missing in 2..4 {
            let mut fields = work.to_vec();
            fields.remove(missing);
            assert_eq!(manager.post_form("/hand-over", &fields).await.status, 422, "{missing}");
        }
        assert_eq!(anna.post_form("/hand-over", &work).await.status, 403);
        assert_eq!(manager.post_form("/hand-over", &work).await.status, 303);
        assert!(!anna.get("/?of=collector&view=all").await.body.contains("data-account=\"ACME\""));
        assert!(anna.get("/?of=credit_analyst&view=all").await.body.contains("data-account=\"ACME\""));
        let call = [("outcome", "voicemail"), ("text", "left word with Dana")];
        assert_eq!(anna.post_form("/accounts/ACME/call", &call).await.status, 303);
        let page = anna.get("/accounts/ACME").await.body;
        for words in ["Call: voicemail", "left word with Dana", "Assigned to credit analyst, before collector"] {
            assert!(page.contains(words), "{words}");
        }
        for path in ["/hand-over?account=ACME", "/?of=collector"] {
            assert!(!anna.get(path).await.body.contains("data-pick"), "{path}");
        }
        assert!(served.desk.book.verify().await.expect("a report").ok);
    });
}

#[test]
fn the_team_is_a_table_with_words_beside_its_bars_and_a_file() {
    served(async |served| {
        let auditor = served.signed_in(Role::Auditor).await;
        let page = auditor.get("/team").await;
        assert_eq!(page.status, 200);
        for words in [">collector</a>", " of 40", "Done this week", "Nobody"] {
            assert!(page.body.contains(words), "{words}: {}", page.body);
        }
        assert!(!page.body.contains("/hand-over"), "an auditor hands nothing over");
        let file = auditor.get("/export/team?as=csv").await.body;
        assert!(file.contains("Collector,Accounts,Tasks,Capacity") && file.contains("collector,2,"), "{file}");
        assert!(served.signed_in(Role::Manager).await.get("/team").await.body.contains("/hand-over?of=collector"));
    });
}

#[test]
fn a_colleague_sees_who_is_at_work_until_the_call_is_saved() {
    served(async |served| {
        let (anna, maria) = (served.signed_in(Role::Collector).await, served.signed_in(Role::Manager).await);
        let marked = "taken by collector";
        assert!(!maria.get("/?of=all&view=all").await.body.contains(marked));
        let sheet = anna.get("/accounts/ACME/call").await.body;
        assert!(sheet.contains("data-takes=\"/accounts/ACME/take\" data-lets-go=\"/accounts/ACME/take\""), "{sheet}");
        assert!(!maria.get("/?of=all&view=all").await.body.contains(marked), "to look at the sheet writes nothing");
        let version = async || {
            let mut reading = served.desk.book.read().await.expect("a reading");
            reading.version().await.expect("a version")
        };
        assert_eq!(anna.post_form("/accounts/ACME/take", &[]).await.status, 303);
        let taken_once = version().await;
        assert_eq!(anna.post_form("/accounts/ACME/take", &[]).await.status, 303);
        assert_eq!(version().await, taken_once, "a fresh mark is not written again");
        for path in ["/?of=all&view=all", "/accounts/ACME", "/accounts/ACME/preview"] {
            assert!(maria.get(path).await.body.contains(marked), "{path}");
        }
        assert!(maria.get("/accounts/ACME/call").await.body.contains("collector is at work on this account"));
        assert_eq!(anna.post_form("/accounts/ACME/call", &[("outcome", "voicemail")]).await.status, 303);
        assert!(!maria.get("/accounts/ACME").await.body.contains(marked), "what is recorded lets it go");
        let auditor = served.signed_in(Role::Auditor).await;
        assert_eq!(auditor.post_form("/accounts/ACME/take", &[]).await.status, 403);
    });
}

#[test]
fn a_view_stands_beside_the_others_for_its_owner_alone() {
    served(async |served| {
        let (anna, maria) = (served.signed_in(Role::Collector).await, served.signed_in(Role::Manager).await);
        let query = "view=all&of=all&days=60";
        let kept = [("place", "worklist"), ("name", "Sixty <days>"), ("query", query)];
        assert_eq!(anna.post_form("/views", &kept).await.status, 303);
        let page = anna.get(&format!("/?{query}")).await.body;
        assert!(page.contains("aria-current=\"page\">Sixty &lt;days&gt;</a>"), "{page}");
        assert!(page.contains("data-account=\"BETA\"") && !page.contains("data-account=\"ACME\""), "37 days are fewer");
        assert!(!maria.get("/").await.body.contains("Sixty"));
        let listed = [("place", "accounts"), ("name", "Late"), ("query", "state=past_due&order=name")];
        assert_eq!(anna.post_form("/views", &listed).await.status, 303);
        assert!(anna.get("/accounts").await.body.contains("href=\"/accounts?state=past_due&amp;order=name\""));
        let rename = [("place", "accounts"), ("name", "Late"), ("to", "Later"), ("do", "rename")];
        assert_eq!(maria.post_form("/views/change", &rename).await.status, 404);
        assert_eq!(anna.post_form("/views/change", &rename).await.status, 303);
        assert!(anna.get("/views").await.body.contains("value=\"Later\""));
        let elsewhere = [("place", "worklist"), ("name", "X"), ("query", "view=all\" onclick=")];
        assert_eq!(anna.post_form("/views", &elsewhere).await.status, 422);
        assert_eq!(served.signed_in(Role::Auditor).await.post_form("/views", &kept).await.status, 403);
        assert_eq!(anna.get("/?days=many").await.status, 400);
        assert_eq!(anna.get("/?least=much").await.status, 422);
    });
}

#[test]
fn the_search_box_keeps_what_was_typed() {
    served(async |served| {
        let anna = served.signed_in(Role::Collector).await;
        for text in ["500.00", "no such <thing>"] {
            let page = anna.get(&format!("/search?q={}", percent(text))).await.body;
            let escaped = text.replace('<', "&lt;").replace('>', "&gt;");
            assert!(page.contains(&format!("type=\"search\" value=\"{escaped}\"")), "{text}: {page}");
        }
        assert!(!anna.get("/accounts").await.body.contains("id=\"search\" name=\"q\" type=\"search\" value"));
    });
}

//! A small book in which everything that can be recorded was recorded once, for the tests of reading and verifying.

#![allow(clippy::inconsistent_digit_grouping, reason = "amounts are written as units and hundredths")]

use dunwell_rules::account::EntryId;
use dunwell_rules::calendar::{Date, from_day_number};
use dunwell_rules::facts::HoldKind;
use dunwell_rules::item::ItemKind;
use dunwell_rules::money::{Currency, Money};
use sha2::{Digest, Sha256};

use crate::book::{Book, Settings};
use crate::record::{
    DecideOutcome, NewAccount, NewActivity, NewApplication, NewAttachment, NewContact, NewDecision, NewDispute,
    NewHold, NewItem, NewLine, NewNotice, NewPromise, NewStep, NewStepHow, NewTask, Pinned, Recording,
};
use crate::testing::command;

/// Day 0 of the example.
pub(crate) const START: i64 = 20_000;

/// The ids a test asks about.
#[derive(Debug, Clone)]
pub(crate) struct Example {
    pub(crate) acme: EntryId,
    pub(crate) beta: EntryId,
    /// 1,000.00, due on day 30, disputed by 200.00, 300.00 paid on day 40.
    pub(crate) first: EntryId,
    /// Two instalments of 250.00, due on days 35 and 65, the first paid on day 50.
    pub(crate) instalments: EntryId,
}

/// A policy with the ladder of the example's steps.
const POLICY: &str = r#"
name = "standard"
[notices]
[[notices.step]]
id = "reminder"
days_past_due = 10
channels = ["mail"]
letter = 1
[[notices.step]]
id = "call"
days_past_due = 20
channels = ["call"]
[[notices.step]]
id = "final_demand"
days_past_due = 40
channels = ["letter"]
letter = 4
proposed = true
"#;

/// Day `number` of the example.
pub(crate) fn on(number: i64) -> Date {
    from_day_number(START + number)
}

/// A document of the example.
pub(crate) fn item(
    account: EntryId,
    kind: ItemKind,
    document: &str,
    day: i64,
    lines: &[(i64, i64)],
    amount: i64,
) -> NewItem {
    NewItem {
        account,
        kind,
        amount: Money::new(amount, Currency::USD),
        document: document.into(),
        document_date: on(day),
        posting_date: on(day),
        value_date: on(day),
        lines: lines.iter().map(|(due, amount)| NewLine { due: on(*due), amount: *amount }).collect(),
        terms: Some("net 30".into()),
        discount: None,
        po_number: Some(format!("PO-{document}")),
        business_unit: None,
        custom: None,
        source: "erp".into(),
        external_id: document.into(),
    }
}

fn account(code: &str, parent: Option<&str>) -> NewAccount {
    NewAccount {
        code: code.into(),
        name: Some(format!("{code} Ltd")),
        address: vec!["1 High Street".into(), "Springfield".into()],
        parent: parent.map(Into::into),
        collector: Some("collector-1".into()),
        source: "erp".into(),
        ..NewAccount::default()
    }
}

async fn begin(book: &Book, task: &str, day: i64) -> Recording {
    book.record(&command(task, on(day))).await.expect("a recording begins")
}

/// Records the example; two seals and an unsealed tail.
pub(crate) async fn record(book: &Book) -> Example {
    let example = documents(book).await;
    book.seal(1_700_000_000_000_001).await.expect("a seal");
    people(book, &example).await;
    payments(book, &example).await;
    book.seal(1_700_000_000_000_002).await.expect("a seal");
    corrections(book, &example).await;
    run(book, &example).await;
    settings(book).await;
    example
}

async fn documents(book: &Book) -> Example {
    let mut recording = begin(book, "import invoices", 0).await;
    recording.start_import("invoices", "erp", "invoices.csv", [7; 32]).await.expect("an import");
    let accounts =
        recording.open_accounts(&[account("ACME", None), account("BETA", Some("ACME"))]).await.expect("accounts");
    let (acme, beta) = (accounts[0], accounts[1]);
    let mut other = item(beta, ItemKind::Invoice, "E-1", 5, &[(20, 90_00)], 90_00);
    other.amount = Money::new(90_00, Currency::EUR);
    let rows = [
        item(acme, ItemKind::Invoice, "A-1", 0, &[(30, 1_000_00)], 1_000_00),
        item(acme, ItemKind::Invoice, "A-2", 5, &[(35, 250_00), (65, 250_00)], 500_00),
        item(acme, ItemKind::CreditMemo, "C-1", 10, &[], 40_00),
        item(beta, ItemKind::Invoice, "B-1", 0, &[(10, 80_00)], 80_00),
        other,
    ];
    let items = recording.post_items(&rows, &[1, 2, 3, 4, 5]).await.expect("items");
    recording.post_settlements(&[(items[3], on(25))]).await.expect("a settlement");
    recording.commit().await.expect("committed");
    Example { acme, beta, first: items[0], instalments: items[1] }
}

async fn people(book: &Book, example: &Example) {
    let mut recording = begin(book, "log", 32).await;
    let contact = NewContact {
        account: example.acme,
        source: "crm".into(),
        external_id: "p-1".into(),
        name: Some("Ada".into()),
        role: Some("accounts_payable".into()),
        mail: Some("ada@example.com".into()),
        phone: None,
        time_zone: None,
        language: None,
        channel: None,
        do_not_contact: false,
    };
    recording.put_contacts(&[contact]).await.expect("a contact");
    let call = NewActivity {
        account: example.acme,
        kind: "call".into(),
        outcome: Some("spoke".into()),
        is_contact: true,
        day: on(32),
        text: Some("will pay".into()),
        person: None,
    };
    let logged = recording.log(&call).await.expect("a call");
    let other =
        recording.log(&NewActivity { kind: "note".into(), is_contact: false, ..call.clone() }).await.expect("a note");
    for entry in [logged, other] {
        assert_eq!(recording.pin(example.acme, entry).await.expect("pinned"), Pinned::Pinned);
    }
    assert!(recording.unpin(example.acme, other).await.expect("unpinned"));
    papers(&mut recording, example).await;
    let disputes = [
        NewDispute {
            account: example.acme,
            item: example.first,
            line: None,
            amount: Some(200_00),
            since: on(33),
            reason: "price".into(),
        },
        NewDispute {
            account: example.acme,
            item: example.instalments,
            line: Some(2),
            amount: None,
            since: on(33),
            reason: "unstated".into(),
        },
    ];
    let disputes = recording.disputes(&disputes).await.expect("disputes");
    assert!(recording.close_dispute(disputes[1], on(45), "withdrawn").await.expect("closed"));
    let hold = NewHold {
        account: example.beta,
        kind: HoldKind::Stay,
        since: on(31),
        until: Some(on(90)),
        basis: "11 USC 362".into(),
    };
    let hold = recording.hold(&hold).await.expect("a hold");
    assert!(recording.release_hold(hold, on(80)).await.expect("released"));
    let promise = |amount, items: &[EntryId]| NewPromise {
        account: example.acme,
        amount: Money::new(amount, Currency::USD),
        made_on: on(36),
        promised_for: on(55),
        items: items.to_vec(),
        words: Some("by phone".into()),
    };
    recording.promise(&promise(100_00, &[])).await.expect("a promise");
    recording.promise(&promise(500_00, &[example.first])).await.expect("a promise");
    recording.commit().await.expect("committed");
}

/// A proof of delivery that stays, and one that is taken off again.
async fn papers(recording: &mut Recording, example: &Example) {
    let row = |bytes: &[u8], sha256| NewAttachment {
        account: example.acme,
        item: example.first,
        kind: "pod".into(),
        file_name: "signed.pdf".into(),
        media_type: "application/pdf".into(),
        sha256,
        bytes: bytes.to_vec(),
    };
    let (kept, other) = (b"%PDF-1.7 kept", b"%PDF-1.7 other");
    for bytes in [&kept[..], &other[..]] {
        let row = row(bytes, Sha256::digest(bytes).into());
        let (paper, new) = recording.attach(&row).await.expect("attached");
        assert!(new && recording.attach(&row).await.expect("known") == (paper, false));
        if bytes == other {
            assert!(recording.detach(example.acme, paper).await.expect("taken off"));
        }
    }
}

async fn payments(book: &Book, example: &Example) {
    let mut recording = begin(book, "apply", 40).await;
    let mut row = item(example.acme, ItemKind::Receipt, "R-1", 40, &[], 700_00);
    row.source = "bank".into();
    let receipt = recording.post_items(&[row], &[6]).await.expect("a receipt")[0];
    let apply = |debit, line, amount, day| NewApplication { credit: receipt, debit, line, amount, effective: on(day) };
    let rows = [
        apply(example.first, None, 300_00, 40),
        apply(example.instalments, Some(1), 250_00, 50),
        apply(example.first, None, 50_00, 41),
    ];
    let applied = recording.apply(&rows).await.expect("applied");
    let taken_back = applied[2].as_ref().expect("not refused")[0];
    recording.unapply(taken_back, on(42)).await.expect("unapplied").expect("not refused");
    recording.commit().await.expect("committed");
}

async fn corrections(book: &Book, example: &Example) {
    let mut recording = begin(book, "import invoices", 52).await;
    let import = recording.start_import("invoices", "erp", "more.csv", [8; 32]).await.expect("an import");
    let rows = [
        item(example.acme, ItemKind::Invoice, "A-3", 50, &[(80, 60_00)], 60_00),
        item(example.acme, ItemKind::Invoice, "A-4", 50, &[(80, 70_00)], 70_00),
    ];
    let items = recording.post_items(&rows, &[9, 10]).await.expect("items");
    let mut revised = rows[0].clone();
    revised.po_number = Some("PO-9".into());
    revised.lines[0].due = on(85);
    recording.revise_item(items[0], &revised, 11, on(52)).await.expect("revised");
    let mut reentered = rows[1].clone();
    reentered.amount = Money::new(75_00, Currency::USD);
    reentered.lines[0].amount = 75_00;
    recording.revise_item(items[1], &reentered, 12, on(53)).await.expect("entered again");
    recording.commit().await.expect("committed");
    let mut recording = begin(book, "reverse", 54).await;
    recording.reverse_import(import, on(54)).await.expect("undone");
    recording.commit().await.expect("committed");
}

fn notice(amount: i64, level: i64) -> NewStepHow {
    NewStepHow::Notice(Box::new(NewNotice {
        level,
        channels: vec!["mail".into(), "letter".into()],
        amount,
        missing: vec!["sender".into()],
        content: "{\"dear\":\"Ada\"}".into(),
        sent: true,
    }))
}

async fn run(book: &Book, example: &Example) {
    let mut recording = begin(book, "run", 60).await;
    let policy = recording.activate_policy("standard", POLICY).await.expect("a policy");
    let items = vec![(example.first, 1, 500_00)];
    let opening = recording.opening_step(example.beta, Currency::EUR, "reminder", on(40), &[]).await.expect("a step");
    assert!(opening.0 > 0);
    recording.commit().await.expect("committed");
    decide(
        book,
        example,
        policy,
        60,
        NewStep { rung: "reminder".into(), cycle: 1, items: items.clone(), how: notice(500_00, 1) },
    )
    .await;
    decide(
        book,
        example,
        policy,
        70,
        NewStep { rung: "call".into(), cycle: 1, items: items.clone(), how: NewStepHow::Task { kind: "call".into() } },
    )
    .await;
    let how = NewStepHow::Proposal { role: "manager".into(), request_sha256: [3; 32] };
    let step = NewStep { rung: "final_demand".into(), cycle: 1, items, how };
    let request = decide(book, example, policy, 80, step).await.expect("a request");
    let mut command = command("approve", on(81));
    command.actor = "manager-1".into();
    let mut recording = book.record(&command).await.expect("a recording");
    let NewStepHow::Notice(letter) = notice(500_00, 4) else { unreachable!("it is a notice") };
    assert!(recording.approve(request, on(81), Some(&letter), Some("go")).await.expect("approved"));
    recording.commit().await.expect("committed");
    let mut recording = begin(book, "log", 82).await;
    let task = |key: &str| NewTask {
        account: example.acme,
        kind: "apply_cash".into(),
        key: key.into(),
        currency: None,
        opens_on: None,
    };
    recording.open_tasks(&[task("apply_cash"), task("other")]).await.expect("tasks");
    recording.commit().await.expect("committed");
    let mut reading = book.read().await.expect("a reading");
    let open = reading.open_tasks(on(82)).await.expect("tasks");
    drop(reading);
    let mut recording = begin(book, "snooze", 83).await;
    for task in &open {
        match task.kind.as_str() {
            "call" => assert!(recording.close_task(task.task, on(83), "spoke").await.expect("closed")),
            _ => assert!(recording.snooze(task.task, on(90), "later").await.expect("snoozed")),
        }
    }
    recording.commit().await.expect("committed");
}

async fn decide(book: &Book, example: &Example, policy: EntryId, day: i64, step: NewStep) -> Option<EntryId> {
    let mut reading = book.read().await.expect("a reading");
    let facts = reading.facts(crate::read::AccountChoice::Ids(&[example.acme]), on(day)).await.expect("facts");
    drop(reading);
    let mut recording = begin(book, "run", day).await;
    let run = recording.start_run_day(on(day), policy, false).await.expect("a run");
    let decision = NewDecision {
        account: example.acme,
        currency: Currency::USD,
        version: facts[0].version,
        action: "take".into(),
        rule: format!("standard/{}", step.rung),
        detail: "{}".into(),
        step: Some(step),
        withdraw_today: false,
        tasks: Vec::new(),
    };
    let outcomes = recording.decide(run, policy, &[decision]).await.expect("decided");
    recording.finish_run_day(on(day), 1).await.expect("finished");
    recording.commit().await.expect("committed");
    match &outcomes[0] {
        DecideOutcome::Recorded { request, .. } => *request,
        DecideOutcome::Stale | DecideOutcome::Unchanged => panic!("the decision is recorded"),
    }
}

async fn settings(book: &Book) {
    let mut recording = begin(book, "settings", 90).await;
    assert!(recording.add_user("manager-1", "manager").await.expect("a user"));
    let links = Some(r#"{"invoice":"https://erp.example/{document}.pdf"}"#.to_owned());
    recording.put_settings(&Settings { paper_links: links, ..book.settings.clone() }).await.expect("settings");
    let rate = (Currency::EUR, Currency::USD, on(0), 1_083_700, "ECB".into());
    recording.put_rates(&[rate]).await.expect("rates");
    recording.put_control_totals(&[(Currency::USD, on(60), 999_99, "erp".into())]).await.expect("totals");
    recording.bank_statement(on(60)).await.expect("a bank statement");
    let closed = on(0);
    recording.close_month(closed.year(), closed.month(), "{}").await.expect("closed");
    recording.commit().await.expect("committed");
}

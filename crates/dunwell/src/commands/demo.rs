//! `demo`: a believable book, the desk's last thirty days, this morning's bank files, today's worklist, and the letters.

use std::path::Path;

use dunwell_desk::cash::exceptions::{CashException, cash_exceptions};
use dunwell_desk::look::worklist::worklist;
use dunwell_desk::{Desk, Refusal, Stop, keep_book};
use dunwell_sim::{BOOK_NAME, COLLECTORS, MANAGER, Morning, Plan, TIME_ZONE, make_demo, new_book};
use dunwell_store::db::Db;
use serde_json::json;

use crate::cli::{Cli, Demo};
use crate::clock;
use crate::commands::cash::{money_list, sums_words};
use crate::commands::day::{worklist_words, write_notices};
use crate::commands::serve::serve_demo;
use crate::output::{Failure, Output, table};
use crate::place::Place;

/// Exceptions listed at most.
const MOST_WAITING: i64 = 20;
/// Letters of a payer's text that are shown.
const LONGEST_TEXT: usize = 48;

/// Who may look at the demo's workbench by a link: a collector and the manager.
const GUESTS: [&str; 2] = [COLLECTORS[0].0, MANAGER];

/// Makes the demo book where `--book` says, else in the demo folder, and serves it. One that is there already is served as it
/// is; with `--no-serve` or `--json` it is refused.
pub(crate) async fn demo(cli: &Cli, out: Output, asked: &Demo) -> Result<(), Failure> {
    let io = |error: std::io::Error| Failure::io(asked.directory.display(), &error);
    std::fs::create_dir_all(&asked.directory).map_err(io)?;
    let place = match &cli.book {
        Some(_) => Place::of(cli)?,
        None => Place { url: format!("sqlite:{}", asked.directory.join("demo.db").display()), name: None },
    };
    let until = asked.on.day.unwrap_or_else(|| clock::today(TIME_ZONE));
    let plan = Plan::demo(asked.seed, until);
    let db = Db::connect(&place.url, true).await?;
    let say = |line: &str| {
        if out.shows_progress() {
            eprintln!("{line}");
        }
    };
    let book = match keep_book::make_book(&db, &new_book(&plan), clock::now).await {
        Err(Stop::Refused(Refusal::BookExists(_))) if !asked.no_serve && !cli.json => {
            return serve_again(&db, asked.port, &place.url).await;
        }
        made => made?,
    };
    let desk = Desk::open(book, "desk", clock::now).await?;
    let report = make_demo(desk.clone(), &plan, say).await?;
    let last = report.last_run.on.clone();
    let day = last.parse().unwrap_or(until);
    let list = worklist(&desk, None, day, Some(12)).await?;
    let desk = Desk::open(keep_book::open_book(&db, Some(BOOK_NAME)).await?, "desk", clock::now).await?;
    let banked = keep_bank_files(&asked.directory, &report.morning)?;
    let waiting = cash_exceptions(&desk, None, MOST_WAITING).await?;
    let folder = asked.directory.join("letters");
    let letters = write_notices(&desk, day, &folder).await?;
    let mut view = serde_json::to_value(&report.last_run).expect("a report is plain data");
    view["book"] = json!(place.label(BOOK_NAME));
    view["made"] = json!({
        "accounts": report.accounts,
        "documents": report.documents,
        "payments": report.payments,
        "applications": report.applications,
        "rejected": report.rejected,
        "days_run": report.days_run,
        "notices": report.notices,
        "tasks": report.tasks,
        "approvals": report.approvals,
        "signed": report.signed,
        "calls": report.calls,
        "promises": report.promises,
        "disputes": report.disputes,
    });
    view["worklist"] = serde_json::to_value(&list).expect("views are plain data");
    view["bank_files"] = json!(banked);
    view["bank"] = serde_json::to_value(&report.morning.report).expect("a report is plain data");
    view["exceptions"] = serde_json::to_value(&waiting).expect("views are plain data");
    view["letters"] = serde_json::to_value(&letters.notices).expect("views are plain data");
    out.answer(&view, |_| {
        let (count, url) = (letters.notices.len(), &place.url);
        let book = format!("dunwell --book {url}");
        format!(
            "{}\n{}\nThe {count} letters of {last} are in {}. The book is {url}. Try:\n  {book} why ACCOUNT --on {last}\n  \
             {book} aging --on {last}\n  {book} exceptions\n  {book} import bank {} --on {last}\n  {book} verify\n",
            morning_words(out, &report.morning, &waiting, &last),
            worklist_words(out, &list),
            folder.display(),
            banked.join(" "),
        )
    });
    if !asked.no_serve {
        serve_demo(&desk, asked.port, day, &GUESTS).await?;
    }
    db.close().await;
    Ok(())
}

/// Puts the bank files beside the book, so that they can be read again; answers where they are.
fn keep_bank_files(directory: &Path, morning: &Morning) -> Result<Vec<String>, Failure> {
    let folder = directory.join("bank");
    let io = |path: &Path, error: std::io::Error| Failure::io(path.display(), &error);
    std::fs::create_dir_all(&folder).map_err(|error| io(&folder, error))?;
    let mut kept = Vec::with_capacity(morning.files.len());
    for (name, bytes) in &morning.files {
        let path = folder.join(name);
        std::fs::write(&path, bytes).map_err(|error| io(&path, error))?;
        kept.push(path.display().to_string());
    }
    Ok(kept)
}

/// What the banks told, what was applied by which rule, and what waits for a person.
fn morning_words(out: Output, morning: &Morning, waiting: &[CashException], last: &str) -> String {
    let report = &morning.report;
    if morning.files.is_empty() {
        return format!("The banks told nothing on {last}.\n");
    }
    let mut text = format!(
        "{}\n{} receipts, {}; {} applied ({}), {} to be looked at\n{}",
        out.heading(&format!("Bank files of {last}")),
        report.receipts,
        money_list(&report.received),
        report.applied,
        money_list(&report.applied_amount),
        report.exceptions,
        sums_words(report),
    );
    let rows: Vec<Vec<String>> = waiting
        .iter()
        .map(|exception| {
            let receipt = &exception.receipt;
            let of = exception.payers.first().map_or_else(String::new, |likely| match &receipt.account {
                Some(account) => account.clone(),
                None => format!("{}?", likely.account),
            });
            let said = receipt.words.as_ref().and_then(|words| words["text"][0].as_str()).unwrap_or_default();
            let said: String = said.chars().take(LONGEST_TEXT).collect();
            vec![format!("  {}", receipt.receipt), receipt.amount.to_string(), of, receipt.asked.join(" "), said]
        })
        .collect();
    if !rows.is_empty() {
        text.push_str("Waiting for a person (`dunwell exceptions` proposes, `dunwell match` settles):\n");
        text.push_str(&table(&rows, &[1]));
    }
    text
}

/// Serves the demo book that was made before, as of the last day that ran.
async fn serve_again(db: &Db, port: u16, url: &str) -> Result<(), Failure> {
    let desk = Desk::open(keep_book::open_book(db, Some(BOOK_NAME)).await?, "desk", clock::now).await?;
    let last = desk.book.read().await?.last_run_day().await?;
    let day = last.map_or_else(|| clock::today(TIME_ZONE), |last| last.day);
    println!("The demo book is here already ({url}); `make clean` takes it away.");
    serve_demo(&desk, port, day, &GUESTS).await?;
    db.close().await;
    Ok(())
}

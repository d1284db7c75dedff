//! `demo`: a believable book, the desk's last thirty days, today's worklist, and the letters.

use dunwell_desk::look::worklist::worklist;
use dunwell_desk::{Desk, keep_book};
use dunwell_sim::{Plan, make_demo};
use dunwell_store::db::Db;
use serde_json::json;

use crate::cli::{Cli, Demo};
use crate::clock;
use crate::commands::day::worklist_words;
use crate::output::{Failure, Output};
use crate::place::Place;

/// Makes the demo book where `--book` says, else in the demo folder. The folder must not hold one already.
pub(crate) async fn demo(cli: &Cli, out: Output, asked: &Demo) -> Result<(), Failure> {
    let io = |error: std::io::Error| Failure::io(asked.directory.display(), &error);
    std::fs::create_dir_all(&asked.directory).map_err(io)?;
    let place = match &cli.book {
        Some(_) => Place::of(cli)?,
        None => Place { url: format!("sqlite:{}", asked.directory.join("demo.db").display()), name: None },
    };
    let until = asked.on.day.unwrap_or_else(|| clock::today("America/New_York"));
    let plan = Plan::demo(asked.seed, until);
    let db = Db::connect(&place.url, true).await?;
    let say = |line: &str| {
        if out.shows_progress() {
            eprintln!("{line}");
        }
    };
    let report = make_demo(&db, &plan, clock::now, say).await?;
    let book = keep_book::open_book(&db, place.name.as_deref().or(Some("demo"))).await?;
    let desk = Desk::open(book, "desk", clock::now).await?;
    let list = worklist(&desk, None, report.last_run_day, Some(12)).await?;
    let view = json!({ "book": place.label("demo"), "on": until.to_string(), "made": report, "worklist": list });
    out.answer(&view, |_| {
        format!(
            "{}\nThe book is {}. Try:\n  dunwell --book {} worklist --on {}\n  dunwell --book {} notices --on {} -o {}\n",
            worklist_words(out, &list),
            place.url,
            place.url,
            report.last_run_day,
            place.url,
            report.last_run_day,
            asked.directory.join("letters").display(),
        )
    });
    db.close().await;
    Ok(())
}

//! Stories: whole cases as a collections manager tells them, played by the desk over real books.
//!
//! Every file under `stories/` is one case: dated facts, runs of the day, and what is expected of them. A story runs over a
//! fresh book, on SQLite and, where `DUNWELL_TEST_POSTGRES` names a server, on PostgreSQL, through the desk's own tasks.
//! Every run is done twice, and the second must change nothing; after the last line `verify` must find the book whole.
//!
//! `UPDATE=1` records the expectations anew; `STORY=part-of-a-name` plays only some.

mod say;
mod teller;
mod text;

use std::path::PathBuf;

use dunwell_store::testing::Place;

use teller::Teller;
use text::Story;

/// Where the stories are.
fn folder() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../stories"))
}

/// Name and text of every story, by name; all of them unless `STORY` names some.
fn stories() -> Vec<(String, String)> {
    let only = std::env::var("STORY").unwrap_or_default();
    let mut found: Vec<(String, String)> = std::fs::read_dir(folder())
        .expect("the stories have a folder")
        .map(|entry| entry.expect("the folder can be read").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "story"))
        .map(|path| {
            let name = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
            (name, std::fs::read_to_string(&path).expect("a story is text"))
        })
        .filter(|(name, _)| name.contains(&only))
        .collect();
    found.sort();
    found
}

/// Plays every story on one database; answers what went otherwise than told.
async fn play_all(place: &Place, update: bool) -> Vec<String> {
    let mut otherwise = Vec::new();
    for (name, text) in stories() {
        match play(place, &name, &text).await {
            Err(trouble) => otherwise.push(format!("{name}: {trouble}")),
            Ok(told) if told == text => {}
            Ok(told) if update => {
                std::fs::write(folder().join(format!("{name}.story")), told).expect("a story can be recorded");
            }
            Ok(told) => otherwise.push(format!("{name} went otherwise:\n{}", difference(&text, &told))),
        }
    }
    otherwise
}

/// Plays one story over a fresh book of its name; answers its text as it went.
async fn play(place: &Place, name: &str, text: &str) -> Result<String, String> {
    let story = Story::read(text)?;
    let mut teller = Teller::open(place.db(), name, &story).await?;
    let mut told = String::new();
    for line in &story.lines {
        let Some(deed) = &line.deed else {
            told.push_str(&line.raw);
            continue;
        };
        let went = teller.tell(deed).await.map_err(|trouble| format!("{}: {trouble}", line.raw.trim()))?;
        told.push_str(&line.with(&went));
    }
    teller.verify().await?;
    Ok(told)
}

/// The whole story with the lines that went otherwise: `-` as told, `+` as it went.
fn difference(told: &str, went: &str) -> String {
    let (told, went): (Vec<&str>, Vec<&str>) = (told.lines().collect(), went.lines().collect());
    let mut text = String::new();
    for (told, went) in told.iter().zip(&went) {
        if told == went {
            text.push_str(&format!("  {told}\n"));
        } else {
            text.push_str(&format!("- {told}\n+ {went}\n"));
        }
    }
    text
}

/// Fails with every story that went otherwise.
fn must_be_as_told(otherwise: &[String]) {
    assert!(otherwise.is_empty(), "{} stories:\n\n{}", otherwise.len(), otherwise.join("\n"));
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime")
}

#[test]
fn every_story_comes_true_on_sqlite() {
    runtime().block_on(async {
        let place = Place::sqlite().await;
        let update = std::env::var_os("UPDATE").is_some();
        must_be_as_told(&play_all(&place, update).await);
    });
}

#[test]
fn every_story_comes_true_on_postgresql() {
    runtime().block_on(async {
        match Place::postgres().await {
            Some(place) => must_be_as_told(&play_all(&place, false).await),
            None if std::env::var_os("CI").is_some() => {
                panic!("CI tests on PostgreSQL: DUNWELL_TEST_POSTGRES is not set")
            }
            None => eprintln!("skipped on PostgreSQL: DUNWELL_TEST_POSTGRES is not set"),
        }
    });
}

#[test]
fn every_story_says_in_its_first_line_what_it_shows() {
    for (name, text) in stories() {
        let first = text.lines().next().unwrap_or_default();
        assert!(first.starts_with("# ") && first.ends_with('.'), "{name} begins with: {first}");
    }
}

#[test]
fn a_line_that_nobody_understands_is_refused() {
    for line in ["2025-02-30  run ACME", "2025-02-03  sing ACME", "2025-02-03", "kalendar mon-fri"] {
        let refused = Story::read(line).err();
        assert!(refused.is_some_and(|why| why.contains("line 1")), "{line}");
    }
}

#[test]
fn a_story_that_goes_otherwise_is_shown_with_the_lines_that_differ() {
    runtime().block_on(async {
        let place = Place::sqlite().await;
        let text = "2025-01-05  invoice ACME INV-1 100.00 USD due 2025-02-04\n\
                    2025-02-07  run     ACME wait: nothing past due (N-1)\n";
        let went = play(&place, "otherwise", text).await.expect("it plays");
        let shown = difference(text, &went);
        assert!(shown.contains("- 2025-02-07  run     ACME wait: nothing past due (N-1)"), "{shown}");
        assert!(shown.contains("+ 2025-02-07  run     ACME take: reminder (mail) INV-1, 3 days past due"), "{shown}");
    });
}

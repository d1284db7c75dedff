//! Looking: every view of the desk that programs read, in the shape that the command line prints and screens show.

use dunwell_desk::look::documents::DocumentsOf;
use dunwell_desk::look::journal::JournalAsked;
use dunwell_desk::look::{self};
use dunwell_desk::rules::aging::DateBasis;
use dunwell_desk::rules::rights::Action;
use dunwell_desk::write_statement::{StatementAsked, StatementTotals, write_statement};
use dunwell_desk::{Refusal, keep_book, who};
use dunwell_store::read::{AgingBy, AgingQuestion};
use dunwell_store::views::journal::JournalChoice;
use dunwell_store::views::listing::{ListChoice, ListOrder};
use dunwell_store::views::timeline::TimelineOf;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use serde_json::{Value, json};

use super::operation::{Asked, Body, Done, Field, Operation, Shape, cut, may, must, one, page};
use super::trouble::Trouble;

const ON: Field = may("on", "day", "the day that is meant; today when left out");
const LIMIT: Field = may("limit", "int", "rows of the page, 1 to 200; 50 when left out");
const CURSOR: Field = may("cursor", "text", "the next_cursor of the page before");

fn get(
    path: &'static str,
    action: Action,
    summary: &'static str,
    query: &'static [Field],
    answer: Shape,
    does: fn(Asked) -> BoxFuture<'static, Done>,
) -> Operation {
    Operation { method: "GET", path, action, summary, query, body: Body::None, answer, status: 200, does }
}

/// Every operation that looks.
pub(super) fn operations() -> Vec<Operation> {
    let mut all = of_accounts();
    all.extend(of_history());
    all.extend(of_the_day());
    all.extend(of_papers());
    all.extend(of_the_book());
    all.extend(of_rules());
    all
}

fn of_accounts() -> Vec<Operation> {
    use Action::ReadAccounts;
    use Shape::{List, One};
    vec![
        get(
            "/api/v1/accounts",
            ReadAccounts,
            "The accounts, a page at a time.",
            const {
                &[
                    ON,
                    LIMIT,
                    CURSOR,
                    may("sort", "text", "number or name"),
                    may("collector", "text", "of this collector"),
                    may("segment", "text", "of this segment"),
                    may("risk_class", "text", "of this risk class"),
                    may("text", "text", "whose number or name begins with it"),
                    may("past_due", "bool", "with something past due"),
                    may("disputed", "bool", "with something disputed"),
                    may("unapplied", "bool", "with unapplied credits"),
                    may("promised", "bool", "with a promise that runs"),
                    may("stopped", "bool", "with a stop on contact"),
                    may("incomplete", "bool", "of which something is missing"),
                ]
            },
            List("ListedAccount", &[("on", "day"), ("order", "text")]),
            |asked| accounts(asked).boxed(),
        ),
        get("/api/v1/accounts/{code}", ReadAccounts, "Everything about one account.", &[ON], One("Account"), |asked| {
            async move { one(&look::account::account(&asked.desk, asked.id("code"), asked.on).await?) }.boxed()
        }),
        get(
            "/api/v1/accounts/{code}/contacts",
            ReadAccounts,
            "The people of an account.",
            &[LIMIT, CURSOR],
            List("Contact", &[]),
            |asked| {
                async move {
                    let view = look::contacts::contacts(&asked.desk, asked.id("code")).await?;
                    cut(&asked, rows(one(&view.contacts)?), |row| text(row, "contact"))
                }
                .boxed()
            },
        ),
        get(
            "/api/v1/accounts/{code}/items",
            ReadAccounts,
            "The open lines and unapplied credits of an account, over its currencies.",
            &[ON, LIMIT, CURSOR],
            List("Item", &[]),
            |asked| items(asked).boxed(),
        ),
    ]
}

fn of_history() -> Vec<Operation> {
    use Action::ReadAccounts;
    use Shape::{List, One};
    vec![
        get(
            "/api/v1/accounts/{code}/timeline",
            ReadAccounts,
            "What happened with an account, newest first; what is pinned stands on the first page.",
            const { &[may("of", "text", "all, calls, mail, money, decisions or notes"), LIMIT, CURSOR] },
            List(
                "TimelineEntry",
                &[("account", "text"), ("name", "text?"), ("of", "text"), ("pinned", "[TimelineEntry]")],
            ),
            |asked| timeline(asked).boxed(),
        ),
        get(
            "/api/v1/accounts/{code}/why",
            ReadAccounts,
            "The decision of a day with its reasons, the currency with the largest collectible on top.",
            &[ON],
            One("Decision"),
            |asked| async move { one(&look::why::why(&asked.desk, asked.id("code"), asked.on).await?) }.boxed(),
        ),
        get(
            "/api/v1/accounts/{code}/statement",
            Action::ReadDocuments,
            "The figures of a statement of account.",
            const { &[ON, may("currency", "text", "needed where the account has several")] },
            One("Statement"),
            |asked| statement(asked).boxed(),
        ),
        get(
            "/api/v1/search",
            ReadAccounts,
            "Customers, documents, payments and amounts by one text.",
            const { &[must("q", "text", "what is looked for"), ON, LIMIT] },
            List("Hit", &[("text", "text"), ("on", "day")]),
            |asked| search(asked).boxed(),
        ),
    ]
}

fn of_the_day() -> Vec<Operation> {
    use Shape::{List, One};
    const COLLECTOR: Field = may("collector", "text", "of this collector; everybody's when left out");
    vec![
        get(
            "/api/v1/worklist",
            Action::ReadWorklist,
            "The ranked tasks with their reasons.",
            &[COLLECTOR, ON, LIMIT, CURSOR],
            List("WorklistTask", &[("on", "day"), ("book_tasks", "[BookTask]")]),
            |asked| worklist(asked).boxed(),
        ),
        get(
            "/api/v1/figures",
            Action::ReadWorklist,
            "The figures above the worklist: to collect, past due, promised, disputed, done and left.",
            &[COLLECTOR, ON],
            One("Figures"),
            |asked| {
                async move {
                    let whose = asked.param("collector");
                    let list = look::worklist::worklist(&asked.desk, whose, asked.on, None).await?;
                    one(&look::strip::strip(&asked.desk, whose, &list, asked.on).await?)
                }
                .boxed()
            },
        ),
        get(
            "/api/v1/tasks",
            Action::ReadWorklist,
            "The tasks open on a day, snoozed ones too.",
            &[ON, LIMIT, CURSOR],
            List("Task", &[]),
            |asked| {
                async move {
                    let tasks = asked.desk.book.read().await?.open_tasks(asked.on).await?;
                    cut(&asked, rows(one(&tasks)?), |row| text(row, "task"))
                }
                .boxed()
            },
        ),
        get(
            "/api/v1/decisions",
            Action::ReadAccounts,
            "The decisions about an account on a day, one a currency.",
            const { &[must("account", "text", "the customer number"), ON, LIMIT, CURSOR] },
            List("Decision", &[]),
            |asked| decisions(asked).boxed(),
        ),
    ]
}

fn of_papers() -> Vec<Operation> {
    use Shape::{List, One};
    vec![
        get(
            "/api/v1/notices",
            Action::ReadDocuments,
            "The letters of a day, or of an account.",
            const { &[may("account", "text", "the customer number; of the day when left out"), ON, LIMIT, CURSOR] },
            List("Notice", &[]),
            |asked| {
                async move {
                    let of = asked.param("account").map_or(DocumentsOf::Day(asked.on), DocumentsOf::Account);
                    page(&look::documents::documents(&asked.desk, of, asked.cursor(), asked.limit()).await?, "notices")
                }
                .boxed()
            },
        ),
        get(
            "/api/v1/notices/{id}",
            Action::ReadDocuments,
            "A letter with the frozen facts it is printed from.",
            &[],
            One("NoticeShown"),
            |asked| async move { one(&look::documents::notice(&asked.desk, asked.id("id")).await?) }.boxed(),
        ),
        get(
            "/api/v1/approvals",
            Action::ReadApprovals,
            "What waits for a signature, oldest first, and why who asks could not sign it.",
            &[ON, LIMIT, CURSOR],
            List("Approval", &[]),
            |asked| {
                async move {
                    let waiting = look::approvals::waiting(&asked.desk, asked.on).await?;
                    cut(&asked, rows(one(&waiting)?), |row| text(row, "request"))
                }
                .boxed()
            },
        ),
        get(
            "/api/v1/approvals/{id}",
            Action::ReadApprovals,
            "One request for a signature, whatever became of it.",
            &[ON],
            One("Approval"),
            |asked| async move { one(&look::approvals::request(&asked.desk, asked.id("id"), asked.on).await?) }.boxed(),
        ),
    ]
}

fn of_the_book() -> Vec<Operation> {
    use Shape::{List, One};
    vec![
        get(
            "/api/v1/aging",
            Action::ReadAging,
            "Aged receivables of any day, as known now or then.",
            const {
                &[
                    ON,
                    may("by", "text", "book, account, collector or unit"),
                    may("date_basis", "text", "due, document or posting"),
                    may("known_at", "instant", "what was known then"),
                ]
            },
            One("Aging"),
            |asked| aging(asked).boxed(),
        ),
        get(
            "/api/v1/imports",
            Action::ReadJournal,
            "The imports, newest first.",
            &[LIMIT, CURSOR],
            List("Import", &[]),
            |asked| imports(asked).boxed(),
        ),
        get("/api/v1/imports/{id}", Action::ReadJournal, "One import.", &[], One("Import"), |asked| {
            async move {
                let id = asked.id("id");
                let found = asked.desk.book.read().await?.import(who::entry_of("import", id)?).await?;
                one(&found.ok_or_else(|| Refusal::NotFound { what: "import", id: id.into() })?)
            }
            .boxed()
        }),
    ]
}

fn of_rules() -> Vec<Operation> {
    use Shape::List;
    vec![
        get(
            "/api/v1/journal",
            Action::ReadJournal,
            "Who recorded what, newest first.",
            const {
                &[
                    may("account", "text", "of this customer number"),
                    may("actor", "text", "by this user"),
                    may("command", "text", "by this command"),
                    LIMIT,
                    CURSOR,
                ]
            },
            List("JournalEntry", &[]),
            |asked| journal(asked).boxed(),
        ),
        get(
            "/api/v1/policies",
            Action::ReadPolicy,
            "The policy in force.",
            &[LIMIT, CURSOR],
            List("Policy", &[]),
            |asked| {
                async move {
                    let in_force = asked.desk.book.read().await?.policy_in_force().await?;
                    cut(&asked, rows(one(&Vec::from_iter(in_force))?), |row| text(row, "policy"))
                }
                .boxed()
            },
        ),
        get(
            "/api/v1/users",
            Action::ReadUsers,
            "The people of the book with their roles.",
            &[LIMIT, CURSOR],
            List("User", &[]),
            |asked| {
                async move {
                    let users = keep_book::users(&asked.desk).await?;
                    cut(&asked, rows(one(&users)?), |row| text(row, "name"))
                }
                .boxed()
            },
        ),
    ]
}

fn rows(list: Value) -> Vec<Value> {
    match list {
        Value::Array(rows) => rows,
        _ => Vec::new(),
    }
}

fn text(row: &Value, field: &str) -> String {
    row[field].as_str().unwrap_or_default().to_owned()
}

/// Refuses a word that is none of those a parameter takes.
fn no_word(name: &str, value: &str) -> Trouble {
    Trouble::own("malformed", format!("{name} cannot be '{value}'."))
}

async fn accounts(asked: Asked) -> Done {
    let named = |name: &str| asked.param(name).unwrap_or_default().to_owned();
    let sort = asked.param("sort").unwrap_or("number");
    let order = ListOrder::parse(sort).ok_or_else(|| no_word("sort", sort))?;
    let choice = ListChoice {
        collector: named("collector"),
        segment: named("segment"),
        risk_class: named("risk_class"),
        text: named("text"),
        past_due: asked.flag("past_due"),
        disputed: asked.flag("disputed"),
        unapplied: asked.flag("unapplied"),
        promised: asked.flag("promised"),
        stopped: asked.flag("stopped"),
        incomplete: asked.flag("incomplete"),
    };
    let (cursor, limit) = (asked.cursor(), asked.limit());
    page(&look::accounts::accounts(&asked.desk, &choice, order, cursor, limit, asked.on).await?, "accounts")
}

async fn items(asked: Asked) -> Done {
    let view = look::account::account(&asked.desk, asked.id("code"), asked.on).await?;
    let lines: Vec<_> = view.currencies.iter().flat_map(|of| &of.items).collect();
    cut(&asked, rows(one(&lines)?), |row| format!("{}-{}", text(row, "item"), row["line"]))
}

async fn timeline(asked: Asked) -> Done {
    let word = asked.param("of").unwrap_or("all");
    let of = TimelineOf::parse(word).ok_or_else(|| no_word("of", word))?;
    let view = look::timeline::timeline(&asked.desk, asked.id("code"), of, asked.cursor(), asked.limit()).await?;
    page(&view, "entries")
}

async fn statement(asked: Asked) -> Done {
    let question = StatementAsked {
        account: asked.id("code").into(),
        currency: asked.param("currency").map(str::to_owned),
        on: asked.on,
        activity_from: None,
        paper: None,
        with_children: false,
    };
    one(&StatementTotals::of(&write_statement(&asked.desk, &question).await?))
}

async fn search(asked: Asked) -> Done {
    let found =
        look::search::search(&asked.desk, asked.param("q").unwrap_or_default(), asked.on, asked.limit()).await?;
    Ok(json!({
        "data": one(&found.hits)?, "has_more": found.more, "next_cursor": null, "text": found.text, "on": found.on,
    }))
}

async fn worklist(asked: Asked) -> Done {
    let list = look::worklist::worklist(&asked.desk, asked.param("collector"), asked.on, None).await?;
    let key = |row: &Value| format!("{}-{}", text(row, "account"), text(row, "currency"));
    let mut page = cut(&asked, rows(one(&list.tasks)?), key)?;
    page["on"] = json!(list.on);
    page["book_tasks"] = one(&list.book_tasks)?;
    Ok(page)
}

async fn decisions(asked: Asked) -> Done {
    let mut why = look::why::why(&asked.desk, asked.param("account").unwrap_or_default(), asked.on).await?;
    let others = std::mem::take(&mut why.others);
    let all: Vec<_> = std::iter::once(why).chain(others).collect();
    cut(&asked, rows(one(&all)?), |row| text(row, "currency"))
}

async fn aging(asked: Asked) -> Done {
    let mut reading = asked.desk.book.read().await?;
    let known_at = match asked.param("known_at") {
        None => None,
        Some(text) => {
            let instant: jiff::Timestamp = text.parse().map_err(|_| no_word("known_at", text))?;
            let known = reading.known_at(instant.as_microsecond(), (asked.desk.clock)()).await?;
            Some(known.ok_or_else(|| Refusal::NotSealedYet(text.into()))?)
        }
    };
    let by = match asked.param("by").unwrap_or("book") {
        "book" => AgingBy::Book,
        "account" => AgingBy::Account,
        "collector" => AgingBy::Collector,
        "unit" => AgingBy::Unit,
        other => return Err(no_word("by", other)),
    };
    let basis = match asked.param("date_basis").unwrap_or("due") {
        "due" => DateBasis::Due,
        "document" => DateBasis::Document,
        "posting" => DateBasis::Posting,
        other => return Err(no_word("date_basis", other)),
    };
    let question = AgingQuestion { on: asked.on, known_at, by, basis, buckets: asked.desk.buckets() };
    one(&reading.aging(&question).await?)
}

async fn imports(asked: Asked) -> Done {
    let size = look::page::size(asked.limit())?;
    let before = asked.cursor().map(|cursor| who::entry_of("cursor", cursor)).transpose()?;
    let most = i64::try_from(size + 1).unwrap_or(i64::MAX);
    let mut found = asked.desk.book.read().await?.imports_before(before, most).await?;
    let has_more = found.len() > size;
    found.truncate(size);
    let next = found.last().filter(|_| has_more).map(|last| last.import.to_string());
    Ok(json!({ "data": one(&found)?, "has_more": has_more, "next_cursor": next }))
}

async fn journal(asked: Asked) -> Done {
    let named = |name: &str| asked.param(name).unwrap_or_default().to_owned();
    let choice = JournalChoice { actor: named("actor"), command: named("command"), ..JournalChoice::default() };
    let question = JournalAsked { choice, account: asked.param("account").map(str::to_owned) };
    page(&look::journal::journal(&asked.desk, &question, asked.cursor(), asked.limit()).await?, "entries")
}

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
use dunwell_store::views::timeline::{Journal, TimelineOf};
use serde_json::{Value, json};

use super::operation::{Asked, Done, Operation, Shape, cut, get, may, must, one, one_of, page};
use super::trouble::Trouble;

/// Every operation that looks.
pub(super) fn operations() -> Vec<Operation> {
    [of_accounts(), of_history(), of_the_day(), of_papers(), of_the_book()].into_iter().flatten().collect()
}

fn of_accounts() -> Vec<Operation> {
    use Action::ReadAccounts;
    use Shape::{List, One};
    const LISTED: Shape = List("ListedAccount", &[("on", "day"), ("order", "text")]);
    vec![
        get("/api/v1/accounts", ReadAccounts, "The accounts, a page at a time.", LISTED, accounts)
            .asks([
                may("sort", "number|name", "the order; number when left out"),
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
            ])
            .dated()
            .paged(),
        get("/api/v1/accounts/{code}", ReadAccounts, "Everything about one account.", One("Account"), account).dated(),
        get(
            "/api/v1/accounts/{code}/contacts",
            ReadAccounts,
            "The people of an account, each with the version that a change must name.",
            List("Contact", &[]),
            contacts,
        )
        .paged(),
        get(
            "/api/v1/accounts/{code}/items",
            ReadAccounts,
            "The open lines and unapplied credits of an account, over its currencies.",
            List("Item", &[]),
            items,
        )
        .dated()
        .paged(),
    ]
}

fn of_history() -> Vec<Operation> {
    use Action::ReadAccounts;
    use Shape::{List, One};
    const TOLD: Shape =
        List("TimelineEntry", &[("account", "text"), ("name", "text?"), ("of", "text"), ("pinned", "[TimelineEntry]")]);
    const FOUND: Shape = List("Hit", &[("text", "text"), ("on", "day")]);
    let told = "What happened with an account, newest first; what is pinned stands on the first page.";
    let pays = "How an account pays: terms against reality, month by month, promises kept, parent and children.";
    let why = "The decision of a day with its reasons, the currency with the largest collectible on top.";
    vec![
        get("/api/v1/accounts/{code}/timeline", ReadAccounts, told, TOLD, timeline)
            .asks([may("of", &one_of(TimelineOf::ALL.map(TimelineOf::code)), "all when left out")])
            .paged(),
        get("/api/v1/accounts/{code}/why", ReadAccounts, why, One("Decision"), the_reason).dated(),
        get("/api/v1/accounts/{code}/paying", ReadAccounts, pays, One("Paying"), paying).dated(),
        get(
            "/api/v1/accounts/{code}/statement",
            Action::ReadDocuments,
            "The figures of a statement of account.",
            One("Statement"),
            statement,
        )
        .asks([may("currency", "text", "needed where the account has several")])
        .dated(),
        get("/api/v1/search", ReadAccounts, "Customers, documents, payments and amounts by one text.", FOUND, search)
            .asks([
                must("q", "name", "what is looked for"),
                may("limit", "limit", "at most so many, 1 to 200; 50 when left out"),
            ])
            .dated(),
        get(
            "/api/v1/decisions",
            ReadAccounts,
            "The decisions about an account on a day, one a currency.",
            List("Decision", &[]),
            decisions,
        )
        .asks([must("account", "name", "the customer number")])
        .dated()
        .paged(),
    ]
}

fn of_the_day() -> Vec<Operation> {
    use Action::ReadWorklist;
    use Shape::{List, One};
    const RANKED: Shape = List("WorklistTask", &[("on", "day"), ("book_tasks", "[BookTask]")]);
    let whose = || [may("collector", "text", "of this collector; everybody's when left out")];
    let sums = "The figures above the worklist: to collect, past due, promised, disputed, done and left.";
    let open = "The tasks open on a day, snoozed ones too.";
    vec![
        get("/api/v1/worklist", ReadWorklist, "The ranked tasks with their reasons.", RANKED, worklist)
            .asks(whose())
            .dated()
            .paged(),
        get("/api/v1/figures", ReadWorklist, sums, One("Figures"), figures).asks(whose()).dated(),
        get("/api/v1/tasks", ReadWorklist, open, List("Task", &[]), tasks).dated().paged(),
    ]
}

fn of_papers() -> Vec<Operation> {
    use Action::{ReadApprovals, ReadDocuments};
    use Shape::{List, One};
    let waits = "What waits for a signature, oldest first, and why who asks could not sign it.";
    let request = "One request for a signature, whatever became of it.";
    let letter = "A letter with the frozen facts it is printed from.";
    vec![
        get("/api/v1/notices", ReadDocuments, "The letters of a day, or of an account.", List("Notice", &[]), notices)
            .asks([may("account", "name", "the customer number; of the day when left out")])
            .dated()
            .paged(),
        get("/api/v1/notices/{id}", ReadDocuments, letter, One("NoticeShown"), notice),
        get("/api/v1/approvals", ReadApprovals, waits, List("Approval", &[]), approvals).dated().paged(),
        get("/api/v1/approvals/{id}", ReadApprovals, request, One("Approval"), approval).dated(),
    ]
}

fn of_the_book() -> Vec<Operation> {
    use Action::{ReadAging, ReadJournal, ReadPolicy, ReadUsers};
    use Shape::{List, One};
    let people = "The people of the book with their roles.";
    vec![
        get("/api/v1/aging", ReadAging, "Aged receivables of any day, as known now or then.", One("Aging"), aging)
            .asks([
                may("by", "book|account|collector|unit", "the rows; book when left out"),
                may("date_basis", "due|document|posting", "the date ages count from; due when left out"),
                may("known_at", "instant", "what was known then"),
            ])
            .dated(),
        get("/api/v1/imports", ReadJournal, "The imports, newest first.", List("Import", &[]), imports).paged(),
        get("/api/v1/imports/{id}", ReadJournal, "One import.", One("Import"), one_import),
        get("/api/v1/journal", ReadJournal, "Who recorded what, newest first.", List("JournalEntry", &[]), journal)
            .asks([
                may("journal", "ledger|activity|decision|approval", "of this journal; of all four when left out"),
                may("account", "name", "of this customer number"),
                may("actor", "text", "by this user"),
                may("command", "text", "by this command"),
                may("from", "instant", "recorded then or later"),
                may("to", "instant", "recorded before then"),
            ])
            .paged(),
        get("/api/v1/policies", ReadPolicy, "The policy in force.", List("Policy", &[]), policies).paged(),
        get("/api/v1/users", ReadUsers, people, List("User", &[]), users).paged(),
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

async fn account(asked: Asked) -> Done {
    one(&look::account::account(&asked.desk, asked.id("code"), asked.on).await?)
}

async fn contacts(asked: Asked) -> Done {
    let view = look::contacts::contacts(&asked.desk, asked.id("code")).await?;
    cut(&asked, rows(one(&view.contacts)?), |row| text(row, "contact"))
}

async fn the_reason(asked: Asked) -> Done {
    one(&look::why::why(&asked.desk, asked.id("code"), asked.on).await?)
}

async fn paying(asked: Asked) -> Done {
    one(&look::paying::how_they_pay(&asked.desk, asked.id("code"), asked.on).await?)
}

async fn figures(asked: Asked) -> Done {
    let whose = asked.param("collector");
    let list = look::worklist::worklist(&asked.desk, whose, asked.on, None).await?;
    one(&look::strip::strip(&asked.desk, whose, &list, asked.on).await?)
}

async fn tasks(asked: Asked) -> Done {
    let tasks = asked.desk.book.read().await?.open_tasks(asked.on).await?;
    cut(&asked, rows(one(&tasks)?), |row| text(row, "task"))
}

async fn notices(asked: Asked) -> Done {
    let of = asked.param("account").map_or(DocumentsOf::Day(asked.on), DocumentsOf::Account);
    page(&look::documents::documents(&asked.desk, of, asked.cursor(), asked.limit()).await?, "notices")
}

async fn notice(asked: Asked) -> Done {
    one(&look::documents::notice(&asked.desk, asked.id("id")).await?)
}

async fn approvals(asked: Asked) -> Done {
    let waiting = look::approvals::waiting(&asked.desk, asked.on).await?;
    cut(&asked, rows(one(&waiting)?), |row| text(row, "request"))
}

async fn approval(asked: Asked) -> Done {
    one(&look::approvals::request(&asked.desk, asked.id("id"), asked.on).await?)
}

async fn one_import(asked: Asked) -> Done {
    let id = asked.id("id");
    let found = asked.desk.book.read().await?.import(who::entry_of("import", id)?).await?;
    one(&found.ok_or_else(|| Refusal::NotFound { what: "import", id: id.into() })?)
}

async fn policies(asked: Asked) -> Done {
    let in_force = asked.desk.book.read().await?.policy_in_force().await?;
    cut(&asked, rows(one(&Vec::from_iter(in_force))?), |row| text(row, "policy"))
}

async fn users(asked: Asked) -> Done {
    let users = keep_book::users(&asked.desk).await?;
    cut(&asked, rows(one(&users)?), |row| text(row, "name"))
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
            let instant = asked.instant("known_at")?.unwrap_or(i64::MAX);
            let known = reading.known_at(instant, (asked.desk.clock)()).await?;
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
    let journal = asked.param("journal").and_then(Journal::parse);
    let (from, to) = (asked.instant("from")?, asked.instant("to")?);
    let choice = JournalChoice {
        journal,
        actor: named("actor"),
        command: named("command"),
        from,
        to,
        ..JournalChoice::default()
    };
    let question = JournalAsked { choice, account: asked.param("account").map(str::to_owned) };
    page(&look::journal::journal(&asked.desk, &question, asked.cursor(), asked.limit()).await?, "entries")
}

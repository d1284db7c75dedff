//! Whose work it is: the team's load, handing over, who is at work on what, and the views that people keep.

use dunwell_desk::hand_over::{HandOver, hand_over};
use dunwell_desk::keep_view::{SavedView, drop_view, keep_view, move_view, rename_view, saved_views};
use dunwell_desk::look;
use dunwell_desk::rules::rights::Action;
use dunwell_desk::take_account::{let_go, take_account, taken};
use serde_json::{Value, json};

use super::operation::{Asked, Done, Operation, Shape, cut, get, may, must, one, post};
use super::trouble::Trouble;

/// Every operation about whose work it is.
pub(super) fn operations() -> Vec<Operation> {
    use Action::{Log, ReadWorklist, Reassign, SaveView};
    use Shape::{List, One};
    let hand = "Hand tasks, accounts or everything of a collector over to somebody else: all of it or nothing.";
    let take = "Mark an account as taken, so that colleagues see it, or let it go; the mark fades after half an hour.";
    let list = "worklist|accounts";
    vec![
        get("/api/v1/team", ReadWorklist, "The load of each collector against a day's capacity.", One("Team"), team)
            .dated(),
        post("/api/v1/hand-overs", Reassign, hand, "HandedOver", handed)
            .takes([
                may("tasks", "[id]", "tasks, as 412.3"),
                may("accounts", "[name]", "customer numbers of whole accounts"),
                may("all_of", "name", "everything of this collector"),
                may("to", "name", "who gets it; when left out nobody, and a task goes back to who holds its account"),
                must("because", "name", "why; it can be erased"),
            ])
            .ok(),
        get("/api/v1/taken", ReadWorklist, "The accounts that somebody is at work on.", List("Taken", &[]), marks)
            .paged(),
        post("/api/v1/accounts/{code}/take", Log, take, "Taken", mark)
            .takes([may("let_go", "bool", "take the own mark off instead")])
            .ok(),
        get("/api/v1/views", ReadWorklist, "The views that who asks keeps.", List("SavedView", &[]), views).paged(),
        post(
            "/api/v1/views",
            SaveView,
            "Keep a view of the worklist or the accounts, or give one of that name a new query.",
            "ViewState",
            keep,
        )
        .takes([
            must("place", list, "the list it is of"),
            must("name", "name", "what it is called, at most 40 characters"),
            must("query", "text", "the query of the list's address, as view=all&of=anna"),
        ])
        .ok(),
        post("/api/v1/views/change", SaveView, "Rename, move or drop a view.", "ViewState", change)
            .takes([
                must("place", list, "the list it is of"),
                must("name", "name", "what it is called"),
                must("do", "rename|earlier|later|drop", "what is to be done"),
                may("to", "name", "the new name"),
            ])
            .ok(),
    ]
}

fn rows(list: Value) -> Vec<Value> {
    match list {
        Value::Array(rows) => rows,
        _ => Vec::new(),
    }
}

async fn team(asked: Asked) -> Done {
    let list = look::worklist::worklist(&asked.desk, None, asked.on, None).await?;
    one(&look::team::team(&asked.desk, &list, asked.on).await?)
}

async fn handed(asked: Asked) -> Done {
    let named = |name: &str| {
        let list = asked.fields.get(name).and_then(Value::as_array).into_iter().flatten();
        list.filter_map(Value::as_str).map(str::to_owned).collect()
    };
    let work = HandOver {
        tasks: named("tasks"),
        accounts: named("accounts"),
        all_of: asked.text("all_of"),
        to: asked.text("to"),
        because: asked.needed("because")?,
    };
    one(&hand_over(&asked.desk, &work, asked.on).await?)
}

async fn marks(asked: Asked) -> Done {
    let marks = taken(&asked.desk).await?;
    cut(&asked, rows(one(&marks)?), |row| row["account"].as_str().unwrap_or_default().to_owned())
}

async fn mark(asked: Asked) -> Done {
    let code = asked.id("code");
    let lets_go = asked.fields.get("let_go").and_then(Value::as_bool) == Some(true);
    one(&if lets_go { let_go(&asked.desk, code).await? } else { take_account(&asked.desk, code).await? })
}

async fn views(asked: Asked) -> Done {
    let views = saved_views(&asked.desk).await?;
    cut(&asked, rows(one(&views)?), |row| json!([row["place"], row["name"]]).to_string())
}

async fn keep(asked: Asked) -> Done {
    let query = asked.text("query").unwrap_or_default();
    let view = SavedView { place: asked.needed("place")?, name: asked.needed("name")?, query };
    one(&keep_view(&asked.desk, &view).await?)
}

async fn change(asked: Asked) -> Done {
    let (place, name) = (asked.needed("place")?, asked.needed("name")?);
    let desk = &asked.desk;
    one(&match asked.needed("do")?.as_str() {
        "rename" => rename_view(desk, &place, &name, &asked.needed("to")?).await?,
        "earlier" => move_view(desk, &place, &name, true).await?,
        "later" => move_view(desk, &place, &name, false).await?,
        "drop" => drop_view(desk, &place, &name).await?,
        other => return Err(Trouble::own("malformed", format!("do cannot be '{other}'."))),
    })
}

//! Views of one's own: kept from the worklist and the accounts, and the page where they are named, ordered and dropped.

use axum::extract::Query;
use dunwell_desk::keep_view::{SavedView, drop_view, keep_view, move_view, rename_view, saved_views};
use dunwell_desk::rules::rights::Action;
use maud::{Markup, html};
use serde::Deserialize;

use crate::answer::{Answer, Problem};
use crate::caller::Caller;
use crate::export::address;
use crate::frame;
use crate::posted::{Posted, back_field, form_fields};

/// The lists that views are of, with the address and name of each.
const PLACES: [(&str, &str, &str); 2] = [("worklist", "/", "Worklist"), ("accounts", "/accounts", "Accounts")];

/// The caller's own views of a list.
pub(crate) async fn own(caller: &Caller, place: &str) -> Result<Vec<SavedView>, Problem> {
    Ok(saved_views(&caller.desk).await?.into_iter().filter(|view| view.place == place).collect())
}

/// The address of a view.
fn address_of(view: &SavedView) -> String {
    let home = PLACES.iter().find(|(place, ..)| *place == view.place).map_or("/", |(_, home, _)| home);
    format!("{home}?{}", view.query)
}

/// Links to the caller's own views; the one that `query` is stands as the one that is shown.
pub(crate) fn tabs(views: &[SavedView], query: &str) -> Markup {
    html! {
        @for view in views {
            a href=(address_of(view)) aria-current=[(view.query == query).then_some("page")] { (view.name) }
        }
    }
}

/// The form that keeps what is shown as a view, and the way to the others.
pub(crate) fn keeper(caller: &Caller, place: &str, query: &str, views: &[SavedView]) -> Markup {
    let home = PLACES.iter().find(|(known, ..)| *known == place).map_or("/", |(_, home, _)| home);
    html! {
        @if caller.may(Action::SaveView) {
            details.keep {
                summary { "Keep this view" }
                form.inline method="post" action=(address("/views", &[("place", place), ("query", query)])) {
                    (form_fields(caller))
                    (back_field(&format!("{home}?{query}")))
                    input type="hidden" name="place" value=(place);
                    input type="hidden" name="query" value=(query);
                    label.sr for="view-name" { "Name of the view" }
                    input id="view-name" name="name" maxlength="40" required placeholder="Name of the view" autocomplete="off";
                    button type="submit" { "Keep" }
                    @if !views.is_empty() { a.l href="/views" { "Rename, order, drop" } }
                }
            }
        }
    }
}

/// A view that is to be kept, where keeping it was refused.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct ToKeep {
    place: String,
    query: String,
}

/// `GET /views`; with a list and its query the form that keeps them.
pub(crate) async fn page(caller: Caller, Query(to_keep): Query<ToKeep>) -> Answer {
    let views = saved_views(&caller.desk).await?;
    let keeps = PLACES.iter().find(|(place, ..)| *place == to_keep.place);
    let main = html! {
        div.acc.narrow {
            h1 { "Your views" }
            p.mut { "What you keep here is yours alone. Keep another from the worklist or the list of accounts, as it is shown." }
            @if let Some((place, ..)) = keeps { (keeper(&caller, place, &to_keep.query, &[])) }
            @for (place, home, name) in PLACES {
                @let own: Vec<&SavedView> = views.iter().filter(|view| view.place == place).collect();
                section.card aria-labelledby=(place) {
                    header { h2 id=(place) { (name) } a.l href=(home) { "Open" } }
                    @if own.is_empty() { p.in.mut { "None yet." } }
                    ul.in.work { @for view in &own { li { (row(view, &own, &caller)) } } }
                }
            }
        }
    };
    Ok(frame::page(&caller, "/", "Your views", &main))
}

fn row(view: &SavedView, own: &[&SavedView], caller: &Caller) -> Markup {
    let is = |other: Option<&&SavedView>| other.is_some_and(|other| other.name == view.name);
    html! {
        form.inline.view method="post" action="/views/change" {
            (form_fields(caller))
            input type="hidden" name="place" value=(view.place);
            input type="hidden" name="name" value=(view.name);
            input name="to" value=(view.name) maxlength="40" required aria-label={ "Name of " (view.name) };
            button type="submit" name="do" value="rename" { "Rename" span.sr { " " (view.name) } }
            @if !is(own.first()) { button type="submit" name="do" value="earlier" { "Earlier" span.sr { ": " (view.name) } } }
            @if !is(own.last()) { button type="submit" name="do" value="later" { "Later" span.sr { ": " (view.name) } } }
            button type="submit" name="do" value="drop" { "Drop" span.sr { " " (view.name) } }
            a.l href=(address_of(view)) { "Open" span.sr { " " (view.name) } }
        }
    }
}

/// `POST /views`.
pub(crate) async fn keep(posted: Posted) -> Answer {
    posted
        .once(move |desk, fields| async move {
            let query = fields.text("query").unwrap_or_default().to_owned();
            let (place, name) = (fields.needed("place")?.to_owned(), fields.needed("name")?.to_owned());
            keep_view(&desk, &SavedView { place, name, query }).await?;
            Ok(fields.back("/views"))
        })
        .await
}

/// `POST /views/change`.
pub(crate) async fn change(posted: Posted) -> Answer {
    posted
        .once(move |desk, fields| async move {
            let (place, name) = (fields.needed("place")?, fields.needed("name")?);
            match fields.needed("do")? {
                "rename" => rename_view(&desk, place, name, fields.needed("to")?).await?,
                "earlier" => move_view(&desk, place, name, true).await?,
                "later" => move_view(&desk, place, name, false).await?,
                "drop" => drop_view(&desk, place, name).await?,
                _ => return Err(Problem::NotFound),
            };
            Ok("/views".to_owned())
        })
        .await
}

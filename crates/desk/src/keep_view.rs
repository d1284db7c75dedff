//! Views of one's own: a filter of the worklist or of the accounts, under a name, in an order. A person keeps their own and sees
//! nobody else's. They are kept beside the facts, as sessions are: no journal tells them, and `verify` does not know them.

use dunwell_rules::rights::Action;
pub use dunwell_store::access::saved_view::SavedView;
use serde::Serialize;

use crate::desk::Desk;
use crate::refusal::{Refusal, Result};

/// Views a person may keep of one list.
pub const MOST_VIEWS: usize = 30;
/// The longest name, in characters.
const MOST_NAME: usize = 40;
/// The longest query, in bytes.
const MOST_QUERY: usize = 1_000;
/// The lists that views are of.
const PLACES: [&str; 2] = ["worklist", "accounts"];

/// What became of a view.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ViewState {
    /// The list it is of.
    pub place: String,
    /// Its name.
    pub name: String,
    /// `kept`, `renamed`, `moved`, `unchanged` or `dropped`.
    pub state: &'static str,
}

/// The views of whoever asks, those of the worklist first, in their order.
pub async fn saved_views(desk: &Desk) -> Result<Vec<SavedView>> {
    Ok(desk.book.read().await?.saved_views(&desk.user).await?)
}

/// Keeps a view under a name; one of that name gets the new query.
///
/// Refused for a list that has no views, a name that is empty or longer than 40 characters, and a thirty-first view.
pub async fn keep_view(desk: &Desk, view: &SavedView) -> Result<ViewState> {
    desk.may(Action::SaveView)?;
    let place = place_of(&view.place)?;
    let name = name_of(&view.name)?;
    let query = view.query.trim().trim_start_matches('?').to_owned();
    if query.len() > MOST_QUERY || !query.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'#') {
        return Err(refused("view", &query, "it is no query of a list's address"));
    }
    let own = saved_views(desk).await?;
    let mut of_place = own.iter().filter(|known| known.place == place);
    if of_place.clone().count() >= MOST_VIEWS && !of_place.any(|known| known.name == name) {
        return Err(refused("view", &name, "you keep 30 views of this list already; drop one first"));
    }
    let view = SavedView { place: place.into(), name: name.clone(), query };
    desk.book.keep_view(&desk.user, &view).await?;
    Ok(ViewState { place: place.into(), name, state: "kept" })
}

/// Gives a view another name; refused when there is none, or the new name is another's.
pub async fn rename_view(desk: &Desk, place: &str, name: &str, to: &str) -> Result<ViewState> {
    desk.may(Action::SaveView)?;
    let (place, to) = (place_of(place)?, name_of(to)?);
    let own = saved_views(desk).await?;
    let has = |name: &str| own.iter().any(|known| known.place == place && known.name == name);
    if !has(name) {
        return Err(unknown(name));
    }
    if name != to && (has(&to) || !desk.book.rename_view(&desk.user, place, name, &to).await?) {
        return Err(refused("name", &to, "another view of this list has it"));
    }
    let state = if name == to { "unchanged" } else { "renamed" };
    Ok(ViewState { place: place.into(), name: to, state })
}

/// Puts a view one place earlier in its list, or later; the first and the last stay where they are.
pub async fn move_view(desk: &Desk, place: &str, name: &str, earlier: bool) -> Result<ViewState> {
    desk.may(Action::SaveView)?;
    let place = place_of(place)?;
    let own = saved_views(desk).await?;
    let mut order: Vec<&str> =
        own.iter().filter(|known| known.place == place).map(|known| known.name.as_str()).collect();
    let at = order.iter().position(|known| *known == name).ok_or_else(|| unknown(name))?;
    let to = if earlier { at.checked_sub(1) } else { Some(at + 1).filter(|to| *to < order.len()) };
    let Some(to) = to else { return Ok(ViewState { place: place.into(), name: name.into(), state: "unchanged" }) };
    order.swap(at, to);
    for (position, name) in (1..).zip(order) {
        desk.book.place_view(&desk.user, place, name, position).await?;
    }
    Ok(ViewState { place: place.into(), name: name.into(), state: "moved" })
}

/// Forgets a view; refused when there is none.
pub async fn drop_view(desk: &Desk, place: &str, name: &str) -> Result<ViewState> {
    desk.may(Action::SaveView)?;
    let place = place_of(place)?;
    if name.contains('\0') || !desk.book.drop_view(&desk.user, place, name).await? {
        return Err(unknown(name));
    }
    Ok(ViewState { place: place.into(), name: name.into(), state: "dropped" })
}

fn place_of(place: &str) -> Result<&'static str> {
    let found = PLACES.into_iter().find(|known| *known == place);
    found.ok_or_else(|| refused("list", place, "views are of the worklist or the accounts"))
}

fn name_of(name: &str) -> Result<String> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > MOST_NAME || name.chars().any(char::is_control) {
        return Err(refused("name", name, "a view's name has 1 to 40 characters"));
    }
    Ok(name.into())
}

fn refused(what: &'static str, value: &str, why: &str) -> crate::Stop {
    Refusal::BadValue { what, value: value.into(), why: why.into() }.into()
}

fn unknown(name: &str) -> crate::Stop {
    Refusal::NotFound { what: "view", id: name.into() }.into()
}

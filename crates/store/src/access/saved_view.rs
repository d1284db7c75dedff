//! Views that people keep for themselves: the name of a filter, and the query it stands for.

use serde::Serialize;

use crate::book::{Book, refuse_nul};
use crate::fault::Result;
use crate::read::{Bind, Reading};

/// A view that somebody keeps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SavedView {
    /// The list it is of: `worklist` or `accounts`.
    pub place: String,
    /// What its owner calls it; once for an owner and a list.
    pub name: String,
    /// The query of the list's address, without the question mark.
    pub query: String,
}

const VIEWS: &str = "select place, name, query from saved_view where book = $1 and owner = $2 \
     order by place desc, position, name";
const KEEP: &str = "insert into saved_view (book, owner, place, name, query, position) \
     select $1, $2, $3, $4, $5, coalesce(max(v.position), 0) + 1 from saved_view v \
     where v.book = $1 and v.owner = $2 and v.place = $3 \
     on conflict (book, owner, place, name) do update set query = $5";
const RENAME: &str = "update saved_view set name = $5 where book = $1 and owner = $2 and place = $3 and name = $4 \
     and not exists (select 1 from saved_view o where o.book = $1 and o.owner = $2 and o.place = $3 and o.name = $5)";
const MOVE: &str = "update saved_view set position = $5 where book = $1 and owner = $2 and place = $3 and name = $4";
const DROP: &str = "delete from saved_view where book = $1 and owner = $2 and place = $3 and name = $4";

/// Every statement that reads.
#[cfg(test)]
pub(crate) const READS: &[&str] = &[VIEWS];
/// Every statement that writes.
#[cfg(test)]
pub(crate) const WRITES: &[&str] = &[KEEP, RENAME, MOVE, DROP];

impl Reading {
    /// The views of a person: those of the worklist first, each list in the order its owner gave it.
    pub async fn saved_views(&mut self, owner: &str) -> Result<Vec<SavedView>> {
        let rows: Vec<(String, String, String)> = self.rows(VIEWS, &[Bind::Text(owner)]).await?;
        Ok(rows.into_iter().map(|(place, name, query)| SavedView { place, name, query }).collect())
    }
}

impl Book {
    /// Keeps a view behind the others of its list; one of that name gets the new query and keeps its place.
    pub async fn keep_view(&self, owner: &str, view: &SavedView) -> Result<()> {
        refuse_nul(&[owner, &view.place, &view.name, &view.query])?;
        let binds = [owner, &view.place, &view.name, &view.query].map(Bind::Text);
        self.change(KEEP, &binds).await.map(|_| ())
    }

    /// Gives a view another name; `false` when there is none of the old name, or the new one is taken.
    pub async fn rename_view(&self, owner: &str, place: &str, name: &str, to: &str) -> Result<bool> {
        refuse_nul(&[owner, place, name, to])?;
        Ok(self.change(RENAME, &[owner, place, name, to].map(Bind::Text)).await? > 0)
    }

    /// Puts a view at a position of its list; `false` when there is none.
    pub async fn place_view(&self, owner: &str, place: &str, name: &str, position: i64) -> Result<bool> {
        let binds = [Bind::Text(owner), Bind::Text(place), Bind::Text(name), Bind::Int(position)];
        Ok(self.change(MOVE, &binds).await? > 0)
    }

    /// Forgets a view; `false` when there is none.
    pub async fn drop_view(&self, owner: &str, place: &str, name: &str) -> Result<bool> {
        refuse_nul(&[owner, place, name])?;
        Ok(self.change(DROP, &[owner, place, name].map(Bind::Text)).await? > 0)
    }
}

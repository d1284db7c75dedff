//! What an operation is, and what is asked of it.

use std::collections::HashMap;

use axum::body::Bytes;
use dunwell_desk::rules::calendar::Date;
use dunwell_desk::rules::rights::Action;
use dunwell_desk::{Desk, Refusal};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::trouble::Trouble;
use super::types::whole;

/// What an operation answers with.
pub(crate) type Done = Result<Value, Trouble>;

/// The desk's task or view behind an operation.
type Does = Box<dyn Fn(Asked) -> BoxFuture<'static, Done> + Send + Sync>;

/// One operation: a row of the table that routes and document are made from.
pub(crate) struct Operation {
    /// `GET` or `POST`.
    pub(crate) method: &'static str,
    /// The path, with its parameters in braces.
    pub(crate) path: &'static str,
    /// What it takes in the table of rights.
    pub(crate) action: Action,
    /// What it does, in one sentence.
    pub(crate) summary: &'static str,
    /// The parameters of its query.
    pub(crate) query: Vec<Field>,
    /// What its body is.
    pub(crate) body: Body,
    /// The shape of its answer.
    pub(crate) answer: Shape,
    /// The status when it is done.
    pub(crate) status: u16,
    /// Whether it is a task of several transactions that is safe to repeat by its own business keys, so that no key is
    /// claimed for it.
    pub(crate) repeatable: bool,
    /// The desk's task or view behind it.
    pub(crate) does: Does,
}

/// A parameter of a query or a field of a body.
#[derive(Debug, Clone)]
pub(crate) struct Field {
    /// Its name.
    pub(crate) name: &'static str,
    /// Its type, as in [`super::types`].
    pub(crate) of: String,
    /// Whether it must be given.
    pub(crate) needed: bool,
    /// What it means.
    pub(crate) words: &'static str,
}

/// A field that may be left out.
pub(crate) fn may(name: &'static str, of: &str, words: &'static str) -> Field {
    Field { name, of: of.into(), needed: false, words }
}

/// A field that must be given.
pub(crate) fn must(name: &'static str, of: &str, words: &'static str) -> Field {
    Field { name, of: of.into(), needed: true, words }
}

/// The type of a field that takes one of these words.
pub(crate) fn one_of<const N: usize>(words: [&str; N]) -> String {
    words.join("|")
}

/// What the body of an operation is.
#[derive(Debug, Clone)]
pub(crate) enum Body {
    /// Nothing.
    None,
    /// A JSON object of these fields.
    Fields(Vec<Field>),
    /// A file, as it is.
    File,
}

/// The shape of an answer.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Shape {
    /// One thing of that type.
    One(&'static str),
    /// A page of things of that type, with what stands beside the page.
    List(&'static str, &'static [(&'static str, &'static str)]),
}

/// An operation that looks.
pub(crate) fn get<F>(
    path: &'static str,
    action: Action,
    summary: &'static str,
    answer: Shape,
    does: fn(Asked) -> F,
) -> Operation
where
    F: Future<Output = Done> + Send + 'static,
{
    let (query, does): (_, Does) = (Vec::new(), Box::new(move |asked| does(asked).boxed()));
    Operation {
        method: "GET",
        path,
        action,
        summary,
        query,
        body: Body::None,
        answer,
        status: 200,
        repeatable: false,
        does,
    }
}

/// An operation that records something new, for the day `on`, and answers with one thing of the type `answer`.
pub(crate) fn post<F>(
    path: &'static str,
    action: Action,
    summary: &'static str,
    answer: &'static str,
    does: fn(Asked) -> F,
) -> Operation
where
    F: Future<Output = Done> + Send + 'static,
{
    let on = may("on", "day", "the business day it is recorded for, today or earlier; today when left out");
    let looks = get(path, action, summary, Shape::One(answer), does);
    Operation { method: "POST", query: vec![on], status: 201, ..looks }
}

impl Operation {
    /// With these parameters of the query, before those it has.
    pub(crate) fn asks<const N: usize>(self, query: [Field; N]) -> Self {
        Self { query: query.into_iter().chain(self.query).collect(), ..self }
    }

    /// For a day.
    pub(crate) fn dated(mut self) -> Self {
        self.query.push(may("on", "day", "the day that is meant; today when left out"));
        self
    }

    /// A page at a time.
    pub(crate) fn paged(mut self) -> Self {
        self.query.push(may("limit", "limit", "rows of the page, 1 to 200; 50 when left out"));
        self.query.push(may("cursor", "text", "the next_cursor of the page before"));
        self
    }

    /// With a JSON object of these fields.
    pub(crate) fn takes<const N: usize>(self, fields: [Field; N]) -> Self {
        Self { body: Body::Fields(fields.into()), ..self }
    }

    /// With these fields after those it has.
    pub(crate) fn takes_too<const N: usize>(mut self, more: [Field; N]) -> Self {
        if let Body::Fields(fields) = &mut self.body {
            fields.extend(more);
        }
        self
    }

    /// With a file as its body.
    pub(crate) fn takes_file(self) -> Self {
        Self { body: Body::File, ..self }
    }

    /// For the server's day and no other: what somebody signs bears the day on which they sign it.
    pub(crate) fn today(mut self) -> Self {
        self.query.retain(|field| field.name != "on");
        self
    }

    /// It is safe to repeat by its own business keys.
    pub(crate) fn repeatable(self) -> Self {
        Self { repeatable: true, ..self }
    }

    /// It makes nothing new: it is answered with 200.
    pub(crate) fn ok(self) -> Self {
        Self { status: 200, ..self }
    }
}

/// What is asked of an operation, by whom.
pub(crate) struct Asked {
    /// The desk at work: a person's, or a key's within its scopes.
    pub(crate) desk: Desk,
    /// The day that is meant: `on` of the query, or today.
    pub(crate) on: Date,
    /// Whether who asks has proven lately who they are; a key never has.
    pub(crate) elevated: bool,
    /// The parameters of the path.
    pub(crate) path: HashMap<String, String>,
    /// The parameters of the query, each known to the operation.
    pub(crate) query: HashMap<String, String>,
    /// The fields of the body, each known to the operation and of its type.
    pub(crate) fields: Map<String, Value>,
    /// The body as it came.
    pub(crate) file: Bytes,
}

impl Asked {
    /// A parameter of the path.
    pub(crate) fn id(&self, name: &str) -> &str {
        self.path.get(name).map_or("", String::as_str)
    }

    /// A parameter of the query; none where it is missing or empty.
    pub(crate) fn param(&self, name: &str) -> Option<&str> {
        self.query.get(name).map(String::as_str).filter(|text| !text.is_empty())
    }

    /// An instant of the query, in UTC microseconds.
    pub(crate) fn instant(&self, name: &'static str) -> Result<Option<i64>, Trouble> {
        let read = |text: &str| {
            let why = "write it as 2026-11-20T08:00:00Z".to_owned();
            let instant: Result<jiff::Timestamp, _> = text.parse();
            instant.map(jiff::Timestamp::as_microsecond).map_err(|_| Refusal::BadValue {
                what: name,
                value: text.into(),
                why,
            })
        };
        Ok(self.param(name).map(read).transpose()?)
    }

    /// A yes or no of the query.
    pub(crate) fn flag(&self, name: &str) -> bool {
        self.param(name) == Some("true")
    }

    /// How many rows are asked for; none where nobody says.
    pub(crate) fn limit(&self) -> Option<usize> {
        self.param("limit").and_then(|text| text.parse().ok())
    }

    /// The cursor of the page before.
    pub(crate) fn cursor(&self) -> Option<&str> {
        self.param("cursor")
    }

    /// A text of the body; none where it is missing or blank.
    pub(crate) fn text(&self, name: &str) -> Option<String> {
        let text = self.fields.get(name)?.as_str()?.trim();
        (!text.is_empty()).then(|| text.to_owned())
    }

    /// A whole number of the body.
    pub(crate) fn count(&self, name: &str) -> Option<i64> {
        self.fields.get(name).and_then(whole)
    }

    /// A text of the body that the operation cannot do without.
    pub(crate) fn needed(&self, name: &'static str) -> Result<String, Trouble> {
        let why = "it must be given".to_owned();
        self.text(name).ok_or_else(|| Refusal::BadValue { what: name, value: String::new(), why }.into())
    }

    /// A text of the body as it is given: an empty one takes a value away.
    pub(crate) fn as_given(&self, name: &str) -> Option<String> {
        self.fields.get(name)?.as_str().map(str::to_owned)
    }

    /// A day of the body that the operation cannot do without.
    pub(crate) fn needed_day(&self, name: &'static str) -> Result<Date, Trouble> {
        day_of(name, &self.needed(name)?)
    }

    /// A day of the body.
    pub(crate) fn day(&self, name: &'static str) -> Result<Option<Date>, Trouble> {
        self.text(name).map(|text| day_of(name, &text)).transpose()
    }
}

/// Reads a day.
pub(crate) fn day_of(what: &'static str, text: &str) -> Result<Date, Trouble> {
    let why = "write it as 2026-11-20".to_owned();
    text.parse().map_err(|_| Refusal::BadValue { what, value: text.into(), why }.into())
}

/// A view as it is shown everywhere.
pub(crate) fn one(view: &impl Serialize) -> Done {
    serde_json::to_value(view).map_err(|error| dunwell_store::fault::Fault::new(error.to_string()).into())
}

/// A view that is one page already: its rows become `data`, what stands beside them stays.
pub(crate) fn page(view: &impl Serialize, rows: &str) -> Done {
    let mut page = one(view)?;
    let data = page[rows].take();
    let next = page["next_cursor"].take();
    let Some(fields) = page.as_object_mut() else { return Ok(page) };
    fields.remove(rows);
    fields.insert("data".into(), data);
    fields.insert("has_more".into(), json!(!next.is_null()));
    fields.insert("next_cursor".into(), next);
    Ok(page)
}

/// A page of a list that is made whole: `key` names a row, and is the cursor to those after it.
pub(crate) fn cut(asked: &Asked, rows: Vec<Value>, key: impl Fn(&Value) -> String) -> Done {
    let size = dunwell_desk::look::page::size(asked.limit())?;
    let begin = match asked.cursor() {
        None => 0,
        Some(cursor) => {
            let why = "give the next_cursor of the page before, or none for the first page".into();
            let unknown = || Refusal::BadValue { what: "cursor", value: cursor.into(), why };
            1 + rows.iter().position(|row| key(row) == cursor).ok_or_else(unknown)?
        }
    };
    let has_more = rows.len() > begin + size;
    let data: Vec<Value> = rows.into_iter().skip(begin).take(size).collect();
    let next = data.last().filter(|_| has_more).map(key);
    Ok(json!({ "data": data, "has_more": has_more, "next_cursor": next }))
}

//! Pages of lists: how many rows one may have, and the cursor to the next. A cursor is opaque to whoever carries it.

use dunwell_rules::account::EntryId;
use dunwell_rules::calendar::Date;

use crate::refusal::{Refusal, Result};

/// Rows of a page when nobody says how many.
pub const USUAL: usize = 50;
/// Rows a page may have at most.
pub const MOST: usize = 200;

/// How many rows a page is to have, from 1 to [`MOST`]; more is refused by name.
pub fn size(limit: Option<usize>) -> Result<usize> {
    let asked = limit.unwrap_or(USUAL);
    if (1..=MOST).contains(&asked) {
        return Ok(asked);
    }
    let why = format!("a page has 1 to {MOST} rows");
    Err(Refusal::BadValue { what: "limit", value: asked.to_string(), why }.into())
}

/// The rows of one page, and the cursor of the last where there are more. `rows` holds one more than the page when it does.
pub(crate) fn cut<T>(mut rows: Vec<T>, size: usize, cursor: impl Fn(&T) -> String) -> (Vec<T>, Option<String>) {
    let more = rows.len() > size;
    rows.truncate(size);
    let next = rows.last().filter(|_| more).map(cursor);
    (rows, next)
}

/// The cursor after an entry of a day: `2026-11-18_412.3`.
pub(crate) fn after_day(day: Date, entry: EntryId) -> String {
    format!("{day}_{entry}")
}

/// Reads [`after_day`]'s cursor.
pub(crate) fn day_and_entry(cursor: Option<&str>) -> Result<Option<(Date, EntryId)>> {
    let read = |text: &str| {
        let (day, entry) = text.split_once('_')?;
        Some((day.parse().ok()?, EntryId::parse(entry)?))
    };
    cursor.map(|text| read(text).ok_or_else(|| unknown(text).into())).transpose()
}

/// Reads a cursor that is an entry: `412.3`.
pub(crate) fn entry(cursor: Option<&str>) -> Result<Option<EntryId>> {
    cursor.map(|text| EntryId::parse(text).ok_or_else(|| unknown(text).into())).transpose()
}

/// Refuses a cursor that no page gave.
pub(crate) fn unknown(cursor: &str) -> Refusal {
    let why = "give the next_cursor of the page before, or none for the first page".into();
    Refusal::BadValue { what: "cursor", value: cursor.into(), why }
}

#[cfg(test)]
mod tests {
    use dunwell_rules::account::EntryId;

    use super::{after_day, cut, day_and_entry, size};

    #[test]
    fn a_cursor_comes_back_as_it_was_given_and_anything_else_is_refused() {
        let day = "2026-11-18".parse().expect("a day");
        let cursor = after_day(day, EntryId::new(412, 3));
        assert_eq!(day_and_entry(Some(&cursor)).expect("it is a cursor"), Some((day, EntryId::new(412, 3))));
        for wrong in ["", "412.3", "2026-11-18", "2026-13-01_1.1", "2026-11-18_x"] {
            assert!(day_and_entry(Some(wrong)).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_page_has_a_next_one_only_where_there_are_more_rows() {
        assert_eq!(cut(vec![1, 2, 3], 2, |row| row.to_string()), (vec![1, 2], Some("2".into())));
        assert_eq!(cut(vec![1, 2], 2, |row| row.to_string()), (vec![1, 2], None));
        assert!(size(Some(0)).is_err() && size(Some(201)).is_err());
        assert_eq!(size(None).expect("the usual"), 50);
    }
}

//! A policy's text changed key by key: what is not changed stays as it was typed, comments and order included.
//!
//! For the form of the policy. Keys are paths as problems name them, for instance `notices.step[2].days_past_due`; lists
//! count from 0. What a value means, and whether it is right, is asked of [`crate::policy_file`] afterwards. Lost are only
//! comments inside a rule's own table of conditions, which becomes one line, and those beside a key that is taken out.

use serde_json::Value as Json;
use toml_edit::{Array, ArrayOfTables, DocumentMut, InlineTable, Item, Table, TableLike, Value};

/// The lists of tables a policy has at its top level.
const LISTS: [(&str, &str); 5] = [
    ("notices", "step"),
    ("notices", "scope"),
    ("worklist", "rule"),
    ("assignment", "collector"),
    ("approval", "limit"),
];

/// A policy's text while it is edited.
#[derive(Debug, Clone)]
pub struct PolicyText(DocumentMut);

impl PolicyText {
    /// Takes a text apart; refused with what is wrong and where, when it is no TOML.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut document: DocumentMut =
            text.parse().map_err(|error: toml_edit::TomlError| error.to_string().replace('\n', " "))?;
        for (table, list) in LISTS {
            let Some(held) = document.get_mut(table) else { continue };
            make_table(held);
            let Some(held) = held.get_mut(list) else { continue };
            make_list(held);
            for entry in held.as_array_of_tables_mut().into_iter().flat_map(ArrayOfTables::iter_mut) {
                make_plain(entry);
                let Some(ladder) = entry.get_mut("step") else { continue };
                make_list(ladder);
                ladder.as_array_of_tables_mut().into_iter().flat_map(ArrayOfTables::iter_mut).for_each(make_plain);
            }
        }
        Ok(Self(document))
    }

    /// The text as it stands.
    pub fn text(&self) -> String {
        self.0.to_string()
    }

    /// How many entries the list at `key` has; 0 where there is none.
    pub fn count(&self, key: &str) -> usize {
        self.item(key).and_then(Item::as_array_of_tables).map_or(0, ArrayOfTables::len)
    }

    /// The value at `key`; `None` where the text does not have it.
    pub fn get(&self, key: &str) -> Option<Json> {
        json_of(self.item(key)?)
    }

    /// Writes `value` at `key`, or takes the key out. A value that stands there already is left as it was typed. Nothing
    /// is done where the path leads through something that is no table.
    pub fn set(&mut self, key: &str, value: Option<&Json>) {
        if value == self.get(key).as_ref() {
            return;
        }
        let (path, leaf) = key.rsplit_once('.').unwrap_or(("", key));
        let Some(held) = self.held(path, value.is_some()) else { return };
        let Some(table) = held.as_table_like_mut() else { return };
        match value {
            Some(value) => write(table, leaf, value),
            None => drop(table.remove(leaf)),
        }
        let empty = table.is_empty();
        if let Some(line) = held.as_inline_table_mut() {
            line.fmt();
        }
        if empty && path.rsplit('.').next() == Some("when") {
            self.set(path, None);
        }
    }

    /// Writes a table of names and numbers at `key`, whole; the names that stay keep their comments.
    pub fn set_names(&mut self, key: &str, names: &[(String, i64)]) {
        if names.is_empty() {
            return self.set(key, None);
        }
        let Some(table) = self.held(key, true).and_then(Item::as_table_like_mut) else { return };
        let gone: Vec<String> = table
            .iter()
            .map(|(name, _)| name.to_owned())
            .filter(|name| !names.iter().any(|(kept, _)| kept == name))
            .collect();
        for name in gone {
            table.remove(&name);
        }
        for (name, number) in names {
            if table.get(name).and_then(Item::as_integer) != Some(*number) {
                write(table, name, &Json::from(*number));
            }
        }
    }

    /// Adds an empty entry at the end of the list at `key`.
    pub fn add(&mut self, key: &str) {
        let (path, leaf) = key.rsplit_once('.').unwrap_or(("", key));
        let Some(table) = self.held(path, true).and_then(Item::as_table_like_mut) else { return };
        if table.get(leaf).and_then(Item::as_array_of_tables).is_none() {
            table.insert(leaf, Item::ArrayOfTables(ArrayOfTables::new()));
        }
        if let Some(list) = table.get_mut(leaf).and_then(Item::as_array_of_tables_mut) {
            list.push(Table::new());
        }
    }

    /// Takes an entry out of the list at `key`. What stands above the first entry is about the list and stays.
    pub fn remove(&mut self, key: &str, place: usize) {
        let Some(list) = self.held(key, false).and_then(Item::as_array_of_tables_mut) else { return };
        if place >= list.len() {
            return;
        }
        let above = list.get(place).and_then(|entry| entry.decor().prefix()?.as_str().map(str::to_owned));
        list.remove(place);
        let first = if place == 0 { list.get_mut(0) } else { None };
        if let (Some(above), Some(first)) = (above.filter(|above| above.contains('#')), first) {
            let own = first.decor().prefix().and_then(|own| own.as_str().map(str::to_owned)).unwrap_or_default();
            first.decor_mut().set_prefix(format!("{above}{}", own.trim_start_matches('\n')));
        }
        if list.is_empty() {
            self.set(key, None);
        }
    }

    /// Changes the places of the entry `place` of the list at `key` and the one after it.
    pub fn swap_with_next(&mut self, key: &str, place: usize) {
        let Some(list) = self.held(key, false).and_then(Item::as_array_of_tables_mut) else { return };
        let mut entries: Vec<Table> = list.iter().cloned().collect();
        if place.checked_add(1).is_none_or(|next| next >= entries.len()) {
            return;
        }
        // An entry is printed where its position says: the places are changed, the positions stay.
        let positions: Vec<Option<usize>> = entries.iter().map(Table::position).collect();
        entries.swap(place, place + 1);
        list.clear();
        for (mut entry, position) in entries.into_iter().zip(positions) {
            if let Some(position) = position {
                entry.set_position(position);
            }
            list.push(entry);
        }
    }

    fn item(&self, key: &str) -> Option<&Item> {
        let mut item = self.0.as_item();
        for (name, place) in steps(key) {
            item = item.get(name)?;
            if let Some(place) = place {
                item = item.get(place)?;
            }
        }
        Some(item)
    }

    /// The item at `key`; made on the way where `make` says so and it is missing.
    fn held(&mut self, key: &str, make: bool) -> Option<&mut Item> {
        let mut item = self.0.as_item_mut();
        for (name, place) in steps(key) {
            if make && item.get(name).is_none() {
                let new = match name {
                    "when" => Item::Value(Value::InlineTable(InlineTable::new())),
                    _ => Item::Table(Table::new()),
                };
                item.as_table_like_mut()?.insert(name, new);
            }
            item = item.get_mut(name)?;
            if let Some(place) = place {
                item = item.get_mut(place)?;
            }
        }
        Some(item)
    }
}

/// The parts of a path: a name, and the place in a list.
fn steps(key: &str) -> impl Iterator<Item = (&str, Option<usize>)> {
    key.split('.').filter(|part| !part.is_empty()).map(|part| match part.split_once('[') {
        Some((name, place)) => (name, place.trim_end_matches(']').parse().ok()),
        None => (part, None),
    })
}

/// A table that was written in one line becomes one of its own.
fn make_table(item: &mut Item) {
    if item.is_inline_table() {
        *item = std::mem::take(item).into_table().map_or_else(|item| item, Item::Table);
    }
}

/// A list of tables that was written in one line becomes entries of their own.
fn make_list(item: &mut Item) {
    if item.is_array() {
        *item = std::mem::take(item).into_array_of_tables().map_or_else(|item| item, Item::ArrayOfTables);
    }
}

/// Conditions stand in one line, so that an entry is one piece and can be moved.
fn make_plain(entry: &mut Table) {
    if let Some(when) = entry.get_mut("when").filter(|when| when.is_table()) {
        when.make_value();
    }
}

/// Writes a value where it belongs, with what stands beside it.
fn write(table: &mut dyn TableLike, leaf: &str, value: &Json) {
    let Some(mut new) = toml_of(value) else { return };
    match table.get_mut(leaf).and_then(Item::as_value_mut) {
        Some(old) => {
            *new.decor_mut() = old.decor().clone();
            *old = new;
        }
        None => drop(table.insert(leaf, Item::Value(new))),
    }
}

fn toml_of(value: &Json) -> Option<Value> {
    Some(match value {
        Json::String(text) => text.as_str().into(),
        Json::Bool(truth) => (*truth).into(),
        Json::Number(number) => number.as_i64()?.into(),
        Json::Array(values) => Value::Array(values.iter().filter_map(toml_of).collect::<Array>()),
        Json::Null | Json::Object(_) => return None,
    })
}

fn json_of(item: &Item) -> Option<Json> {
    if let Some(table) = item.as_table_like() {
        return Some(Json::Object(table.iter().filter_map(|(key, item)| Some((key.into(), json_of(item)?))).collect()));
    }
    value_of(item.as_value()?)
}

fn value_of(value: &Value) -> Option<Json> {
    Some(match value {
        Value::String(text) => text.value().as_str().into(),
        Value::Integer(number) => (*number.value()).into(),
        Value::Boolean(truth) => (*truth.value()).into(),
        Value::Array(values) => values.iter().filter_map(value_of).collect(),
        Value::Float(number) => number.value().to_string().into(),
        Value::Datetime(moment) => moment.value().to_string().into(),
        Value::InlineTable(table) => {
            table.iter().filter_map(|(key, value)| Some((key.to_owned(), value_of(value)?))).collect()
        }
    })
}

#[cfg(test)]
mod tests {
    use dunwell_rules::money::Currency;
    use serde_json::json;

    use super::PolicyText;
    use crate::policy_file::{self, preset};

    fn standard() -> PolicyText {
        PolicyText::parse(preset("standard").expect("it ships")).expect("it is TOML")
    }

    #[test]
    fn a_key_is_changed_and_everything_else_stays_as_it_was_typed() {
        let before = preset("standard").expect("it ships");
        let mut text = standard();
        assert_eq!(text.text(), before, "nothing was changed");
        text.set("notices.quiet_days", Some(&json!(10)));
        assert_eq!(text.text(), before.replace("quiet_days = 7\n", "quiet_days = 10\n"));
    }

    #[test]
    fn steps_are_moved_added_and_taken_out_with_their_comments() {
        let mut text = standard();
        text.swap_with_next("notices.step", 4);
        text.remove("notices.step", 0);
        text.add("notices.step");
        let last = text.count("notices.step") - 1;
        text.set(&format!("notices.step[{last}].id"), Some(&json!("agency")));
        text.set(&format!("notices.step[{last}].days_past_due"), Some(&json!(120)));
        text.set(&format!("notices.step[{last}].channels"), Some(&json!(["task"])));
        text.set(&format!("notices.step[{last}].when.collectible_at_least"), Some(&json!("100.00")));
        let written = text.text();
        assert!(written.contains("# The ladder. One rung"), "the comment above the ladder stays: {written}");
        let moved = written.find("# Never taken by the desk alone: it stops").expect("the comment goes along");
        assert!(moved < written.find("id = \"final_demand\"").expect("it is there"), "{written}");
        assert!(written.contains("when = { collectible_at_least = \"100.00\" }"), "{written}");
        let again = PolicyText::parse(&written).expect("it is TOML");
        let ids: Vec<_> = (0..again.count("notices.step"))
            .map(|place| again.get(&format!("notices.step[{place}].id")).expect("an id"))
            .collect();
        let expected = ["second_reminder", "call", "formal_notice", "suspension", "final_demand", "referral", "agency"];
        assert_eq!(ids, expected.map(|id| json!(id)));
        // Suspension now stands before a step of an earlier day: the check says so, at its key.
        let refused = policy_file::read(&written, Currency::USD).expect_err("the days do not rise").to_string();
        assert!(refused.contains("comes after"), "{refused}");
    }

    #[test]
    fn a_condition_that_is_taken_out_leaves_no_empty_table_and_names_are_kept_whole() {
        let mut text = PolicyText::parse(preset("strict").expect("it ships")).expect("it is TOML");
        text.set("notices.step[0].when.segment_is", None);
        assert_eq!(text.get("notices.step[0].when"), None);
        text.set_names("worklist.capacity_of", &[("anna b".into(), 20), ("omar".into(), 5)]);
        text.set_names("worklist.capacity_of", &[("anna b".into(), 25)]);
        assert_eq!(text.get("worklist.capacity_of"), Some(json!({ "anna b": 25 })));
        policy_file::read(&text.text(), Currency::USD).expect("it is still a policy");
    }
}

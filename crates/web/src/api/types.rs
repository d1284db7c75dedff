//! The types of parameters, fields and answers: how each is written in the document, and which values fit it.
//!
//! A type is a word: `text` (any), `name` (not empty), `day`, `month`, `instant`, `id`, `int`, `count` (1 to a million), `limit` (rows
//! of a page), `amount` (a decimal string), `bool`, `money`, `any`, words apart by `|`, or the name of a shape. `[x]` is a list
//! of it, `{x}` an object whose fields are all of it, `x?` it or null. What is asked is held against the same words as the
//! document is written from, so that the two cannot drift apart.

use dunwell_desk::look::page::MOST;
use dunwell_desk::rules::calendar::Date;
use serde_json::{Value, json};

/// The largest number of a field that counts something.
const MOST_COUNTED: i64 = 1_000_000;
/// The most digits of an amount before and after its point.
const DIGITS: (usize, usize) = (15, 4);

/// The JSON schema of a type.
pub(crate) fn schema(of: &str) -> Value {
    if let Some(of) = of.strip_suffix('?') {
        return json!({ "anyOf": [schema(of), { "type": "null" }] });
    }
    if let Some(of) = within(of, '[', ']') {
        return json!({ "type": "array", "items": schema(of) });
    }
    if let Some(of) = within(of, '{', '}') {
        return json!({ "type": "object", "additionalProperties": schema(of) });
    }
    if of.contains('|') {
        return json!({ "type": "string", "enum": of.split('|').collect::<Vec<_>>() });
    }
    match of {
        "text" => json!({ "type": "string" }),
        "name" => json!({ "type": "string", "minLength": 1 }),
        "day" => json!({ "type": "string", "format": "date" }),
        "instant" => json!({ "type": "string", "format": "date-time" }),
        "month" => json!({ "type": "string", "pattern": "^[0-9]{4}-(0[1-9]|1[0-2])$" }),
        "id" => json!({ "type": "string", "pattern": "^[0-9]+\\.[0-9]+$", "description": "an entry of a journal" }),
        "int" => json!({ "type": "integer" }),
        "count" => json!({ "type": "integer", "minimum": 1, "maximum": MOST_COUNTED }),
        "limit" => json!({ "type": "integer", "minimum": 1, "maximum": MOST }),
        "amount" => {
            let pattern = format!("^[0-9]{{1,{}}}(\\.[0-9]{{1,{}}})?$", DIGITS.0, DIGITS.1);
            json!({ "type": "string", "pattern": pattern })
        }
        "bool" => json!({ "type": "boolean" }),
        "any" => json!({}),
        "money" => json!({
            "type": "object",
            "properties": {
                "amount": { "type": "string", "pattern": "^-?[0-9]+(\\.[0-9]+)?$" },
                "currency": { "type": "string", "pattern": "^[A-Z]{3}$" },
            },
            "required": ["amount", "currency"],
            "additionalProperties": false,
        }),
        named => json!({ "$ref": format!("#/components/schemas/{named}") }),
    }
}

/// Whether a value of a body fits a type.
pub(crate) fn fits(of: &str, value: &Value) -> bool {
    if let Some(of) = of.strip_suffix('?') {
        return value.is_null() || fits(of, value);
    }
    if let Some(of) = within(of, '[', ']') {
        return value.as_array().is_some_and(|list| list.iter().all(|value| fits(of, value)));
    }
    let text = value.as_str();
    if of.contains('|') {
        return text.is_some_and(|text| of.split('|').any(|word| word == text));
    }
    match of {
        "text" => text.is_some(),
        "name" => text.is_some_and(|text| !text.is_empty()),
        "day" => text.is_some_and(is_day),
        "month" => text.is_some_and(|text| text.len() == 7 && is_day(&format!("{text}-01"))),
        "instant" => text.is_some_and(|text| text.parse::<jiff::Timestamp>().is_ok()),
        "id" => text.is_some_and(is_id),
        "amount" => text.is_some_and(is_amount),
        "int" => whole(value).is_some(),
        "count" => whole(value).is_some_and(|number| (1..=MOST_COUNTED).contains(&number)),
        "limit" => {
            whole(value).and_then(|number| usize::try_from(number).ok()).is_some_and(|n| (1..=MOST).contains(&n))
        }
        "bool" => value.is_boolean(),
        _ => true,
    }
}

/// Whether a text of a query fits a type: numbers and yes or no are written plain there.
pub(crate) fn fits_text(of: &str, text: &str) -> bool {
    let value = match of.trim_end_matches('?') {
        "int" | "count" | "limit" if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) => {
            text.parse::<i64>().map_or(Value::Null, Value::from)
        }
        "int" | "count" | "limit" => Value::Null,
        "bool" => text.parse::<bool>().map_or(Value::Null, Value::from),
        _ => json!(text),
    };
    !value.is_null() && fits(of, &value)
}

/// A type in words, for whoever sent something else.
pub(crate) fn said(of: &str) -> String {
    match of {
        "text" => "a text".into(),
        "name" => "a text that is not empty".into(),
        "day" => "a day, as 2026-11-20".into(),
        "month" => "a month, as 2026-10".into(),
        "instant" => "an instant, as 2026-11-20T08:00:00Z".into(),
        "id" => "an entry, as 412.3".into(),
        "amount" => "a decimal text without a sign, as \"250.00\"".into(),
        "int" => "a whole number".into(),
        "count" => format!("a whole number from 1 to {MOST_COUNTED}"),
        "limit" => format!("a whole number from 1 to {MOST}"),
        "bool" => "true or false".into(),
        "[text]" => "a list of texts".into(),
        words if words.contains('|') => format!("one of {}", words.replace('|', ", ")),
        other => other.into(),
    }
}

/// A whole number; JSON writes 3 and 3.0 for the same one.
pub(crate) fn whole(value: &Value) -> Option<i64> {
    let whole = || value.as_number()?.to_string().strip_suffix(".0")?.parse().ok();
    value.as_i64().or_else(whole)
}

/// `YYYY-MM-DD` and nothing else: a time beside it would be dropped in silence.
fn is_day(text: &str) -> bool {
    text.len() == 10 && text.parse::<Date>().is_ok()
}

fn is_id(text: &str) -> bool {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    text.split_once('.').is_some_and(|(batch, row)| digits(batch) && digits(row))
}

fn is_amount(text: &str) -> bool {
    let digits = |part: &str, most| (1..=most).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
    match text.split_once('.') {
        None => digits(text, DIGITS.0),
        Some((whole, part)) => digits(whole, DIGITS.0) && digits(part, DIGITS.1),
    }
}

fn within(of: &str, open: char, close: char) -> Option<&str> {
    of.strip_prefix(open).and_then(|of| of.strip_suffix(close))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_fits_its_type_and_no_other() {
        for (of, value, does) in [
            ("day", json!("2026-02-28"), true),
            ("day", json!("2026-02-30"), false),
            ("day", json!("2026-02-28T10:00"), false),
            ("day", json!(""), false),
            ("id", json!("412.3"), true),
            ("id", json!("412"), false),
            ("amount", json!("250.00"), true),
            ("amount", json!("-250.00"), false),
            ("amount", json!("1e3"), false),
            ("count", json!(3), true),
            ("count", json!(3.0), true),
            ("count", json!(3.5), false),
            ("count", json!(0), false),
            ("limit", json!(201), false),
            ("stay|sanctions", json!("stay"), true),
            ("stay|sanctions", json!(""), false),
            ("text?", Value::Null, true),
            ("text", Value::Null, false),
            ("[text]", json!(["INV-1"]), true),
            ("[text]", json!([1]), false),
        ] {
            assert_eq!(fits(of, &value), does, "{of} {value}");
        }
        assert!(fits_text("limit", "50") && !fits_text("limit", "+50") && !fits_text("bool", ""));
    }
}

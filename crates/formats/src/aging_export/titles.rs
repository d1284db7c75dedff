//! The day and the company of a report, from the rows above its header.

use crate::day::{DateFormat, Day, parse_day};
use crate::table::Row;

/// Words before the day of a report.
const AS_OF: [&str; 16] = [
    "as of",
    "as at",
    "aged as of",
    "open at key date",
    "key date",
    "stichtag",
    "zum stichtag",
    "stand",
    "per",
    "au",
    "date d'arrêté",
    "peildatum",
    "op datum",
    "report date",
    "to date",
    "until",
];

/// Words of report titles, which are no company.
const TITLES: [&str; 21] = [
    "aging",
    "ageing",
    "aged",
    "receivable",
    "open items",
    "line item",
    "offene posten",
    "postenliste",
    "forderung",
    "fälligkeit",
    "report",
    "display",
    "list",
    "postes",
    "openstaande",
    "ledger",
    "company code",
    "buchungskreis",
    "bedrijfsnummer",
    "société",
    "accrual basis",
];

/// The text that stands for the day of the report, as written.
pub(super) fn as_of_text(titles: &[Row]) -> Option<String> {
    let mut texts = titles.iter().flat_map(|row| {
        let cells: Vec<String> = row.cells().filter(|cell| !cell.is_empty()).map(str::to_owned).collect();
        let joined = cells.join(" ");
        cells.into_iter().chain([joined])
    });
    texts.find_map(|text| {
        let lowered = text.to_lowercase();
        AS_OF.iter().find_map(|words| {
            let at = lowered.find(words)?;
            let before = lowered[..at].chars().next_back();
            let rest = text.get(at + words.len()..)?;
            let apart = before.is_none_or(|mark| !mark.is_alphanumeric()) && !rest.starts_with(char::is_alphanumeric);
            let rest = rest.trim_start_matches(|mark: char| mark == ':' || mark.is_whitespace());
            let rest = rest.split([';', '(']).next().unwrap_or(rest).trim();
            let dated =
                [DateFormat::DAY_FIRST, DateFormat::MONTH_FIRST].iter().any(|each| as_of(rest, Some(*each)).is_some());
            (apart && dated).then(|| rest.to_owned())
        })
    })
}

/// The day of the report, in the format of its dates or where it can be read in one way only.
pub(super) fn as_of(text: &str, format: Option<DateFormat>) -> Option<Day> {
    let candidates = [text.to_owned(), text.split_whitespace().take(3).collect(), text.split(" - ").next()?.to_owned()];
    let words: Vec<&str> = text.split_whitespace().collect();
    let spaced = words.iter().take(3).copied().collect::<Vec<_>>().join(" ");
    let first = words.first().copied().unwrap_or("").to_owned();
    for candidate in candidates.iter().chain([&spaced, &first]) {
        let read = match format {
            Some(format) => parse_day(candidate, format).ok(),
            None => {
                let day_first = parse_day(candidate, DateFormat::DAY_FIRST).ok();
                let month_first = parse_day(candidate, DateFormat::MONTH_FIRST).ok();
                match (day_first, month_first) {
                    (Some(a), Some(b)) if a != b => None,
                    (a, b) => a.or(b),
                }
            }
        };
        if read.is_some() {
            return read;
        }
    }
    None
}

/// The company: the first title that is neither a report's title nor a date.
pub(super) fn company(titles: &[Row]) -> Option<String> {
    let mut lone = titles.iter().filter_map(|row| {
        let mut cells = row.cells().filter(|cell| !cell.is_empty());
        match (cells.next(), cells.next()) {
            (Some(cell), None) => Some(cell.to_owned()),
            _ => None,
        }
    });
    lone.find(|text| {
        let lowered = text.to_lowercase();
        let title = TITLES.iter().any(|word| lowered.contains(word));
        let dated =
            AS_OF.iter().any(|word| lowered.starts_with(word)) && lowered.chars().any(|mark| mark.is_ascii_digit());
        let worded = lowered.chars().any(char::is_alphabetic);
        !title && !dated && worded && account_in(text).is_none()
    })
}

/// A customer number that stands in a title row before its lines (`Customer  1000023`, as SAP lists do).
pub(super) fn account_in(text: &str) -> Option<String> {
    let (word, rest) = text.split_once(|mark: char| mark == ':' || mark.is_whitespace())?;
    let words = ["customer", "debitor", "kunde", "client", "debiteur", "klant", "account", "konto", "compte"];
    let number = rest.trim_start_matches(|mark: char| mark == ':' || mark.is_whitespace()).split_whitespace().next()?;
    let numeric = number.chars().any(|mark| mark.is_ascii_digit());
    (words.contains(&word.to_lowercase().as_str()) && numeric).then(|| number.to_owned())
}

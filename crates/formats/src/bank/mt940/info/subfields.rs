//! Sub-fields of two digits behind a mark: a transaction code of three digits, `?00` to `?99`, and in the purpose the SEPA
//! words `EREF+`, `SVWZ+` and the like. Source: the German banks' standard for MT940 (DFÜ agreement, appendix 3).

use super::Info;
use crate::bank::{BankCode, Return, ReturnKind};

/// Reads the dialect; `false` where the text is not written in it.
pub(super) fn read(lines: &[&str], info: &mut Info<'_>) -> bool {
    let Some((code, mark)) = shape(lines) else { return false };
    // Lines break anywhere, within words too, so they are joined as they stand.
    let joined: String = lines.concat();
    // A plus is a mark of texts too: of sub-fields it is one where they name somebody.
    if mark == '+' && !["+30", "+31", "+32"].iter().any(|party| joined.contains(party)) {
        return false;
    }
    let fields = split(&joined, mark);
    if let Some(code) = &code {
        info.codes.push(BankCode { list: "gvc", code: code.clone(), meaning: meaning(code) });
    }
    let of = |wanted: &str| fields.iter().find(|(number, _)| *number == wanted).map(|(_, text)| text.trim_end());
    let both = |first: &str, second: &str| {
        let text = format!("{}{}", of(first).unwrap_or(""), of(second).unwrap_or(""));
        text.trim().trim_end_matches('/').to_owned()
    };
    info.bank(of("30").unwrap_or(""));
    info.account(of("31").filter(|text| !text.trim().is_empty()).or(of("38")).unwrap_or(""));
    info.name(&both("32", "33"));
    info.behind(&both("70", "71"));
    for (number, name) in [("00", "booking_text"), ("10", "primanota"), ("34", "text_key")] {
        info.reference(name, of(number).unwrap_or(""));
    }
    let purpose: Vec<&str> = fields.iter().filter(|(number, _)| is_purpose(number)).map(|(_, text)| *text).collect();
    read_purpose(&purpose, info);
    let returns = code.as_deref().is_some_and(|code| matches!(code, "108" | "109" | "159" | "181" | "184"));
    if returns {
        let code = of("34").unwrap_or("").trim().to_owned();
        info.payment.returned = Some(Box::new(Return {
            kind: ReturnKind::Return,
            code,
            meaning: "",
            text: info.payment.text.clone(),
            original_reference: info.payment.end_to_end.clone(),
            original_bank: None,
            details: Vec::new(),
        }));
    }
    true
}

/// The transaction code, where there is one, and the mark before sub-fields; `None` where the text has no such shape. The code
/// may stand on a line of its own.
fn shape(lines: &[&str]) -> Option<(Option<String>, char)> {
    let first: String = lines.iter().map(|line| line.trim()).filter(|line| !line.is_empty()).take(2).collect();
    let first = first.as_str();
    let code = first.get(..3).filter(|code| code.bytes().all(|byte| byte.is_ascii_digit()));
    let rest = code.map_or(first, |_| &first[3..]);
    let mark = rest.chars().next().filter(|mark| matches!(mark, '?' | '>' | '~' | '^' | '<' | '+'))?;
    let number = rest.get(1..3)?;
    // Without a code, or with an unusual mark, the first number must be one that texts begin with.
    let begins =
        number.bytes().all(|byte| byte.is_ascii_digit()) && (mark == '?' || matches!(number, "00" | "10" | "20"));
    // A plus also ends the words of a purpose: it is a mark behind a code alone.
    (begins && (mark != '+' || code.is_some())).then(|| (code.map(str::to_owned), mark))
}

/// The sub-fields in order, by their two digits.
fn split(text: &str, mark: char) -> Vec<(&str, &str)> {
    let mut fields = Vec::new();
    let mut begun: Option<(&str, usize)> = None;
    for (at, _) in text.match_indices(mark) {
        let Some(number) = text.get(at + 1..at + 3).filter(|number| number.bytes().all(|byte| byte.is_ascii_digit()))
        else {
            continue;
        };
        // `SVWZ+48129`: the plus ends a word of the purpose.
        if mark == '+' && (!is_known(number) || WORDS.iter().any(|word| text[..at].ends_with(word))) {
            continue;
        }
        if let Some((before, from)) = begun.replace((number, at + 3)) {
            fields.push((before, text.get(from..at).unwrap_or("")));
        }
    }
    fields.extend(begun.map(|(number, from)| (number, text.get(from..).unwrap_or(""))));
    fields
}

/// Whether the standard has a sub-field of this number.
fn is_known(number: &str) -> bool {
    let other = matches!(number.as_bytes(), [b'0' | b'1', b'0'] | [b'3', b'0'..=b'8'] | [b'7', b'0' | b'1']);
    other || is_purpose(number)
}

/// Whether a sub-field is part of the purpose.
fn is_purpose(number: &str) -> bool {
    matches!(number.as_bytes(), [b'2', _] | [b'6', b'0'..=b'3'])
}

/// The words that begin a part of the purpose.
const WORDS: [&str; 19] = [
    "EREF", "KREF", "MREF", "CRED", "DEBT", "COAM", "OAMT", "SVWZ", "ABWA", "ABWE", "IBAN", "BIC", "PURP", "ANAM",
    "BREF", "RREF", "SQTP", "SEKT", "MDAT",
];

/// The word that a text begins with, and what stands behind it.
fn word<'t>(text: &'t str, behind: &[char]) -> Option<(&'static str, &'t str)> {
    WORDS.into_iter().find_map(|word| Some((word, text.strip_prefix(word)?.strip_prefix(behind)?)))
}

/// Reads the purpose: with words, each goes on through the sub-fields until the next word; without, every sub-field is a
/// line of text. A word begins a sub-field; at some banks it follows a blank, wherever the sub-fields are cut.
fn read_purpose(fields: &[&str], info: &mut Info<'_>) {
    let begins = |text: &str| word(text.trim_start(), &['+', ':']).is_some();
    if !fields.iter().any(|text| begins(text)) {
        return unworded(fields, info);
    }
    let mut parts: Vec<(&str, &str)> = Vec::new();
    let whole = fields.concat();
    let mut starts = fields.iter().scan(0, |end, field| {
        let start = *end + (field.len() - field.trim_start().len());
        *end += field.len();
        Some(start)
    });
    let mut start = starts.next();
    let (mut open, mut from, mut blank) = ("", 0, false);
    for (at, letter) in whole.char_indices() {
        let first = start == Some(at);
        while start.is_some_and(|start| start <= at) {
            start = starts.next();
        }
        let marks: &[char] = if first { &['+', ':'] } else { &['+'] };
        if let Some((word, rest)) = word(&whole[at..], marks).filter(|_| first || blank) {
            parts.push((open, &whole[from..at]));
            (open, from) = (word, whole.len() - rest.len());
        }
        blank = letter.is_whitespace();
    }
    parts.push((open, &whole[from..]));
    if parts[0].1.trim().is_empty() {
        parts.remove(0);
    }
    for (word, text) in parts {
        match word {
            "EREF" => info.end_to_end(text),
            "SVWZ" | "" => info.text(text),
            "KREF" => info.reference("customer", text),
            "MREF" => info.reference("mandate", text),
            "BREF" => info.reference("bank", text),
            "RREF" => info.reference("return", text),
            "CRED" => info.reference("creditor_id", text),
            "DEBT" => info.reference("debtor_id", text),
            "ABWA" | "ABWE" => info.behind(text),
            "ANAM" => info.name(text),
            "IBAN" => info.account(text),
            "BIC" => info.bank(text),
            "PURP" => info.payment.purpose = Some(text.trim().to_owned()).filter(|code| !code.is_empty()),
            "OAMT" => info.original(text),
            "COAM" => info.charge(text, "COAM"),
            _ => info.reference("sequence", text),
        }
    }
}

/// The longest sub-field of a purpose, in characters.
const FULL: usize = 27;

/// A purpose without words: a sub-field is a line of text, but one that is full goes on in the next, within a word too.
fn unworded(fields: &[&str], info: &mut Info<'_>) {
    let mut line = String::new();
    for text in fields {
        line.push_str(text);
        if text.chars().count() != FULL {
            info.text(&line);
            line.clear();
        }
    }
    info.text(&line);
}

/// What a transaction code means; empty where it is not listed.
fn meaning(code: &str) -> &'static str {
    match code {
        "004" | "104" => "direct debit, business to business",
        "005" | "105" => "direct debit, core",
        "008" => "standing order",
        "009" | "109" => "direct debit returned",
        "108" => "direct debit returned, business to business",
        "020" | "116" => "credit transfer issued",
        "051" | "166" => "credit transfer received",
        "052" | "152" => "standing order received",
        "053" | "153" => "salary received",
        "059" | "159" => "credit transfer returned",
        "067" | "167" => "credit transfer received, with structured reference",
        "068" | "168" => "instant credit transfer received",
        "118" => "instant credit transfer issued",
        "119" | "169" => "donation received",
        "071" | "171" => "direct debit collected, core",
        "174" => "direct debit collected, business to business",
        "181" | "184" => "direct debit refused or returned",
        "079" => "batch",
        "191" => "credit transfers issued, batch",
        "192" => "direct debits collected, batch",
        "193" => "direct debits reversed, batch",
        "194" => "credit transfers received, batch",
        "195" => "direct debits received, batch",
        "805" => "closing of account",
        "808" => "charges",
        "814" => "interest",
        "830" => "other",
        "835" => "other credit or debit",
        _ => "",
    }
}

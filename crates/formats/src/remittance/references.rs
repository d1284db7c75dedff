//! References as payers write them in free text: `INV 48129, 48131 less 2%`, `RE 48129-48133`, `48129/30/31`.
//!
//! For the matching of payments. Answers candidates, most certain reading first, and never decides: whether a number names
//! an open invoice is known only beside the book, so what may be a range is answered as its numbers and as it was written.
//! Amounts behind a number, discounts and deductions are taken along. Dates, amounts, IBANs and years alone are no
//! references. Absent on purpose: our own patterns of document numbers, which the caller compares by.

mod words;

use super::DocumentKind;
use crate::amount::{Decimal, Marks, parse_amount};
use crate::day::{DateFormat, parse_day};
use words::{Word, word};

/// The most references that are answered for one payment; what a text holds beyond them is left out.
pub const MAX_REFERENCES: usize = 500;

/// The most numbers that a range may have; a longer one is taken as it was written.
pub const MAX_RANGE: u64 = 200;

/// The longest text that is looked at, in bytes.
const MAX_TEXT: usize = 64 * 1024;

/// What a payer wrote about what it pays.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PayerReferences {
    /// The references in the order of the text.
    pub references: Vec<WrittenReference>,
    /// The discount that the payer says it takes, in percent.
    pub discount_percent: Option<Decimal>,
    /// Amounts that the payer says it holds back, each with the words around it.
    pub deductions: Vec<(Decimal, String)>,
}

/// A number that may name a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrittenReference {
    /// The number, without a word or sign before it (`48129`, `RE-2026-0117`).
    pub number: String,
    /// What the words before it say it is; [`DocumentKind::Other`] where they say nothing.
    pub kind: DocumentKind,
    /// Whether the number stands in the text or was made of what does.
    pub how: How,
    /// The amount that stands behind it.
    pub amount: Option<Decimal>,
    /// The last of several that do (`48129 1,000.00 20.00 980.00`).
    pub last_amount: Option<Decimal>,
}

/// How a reference comes from the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum How {
    /// It stands there.
    Written,
    /// It lies in a range that is written (`48129-48133`); the first and the last do as well.
    InRange,
    /// It is shortened to its last digits (`48129/30`).
    Shortened,
}

/// Reads the references in lines of text.
///
/// ```
/// use dunwell_formats::remittance::references::read_references;
/// let read = read_references(&["INV 48129, 48131 less 2%"]);
/// let numbers: Vec<&str> = read.references.iter().map(|each| each.number.as_str()).collect();
/// assert_eq!((numbers, read.discount_percent.unwrap().to_string()), (vec!["48129", "48131"], "2".to_owned()));
/// ```
pub fn read_references<S: AsRef<str>>(lines: &[S]) -> PayerReferences {
    let mut reading = Reading::default();
    let mut left = MAX_TEXT;
    for line in lines {
        let text = line.as_ref();
        let end = (0..=left.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
        left -= end;
        reading.line(&text[..end]);
    }
    reading.found
}

/// What the words so far say of the next number.
#[derive(Debug, Default)]
struct Reading {
    found: PayerReferences,
    /// What the last word announced.
    kind: Option<DocumentKind>,
    /// Whether a number is expected at once, so that a short one counts too.
    expected: bool,
    /// The number that a range word stands behind (`48129 to …`).
    range_from: Option<String>,
    /// The words since one of deduction (`less freight 25.00`).
    less: Option<String>,
    /// The reference that an amount would belong to.
    last: Option<usize>,
    /// The reference whose amounts are being read.
    amounts_of: Option<usize>,
}

impl Reading {
    fn line(&mut self, text: &str) {
        let spaced = joined_creditor_references(text);
        // A comma or point between digits belongs to an amount, a hyphen to a number.
        let tokens: Vec<&str> = spaced
            .split(|mark: char| mark.is_whitespace() || matches!(mark, ';' | '(' | ')' | '|' | '+' | '*' | '"' | '='))
            .collect();
        let tokens: Vec<&str> =
            tokens.into_iter().flat_map(without_list_commas).filter(|token| !token.is_empty()).collect();
        for (at, token) in tokens.iter().enumerate() {
            let percent_follows = tokens.get(at + 1).is_some_and(|next| next.starts_with('%'));
            self.token(token, percent_follows);
        }
        self.less = None;
        self.range_from = None;
        (self.last, self.amounts_of) = (None, None);
    }

    fn token(&mut self, token: &str, percent_follows: bool) {
        let bare = token.trim_matches(|mark: char| matches!(mark, ',' | ':' | '#' | '\'' | '*' | '!' | '°'));
        let bare = bare.strip_suffix('.').unwrap_or(bare);
        if bare.is_empty() || bare == "%" {
            return;
        }
        if let Some(percent) = percent(bare, percent_follows) {
            self.found.discount_percent.get_or_insert(percent);
            self.less = None;
            return;
        }
        if !bare.bytes().any(|byte| byte.is_ascii_digit()) {
            return self.say(bare);
        }
        if is_day(bare) || is_account(bare) {
            return;
        }
        if let Some(amount) = amount(bare) {
            return self.amount(amount);
        }
        self.number(bare);
    }

    /// A word.
    fn say(&mut self, text: &str) {
        match word(text) {
            Word::Document(kind) => {
                (self.kind, self.expected, self.range_from) = (Some(kind), true, None);
            }
            Word::Filler => {}
            // An amount behind it (`48129 and 50.00 for 48130`) is not that of the number before.
            Word::And => (self.range_from, self.last, self.amounts_of) = (None, None, None),
            Word::Range => self.range_from = self.last.map(|at| self.found.references[at].number.clone()),
            Word::Less => {
                self.less = Some(String::new());
                self.expected = false;
            }
            Word::Currency => {}
            Word::Other => {
                if let Some(words) = &mut self.less {
                    if words.len() < 200 {
                        words.push_str(if words.is_empty() { "" } else { " " });
                        words.push_str(text);
                    }
                } else {
                    (self.kind, self.expected) = (None, false);
                }
                self.range_from = None;
                self.name_deduction(text);
            }
        }
    }

    /// Words behind a deduction say what it is for (`less 25.00 freight`).
    fn name_deduction(&mut self, text: &str) {
        if self.less.is_none()
            && self.last.is_none()
            && let Some((_, words)) = self.found.deductions.last_mut().filter(|(_, words)| words.is_empty())
        {
            words.push_str(text);
        }
    }

    fn amount(&mut self, amount: Decimal) {
        if let Some(words) = self.less.take() {
            let amount = if amount.is_negative() { amount.negated() } else { amount };
            self.found.deductions.push((amount, words));
            self.last = None;
        } else if let Some(at) = self.last.take() {
            self.amounts_of = Some(at);
            self.found.references[at].amount = Some(amount);
        } else if let Some(at) = self.amounts_of {
            self.found.references[at].last_amount = Some(amount);
        }
    }

    /// What may be one number or several.
    fn number(&mut self, token: &str) {
        let (head, rest) = split_head(token);
        let mut token = token;
        if let Word::Document(kind) = word(head) {
            (self.kind, self.expected) = (Some(kind), true);
            token = rest;
        }
        if let Some(from) = self.range_from.take()
            && let Some(numbers) = between(&from, token)
        {
            // The first is there already; it is one of the range now.
            if let Some(first) = self.last.and_then(|at| self.found.references.get_mut(at)) {
                first.how = How::InRange;
            }
            numbers.into_iter().skip(1).for_each(|number| self.push(number, How::InRange));
            return;
        }
        if let Some((numbers, how)) = expanded(token) {
            let whole = how != How::Written;
            numbers.into_iter().for_each(|number| self.push(number, how));
            if whole {
                self.push(token.to_owned(), How::Written);
                // An amount behind a range is that of the whole.
            }
            return;
        }
        let digits = token.bytes().filter(u8::is_ascii_digit).count();
        let year = digits == 4 && token.len() == 4 && (token.starts_with("19") || token.starts_with("20"));
        if self.expected || (digits >= 4 && !year) {
            self.push(token.to_owned(), How::Written);
        }
    }

    fn push(&mut self, number: String, how: How) {
        let kind = self.kind.unwrap_or(DocumentKind::Other);
        let kind = if is_creditor_reference(&number) { DocumentKind::CreditorReference } else { kind };
        let known = self.found.references.iter().position(|known| known.number == number);
        let at = known.or_else(|| {
            if self.found.references.len() >= MAX_REFERENCES {
                return None;
            }
            self.found.references.push(WrittenReference { number, kind, how, amount: None, last_amount: None });
            Some(self.found.references.len() - 1)
        });
        (self.last, self.amounts_of) = (at, None);
    }
}

/// Parts a token at commas that part a list; one between a number and two digits is a decimal mark.
fn without_list_commas(token: &str) -> Vec<&str> {
    if !token.contains(',') || amount(token).is_some() {
        return vec![token];
    }
    token.split(',').collect()
}

/// Letters and signs before the first digit, and what stands behind: `INV#48129`, `Inv.48129`, `INV48129`. The number of
/// `RE-2026-0117` keeps its letters, for a hyphen makes them a part of it.
fn split_head(token: &str) -> (&str, &str) {
    let at = token.find(|mark: char| mark.is_ascii_digit()).unwrap_or(0);
    let (head, rest) = token.split_at(at);
    if head.ends_with(['-', '/', '_']) { ("", token) } else { (head.trim_end_matches(['.', ':', '#', '°']), rest) }
}

/// The numbers that a token is a short way of writing: of one length between slashes, shortened behind slashes, or from one
/// to another behind a hyphen.
fn expanded(token: &str) -> Option<(Vec<String>, How)> {
    let slashes: Vec<&str> = token.split(['/', '&']).filter(|part| !part.is_empty()).collect();
    let numeric = |part: &&str| part.bytes().all(|byte| byte.is_ascii_digit());
    if slashes.len() > 1 && slashes.iter().all(numeric) && slashes.len() <= MAX_REFERENCES {
        let (first, rest) = (slashes[0], &slashes[1..]);
        if first.len() >= 4 && rest.iter().all(|part| part.len() == first.len()) {
            return Some((slashes.iter().map(|part| (*part).to_owned()).collect(), How::Written));
        }
        let short = rest[0].len();
        if first.len() >= 5 && short <= 3 && rest.iter().all(|part| part.len() == short) {
            let stem = &first[..first.len() - short];
            let others = rest.iter().map(|part| format!("{stem}{part}"));
            return Some((core::iter::once(first.to_owned()).chain(others).collect(), How::Shortened));
        }
        return None;
    }
    let (from, to) =
        token.split_once(['-', '–', '—']).map(|(from, to)| (from.trim(), to.trim_start_matches(['-', '–'])))?;
    between(from, to).map(|numbers| (numbers, How::InRange))
}

/// The numbers from one to another, both written with the same letters before them; the second may be shortened to its
/// last digits. `None` where it is no range: backwards, longer than [`MAX_RANGE`], too short to be told from a suffix, or
/// years.
fn between(from: &str, to: &str) -> Option<Vec<String>> {
    let cut = |text: &str| {
        text.rfind(|mark: char| !mark.is_ascii_digit())
            .map_or(0, |at| at + text[at..].chars().next().map_or(1, char::len_utf8))
    };
    let (stem, first) = from.split_at(cut(from));
    let (other, last) = to.split_at(cut(to));
    if !(other.is_empty() || other == stem)
        || first.len() < 4
        || first.len() > 18
        || last.is_empty()
        || last.len() > first.len()
    {
        return None;
    }
    if last.len() < 2 || (first.len() == 4 && (first.starts_with("19") || first.starts_with("20"))) {
        return None;
    }
    let last = format!("{}{last}", &first[..first.len() - last.len()]);
    let (begin, end) = (first.parse::<u64>().ok()?, last.parse::<u64>().ok()?);
    if end <= begin || end - begin >= MAX_RANGE {
        return None;
    }
    Some((begin..=end).map(|number| format!("{stem}{number:0width$}", width = first.len())).collect())
}

/// A percentage: `2%`, or `2` before `%`.
fn percent(token: &str, follows: bool) -> Option<Decimal> {
    let number = token.strip_suffix('%').or(follows.then_some(token))?;
    let number = number.trim_start_matches(['-', '–']);
    let value = parse_amount(number, if number.contains(',') { Marks::COMMA } else { Marks::POINT }).ok()?.value;
    let hundred = Decimal { digits: 100, scale: 0 };
    value.checked_sub(hundred).filter(|over| over.is_negative() && !value.is_negative()).map(|_| value)
}

/// An amount: a number with two decimals behind its mark, perhaps with a currency.
fn amount(token: &str) -> Option<Decimal> {
    let body = token.trim_end_matches(|mark: char| !mark.is_ascii_digit());
    let tail = body.rfind(['.', ',']).map(|at| &body[at + 1..])?;
    if tail.len() != 2 || body.matches(['/', '_']).next().is_some() {
        return None;
    }
    parse_amount(token, Marks::DETECT).ok().map(|amount| amount.value)
}

/// Whether a token is a date.
fn is_day(token: &str) -> bool {
    let marks = token.matches(['.', '/', '-']).count();
    if marks < 2 || token.len() > 10 {
        return false;
    }
    let format = |order: &str| DateFormat::parse(order);
    ["D.M.Y", "D.M.YY", "M/D/Y", "M/D/YY", "Y-M-D"]
        .into_iter()
        .filter_map(format)
        .any(|format| parse_day(token, format).is_ok())
}

/// Whether a number begins with a word for a document: `INV48129`, `RE-2026-0117`.
pub(super) fn names_document(number: &str) -> bool {
    let at = number.find(|mark: char| !mark.is_alphabetic()).unwrap_or(number.len());
    at > 0 && matches!(word(&number[..at]), Word::Document(_))
}

/// Whether a token has the shape of an IBAN: two letters, two digits, and at least eleven more.
pub(super) fn is_account(token: &str) -> bool {
    let bytes = token.as_bytes();
    bytes.len() >= 15
        && bytes[..2].iter().all(u8::is_ascii_uppercase)
        && &bytes[..2] != b"RF"
        && bytes[2..4].iter().all(u8::is_ascii_digit)
        && bytes.iter().all(u8::is_ascii_alphanumeric)
}

/// Whether a token is a creditor reference by ISO 11649.
fn is_creditor_reference(token: &str) -> bool {
    let Some(rest) = token.strip_prefix("RF") else { return false };
    if !(6..=23).contains(&rest.len()) || !rest.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return false;
    }
    let (check, body) = rest.split_at(2);
    let remainder = body.bytes().chain(*b"RF").chain(check.bytes()).try_fold(0_u32, |sum, byte| {
        let value = char::from(byte).to_digit(36)?;
        Some(if value < 10 { (sum * 10 + value) % 97 } else { (sum * 100 + value) % 97 })
    });
    remainder == Some(1)
}

/// Creditor references are printed in groups of four: the groups are joined where they make one.
fn joined_creditor_references(text: &str) -> String {
    let words: Vec<&str> = text.split(' ').collect();
    let mut out: Vec<String> = Vec::with_capacity(words.len());
    let mut at = 0;
    while at < words.len() {
        let mut taken = 1;
        if words[at].starts_with("RF") && words[at].len() == 4 {
            let longest = (2..=7)
                .rev()
                .find(|groups| words.get(at..at + groups).is_some_and(|group| is_creditor_reference(&group.concat())));
            taken = longest.unwrap_or(1);
        }
        out.push(words[at..at + taken].concat());
        at += taken;
    }
    out.join(" ")
}

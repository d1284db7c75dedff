//! An advice without a table: each reference in its text is a line, and its sentences tell of the payment.

use super::grid::GridRow;
use super::payment_words::{PaymentWords, plain_day, read_payment};
use super::{AdviceProfile, AdviceTitle, Titled, titles};
use crate::amount::Decimal;
use crate::bank::{Place, ReadOptions, Refusal};
use crate::currency::CurrencyCode;
use crate::remittance::references::read_references;
use crate::remittance::{DocumentKind, DocumentRef, RemittanceAdvice, RemittanceFile, RemittanceLine};

/// What the rows say of the payment in sentences.
pub(in crate::remittance) fn payment_words<'r>(rows: impl Iterator<Item = &'r GridRow>) -> PaymentWords {
    let lines: Vec<String> = rows.map(|row| row.said().collect::<Vec<_>>().join(" ")).collect();
    read_payment(lines.iter().map(String::as_str))
}

/// A text without a table: each reference is a line, with the amount behind it. What titles say of the payment goes before
/// what sentences do; amounts whose currency nobody can tell are left out.
pub(super) fn of_words(rows: &[GridRow], profile: &AdviceProfile, options: &ReadOptions, file: &mut RemittanceFile) {
    let titles = titles(rows, profile);
    let title = |title| titles.get(&title).map(|title: &Titled| title.text.as_str());
    let said = payment_words(rows.iter());
    let total = titles.get(&AdviceTitle::Paid).and_then(|title| title.amount(profile.marks));
    let of_total = total.as_ref().and_then(|total| CurrencyCode::parse(total.currency.as_deref()?));
    let currency = title(AdviceTitle::Currency).and_then(CurrencyCode::parse).or(of_total);
    let currency = currency.or_else(|| said.currency.or(options.currency));
    let minor = |amount: Decimal| currency.and_then(|currency| amount.minor_units(currency.exponent()));
    let mut advice = RemittanceAdvice {
        place: Place::line(1),
        currency,
        reference: title(AdviceTitle::Reference).map(str::to_owned).or_else(|| said.reference.clone()),
        paid: total.map(|total| total.value).or(said.paid).and_then(minor),
        payment_day: title(AdviceTitle::PaymentDay).and_then(plain_day).or(said.day),
        ..RemittanceAdvice::default()
    };
    advice.payer.name = title(AdviceTitle::Payer).filter(|name| !name.contains('@')).map(str::to_owned);
    let named: Vec<Place> = titles.values().map(|title| title.place).collect();
    let rows: Vec<&GridRow> = rows.iter().filter(|row| !named.contains(&row.place)).collect();
    let paid = advice.paid;
    let but = |numbers: &[String]| lines(&rows, numbers, options.limits.entries, paid, &minor);
    let all: Vec<String> = said.numbers.iter().cloned().chain(said.reference.clone()).collect();
    let mut comparable;
    (advice.lines, comparable) = but(&all);
    // A bare `ref` may be the document: its number is a line unless others are named as documents.
    let others = advice.lines.iter().any(|line| line.documents.iter().any(|named| named.kind != DocumentKind::Other));
    if !others && said.numbers.is_empty() {
        (advice.lines, comparable) = but(&[]);
    }
    if advice.lines.len() > options.limits.entries {
        file.refused = Some(Refusal::TooLarge { limit: format!("more than {} lines", options.limits.entries) });
    } else if !advice.lines.is_empty() {
        file.controls.extend(advice.total_control().filter(|_| comparable));
        file.advices.push(advice);
    }
}

/// The references of rows as lines, but for these numbers of payments; at most one more than `most`. Where several amounts
/// stand behind a number (what was due, the discount, what is paid), it is the last one that is paid if all lines come to the
/// payment so; if they come to it neither way, nobody can tell. Answers whether lines and payment can be held against each
/// other as well: not where words say what is taken off, nor where a line has no amount and they do not come to more.
fn lines(
    rows: &[&GridRow],
    but: &[String],
    most: usize,
    paid: Option<i64>,
    minor: &impl Fn(Decimal) -> Option<i64>,
) -> (Vec<RemittanceLine>, bool) {
    let Read { mut lines, lasts, takes_off } = all_lines(rows, but, most, minor);
    let Some(paid) = paid.map(i128::from) else { return (lines, false) };
    let sum = |amounts: &mut dyn Iterator<Item = Option<i64>>| amounts.flatten().map(i128::from).sum::<i128>();
    let first = sum(&mut lines.iter().map(|line| line.paid));
    let all = lines.iter().all(|line| line.paid.is_some());
    let comparable = !takes_off && (all || first > paid);
    if first != paid {
        let foots = sum(&mut lines.iter().zip(&lasts).map(|(line, last)| last.or(line.paid))) == paid;
        for (line, last) in lines.iter_mut().zip(lasts).filter(|(_, last)| last.is_some() && (foots || !takes_off)) {
            line.paid = last.filter(|_| foots);
        }
    }
    (lines, comparable)
}

/// What rows say of documents.
#[derive(Default)]
struct Read {
    /// Each with the first amount behind its number.
    lines: Vec<RemittanceLine>,
    /// The last amount behind each, where there are several.
    lasts: Vec<Option<i64>>,
    /// Whether they say what is taken off (`less 20.00 discount`, `less 2%`).
    takes_off: bool,
}

/// Reads rows, but for these numbers of payments; at most one line more than `most`.
fn all_lines(rows: &[&GridRow], but: &[String], most: usize, minor: &impl Fn(Decimal) -> Option<i64>) -> Read {
    let mut found = Read::default();
    for row in rows {
        let line = row.said().collect::<Vec<_>>().join(" ");
        // What quotes an earlier mail says nothing of this payment.
        if line.starts_with('>') {
            continue;
        }
        let words: String = line.chars().take(200).collect();
        let left = but
            .iter()
            .filter(|number| line.contains(number.as_str()))
            .fold(line.clone(), |line, number| less(&line, number));
        let read = read_references(&[left]);
        found.takes_off |= !read.deductions.is_empty() || read.discount_percent.is_some();
        for written in read.references {
            if found.lines.len() > most {
                return found;
            }
            found.lasts.push(written.last_amount.and_then(minor));
            found.lines.push(RemittanceLine {
                place: row.place,
                documents: vec![DocumentRef { kind: written.kind, code: String::new(), number: written.number }],
                paid: written.amount.and_then(minor),
                text: vec![words.clone()],
                ..RemittanceLine::default()
            });
        }
    }
    found
}

/// A line without the words that are this number.
fn less(line: &str, number: &str) -> String {
    let is_it = |word: &&str| {
        let bare = word.trim_matches(|mark: char| !mark.is_ascii_alphanumeric());
        bare == number || bare.strip_suffix(number).is_some_and(|before| before.ends_with([':', '#', '=']))
    };
    line.split(' ').filter(|word| !is_it(word)).collect::<Vec<_>>().join(" ")
}

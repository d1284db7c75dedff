//! What the sentences of a mail say of the payment as a whole: its amount and currency, its day, its reference.
//!
//! `We paid EUR 1,950.00 on 11 November 2026, ref PAY88`. Only sentences that speak of a payment are read, and nothing is
//! guessed: where two amounts, two days or two references could be the payment's, none is told. Absent on purpose: the
//! documents that are paid ([`crate::remittance::references`]), and who pays.

use crate::amount::{Decimal, Marks, parse_amount};
use crate::currency::CurrencyCode;
use crate::day::{DateFormat, Day, parse_day};
use crate::remittance::references::{is_account, names_document};

/// The most words of a sentence; what is longer is no sentence about a payment.
const MOST_WORDS: usize = 400;
/// The most different amounts, days and references that are kept of a text.
const MOST_VALUES: usize = 20;

/// What the sentences say of the payment; what is not said, or said in two ways, is `None`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(in crate::remittance) struct PaymentWords {
    /// The amount.
    pub(in crate::remittance) paid: Option<Decimal>,
    /// The currency beside the amounts of the text.
    pub(in crate::remittance) currency: Beside,
    /// The day of payment.
    pub(in crate::remittance) day: Option<Day>,
    /// The payment's reference.
    pub(in crate::remittance) reference: Option<String>,
    /// Numbers that are payments' for sure (`payment reference`, `trace`) and no documents', as those of a bare `ref` are not.
    pub(in crate::remittance) numbers: Vec<String>,
}

/// Which currency stands beside the amounts of a text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(in crate::remittance) enum Beside {
    /// None does.
    #[default]
    Nothing,
    /// One does.
    Code(CurrencyCode),
    /// A sign does that several currencies share (`$`).
    Sign(String),
    /// Several do.
    Several,
}

impl Beside {
    /// The currency of amounts, where the caller would take its own for those that name none; `None` where nobody can tell.
    pub(in crate::remittance) fn or(&self, own: Option<CurrencyCode>) -> Option<CurrencyCode> {
        match self {
            Self::Nothing => own,
            Self::Code(code) => Some(*code),
            Self::Sign(sign) => own.filter(|own| bears(*own, sign)),
            Self::Several => None,
        }
    }
}

/// Whether a currency is written with a sign that others share.
fn bears(currency: CurrencyCode, sign: &str) -> bool {
    let shared: &[&str] = match sign {
        "$" => &["USD", "CAD", "AUD", "NZD", "HKD", "SGD", "TWD", "MXN", "CLP"],
        "¥" => &["JPY", "CNY"],
        "kr" | "kr." => &["SEK", "NOK", "DKK", "ISK"],
        "Rs" | "Rs." => &["INR"],
        _ => &[],
    };
    shared.contains(&currency.as_str())
}

/// An amount as it stands in a sentence.
struct Written {
    at: usize,
    end: usize,
    value: Decimal,
    currency: Option<CurrencyCode>,
    sign: Option<String>,
}

/// Reads lines of text; a blank line ends a paragraph, and so does one that quotes an earlier mail.
pub(super) fn read_payment<'t>(lines: impl IntoIterator<Item = &'t str>) -> PaymentWords {
    let mut found = Found::default();
    each_sentence(lines, |words| found.sentence(words));
    found.told()
}

/// The sentences of lines of text, each as its words.
fn each_sentence<'t>(lines: impl IntoIterator<Item = &'t str>, mut say: impl FnMut(&[&str])) {
    let mut sentence: Vec<&str> = Vec::new();
    for line in lines {
        if line.trim().is_empty() || line.trim_start().starts_with('>') {
            say(&core::mem::take(&mut sentence));
            continue;
        }
        for word in line.split_whitespace().flat_map(parted) {
            let begins = word.chars().next().is_some_and(char::is_uppercase);
            if begins && sentence.last().is_some_and(|last| ends(last)) {
                say(&core::mem::take(&mut sentence));
            }
            sentence.push(word);
        }
    }
    say(&sentence);
}

/// Whether some sentence says that its writer paid: `we paid`, `EUR 7.00 was transferred`, `haben wir überwiesen`. Not one
/// that denies it or asks for it, nor one by which a seller thanks.
pub(super) fn writer_paid<'t>(lines: impl IntoIterator<Item = &'t str>) -> bool {
    const DID: &str = "paid paying remitted remitting transferred transferring wired wiring settled bezahlt bezahlten gezahlt \
        zahlen zahlten überwiesen ueberwiesen überweisen angewiesen beglichen payé réglé viré betaald overgemaakt";
    const WRITER: &str =
        "we wir nous wij i ich weve our unsere is was were been will wurde wurden worden wird werden werd zijn";
    const SELLER: &str = "received receiving thank thanks thanking subscription membership card donation erhalten eingegangen \
        eingang danken vielen reçu merci ontvangen";
    let mut paid = false;
    each_sentence(lines, |words| {
        if paid || words.is_empty() || words.len() > MOST_WORDS {
            return;
        }
        let keys: Vec<String> = words.iter().map(|word| key(word)).collect();
        let says = |list| keys.iter().any(|key| has(list, key));
        let by_reader =
            |at: usize| (at.saturating_sub(3)..at).any(|near| matches!(keys[near].as_str(), "you" | "youve" | "sie"));
        let did = (0..keys.len()).any(|at| has(DID, &keys[at]) && !by_reader(at));
        paid = did && says(WRITER) && !says(SELLER) && !says(DENIES) && !asks(&keys);
    });
    paid
}

/// Whether words ask for something, as one who is owed does.
pub(super) fn asks_for(text: &str) -> bool {
    asks(&text.split_whitespace().map(key).collect::<Vec<_>>())
}

/// A word parted behind a colon and before a number sign: `ref:PAY88`, `check#10234`.
fn parted(word: &str) -> impl Iterator<Item = &str> {
    word.split_inclusive([':', '=']).flat_map(|part| {
        let at = part.find('#').unwrap_or(0);
        let (before, behind) = part.split_at(at);
        [before, behind].into_iter().filter(|part| !part.is_empty())
    })
}

/// What was found so far, each with all its values.
#[derive(Default)]
struct Found {
    paid: Vec<Decimal>,
    currencies: Vec<CurrencyCode>,
    signs: Vec<String>,
    days: Vec<Day>,
    sure: Vec<String>,
    loose: Vec<String>,
}

impl Found {
    fn sentence(&mut self, words: &[&str]) {
        if words.is_empty() || words.len() > MOST_WORDS {
            return;
        }
        let keys: Vec<String> = words.iter().map(|word| key(word)).collect();
        let amounts = amounts(words);
        for amount in &amounts {
            add(&mut self.currencies, amount.currency);
            add(&mut self.signs, amount.sign.clone());
        }
        let says = |list| keys.iter().any(|key| has(list, key));
        if says(DENIES) || asks(&keys) {
            return;
        }
        for at in 0..words.len() {
            if let Some((number, sure)) = reference(words, &keys, at) {
                add(if sure { &mut self.sure } else { &mut self.loose }, Some(number));
            }
        }
        if !says(PAYS) {
            return;
        }
        for amount in amounts.iter().filter(|amount| is_free(words, &keys, amount)) {
            add(&mut self.paid, Some(amount.value.normalised()));
        }
        days(words, &keys).into_iter().for_each(|day| add(&mut self.days, Some(day)));
    }

    fn told(self) -> PaymentWords {
        let references = if self.sure.is_empty() { self.loose } else { self.sure.clone() };
        let currency = match (self.currencies.as_slice(), self.signs.as_slice()) {
            ([], []) => Beside::Nothing,
            ([code], []) => Beside::Code(*code),
            ([], [sign]) => Beside::Sign(sign.clone()),
            ([code], [sign]) if bears(*code, sign) => Beside::Code(*code),
            _ => Beside::Several,
        };
        PaymentWords {
            paid: only(self.paid).filter(|paid| !paid.is_negative() && !paid.is_zero()),
            currency,
            day: only(self.days),
            reference: only(references),
            numbers: self.sure,
        }
    }
}

/// Adds what is not there; two would do to know that nothing is certain.
fn add<T: PartialEq>(list: &mut Vec<T>, value: Option<T>) {
    if list.len() < MOST_VALUES {
        list.extend(value.filter(|value| !list.contains(value)));
    }
}

/// The only one of a list.
fn only<T>(mut list: Vec<T>) -> Option<T> {
    list.pop().filter(|_| list.is_empty())
}

/// Words of a payment, in lower case and without signs.
const PAYS: &str = "paid pay paying payment payments prepaid remitted remit remitting remittance transfer transferred \
    transferring wired wire ach check cheque settled bezahlt bezahlen bezahlten gezahlt zahlen zahlten \
    zahlung zahlungen überwiesen ueberwiesen überweisen überweisung ueberweisung angewiesen beglichen \
    zahlungsavis payé virement betaald";
/// Words by which a sentence speaks of what is not paid, or asks for a payment.
const DENIES: &str = "not never cannot cant didnt havent wont unpaid outstanding overdue reminder shortpaid short \
    underpaid overpaid difference refund nicht kein keine keinen mahnung offen überfällig differenz \
    erstattung";
/// What stands before an amount that is no payment, but lowers or splits one.
const LOWERS: &str = "less minus discount discounts skonto abzüglich abzgl abzug deduct deducted deducting deduction \
    withheld fee fees charge charges gebühr gebühren tax vat mwst";
/// What may stand between two things that belong together.
const SMALL: &str = "of the a an for with about amount is was over by von über mit der die das den betrag ihv wegen für \
    to";

/// Whether a sentence asks for something, but for attention: `please find`, `please note`.
fn asks(keys: &[String]) -> bool {
    const ATTENTION: &str = "find note see be apply allocate book credit beachten finden buchen ordnen post accept";
    keys.iter().enumerate().any(|(at, key)| {
        matches!(key.as_str(), "please" | "kindly" | "bitte")
            && !keys.get(at + 1).is_some_and(|next| has(ATTENTION, next))
    })
}

/// Whether a list of words has this one.
fn has(list: &str, key: &str) -> bool {
    !key.is_empty() && list.split(' ').any(|word| word == key)
}

/// A word in lower case without the signs around and in it; `EUR 1.00` keeps its digits, which no word of ours has.
fn key(word: &str) -> String {
    if word.len() > 40 {
        return String::new();
    }
    word.chars().filter(|mark| mark.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Whether a sentence may end with this word: no day (`11.`) and no short form (`no.`, `Nr.`, `inv.`) does.
fn ends(word: &str) -> bool {
    const SHORT: &str = "no nr nos ref inv st co ltd inc rg re dr mr mrs ms abzgl";
    let bare = word.trim_end_matches(['.', '!', '?', ';']);
    let last = bare.chars().next_back();
    if bare.len() == word.len() {
        return false;
    }
    let digits = bare.bytes().all(|byte| byte.is_ascii_digit());
    !word.ends_with('.') || last.is_none() || !(digits && bare.len() <= 2 || has(SHORT, &key(bare)) || month(bare))
}

/// Whether a word is the name of a month.
fn month(word: &str) -> bool {
    parse_day(&format!("1 {word} 2000"), DateFormat::DAY_FIRST).is_ok()
        && word.chars().all(|mark| mark.is_alphabetic() || mark == '.')
}

/// Currencies that are known by their code; words of three letters are many.
const CODES: &str = "EUR USD GBP CHF JPY CAD AUD NZD SEK NOK DKK ISK PLN CZK HUF RON BGN TRY RUB UAH CNY HKD SGD TWD KRW \
    INR IDR MYR THB PHP VND ILS AED SAR KWD ZAR NGN BRL MXN CLP";

/// What a word says of the currency of the amount beside it: a code, or a sign that may mean several.
fn currency(word: &str) -> Option<(Option<CurrencyCode>, Option<String>)> {
    let bare = word.trim_matches(|mark: char| matches!(mark, ',' | '.' | ':' | '(' | ')' | ';' | '='));
    if has(CODES, bare) {
        return Some((CurrencyCode::parse(bare), None));
    }
    match key(bare).as_str() {
        "euro" | "euros" => return Some((CurrencyCode::parse("EUR"), None)),
        "dollar" | "dollars" => return Some((None, Some("$".to_owned()))),
        _ => {}
    }
    if bare.chars().count() > 3 || bare.bytes().any(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let beside = parse_amount(&format!("{bare}1.00"), Marks::POINT).ok()?;
    let sign = beside.sign.filter(|sign| !sign.bytes().all(|byte| byte.is_ascii_alphabetic()))?;
    match beside.currency {
        Some(code) => Some((CurrencyCode::parse(&code), None)),
        None => Some((None, Some(sign))),
    }
}

/// The amounts of a sentence: with two decimals, or any number beside its currency.
fn amounts(words: &[&str]) -> Vec<Written> {
    let mut found: Vec<Written> = Vec::new();
    for (at, word) in words.iter().enumerate() {
        let bare = word.trim_matches(|mark: char| matches!(mark, ',' | ':' | ';' | '(' | ')' | '!' | '?' | '"' | '='));
        let bare = bare.strip_suffix('.').unwrap_or(bare);
        if !bare.bytes().any(|byte| byte.is_ascii_digit()) || day_without_year(word) {
            continue;
        }
        let Ok(read) = parse_amount(bare, Marks::DETECT) else { continue };
        let own = match (&read.sign, &read.currency) {
            (None, _) => None,
            (Some(_), Some(code)) if has(CODES, code) => Some((CurrencyCode::parse(code), None)),
            (Some(sign), None) => Some((None, Some(sign.clone()))),
            // Three letters before a number that are no currency make it a number of something.
            (Some(_), Some(_)) => continue,
        };
        let before = at.checked_sub(1).filter(|at| found.last().is_none_or(|last| last.end <= *at));
        let before = before.and_then(|at| currency(words[at])).map(|currency| (currency, at - 1, at + 1));
        let plain = read.value.scale == 2;
        // In `48129 EUR 970.00` the code belongs to the amount behind it.
        let taken = words.get(at + 2).is_some_and(|word| word.bytes().any(|byte| byte.is_ascii_digit()));
        let behind = words.get(at + 1).filter(|_| plain || !taken).and_then(|word| currency(word));
        let behind = behind.map(|currency| (currency, at, at + 2));
        let beside = own.map(|currency| (currency, at, at + 1)).or(before).or(behind);
        let Some(((currency, sign), from, end)) = beside.or_else(|| plain.then_some(((None, None), at, at + 1))) else {
            continue;
        };
        found.push(Written { at: from, end, value: read.value, currency, sign });
    }
    found
}

/// A day and a month without their year (`11.11.`), which look like an amount.
fn day_without_year(word: &str) -> bool {
    let bare = word.trim_matches(|mark: char| matches!(mark, ',' | ':' | ';' | '(' | ')'));
    let parts: Vec<&str> = bare.split('.').collect();
    let two = |part: &str| (1..=2).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
    matches!(parts[..], [day, month, ""] if two(day) && two(month))
}

/// Whether an amount may be the payment's: neither that of a document before it, nor one that lowers it.
fn is_free(words: &[&str], keys: &[String], amount: &Written) -> bool {
    let is = |list, at: usize| keys.get(at).is_some_and(|key| has(list, key));
    if is(LOWERS, amount.end) {
        return false;
    }
    let mut close = true;
    for at in (amount.at.saturating_sub(4)..amount.at).rev() {
        if is(LOWERS, at) {
            return false;
        }
        if words[at].bytes().any(|byte| byte.is_ascii_digit()) {
            return !close || plain_day(words[at]).is_some() || year(words[at]);
        }
        close &= is(SMALL, at) || keys[at].is_empty();
    }
    true
}

fn year(word: &str) -> bool {
    let bare = word.trim_end_matches([',', '.', ':', ')', ';']);
    bare.len() == 4
        && (bare.starts_with("19") || bare.starts_with("20"))
        && bare.bytes().all(|byte| byte.is_ascii_digit())
}

/// The days that a sentence says as those of the payment: behind `on`, `am`, `value date` and the like, or beside the word
/// for it; not those of a document.
fn days(words: &[&str], keys: &[String]) -> Vec<Day> {
    const ON: &str = "on am zum per value valuta wertstellung date datum valued effective the den le op monday tuesday \
        wednesday thursday friday saturday sunday montag dienstag mittwoch donnerstag freitag samstag";
    const OTHER: &str = "issued due invoiced received delivered invoice invoices rechnung rechnungen ordered order shipped \
        ausgestellt fällig erhalten geliefert bestellt statement";
    let mut found = Vec::new();
    let mut at = 0;
    while at < words.len() {
        let Some((day, taken)) = day_at(words, at) else {
            at += 1;
            continue;
        };
        let before = |back: usize| at.checked_sub(back).and_then(|at| keys.get(at)).map_or("", String::as_str);
        let pays = |word: &str| has(PAYS, word) || word == "zahlungsdatum" || word == "zahlungstag";
        let mut back = 1;
        while has(ON, before(back)) {
            back += 1;
        }
        let told = if before(1) == "dated" {
            pays(before(2))
        } else if back > 1 {
            !has(OTHER, before(back))
        } else {
            pays(before(1)) || keys.get(at + taken).is_some_and(|key| pays(key))
        };
        if told {
            found.push(day);
        }
        at += taken;
    }
    found
}

/// The day that begins at a word, and how many words it takes.
fn day_at(words: &[&str], at: usize) -> Option<(Day, usize)> {
    let first = words[at].trim_start_matches(['(', ',']);
    if !first.chars().next().is_some_and(|mark| mark.is_ascii_digit() || mark.is_alphabetic()) {
        return None;
    }
    if let Some(day) = plain_day(first) {
        return Some((day, 1));
    }
    for taken in [4, 3, 2] {
        let Some(parts) = words.get(at..at + taken) else { continue };
        let text = parts.join(" ");
        let text = text.trim_matches(|mark: char| !mark.is_alphanumeric());
        let named = parts.iter().any(|part| month(part.trim_matches(',')));
        if named
            && parts.last().is_some_and(|last| year(last))
            && let Some(day) = plain_day(text)
        {
            return Some((day, taken));
        }
    }
    None
}

/// A day that can be read in one way only: with the month's name, ISO, dotted, or with slashes where just one order gives a
/// day. A year of two digits is read behind dots alone.
pub(super) fn plain_day(text: &str) -> Option<Day> {
    let text = text.trim().trim_end_matches([',', '.', ';', ':', ')', '!', '?']).trim_start_matches('(');
    if text.len() < 6 || !text.chars().any(|mark| mark.is_ascii_digit()) || text.len() > 40 {
        return None;
    }
    let dotted = text.matches('.').count() == 2 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    if dotted {
        let short = DateFormat { two_digit_years: true, ..DateFormat::DAY_FIRST };
        return parse_day(text, short).ok();
    }
    if !text.contains(['-', '/', '.', ' ']) {
        return None;
    }
    let read = |format| parse_day(text, format).ok();
    match (read(DateFormat::ISO), read(DateFormat::DAY_FIRST), read(DateFormat::MONTH_FIRST)) {
        (Some(day), _, _) | (None, Some(day), None) | (None, None, Some(day)) => Some(day),
        (None, Some(one), Some(other)) => Some(one).filter(|one| *one == other),
        (None, None, None) => None,
    }
}

/// The reference that the words at a place announce as the payment's, and whether they do so for sure.
fn reference(words: &[&str], keys: &[String], at: usize) -> Option<(String, bool)> {
    const SURE: &str = "zahlungsreferenz zahlungsid zahlungsnummer zahlungsnr überweisungsreferenz überweisungsnummer trace \
        endtoendid uetr transactionid paymentid paymentref paymentreference paymentno checkno \
        transaktionsnummer schecknummer";
    const LOOSE: &str = "ref reference referenz refno verwendungszweck refnr";
    const OF_PAYMENT: &str = "payment our wire transfer bank remittance transaction ach fed swift zahlung unsere zahlungs check \
        cheque eft";
    const OF_OTHERS: &str =
        "your invoice order customer account po ihre ihr ihrer rechnung contract client kunden vendor";
    const NUMBER: &str = "no number nr nummer num id #";
    let word = keys[at].as_str();
    let before = at.checked_sub(1).map_or("", |at| keys[at].as_str());
    let next = keys.get(at + 1).map_or("", String::as_str);
    let numbered = has(NUMBER, next) || words.get(at + 1).is_some_and(|word| word.starts_with('#'));
    let sure = if has(SURE, word) {
        true
    } else if has(LOOSE, word) {
        if has(OF_OTHERS, before) {
            return None;
        }
        has(OF_PAYMENT, before)
    } else if matches!(word, "check" | "cheque" | "scheck") {
        if !numbered && !matches!(before, "by" | "via" | "with" | "our" | "per") {
            return None;
        }
        true
    } else if matches!(word, "payment" | "transaction" | "wire" | "confirmation" | "transfer" | "endtoend") && numbered
    {
        true
    } else {
        return None;
    };
    let mut value = at + 1;
    while value < words.len() && value <= at + 4 {
        let filler = has(NUMBER, &keys[value])
            || matches!(keys[value].as_str(), "is" | "ist" | "lautet" | "was" | "number" | "");
        if !filler || words[value].len() > 1 && words[value].starts_with('#') {
            break;
        }
        value += 1;
    }
    let number = payment_number(words.get(value)?)?;
    let listed = words[value].ends_with(',')
        && words.get(value + 1).is_some_and(|next| next.bytes().any(|byte| byte.is_ascii_digit()));
    let joined = keys.get(value + 1).is_some_and(|next| matches!(next.as_str(), "and" | "und" | "to" | "bis"));
    if !sure && (listed || joined || names_document(&number)) {
        return None;
    }
    Some((number, sure))
}

/// A word as the number of a payment: three to 35 letters, digits and signs between them, a digit among them; no amount, day
/// or account.
fn payment_number(word: &str) -> Option<String> {
    let bare = word.trim_matches(|mark: char| !mark.is_ascii_alphanumeric());
    let shaped = bare.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-/._".contains(&byte));
    let digits = bare.bytes().filter(u8::is_ascii_digit).count();
    let fits = shaped && digits > 0 && (3..=36).contains(&bare.len());
    let other = || plain_day(bare).is_some() || is_account(bare) || year(bare) || is_amount(bare);
    (fits && !other()).then(|| bare.to_owned())
}

fn is_amount(text: &str) -> bool {
    text.contains('.') && parse_amount(text, Marks::DETECT).is_ok_and(|read| read.value.scale == 2)
}

//! Reading terms: a text becomes tokens, tokens become clauses, clauses become rules. What is left over is refused.

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;

use super::{Discount, DueRule, Part, Remainder, Roll, Terms, TermsError};

/// Phrases that stand for one word of ours, replaced in this order.
const PHRASES: &[(&str, &str)] = &[
    ("e.o.m.", " eom "),
    ("end of the month", " eom "),
    ("end of month", " eom "),
    ("month end", " eom "),
    ("month-end", " eom "),
    ("ende des monats", " eom "),
    ("fin de mois", " eom "),
    ("monatsende", " eom "),
    ("after  eom", " aftereom "),
    ("after eom", " aftereom "),
    ("from eom", " aftereom "),
    ("from  eom", " aftereom "),
    ("nach  eom", " aftereom "),
    ("of the next month", " prox "),
    ("of next month", " prox "),
    ("of the following month", " prox "),
    ("of following month", " prox "),
    ("des folgemonats", " prox "),
    ("proximo", " prox "),
    ("of the month", " month "),
    ("of month", " month "),
    ("cut-off", " cutoff "),
    ("cut off", " cutoff "),
    ("following business day", " rollfollowing "),
    ("next business day", " rollfollowing "),
    ("preceding business day", " rollpreceding "),
    ("previous business day", " rollpreceding "),
    ("remainder first", " remainderfirst "),
    ("remainder last", " "),
    ("cash on delivery", " cod "),
    ("collect on delivery", " cod "),
    ("nachnahme", " cod "),
    ("cash in advance", " cia "),
    ("payment in advance", " cia "),
    ("cash with order", " cia "),
    ("vorauskasse", " cia "),
    ("vorkasse", " cia "),
    ("prepayment", " cia "),
    ("prepaid", " cia "),
    ("upon receipt", " receipt "),
    ("on receipt", " receipt "),
    ("sofort", " receipt "),
    ("immediately", " receipt "),
    ("immediate", " receipt "),
];

/// Words that say nothing a rule needs.
const NOISE: &[&str] = &[
    "st",
    "nd",
    "rd",
    "th",
    "due",
    "payable",
    "payment",
    "terms",
    "within",
    "in",
    "of",
    "the",
    "from",
    "after",
    "date",
    "invoice",
    "discount",
    "equal",
    "then",
    "and",
    "or",
    "if",
    "paid",
    "innerhalb",
    "von",
    "bei",
    "zahlung",
    "zahlbar",
    "zahlungsziel",
    "fällig",
    "skonto",
    "mit",
    "oder",
    "und",
    "dann",
    "nach",
    "rechnungsdatum",
    "ohne",
    "abzug",
    "rein",
    "am",
    "den",
    "jeweils",
];

/// A word or sign of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Token {
    /// A number, in hundredths.
    Number(u32),
    Percent,
    Slash,
    Plus,
    /// A comma, semicolon or colon: a clause ends.
    Break,
    Net,
    Days,
    EndOfMonth,
    AfterEndOfMonth,
    NextMonth,
    Month,
    CutOff,
    Instalments,
    Receipt,
    OnDelivery,
    InAdvance,
    Roll(Roll),
    RemainderFirst,
}

/// Reads terms, or says what is understood.
pub(super) fn read(text: &str) -> Result<Terms, TermsError> {
    let not_understood = || TermsError::NotUnderstood { text: text.trim().chars().take(80).collect() };
    if text.len() > 400 {
        return Err(not_understood());
    }
    let mut tokens = tokens(text).ok_or_else(not_understood)?;
    let mut roll = Roll::None;
    let mut remainder = Remainder::Last;
    tokens.retain(|token| match token {
        Token::Roll(stated) => {
            roll = *stated;
            false
        }
        Token::RemainderFirst => {
            remainder = Remainder::First;
            false
        }
        _ => true,
    });
    let mut clauses: Vec<Vec<Token>> =
        tokens.split(|token| *token == Token::Break).filter(|clause| !clause.is_empty()).map(<[_]>::to_owned).collect();
    let (discount, shares) = match percent_parts(&clauses)? {
        None => (take_discount(&mut clauses), percent_parts(&clauses)?),
        shares => (None, shares),
    };
    let parts = match shares {
        Some(parts) => parts,
        None => parts(&clauses)?.ok_or_else(not_understood)?,
    };
    Terms::new(&parts, remainder, discount, roll)
}

/// The parts after a discount is taken off: listed instalments, or the one due rule that all clauses together make.
fn parts(clauses: &[Vec<Token>]) -> Result<Option<Vec<Part>>, TermsError> {
    if let Some(listed) = listed_instalments(clauses)? {
        return Ok(Some(listed));
    }
    Ok(due_rule(&clauses.concat())?.map(|due| alloc::vec![Part { weight: 1, due }]))
}

/// Instalments by percent: every clause is a percentage and a due rule (`50% net 30, 50% net 60`); one alone must be all.
fn percent_parts(clauses: &[Vec<Token>]) -> Result<Option<Vec<Part>>, TermsError> {
    let mut parts = Vec::new();
    for clause in clauses {
        let [Token::Number(weight), Token::Percent, rest @ ..] = &clause[..] else { return Ok(None) };
        let Some(due) = due_rule(rest)? else { return Ok(None) };
        parts.push(Part { weight: *weight, due });
    }
    let whole = parts.len() == 1 && parts[0].weight == 10_000;
    Ok((whole || parts.len() > 1).then_some(parts))
}

/// Equal instalments: `3 instalments net 30/60/90`, `net 30/60/90`, `3 instalments: net 30, net 60, net 90`.
fn listed_instalments(clauses: &[Vec<Token>]) -> Result<Option<Vec<Part>>, TermsError> {
    let Some((first, others)) = clauses.split_first() else { return Ok(None) };
    let (stated, rest) = match &first[..] {
        [Token::Number(stated), Token::Instalments, rest @ ..] => (Some(*stated), rest),
        rest => (None, rest),
    };
    let mut parts = Vec::new();
    if stated.is_some() && rest.is_empty() {
        for clause in others {
            let Some(due) = due_rule(clause)? else { return Ok(None) };
            parts.push(Part { weight: 1, due });
        }
    } else {
        let Some(days) = slashed_days(rest) else { return Ok(None) };
        if !others.is_empty() || stated.is_none() && days.len() < 2 {
            return Ok(None);
        }
        for number in days {
            parts.push(Part { weight: 1, due: DueRule::Net { days: day_count(number)? } });
        }
    }
    match stated {
        Some(stated) if u64::from(stated) != parts.len() as u64 * 100 => {
            Err(TermsError::CountDiffers { stated: stated / 100, listed: parts.len() })
        }
        _ if parts.is_empty() => Ok(None),
        _ => Ok(Some(parts)),
    }
}

/// The numbers of `net 30/60/90` or `30/60/90 days`; two bare numbers are no list, they would be a discount.
fn slashed_days(tokens: &[Token]) -> Option<Vec<u32>> {
    let (net, list) = match tokens {
        [Token::Net, list @ ..] | [list @ .., Token::Days, Token::Net] | [list @ .., Token::Net] => (true, list),
        list => (false, list),
    };
    let list = list.strip_suffix(&[Token::Days]).unwrap_or(list);
    let mut numbers = Vec::new();
    for (place, token) in list.iter().enumerate() {
        match token {
            Token::Number(number) if place % 2 == 0 => numbers.push(*number),
            Token::Slash if place % 2 == 1 => {}
            _ => return None,
        }
    }
    (list.len() % 2 == 1 && (net || numbers.len() > 2)).then_some(numbers)
}

/// Takes the discount off the clauses: it opens the first, or is the whole last one.
fn take_discount(clauses: &mut Vec<Vec<Token>>) -> Option<Discount> {
    if slashed_days(clauses.first()?).is_some_and(|days| days.len() > 1) {
        return None;
    }
    if let Some((discount, rest)) = discount(clauses.first()?) {
        clauses[0] = rest.to_owned();
        clauses.retain(|clause| !clause.is_empty());
        return Some(discount);
    }
    let (last, (discount, rest)) = clauses.last().and_then(|last| Some((last, discount(last)?)))?;
    if !rest.is_empty() || last.is_empty() {
        return None;
    }
    clauses.pop();
    Some(discount)
}

/// A discount at the start of a clause, and what follows it.
fn discount(clause: &[Token]) -> Option<(Discount, &[Token])> {
    use Token::{Days, Number, Percent, Slash};
    let (rate, days, rest) = match clause {
        [Number(rate), Slash, Number(days), rest @ ..]
        | [Number(rate), Percent, Slash, Number(days), rest @ ..]
        | [Number(rate), Percent, Number(days), rest @ ..] => (*rate, *days, rest),
        [Number(days), Days, Number(rate), Percent, rest @ ..] => (*rate, *days, rest),
        _ => return None,
    };
    let rest = rest.strip_prefix(&[Days]).unwrap_or(rest);
    let days = (days % 100 == 0).then(|| u16::try_from(days / 100).ok())??;
    Some((Discount { rate_bp: rate, days }, rest))
}

/// One due rule out of all the tokens; `None` when they are none.
fn due_rule(tokens: &[Token]) -> Result<Option<DueRule>, TermsError> {
    use Token::{AfterEndOfMonth, EndOfMonth, InAdvance, Month, Net, NextMonth, Number, OnDelivery, Plus, Receipt};
    let said_days = tokens.contains(&Token::Days);
    let words: Vec<Token> = tokens.iter().copied().filter(|token| *token != Token::Days).collect();
    let (words, cut_off) = match &words[..] {
        [words @ .., Token::CutOff, Number(last)] => (words, Some(*last)),
        words => (words, None),
    };
    let rule = match *words {
        [Receipt] | [Receipt, Net] | [Net, Receipt] => DueRule::OnReceipt,
        [OnDelivery] => DueRule::CashOnDelivery,
        [InAdvance] => DueRule::CashInAdvance,
        [Net, Number(days)] | [Number(days), Net] => DueRule::Net { days: day_count(days)? },
        [Number(days)] if said_days => DueRule::Net { days: day_count(days)? },
        [Net, Number(days), EndOfMonth] | [Number(days), Net, EndOfMonth] | [Number(days), EndOfMonth] => {
            DueRule::NetThenEndOfMonth { days: day_count(days)? }
        }
        [Net, Number(days), AfterEndOfMonth]
        | [Number(days), AfterEndOfMonth]
        | [Number(days), Net, AfterEndOfMonth] => DueRule::EndOfMonthThenNet { days: day_count(days)? },
        [EndOfMonth] | [Net, EndOfMonth] => DueRule::EndOfMonthThenNet { days: 0 },
        [EndOfMonth, Plus, Number(days)] | [EndOfMonth, Number(days)] | [EndOfMonth, Net, Number(days)] => {
            DueRule::EndOfMonthThenNet { days: day_count(days)? }
        }
        [Number(day), NextMonth] | [NextMonth, Number(day)] | [Net, Number(day), NextMonth] => {
            return day_of_month(day, 100, cut_off).map(Some);
        }
        [Number(day), Month] => return day_of_month(day, 0, cut_off).map(Some),
        [Number(day), Month, Plus, Number(months)] => return day_of_month(day, months, cut_off).map(Some),
        _ => return Ok(None),
    };
    if cut_off.is_some() {
        return Ok(None);
    }
    Ok(Some(rule))
}

fn day_of_month(day: u32, months: u32, cut_off: Option<u32>) -> Result<DueRule, TermsError> {
    let day = whole("the day of the month", day, 31)?;
    let months = whole("months ahead", months, DueRule::MOST_MONTHS.into())?;
    let cut_off = cut_off.map(|last| whole("the cut-off", last, 31)).transpose()?;
    DueRule::DayOfMonth { day, months, cut_off }.checked()
}

/// A whole number of at most `most`, out of hundredths.
fn whole(what: &'static str, hundredths: u32, most: u32) -> Result<u8, TermsError> {
    let value = hundredths / 100;
    if !hundredths.is_multiple_of(100) || value > most {
        return Err(TermsError::OutOfRange { what, value, least: 0, most });
    }
    u8::try_from(value).map_err(|_| TermsError::OutOfRange { what, value, least: 0, most })
}

/// Days out of hundredths.
fn day_count(hundredths: u32) -> Result<u16, TermsError> {
    let (value, most) = (hundredths / 100, u32::from(DueRule::MOST_DAYS));
    if !hundredths.is_multiple_of(100) || value > most {
        return Err(TermsError::OutOfRange { what: "days", value, least: 0, most });
    }
    u16::try_from(value).map_err(|_| TermsError::OutOfRange { what: "days", value, least: 0, most })
}

/// The tokens of a text; `None` where a word or sign is none of ours.
fn tokens(text: &str) -> Option<Vec<Token>> {
    let mut lower = text.to_lowercase();
    for (phrase, word) in PHRASES {
        lower = lower.replace(phrase, word);
    }
    let signs: Vec<char> = lower.chars().collect();
    let mut tokens = Vec::new();
    let mut place = 0;
    while let Some(sign) = signs.get(place).copied() {
        let start = place;
        place += 1;
        match sign {
            '%' => tokens.push(Token::Percent),
            '/' if tokens.last() == Some(&Token::Net) => {}
            '/' => tokens.push(Token::Slash),
            '+' => tokens.push(Token::Plus),
            ',' | ';' | ':' => tokens.push(Token::Break),
            '.' | '-' | '(' | ')' => {}
            _ if sign.is_whitespace() => {}
            _ if sign.is_ascii_digit() => {
                let (number, end) = number(&signs, start)?;
                tokens.push(Token::Number(number));
                place = end;
            }
            _ if sign.is_alphabetic() => {
                while signs.get(place).is_some_and(|next| next.is_alphabetic()) {
                    place += 1;
                }
                let name: String = signs[start..place].iter().collect();
                if !NOISE.contains(&name.as_str()) {
                    tokens.push(word(&name)?);
                }
            }
            _ => return None,
        }
    }
    Some(tokens)
}

/// A number with at most two decimals, in hundredths, and where it ends.
fn number(signs: &[char], start: usize) -> Option<(u32, usize)> {
    let digit = |place: usize| signs.get(place).and_then(|sign| sign.to_digit(10));
    let mut place = start;
    let mut value: u32 = 0;
    while let Some(next) = digit(place) {
        value = value.checked_mul(10)?.checked_add(next)?;
        place += 1;
    }
    value = value.checked_mul(100)?;
    if matches!(signs.get(place), Some('.' | ',')) && digit(place + 1).is_some() {
        let mut worth = 10;
        place += 1;
        while let Some(next) = digit(place) {
            if worth == 0 && next != 0 {
                return None;
            }
            value += next * worth;
            worth /= 10;
            place += 1;
        }
    }
    Some((value, place))
}

/// The token of a word of ours.
fn word(name: &str) -> Option<Token> {
    Some(match name {
        "n" | "net" | "nett" | "netto" => Token::Net,
        "d" | "day" | "days" | "t" | "tag" | "tage" | "tagen" | "jours" => Token::Days,
        "eom" | "ultimo" => Token::EndOfMonth,
        "aftereom" => Token::AfterEndOfMonth,
        "prox" => Token::NextMonth,
        "month" => Token::Month,
        "cutoff" => Token::CutOff,
        "instalment" | "instalments" | "installment" | "installments" | "rate" | "raten" => Token::Instalments,
        "receipt" => Token::Receipt,
        "cod" => Token::OnDelivery,
        "cia" | "pia" | "cwo" => Token::InAdvance,
        "rollfollowing" => Token::Roll(Roll::Following),
        "rollpreceding" => Token::Roll(Roll::Preceding),
        "remainderfirst" => Token::RemainderFirst,
        _ => return None,
    })
}

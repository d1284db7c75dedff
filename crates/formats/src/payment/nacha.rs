//! NACHA credits to companies (entry class CCD): records of 94 characters, one batch of credits a file.
//!
//! The file is balanced by nothing: the bank debits the payer's account for the sum of the batch. Counts, hash and totals are
//! those that [`crate::bank`] checks when it reads such a file.

use super::{PayAccount, PaymentError, PaymentLine, PaymentOrder, check, scheme_text};

/// Characters of a record.
const RECORD: usize = 94;
/// Records of a block.
const BLOCK: usize = 10;
/// The largest amount of an entry, in cents: ten digits.
const MOST_CENTS: i64 = 9_999_999_999;
/// The largest sum of a batch, in cents: twelve digits.
const MOST_SUM: i64 = 999_999_999_999;

/// The file; refused with the first payment that no such entry can say.
pub fn write(order: &PaymentOrder) -> Result<String, PaymentError> {
    check(order)?;
    let PayAccount::Us { routing, .. } = &order.payer.account else {
        return Err(PaymentError::WrongAccount(order.payer.name.clone()));
    };
    if order.payer.company_id.is_empty() || order.payer.company_id.len() > 10 {
        return Err(PaymentError::DoesNotFit(order.payer.company_id.clone()));
    }
    let mut records = vec![file_header(order, routing), batch_header(order, routing)];
    let (mut hash, mut sum) = (0_u64, 0_i64);
    for (place, payment) in (1_u32..).zip(&order.payments) {
        let (record, branch) = entry(payment, routing, place)?;
        records.push(record);
        hash += branch;
        sum += payment.amount;
    }
    if sum > MOST_SUM {
        return Err(PaymentError::DoesNotFit(order.message_id.clone()));
    }
    let hash = hash % 10_000_000_000;
    let count = order.payments.len();
    let company = left(&order.payer.company_id, 10);
    records.push(format!(
        "8220{count:06}{hash:010}{:012}{sum:012}{company}{}{}{:07}",
        0,
        " ".repeat(25),
        &routing[..8],
        1
    ));
    let blocks = (records.len() + 1).div_ceil(BLOCK);
    records.push(format!("9{:06}{blocks:06}{count:08}{hash:010}{:012}{sum:012}{}", 1, 0, " ".repeat(39)));
    while !records.len().is_multiple_of(BLOCK) {
        records.push("9".repeat(RECORD));
    }
    debug_assert!(records.iter().all(|record| record.len() == RECORD), "records of 94 characters");
    Ok(records.join("\n") + "\n")
}

/// Text in capitals as a field of `width` characters, filled from the right.
fn left(text: &str, width: usize) -> String {
    format!("{:<width$}", scheme_text(text, width).to_ascii_uppercase())
}

fn short_day(day: crate::day::Day) -> String {
    format!("{:02}{:02}{:02}", day.year % 100, day.month, day.day)
}

/// The letter that tells files of a day apart, from the end of the message id.
fn modifier(order: &PaymentOrder) -> char {
    let letter = order.message_id.chars().last().filter(char::is_ascii_alphanumeric);
    letter.map_or('A', |letter| letter.to_ascii_uppercase())
}

fn file_header(order: &PaymentOrder, routing: &str) -> String {
    let at = &order.written_at;
    format!(
        "101 {routing}{}{}{:02}{:02}{}094101{}{}{}",
        format_args!("{:>10}", left(&order.payer.company_id, 10).trim_end()),
        short_day(at.day),
        at.hour,
        at.minute,
        modifier(order),
        left(&order.payer.bank_name, 23),
        left(&order.payer.name, 23),
        " ".repeat(8),
    )
}

fn batch_header(order: &PaymentOrder, routing: &str) -> String {
    format!(
        "5220{}{}{}CCD{}{}{}{}1{}{:07}",
        left(&order.payer.name, 16),
        left(&order.message_id, 20),
        left(&order.payer.company_id, 10),
        left("REFUND", 10),
        short_day(order.written_at.day),
        short_day(order.pays_on),
        " ".repeat(3),
        &routing[..8],
        1,
    )
}

/// The record of a payment, and what it adds to the hash: the payee's routing number without its check digit.
fn entry(payment: &PaymentLine, own: &str, place: u32) -> Result<(String, u64), PaymentError> {
    let id = &payment.end_to_end_id;
    let PayAccount::Us { routing, number, savings } = &payment.account else {
        return Err(PaymentError::WrongAccount(id.clone()));
    };
    if payment.currency != "USD" {
        return Err(PaymentError::WrongCurrency(id.clone()));
    }
    let branch: Option<u64> = routing.get(..8).and_then(|digits| digits.parse().ok());
    let (Some(branch), true) = (branch, routing.len() == 9 && number.len() <= 17 && id.len() <= 15) else {
        return Err(PaymentError::DoesNotFit(id.clone()));
    };
    if payment.amount > MOST_CENTS {
        return Err(PaymentError::DoesNotFit(id.clone()));
    }
    let code = if *savings { 32 } else { 22 };
    let record = format!(
        "6{code}{routing}{number:<17}{:010}{}{}  0{}{place:07}",
        payment.amount,
        left(id, 15),
        left(&payment.payee, 22),
        &own[..8],
    );
    Ok((record, branch))
}

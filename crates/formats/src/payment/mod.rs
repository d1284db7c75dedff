//! What goes to a bank: files by which it pays others. The only files that are written here rather than read.
//!
//! [`pain001`] writes credit transfers as ISO 20022 has them, [`nacha`] credits to US banks. Both are pure: the same
//! [`PaymentOrder`] makes the same bytes. What a bank would refuse is refused here, by name. Absent on purpose: whom to pay.

pub mod nacha;
pub mod pain001;

use crate::day::Day;

/// The most payments of one file.
pub const MOST_PAYMENTS: usize = 10_000;

/// An instant of the clock on the wall, as files state it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WrittenAt {
    /// The day.
    pub day: Day,
    /// Hour, 0 to 23.
    pub hour: u8,
    /// Minute, 0 to 59.
    pub minute: u8,
    /// Second, 0 to 59.
    pub second: u8,
}

/// What is paid, to whom, from where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaymentOrder {
    /// By what the bank knows the file again: unique among all files of the payer, up to 35 signs.
    pub message_id: String,
    /// When it is written.
    pub written_at: WrittenAt,
    /// The business day on which the bank is to pay.
    pub pays_on: Day,
    /// Who pays.
    pub payer: Payer,
    /// What is paid, each in the order of the file.
    pub payments: Vec<PaymentLine>,
}

/// Who pays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payer {
    /// The name.
    pub name: String,
    /// The account that pays.
    pub account: PayAccount,
    /// By what the bank knows the company: NACHA's company identification, ten signs. Not asked of pain.001.
    pub company_id: String,
    /// The name of the bank, for the NACHA header.
    pub bank_name: String,
}

/// An account at a bank.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PayAccount {
    /// By IBAN, with the bank's BIC where it is known.
    Iban {
        /// The IBAN, without blanks.
        iban: String,
        /// The BIC.
        bic: Option<String>,
    },
    /// At a US bank.
    Us {
        /// The routing number, nine digits.
        routing: String,
        /// The account number.
        number: String,
        /// Whether it is a savings account.
        savings: bool,
    },
}

/// One payment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaymentLine {
    /// What comes back with the entry in the bank's statement.
    pub end_to_end_id: String,
    /// Minor units, above zero.
    pub amount: i64,
    /// ISO 4217 code.
    pub currency: String,
    /// Decimals of the currency.
    pub exponent: u8,
    /// Who is paid.
    pub payee: String,
    /// Where.
    pub account: PayAccount,
    /// What the payee reads.
    pub text: String,
}

/// Why a payment cannot be written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PaymentError {
    /// There is nothing to pay, or more than a file holds.
    #[error("a payment file holds 1 to {MOST_PAYMENTS} payments")]
    Count,
    /// An account of the other kind of file.
    #[error("{0}: this kind of file pays to and from another kind of account")]
    WrongAccount(String),
    /// Another currency than the file can say.
    #[error("{0}: this kind of file pays US dollars alone")]
    WrongCurrency(String),
    /// Too long, empty, or not above zero.
    #[error("{0} does not fit into the file")]
    DoesNotFit(String),
}

/// Text as the payment schemes allow it (SEPA usage rules: Latin letters, digits and `/-?:().,'+ `); letters with marks
/// lose them, what has no such letter becomes a full stop. No longer than `most`.
pub fn scheme_text(text: &str, most: usize) -> String {
    let mut plain = String::new();
    for sign in text.chars() {
        match sign {
            'a'..='z' | 'A'..='Z' | '0'..='9' => plain.push(sign),
            '/' | '-' | '?' | ':' | '(' | ')' | '.' | ',' | '\'' | '+' | ' ' => plain.push(sign),
            'ä' | 'æ' => plain.push_str("ae"),
            'ö' | 'ø' | 'œ' => plain.push_str("oe"),
            'ü' => plain.push_str("ue"),
            'ß' => plain.push_str("ss"),
            'Ä' | 'Æ' => plain.push_str("AE"),
            'Ö' | 'Ø' | 'Œ' => plain.push_str("OE"),
            'Ü' => plain.push_str("UE"),
            '&' => plain.push('+'),
            'à' | 'á' | 'â' | 'ã' | 'å' => plain.push('a'),
            'ç' | 'č' | 'ć' => plain.push('c'),
            'è' | 'é' | 'ê' | 'ë' | 'ę' | 'ě' => plain.push('e'),
            'ì' | 'í' | 'î' | 'ï' => plain.push('i'),
            'ñ' | 'ń' | 'ň' => plain.push('n'),
            'ò' | 'ó' | 'ô' | 'õ' => plain.push('o'),
            'ù' | 'ú' | 'û' | 'ů' => plain.push('u'),
            'š' | 'ś' => plain.push('s'),
            'ž' | 'ź' | 'ż' => plain.push('z'),
            'ý' | 'ÿ' => plain.push('y'),
            'ł' => plain.push('l'),
            'À' | 'Á' | 'Â' | 'Ã' | 'Å' => plain.push('A'),
            'Ç' | 'Č' => plain.push('C'),
            'È' | 'É' | 'Ê' | 'Ë' => plain.push('E'),
            'Ñ' => plain.push('N'),
            'Ò' | 'Ó' | 'Ô' | 'Õ' => plain.push('O'),
            'Š' => plain.push('S'),
            'Ž' => plain.push('Z'),
            'Ł' => plain.push('L'),
            _ => plain.push('.'),
        }
    }
    let words: Vec<&str> = plain.split_whitespace().collect();
    let mut plain = words.join(" ");
    plain.truncate(most);
    plain.truncate(plain.trim_end().len());
    plain
}

/// Refuses what no kind of file holds.
fn check(order: &PaymentOrder) -> Result<(), PaymentError> {
    if order.payments.is_empty() || order.payments.len() > MOST_PAYMENTS {
        return Err(PaymentError::Count);
    }
    for payment in &order.payments {
        if payment.amount <= 0 || scheme_text(&payment.payee, 70).is_empty() || payment.end_to_end_id.is_empty() {
            return Err(PaymentError::DoesNotFit(payment.end_to_end_id.clone()));
        }
    }
    Ok(())
}

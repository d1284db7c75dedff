//! Whether rows speak of a payment that their writer made, or only list documents and amounts, as a reminder, a statement
//! and a newsletter do as well.

use super::grid::GridRow;
use super::payment_words::{asks_for, writer_paid};
use super::words_alone::payment_words;
use super::{AdviceColumn, AdviceProfile, header};

/// What an advice is called.
const CALLED: [&str; 20] = [
    "remittance advice",
    "remittance detail",
    "remittance notification",
    "remittance summary",
    "remittance for",
    "payment advice",
    "payment remittance",
    "payment notification",
    "advice of payment",
    "eft advice",
    "ach advice",
    "zahlungsavis",
    "zahlungsmitteilung",
    "zahlungsbenachrichtigung",
    "überweisungsavis",
    "avis de paiement",
    "avis de virement",
    "betaaladvies",
    "betalingsadvies",
    "betaalspecificatie",
];
/// What sellers write who were paid.
const RECEIVED: [&str; 12] = [
    "thank you for your payment",
    "thank you for your order",
    "thank you for your purchase",
    "thanks for your payment",
    "your receipt",
    "receipt from",
    "payment received",
    "received your payment",
    "your payment",
    "ihre zahlung",
    "ihre bestellung",
    "votre paiement",
];
/// Headers of what is paid, where others list what is owed as well.
const PAID: [&str; 9] = [
    "amountpaid",
    "paid",
    "paidamount",
    "paymentamount",
    "netpaid",
    "zahlbetrag",
    "montantpayé",
    "betaald",
    "discounttaken",
];

/// Whether rows, and the words that go with them (a subject, the name of a file), speak of a payment of their writer: they
/// are called an advice, say so in a sentence, give the payment's number, or list what was paid.
pub(in crate::remittance) fn speaks_of_payment(rows: &[GridRow], beside: &[&str], profile: &AdviceProfile) -> bool {
    let lines: Vec<String> = rows.iter().map(|row| row.said().collect::<Vec<_>>().join(" ")).collect();
    let all = || lines.iter().map(String::as_str).filter(|line| !line.starts_with('>')).chain(beside.iter().copied());
    if all().any(is_called) {
        return true;
    }
    let lower: Vec<String> = all().map(str::to_lowercase).collect();
    if lower.iter().any(|line| RECEIVED.iter().any(|words| line.contains(words))) {
        return false;
    }
    let columns = header(rows, profile);
    let table = columns.is_some_and(|(at, columns)| {
        let paid = columns
            .iter()
            .any(|(_, place)| PAID.contains(&crate::header::header_key(rows[at].cell(*place).0).as_str()));
        paid || columns.contains_key(&AdviceColumn::Payment) || columns.contains_key(&AdviceColumn::PaymentDay)
    });
    table || writer_paid(all()) || !payment_words(rows.iter()).numbers.is_empty()
}

/// Whether a line is called an advice, and does not ask for one.
fn is_called(line: &str) -> bool {
    let lower = line.to_lowercase().replace(['_', '-'], " ");
    CALLED.iter().any(|name| lower.contains(name)) && !asks_for(&lower)
}

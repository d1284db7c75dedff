//! The words of payers around their references, in the languages of our customers' customers.

use crate::remittance::DocumentKind;

/// What a word says of what follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Word {
    /// A document of a kind follows.
    Document(DocumentKind),
    /// Nothing: `no.`, `nr`.
    Filler,
    /// Another of the same.
    And,
    /// The last of a range follows.
    Range,
    /// What follows is held back.
    Less,
    /// A currency.
    Currency,
    /// Any other.
    Other,
}

const INVOICE: [&str; 32] = [
    "inv",
    "invs",
    "invoice",
    "invoices",
    "invoiceno",
    "invno",
    "invnr",
    "bill",
    "bills",
    "rechnung",
    "rechnungen",
    "rechnungs",
    "rechnungsnr",
    "rechnungsnummer",
    "rechn",
    "rechnr",
    "rgnr",
    "rg",
    "re",
    "renr",
    "facture",
    "factures",
    "fact",
    "fac",
    "factuur",
    "facturen",
    "factuurnummer",
    "factura",
    "facturas",
    "fattura",
    "fatture",
    "faktura",
];
const CREDIT: [&str; 14] = [
    "cn",
    "cm",
    "cr",
    "creditnote",
    "creditmemo",
    "credit",
    "credits",
    "gutschrift",
    "gutschriften",
    "gs",
    "avoir",
    "creditnota",
    "abono",
    "notacredito",
];
const DEBIT: [&str; 5] = ["dn", "dm", "debitnote", "debitmemo", "belastung"];
const ORDER: [&str; 9] =
    ["po", "pos", "ponumber", "order", "bestellung", "bestellnr", "auftrag", "commande", "bestelling"];
const ACCOUNT: [&str; 12] = [
    "acct",
    "account",
    "acc",
    "customer",
    "custno",
    "kunde",
    "kundennr",
    "kundennummer",
    "kdnr",
    "klantnummer",
    "client",
    "cliente",
];
const FILLER: [&str; 13] =
    ["no", "nos", "nr", "nrs", "num", "number", "numbers", "nummer", "nummern", "n", "ref", "our", "your"];
const AND: [&str; 7] = ["and", "und", "et", "en", "y", "e", "plus"];
const RANGE: [&str; 9] = ["to", "thru", "through", "until", "till", "bis", "tot", "au", "tm"];
const LESS: [&str; 13] = [
    "less",
    "minus",
    "abzgl",
    "abzuglich",
    "abzüglich",
    "deduct",
    "deducted",
    "deducting",
    "deduction",
    "short",
    "shortpaid",
    "moins",
    "minder",
];

/// What a word says. Case and signs in it do not count.
pub(super) fn word(text: &str) -> Word {
    match text {
        "&" => return Word::And,
        "-" | "–" | "—" => return Word::Range,
        "./." => return Word::Less,
        _ => {}
    }
    if text.len() > 20 {
        return Word::Other;
    }
    let key: String = text.chars().filter(|mark| mark.is_alphabetic()).flat_map(char::to_lowercase).collect();
    let is = |list: &[&str]| list.contains(&key.as_str());
    let document = |kind| Word::Document(kind);
    if is(&INVOICE) {
        document(DocumentKind::Invoice)
    } else if is(&CREDIT) {
        document(DocumentKind::CreditMemo)
    } else if is(&DEBIT) {
        document(DocumentKind::DebitMemo)
    } else if is(&ORDER) {
        document(DocumentKind::PurchaseOrder)
    } else if is(&ACCOUNT) {
        document(DocumentKind::Account)
    } else if is(&FILLER) {
        Word::Filler
    } else if is(&AND) {
        Word::And
    } else if is(&RANGE) {
        Word::Range
    } else if is(&LESS) {
        Word::Less
    } else if text.len() == 3
        && matches!(key.as_str(), "eur" | "usd" | "gbp" | "chf" | "pln" | "sek" | "nok" | "dkk" | "cad" | "aud")
    {
        Word::Currency
    } else {
        Word::Other
    }
}

//! NetSuite: A/R Aging Detail (CSV, XLSX, SpreadsheetML named .xls).
//!
//! Six title rows; a customer alone on a row, its lines with an empty first cell, then `Total - <customer>`; at the end
//! `Total`, the anchor of the reconciliation. Customers are written `C117 Name`; payments are negative lines.

use super::columns::{Field, Layout};
use super::{ItemKind, System};

pub(super) const LAYOUT: Layout = Layout {
    system: System::NetSuite,
    columns: &[
        (Field::Name, &["Customer", "Customer : Name", "Customer/Project", "Entity", "Name", "Kunde"]),
        (Field::Kind, &["Transaction Type", "Type", "Transaktionstyp", "Typ"]),
        (Field::DocumentDate, &["Date", "Transaction Date", "Datum"]),
        (Field::Document, &["Document Number", "Doc Number", "Document No.", "Belegnummer", "Dokumentnummer"]),
        (Field::Po, &["P.O. No.", "PO No.", "PO/Cheque Number", "PO/Check Number", "Bestellnummer"]),
        (Field::DueDate, &["Due Date", "Date Due", "Fälligkeitsdatum"]),
        (Field::Passed, &["Age", "Days Overdue", "Alter"]),
        (Field::Open, &["Open Balance (Foreign Currency)", "Amount Remaining (Foreign Currency)"]),
        (Field::LocalOpen, &["Open Balance", "Amount Remaining", "Offener Saldo"]),
        (Field::LocalOriginal, &["Amount", "Amount (Gross)", "Betrag"]),
        (Field::Currency, &["Currency", "Währung"]),
        (Field::Terms, &["Terms", "Zahlungsbedingungen"]),
    ],
    telling: &["Open Balance", "Amount Remaining", "Offener Saldo"],
    kinds: &[
        ("Invoice", ItemKind::Invoice),
        ("Credit Memo", ItemKind::CreditMemo),
        ("Payment", ItemKind::Payment),
        ("Customer Payment", ItemKind::Payment),
        ("Deposit", ItemKind::Payment),
        ("Customer Deposit", ItemKind::Payment),
        ("Deposit Application", ItemKind::Payment),
        ("Customer Refund", ItemKind::DebitMemo),
        ("Journal", ItemKind::Journal),
        ("Journal Entry", ItemKind::Journal),
    ],
    row_per_line: false,
    unsigned_credits: false,
    numbered_names: true,
};

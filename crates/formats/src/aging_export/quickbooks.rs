//! QuickBooks: A/R Aging Detail of Online (CSV, XLSX, report API names) and Desktop.
//!
//! Rows are grouped by bucket (`91 or more days past due`) with a total for each and a `TOTAL`; Desktop leaves the first
//! column blank. No customer number; a currency only in multicurrency companies, where the foreign amounts count.

use super::columns::{Field, Layout};
use super::{ItemKind, System};

pub(super) const LAYOUT: Layout = Layout {
    system: System::QuickBooks,
    columns: &[
        (Field::DocumentDate, &["Date", "tx_date", "Transaction date", "Datum"]),
        (Field::Kind, &["Transaction type", "Type", "txn_type", "Transaktionstyp", "Transaktionsart", "Art"]),
        (Field::Document, &["Num", "No.", "Invoice #", "Invoice no.", "doc_num", "Nr.", "Nummer"]),
        (Field::Name, &["Customer full name", "Customer", "Name", "cust_name", "Kunde", "Vollständiger Kundenname"]),
        (Field::Account, &["Customer id", "Account #", "Account No.", "Customer number"]),
        (Field::DueDate, &["Due date", "due_date", "Fälligkeitsdatum", "Fällig am"]),
        (Field::Original, &["foreign_amount", "Foreign amount", "Amount (foreign)"]),
        (Field::LocalOriginal, &["Amount", "subt_amount", "Betrag"]),
        (Field::Open, &["foreign_open_bal", "Foreign open balance", "Open balance (foreign)"]),
        (Field::LocalOpen, &["Open balance", "subt_open_bal", "Offener Saldo", "Offener Betrag"]),
        (Field::Currency, &["Currency", "Währung"]),
        (Field::Terms, &["Terms", "term_name", "Zahlungsbedingungen"]),
        (Field::Po, &["P. O. #", "PO #", "P.O. Number", "PO Number"]),
        (Field::Passed, &["Aging", "past_due", "Past due", "Age"]),
    ],
    telling: &["Open balance", "subt_open_bal", "foreign_open_bal", "Offener Saldo", "Offener Betrag"],
    kinds: &[
        ("Invoice", ItemKind::Invoice),
        ("Credit Memo", ItemKind::CreditMemo),
        ("Credit", ItemKind::CreditMemo),
        ("Payment", ItemKind::Payment),
        ("Deposit", ItemKind::Payment),
        ("Journal Entry", ItemKind::Journal),
        ("General Journal", ItemKind::Journal),
        ("Statement Charge", ItemKind::DebitMemo),
        ("Finance Charge", ItemKind::DebitMemo),
        ("Rechnung", ItemKind::Invoice),
        ("Gutschrift", ItemKind::CreditMemo),
        ("Zahlung", ItemKind::Payment),
    ],
    row_per_line: false,
    unsigned_credits: false,
    numbered_names: false,
};

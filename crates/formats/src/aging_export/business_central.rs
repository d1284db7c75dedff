//! Microsoft Dynamics 365 Business Central: customer ledger entries (page, query 262). A blank currency code is the local
//! currency, which the file does not name. The API's aged receivables have no documents and are refused as a summary.

use super::columns::{Field, Layout};
use super::{ItemKind, System};

pub(super) const LAYOUT: Layout = Layout {
    system: System::BusinessCentral,
    columns: &[
        (Field::Account, &["Customer No.", "Customer_No", "customerNumber", "Debitorennr.", "Debitornr.", "Kundennr."]),
        (Field::Name, &["Customer Name", "Customer_Name", "name", "Debitorenname", "Debitorname"]),
        (Field::Document, &["Document No.", "Document_No", "documentNumber", "Belegnr.", "Belegnummer"]),
        (Field::Kind, &["Document Type", "Document_Type", "documentType", "Belegart"]),
        (Field::DocumentDate, &["Document Date", "Document_Date", "documentDate", "Belegdatum"]),
        (Field::PostingDate, &["Posting Date", "Posting_Date", "postingDate", "Buchungsdatum"]),
        (Field::DueDate, &["Due Date", "Due_Date", "dueDate", "Fälligkeitsdatum"]),
        (Field::Po, &["External Document No.", "External_Document_No", "Externe Belegnummer", "Externe Belegnr."]),
        (Field::Currency, &["Currency Code", "Currency_Code", "currencyCode", "Währungscode"]),
        (
            Field::Original,
            &["Original Amount", "Original_Amount", "Amount", "Ursprungsbetrag", "Ursprünglicher Betrag"],
        ),
        (Field::Open, &["Remaining Amount", "Remaining_Amount", "remainingAmount", "balanceDue", "Restbetrag"]),
        (Field::LocalOpen, &["Remaining Amt. (LCY)", "Remaining_Amt_LCY", "Remaining Amount (LCY)", "Restbetrag (MW)"]),
        (Field::Terms, &["Payment Terms Code", "Zlg.-Bedingungscode"]),
    ],
    telling: &[
        "Remaining Amount",
        "Remaining Amt. (LCY)",
        "Remaining Amount (LCY)",
        "balanceDue",
        "Restbetrag",
        "Restbetrag (MW)",
    ],
    kinds: &[
        ("Invoice", ItemKind::Invoice),
        ("Credit Memo", ItemKind::CreditMemo),
        ("Payment", ItemKind::Payment),
        ("Refund", ItemKind::DebitMemo),
        ("Reminder", ItemKind::DebitMemo),
        ("Finance Charge Memo", ItemKind::DebitMemo),
        ("Rechnung", ItemKind::Invoice),
        ("Gutschrift", ItemKind::CreditMemo),
        ("Zahlung", ItemKind::Payment),
        ("Erstattung", ItemKind::DebitMemo),
        ("Mahnung", ItemKind::DebitMemo),
        ("Zinsrechnung", ItemKind::DebitMemo),
    ],
    row_per_line: false,
    unsigned_credits: false,
    numbered_names: false,
};

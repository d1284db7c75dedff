//! Xero: the invoice export and the Aged Receivables Detail report.
//!
//! The export has one row for each invoice line and repeats the totals: rows of the same number and contact are one
//! invoice. Its import template has no open amount and is refused. The report groups lines by contact; prepayments are
//! not in it, as Xero leaves them out.

use super::columns::{Field, Layout};
use super::{ItemKind, System};

const KINDS: &[(&str, ItemKind)] = &[
    ("Sales invoice", ItemKind::Invoice),
    ("Sales credit note", ItemKind::CreditMemo),
    ("Sales overpayment", ItemKind::Payment),
    ("Sales prepayment", ItemKind::Payment),
    ("ACCREC", ItemKind::Invoice),
    ("ACCRECCREDIT", ItemKind::CreditMemo),
    ("Invoice", ItemKind::Invoice),
    ("Credit Note", ItemKind::CreditMemo),
    ("Overpayment", ItemKind::Payment),
    ("Prepayment", ItemKind::Payment),
];

pub(super) const EXPORT: Layout = Layout {
    system: System::Xero,
    columns: &[
        (Field::Name, &["ContactName", "Kontaktname"]),
        (Field::Account, &["AccountNumber", "ContactNumber"]),
        (Field::Document, &["InvoiceNumber", "Rechnungsnummer"]),
        (Field::Po, &["Reference", "Referenz"]),
        (Field::DocumentDate, &["InvoiceDate", "Rechnungsdatum"]),
        (Field::DueDate, &["DueDate", "Fälligkeitsdatum"]),
        (Field::Original, &["Total"]),
        (Field::Open, &["InvoiceAmountDue"]),
        (Field::Currency, &["Currency"]),
        (Field::Kind, &["Type"]),
        (Field::Status, &["Status"]),
        (
            Field::Passed,
            &[
                "InventoryItemCode",
                "Description",
                "Quantity",
                "UnitAmount",
                "Discount",
                "LineAmount",
                "AccountCode",
                "TaxType",
                "TaxAmount",
                "TrackingName1",
                "TrackingOption1",
                "TrackingName2",
                "TrackingOption2",
            ],
        ),
    ],
    telling: &["ContactName"],
    kinds: KINDS,
    row_per_line: true,
    unsigned_credits: true,
    numbered_names: false,
};

pub(super) const AGED_DETAIL: Layout = Layout {
    system: System::Xero,
    columns: &[
        (Field::Name, &["Contact", "Contact Name"]),
        (Field::Account, &["Contact Account Number", "Account Number"]),
        (Field::DocumentDate, &["Invoice Date", "Date"]),
        (Field::DueDate, &["Due Date"]),
        (Field::Document, &["Invoice Number", "Number"]),
        (Field::Po, &["Invoice Reference", "Reference"]),
        (Field::Kind, &["Type", "Transaction"]),
        (Field::LocalOpen, &["Total", "Outstanding"]),
        (Field::Currency, &["Currency"]),
        (Field::LocalOriginal, &["Invoice Total"]),
        (
            Field::Passed,
            &["Current", "< 1 Month", "1 Month", "2 Months", "3 Months", "1", "2", "3", "Older", "Older than 3 Months"],
        ),
    ],
    telling: &["Older", "< 1 Month", "Older than 3 Months"],
    kinds: KINDS,
    row_per_line: false,
    unsigned_credits: false,
    numbered_names: false,
};

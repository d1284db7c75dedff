//! ERPNext: the Accounts Receivable report. Columns depend on filters; a return is a sales invoice with a negative sign.

use super::columns::{Field, Layout};
use super::{ItemKind, System};

pub(super) const LAYOUT: Layout = Layout {
    system: System::ErpNext,
    columns: &[
        (Field::PostingDate, &["Posting Date", "Buchungsdatum"]),
        (Field::Account, &["Party", "Customer", "Partei", "Kunde"]),
        (Field::Name, &["Customer Name", "Party Name", "Kundenname"]),
        (Field::Kind, &["Voucher Type", "Belegtyp", "Belegart"]),
        (Field::Document, &["Voucher No", "Voucher Number", "Belegnr.", "Belegnummer"]),
        (Field::DueDate, &["Due Date", "Fälligkeitsdatum"]),
        (Field::Original, &["Invoiced Amount", "Rechnungsbetrag", "Fakturierter Betrag"]),
        (Field::Open, &["Outstanding Amount", "Outstanding", "Ausstehender Betrag"]),
        (Field::Currency, &["Currency", "Währung"]),
        (Field::Po, &["Customer LPO", "Customer PO"]),
        (Field::Terms, &["Payment Term", "Zahlungsbedingung"]),
        (Field::Passed, &["Age (Days)", "Age", "0-30", "31-60", "61-90", "91-120", "121-Above", "Party Type"]),
    ],
    telling: &["Voucher No", "Voucher Number", "Outstanding Amount", "Ausstehender Betrag"],
    kinds: &[
        ("Sales Invoice", ItemKind::Invoice),
        ("POS Invoice", ItemKind::Invoice),
        ("Payment Entry", ItemKind::Payment),
        ("Journal Entry", ItemKind::Journal),
        ("Dunning", ItemKind::DebitMemo),
        ("Ausgangsrechnung", ItemKind::Invoice),
        ("Zahlung", ItemKind::Payment),
        ("Buchungssatz", ItemKind::Journal),
    ],
    row_per_line: false,
    unsigned_credits: false,
    numbered_names: false,
};

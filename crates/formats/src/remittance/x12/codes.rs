//! What the codes of an 820 mean.

use crate::remittance::DocumentKind;

/// The kind of document that a reference qualifier (element 128) names.
pub(super) fn document_kind(qualifier: &str) -> DocumentKind {
    match qualifier {
        "IV" | "IK" | "OI" | "I5" | "VN" => DocumentKind::Invoice,
        "CM" | "CL" | "CN" => DocumentKind::CreditMemo,
        "DB" | "DL" | "DM" => DocumentKind::DebitMemo,
        "PO" | "CO" => DocumentKind::PurchaseOrder,
        "CT" | "AH" => DocumentKind::Contract,
        "BM" | "SI" | "PK" | "WY" | "AW" => DocumentKind::Shipment,
        "11" | "12" | "14" | "AP" | "1L" | "AZ" | "CR" => DocumentKind::Account,
        "ST" => DocumentKind::Statement,
        _ => DocumentKind::Other,
    }
}

/// What an adjustment reason code (element 426) means; empty for those that are not in the list.
pub(super) fn reason(code: &str) -> &'static str {
    REASONS.binary_search_by_key(&code, |(listed, _)| listed).map_or("", |at| REASONS[at].1)
}

/// The codes that trade uses, by code.
const REASONS: &[(&str, &str)] = &[
    ("01", "Pricing error"),
    ("02", "Allowance or charge error"),
    ("03", "Extension error"),
    ("04", "Item not accepted: damaged"),
    ("05", "Item not accepted: quality"),
    ("06", "Quantity contested"),
    ("07", "Incorrect product"),
    ("08", "Substitute product"),
    ("09", "Terms of sale error"),
    ("10", "Pallet or container charge error"),
    ("11", "Returns: damage"),
    ("12", "Returns: quality"),
    ("13", "Returns: dating"),
    ("14", "Returns: promotion"),
    ("15", "Returns: recall"),
    ("16", "Allowance or charge not related to an invoice"),
    ("17", "Required data missing"),
    ("18", "Not company bill"),
    ("19", "Duplicate billing"),
    ("20", "Balance due declined"),
    ("21", "Shipment method of payment incorrect"),
    ("22", "Weight error"),
    ("23", "Special charge not authorized"),
    ("24", "Incorrect discount"),
    ("25", "Item not accepted"),
    ("26", "Invoice cancelled"),
    ("27", "Product transfers subject to charge back"),
    ("28", "Rebated shipments"),
    ("29", "Fee incorrect"),
    ("30", "Delivery charge incorrect"),
    ("31", "Pickup charge incorrect"),
    ("32", "Oversize premium invalid"),
    ("33", "Currency exchange incorrect"),
    ("34", "Declared value incorrect"),
    ("35", "Commodity code incorrect"),
    ("36", "Scale number incorrect"),
    ("37", "Dimensions incorrect"),
    ("38", "Service incorrect"),
    ("39", "Shipper or consignee reference missing"),
    ("40", "Address incorrect"),
    ("41", "Item not accepted: delay"),
    ("42", "Item not accepted: loss"),
    ("43", "Missing discount"),
    ("44", "Required documents missing"),
    ("45", "Stale bill over 180 days old"),
    ("46", "Transportation charge incorrect"),
    ("47", "Advanced charge incorrect"),
    ("48", "Service charge"),
    ("49", "Processing charge"),
    ("50", "Late charge"),
    ("51", "Interest penalty charge"),
    ("52", "Credit for previous overpayment"),
    ("53", "Remittance for previous underpayment"),
    ("54", "Freight deducted"),
    ("55", "Tax deducted"),
    ("56", "Advertising allowance taken"),
    ("57", "Volume discount taken"),
    ("58", "Invoice billing received after final billing"),
    ("59", "Item not received"),
    ("60", "No open item on file"),
    ("61", "No open order on file"),
    ("62", "Material or item description error"),
    ("63", "Customer paid invoice which was previously disputed"),
    ("70", "Advanced ship notice not received"),
    ("71", "Advertising allowance"),
    ("72", "Authorized return"),
    ("73", "Bill of lading not received"),
    ("H1", "Information forthcoming"),
    ("IA", "Invoice amount does not match account analysis statement"),
    ("ZZ", "Mutually defined"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_are_sorted_and_found() {
        assert!(REASONS.is_sorted_by(|left, right| left.0 < right.0));
        assert_eq!((reason("06"), reason("ZZ"), reason("QQ")), ("Quantity contested", "Mutually defined", ""));
    }
}

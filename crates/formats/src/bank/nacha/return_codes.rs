//! What return reason codes and change codes mean (Nacha Operating Rules, appendices four and five).

/// What a code means; empty for those that are not in the rules.
pub(super) fn meaning(code: &str) -> &'static str {
    CODES.binary_search_by_key(&code, |(listed, _)| listed).map_or("", |at| CODES[at].1)
}

/// Codes in order.
const CODES: &[(&str, &str)] = &[
    ("C01", "Incorrect account number"),
    ("C02", "Incorrect routing number"),
    ("C03", "Incorrect routing number and account number"),
    ("C04", "Incorrect individual or receiving company name"),
    ("C05", "Incorrect transaction code"),
    ("C06", "Incorrect account number and transaction code"),
    ("C07", "Incorrect routing number, account number and transaction code"),
    ("C08", "Incorrect receiving bank identification (IAT)"),
    ("C09", "Incorrect individual identification number"),
    ("C10", "Incorrect company name"),
    ("C11", "Incorrect company identification"),
    ("C12", "Incorrect company name and company identification"),
    ("C13", "Addenda format error"),
    ("C14", "Incorrect SEC code for an outbound international payment"),
    ("C61", "Misrouted notification of change"),
    ("C62", "Incorrect trace number"),
    ("C63", "Incorrect company identification number"),
    ("C64", "Incorrect individual identification number"),
    ("C65", "Incorrectly formatted corrected data"),
    ("C66", "Incorrect discretionary data"),
    ("C67", "Routing number not from original entry"),
    ("C68", "Account number not from original entry"),
    ("C69", "Incorrect transaction code"),
    ("R01", "Insufficient funds"),
    ("R02", "Account closed"),
    ("R03", "No account, or unable to locate account"),
    ("R04", "Invalid account number structure"),
    ("R05", "Unauthorized debit to consumer account using corporate SEC code"),
    ("R06", "Returned per ODFI's request"),
    ("R07", "Authorization revoked by customer"),
    ("R08", "Payment stopped"),
    ("R09", "Uncollected funds"),
    ("R10", "Customer advises originator is not known or not authorized to debit"),
    ("R11", "Customer advises entry not in accordance with the terms of the authorization"),
    ("R12", "Account sold to another DFI"),
    ("R13", "Invalid ACH routing number"),
    ("R14", "Representative payee deceased or unable to continue"),
    ("R15", "Beneficiary or account holder deceased"),
    ("R16", "Account frozen, or entry returned per OFAC instruction"),
    ("R17", "File record edit criteria, or entry with invalid account number under questionable circumstances"),
    ("R18", "Improper effective entry date"),
    ("R19", "Amount field error"),
    ("R20", "Non-transaction account"),
    ("R21", "Invalid company identification"),
    ("R22", "Invalid individual ID number"),
    ("R23", "Credit entry refused by receiver"),
    ("R24", "Duplicate entry"),
    ("R25", "Addenda error"),
    ("R26", "Mandatory field error"),
    ("R27", "Trace number error"),
    ("R28", "Routing number check digit error"),
    ("R29", "Corporate customer advises not authorized"),
    ("R30", "RDFI not participant in check truncation program"),
    ("R31", "Permissible return entry (CCD and CTX only)"),
    ("R32", "RDFI non-settlement"),
    ("R33", "Return of XCK entry"),
    ("R34", "Limited participation DFI"),
    ("R35", "Return of improper debit entry"),
    ("R36", "Return of improper credit entry"),
    ("R37", "Source document presented for payment"),
    ("R38", "Stop payment on source document"),
    ("R39", "Improper source document, or source document presented for payment"),
    ("R40", "Return of ENR entry by federal government agency"),
    ("R41", "Invalid transaction code (ENR)"),
    ("R42", "Routing number or check digit error (ENR)"),
    ("R43", "Invalid DFI account number (ENR)"),
    ("R44", "Invalid individual ID number (ENR)"),
    ("R45", "Invalid individual or company name (ENR)"),
    ("R46", "Invalid representative payee indicator (ENR)"),
    ("R47", "Duplicate enrolment (ENR)"),
    ("R50", "State law affecting RCK acceptance"),
    ("R51", "Item related to RCK entry is ineligible or RCK entry is improper"),
    ("R52", "Stop payment on item related to RCK entry"),
    ("R53", "Item and RCK entry presented for payment"),
    ("R61", "Misrouted return"),
    ("R62", "Return of erroneous or reversing debit"),
    ("R67", "Duplicate return"),
    ("R68", "Untimely return"),
    ("R69", "Field error"),
    ("R70", "Permissible return entry not accepted, or return not requested by ODFI"),
    ("R71", "Misrouted dishonored return"),
    ("R72", "Untimely dishonored return"),
    ("R73", "Timely original return"),
    ("R74", "Corrected return"),
    ("R75", "Return not a duplicate"),
    ("R76", "No errors found"),
    ("R77", "Non-acceptance of R62 dishonored return"),
    ("R80", "IAT entry coding error"),
    ("R81", "Non-participant in IAT program"),
    ("R82", "Invalid foreign receiving DFI identification"),
    ("R83", "Foreign receiving DFI unable to settle"),
    ("R84", "Entry not processed by gateway"),
    ("R85", "Incorrectly coded outbound international payment"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_sorted_and_found() {
        assert!(CODES.is_sorted_by(|left, right| left.0 < right.0));
        assert_eq!(
            (meaning("R01"), meaning("C61"), meaning("R99")),
            ("Insufficient funds", "Misrouted notification of change", "")
        );
    }
}

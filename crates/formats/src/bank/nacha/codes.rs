//! What transaction codes and standard entry class codes mean.

use crate::bank::Side;

/// A transaction code understood.
#[derive(Debug, Clone, Copy)]
pub(super) struct TransactionCode {
    /// What it does to the account.
    pub(super) side: Side,
    /// Whether it moves no money: a prenote, or zero dollars.
    pub(super) informs: bool,
    /// Whether it is the code of a return or of a notification of change.
    pub(super) comes_back: bool,
    /// What it means.
    pub(super) meaning: &'static str,
}

/// Looks up a transaction code; `None` for what no code is.
pub(super) fn transaction(code: &str) -> Option<TransactionCode> {
    let [account @ b'2'..=b'5', kind] = *code.as_bytes() else { return advice(code) };
    let loan = account == b'5';
    let (side, meaning) = match kind {
        b'1' => (Side::Credit, "Return or notification of change of a credit"),
        b'2' => (Side::Credit, "Credit"),
        b'3' => (Side::Credit, "Prenote of a credit"),
        b'4' => (Side::Credit, "Zero dollar credit with remittance"),
        b'5' if loan => (Side::Debit, "Debit that reverses a loan credit"),
        b'6' => (Side::Debit, "Return or notification of change of a debit"),
        b'7' => (Side::Debit, "Debit"),
        b'8' => (Side::Debit, "Prenote of a debit"),
        b'9' => (Side::Debit, "Zero dollar debit with remittance"),
        _ => return None,
    };
    let informs = matches!(kind, b'3' | b'4' | b'8' | b'9');
    Some(TransactionCode { side, informs, comes_back: matches!(kind, b'1' | b'6'), meaning })
}

/// Codes of automated accounting advices.
fn advice(code: &str) -> Option<TransactionCode> {
    let (side, meaning) = match code {
        "81" => (Side::Credit, "Advice: credit for debits originated"),
        "82" => (Side::Debit, "Advice: debit for credits originated"),
        "83" => (Side::Credit, "Advice: credit for credits received"),
        "84" => (Side::Debit, "Advice: debit for debits received"),
        "85" => (Side::Credit, "Advice: credit for credits in rejected batches"),
        "86" => (Side::Debit, "Advice: debit for debits in rejected batches"),
        "87" => (Side::Credit, "Advice: summary credit"),
        "88" => (Side::Debit, "Advice: summary debit"),
        _ => return None,
    };
    Some(TransactionCode { side, informs: true, comes_back: false, meaning })
}

/// What a standard entry class code means; empty for those that are not in the rules.
pub(super) fn class(code: &str) -> &'static str {
    match code {
        "ACK" => "Acknowledgment of a corporate credit",
        "ADV" => "Automated accounting advice",
        "ARC" => "Accounts receivable check conversion",
        "ATX" => "Acknowledgment of a corporate trade exchange",
        "BOC" => "Back office check conversion",
        "CCD" => "Corporate credit or debit",
        "CIE" => "Customer initiated entry",
        "COR" => "Notification of change",
        "CTX" => "Corporate trade exchange",
        "DNE" => "Death notification",
        "ENR" => "Automated enrolment",
        "IAT" => "International transaction",
        "MTE" => "Machine transfer",
        "POP" => "Point of purchase check conversion",
        "POS" => "Point of sale",
        "PPD" => "Prearranged payment or deposit",
        "RCK" => "Re-presented check",
        "SHR" => "Shared network point of sale",
        "TEL" => "Telephone initiated debit",
        "TRC" => "Truncated check",
        "TRX" => "Truncated checks exchange",
        "WEB" => "Internet initiated or mobile entry",
        "XCK" => "Destroyed check",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_say_side_and_whether_money_moves() {
        let told = |code| transaction(code).map(|code| (code.side, code.informs, code.comes_back));
        assert_eq!((told("22"), told("37")), (Some((Side::Credit, false, false)), Some((Side::Debit, false, false))));
        assert_eq!((told("26"), told("33")), (Some((Side::Debit, false, true)), Some((Side::Credit, true, false))));
        assert_eq!(
            (told("55"), told("25"), told("99"), told("2")),
            (Some((Side::Debit, false, false)), None, None, None)
        );
    }
}

//! What the codes of ISO 20022 mean: balances, reasons of returns, and the families of bank transaction codes.
//!
//! Source: ISO 20022 external code sets (BalanceType, ReturnReason, BankTransaction), the codes that statements carry.

use super::super::BalanceKind;
use crate::remittance::DocumentKind;

/// The balance of a code, and its meaning; `interim` says that the balance is of a page or of an interim report.
pub(super) fn balance(code: &str, interim: bool) -> (BalanceKind, &'static str) {
    match (code, interim) {
        ("OPBD", false) => (BalanceKind::Opening, "opening booked"),
        ("OPBD", true) => (BalanceKind::InterimOpening, "opening booked, interim"),
        ("PRCD", _) => (BalanceKind::Opening, "previously closed booked"),
        ("CLBD", false) => (BalanceKind::Closing, "closing booked"),
        ("CLBD", true) => (BalanceKind::InterimClosing, "closing booked, interim"),
        ("ITBD", _) => (BalanceKind::InterimClosing, "interim booked"),
        ("OPAV", _) => (BalanceKind::OpeningAvailable, "opening available"),
        ("CLAV", _) => (BalanceKind::ClosingAvailable, "closing available"),
        ("ITAV", _) => (BalanceKind::Other, "interim available"),
        ("FWAV", _) => (BalanceKind::Forward, "forward available"),
        ("XPCD", _) => (BalanceKind::Other, "expected"),
        ("INFO", _) => (BalanceKind::Other, "information"),
        _ => (BalanceKind::Other, ""),
    }
}

/// What a bank transaction code means, by its domain and family; empty where it is not listed.
pub(super) fn transaction(domain: &str, family: &str) -> &'static str {
    match (domain, family) {
        ("PMNT", "RCDT") => "credit transfer received",
        ("PMNT", "ICDT") => "credit transfer issued",
        ("PMNT", "RRCT") => "instant credit transfer received",
        ("PMNT", "IRCT") => "instant credit transfer issued",
        ("PMNT", "RDDT") => "direct debit received",
        ("PMNT", "IDDT") => "direct debit issued",
        ("PMNT", "RCHQ") => "cheque received",
        ("PMNT", "ICHQ") => "cheque issued",
        ("PMNT", "CCRD") => "card transaction as cardholder",
        ("PMNT", "MCRD") => "card transaction as merchant",
        ("PMNT", "CNTR") => "counter transaction",
        ("PMNT", "LBOX") => "lockbox",
        ("PMNT", "DRFT") => "draft",
        ("PMNT", "MDOP" | "OTHR" | "NTAV") => "payment",
        ("ACMT", _) => "account management",
        ("CAMT", _) => "cash management",
        ("FORX", _) => "foreign exchange",
        ("LDAS", _) => "loan, deposit or syndication",
        ("TRAD", _) => "trade services",
        ("SECU", _) => "securities",
        ("DERV", _) => "derivatives",
        ("PMET", _) => "precious metal",
        ("CMDT", _) => "commodities",
        ("XTND", _) => "extended domain",
        _ => "",
    }
}

/// What the code of a return reason means; empty where it is not listed.
pub(in crate::bank) fn return_reason(code: &str) -> &'static str {
    match code {
        "AC01" => "account number is wrong",
        "AC03" => "creditor account is invalid",
        "AC04" => "account is closed",
        "AC06" => "account is blocked",
        "AC13" => "debtor account is a consumer's",
        "AC14" => "creditor account type is wrong",
        "AC15" => "account details have changed",
        "AC16" => "account is in sequestration",
        "AC17" => "account is in liquidation",
        "AG01" => "transaction is forbidden on this account",
        "AG02" => "bank operation code is invalid",
        "AG07" => "debtor account cannot be debited",
        "AM01" => "amount is nought",
        "AM02" => "amount is above the limit",
        "AM03" => "currency is not allowed",
        "AM04" => "funds are insufficient",
        "AM05" => "duplicate",
        "AM06" => "amount is below the limit",
        "AM07" => "amount is blocked",
        "AM09" => "amount is wrong",
        "AM10" => "control sum is wrong",
        "ARDT" => "already returned",
        "BE01" => "name does not fit the account",
        "BE04" => "creditor address is missing",
        "BE05" => "creditor is not recognised",
        "BE06" => "end customer is unknown",
        "BE07" => "debtor address is missing",
        "BE08" => "bank error",
        "CNOR" => "creditor bank is not registered",
        "CURR" => "currency is wrong",
        "CUST" => "requested by the customer",
        "DNOR" => "debtor bank is not registered",
        "DT01" => "date is invalid",
        "DUPL" => "duplicate payment",
        "ED05" => "settlement failed",
        "ERIN" => "ERI option is not supported",
        "FF05" => "direct debit type is wrong",
        "FOCR" => "follows a cancellation request",
        "FR01" => "fraud",
        "FRAD" => "fraudulent origin",
        "MD01" => "no mandate",
        "MD02" => "mandate data are missing or wrong",
        "MD05" => "collection is not due",
        "MD06" => "refund requested by the debtor",
        "MD07" => "debtor is deceased",
        "MS02" => "no reason given by the customer",
        "MS03" => "no reason given by the bank",
        "NARR" => "reason in words",
        "NOAS" => "no answer from the customer",
        "NOOR" => "no original transaction",
        "PINL" => "personal identification is wrong",
        "RC01" => "bank identifier is wrong",
        "RC07" => "creditor BIC is wrong",
        "RF01" => "transaction reference is not unique",
        "RR01" | "RR02" | "RR03" | "RR04" => "regulatory reason",
        "RUTA" => "returned after investigation",
        "SL01" | "SL02" | "SL11" | "SL12" | "SL13" | "SL14" => "service of the debtor's or creditor's bank",
        "SP01" => "stop payment",
        "SP02" => "revoked",
        "SVNR" => "service is not rendered",
        "TM01" => "received after the cut-off time",
        "TRAC" => "removed from the tracking",
        "UPAY" => "payment is not justified",
        _ => "",
    }
}

/// What kind of document a code of `RfrdDocInf` names.
pub(super) fn document(code: &str) -> DocumentKind {
    match code {
        "CINV" | "MSIN" | "SBIN" | "CMCN" | "PROF" | "IFPS" => DocumentKind::Invoice,
        "CREN" => DocumentKind::CreditMemo,
        "DEBN" => DocumentKind::DebitMemo,
        "SOAC" | "ARCP" => DocumentKind::Statement,
        "PUOR" => DocumentKind::PurchaseOrder,
        "CNFA" | "HIRI" | "BOLD" => DocumentKind::Contract,
        "DISP" | "VCHR" | "AROI" | "TSUT" => DocumentKind::Other,
        "SHIP" | "DNFA" => DocumentKind::Shipment,
        _ => DocumentKind::Other,
    }
}

//! What the transaction types of `:61:` mean. Source: SWIFT category 9, field 61 sub-field 6.

/// The meaning of a type (`NTRF`, `FCHK`); empty where it is not listed, as bank's own numbers are not.
pub(super) fn meaning(code: &str) -> &'static str {
    match code.get(1..).unwrap_or("") {
        "BNK" => "securities related, bank fees",
        "BOE" => "bill of exchange",
        "BRF" => "brokerage fee",
        "CAR" => "securities related, corporate actions",
        "CAS" => "securities related, cash in lieu",
        "CHG" => "charges and other expenses",
        "CHK" => "cheque",
        "CLR" => "cash letter or cheques remittance",
        "CMI" | "CMN" | "CMS" | "CMT" | "CMZ" => "cash management, pooling",
        "COL" => "collections",
        "COM" => "commission",
        "DCR" => "documentary credit",
        "DDT" => "direct debit",
        "DIV" => "dividends",
        "ECK" => "eurocheque",
        "EQA" => "equivalent amount",
        "FEX" => "foreign exchange",
        "INT" => "interest",
        "LBX" => "lockbox",
        "LDP" => "loan deposit",
        "MSC" => "miscellaneous",
        "RTI" => "returned item",
        "SEC" => "securities",
        "STO" => "standing order",
        "TCK" => "travellers cheque",
        "TRF" => "transfer",
        "VDA" => "value date adjustment",
        _ => "",
    }
}

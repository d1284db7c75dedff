//! Who paid whom for what: references, parties, charges, exchange and return of one transaction.

use super::codes;
use super::money::{money, money_at, side};
use super::remittance::remittance;
use super::tree::Node;
use crate::bank::{BankCode, Charge, Original, Party, Payment, Return, ReturnKind, Side};
use crate::currency::CurrencyCode;

/// What a payment is read against: the entry it belongs to.
#[derive(Debug, Clone, Copy)]
pub(super) struct Frame<'f> {
    /// The currency of the entry.
    pub(super) currency: CurrencyCode,
    /// Its effect on the account.
    pub(super) side: Side,
    /// Whether it undoes an earlier one.
    pub(super) reversal: bool,
    /// The account of the statement, to know which party is the account's own.
    pub(super) own_account: &'f str,
}

/// Reads a transaction (`TxDtls`).
pub(super) fn payment(details: Node<'_, '_>, frame: Frame<'_>) -> Payment {
    let mut payment = Payment::default();
    if let Some(refs) = details.child("Refs") {
        references(refs, &mut payment);
    }
    payment.returned = details.child("RtrInf").map(|info| Box::new(returned(info, &payment)));
    let undone = frame.reversal || payment.returned.is_some();
    let (counterparty, behind) = parties(details, frame, undone);
    (payment.counterparty, payment.behind) = (counterparty.map(Box::new), behind.map(Box::new));
    payment.charges = charges(details, frame.currency);
    payment.original = original(details, frame.currency).map(Box::new);
    payment.purpose = details.string_at(&["Purp", "Cd"]).or_else(|| details.string_at(&["Purp", "Prtry"]));
    if let Some(info) = details.child("RmtInf") {
        remittance(info, frame.currency, &mut payment);
    }
    if let Some(more) = details.string_at(&["AddtlTxInf"]) {
        if payment.text.is_empty() && payment.remittance.is_empty() {
            payment.text.push(more);
        } else {
            payment.references.push(("additional", more));
        }
    }
    payment
}

/// The references of a transaction, each by its name.
fn references(refs: Node<'_, '_>, payment: &mut Payment) {
    for each in refs.children() {
        let text = each.text();
        let name = match each.name() {
            "AcctSvcrRef" => {
                payment.bank_reference = present(text);
                continue;
            }
            "EndToEndId" => {
                payment.end_to_end = present(text);
                continue;
            }
            "MsgId" => "message",
            "PmtInfId" => "payment_information",
            "InstrId" => "instruction",
            "TxId" => "transaction",
            "UETR" => "uetr",
            "MndtId" => "mandate",
            "ChqNb" => "check",
            "ClrSysRef" => "clearing",
            "AcctOwnrTxId" => "account_owner",
            "AcctSvcrTxId" => "account_servicer",
            "MktInfrstrctrTxId" => "market",
            "PrcgId" => "processing",
            "Prtry" => {
                let kind = each.text_at(&["Tp"]).unwrap_or("");
                if let Some(reference) = each.text_at(&["Ref"]).and_then(present) {
                    payment.references.push(("proprietary", format!("{kind} {reference}").trim().to_owned()));
                }
                continue;
            }
            _ => continue,
        };
        payment.references.extend(present(text).map(|text| (name, text)));
    }
    let check = payment.references.iter().find(|(name, _)| *name == "check");
    payment.customer_reference = check.map(|(_, number)| number.clone());
}

/// A reference, unless it is blank or says that none was given.
pub(super) fn present(text: &str) -> Option<String> {
    let none = text.is_empty() || text.eq_ignore_ascii_case("NOTPROVIDED") || text.eq_ignore_ascii_case("NONREF");
    (!none).then(|| text.to_owned())
}

/// Why a transaction came back.
fn returned(info: Node<'_, '_>, payment: &Payment) -> Return {
    let code = info.text_at(&["Rsn", "Cd"]).or_else(|| info.text_at(&["Rsn", "Prtry"])).unwrap_or("");
    let mut details = Vec::new();
    details.extend(info.string_at(&["Orgtr", "Nm"]).map(|name| ("originator", name)));
    details.extend(info.string_at(&["Orgtr", "Pty", "Nm"]).map(|name| ("originator", name)));
    if let Some(original) = info.child("OrgnlBkTxCd") {
        details.extend(bank_codes(original).into_iter().map(|code| ("original_code", code.code)));
    }
    Return {
        kind: ReturnKind::Return,
        code: code.to_owned(),
        meaning: codes::return_reason(code),
        text: info.all("AddtlInf").map(|line| line.text().to_owned()).collect(),
        original_reference: payment.end_to_end.clone(),
        original_bank: None,
        details,
    }
}

/// The codes of a `BkTxCd`, ISO's first.
pub(super) fn bank_codes(code: Node<'_, '_>) -> Vec<BankCode> {
    let mut codes = Vec::new();
    if let Some(domain) = code.text_at(&["Domn", "Cd"]) {
        let family = code.text_at(&["Domn", "Fmly", "Cd"]).unwrap_or("");
        let sub = code.text_at(&["Domn", "Fmly", "SubFmlyCd"]).unwrap_or("");
        let parts: Vec<&str> = [domain, family, sub].into_iter().filter(|part| !part.is_empty()).collect();
        codes.push(BankCode { list: "iso20022", code: parts.join("/"), meaning: codes::transaction(domain, family) });
    }
    if let Some(own) = code.text_at(&["Prtry", "Cd"]) {
        codes.push(BankCode { list: "proprietary", code: own.to_owned(), meaning: "" });
    }
    codes
}

/// The counterparty and the one behind it. Of a credit the debtor, of a debit the creditor; what comes back keeps the roles
/// of the original, so there it is the other way round. A party that is the account itself is never the counterparty.
fn parties(details: Node<'_, '_>, frame: Frame<'_>, undone: bool) -> (Option<Party>, Option<Party>) {
    let debtor = || party(details, "Dbtr");
    let creditor = || party(details, "Cdtr");
    let wants_debtor = (frame.side == Side::Credit) != undone;
    let own = |party: &Party| {
        !frame.own_account.is_empty() && party.account.as_deref().is_some_and(|account| account == frame.own_account)
    };
    let (first, second) = if wants_debtor { (debtor(), creditor()) } else { (creditor(), debtor()) };
    let first_is_own = first.as_ref().is_some_and(own);
    let turned = first_is_own || (undone && first.is_none());
    let second = second.filter(|party| !own(party));
    if turned && second.is_some() {
        let behind = ultimate(details, if wants_debtor { "UltmtCdtr" } else { "UltmtDbtr" });
        return (second, behind);
    }
    let behind = ultimate(details, if wants_debtor { "UltmtDbtr" } else { "UltmtCdtr" });
    (first.filter(|_| !first_is_own), behind)
}

/// A party by its role (`Dbtr`, `Cdtr`) with its account and its bank.
fn party(details: Node<'_, '_>, role: &str) -> Option<Party> {
    let (account, agent) = if role == "Dbtr" { ("DbtrAcct", "DbtrAgt") } else { ("CdtrAcct", "CdtrAgt") };
    let mut party = Party::default();
    if let Some(related) = details.child("RltdPties") {
        if let Some(node) = related.child(role) {
            party = identity(node);
        }
        party.account = related.find(&[account, "Id"]).and_then(account_number);
        // Some banks name the holder with the account alone.
        party.name = party.name.or_else(|| related.string_at(&[account, "Nm"]));
    }
    party.bank = details.find(&["RltdAgts", agent]).and_then(bank);
    (party != Party::default()).then_some(party)
}

/// The ultimate party of a role.
fn ultimate(details: Node<'_, '_>, role: &str) -> Option<Party> {
    let party = identity(details.find(&["RltdPties", role])?);
    (party != Party::default()).then_some(party)
}

/// Name, identification and address of a party, wherever the version puts them.
fn identity(node: Node<'_, '_>) -> Party {
    let node = node.child("Pty").or_else(|| node.find(&["Agt", "FinInstnId"])).unwrap_or(node);
    let id = node.child("Id").and_then(|id| {
        let organisation = id.child("OrgId").or_else(|| id.child("PrvtId")).unwrap_or(id);
        const PATHS: [&[&str]; 7] =
            [&["LEI"], &["Othr", "Id"], &["PrtryId", "Id"], &["AnyBIC"], &["BICOrBEI"], &["BIC"], &["TaxIdNb"]];
        PATHS.into_iter().find_map(|path| organisation.string_at(path))
    });
    Party {
        name: node.string_at(&["Nm"]),
        account: None,
        bank: None,
        id: id.or_else(|| node.string_at(&["BICFI"])),
        address: node.child("PstlAdr").map(address).unwrap_or_default(),
    }
}

/// Address lines; of a structured address street and number, postal code and town, country.
fn address(node: Node<'_, '_>) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for (first, second) in [("StrtNm", "BldgNb"), ("PstCd", "TwnNm")] {
        let parts: Vec<&str> = [first, second].into_iter().filter_map(|name| node.text_at(&[name])).collect();
        if !parts.is_empty() {
            lines.push(parts.join(" "));
        }
    }
    lines.extend(node.all("AdrLine").map(|line| line.text().to_owned()).filter(|line| !line.is_empty()));
    lines.extend(node.string_at(&["Ctry"]));
    lines
}

/// The number in an account's `Id`, without blanks.
pub(super) fn account_number(id: Node<'_, '_>) -> Option<String> {
    const PATHS: [&[&str]; 5] = [&["IBAN"], &["Othr", "Id"], &["BBAN"], &["PrtryAcct", "Id"], &["UPIC"]];
    let text = PATHS.into_iter().find_map(|path| id.text_at(path))?;
    Some(text.split_whitespace().collect())
}

/// The bank of an agent: its BIC, else its number in a clearing system, else its name.
pub(super) fn bank(agent: Node<'_, '_>) -> Option<String> {
    let node = agent.child("FinInstnId").unwrap_or(agent);
    const PATHS: [&[&str]; 10] = [
        &["BICFI"],
        &["BIC"],
        &["CmbndId", "BIC"],
        &["ClrSysMmbId", "MmbId"],
        &["ClrSysMmbId", "Id"],
        &["CmbndId", "ClrSysMmbId", "MmbId"],
        &["Othr", "Id"],
        &["PrtryId", "Id"],
        &["Nm"],
        &["NmAndAdr", "Nm"],
    ];
    PATHS.into_iter().find_map(|path| node.string_at(path))
}

/// What banks took: the single charges, or the total where only that is given. Charges of nought are left out.
pub(super) fn charges(node: Node<'_, '_>, currency: CurrencyCode) -> Vec<Charge> {
    let mut charges = Vec::new();
    for block in node.all("Chrgs") {
        let mut records: Vec<Node<'_, '_>> = block.all("Rcrd").collect();
        if records.is_empty() {
            records.push(block);
        }
        for record in records {
            let amount = record.child("Amt").or_else(|| record.child("TtlChrgsAndTaxAmt"));
            let Some(read) = amount.and_then(|amount| money(amount, Some(currency)).ok()) else { continue };
            if read.minor == 0 {
                continue;
            }
            let back = (side(record) == Some(Side::Credit)) != read.negative;
            const CODES: [&[&str]; 4] = [&["Br"], &["Tp", "Cd"], &["Tp", "Prtry", "Id"], &["Tp", "Prtry"]];
            charges.push(Charge {
                amount: if back { -read.minor } else { read.minor },
                currency: read.currency,
                code: CODES.into_iter().find_map(|path| record.string_at(path)).unwrap_or_default(),
                included: record.text_at(&["ChrgInclInd"]).map(|said| matches!(said, "true" | "1")),
            });
        }
    }
    charges
}

/// The amount as first sent, with its rate, where it says more than the entry.
pub(super) fn original(node: Node<'_, '_>, currency: CurrencyCode) -> Option<Original> {
    let amounts = node.child("AmtDtls")?;
    let exchange = ["InstdAmt", "TxAmt", "CntrValAmt"].into_iter().find_map(|name| amounts.find(&[name, "CcyXchg"]));
    let instructed = money_at(amounts, &["InstdAmt", "Amt"], Some(currency));
    let source = instructed.or_else(|| {
        let others = ["CntrValAmt", "TxAmt"].into_iter();
        others.filter_map(|name| money_at(amounts, &[name, "Amt"], None)).find(|amount| amount.currency != currency)
    })?;
    let rate = exchange.and_then(|exchange| {
        let rate = exchange.text_at(&["XchgRate"])?;
        let from = exchange.text_at(&["SrcCcy"]).or_else(|| exchange.text_at(&["UnitCcy"])).unwrap_or("");
        let to = exchange.text_at(&["TrgtCcy"]).unwrap_or("");
        let words = [rate, from, if to.is_empty() { "" } else { "to" }, to];
        Some(words.into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" "))
    });
    Some(Original { amount: source.minor, currency: source.currency, rate })
}

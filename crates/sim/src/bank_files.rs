//! Credits as the files that banks send: BAI2 of the seller's bank at home, camt.053 of its bank abroad.

use std::collections::BTreeMap;
use std::fmt::Write;

use dunwell_desk::rules::calendar::Date;
use dunwell_desk::rules::money::Money;

use crate::bank::{TrueReceipt, Wording};

/// The files of a day, each with its name: BAI2 for dollars and yen, camt.053 for euros, pounds and what comes with a
/// remittance advice of its own. A file without credits is left out.
pub fn bank_files(day: Date, credits: &[&TrueReceipt]) -> Vec<(String, Vec<u8>)> {
    let abroad = |credit: &TrueReceipt| {
        matches!(credit.amount.currency.code(), "EUR" | "GBP") || credit.wording == Wording::Deduction
    };
    let (camt, bai2): (Vec<&TrueReceipt>, Vec<&TrueReceipt>) = credits.iter().partition(|credit| abroad(credit));
    let mut files = Vec::new();
    if !bai2.is_empty() {
        files.push((format!("{day}.bai"), bai2_file(day, &bai2)));
    }
    if !camt.is_empty() {
        files.push((format!("{day}.camt.xml"), camt_file(day, &camt)));
    }
    files
}

fn by_currency<'a>(credits: &[&'a TrueReceipt]) -> BTreeMap<String, Vec<&'a TrueReceipt>> {
    let mut by_currency: BTreeMap<String, Vec<&TrueReceipt>> = BTreeMap::new();
    for credit in credits {
        by_currency.entry(credit.amount.currency.to_string()).or_default().push(credit);
    }
    by_currency
}

/// The BAI2 file of a day: an account a currency, each credit a type 165, totals that foot.
pub fn bai2_file(day: Date, credits: &[&TrueReceipt]) -> Vec<u8> {
    let stamp = day.strftime("%y%m%d").to_string();
    let mut text = format!("01,121000248,DUNWELL,{stamp},0600,1,,,2/\n02,DUNWELL,121000248,1,{stamp},,,2/\n");
    let by_currency = by_currency(credits);
    let (mut total, mut records) = (0, 2);
    for (place, (currency, credits)) in by_currency.iter().enumerate() {
        let number = 4_000_100 + place;
        let sum: i64 = credits.iter().map(|credit| credit.amount.minor).sum();
        let _ = writeln!(text, "03,{number},{currency},,,,/");
        for credit in credits {
            let _ = writeln!(text, "16,165,{},0,{},,{}", credit.amount.minor, credit.reference, credit.text());
        }
        let count = credits.len() + 2;
        let _ = writeln!(text, "49,{sum},{count}/");
        total += sum;
        records += count;
    }
    let _ = writeln!(text, "98,{total},{},{}/\n99,{total},1,{}/", by_currency.len(), records, records + 2);
    text.into_bytes()
}

/// The camt.053 file of a day: a statement a currency, from nothing to what came in.
pub fn camt_file(day: Date, credits: &[&TrueReceipt]) -> Vec<u8> {
    let mut text = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.08\"><BkToCstmrStmt>\n\
         <GrpHdr><MsgId>STMT-{day}</MsgId><CreDtTm>{day}T06:00:00Z</CreDtTm></GrpHdr>\n"
    );
    for (place, (currency, credits)) in by_currency(credits).iter().enumerate() {
        let whole = credits.iter().map(|credit| credit.amount.minor).sum();
        let currency_of = credits[0].amount.currency;
        let balance = |code: &str, minor: i64| {
            format!(
                "<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy=\"{currency}\">{}</Amt>\
                 <CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>{day}</Dt></Dt></Bal>\n",
                Money::new(minor, currency_of).decimal()
            )
        };
        let _ = write!(
            text,
            "<Stmt><Id>{day}-{currency}</Id><CreDtTm>{day}T06:00:00Z</CreDtTm>\
             <Acct><Id><Othr><Id>{}</Id></Othr></Id><Ccy>{currency}</Ccy></Acct>\n{}{}",
            9_000_100 + place,
            balance("OPBD", 0),
            balance("CLBD", whole),
        );
        credits.iter().for_each(|credit| text.push_str(&camt_entry(credit)));
        text.push_str("</Stmt>\n");
    }
    text.push_str("</BkToCstmrStmt></Document>\n");
    text.into_bytes()
}

fn camt_entry(credit: &TrueReceipt) -> String {
    let money = |minor: i64| {
        let amount = Money::new(minor, credit.amount.currency);
        format!(" Ccy=\"{}\">{}", amount.currency, amount.decimal())
    };
    let (amount, day, reference) = (money(credit.amount.minor), credit.day, escaped(&credit.reference));
    let mut said = String::new();
    if !credit.said.is_empty() {
        let _ = write!(said, "<Ustrd>{}</Ustrd>", escaped(&credit.said));
    }
    if credit.wording == Wording::Deduction
        && let Some((held, claim, code)) = &credit.held_back
    {
        for (document, paid) in &credit.pays {
            let claim = if document == held { *claim } else { 0 };
            let reason = format!(
                "<AdjstmntAmtAndRsn><Amt{}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Rsn>{code}</Rsn></AdjstmntAmtAndRsn>",
                money(claim)
            );
            let _ = write!(
                said,
                "<Strd><RfrdDocInf><Tp><CdOrPrtry><Cd>CINV</Cd></CdOrPrtry></Tp><Nb>{}</Nb></RfrdDocInf><RfrdDocAmt>\
                 <DuePyblAmt{}</DuePyblAmt>{}<RmtdAmt{}</RmtdAmt></RfrdDocAmt></Strd>",
                escaped(document),
                money(paid + claim),
                if claim > 0 { reason.as_str() } else { "" },
                money(*paid),
            );
        }
    }
    format!(
        "<Ntry><NtryRef>{reference}</NtryRef><Amt{amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>\
         <BookgDt><Dt>{day}</Dt></BookgDt><ValDt><Dt>{day}</Dt></ValDt><AcctSvcrRef>{reference}</AcctSvcrRef>\
         <BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>RCDT</Cd><SubFmlyCd>ESCT</SubFmlyCd></Fmly></Domn></BkTxCd>\
         <NtryDtls><TxDtls><Refs><AcctSvcrRef>{reference}</AcctSvcrRef></Refs><Amt{amount}</Amt>\
         <CdtDbtInd>CRDT</CdtDbtInd><RltdPties><Dbtr><Pty><Nm>{}</Nm></Pty></Dbtr></RltdPties>\
         <RmtInf>{said}</RmtInf></TxDtls></NtryDtls></Ntry>\n",
        escaped(&credit.payer),
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

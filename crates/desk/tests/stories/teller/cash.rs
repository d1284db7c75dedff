//! What a bank and a payer tell in a story, and what a person does about it.

use dunwell_desk::cash::clear_exception::{ReceiptMatched, match_receipt, unmatch_receipt};
use dunwell_desk::cash::clear_return::cash_returns;
use dunwell_desk::cash::exceptions::{cash_exceptions, cash_receipt};
use dunwell_desk::cash::import_bank_file::{BankRequest, import_bank_files};
use dunwell_desk::cash::import_remittance::{RemittanceRequest, import_remittances};
use dunwell_desk::import::ImportFile;
use dunwell_desk::write_offs::{ToWriteOff, write_off};

use super::{Teller, Told, trouble};
use crate::say;
use crate::text::Deed;

/// The most exceptions of a story.
const MOST: i64 = 50;

impl Teller {
    /// `paid PAY-1 900.00 USD by Groc Foundation saying INV 48129 less 2%`, `… less charges 5.00 by …`: a credit of the bank;
    /// answers what became of it.
    pub(super) async fn paid(&self, deed: &Deed) -> Told {
        let [name, amount, currency] = deed.first()?;
        let said = deed.all_after("saying");
        let payer = deed.all_after("by");
        let payer = payer.split(" saying ").next().unwrap_or_default();
        let charges = deed.after("charges").map_or_else(String::new, |taken| {
            format!("<Chrgs><Rcrd><Amt Ccy=\"{currency}\">{taken}</Amt><ChrgInclInd>true</ChrgInclInd></Rcrd></Chrgs>")
        });
        let details = format!(
            "<Refs><EndToEndId>{name}</EndToEndId></Refs>{charges}<RltdPties><Dbtr><Nm>{payer}</Nm></Dbtr></RltdPties>\
             <RmtInf><Ustrd>{said}</Ustrd></RmtInf>",
        );
        let report = self.banked(deed, &entry(name, amount, currency, ("CRDT", &details))).await?;
        if report.is_empty() { self.stands(deed, name).await } else { Ok(report) }
    }

    /// `returned R-1 900.00 USD reason AC04`: the bank takes a credit back; answers what became of the receipt.
    pub(super) async fn returned(&self, deed: &Deed) -> Told {
        let [name, amount, currency] = deed.first()?;
        let reason = deed.after("reason").unwrap_or_else(|| "AC04".into());
        let details =
            format!("<Refs><EndToEndId>{name}</EndToEndId></Refs><RtrInf><Rsn><Cd>{reason}</Cd></Rsn></RtrInf>");
        let report = self.banked(deed, &entry(&format!("{name}-back"), amount, currency, ("DBIT", &details))).await?;
        if !report.is_empty() {
            return Ok(report);
        }
        let asked = cash_returns(&self.desk("desk").await?, None, MOST).await.map_err(trouble)?;
        match asked.into_iter().find(|shown| shown.told.document == name) {
            Some(shown) => Ok(format!("asked {}", shown.told.asked.join(", "))),
            None => Ok("taken back".into()),
        }
    }

    /// Reads a camt.054 of one entry, twice; empty, or what was wrong.
    async fn banked(&self, deed: &Deed, entry: &str) -> Told {
        let day = deed.day;
        let text = format!(
            "<?xml version=\"1.0\"?><Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.054.001.08\"><BkToCstmrDbtCdtNtfctn>\
             <GrpHdr><MsgId>{day}</MsgId><CreDtTm>{day}T06:00:00</CreDtTm></GrpHdr><Ntfctn><Id>{day}</Id>\
             <Acct><Id><Othr><Id>770001</Id></Othr></Id></Acct>{}</Ntfctn></BkToCstmrDbtCdtNtfctn></Document>",
            entry.replace("{day}", &day.to_string())
        );
        let desk = self.desk("desk").await?;
        let files = vec![ImportFile::bytes("story.xml", text.into_bytes())];
        let request = BankRequest::new(files, day);
        let report = match import_bank_files(&desk, &request).await {
            Ok(report) => report,
            Err(stop) => return say::refused(stop),
        };
        if let Some(problem) = report.files.iter().flat_map(|file| &file.problems).next() {
            return Ok(format!("refused: {}", problem.code));
        }
        let again = import_bank_files(&desk, &request).await.map_err(trouble)?;
        if again.receipts + again.returns > 0 {
            return Ok("the same file changed something".into());
        }
        Ok(if report.receipts + report.returns == 0 { "known already".into() } else { String::new() })
    }

    /// `advice R-1 985.00 USD: INV-1 885.00 less 15.00 price, INV-2 100.00`: a remittance advice as a table.
    pub(super) async fn advice(&self, deed: &Deed) -> Told {
        let [name, _, currency] = deed.first()?;
        let told = deed.words[3..].join(" ");
        let mut rows = String::from("Check number,Currency,Document,Amount paid,Deduction,Reason\n");
        for line in told.split(',').map(str::trim) {
            let words: Vec<&str> = line.split_whitespace().collect();
            let [document, paid, ref rest @ ..] = words[..] else { return Err(format!("{line} names no amount")) };
            let (held, reason) = match rest {
                ["less", held, reason] => (*held, *reason),
                _ => ("", ""),
            };
            rows.push_str(&format!("{name},{},{document},{paid},{held},{reason}\n", currency.trim_end_matches(':')));
        }
        let files = vec![ImportFile::bytes("advice.csv", rows.into_bytes())];
        let request = RemittanceRequest::new(files, deed.day);
        let report = match import_remittances(&self.desk("desk").await?, &request).await {
            Ok(report) => report,
            Err(stop) => return say::refused(stop),
        };
        if let Some(problem) = report.files.iter().flat_map(|file| &file.problems).next() {
            return Ok(format!("refused: {}", problem.code));
        }
        if report.joined > 0 { self.stands(deed, name).await } else { Ok("waits for its receipt".into()) }
    }

    /// `match R-1 to ACME for INV-1=400.00 INV-2 on account`, `unmatch R-1`: what a person says; answers how it stands then.
    pub(super) async fn set(&self, deed: &Deed) -> Told {
        let [name] = deed.first()?;
        let found = self.reading().await?.receipts_called(name).await.map_err(|fault| fault.to_string())?;
        let receipt = found.last().ok_or("there is no such receipt")?.receipt.to_string();
        let desk = self.desk(&deed.user()).await?;
        let done = if deed.verb == "unmatch" {
            unmatch_receipt(&desk, &receipt, None, deed.day).await
        } else {
            let named = deed.all_after("for");
            let documents = named.split_whitespace().take_while(|word| !["on", "as", "rate", "learn"].contains(word));
            let said = ReceiptMatched {
                account: deed.after("to"),
                documents: documents
                    .map(|word| match word.split_once('=') {
                        Some((document, amount)) => (document.to_owned(), Some(amount.to_owned())),
                        None => (word.to_owned(), None),
                    })
                    .collect(),
                rate: deed.after("rate"),
                on_account: deed.after("on").is_some_and(|word| word == "account"),
                learn: deed.words.iter().any(|word| word == "learn"),
                ..ReceiptMatched::default()
            };
            match_receipt(&desk, &receipt, &said, deed.day).await
        };
        match done {
            Ok(_) => self.stands(deed, name).await,
            Err(stop) => say::refused(stop),
        }
    }

    /// `proposed PAY-1 of GROC`: what the receipt would pay there in another currency.
    pub(super) async fn proposed(&self, deed: &Deed) -> Told {
        let [name, _, account] = deed.first()?;
        let found = self.reading().await?.receipts_called(name).await.map_err(|fault| fault.to_string())?;
        let receipt = found.last().ok_or("there is no such receipt")?.receipt.to_string();
        let shown = cash_receipt(&self.desk(&deed.user()).await?, &receipt, Some(account)).await;
        shown.map(|shown| say::exchange_proposals(&shown)).or_else(say::refused)
    }

    /// `exceptions`: the receipts about which a person is asked, with what is proposed.
    pub(super) async fn exceptions(&self) -> Told {
        let asked = cash_exceptions(&self.desk("desk").await?, None, MOST).await.map_err(trouble)?;
        Ok(say::exceptions(&asked))
    }

    /// `write_off ACME INV-1 12.40 reason bad_debt`.
    pub(super) async fn write_off(&self, deed: &Deed) -> Told {
        let [account, document] = deed.first()?;
        let asked = ToWriteOff {
            account: account.into(),
            document: document.into(),
            amount: deed.words.get(2).filter(|word| word.starts_with(|first: char| first.is_ascii_digit())).cloned(),
            reason: deed.after("reason"),
            tax_relief: false,
            words: None,
        };
        match write_off(&self.desk(&deed.user()).await?, &asked, deed.day, deed.day).await {
            Ok(done) => Ok(match done.asked_because {
                Some(because) => format!("waits for a signature: {because}"),
                None => format!("{} written off", done.amount),
            }),
            Err(stop) => say::refused(stop),
        }
    }

    /// How a receipt stands: whose it is, what it pays by which rule, and what is asked.
    async fn stands(&self, deed: &Deed, name: &str) -> Told {
        let found = self.reading().await?.receipts_called(name).await.map_err(|fault| fault.to_string())?;
        let Some(found) = found.last() else { return Ok("no receipt".into()) };
        let shown = cash_receipt(&self.desk(&deed.user()).await?, &found.receipt.to_string(), None).await;
        shown.map(|shown| say::receipt(&shown)).or_else(say::refused)
    }
}

/// An entry of a camt file; its days are the story's.
fn entry(reference: &str, amount: &str, currency: &str, (side, details): (&str, &str)) -> String {
    format!(
        "<Ntry><Amt Ccy=\"{currency}\">{}</Amt><CdtDbtInd>{side}</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>\
         <BookgDt><Dt>{{day}}</Dt></BookgDt><ValDt><Dt>{{day}}</Dt></ValDt><AcctSvcrRef>{reference}</AcctSvcrRef>\
         <NtryDtls><TxDtls>{details}</TxDtls></NtryDtls></Ntry>",
        amount.replace(',', "")
    )
}

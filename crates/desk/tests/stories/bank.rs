//! What a bank tells in a story, and what a person does with it: receipts of a bank's file, and what they pay in another currency.

use dunwell_desk::cash::clear_exception::{ReceiptMatched, match_receipt, unmatch_receipt};
use dunwell_desk::cash::exceptions::cash_receipt;
use dunwell_desk::cash::exchange::Exchanged;
use dunwell_desk::cash::import_bank_file::{BankRequest, import_bank_files};
use dunwell_desk::import::ImportFile;
use dunwell_desk::rules::money::Money;

use crate::say;
use crate::teller::{Teller, Told};
use crate::text::Deed;

impl Teller {
    /// `bank credit B1 920.00 EUR GROC GMBH INV 48129`: a bank's file of the day with one credit in it.
    pub(crate) async fn bank_credit(&self, deed: &Deed) -> Told {
        let [_, reference, amount, currency] = deed.first()?;
        let minor = amount.replace([',', '.'], "");
        let (words, day) = (deed.words[4..].join(" "), deed.day.strftime("%y%m%d").to_string());
        let text = format!(
            "01,BANK,US,{day},0800,1,,,2/\n02,US,BANK,1,{day},,{currency},2/\n03,123456,{currency},,,,/\n\
             16,165,{minor},0,{reference},,{words}\n49,{minor},3/\n98,{minor},1,5/\n99,{minor},1,7/\n"
        );
        let files = vec![ImportFile::bytes("story.bai", text.into_bytes())];
        let request =
            BankRequest { files, format: None, profile: None, accept_totals: None, on: deed.day, dry_run: false };
        match import_bank_files(&self.desk("desk").await?, &request).await {
            Ok(report) if report.files.iter().any(|file| !file.problems.is_empty()) => {
                Err("the file is refused".into())
            }
            Ok(report) if report.applied > 0 => Ok("applied".into()),
            Ok(report) => Ok(if report.exceptions > 0 { "asked" } else { "" }.into()),
            Err(stop) => say::refused(stop),
        }
    }

    /// `proposed B1 of GROC`: what the receipt would pay there in another currency.
    pub(crate) async fn proposed(&self, deed: &Deed) -> Told {
        let [reference, _, account] = deed.first()?;
        let receipt = self.receipt_called(reference).await?;
        let shown = match cash_receipt(&self.desk(&deed.user()).await?, &receipt, Some(account)).await {
            Ok(shown) => shown,
            Err(stop) => return say::refused(stop),
        };
        let said: Vec<String> = shown
            .exchange_proposals
            .iter()
            .map(|proposal| {
                let lines: Vec<String> =
                    proposal.lines.iter().map(|line| format!("{} {}", line.document, line.pays)).collect();
                format!("{}: {}", lines.join(", "), exchanged(&proposal.exchanged))
            })
            .collect();
        Ok(if said.is_empty() { "nothing".into() } else { said.join("; ") })
    }

    /// `match B1 to INV-48129 of GROC`, `… at 1.2`, and `unmatch B1`.
    pub(crate) async fn matched(&self, deed: &Deed) -> Told {
        let [reference] = deed.first()?;
        let (receipt, desk) = (self.receipt_called(reference).await?, self.desk(&deed.user()).await?);
        if deed.verb == "unmatch" {
            return unmatch_receipt(&desk, &receipt, None, deed.day).await.map(|_| String::new()).or_else(say::refused);
        }
        let [_, _, document, _, account] = deed.first()?;
        let matched = ReceiptMatched {
            account: Some(account.to_owned()),
            documents: vec![(document.to_owned(), None)],
            rate: deed.after("at"),
            ..ReceiptMatched::default()
        };
        let done = match_receipt(&desk, &receipt, &matched, deed.day).await;
        done.map(|done| done.exchanged.as_ref().map_or_else(String::new, exchanged)).or_else(say::refused)
    }

    /// The receipt that a bank's file told under this reference.
    async fn receipt_called(&self, reference: &str) -> Result<String, String> {
        let found = self.reading().await?.receipts_called(reference).await.map_err(|fault| fault.to_string())?;
        Ok(found.first().ok_or("the bank told of no such receipt")?.receipt.to_string())
    }
}

/// What an amount came to in another currency, and what of it was lost or gained.
fn exchanged(of: &Exchanged) -> String {
    let between = match of.difference.minor {
        1.. => format!(", loss {}", of.difference),
        0 => String::new(),
        ..0 => format!(", gain {}", Money::new(-of.difference.minor, of.difference.currency)),
    };
    format!("{} come to {} ({}){between}", of.gives, of.gets, of.rate)
}

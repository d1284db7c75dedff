//! What a file says besides of a receipt that another told before: a report of the day names the amount alone, and the final
//! statement says who paid and for what. It is kept with the receipt, which is decided again where a person is asked about it
//! or nothing of it is set against anything.

use dunwell_rules::cash::told_again::{Telling, says_more};
use dunwell_store::read::ReceiptTold;

use super::import_bank_file::Taking;
use super::join_advice::Joining;
use super::told::{Told, Words};
use super::told_again::{amounts, telling_of};
use super::tries::Tries;
use crate::refusal::Result;
use crate::withdraw_moot::withdraw_what_it_made_moot;

impl Taking<'_> {
    /// Keeps what the file says besides of receipts that were told before, and decides on them again; answers of how many.
    pub(super) async fn hear_more(&mut self, credits: &[Told]) -> Result<u64> {
        let mut receipts = 0;
        for told in credits.iter().filter(|told| told.says_more) {
            let mut tries = Tries::default();
            receipts += loop {
                let heard = self.hear(told).await;
                if let Some(more) = tries.settled(heard).await? {
                    break u64::from(more);
                }
            };
        }
        Ok(receipts)
    }

    /// Whether it says more of a receipt; `None` when the receipt, or what it pays, has moved meanwhile.
    async fn hear(&mut self, told: &Told) -> Result<Option<bool>> {
        let (desk, on) = (self.desk, self.request.on);
        let this = |row: &ReceiptTold| row.key == told.key;
        let key = amounts(std::slice::from_ref(told));
        let mut reading = desk.book.read().await?;
        let Some(row) = reading.receipts_told(&key).await?.into_iter().find(this) else { return Ok(Some(false)) };
        let Some(words) = heard(&row, told) else { return Ok(Some(false)) };
        let Some(mut receipt) = reading.receipt(row.receipt).await? else { return Ok(Some(false)) };
        let words = serde_json::to_value(&words).unwrap_or_default();
        let kept = words.to_string();
        receipt.words = Some(words);
        let now = Told::of(&receipt);
        let mut joining = Joining { look: self.look.take(), ..Joining::new(desk, self.policy, on) };
        let decided = match receipt.set_aside {
            Some(_) => None,
            None => joining.decide(&mut reading, &receipt, &now).await?,
        };
        drop(reading);
        let mut recording = desk.record("import bank", on).await?;
        if recording.receipts_told(&key).await?.iter().find(|row| this(row)) != Some(&row) {
            return Ok(None);
        }
        let import = self.enter(&mut recording).await?;
        recording.add_words(row.receipt, &kept, on)?;
        if joining.carry_out(&mut recording, &receipt, &now, decided.as_ref()).await?.is_none() {
            return Ok(None);
        }
        withdraw_what_it_made_moot(&mut recording, on).await?;
        recording.commit().await?;
        (self.import, self.look) = (Some(import), joining.look);
        Ok(Some(true))
    }
}

/// All that is said of a receipt with what the file says besides; `None` where it says no more, and where the words of the
/// receipt are erased.
fn heard(row: &ReceiptTold, told: &Told) -> Option<Words> {
    let known: Words = serde_json::from_str(row.words.as_deref()?).ok()?;
    says_more(&told.words.telling(&told.code), &telling_of(row)).then(|| known.and(&told.words))
}

impl Words {
    /// The same with what another telling of the booking says besides.
    fn and(mut self, more: &Self) -> Self {
        let longer = |known: &str, told: &str| told.len() > known.len() && told.contains(known);
        for name in &more.payer {
            self.payer.retain(|known| !longer(known, name));
            if !self.payer.iter().any(|known| known == name || longer(name, known)) {
                self.payer.push(name.clone());
            }
        }
        for (known, told) in [(&mut self.references, &more.references), (&mut self.bank, &more.bank)] {
            known.extend(told.iter().filter(|reference| !known.contains(reference)).cloned().collect::<Vec<_>>());
        }
        if let Some(entry) = more.entry.as_ref().filter(|entry| self.entry.as_ref() != Some(entry)) {
            self.bank.push(entry.clone());
        }
        self.payer_account = self.payer_account.or_else(|| more.payer_account.clone());
        self.end_to_end = self.end_to_end.or_else(|| more.end_to_end.clone());
        self.customer_reference = self.customer_reference.or_else(|| more.customer_reference.clone());
        if self.charges == 0 {
            self.charges = more.charges;
        }
        if says_more(&more.said(), &self.said()) {
            self.text.clone_from(&more.text);
            if !more.remittance.is_empty() {
                self.remittance.clone_from(&more.remittance);
            }
        }
        self
    }

    /// What the payer wrote, alone.
    fn said(&self) -> Telling {
        Telling { text: self.telling("").text, ..Telling::default() }
    }
}

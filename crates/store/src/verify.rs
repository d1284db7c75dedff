//! Does the book still say what the journals say? Recomputes everything that is kept from the journals and compares, to the
//! cent; checks the hashes, the chain of seals and the invariants. It reads one snapshot and writes nothing.

mod bank;
mod cash;
mod deeds;
mod exchange;
mod invariants;
mod journals;
mod known;
mod ledger;
mod notices;
mod receipts;
mod refund;
#[cfg(test)]
mod refund_tests;
mod remittance;
pub(crate) mod replay;
#[cfg(test)]
mod return_tests;
mod stored;
mod tables;
#[cfg(test)]
mod tests;
mod texts;

use serde::Serialize;

use crate::book::Book;
use crate::fault::Result;
use crate::read::Reading;
use deeds::Deeds;
use journals::Journals;
use replay::Replay;
use stored::{Compared, Differences, Expected};

/// What was checked, and what was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct VerifyReport {
    /// Whether every check passed.
    pub ok: bool,
    /// The checks, in documented order.
    pub checks: Vec<Check>,
}

/// One check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Check {
    /// `I1` … (`reliability.md` section 4), `triggers`, `derived state`.
    pub id: &'static str,
    /// Whether it passed.
    pub ok: bool,
    /// How many things were looked at.
    pub checked: i64,
    /// What was looked at; where it failed, what is wrong and where.
    pub detail: String,
}

impl Check {
    fn new(id: &'static str, what: &str, differences: Differences) -> Self {
        let ok = differences.wrong == 0;
        let detail = match differences.wrong {
            0 => what.to_owned(),
            wrong => {
                let more = wrong - i64::try_from(differences.words.len()).unwrap_or(0);
                let rest = if more > 0 { format!("; and {more} more") } else { String::new() };
                format!("{what}: {}{rest}", differences.words.join("; "))
            }
        };
        Self { id, ok, checked: differences.checked, detail }
    }
}

impl Book {
    /// Checks the whole book. The answer names what is wrong; a fault is only what kept it from looking.
    pub async fn verify(&self) -> Result<VerifyReport> {
        let mut reading = self.read().await?;
        let journals = Journals::read(&mut reading).await?;
        let replay = Replay::of(journals.rows.iter());
        let deeds = Deeds::of(journals.rows.iter(), &journals.batches);
        let mut checks = invariants::of_journals(&journals, &replay);
        let asked = notices::asked(&mut reading, &journals, &replay, &deeds).await?;
        checks.extend(invariants::of_tables(&mut reading, &replay, asked).await?);
        let (chain, tail, seals) = journals::chain(&mut reading, &journals).await?;
        let what = format!("{seals} seals follow each other; {tail} batches are not sealed yet");
        checks.push(Check::new("I15", &what, chain));
        checks.push(Check::new(
            "I16",
            "balances played again from the first entry",
            balances(&mut reading, &replay).await?,
        ));
        let conversions = "every conversion is its amount at its rate, and its difference is named";
        checks.push(Check::new("I17", conversions, exchange::conversions(&journals, &replay)));
        let came = "what was written off or disputed for a receipt stands only while it pays";
        checks.push(Check::new("I18", came, receipts::came_with(&replay)));
        let stands = "every receipt that a bank told stands, or a return took it back";
        checks.push(Check::new("I19", stands, receipts::standing(&deeds.cash, &replay)));
        let aside = "what sets a receipt aside takes off one receipt of nobody, whole";
        checks.push(Check::new("I20", aside, receipts::set_aside(&replay)));
        let parts = "what took a part off a receipt is what its return says";
        checks.push(Check::new("I21", parts, receipts::returned_parts(&deeds.cash, &replay)));
        checks.push(Check::new("triggers", "the journals are append-only", journals::triggers(&mut reading).await?));
        let mut derived = derived(&mut reading, &deeds).await?;
        derived.add(texts::compare(&mut reading, &self.secret, &deeds).await?);
        for problem in replay.problems.iter().chain(&deeds.problems) {
            derived.note(|| problem.clone());
        }
        checks.push(Check::new("derived state", "every other table made again from the journals", derived));
        Ok(VerifyReport { ok: checks.iter().all(|check| check.ok), checks })
    }
}

async fn balances(reading: &mut Reading, replay: &Replay) -> Result<Differences> {
    let pairs: [(&Compared, Expected); 6] = [
        (&tables::ITEM, ledger::items(replay)),
        (&tables::LINE, ledger::lines(replay)),
        (&tables::MOVEMENT, ledger::movements(replay)),
        (&tables::SUMMARY, ledger::summaries(replay)),
        (&tables::MONTH, ledger::months(replay)),
        (&tables::CONTROL, ledger::control(replay)),
    ];
    compare(reading, pairs).await
}

async fn derived(reading: &mut Reading, deeds: &Deeds) -> Result<Differences> {
    let versions = deeds.versions.iter().filter(|(account, _)| **account != 0);
    let versions = versions
        .map(|(account, batches)| (vec![(*account).into()], vec![i64::try_from(batches.len()).unwrap_or(0).into()]));
    let pairs: [(&Compared, Expected); 33] = [
        (&tables::ACCOUNT, deeds.account.clone()),
        (&tables::STATE, versions.collect()),
        (&tables::CONTACT, deeds.contact.clone()),
        (&tables::PROMISE, deeds.promise.clone()),
        (&tables::DISPUTE, deeds.dispute.clone()),
        (&tables::HOLD, deeds.hold.clone()),
        (&tables::CONTACT_DAY, deeds.contact_day.clone()),
        (&tables::STEP, deeds.step.clone()),
        (&tables::STEP_ITEM, deeds.step_item.clone()),
        (&tables::NOTICE, deeds.notice.clone()),
        (&tables::PIN, deeds.pin.clone()),
        (&tables::ATTACHMENT, deeds.attachment.clone()),
        (&tables::BANK_ENTRY, deeds.cash.bank_entry.clone()),
        (&tables::BANK_RETURN, deeds.cash.bank_return.clone()),
        (&tables::BANK_STATEMENT, deeds.cash.bank_statement.clone()),
        (&tables::PAYER_MARK, deeds.cash.payer_mark.clone()),
        (&tables::BANK_FILE, deeds.cash.bank_file.clone()),
        (&tables::REFUND_PAYMENT, deeds.cash.refund_payment.clone()),
        (&tables::RECEIPT_WORDS, deeds.cash.receipt_words.clone()),
        (&tables::REMITTANCE, deeds.remittances.remittance.clone()),
        (&tables::REFUND, deeds.refunds.refund.clone()),
        (&tables::REFUND_FILE, deeds.refunds.refund_file.clone()),
        (&tables::WRITE_OFF, deeds.refunds.write_off.clone()),
        (&tables::TASK, deeds.task.clone()),
        (&tables::REQUEST, deeds.request.clone()),
        (&tables::RUN_DAY, deeds.run_day.clone()),
        (&tables::IMPORT, deeds.import.clone()),
        (&tables::POLICY, deeds.policy.clone()),
        (&tables::POLICY_DRAFT, deeds.policy_draft.clone()),
        (&tables::RATE, deeds.rate.clone()),
        (&tables::CONTROL_TOTAL, deeds.control_total.clone()),
        (&tables::USER, deeds.user.clone()),
        (&tables::CLOSED_MONTH, closed_months(deeds)),
    ];
    compare(reading, pairs).await
}

/// The closed months without the hash of their pack, which [`texts`] compares.
fn closed_months(deeds: &Deeds) -> Expected {
    deeds.closed_month.iter().map(|(key, columns)| (key.clone(), columns[..1].to_vec())).collect()
}

async fn compare<const N: usize>(reading: &mut Reading, pairs: [(&Compared, Expected); N]) -> Result<Differences> {
    let mut differences = Differences::default();
    for (table, expected) in pairs {
        differences.add(table.compare(reading, expected).await?);
    }
    Ok(differences)
}

/// Every statement here that both databases take, for the test that prepares them.
#[cfg(test)]
pub(crate) fn statements() -> Vec<&'static str> {
    let lists =
        [tables::STATEMENTS, journals::STATEMENTS, invariants::STATEMENTS, notices::STATEMENTS, texts::STATEMENTS];
    lists.into_iter().flatten().copied().collect()
}

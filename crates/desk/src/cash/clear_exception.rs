//! What a person does about a receipt: say whose it is and what it pays, or take that back.

use dunwell_rules::calendar::Date;
use dunwell_rules::cash::{CashPolicy, Match};
use dunwell_rules::dispute::DisputeReason;
use dunwell_rules::item::ItemKind;
use dunwell_rules::money::Money;
use dunwell_rules::rights::Action;
use dunwell_store::record::{AccountRow, BOOK_ACCOUNT, ItemRow, MarkKind, PostingRefusal, Received, Recording};
use dunwell_store::views::applied::AppliedView;
use dunwell_store::views::cash::ReceiptView;
use serde::Serialize;

use super::apply_receipt::{self, Decided};
use super::exceptions::{Look, proposal_id, receipt_of, version_of_receipt};
use super::exchange::{Exchanged, Paying};
use super::set_aside::not_set_aside;
use super::set_lines::{LinePaid, Setting};
use super::short_lines::{self, ShortLine, ShortStands};
use super::told::Told;
use crate::desk::Desk;
use crate::put_policy_in_force::policy_in_force;
use crate::refunds::end::not_refunded;
use crate::refusal::{Refusal, Result, not_posted};
use crate::version::unchanged;
use crate::who::{account_of, item_of};
use crate::withdraw_moot::withdraw_what_it_made_moot;

/// What a person says about a receipt.
#[derive(Debug, Clone, Default)]
pub struct ReceiptMatched {
    /// Whose it is, as a customer number; `None` leaves it where it is.
    pub account: Option<String>,
    /// What it pays: document numbers of that account, each with an amount as typed or as much as both allow.
    pub documents: Vec<(String, Option<String>)>,
    /// What it pays, line by line: of that account, and of those it pays for.
    pub lines: Vec<LinePaid>,
    /// The proposal that is taken, by the name under which it was shown; where nothing else is said either, the first one.
    pub proposal: Option<String>,
    /// The currency of what it pays, where it is another than the receipt's and no document says so.
    pub currency: Option<String>,
    /// The rate at which it pays in another currency, as units of that for one of the receipt's; `None` is the dated one of its
    /// value day.
    pub rate: Option<String>,
    /// Leave it where it is and ask no more: it pays what it pays, and what is short of that stays open. Nothing of it may be left.
    pub as_it_is: bool,
    /// Leave what nothing named takes on account: all of it, where nothing is named.
    pub on_account: bool,
    /// Know the payer by this receipt's bank account and name from now on.
    pub learn: bool,
    /// The version of the receipt that was looked at; `None` does not ask.
    pub version: Option<String>,
}

/// What became of it.
#[derive(Debug, Clone, Serialize)]
pub struct ReceiptStands {
    /// The receipt.
    pub receipt: String,
    /// Whose it is; null when it is nobody's.
    pub account: Option<String>,
    /// What is set against documents.
    pub applied: Money,
    /// What is set against nothing.
    pub unapplied: Money,
    /// What of it was turned into another currency to pay there; null where nothing was.
    pub exchanged: Option<Exchanged>,
    /// By what the payer is known from now on.
    pub learned: Vec<&'static str>,
    /// What it paid where it was before, and does not any more: open again.
    pub reopened: Vec<AppliedView>,
    /// What is missing on the lines that it pays, and what becomes of that.
    pub short: Vec<ShortStands>,
}

/// Does what a person says about a receipt, on the day `on`: gives it to the account, sets it against what is named, and asks
/// no more. What is given to another account is set against nothing there at first; at its own account, what it was set
/// against stays. What is named must take all of it, unless the rest is left on account by name. A line that it pays already and
/// that is named with a reason and no amount is paid no more: its rest is disputed.
pub async fn match_receipt(desk: &Desk, receipt: &str, said: &ReceiptMatched, on: Date) -> Result<ReceiptStands> {
    desk.may(Action::Apply)?;
    let policy = policy_in_force(desk).await?.policy.cash;
    desk.retrying(|| async {
        let mut matching = Matching::begin(desk, receipt, said, on).await?;
        if said.as_it_is {
            matching.stays(said)?;
        } else if !said.documents.is_empty() || !said.lines.is_empty() {
            if said.proposal.is_some() {
                return Err(both().into());
            }
            matching.set_named(desk, said, &policy).await?;
            if matching.setting.left > 0 && !said.on_account {
                return Err(matching.left_over().into());
            }
        } else if said.on_account {
            if said.proposal.is_some() {
                return Err(both().into());
            }
        } else if matching.setting.left == matching.found.amount.minor {
            matching.take_proposal(desk, said.proposal.as_deref(), &policy).await?;
        } else if !said.learn {
            return Err(matching.left_over().into());
        }
        matching.end(said).await
    })
    .await
}

/// A receipt while a person's word about it is recorded.
struct Matching<'a> {
    receipt: &'a str,
    found: ReceiptView,
    recording: Recording,
    to: AccountRow,
    received: Received,
    setting: Setting,
    exchanged: Option<Exchanged>,
    reopened: Vec<AppliedView>,
    /// Lines that it pays and that are short, as they were seen.
    short: Vec<ShortLine>,
    /// Why the rest of some of them is held back, as it was said now.
    reasons: Vec<(ShortLine, DisputeReason)>,
}

impl<'a> Matching<'a> {
    /// Looks at the receipt and gives it to the account.
    async fn begin(desk: &Desk, receipt: &'a str, said: &ReceiptMatched, on: Date) -> Result<Self> {
        // Nothing is read beside the recording: whoever holds what others wait for must not wait for a connection.
        let mut reading = desk.book.read().await?;
        let found = receipt_of(&mut reading, receipt).await?;
        unchanged("receipt", &found, &version_of_receipt(&found), said.version.as_deref())?;
        not_set_aside(&found)?;
        let applied = reading.applied_of(found.account_id, found.item).await?;
        let mut short = short_lines::of(&mut reading, &found, &applied).await?;
        drop(reading);
        let mut recording = desk.record("match receipt", on).await?;
        let to = match said.account.as_ref().or(found.account.as_ref()) {
            Some(code) => account_of(&mut recording, code).await?,
            None => return Err(whose(receipt).into()),
        };
        let mut received = Received { entry: found.receipt, item: found.item };
        let (mut left, mut reopened) = (found.unapplied.minor, Vec::new());
        if found.account_id != to.account {
            not_refunded(recording.live_refund(received.item).await?.as_ref())?;
            let given = recording.give_receipt(received, to.account, on).await?;
            received.item = given.ok_or_else(|| moved(receipt))?;
            reopened = applied;
            short.clear();
            left = found.amount.minor;
        }
        let (credit, currency) = (received.item, found.amount.currency);
        let setting = Setting { named: format!("receipt {receipt}"), credit, currency, left, on };
        Ok(Self {
            receipt,
            found,
            recording,
            to,
            received,
            setting,
            exchanged: None,
            reopened,
            short,
            reasons: Vec::new(),
        })
    }

    /// Checks that it may be left as it is.
    fn stays(&self, said: &ReceiptMatched) -> std::result::Result<(), Refusal> {
        let named = !said.documents.is_empty() || !said.lines.is_empty() || said.proposal.is_some() || said.on_account;
        match (named, self.setting.left) {
            (true, _) => Err(both()),
            (false, 0) => Ok(()),
            (false, _) => Err(self.left_over()),
        }
    }

    fn left_over(&self) -> Refusal {
        if self.setting.left == 0 {
            let pays = self.setting.money(self.found.amount.minor);
            let why = "it pays that already, and nothing of it is left: give the reason for a line that is short (--line \
                       ITEM/LINE:REASON), or leave it as it is (--as-it-is)";
            return Refusal::BadValue { what: "receipt", value: pays.to_string(), why: why.into() };
        }
        let why = "that much of the receipt is set against nothing: name what it pays, or leave it on account".into();
        Refusal::BadValue { what: "difference", value: self.setting.money(self.setting.left).to_string(), why }
    }

    /// Sets it against the documents and lines that are named, in its own currency or in another.
    async fn set_named(&mut self, desk: &Desk, said: &ReceiptMatched, policy: &CashPolicy) -> Result<()> {
        let (reasons, lines) = short_lines::reasons(&said.lines, &self.short, self.setting.left)?;
        let said = &ReceiptMatched { lines, ..said.clone() };
        let Self { found, recording, to, received, setting, .. } = self;
        short_lines::dispute(desk, recording, (found, *received), &reasons, setting.on).await?;
        self.reasons = reasons;
        let left = setting.money(setting.left);
        let paying = Paying { found, item: received.item, to, left, on: setting.on };
        if let Some(currency) = paying.meant(recording, said).await? {
            let exchanged = paying.pay(desk, recording, (said, currency), policy).await?;
            setting.left -= exchanged.gives.minor;
            self.exchanged = Some(exchanged);
            return Ok(());
        }
        for (document, amount) in &said.documents {
            self.set_document(document, amount.as_deref()).await?;
        }
        let to = (self.to.account, self.to.code.as_str());
        self.setting.lines(desk, &mut self.recording, to, &said.lines).await
    }

    /// Takes the proposal of that name in another currency; `false` when there is none.
    async fn take_abroad(&mut self, desk: &Desk, named: &str, policy: &CashPolicy) -> Result<bool> {
        let Self { found, recording, to, received, setting, .. } = self;
        let left = setting.money(setting.left);
        let paying = Paying { found, item: received.item, to, left, on: setting.on };
        let Some(exchanged) = paying.take(desk, recording, named, policy).await? else { return Ok(false) };
        setting.left -= exchanged.gives.minor;
        self.exchanged = Some(exchanged);
        Ok(true)
    }

    /// Sets an amount, else as much as both allow, against a document of the account.
    async fn set_document(&mut self, document: &str, amount: Option<&str>) -> Result<()> {
        let mut debit = item_of(&mut self.recording, &self.to, document).await?;
        if debit.kind == ItemKind::Settlement {
            // A settlement has the number of what it settled.
            let found = self.recording.items_by_document(self.to.account, document).await?;
            let owed = found.into_iter().filter(|item| item.kind.is_debit() && !item.reversed);
            debit = owed.max_by_key(|item| item.item.0).unwrap_or(debit);
        }
        if debit.open == 0 && debit.settlement.is_some() {
            return self.replace_settlement(&debit, amount).await;
        }
        let pays = self.setting.amount(amount, debit.open)?;
        self.setting.set(&mut self.recording, (debit.item, None), pays, (document, debit.open)).await
    }

    /// Takes the place of what a source said was settled of a document, whole.
    async fn replace_settlement(&mut self, debit: &ItemRow, amount: Option<&str>) -> Result<()> {
        let settled = self.recording.settled_of(debit.item).await?;
        let pays = self.setting.amount(amount, settled)?;
        if pays != settled || settled == 0 {
            let settled = self.setting.money(settled);
            let why =
                format!("its source says that {settled} of it was settled: only a payment of that takes its place");
            return Err(Refusal::BadValue { what: "document", value: debit.document.clone(), why }.into());
        }
        let of = (self.to.account, self.received.item);
        let replaced = self.recording.replace_settlement(of, debit.item, pays, self.setting.on).await?;
        replaced.map_err(|code| not_posted(code, &format!("receipt {} against {}", self.receipt, debit.document)))?;
        self.setting.left -= pays;
        Ok(())
    }

    /// Takes the proposal of that name for the account, else the first.
    async fn take_proposal(&mut self, desk: &Desk, named: Option<&str>, policy: &CashPolicy) -> Result<()> {
        let look = Look::of(&mut desk.book.read().await?, &[self.to.account], self.found.amount.currency).await?;
        let (answer, _) = look.answer(&self.found, self.to.account, policy);
        let several = answer.as_ref().is_some_and(|answer| answer.apply.is_none() && answer.candidates.len() > 1);
        if named.is_none() && several {
            let why = "several proposals fit: name one of them, or what it pays; `exceptions` shows them".into();
            return Err(Refusal::BadValue { what: "proposal", value: String::new(), why }.into());
        }
        let mut matches = answer.into_iter().flat_map(|answer| answer.apply.into_iter().chain(answer.candidates));
        let apply = matches.find(|found| named.is_none_or(|named| proposal_id(found) == named));
        let applied = apply.as_ref().map_or(0, Match::applied);
        if applied == 0 {
            if let Some(named) = named
                && self.take_abroad(desk, named, policy).await?
            {
                return Ok(());
            }
            return Err(match named {
                Some(named) => gone(named),
                None => nothing(self.receipt, &self.to.code),
            }
            .into());
        }
        let decided = Decided {
            account: self.to.account,
            evidence: vec!["person"],
            payer_rule: None,
            apply,
            abroad: None,
            settled: None,
            asked: Vec::new(),
        };
        let refused = |code| not_posted(code, &format!("receipt {}", self.receipt));
        let (told, on) = (Told::of(&self.found), self.setting.on);
        let done = apply_receipt::carry_out(&mut self.recording, self.received, &told, &decided, on).await?;
        done.map_err(refused)?;
        self.setting.left -= applied;
        Ok(())
    }

    /// Asks no more, learns by what the payer is known, and records all of it.
    async fn end(mut self, said: &ReceiptMatched) -> Result<ReceiptStands> {
        self.recording.ask_about(self.received.entry, &[], self.setting.on).await?;
        let mut learned = Vec::new();
        if said.learn {
            for (kind, value) in marks(&Told::of(&self.found)) {
                self.recording.learn_payer(self.to.account, kind, &value).await?;
                learned.push(kind.code());
            }
        }
        let (left, amount) = (self.setting.left, self.found.amount.minor);
        let (applied, unapplied) = (self.setting.money(amount - left), self.setting.money(left));
        withdraw_what_it_made_moot(&mut self.recording, self.setting.on).await?;
        self.recording.commit().await?;
        let (receipt, account) = (self.receipt.to_owned(), Some(self.to.code));
        Ok(ReceiptStands {
            receipt,
            account,
            applied,
            unapplied,
            exchanged: self.exchanged,
            learned,
            reopened: self.reopened,
            short: short_lines::stand(self.short, &self.reasons, said),
        })
    }
}

/// Takes a receipt back from its account on the day `on`: what it paid is open again, and it is nobody's until somebody says
/// whose it is. One that is set aside is asked about again. Refused (`bad_value`) is a day before it was set where it is. Refused (`refund_lives`) while a refund of it is not called off.
pub async fn unmatch_receipt(desk: &Desk, receipt: &str, version: Option<&str>, on: Date) -> Result<ReceiptStands> {
    desk.may(Action::Unapply)?;
    desk.retrying(|| async {
        let mut reading = desk.book.read().await?;
        let found = receipt_of(&mut reading, receipt).await?;
        unchanged("receipt", &found, &version_of_receipt(&found), version)?;
        let applied = reading.applied_of(found.account_id, found.item).await?;
        drop(reading);
        let mut recording = desk.record("unmatch receipt", on).await?;
        let mut reopened = Vec::new();
        if found.account_id != BOOK_ACCOUNT || found.set_aside.is_some() {
            let received = Received { entry: found.receipt, item: found.item };
            not_refunded(recording.live_refund(received.item).await?.as_ref())?;
            let moved_on = recording.moved_last(found.account_id, found.item).await?;
            if let Some(day) = moved_on.filter(|day| on < *day && *day > found.booked_on) {
                return Err(before_it(receipt, on, day).into());
            }
            reopened = applied;
            recording.give_receipt(received, BOOK_ACCOUNT, on).await?.ok_or_else(|| moved(receipt))?;
            recording.ask_about(found.receipt, &["unknown_payer"], on).await?;
        }
        recording.commit().await?;
        Ok(ReceiptStands {
            receipt: receipt.to_owned(),
            account: None,
            applied: Money::zero(found.amount.currency),
            unapplied: found.amount,
            exchanged: None,
            learned: Vec::new(),
            reopened,
            short: Vec::new(),
        })
    })
    .await
}

/// A receipt is not taken off what it pays before it was set against it.
fn before_it(receipt: &str, on: Date, day: Date) -> Refusal {
    let why = format!("receipt {receipt} was set where it is on {day}; take it back on that day or later");
    Refusal::BadValue { what: "on", value: on.to_string(), why }
}

fn marks(told: &Told) -> Vec<(MarkKind, String)> {
    let account = told.words.payer_account.iter().map(|number| (MarkKind::BankAccount, number.clone()));
    let name = told.words.payer.first().map(|name| (MarkKind::Name, name.clone()));
    account.chain(name).collect()
}

fn whose(receipt: &str) -> Refusal {
    Refusal::BadValue { what: "account", value: String::new(), why: format!("say whose receipt {receipt} is") }
}

pub(super) fn moved(receipt: &str) -> Refusal {
    let message = format!("receipt {receipt} was moved by somebody else meanwhile; look at it again");
    Refusal::Posting { code: PostingRefusal::AlreadyReversed, message }
}

fn nothing(receipt: &str, account: &str) -> Refusal {
    let why = format!("nothing that {account} owes fits receipt {receipt}; name the documents, or leave it on account");
    Refusal::BadValue { what: "document", value: String::new(), why }
}

fn both() -> Refusal {
    let why = "take the proposal, or name what the receipt pays; not both".into();
    Refusal::BadValue { what: "proposal", value: String::new(), why }
}

fn gone(named: &str) -> Refusal {
    let why = "what was proposed is not open like that any more; look at the receipt again".into();
    Refusal::BadValue { what: "proposal", value: named.into(), why }
}

//! A call as a collector records it: one contact, with everything agreed in it, in one transaction.

use dunwell_rules::account::EntryId;
use dunwell_rules::activity::{ActivityKind, Outcome, counts_as_contact};
use dunwell_rules::calendar::Date;
use dunwell_rules::dispute::DisputeReason;
use dunwell_rules::money::Currency;
use dunwell_rules::rights::Action;
use dunwell_rules::worklist::TaskKind;
use dunwell_store::record::{AccountRow, NewActivity, NewDispute, NewPromise, NewTask, PostingRefusal, Recording};
use serde::Serialize;

use crate::currency::currency_for;
use crate::desk::Desk;
use crate::refusal::{Refusal, Result};
use crate::who::{account_of, amount_of, entry_of, item_of};

/// What came of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CallResult {
    /// They promise to pay.
    Promise {
        /// The amount as typed.
        amount: String,
        /// The day the money is to be in our bank.
        by: Date,
        /// Documents covered; empty is the oldest past due first.
        documents: Vec<String>,
    },
    /// They contest a document.
    Dispute {
        /// The document.
        document: String,
        /// The disputed amount as typed; `None` is all that is open.
        amount: Option<String>,
        /// What they say, as a reason code.
        reason: String,
    },
    /// They ask to be called again on a day.
    CallBack {
        /// The day.
        on: Date,
    },
    /// A message was left on a machine.
    Voicemail,
    /// The number belongs to somebody else.
    WrongContact,
    /// They ask for invoices, orders or proofs of delivery.
    AskedForDocuments,
    /// They say the money is on its way.
    PaymentSent {
        /// The day on which to look whether it came.
        look_on: Date,
    },
    /// They refuse to pay.
    Refused,
}

impl CallResult {
    /// The outcome that is logged.
    fn outcome(&self) -> Outcome {
        match self {
            Self::Promise { .. } => Outcome::Promised,
            Self::Dispute { .. } => Outcome::Disputed,
            Self::CallBack { .. } | Self::AskedForDocuments | Self::PaymentSent { .. } => Outcome::Reached,
            Self::Voicemail => Outcome::Voicemail,
            Self::WrongContact => Outcome::WrongContact,
            Self::Refused => Outcome::Refused,
        }
    }

    /// The task it leaves behind, and the day on which it comes up.
    fn follow_up(&self, on: Date) -> Option<(TaskKind, Date)> {
        match self {
            Self::CallBack { on: day } => Some((TaskKind::CallBack, *day)),
            Self::PaymentSent { look_on } => Some((TaskKind::CheckPayment, *look_on)),
            Self::AskedForDocuments => Some((TaskKind::SendDocuments, on)),
            Self::WrongContact => Some((TaskKind::MissingContact, on)),
            Self::Promise { .. } | Self::Dispute { .. } | Self::Voicemail | Self::Refused => None,
        }
    }
}

/// A call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallMade {
    /// The currency, where the account has several.
    pub currency: Option<String>,
    /// What came of it.
    pub result: CallResult,
    /// The words; erasable.
    pub text: Option<String>,
    /// The person of the account who said so, by their entry.
    pub person: Option<String>,
}

/// What was recorded.
#[derive(Debug, Clone, Serialize)]
pub struct CallRecorded {
    /// The contact.
    pub entry: String,
    /// Customer number.
    pub account: String,
    /// The outcome that was logged.
    pub outcome: &'static str,
    /// The promise, where one was given.
    pub promise: Option<String>,
    /// The dispute, where one was raised.
    pub dispute: Option<String>,
    /// The task left behind, and its day.
    pub follow_up: Option<(&'static str, String)>,
}

/// Records a call on the day `on`: the contact, and the promise, dispute or follow-up agreed in it, or nothing of it.
/// The account's open call tasks are done with it. Refused as the parts are: a promise for a day that has passed, a dispute of
/// a credit, an amount that is none.
pub async fn record_call(desk: &Desk, code: &str, call: &CallMade, on: Date) -> Result<CallRecorded> {
    for action in rights_of(&call.result) {
        desk.may(action)?;
    }
    let follow_up = call.result.follow_up(on);
    let day = match &call.result {
        CallResult::Promise { by, .. } => Some(*by),
        _ => follow_up.map(|(_, day)| day),
    };
    if let Some(day) = day.filter(|day| *day < on) {
        let why = format!("it lies before {on}, the day of the call");
        return Err(Refusal::BadValue { what: "date", value: day.to_string(), why }.into());
    }
    let outcome = call.result.outcome();
    desk.retrying(|| async {
        let currency = match &call.result {
            CallResult::Promise { .. } => Some(currency_for(desk, code, call.currency.as_deref(), on).await?),
            _ => None,
        };
        let mut recording = desk.record("call", on).await?;
        let account = account_of(&mut recording, code).await?;
        let promise = promised(&mut recording, &account, call, currency, on).await?;
        let dispute = disputed(&mut recording, &account, &call.result, on).await?;
        let contact = NewActivity {
            account: account.account,
            kind: ActivityKind::Call.code().into(),
            outcome: Some(outcome.code().into()),
            is_contact: counts_as_contact(ActivityKind::Call, Some(outcome)),
            day: on,
            text: call.text.clone(),
            person: spoken_to(desk, &account, call).await?,
        };
        let entry = recording.log(&contact).await?;
        if let Some((kind, day)) = follow_up {
            let key = format!("{} {day}", kind.code());
            let task = NewTask {
                account: account.account,
                kind: kind.code().into(),
                key,
                currency: None,
                opens_on: Some(day),
            };
            recording.open_tasks(&[task]).await?;
        }
        recording.commit().await?;
        Ok(CallRecorded {
            entry: entry.to_string(),
            account: code.into(),
            outcome: outcome.code(),
            promise,
            dispute,
            follow_up: follow_up.map(|(kind, day)| (kind.code(), day.to_string())),
        })
    })
    .await
}

/// What the call takes, by the table of rights.
fn rights_of(result: &CallResult) -> Vec<Action> {
    let more = match result {
        CallResult::Promise { .. } => Some(Action::Promise),
        CallResult::Dispute { .. } => Some(Action::Dispute),
        CallResult::CallBack { .. }
        | CallResult::Voicemail
        | CallResult::WrongContact
        | CallResult::AskedForDocuments
        | CallResult::PaymentSent { .. }
        | CallResult::Refused => None,
    };
    std::iter::once(Action::Log).chain(more).collect()
}

/// The person spoken to; refused when the account has none of that id, or they are erased.
async fn spoken_to(desk: &Desk, account: &AccountRow, call: &CallMade) -> Result<Option<EntryId>> {
    let Some(id) = &call.person else { return Ok(None) };
    let person = entry_of("contact", id)?;
    match desk.book.read().await?.contact(account.account, person).await? {
        Some(_) => Ok(Some(person)),
        None => Err(Refusal::NotFound { what: "contact", id: id.clone() }.into()),
    }
}

async fn promised(
    recording: &mut Recording,
    account: &AccountRow,
    call: &CallMade,
    currency: Option<Currency>,
    on: Date,
) -> Result<Option<String>> {
    let (CallResult::Promise { amount, by, documents }, Some(currency)) = (&call.result, currency) else {
        return Ok(None);
    };
    let mut items = Vec::with_capacity(documents.len());
    for document in documents {
        items.push(item_of(recording, account, document).await?.item);
    }
    let promise = NewPromise {
        account: account.account,
        amount: amount_of(amount, currency)?,
        made_on: on,
        promised_for: *by,
        items,
        words: call.text.clone(),
    };
    Ok(Some(recording.promise(&promise).await?.to_string()))
}

async fn disputed(
    recording: &mut Recording,
    account: &AccountRow,
    result: &CallResult,
    on: Date,
) -> Result<Option<String>> {
    let CallResult::Dispute { document, amount, reason } = result else { return Ok(None) };
    let reason = DisputeReason::parse(reason).ok_or_else(|| Refusal::BadValue {
        what: "reason",
        value: reason.clone(),
        why: format!("use one of {}", DisputeReason::ALL.map(DisputeReason::code).join(", ")),
    })?;
    let item = item_of(recording, account, document).await?;
    if !item.kind.is_debit() {
        let message = format!("{document} is a credit; only what is owed can be disputed");
        return Err(Refusal::Posting { code: PostingRefusal::WrongSide, message }.into());
    }
    let amount = amount.as_deref().map(|text| amount_of(text, item.amount.currency)).transpose()?;
    let dispute = NewDispute {
        account: account.account,
        item: item.item,
        line: None,
        amount: amount.map(|money| money.minor),
        since: on,
        reason: reason.code().into(),
    };
    Ok(recording.disputes(&[dispute]).await?.first().map(ToString::to_string))
}

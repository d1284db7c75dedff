//! Asking for a refund, and what a signature under it does.

use dunwell_rules::calendar::Date;
use dunwell_rules::item::ItemKind;
use dunwell_rules::money::Money;
use dunwell_rules::refund::{
    PaymentKind, RefundRefusal, RefundableCredit, bic, iban, may_refund, routing_number, us_account_number,
};
use dunwell_rules::rights::Action;
use dunwell_store::record::{NewRefund, Recording, RequestRow};
use dunwell_store::views::refunds::RefundView;
use serde::{Deserialize, Serialize};

use crate::desk::Desk;
use crate::pays_from::{PaysFrom, named, refused};
use crate::refusal::{Refusal, Result};
use crate::who::{account_of, amount_of, item_of};

/// What a request for a refund is called in the approval journal.
pub const SUBJECT: &str = "refund";
/// The most signs of what the payee reads.
const TEXT_LENGTH: usize = 140;

/// Whom a refund is paid to, and where: an IBAN, or an account at a US bank. Kept as erasable words.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Payee {
    /// The name that the account is held in.
    pub name: String,
    /// The IBAN.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub iban: Option<String>,
    /// The bank's BIC; not needed within SEPA.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bic: Option<String>,
    /// The routing number of a US bank.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub routing: Option<String>,
    /// The account number at a US bank.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// Whether the account at a US bank is a savings account.
    #[serde(default)]
    pub savings: bool,
    /// What the payee reads; the credit's document number when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

impl Payee {
    /// The payee with numbers whose check digits fit, and the kind of file that pays there. Refused (`bad_value`) with the
    /// first that does not, and when both kinds of account or neither are given.
    pub fn checked(&self) -> Result<(Self, PaymentKind)> {
        let plain =
            |text: &Option<String>| text.as_deref().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned);
        let text = plain(&self.text);
        if text.as_deref().is_some_and(|text| text.chars().count() > TEXT_LENGTH || text.contains('\0')) {
            let why = format!("it has at most {TEXT_LENGTH} signs");
            return Err(Refusal::BadValue { what: "text", value: text.unwrap_or_default(), why }.into());
        }
        let mut payee = Self { name: named("payee", &self.name)?, text, savings: self.savings, ..Self::default() };
        match (plain(&self.iban), plain(&self.routing), plain(&self.number)) {
            (Some(number), None, None) => {
                payee.savings = false;
                payee.iban = Some(iban(&number).map_err(|error| refused("iban", &number, error))?);
                let code = plain(&self.bic);
                payee.bic = code.map(|code| bic(&code).map_err(|error| refused("bic", &code, error))).transpose()?;
                Ok((payee, PaymentKind::Pain001))
            }
            (None, Some(routing), Some(number)) => {
                payee.routing = Some(routing_number(&routing).map_err(|error| refused("routing", &routing, error))?);
                payee.number = Some(us_account_number(&number).map_err(|error| refused("number", &number, error))?);
                Ok((payee, PaymentKind::NachaCcd))
            }
            _ => {
                let why = "give an IBAN, or a routing number with an account number".into();
                Err(Refusal::BadValue { what: "bank account", value: String::new(), why }.into())
            }
        }
    }
}

/// A refund as a person asks for it.
#[derive(Debug, Clone)]
pub struct RefundAsked {
    /// The customer number.
    pub account: String,
    /// The credit's document number.
    pub credit: String,
    /// The amount as typed; `None` is all that is unapplied.
    pub amount: Option<String>,
    /// Whom it is paid to.
    pub payee: Payee,
}

/// Puts a refund of a credit before a second person. Refused when the credit is not one that is paid back, has not so much
/// unapplied beside what is asked for already, the bank account's check digits do not fit, or the book pays nothing that way.
pub async fn ask_refund(desk: &Desk, asked: &RefundAsked, on: Date) -> Result<RefundView> {
    desk.may(Action::RequestRefund)?;
    let (payee, kind) = asked.payee.checked()?;
    let refund = desk
        .retrying(|| async {
            let mut recording = desk.record("refund request", on).await?;
            let account = account_of(&mut recording, &asked.account).await?;
            recording.lock_account(account.account).await?;
            let credit = item_of(&mut recording, &account, &asked.credit).await?;
            let standing = RefundableCredit {
                kind: credit.kind,
                unapplied: Money::new(if credit.kind.is_debit() { 0 } else { credit.open }, credit.amount.currency),
                asked: recording.refunds_asked(account.account, credit.item).await?,
                reversed: credit.reversed,
                sanctioned: recording.is_sanctioned(account.account, on).await?,
            };
            let amount = match &asked.amount {
                Some(text) => amount_of(text, credit.amount.currency)?,
                None => Money::new((standing.unapplied.minor - standing.asked).max(0), credit.amount.currency),
            };
            may_refund(&standing, amount, kind).map_err(ruled)?;
            if amount.is_zero() {
                return Err(ruled(RefundRefusal::NotEnough { amount, free: amount }).into());
            }
            PaysFrom::payer(desk, kind)?;
            let text = payee.text.clone().unwrap_or_else(|| credit.document.clone());
            let words = Payee { text: Some(text), ..payee.clone() };
            let new = NewRefund {
                account: account.account,
                credit: credit.item,
                document: credit.document,
                amount,
                kind,
                role: "approver".into(),
                payee: serde_json::to_string(&words).expect("a payee is plain text"),
            };
            let (refund, _) = recording.ask_refund(SUBJECT, &new).await?;
            recording.commit().await?;
            Ok(refund)
        })
        .await?;
    super::refund(desk, &refund.to_string()).await
}

fn ruled(refused: RefundRefusal) -> Refusal {
    Refusal::Ruled { code: refused.code(), message: refused.to_string() }
}

/// Takes the credit off as the refund is signed. Refused (`facts_moved`) when what was asked is not what would be signed, and
/// when so much of the credit is not unapplied any more (`over_applied`).
pub(crate) async fn post_approved(recording: &mut Recording, row: &RequestRow, on: Date) -> Result<()> {
    let moved = || Refusal::FactsMoved(row.request.to_string());
    let refund = recording.refund_of(row.account, row.request).await?.ok_or_else(moved)?;
    let payee = refund.payee.as_deref().ok_or_else(|| Refusal::Ruled {
        code: "payee_erased",
        message: "whom it was to be paid to was erased; decline it, and ask anew".into(),
    })?;
    let bound = recording.refund_sha256(refund.account, refund.credit, refund.amount, refund.kind, payee);
    if bound.as_slice() != row.request_sha256 {
        return Err(moved().into());
    }
    if recording.is_sanctioned(refund.account, on).await? {
        return Err(ruled(RefundRefusal::Sanctioned).into());
    }
    let posted = recording.post_refund(&refund, on).await?;
    posted.map_err(|code| Refusal::Posting {
        code,
        message: format!("{} of the credit of refund {} is not unapplied any more", refund.amount, refund.refund),
    })?;
    Ok(())
}

/// Whether a kind of credit is offered for a refund on the screens.
pub fn is_refundable(kind: &str) -> bool {
    matches!(ItemKind::parse(kind), Some(ItemKind::Receipt | ItemKind::CreditMemo | ItemKind::Adjustment))
}

//! The bank accounts that the book itself pays from, as its settings keep them. Their check digits are checked before.

use dunwell_formats::payment::{PayAccount, Payer};
use dunwell_rules::refund::{PayeeError, PaymentKind, bic, iban, routing_number, us_account_number};
use serde::{Deserialize, Serialize};

use crate::desk::Desk;
use crate::refusal::{Refusal, Result};

/// The most signs of a name.
const NAME_LENGTH: usize = 70;

/// The bank accounts that the book pays from, by kind of payment file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PaysFrom {
    /// For credit transfers (pain.001); `None` where the book pays none.
    pub transfer: Option<TransferFrom>,
    /// For credits to US banks (NACHA); `None` where the book pays none.
    pub ach: Option<AchFrom>,
}

/// An account for credit transfers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TransferFrom {
    /// The name that the account is held in.
    pub name: String,
    /// The IBAN.
    pub iban: String,
    /// The bank's BIC; not needed within SEPA.
    #[serde(default)]
    pub bic: Option<String>,
}

/// An account at a US bank, which originates ACH credits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AchFrom {
    /// The name of the company as the bank knows it.
    pub name: String,
    /// The bank's routing number.
    pub routing: String,
    /// The account number.
    pub number: String,
    /// The company identification that the bank gave, up to ten signs.
    pub company_id: String,
    /// The bank's name.
    #[serde(default)]
    pub bank_name: String,
}

/// A refusal of what names no bank account.
pub(crate) fn refused(what: &'static str, value: &str, error: PayeeError) -> Refusal {
    Refusal::BadValue { what, value: value.into(), why: error.to_string() }
}

/// A name of 1 to 70 signs.
pub(crate) fn named(what: &'static str, name: &str) -> Result<String> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > NAME_LENGTH || name.chars().any(char::is_control) {
        let why = format!("give the name that the account is held in, of 1 to {NAME_LENGTH} signs");
        return Err(Refusal::BadValue { what, value: name.into(), why }.into());
    }
    Ok(name.into())
}

impl PaysFrom {
    /// The accounts as they are kept, blanks cut off; `None` when there is none. Refused (`bad_value`) with the first number
    /// whose check digits do not fit.
    pub fn kept(&self) -> Result<Option<String>> {
        let transfer = self.transfer.as_ref().map(|from| -> Result<TransferFrom> {
            let code = from.bic.as_deref().map(str::trim).filter(|code| !code.is_empty());
            Ok(TransferFrom {
                name: named("name", &from.name)?,
                iban: iban(&from.iban).map_err(|error| refused("iban", &from.iban, error))?,
                bic: code.map(|code| bic(code).map_err(|error| refused("bic", code, error))).transpose()?,
            })
        });
        let ach = self.ach.as_ref().map(|from| -> Result<AchFrom> {
            let company_id = from.company_id.trim();
            if !(1..=10).contains(&company_id.len()) || !company_id.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
                let why = "the bank gives a company identification of up to ten letters and digits".into();
                return Err(Refusal::BadValue { what: "company_id", value: company_id.into(), why }.into());
            }
            Ok(AchFrom {
                name: named("name", &from.name)?,
                routing: routing_number(&from.routing).map_err(|error| refused("routing", &from.routing, error))?,
                number: us_account_number(&from.number).map_err(|error| refused("number", &from.number, error))?,
                company_id: company_id.into(),
                bank_name: from.bank_name.trim().into(),
            })
        });
        let kept = Self { transfer: transfer.transpose()?, ach: ach.transpose()? };
        Ok((kept != Self::default()).then(|| serde_json::to_string(&kept).expect("accounts are plain text")))
    }

    /// The accounts as a book keeps them; none where it keeps none.
    pub fn kept_as(kept: Option<&str>) -> Self {
        kept.and_then(|kept| serde_json::from_str(kept).ok()).unwrap_or_default()
    }

    /// Who pays by that kind of file; refused where the settings name no account for it.
    pub(crate) fn payer(desk: &Desk, kind: PaymentKind) -> Result<Payer> {
        let own = Self::kept_as(desk.settings().pays_from.as_deref());
        let payer = match kind {
            PaymentKind::Pain001 => own.transfer.map(|from| Payer {
                name: from.name,
                account: PayAccount::Iban { iban: from.iban, bic: from.bic },
                company_id: String::new(),
                bank_name: String::new(),
            }),
            PaymentKind::NachaCcd => own.ach.map(|from| Payer {
                name: from.name,
                account: PayAccount::Us { routing: from.routing, number: from.number, savings: false },
                company_id: from.company_id,
                bank_name: from.bank_name,
            }),
        };
        Ok(payer.ok_or_else(|| Refusal::Ruled {
            code: "no_own_account",
            message: format!(
                "the settings name no bank account that {} pays from; [pays_from] in a settings file does",
                kind.code()
            ),
        })?)
    }
}

//! Items: the open-item documents of an account, and the ledger accounts they post to.

/// What kind of document an item is (`item` in the glossary).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ItemKind {
    /// A sale on open terms. Debit.
    Invoice,
    /// A later charge that belongs to a sale. Debit.
    DebitMemo,
    /// Late interest or a late fee. Debit.
    FinanceCharge,
    /// Credit paid back to the customer: it takes the credit off. Debit.
    Refund,
    /// What of a receipt was turned into another currency: it takes the receipt off. Debit.
    Exchanged,
    /// What a receipt came to beyond what it paid in another currency. Debit, and nobody owes it.
    CurrencyGain,
    /// What takes a receipt off that no customer paid. Debit, and nobody owes it.
    SetAside,
    /// What of a receipt went back to its payer: it takes the receipt off. Debit, and nobody owes it.
    ReturnedPart,
    /// A credit granted to the customer. Credit.
    CreditMemo,
    /// Money received. Credit.
    Receipt,
    /// What a source system says was settled, without the cash behind it. Credit.
    Settlement,
    /// A correction of a balance, for instance what is left of a changed invoice. Credit.
    Adjustment,
    /// What was given up of a debit. Credit, and nobody's money.
    WriteOff,
    /// Money received, in the currency into which it was turned. Credit.
    Converted,
    /// What a receipt came short of what it paid in another currency. Credit, and nobody's money.
    CurrencyLoss,
}

impl ItemKind {
    /// Every kind, in documented order.
    pub const ALL: [Self; 15] = [
        Self::Invoice,
        Self::DebitMemo,
        Self::FinanceCharge,
        Self::Refund,
        Self::Exchanged,
        Self::CurrencyGain,
        Self::SetAside,
        Self::ReturnedPart,
        Self::CreditMemo,
        Self::Receipt,
        Self::Settlement,
        Self::Adjustment,
        Self::WriteOff,
        Self::Converted,
        Self::CurrencyLoss,
    ];

    /// The word used in files, JSON and the database.
    pub fn code(self) -> &'static str {
        match self {
            Self::Invoice => "invoice",
            Self::DebitMemo => "debit_memo",
            Self::FinanceCharge => "finance_charge",
            Self::Refund => "refund",
            Self::Exchanged => "exchanged",
            Self::CurrencyGain => "currency_gain",
            Self::SetAside => "set_aside",
            Self::ReturnedPart => "returned_part",
            Self::CreditMemo => "credit_memo",
            Self::Receipt => "receipt",
            Self::Settlement => "settlement",
            Self::Adjustment => "adjustment",
            Self::WriteOff => "write_off",
            Self::Converted => "converted",
            Self::CurrencyLoss => "currency_loss",
        }
    }

    /// Reads the word; `None` when it is not one of them.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// Whether the customer owes it (a debit) rather than we owe it (a credit).
    pub fn is_debit(self) -> bool {
        let takes_off = [Self::Refund, Self::Exchanged, Self::CurrencyGain, Self::SetAside, Self::ReturnedPart];
        self.is_claim() || takes_off.contains(&self)
    }

    /// Whether it is a debit that the customer is asked to pay: it falls due, and says how the customer pays.
    pub fn is_claim(self) -> bool {
        matches!(self, Self::Invoice | Self::DebitMemo | Self::FinanceCharge)
    }

    /// Whether it stands for money that came in: it keeps promises and dates the last payment.
    pub fn is_payment(self) -> bool {
        matches!(self, Self::Receipt | Self::Settlement | Self::Converted)
    }

    /// The ledger account on the other side of receivables (debits) or of unapplied credits (credits).
    pub fn contra(self) -> &'static str {
        match self {
            Self::Invoice | Self::DebitMemo | Self::CreditMemo => "sales",
            Self::FinanceCharge => "finance_charges",
            Self::Refund => "refunds",
            Self::Receipt | Self::ReturnedPart => "cash",
            Self::Settlement => "settlement",
            Self::Adjustment => "adjustment",
            Self::WriteOff => "write_offs",
            Self::Exchanged | Self::Converted => "exchange",
            Self::CurrencyGain | Self::CurrencyLoss => "currency_differences",
            Self::SetAside => "set_aside",
        }
    }
}

/// The ledger account of open debits; with [`UNAPPLIED`] and [`UNIDENTIFIED`] it is the AR control account.
pub const RECEIVABLE: &str = "receivable";
/// The ledger account of credits that are on account, not yet applied.
pub const UNAPPLIED: &str = "unapplied";
/// The ledger account of cash that belongs to no account yet.
pub const UNIDENTIFIED: &str = "unidentified";

/// Whether a ledger account is part of the AR control balance.
pub fn is_control(ledger_account: &str) -> bool {
    matches!(ledger_account, RECEIVABLE | UNAPPLIED | UNIDENTIFIED)
}

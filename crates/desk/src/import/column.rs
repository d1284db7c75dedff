//! The columns an import knows, by kind of import: their canonical names, and which of them a file must have.

use serde::{Deserialize, Serialize};

/// What is imported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ImportKind {
    /// Customers as debtors: the master data of accounts.
    Customers,
    /// People at the customers.
    Contacts,
    /// Invoices, debit memos and credit memos.
    Invoices,
    /// Money received.
    Payments,
    /// Which credit was set against which item.
    Applications,
    /// What the customers have already been sent: the opening steps of the ladder.
    Notices,
    /// Dated currency rates.
    Rates,
    /// The source's AR control figures by day and currency.
    ControlTotals,
}

impl ImportKind {
    /// Every kind, in documented order.
    pub const ALL: [Self; 8] = [
        Self::Customers,
        Self::Contacts,
        Self::Invoices,
        Self::Payments,
        Self::Applications,
        Self::Notices,
        Self::Rates,
        Self::ControlTotals,
    ];

    /// The word of the command line.
    pub fn code(self) -> &'static str {
        match self {
            Self::Customers => "customers",
            Self::Contacts => "contacts",
            Self::Invoices => "invoices",
            Self::Payments => "payments",
            Self::Applications => "applications",
            Self::Notices => "notices",
            Self::Rates => "rates",
            Self::ControlTotals => "control-totals",
        }
    }

    /// Reads the word; `None` when it is not one of them.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// The columns of the kind, for whoever tells a file's columns by hand; those it must have come first, and so many are
    /// they.
    pub fn column_names(self) -> (&'static [Column], usize) {
        self.columns()
    }

    /// The columns of the kind; those a file must have come first, and so many are they.
    pub(super) fn columns(self) -> (&'static [Column], usize) {
        use Column::{
            Account, AccountName, Address, Address2, Address3, Amount, BusinessUnit, Channel, City, Collector, Country,
            Credit, CreditId, Currency, Date, Debit, DebitId, DebtorKind, DiscountAmount, DiscountDate, Disputed,
            DoNotContact, Document, DocumentDate, DueDate, ExternalId, FromCurrency, Intercompany, Kind, Language,
            Line, Mail, Name, Parent, Phone, PoNumber, PostalCode, PostingDate, Rate, RateSource, Region,
            RegistrationId, RiskClass, Role, Segment, SettledOn, Step, Terms, TimeZone, ToCurrency, VatId,
        };
        match self {
            Self::Customers => (
                &[
                    Account,
                    AccountName,
                    Address,
                    Address2,
                    Address3,
                    PostalCode,
                    City,
                    Region,
                    Country,
                    Parent,
                    Segment,
                    RiskClass,
                    Language,
                    Currency,
                    Terms,
                    Collector,
                    DebtorKind,
                    BusinessUnit,
                    Intercompany,
                    VatId,
                    RegistrationId,
                ],
                1,
            ),
            Self::Contacts => {
                (&[Account, ExternalId, Name, Role, Mail, Phone, TimeZone, Language, Channel, DoNotContact], 1)
            }
            Self::Invoices => (
                &[
                    Account,
                    Document,
                    DocumentDate,
                    Amount,
                    AccountName,
                    Kind,
                    DueDate,
                    PostingDate,
                    Currency,
                    Terms,
                    DiscountDate,
                    DiscountAmount,
                    PoNumber,
                    BusinessUnit,
                    SettledOn,
                    Disputed,
                    ExternalId,
                ],
                4,
            ),
            Self::Payments => {
                (&[Account, Document, Date, Amount, PostingDate, Currency, PoNumber, BusinessUnit, ExternalId], 4)
            }
            Self::Applications => (&[Account, Credit, Debit, Amount, Date, Currency, Line, CreditId, DebitId], 4),
            Self::Notices => (&[Account, Step, Date, Document, Currency], 3),
            Self::Rates => (&[FromCurrency, ToCurrency, Date, Rate, RateSource], 4),
            Self::ControlTotals => (&[Date, Amount, Currency], 2),
        }
    }
}

/// A canonical column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Column {
    /// Customer number.
    Account,
    /// Customer name.
    AccountName,
    /// First line of the postal address.
    Address,
    /// Second line.
    #[serde(rename = "address_2")]
    Address2,
    /// Third line.
    #[serde(rename = "address_3")]
    Address3,
    /// Amount.
    Amount,
    /// Business unit.
    BusinessUnit,
    /// Preferred channel of a contact.
    Channel,
    /// City.
    City,
    /// Assigned collector.
    Collector,
    /// ISO 3166 country.
    Country,
    /// Document number of the credit that is applied.
    Credit,
    /// External id of the credit that is applied.
    CreditId,
    /// ISO 4217 code.
    Currency,
    /// The day a payment, application, notice, rate or total is of.
    Date,
    /// Document number of the item that is paid.
    Debit,
    /// External id of the item that is paid.
    DebitId,
    /// What the debtor is in law.
    DebtorKind,
    /// Amount of the cash discount.
    DiscountAmount,
    /// Last day of the cash discount.
    DiscountDate,
    /// Whether the whole document is disputed.
    Disputed,
    /// Whether a contact asked not to be contacted.
    DoNotContact,
    /// Document number.
    Document,
    /// Document date.
    DocumentDate,
    /// Due date.
    DueDate,
    /// Unique in the source.
    ExternalId,
    /// The currency a rate prices.
    FromCurrency,
    /// Whether the account is one of our own companies.
    Intercompany,
    /// Kind of document.
    Kind,
    /// Language of documents.
    Language,
    /// The instalment, from 1.
    Line,
    /// Mail address.
    Mail,
    /// Name of a contact.
    Name,
    /// Customer number of the parent.
    Parent,
    /// Telephone number.
    Phone,
    /// The customer's purchase order.
    PoNumber,
    /// Postal code.
    PostalCode,
    /// Posting day.
    PostingDate,
    /// A currency rate.
    Rate,
    /// Who published a rate.
    RateSource,
    /// State or province.
    Region,
    /// Company registration number.
    RegistrationId,
    /// Risk class.
    RiskClass,
    /// Role of a contact.
    Role,
    /// Segment policies speak of.
    Segment,
    /// The day the source settled the document.
    SettledOn,
    /// The policy's step id of a notice.
    Step,
    /// Payment terms.
    Terms,
    /// IANA time zone of a contact.
    TimeZone,
    /// The currency of a rate's price.
    ToCurrency,
    /// VAT id.
    VatId,
}

impl Column {
    /// How many there are.
    pub(super) const COUNT: usize = Self::VatId as usize + 1;

    /// Its canonical name: the header it has in a file of ours.
    pub fn code(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::AccountName => "account_name",
            Self::Address => "address",
            Self::Address2 => "address_2",
            Self::Address3 => "address_3",
            Self::Amount => "amount",
            Self::BusinessUnit => "business_unit",
            Self::Channel => "channel",
            Self::City => "city",
            Self::Collector => "collector",
            Self::Country => "country",
            Self::Credit => "credit",
            Self::CreditId => "credit_id",
            Self::Currency => "currency",
            Self::Date => "date",
            Self::Debit => "debit",
            Self::DebitId => "debit_id",
            Self::DebtorKind => "debtor_kind",
            Self::DiscountAmount => "discount_amount",
            Self::DiscountDate => "discount_date",
            Self::Disputed => "disputed",
            Self::DoNotContact => "do_not_contact",
            Self::Document => "document",
            Self::DocumentDate => "document_date",
            Self::DueDate => "due_date",
            Self::ExternalId => "external_id",
            Self::FromCurrency => "from_currency",
            Self::Intercompany => "intercompany",
            Self::Kind => "kind",
            Self::Language => "language",
            Self::Line => "line",
            Self::Mail => "mail",
            Self::Name => "name",
            Self::Parent => "parent",
            Self::Phone => "phone",
            Self::PoNumber => "po_number",
            Self::PostalCode => "postal_code",
            Self::PostingDate => "posting_date",
            Self::Rate => "rate",
            Self::RateSource => "rate_source",
            Self::Region => "region",
            Self::RegistrationId => "registration_id",
            Self::RiskClass => "risk_class",
            Self::Role => "role",
            Self::Segment => "segment",
            Self::SettledOn => "settled_on",
            Self::Step => "step",
            Self::Terms => "terms",
            Self::TimeZone => "time_zone",
            Self::ToCurrency => "to_currency",
            Self::VatId => "vat_id",
        }
    }

    /// Other headers a canonical file may give it, for one kind of import.
    pub(super) fn also(self, kind: ImportKind) -> &'static [&'static str] {
        match (self, kind) {
            (Self::AccountName, ImportKind::Customers) => &["name"],
            (Self::Name, ImportKind::Contacts) => &["contact_name"],
            (Self::Mail, _) => &["email"],
            (Self::Date, ImportKind::Payments) => &["payment_date", "document_date"],
            (Self::Date, ImportKind::Applications) => &["application_date", "effective_date"],
            (Self::Date, ImportKind::Notices) => &["notice_date", "sent_on"],
            (Self::FromCurrency, _) => &["from"],
            (Self::ToCurrency, _) => &["to"],
            (Self::RateSource, _) => &["source"],
            (Self::Debit, _) => &["invoice", "item"],
            (Self::Credit, _) => &["payment"],
            _ => &[],
        }
    }

    /// Whether its values are dates.
    pub(super) fn is_date(self) -> bool {
        matches!(
            self,
            Self::Date | Self::DocumentDate | Self::DueDate | Self::PostingDate | Self::DiscountDate | Self::SettledOn
        )
    }

    /// Whether its values are amounts or rates.
    pub(super) fn is_amount(self) -> bool {
        matches!(self, Self::Amount | Self::DiscountAmount | Self::Rate)
    }
}

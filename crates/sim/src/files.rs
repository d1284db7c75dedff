//! The book as files in the columns that an import reads by itself (profile `canonical`).
//!
//! Two ways to the same bytes: the whole of a [`Book`] at once, or account by account into writers, for books that no
//! memory should hold.

use std::io::{self, Write};
use std::ops::RangeInclusive;

use dunwell_desk::rules::calendar::Date;
use dunwell_desk::rules::money::{Currency, Money};

use crate::book::{Account, Book, DocumentKind, accounts};
use crate::plan::Plan;
use crate::seller::rates;

const CUSTOMER_COLUMNS: [&str; 18] = [
    "account",
    "account_name",
    "address",
    "postal_code",
    "city",
    "region",
    "country",
    "parent",
    "segment",
    "risk_class",
    "language",
    "currency",
    "terms",
    "collector",
    "debtor_kind",
    "business_unit",
    "registration_id",
    "vat_id",
];
const CONTACT_COLUMNS: [&str; 10] =
    ["account", "external_id", "name", "role", "mail", "phone", "time_zone", "language", "channel", "do_not_contact"];
const INVOICE_COLUMNS: [&str; 12] = [
    "account",
    "document",
    "kind",
    "document_date",
    "due_date",
    "currency",
    "amount",
    "terms",
    "discount_date",
    "discount_amount",
    "po_number",
    "business_unit",
];
const PAYMENT_COLUMNS: [&str; 5] = ["account", "document", "date", "amount", "currency"];
const APPLICATION_COLUMNS: [&str; 6] = ["account", "credit", "debit", "amount", "currency", "date"];

/// The days whose rows a file takes.
pub type Span = RangeInclusive<Date>;

/// Every day there is.
const ALWAYS: Span = Date::MIN..=Date::MAX;

/// One file being written; its rows are read back exactly, whatever they hold.
pub(crate) struct Sheet<W: Write>(csv::Writer<W>);

impl<W: Write> Sheet<W> {
    fn new(to: W, columns: &[&str]) -> io::Result<Self> {
        let mut sheet = Self(csv::Writer::from_writer(to));
        sheet.row(columns)?;
        Ok(sheet)
    }

    pub(crate) fn row(&mut self, cells: &[&str]) -> io::Result<()> {
        Ok(self.0.write_record(cells)?)
    }
}

fn text(day: Option<Date>) -> String {
    day.map(|day| day.to_string()).unwrap_or_default()
}

fn customer_row<W: Write>(sheet: &mut Sheet<W>, account: &Account) -> io::Result<()> {
    let customer = &account.customer;
    let address = customer.address.as_ref();
    sheet.row(&[
        &customer.code,
        &customer.name,
        address.map_or("", |address| &address.street),
        address.map_or("", |address| address.postal_code),
        address.map_or("", |address| address.city),
        address.map_or("", |address| address.region),
        customer.country,
        customer.parent.as_deref().unwrap_or(""),
        customer.segment.code(),
        customer.risk_class,
        customer.language,
        customer.currency.code(),
        customer.terms,
        customer.collector,
        customer.debtor_kind.code(),
        customer.business_unit,
        customer.registration_id.as_deref().unwrap_or(""),
        customer.vat_id.as_deref().unwrap_or(""),
    ])
}

fn contact_rows<W: Write>(sheet: &mut Sheet<W>, account: &Account) -> io::Result<()> {
    for contact in &account.contacts {
        sheet.row(&[
            &account.customer.code,
            &contact.id,
            &contact.name,
            contact.role,
            contact.mail.as_deref().unwrap_or(""),
            contact.phone.as_deref().unwrap_or(""),
            contact.time_zone,
            account.customer.language,
            contact.channel,
            if contact.do_not_contact { "yes" } else { "no" },
        ])?;
    }
    Ok(())
}

fn invoice_rows<W: Write>(sheet: &mut Sheet<W>, account: &Account, days: &Span) -> io::Result<()> {
    for document in account.documents.iter().filter(|document| days.contains(&document.date)) {
        let kind = match document.kind {
            DocumentKind::Invoice => "invoice",
            DocumentKind::CreditMemo => "credit_memo",
        };
        let discount = document.discount.map(|(_, discount)| Money::new(discount, document.amount.currency).decimal());
        sheet.row(&[
            &account.customer.code,
            &document.number,
            kind,
            &document.date.to_string(),
            &text(document.due),
            document.amount.currency.code(),
            &document.amount.decimal(),
            document.terms.unwrap_or(""),
            &text(document.discount.map(|(day, _)| day)),
            discount.as_deref().unwrap_or(""),
            document.po_number.as_deref().unwrap_or(""),
            account.customer.business_unit,
        ])?;
    }
    Ok(())
}

fn payment_rows<W: Write>(sheet: &mut Sheet<W>, account: &Account, days: &Span) -> io::Result<()> {
    for payment in account.payments.iter().filter(|payment| days.contains(&payment.date)) {
        sheet.row(&[
            &account.customer.code,
            &payment.number,
            &payment.date.to_string(),
            &payment.amount.decimal(),
            payment.amount.currency.code(),
        ])?;
    }
    Ok(())
}

fn application_rows<W: Write>(sheet: &mut Sheet<W>, account: &Account, days: &Span) -> io::Result<()> {
    for application in account.applications.iter().filter(|application| days.contains(&application.date)) {
        sheet.row(&[
            &account.customer.code,
            &application.credit,
            &application.debit,
            &application.amount.decimal(),
            application.amount.currency.code(),
            &application.date.to_string(),
        ])?;
    }
    Ok(())
}

/// What each customer of a currency owes on the last day, added up: the ERP's own AR control figures.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ControlFigures(Vec<Money>);

impl ControlFigures {
    /// Adds an account: invoices less credit memos less money received.
    pub fn add(&mut self, account: &Account) {
        for document in &account.documents {
            let sign = match document.kind {
                DocumentKind::Invoice => 1,
                DocumentKind::CreditMemo => -1,
            };
            self.add_money(sign * document.amount.minor, document.amount.currency);
        }
        for payment in &account.payments {
            self.add_money(-payment.amount.minor, payment.amount.currency);
        }
    }

    fn add_money(&mut self, minor: i64, currency: Currency) {
        match self.0.iter_mut().find(|figure| figure.currency == currency) {
            Some(figure) => figure.minor += minor,
            None => {
                self.0.push(Money::new(minor, currency));
                self.0.sort_by_key(|figure| figure.currency);
            }
        }
    }

    /// The figures, by currency.
    pub fn figures(&self) -> &[Money] {
        &self.0
    }

    /// The figures as a file of control totals of the day `on`.
    pub fn csv(&self, on: Date) -> Vec<u8> {
        in_memory(&["date", "currency", "amount"], |sheet| {
            self.0
                .iter()
                .try_for_each(|figure| sheet.row(&[&on.to_string(), figure.currency.code(), &figure.decimal()]))
        })
    }
}

/// A file in memory.
///
/// Panics never in practice: writing to memory does not fail, and every row has the columns of its header.
pub(crate) fn in_memory(columns: &[&str], fill: impl FnOnce(&mut Sheet<Vec<u8>>) -> io::Result<()>) -> Vec<u8> {
    let mut sheet = Sheet::new(Vec::new(), columns).expect("memory takes every row");
    fill(&mut sheet).expect("memory takes every row");
    sheet.0.into_inner().expect("memory takes every row")
}

/// Currency rates of a plan as a file.
pub fn rates_csv(plan: &Plan) -> Vec<u8> {
    in_memory(&["from_currency", "to_currency", "date", "rate", "rate_source"], |sheet| {
        rates(plan).iter().try_for_each(|rate| {
            let price = format!("{}.{:06}", rate.micros / 1_000_000, rate.micros % 1_000_000);
            sheet.row(&[rate.from, rate.to, &rate.day.to_string(), &price, rate.source])
        })
    })
}

impl Book {
    /// Customers: `customers.csv`.
    pub fn customers_csv(&self) -> Vec<u8> {
        in_memory(&CUSTOMER_COLUMNS, |sheet| self.accounts.iter().try_for_each(|account| customer_row(sheet, account)))
    }

    /// People at the customers: `contacts.csv`.
    pub fn contacts_csv(&self) -> Vec<u8> {
        in_memory(&CONTACT_COLUMNS, |sheet| self.accounts.iter().try_for_each(|account| contact_rows(sheet, account)))
    }

    /// Invoices and credit memos: `invoices.csv`.
    pub fn invoices_csv(&self) -> Vec<u8> {
        self.invoices_csv_of(&ALWAYS)
    }

    /// Those dated in `days`.
    pub fn invoices_csv_of(&self, days: &Span) -> Vec<u8> {
        in_memory(&INVOICE_COLUMNS, |sheet| self.accounts.iter().try_for_each(|of| invoice_rows(sheet, of, days)))
    }

    /// Money received: `payments.csv`.
    pub fn payments_csv(&self) -> Vec<u8> {
        self.payments_csv_of(&ALWAYS)
    }

    /// What was received in `days`.
    pub fn payments_csv_of(&self, days: &Span) -> Vec<u8> {
        in_memory(&PAYMENT_COLUMNS, |sheet| self.accounts.iter().try_for_each(|of| payment_rows(sheet, of, days)))
    }

    /// What was set against what: `applications.csv`.
    pub fn applications_csv(&self) -> Vec<u8> {
        self.applications_csv_of(&ALWAYS)
    }

    /// What was applied in `days`.
    pub fn applications_csv_of(&self, days: &Span) -> Vec<u8> {
        in_memory(&APPLICATION_COLUMNS, |sheet| {
            self.accounts.iter().try_for_each(|of| application_rows(sheet, of, days))
        })
    }

    /// The AR control figures of the last day: `control-totals.csv`.
    pub fn control_totals_csv(&self) -> Vec<u8> {
        let mut figures = ControlFigures::default();
        self.accounts.iter().for_each(|account| figures.add(account));
        figures.csv(self.plan.until)
    }
}

/// Where the files of a streamed book go.
#[derive(Debug)]
pub struct Sinks<W: Write> {
    /// Takes `customers.csv`.
    pub customers: W,
    /// Takes `contacts.csv`.
    pub contacts: W,
    /// Takes `invoices.csv`.
    pub invoices: W,
    /// Takes `payments.csv`.
    pub payments: W,
    /// Takes `applications.csv`.
    pub applications: W,
}

/// Writes a book of any size, account by account, and answers its control figures; a sink that fails ends it.
pub fn stream_files<W: Write>(plan: &Plan, sinks: Sinks<W>) -> io::Result<ControlFigures> {
    let mut customers = Sheet::new(sinks.customers, &CUSTOMER_COLUMNS)?;
    let mut contacts = Sheet::new(sinks.contacts, &CONTACT_COLUMNS)?;
    let mut invoices = Sheet::new(sinks.invoices, &INVOICE_COLUMNS)?;
    let mut payments = Sheet::new(sinks.payments, &PAYMENT_COLUMNS)?;
    let mut applications = Sheet::new(sinks.applications, &APPLICATION_COLUMNS)?;
    let mut figures = ControlFigures::default();
    for account in accounts(plan) {
        customer_row(&mut customers, &account)?;
        contact_rows(&mut contacts, &account)?;
        invoice_rows(&mut invoices, &account, &ALWAYS)?;
        payment_rows(&mut payments, &account, &ALWAYS)?;
        application_rows(&mut applications, &account, &ALWAYS)?;
        figures.add(&account);
    }
    for sheet in [customers, contacts, invoices, payments, applications].iter_mut() {
        sheet.0.flush()?;
    }
    Ok(figures)
}

//! The demo: a generated book brought in through the desk's own imports, and the desk run over its last thirty days.
//!
//! Each day sees the world as it was: invoices, money and applications are imported on their day, what people did is
//! recorded on its day, and only then the day's run decides. On the last business day the money comes as the banks tell it,
//! and the desk applies it itself. Absent on purpose: short cuts into the store.

use std::collections::{BTreeSet, HashMap};

use dunwell_desk::approve;
use dunwell_desk::cash::import_bank_file::{BankReport, BankRequest, import_bank_files};
use dunwell_desk::daily_run::{RunReport, daily_run};
use dunwell_desk::desk::Desk;
use dunwell_desk::import::{ImportFile, ImportKind, ImportRequest, Listener, Profile, Reject, import};
use dunwell_desk::keep_book::{NewBook, add_user, change_settings};
use dunwell_desk::log_activity;
use dunwell_desk::open_dispute::{DisputeRaised, close_dispute, open_dispute};
use dunwell_desk::refusal::{Result, Stop};
use dunwell_desk::rules::calendar::{Date, add_days};
use dunwell_desk::take_promise::{PromiseGiven, take_promise};

use crate::bank::{TrueReceipt, bank_credits, before_the_bank, strangers, with_the_bank};
use crate::bank_files::bank_files;
use crate::book::{Book, Event, What};
use crate::days::CALENDAR;
use crate::files::{Span, rates_csv};
use crate::plan::Plan;
use crate::seller::{AUDITOR, COLLECTORS, MANAGER, sender_toml};

/// Name of the demo book.
pub const BOOK_NAME: &str = "demo";
/// Time zone of the seller.
pub const TIME_ZONE: &str = "America/New_York";
/// Calendar days that the desk is run over.
const DAYS_RUN: i64 = 30;
/// Proposals the manager signs in a day; the others wait, so that the demo has something to sign.
const SIGNED_A_DAY: u64 = 1;
/// The most rejected rows a report lists.
const MOST_REJECTS: usize = 20;

/// What the demo made. Counts are of everything that was imported and run.
#[derive(Debug, Clone, Default)]
pub struct DemoReport {
    /// Customers.
    pub accounts: u64,
    /// Invoices and credit memos.
    pub documents: u64,
    /// Receipts.
    pub payments: u64,
    /// Applications.
    pub applications: u64,
    /// Rows that an import rejected; none in a sound book.
    pub rejected: u64,
    /// The first of them.
    pub rejects: Vec<Reject>,
    /// Business days that were run.
    pub days_run: u64,
    /// Notices written on all of them.
    pub notices: i64,
    /// Tasks opened on all of them.
    pub tasks: i64,
    /// Proposals put before the manager on all of them.
    pub approvals: i64,
    /// Proposals the manager signed.
    pub signed: u64,
    /// Calls logged.
    pub calls: u64,
    /// Promises taken.
    pub promises: u64,
    /// Disputes opened.
    pub disputes: u64,
    /// The report of the last business day.
    pub last_run: RunReport,
    /// What the banks told on that day.
    pub morning: Morning,
}

/// The bank files of the last business day.
#[derive(Debug, Clone, Default)]
pub struct Morning {
    /// The files by their names, in the order in which they were read.
    pub files: Vec<(String, Vec<u8>)>,
    /// What became of them.
    pub report: BankReport,
}

impl Morning {
    /// The files as an import takes them.
    pub fn request(&self, on: Date) -> BankRequest {
        let files = self.files.iter().map(|(name, bytes)| ImportFile::bytes(name.as_str(), bytes.clone())).collect();
        BankRequest::new(files, on)
    }
}

/// What the demo book is made with.
pub fn new_book(plan: &Plan) -> NewBook {
    NewBook {
        name: BOOK_NAME.into(),
        currency: "USD".into(),
        time_zone: TIME_ZONE.into(),
        calendar: CALENDAR.into(),
        on: plan.first_day(),
    }
}

/// Fills a book made with [`new_book`] and runs the desk over the last thirty days of the plan.
///
/// `desk` is the house at work on the empty book. `progress` hears a sentence now and then. Not safe to repeat on a book
/// that holds a part of it: make a new one. Fails where the desk fails; a refused row is counted, not an error.
pub async fn make_demo(mut desk: Desk, plan: &Plan, progress: impl Fn(&str)) -> Result<DemoReport> {
    progress("Inventing customers, invoices and payments.");
    let whole = Book::generate(plan);
    let calendar = desk.calendar()?;
    let last = calendar.on_or_before(plan.until);
    let mut credits = bank_credits(&whole, &(last..=last));
    credits.extend(strangers(&whole, last));
    let book = before_the_bank(&whole, &(last..=last));
    let first_run = add_days(plan.until, 1 - DAYS_RUN).max(plan.first_day());
    desk.book.settings = change_settings(&desk, sender_toml(), plan.first_day()).await?;
    let hired =
        COLLECTORS.iter().map(|(name, _)| (*name, "collector")).chain([(MANAGER, "manager"), (AUDITOR, "auditor")]);
    for (name, role) in hired {
        add_user(&desk, name, role, plan.first_day()).await?;
    }
    let mut demo = Demo { desk, book: &book, disputes: HashMap::new(), report: DemoReport::default() };
    progress("Importing the history.");
    demo.import_history(first_run).await?;
    let control = with_the_bank(book.clone(), &credits).control_totals_csv();
    demo.import(ImportKind::ControlTotals, control, add_days(first_run, -1)).await?;
    let events = book.events();
    let settled = settled_before(&book, first_run);
    for event in events.iter().filter(|event| event.day < first_run && matters(event, first_run, &settled)) {
        demo.record(event).await?;
    }
    let mut day = first_run;
    while day <= plan.until {
        demo.import_day(day).await?;
        for event in events.iter().filter(|event| event.day == day) {
            demo.record(event).await?;
        }
        if day == last && !credits.is_empty() {
            progress(&format!("Reading the bank files of {day}."));
            demo.read_bank_files(day, &credits).await?;
        }
        if calendar.is_business_day(day) {
            progress(&format!("Running the desk on {day}."));
            demo.run(day).await?;
            if day < last {
                demo.sign(day).await?;
            }
        }
        day = add_days(day, 1);
    }
    Ok(demo.report)
}

/// Whether something that happened before the first run still stands then: a contested invoice that is open, a promise
/// that was not due yet, a call not long ago.
fn matters(event: &Event, first_run: Date, settled: &BTreeSet<&str>) -> bool {
    match &event.what {
        What::Call { .. } => event.day >= add_days(first_run, -14),
        What::Promise { by, .. } => *by >= first_run,
        What::Dispute { document, .. } | What::DisputeClosed { document, .. } => !settled.contains(document.as_str()),
    }
}

/// Numbers of the invoices on which nothing was open any more before the day.
fn settled_before(book: &Book, day: Date) -> BTreeSet<&str> {
    let mut settled = BTreeSet::new();
    for account in &book.accounts {
        let mut applied: HashMap<&str, i64> = HashMap::new();
        for application in account.applications.iter().filter(|application| application.date < day) {
            *applied.entry(&application.debit).or_default() += application.amount.minor;
        }
        let whole = account.documents.iter().filter(|of| applied.get(of.number.as_str()) == Some(&of.amount.minor));
        settled.extend(whole.map(|document| document.number.as_str()));
    }
    settled
}

/// The demo in the making.
struct Demo<'a> {
    desk: Desk,
    book: &'a Book,
    /// Open disputes by the number of their invoice.
    disputes: HashMap<String, String>,
    report: DemoReport,
}

impl Demo<'_> {
    /// Imports everything up to the day before the first run, with rates and what was sent before.
    async fn import_history(&mut self, first_run: Date) -> Result<()> {
        let book = self.book;
        let before = Date::MIN..=add_days(first_run, -1);
        let on = *before.end();
        self.import(ImportKind::Rates, rates_csv(&book.plan), on).await?;
        self.report.accounts = self.import(ImportKind::Customers, book.customers_csv(), on).await?;
        self.import(ImportKind::Contacts, book.contacts_csv(), on).await?;
        self.import_facts(&before, on).await?;
        self.import(ImportKind::Notices, book.notices_csv(first_run), on).await?;
        Ok(())
    }

    /// Reads what the banks tell in the morning.
    async fn read_bank_files(&mut self, day: Date, credits: &[TrueReceipt]) -> Result<()> {
        let files = bank_files(day, &credits.iter().collect::<Vec<_>>());
        let mut morning = Morning { files, report: BankReport::default() };
        morning.report = import_bank_files(&self.desk, &morning.request(day)).await?;
        self.report.morning = morning;
        Ok(())
    }

    /// Imports what is dated on the day.
    async fn import_day(&mut self, day: Date) -> Result<()> {
        self.import_facts(&(day..=day), day).await
    }

    async fn import_facts(&mut self, days: &Span, on: Date) -> Result<()> {
        let book = self.book;
        self.report.documents += self.import(ImportKind::Invoices, book.invoices_csv_of(days), on).await?;
        self.report.payments += self.import(ImportKind::Payments, book.payments_csv_of(days), on).await?;
        self.report.applications += self.import(ImportKind::Applications, book.applications_csv_of(days), on).await?;
        Ok(())
    }

    /// Imports one file unless it has a header alone; answers how many rows were taken.
    async fn import(&mut self, kind: ImportKind, csv: Vec<u8>, on: Date) -> Result<u64> {
        if csv.iter().filter(|byte| **byte == b'\n').count() < 2 {
            return Ok(0);
        }
        let name = format!("{}.csv", kind.code());
        let profile = Profile::shipped("canonical").expect("the profile canonical ships");
        let request = ImportRequest::new(kind, vec![ImportFile::bytes(name, csv)], profile, on);
        let report = import(&self.desk, &request, Listener::default()).await?;
        self.report.rejected += report.rejected;
        let room = MOST_REJECTS.saturating_sub(self.report.rejects.len());
        self.report.rejects.extend(report.rejects.into_iter().take(room));
        Ok(report.accepted)
    }

    /// Records something that happened, as the account's collector.
    async fn record(&mut self, event: &Event) -> Result<()> {
        let collector = self.at_work(event.collector).await?;
        let (account, on) = (event.account.as_str(), event.day);
        match &event.what {
            What::Call { outcome } => {
                let call =
                    log_activity::Happening { kind: "call".into(), outcome: Some((*outcome).into()), text: None };
                log_activity::log_activity(&collector, account, &call, on).await?;
                self.report.calls += 1;
            }
            What::Promise { amount, by, documents } => {
                let given = PromiseGiven {
                    amount: amount.decimal(),
                    currency: Some(amount.currency.code().into()),
                    by: *by,
                    documents: documents.clone(),
                    text: Some("Accounts payable confirmed by telephone.".into()),
                };
                take_promise(&collector, account, &given, on).await?;
                self.report.promises += 1;
            }
            What::Dispute { document, reason, amount } => {
                let raised = DisputeRaised {
                    document: document.clone(),
                    line: None,
                    amount: amount.map(|amount| amount.decimal()),
                    reason: (*reason).into(),
                };
                let opened = open_dispute(&collector, account, &raised, on).await?;
                self.disputes.insert(document.clone(), opened.dispute);
                self.report.disputes += 1;
            }
            What::DisputeClosed { document, outcome } => {
                if let Some(dispute) = self.disputes.remove(document) {
                    close_dispute(&collector, &dispute, outcome, on).await?;
                }
            }
        }
        Ok(())
    }

    async fn at_work(&self, name: &str) -> Result<Desk> {
        Desk::open(self.desk.book.clone(), name, self.desk.clock).await
    }

    async fn run(&mut self, day: Date) -> Result<()> {
        let run = daily_run(&self.desk, day, false).await?;
        self.report.days_run += run.days.len() as u64;
        self.report.notices += run.notices;
        self.report.tasks += run.tasks;
        self.report.approvals += run.approvals;
        self.report.last_run = run;
        Ok(())
    }

    /// The manager signs the oldest proposal and leaves at least one waiting; one whose facts have moved is left for the next run.
    async fn sign(&mut self, day: Date) -> Result<()> {
        let manager = self.at_work(MANAGER).await?;
        let requests = manager.book.read().await?.requests("pending").await?;
        let enough = self.report.signed + SIGNED_A_DAY;
        for request in requests.iter().take(requests.len().saturating_sub(1)) {
            if self.report.signed == enough {
                break;
            }
            match approve::approve(&manager, &request.request.to_string(), None, day).await {
                Ok(_) => self.report.signed += 1,
                Err(Stop::Refused(_)) => {}
                Err(fault) => return Err(fault),
            }
        }
        Ok(())
    }
}

//! What the customers had already been sent before the desk took over: the opening steps of the ladder as a file.
//!
//! Without them every account would begin at the first reminder, however old its debt, and in thirty days nothing would
//! come before a manager. Absent on purpose: steps that a manager must sign.

use std::collections::HashMap;

use dunwell_desk::rules::calendar::{Date, day_number};

use crate::book::{Account, Book};
use crate::days::{Days, date};
use crate::files::in_memory;

/// The steps of the policy `standard` that it takes by itself, and the days past due on which each is due.
const STEPS: [(&str, i64); 4] = [("reminder", 3), ("second_reminder", 15), ("call", 22), ("formal_notice", 30)];

impl Book {
    /// The steps taken before the day `before` on debt that was still open then: `notices.csv`. A row names no document:
    /// it is about all that is past due on its account.
    pub fn notices_csv(&self, before: Date) -> Vec<u8> {
        let days = Days::of(&self.plan);
        let end = day_number(before);
        in_memory(&["account", "step", "date", "currency"], |sheet| {
            for account in &self.accounts {
                let Some(due) = oldest_open_due(account, before) else { continue };
                let due = day_number(due);
                for (step, late) in STEPS {
                    let taken = days.on_or_after(due + late);
                    if taken < end {
                        let currency = account.customer.currency;
                        sheet.row(&[&account.customer.code, step, &date(taken).to_string(), currency.code()])?;
                    }
                }
            }
            Ok(())
        })
    }
}

/// The earliest due date of an invoice that was open before the day; one in instalments counts for none.
fn oldest_open_due(account: &Account, before: Date) -> Option<Date> {
    let mut applied: HashMap<&str, i64> = HashMap::new();
    for application in account.applications.iter().filter(|application| application.date < before) {
        *applied.entry(&application.debit).or_default() += application.amount.minor;
    }
    let open = account.documents.iter().filter(|document| {
        document.date < before && applied.get(document.number.as_str()).copied().unwrap_or(0) < document.amount.minor
    });
    open.filter_map(|document| document.due).min()
}

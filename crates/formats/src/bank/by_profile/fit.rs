//! Which shipped profile a table takes, told from its headers.

use super::profile::{SHIPPED, StatementColumn, StatementProfile, StatementTitle};
use super::rows::{Table, table};
use super::titles;
use crate::bank::{Limits, Refusal};
use crate::header::header_key;

/// How a table and a profile go together.
struct Fit {
    profile: StatementProfile,
    /// How many headers the profile knows.
    known: usize,
    /// Those it does not know, as they are written.
    unknown: Vec<String>,
    days: bool,
    amounts: bool,
    account: bool,
}

/// The one shipped profile that fits a table exactly: it knows every column that has a header, days and amounts among them,
/// and the file says which account it is of. Where none fits, or several do, [`Refusal::NoProfile`] says what is missing for
/// the nearest of them; [`Refusal::UnknownFormat`] where the bytes are no table that any of them knows two columns of, and
/// [`Refusal::TooLarge`] where a table is not read for its size.
pub fn fitting(bytes: &[u8], limits: &Limits) -> Result<StatementProfile, Refusal> {
    let mut fits: Vec<Fit> = Vec::new();
    for profile in SHIPPED.iter().filter_map(|(name, _)| StatementProfile::shipped(name)) {
        match table(bytes, &profile.headers(), None, limits) {
            Ok(table) => fits.push(fit(&table, profile)),
            Err(too_large @ Refusal::TooLarge { .. }) => return Err(too_large),
            Err(_) => {}
        }
    }
    fits.retain(|fit| fit.known >= 2);
    // Of equals the first that ships.
    fits.sort_by_key(|fit| (fit.missing().is_some(), std::cmp::Reverse(fit.known)));
    let several = fits.iter().filter(|fit| fit.missing().is_none()).count() > 1;
    let Some(nearest) = fits.into_iter().next() else { return Err(Refusal::UnknownFormat) };
    match nearest.missing() {
        Some(reason) => Err(Refusal::NoProfile { reason }),
        None if several => {
            Err(Refusal::NoProfile { reason: "several shipped profiles fit the table: name one of them".to_owned() })
        }
        None => Ok(nearest.profile),
    }
}

impl Fit {
    /// What the profile lacks, in words; `None` where it fits.
    fn missing(&self) -> Option<String> {
        let name = &self.profile.source;
        let why = if !self.unknown.is_empty() {
            let columns: Vec<String> = self.unknown.iter().take(5).map(|column| format!("'{column}'")).collect();
            let more = if self.unknown.len() > columns.len() { " and others" } else { "" };
            format!("the nearest that ships, {name}, does not know the columns {}{more}", columns.join(", "))
        } else if !self.days {
            "no column is known to hold days".to_owned()
        } else if !self.amounts {
            "no column is known to hold amounts, or money in and money out".to_owned()
        } else if !self.account {
            "it does not say which account it is of".to_owned()
        } else {
            return None;
        };
        Some(format!("a table, and {why}; a profile of your own says it"))
    }
}

fn fit(table: &Table, profile: StatementProfile) -> Fit {
    let headers: Vec<&String> = table.headers.iter().filter(|header| !header_key(header).is_empty()).collect();
    let names: Vec<String> = profile.headers().iter().map(|name| header_key(name)).collect();
    let unknown: Vec<String> =
        headers.iter().filter(|header| !names.contains(&header_key(header))).map(|header| (*header).clone()).collect();
    let has = |column| {
        let names = profile.columns.get(&column).into_iter().flatten();
        names.map(|name| header_key(name)).any(|name| headers.iter().any(|header| header_key(header) == name))
    };
    Fit {
        known: headers.len() - unknown.len(),
        days: has(StatementColumn::BookingDay) || has(StatementColumn::ValueDay),
        amounts: has(StatementColumn::Amount) || has(StatementColumn::Credit) && has(StatementColumn::Debit),
        account: has(StatementColumn::Account) || titles(table, &profile).contains_key(&StatementTitle::Account),
        unknown,
        profile,
    }
}

//! Which shipped profile a table takes, told from its headers.

use super::profile::{SHIPPED, StatementColumn, StatementProfile, StatementTitle};
use super::rows::{Table, table};
use super::titles;
use crate::bank::Limits;
use crate::header::header_key;

/// The one shipped profile that fits a table exactly: it knows every column that has a header, days and amounts among them,
/// and the file says which account it is of. `None` where none fits, or several do.
pub fn fitting(bytes: &[u8], limits: &Limits) -> Option<StatementProfile> {
    let shipped = SHIPPED.iter().filter_map(|(name, _)| StatementProfile::shipped(name));
    let mut fitting = shipped.filter(|profile| {
        let read = table(bytes, &profile.headers(), limits);
        read.is_ok_and(|table| fits(&table, profile))
    });
    fitting.next().filter(|_| fitting.next().is_none())
}

fn fits(table: &Table, profile: &StatementProfile) -> bool {
    let keys: Vec<String> =
        table.headers.iter().map(|header| header_key(header)).filter(|key| !key.is_empty()).collect();
    let known = |key: &String| profile.headers().iter().any(|name| header_key(name) == *key);
    let has = |column| {
        let names = profile.columns.get(&column).into_iter().flatten();
        names.map(|name| header_key(name)).any(|name| keys.contains(&name))
    };
    let days = has(StatementColumn::BookingDay) || has(StatementColumn::ValueDay);
    let amounts = has(StatementColumn::Amount) || has(StatementColumn::Credit) && has(StatementColumn::Debit);
    let account = has(StatementColumn::Account) || titles(table, profile).contains_key(&StatementTitle::Account);
    days && amounts && account && keys.iter().all(known)
}

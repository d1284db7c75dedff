//! One page of a statement: what its fields come to, and how it goes on with the page before.

use super::account::{account, without_currency};
use super::amounts::{SwiftBalance, balance, tally};
use super::entry::{entry, information, numbered_lines};
use super::fields::Field;
use crate::amount::Decimal;
use crate::bank::notes::{Notes, count, decimal, digits};
use crate::bank::{
    Balance, BalanceKind, ControlTotal, Entry, EntryStatus, Format, Funds, Place, Side, Standing, Statement, Summary,
    TotalKind,
};
use crate::currency::CurrencyCode;
use crate::day::Day;

/// A page being read.
#[derive(Debug)]
pub(super) struct Page {
    statement: Statement,
    kind: Option<Format>,
    sender: Option<String>,
    /// The number of the statement without the page's.
    number: String,
    /// `:90D:` and `:90C:` as stated.
    tallies: Vec<(Side, Place, u32, Decimal)>,
    /// Whether the last field was about the last entry, so that `:86:` belongs to it.
    at_entry: bool,
    /// Whether a field of reports was there (`:34F:`, `:13D:`).
    report: bool,
    /// The currency where neither account nor balance names one.
    otherwise: Option<CurrencyCode>,
}

/// What is left of a page when it has ended, for the next.
#[derive(Debug)]
pub(super) struct Ended {
    account: String,
    number: String,
    opening: Option<Balance>,
    closing: Option<Balance>,
    is_report: bool,
}

impl Page {
    /// A page that begins.
    pub(super) fn begun(
        place: Place,
        kind: Option<Format>,
        sender: Option<String>,
        otherwise: Option<CurrencyCode>,
    ) -> Self {
        let statement = Statement { place, ..Statement::default() };
        let number = String::new();
        Self { statement, kind, sender, number, tallies: Vec::new(), at_entry: false, report: false, otherwise }
    }

    /// The bank's id of the statement.
    pub(super) fn id(&self) -> Option<&str> {
        self.statement.id.as_deref()
    }

    /// Takes the id.
    pub(super) fn take_id(&mut self, id: &str) {
        self.statement.id = Some(id.trim().to_owned()).filter(|id| !id.is_empty());
    }

    /// Whether its closing balance was there.
    pub(super) fn is_closed(&self) -> bool {
        self.statement.balances.iter().any(|balance| balance.code.starts_with("62"))
    }

    /// Takes a field in.
    pub(super) fn take(&mut self, field: &Field<'_>, notes: &mut Notes) {
        let at_entry = core::mem::replace(&mut self.at_entry, false);
        match field.tag {
            "20" => self.take_id(field.first()),
            "21" => {}
            // The floor below which entries are left out; it also names the currency of a report without balances.
            "34F" => {
                self.report = true;
                let named = field.first().get(..3).and_then(CurrencyCode::parse);
                self.statement.currency = self.statement.currency.or(named);
            }
            "25" | "25P" if at_entry || !self.statement.entries.is_empty() => self.misplaced(field, at_entry, notes),
            "25" | "25P" => {
                let (account, currency) = account(field.first());
                self.statement.account = account;
                self.statement.currency = self.statement.currency.or(currency);
            }
            "28" | "28C" => {
                let whole = field.first();
                self.number = whole.split('/').next().unwrap_or("").trim().to_owned();
                self.statement.number = Some(whole.to_owned()).filter(|number| !number.is_empty());
            }
            "13" | "13D" => self.made_at(field.first()),
            "60F" | "60M" | "62F" | "62M" | "64" | "65" => self.balance(field, notes),
            "61" => self.entry(field, notes),
            "86" if at_entry => self.about_entry(field, information),
            "NS" if at_entry => self.about_entry(field, numbered_lines),
            "NS" => self.owner(field),
            // Said of the statement as a whole: the bank's greetings, which nothing is made of.
            "86" => {}
            "90C" | "90D" => self.tally(field, notes),
            _ => {
                notes.warning("unknown_tag", field.place, format!("the tag :{}: is not known: passed over", field.tag));
                self.at_entry = at_entry;
            }
        }
    }

    /// The account's tag among entries: a slip of the bank for `:86:`.
    fn misplaced(&mut self, field: &Field<'_>, at_entry: bool, notes: &mut Notes) {
        notes.warning("tag_out_of_order", field.place, "the tag :25: among entries is read as :86:");
        if at_entry {
            self.about_entry(field, information);
        }
    }

    fn about_entry(&mut self, field: &Field<'_>, take: fn(&mut Entry, &Field<'_>)) {
        if let Some(entry) = self.statement.entries.last_mut() {
            take(entry, field);
            self.at_entry = true;
        }
    }

    fn entry(&mut self, field: &Field<'_>, notes: &mut Notes) {
        let currency = self.statement.currency.or(self.otherwise);
        if let Some(entry) = entry(field, currency, notes) {
            self.statement.entries.push(entry);
            self.at_entry = true;
        }
    }

    /// The owner and the name of the account, as `:NS:` before the entries numbers them.
    fn owner(&mut self, field: &Field<'_>) {
        for line in &field.lines {
            let Some((number, text)) = line.split_at_checked(2).filter(|(_, text)| !text.trim().is_empty()) else {
                continue;
            };
            match number {
                "22" => self.statement.account.owner = Some(text.trim().to_owned()),
                "23" => self.statement.account.name = Some(text.trim().to_owned()),
                _ => {}
            }
        }
    }

    /// Day and time of a report: `1610301730+0000`.
    fn made_at(&mut self, text: &str) {
        self.report = true;
        self.statement.as_of = text.get(..6).and_then(super::amounts::day).map(|(day, _)| day);
        let time = text.get(6..10).filter(|time| digits(time.as_bytes()).is_some());
        self.statement.as_of_time = time.unwrap_or("").to_owned();
    }

    fn balance(&mut self, field: &Field<'_>, notes: &mut Notes) {
        let read = balance(field.first());
        let currency = read.and_then(|read| read.currency).or(self.statement.currency).or(self.otherwise);
        let Some((read, currency)) = read.zip(currency) else {
            notes.problem("bad_balance", field.place, format!("the balance :{}: cannot be read", field.tag));
            return;
        };
        if read.currency.is_none() {
            notes.warning("no_currency", field.place, "the balance names no currency: the statement's is taken");
        }
        let SwiftBalance { day, amount, .. } = read;
        if day.is_none() {
            notes.problem("bad_date", field.place, "the day of the balance is no day");
        }
        let Some(minor) = amount.minor_units(currency.exponent()) else {
            notes.problem(
                "bad_balance",
                field.place,
                format!("{amount} has more decimals than {currency}, or is too large"),
            );
            return;
        };
        self.statement.currency = self.statement.currency.or(Some(currency));
        let (kind, meaning) = match field.tag {
            "60F" => (BalanceKind::Opening, "opening"),
            "60M" => (BalanceKind::InterimOpening, "opening of a page"),
            "62F" => (BalanceKind::Closing, "closing"),
            "62M" => (BalanceKind::InterimClosing, "closing of a page"),
            "64" => (BalanceKind::ClosingAvailable, "closing available"),
            _ => (BalanceKind::Forward, "forward available"),
        };
        let code = field.tag.to_owned();
        self.statement.balances.push(Balance { place: field.place, kind, code, meaning, amount: minor, currency, day });
    }

    fn tally(&mut self, field: &Field<'_>, notes: &mut Notes) {
        let Some((number, currency, sum)) = tally(field.first()) else {
            notes.problem("bad_total", field.place, format!("the total :{}: cannot be read", field.tag));
            return;
        };
        let side = if field.tag == "90C" { Side::Credit } else { Side::Debit };
        self.report |= !self.statement.balances.iter().any(|balance| balance.code.starts_with('6'));
        self.statement.currency = self.statement.currency.or(currency);
        self.tallies.push((side, field.place, number, sum));
        let currency = currency.or(self.statement.currency).or(self.otherwise).unwrap_or(CurrencyCode::USD);
        self.statement.summaries.push(Summary {
            place: field.place,
            code: field.tag.to_owned(),
            meaning: if side == Side::Credit { "credit entries" } else { "debit entries" },
            amount: sum.minor_units(currency.exponent()),
            currency,
            count: Some(number.into()),
            funds: Funds::Unstated,
        });
    }

    /// Whether it is a report during the day: its envelope says so, or it has fields of reports and no balances.
    fn is_report(&self) -> bool {
        let booked = self.statement.balances.iter().any(|balance| balance.code.starts_with('6'));
        self.kind.map_or(self.report && !booked, |kind| kind == Format::Mt942)
    }

    /// The page as a statement of its own, with its control totals.
    pub(super) fn end(mut self, controls: &mut Vec<ControlTotal>, notes: &mut Notes) -> (Statement, Ended) {
        let is_report = self.is_report();
        self.statement.standing = if is_report { Standing::Intraday } else { Standing::Final };
        if let Some(currency) = self.statement.currency {
            without_currency(&mut self.statement.account, currency);
        }
        let account = &mut self.statement.account;
        account.bank = account.bank.take().or(self.sender);
        let number = account.iban.clone().or_else(|| account.number.clone()).unwrap_or_default();
        if number.is_empty() {
            notes.warning("no_account", self.statement.place, "the statement names no account");
        }
        self.statement.key.originator = account.bank.clone().unwrap_or_default();
        self.statement.key.account = number.clone();
        let of =
            format!("account {number}, statement {}", self.statement.number.as_deref().unwrap_or("without number"));
        let first = |kinds: [BalanceKind; 2]| kinds.into_iter().find_map(|kind| self.statement.balance(kind)).cloned();
        let opening = first([BalanceKind::Opening, BalanceKind::InterimOpening]);
        let closing = first([BalanceKind::Closing, BalanceKind::InterimClosing]);
        controls.extend(
            opening
                .as_ref()
                .zip(closing.as_ref())
                .and_then(|(opening, closing)| closing_control(opening, closing, &self.statement.entries, &of)),
        );
        for (side, place, number, sum) in self.tallies {
            controls.extend(tally_controls(side, place, number, sum, &self.statement, &of));
        }
        (self.statement, Ended { account: number, number: self.number, opening, closing, is_report })
    }
}

/// The closing balance beside opening balance and booked entries; nothing where they are in several currencies.
fn closing_control(opening: &Balance, closing: &Balance, entries: &[Entry], of: &str) -> Option<ControlTotal> {
    if opening.currency != closing.currency {
        return None;
    }
    let booked = entries.iter().filter(|entry| entry.status == EntryStatus::Booked);
    let counted = booked.fold(i128::from(opening.amount), |sum, entry| sum + i128::from(entry.signed()));
    Some(ControlTotal {
        name: "closing_balance",
        of: of.to_owned(),
        place: closing.place,
        kind: TotalKind::Balance,
        stated: decimal(closing.amount.into(), closing.currency),
        counted: decimal(counted, closing.currency),
        binding: true,
    })
}

/// `:90D:` or `:90C:` beside the entries of that side.
fn tally_controls(
    side: Side,
    place: Place,
    number: u32,
    sum: Decimal,
    statement: &Statement,
    of: &str,
) -> [ControlTotal; 2] {
    let names = match side {
        Side::Credit => ["credit_count", "credit_sum"],
        Side::Debit => ["debit_count", "debit_sum"],
    };
    let entries = || statement.entries.iter().filter(|entry| entry.side == side);
    let counted = entries().fold(0_i128, |sum, entry| sum + i128::from(entry.amount));
    let currency = statement.currency.unwrap_or(CurrencyCode::USD);
    let control = |name, kind, stated, counted| ControlTotal {
        name,
        of: of.to_owned(),
        place,
        kind,
        stated,
        counted,
        binding: true,
    };
    [
        control(names[0], TotalKind::Count, count(number.into()), count(entries().count() as i128)),
        control(names[1], TotalKind::Amount, sum, decimal(counted, currency)),
    ]
}

impl Ended {
    /// Whether a statement ended without the closing balance that it needs.
    pub(super) fn is_open(&self) -> bool {
        !self.is_report && self.opening.is_some() && self.closing.is_none()
    }

    /// Whether the next page belongs to the same statement.
    pub(super) fn goes_on_with(&self, next: &Self) -> bool {
        let interim = |balance: &Option<Balance>, code: &str| balance.as_ref().is_some_and(|known| known.code == code);
        let same = self.account == next.account && self.number == next.number;
        same && interim(&self.closing, "62M") && interim(&next.opening, "60M")
    }

    /// The balance that the next page begins with, beside the one that this one ended with.
    pub(super) fn carried(&self, next: &Self) -> Option<ControlTotal> {
        let (before, after) = (self.closing.as_ref()?, next.opening.as_ref()?);
        Some(ControlTotal {
            name: "carried_balance",
            of: format!("account {}, statement {}", next.account, next.number),
            place: after.place,
            kind: TotalKind::Balance,
            stated: decimal(after.amount.into(), after.currency),
            counted: decimal(before.amount.into(), before.currency),
            binding: true,
        })
    }
}

/// Joins a page to the statement that it goes on with: the balances in between fall away.
pub(super) fn join(before: &mut Statement, mut page: Statement) {
    before.balances.retain(|balance| balance.kind != BalanceKind::InterimClosing);
    page.balances.retain(|balance| balance.kind != BalanceKind::InterimOpening);
    before.balances.append(&mut page.balances);
    before.entries.append(&mut page.entries);
    before.summaries.append(&mut page.summaries);
}

/// Gives joined statements their days and keys.
pub(super) fn finish(statements: &mut [Statement]) {
    for statement in statements {
        let day = |kinds: [BalanceKind; 2]| {
            statement
                .balances
                .iter()
                .filter(|balance| kinds.contains(&balance.kind))
                .filter_map(|balance| balance.day)
                .max()
        };
        let closing = day([BalanceKind::Closing, BalanceKind::InterimClosing]);
        let opening = day([BalanceKind::Opening, BalanceKind::InterimOpening]);
        let last_entry = || statement.entries.iter().filter_map(|entry| entry.booking_day.or(entry.value_day)).max();
        statement.as_of = statement.as_of.or(closing).or_else(last_entry).or(opening);
        (statement.from, statement.to) = (opening, closing);
        statement.key.statement = key(statement.as_of, statement.number.as_deref(), statement.id.as_deref());
    }
}

/// The statement's part of its key: its day and its number, else its id.
fn key(day: Option<Day>, number: Option<&str>, id: Option<&str>) -> String {
    let parts = [day.map(|day| day.to_string()), number.or(id).map(str::to_owned)];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

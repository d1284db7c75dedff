//! Statements (`Stmt`, `Rpt`, `Ntfctn`): account, balances, summaries, and whether they come out even.

use super::codes;
use super::money::{Money, balance, money_at, other, shortened, side};
use super::payment::{account_number, bank};
use super::tree::Node;
use crate::amount::{Decimal, Marks, parse_amount};
use crate::bank::lines::Lines;
use crate::bank::notes::{Notes, count, decimal, iso_day, iso_time};
use crate::bank::{
    Balance, BalanceKind, BankAccount, ControlTotal, Entry, EntryStatus, Format, Funds, Place, Side, Standing,
    Statement, StatementKey, Summary, TotalKind,
};
use crate::currency::CurrencyCode;
use crate::day::Day;

/// The currency of the account: its own, else that of the first balance.
pub(super) fn account_currency(node: Node<'_, '_>) -> Option<CurrencyCode> {
    let own = node.text_at(&["Acct", "Ccy"]).and_then(CurrencyCode::parse);
    own.or_else(|| node.find(&["Bal", "Amt"])?.currency().and_then(CurrencyCode::parse))
}

/// The account's number without blanks; empty where there is none.
pub(super) fn own_account(node: Node<'_, '_>) -> String {
    node.find(&["Acct", "Id"]).and_then(account_number).unwrap_or_default()
}

/// Reads a statement around the entries that were read before it ended.
pub(super) fn statement(
    node: Node<'_, '_>,
    entries: Vec<Entry>,
    format: Format,
    place: Place,
    lines: &mut Lines<'_>,
    notes: &mut Notes,
) -> Statement {
    let account = bank_account(node);
    let currency = account_currency(node);
    let balances = balances(node, currency, lines, notes);
    let created = node.text_at(&["CreDtTm"]).unwrap_or("");
    let bound = |name: &str| {
        let own = node
            .text_at(&["FrToDt", &format!("{name}DtTm")])
            .or_else(|| node.text_at(&["FrToDt", &format!("{name}Dt")]));
        own.map(str::to_owned)
    };
    let (from, to) = (bound("Fr"), bound("To"));
    let last_of = |kinds: &[BalanceKind]| {
        let closing = balances.iter().filter(|balance| kinds.contains(&balance.kind));
        closing.filter_map(|balance| balance.day).max()
    };
    // The day of an available balance is a value day, which may lie behind the statement's.
    let closing_day = last_of(&[BalanceKind::Closing, BalanceKind::InterimClosing])
        .or_else(|| last_of(&[BalanceKind::ClosingAvailable]));
    let to_day = to.as_deref().and_then(iso_day);
    let id = node.string_at(&["Id"]);
    let number = node.string_at(&["ElctrncSeqNb"]).or_else(|| node.string_at(&["LglSeqNb"]));
    let as_of = closing_day.or(to_day).or_else(|| iso_day(created));
    let key = StatementKey {
        originator: account.bank.clone().unwrap_or_default(),
        account: account.iban.clone().or_else(|| account.number.clone()).unwrap_or_default(),
        statement: id
            .clone()
            .or_else(|| number.clone())
            .unwrap_or_else(|| as_of.map_or(String::new(), |day| day.to_string())),
    };
    let intraday = if format == Format::Camt052 { iso_time(to.as_deref().unwrap_or(created)) } else { String::new() };
    Statement {
        place,
        key,
        standing: standing(format, &balances),
        account,
        currency: currency.or_else(|| entries.first().map(|entry| entry.currency)),
        id,
        number,
        as_of,
        as_of_time: intraday,
        from: from.as_deref().and_then(iso_day),
        to: to_day,
        balances,
        summaries: Vec::new(),
        entries,
    }
}

/// How final the statement is: a camt.053 that only has interim balances at its end is interim.
fn standing(format: Format, balances: &[Balance]) -> Standing {
    let has = |kind| balances.iter().any(|balance| balance.kind == kind);
    match format {
        Format::Camt052 => Standing::Intraday,
        Format::Camt054 => Standing::Advice,
        _ if has(BalanceKind::InterimClosing) && !has(BalanceKind::Closing) => Standing::Interim,
        _ => Standing::Final,
    }
}

fn bank_account(node: Node<'_, '_>) -> BankAccount {
    let Some(account) = node.child("Acct") else { return BankAccount::default() };
    let number = account.child("Id").and_then(account_number);
    let is_iban = account.text_at(&["Id", "IBAN"]).is_some();
    let owner = account.string_at(&["Ownr", "Nm"]).or_else(|| account.string_at(&["Ownr", "Pty", "Nm"]));
    const NAMES: [&[&str]; 3] = [&["Nm"], &["Tp", "Prtry"], &["Tp", "Cd"]];
    BankAccount {
        iban: number.clone().filter(|_| is_iban),
        number: number.filter(|_| !is_iban),
        bank: account.child("Svcr").and_then(bank),
        owner,
        name: NAMES.into_iter().find_map(|path| account.string_at(path)),
    }
}

/// The balances, with a problem for each that cannot be read.
fn balances(
    node: Node<'_, '_>,
    currency: Option<CurrencyCode>,
    lines: &mut Lines<'_>,
    notes: &mut Notes,
) -> Vec<Balance> {
    let mut balances: Vec<Balance> = Vec::new();
    for each in node.all("Bal") {
        let place = lines.place(each.offset());
        let read = each.child("Amt").ok_or_else(|| "the balance has no amount".to_owned());
        let amount = match read.and_then(|amount| balance(amount, currency)) {
            Ok((amount, true)) => amount,
            Ok((amount, false)) => {
                notes.warning("inexact_balance", place, "the balance has a fraction of the smallest unit: rounded");
                amount
            }
            Err(message) => {
                notes.problem("bad_balance", place, message);
                continue;
            }
        };
        const CODES: [&[&str]; 4] =
            [&["Tp", "CdOrPrtry", "Cd"], &["Tp", "CdOrPrtry", "Prtry"], &["Tp", "Cd"], &["Tp", "Prtry"]];
        let code = CODES.into_iter().find_map(|path| each.text_at(path)).unwrap_or("");
        let interim = each.text_at(&["Tp", "SubTp", "Cd"]) == Some("INTM");
        let (kind, meaning) = codes::balance(code, interim);
        let text =
            each.text_at(&["Dt", "Dt"]).or_else(|| each.text_at(&["Dt", "DtTm"])).or_else(|| each.text_at(&["Dt"]));
        let day = text.and_then(iso_day);
        if let (Some(text), None) = (text, day) {
            notes.problem("bad_date", place, format!("'{}' is no date", shortened(text)));
        }
        balances.push(Balance {
            place,
            kind,
            code: code.to_owned(),
            meaning,
            amount: signed(amount, side(each)),
            currency: amount.currency,
            day,
        });
    }
    // Of two interim balances without an opening one, the first is where the report begins.
    let opening =
        balances.iter().any(|balance| matches!(balance.kind, BalanceKind::Opening | BalanceKind::InterimOpening));
    let interim = balances.iter().filter(|balance| balance.kind == BalanceKind::InterimClosing).count();
    let first = balances.iter_mut().find(|balance| balance.kind == BalanceKind::InterimClosing);
    if let Some(first) = first.filter(|_| !opening && interim > 1) {
        first.kind = BalanceKind::InterimOpening;
    }
    balances
}

/// The amount with the sign of its side; without a side it counts as a credit.
fn signed(amount: Money, side: Option<Side>) -> i64 {
    let side = side.unwrap_or(Side::Credit);
    let side = if amount.negative { other(side) } else { side };
    if side == Side::Debit { -amount.minor } else { amount.minor }
}

/// The closing balance of a camt.053 beside opening balance and booked entries. Nothing where one of them is missing;
/// a warning where they are in several currencies.
pub(super) fn closing_control(statement: &Statement, format: Format, notes: &mut Notes) -> Option<ControlTotal> {
    if format != Format::Camt053 {
        return None;
    }
    let first = |kinds: [BalanceKind; 2]| kinds.into_iter().find_map(|kind| statement.balance(kind));
    let opening = first([BalanceKind::Opening, BalanceKind::InterimOpening])?;
    let closing = first([BalanceKind::Closing, BalanceKind::InterimClosing])?;
    let booked = || statement.entries.iter().filter(|entry| entry.status == EntryStatus::Booked);
    if opening.currency != closing.currency || booked().any(|entry| entry.currency != closing.currency) {
        let message = "balances and entries are in several currencies: the closing balance is not checked";
        notes.warning("several_currencies", closing.place, message);
        return None;
    }
    let counted = booked().fold(i128::from(opening.amount), |sum, entry| sum + i128::from(entry.signed()));
    Some(ControlTotal {
        name: "closing_balance",
        of: of(statement),
        place: closing.place,
        kind: TotalKind::Balance,
        stated: decimal(closing.amount.into(), closing.currency),
        counted: decimal(counted, closing.currency),
        binding: true,
    })
}

/// What a total is of, in words.
fn of(statement: &Statement) -> String {
    format!("account {}, statement {}", statement.key.account, statement.key.statement)
}

/// Takes the summaries (`TxsSummry`) into the statement and answers them as control totals.
pub(super) fn summaries(node: Node<'_, '_>, statement: &mut Statement, lines: &mut Lines<'_>) -> Vec<ControlTotal> {
    let Some(summary) = node.child("TxsSummry") else { return Vec::new() };
    let currency = statement.currency.unwrap_or(CurrencyCode::USD);
    let mut controls = Vec::new();
    for (tag, meaning, want, names) in [
        ("TtlNtries", "all entries", None, ["total_entries_count", "total_entries_sum"]),
        ("TtlCdtNtries", "credit entries", Some(Side::Credit), ["total_credit_count", "total_credit_sum"]),
        ("TtlDbtNtries", "debit entries", Some(Side::Debit), ["total_debit_count", "total_debit_sum"]),
    ] {
        let Some(part) = summary.child(tag) else { continue };
        let place = lines.place(part.offset());
        let tally = Tally::of(&statement.entries, want);
        let number = part.text_at(&["NbOfNtries"]).and_then(|text| text.parse::<u32>().ok());
        let sum = part.text_at(&["Sum"]).and_then(plain);
        let control = |name, kind, stated, counted, binding| ControlTotal {
            name,
            of: of(statement),
            place,
            kind,
            stated,
            counted,
            binding,
        };
        if let Some(number) = number {
            let counted = tally.count_like(number.into());
            controls.push(control(names[0], TotalKind::Count, count(number.into()), count(counted), true));
        }
        if let Some(sum) = sum {
            let counted = tally.sum_like(sum, currency);
            controls.push(control(names[1], TotalKind::Amount, sum, counted, true));
        }
        if tag == "TtlNtries"
            && let Some(net) = net(part, currency)
        {
            let all = Tally::of(&statement.entries, None).net_like(net, currency);
            controls.push(control("total_net", TotalKind::Amount, net, all, true));
        }
        statement.summaries.push(Summary {
            place,
            code: tag.to_owned(),
            meaning,
            amount: sum.and_then(|sum| sum.minor_units(currency.exponent())),
            currency,
            count: number.map(u64::from),
            funds: Funds::Unstated,
        });
    }
    controls
}

/// A sum without a currency of its own.
fn plain(text: &str) -> Option<Decimal> {
    parse_amount(text, Marks::POINT).ok().map(|amount| amount.value)
}

/// The net of all entries: since version 3 an amount with its indicator, before that a number beside one.
fn net(part: Node<'_, '_>, currency: CurrencyCode) -> Option<Decimal> {
    let (value, side) = match part.child("TtlNetNtry") {
        Some(net) => (plain(net.text_at(&["Amt"])?)?, side(net)),
        None => match part.text_at(&["TtlNetNtryAmt"]) {
            Some(text) => (plain(text)?, side(part)),
            None => {
                let amount = money_at(part, &["TtlNetNtry", "Amt"], Some(currency))?;
                (decimal(amount.minor.into(), currency), side(part))
            }
        },
    };
    Some(if side? == Side::Debit { value.negated() } else { value })
}

/// Numbers of and sums over entries. Banks count all entries or only those that are booked, and entries or the
/// transactions in them; what they state is held against each.
struct Tally {
    counts: [i128; 4],
    sums: [i128; 2],
    nets: [i128; 2],
}

impl Tally {
    fn of(entries: &[Entry], side: Option<Side>) -> Self {
        let mut tally = Self { counts: [0; 4], sums: [0; 2], nets: [0; 2] };
        for entry in entries.iter().filter(|entry| side.is_none_or(|side| side == entry.side)) {
            let payments = entry.batch.len().max(1) as i128;
            let booked = usize::from(entry.status == EntryStatus::Booked);
            for (index, taken) in [(0, 1), (1, booked)] {
                if taken == 1 {
                    tally.counts[index] += 1;
                    tally.counts[index + 2] += payments;
                    tally.sums[index] += i128::from(entry.amount);
                    tally.nets[index] += i128::from(entry.signed());
                }
            }
        }
        tally
    }

    fn count_like(&self, stated: i128) -> i128 {
        self.counts.into_iter().find(|count| *count == stated).unwrap_or(self.counts[0])
    }

    fn sum_like(&self, stated: Decimal, currency: CurrencyCode) -> Decimal {
        like(self.sums, stated, currency)
    }

    fn net_like(&self, stated: Decimal, currency: CurrencyCode) -> Decimal {
        like(self.nets, stated, currency)
    }
}

fn like(sums: [i128; 2], stated: Decimal, currency: CurrencyCode) -> Decimal {
    let sums = sums.map(|sum| decimal(sum, currency));
    sums.into_iter().find(|sum| sum.same_value(stated)).unwrap_or(sums[0])
}

/// The day and time of a message's header.
pub(super) fn created(header: Node<'_, '_>) -> (Option<Day>, String) {
    let text = header.text_at(&["CreDtTm"]).unwrap_or("");
    (iso_day(text), iso_time(text))
}

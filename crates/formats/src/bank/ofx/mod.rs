//! OFX and QFX, version 1 (SGML) and 2 (XML): statements of bank accounts and of cards.
//!
//! Tolerant of missing and of superfluous end tags, of headers cut off, of names in small letters, and of elements of banks'
//! own. An element with nothing in it is absent. OFX has neither opening balance nor totals, so nothing would show what is
//! lost: a file with a transaction or a balance that cannot be read is refused whole, and so is one that was cut off. Some
//! banks end no element at all: there the balance, which comes behind the transactions, tells that these are whole. An answer
//! whose status is an error is refused with the bank's words. Statements of investments are passed over and reported.
//!
//! **Identity.** The statement's key is the bank's number, the account and the days covered; an entry's reference is its
//! `FITID`, which is the same in every download.

mod entry;
mod marks;
mod values;

use super::camt::number_entries;
use super::lines::Lines;
use super::notes::Notes;
use super::text::{declared_in_xml, decode};
use super::{Balance, BalanceKind, BankFile, Format, Place, ReadOptions, Refusal, Standing, Statement, StatementKey};
use crate::currency::CurrencyCode;
use entry::{Leaves, entry};
use marks::{Mark, Marks, in_capitals, root};
use values::{amount, day, is_blank};

/// The deepest nesting of elements that is read.
const MAX_DEPTH: usize = 64;

/// The most leaves of one transaction.
const MAX_LEAVES: usize = 500;

/// What holds elements in a transaction. Any other element that opens there is an empty leaf, unless a tag ends it: then it is
/// a bank's own, and what it holds is passed over.
const OF_TRANSACTION: [&str; 8] =
    ["STMTTRN", "PAYEE", "EXTDPAYEE", "BANKACCTTO", "CCACCTTO", "CURRENCY", "ORIGCURRENCY", "IMAGEDATA"];

/// Leaves outside transactions beside which others are read: one that opens without a value and without an end is empty.
const LEAVES: [&str; 9] =
    ["CODE", "SEVERITY", "BANKID", "BRANCHID", "ACCTID", "ACCTTYPE", "ACCTKEY", "DTSTART", "DTEND"];

/// Whether a file begins like OFX.
pub(super) fn looks_like(head: &[u8]) -> bool {
    let text = decode(head, None).0.to_ascii_uppercase();
    text.trim_start().starts_with("OFXHEADER") || text.contains("<?OFX") || root(&text).is_some()
}

/// Reads a file.
pub fn read(bytes: &[u8], options: &ReadOptions) -> BankFile {
    let (text, wrong) = decode(bytes, declared_in_xml(bytes).or_else(|| declared_in_header(bytes)));
    let text = in_capitals(text);
    let mut reading = Reading {
        options,
        file: BankFile { format: Some(Format::Ofx), version: version(&text), ..BankFile::default() },
        notes: Notes::up_to(options.limits.problems),
        lines: Lines::of(&text),
        open: Vec::new(),
        statement: None,
        leaves: None,
        balance: None,
        status: Status::default(),
        taken: 0,
        ends: false,
        unreadable: None,
    };
    if wrong {
        reading.notes.warning("wrong_encoding", Place::FILE, "bytes that are no text in the encoding it declares");
    }
    let root = root(&text);
    let begins = root.unwrap_or(0);
    let mut refused =
        root.is_none().then(|| Refusal::NotReadable { place: Place::FILE, reason: "no <OFX> in it".to_owned() });
    for (offset, mark) in Marks::of(&text, begins) {
        if let Err(why) = reading.mark(offset, mark) {
            refused = refused.or(Some(why));
            break;
        }
    }
    // A document type declaration stands before the root, where nothing else is read.
    let doctype = text.get(..begins).and_then(|head| head.to_ascii_uppercase().find("<!DOCTYPE"));
    let refused = refused.or(doctype.map(|at| Refusal::Doctype { place: Lines::of(&text).place(at) }));
    reading.finish(text.len(), refused)
}

/// The encoding that the header of version 1 names: `CHARSET:1252`, or UTF-8 by `ENCODING:UTF-8`.
fn declared_in_header(bytes: &[u8]) -> Option<&'static encoding_rs::Encoding> {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(600)]);
    let after = |word: &str| {
        Some(head.split_once(word)?.1.split(|mark: char| mark.is_whitespace() || mark == '<').next()?.to_owned())
    };
    if after("ENCODING:").is_some_and(|name| name.eq_ignore_ascii_case("UTF-8") || name.eq_ignore_ascii_case("UNICODE"))
    {
        return Some(encoding_rs::UTF_8);
    }
    match after("CHARSET:").as_deref() {
        // Many programs declare it and write UTF-8: what is valid UTF-8 beyond ASCII is that.
        Some("1252" | "NONE" | "ISO-8859-1" | "8859-1") if core::str::from_utf8(bytes).is_err() => {
            Some(encoding_rs::WINDOWS_1252)
        }
        _ => None,
    }
}

/// The version that the header names.
fn version(text: &str) -> String {
    let head: String = text.chars().take(600).collect();
    let found = ["VERSION:", " VERSION=\""].into_iter().find_map(|word| {
        let (_, rest) = head.split_once("OFXHEADER").map_or(head.as_str(), |(_, rest)| rest).split_once(word)?;
        Some(rest.chars().take_while(char::is_ascii_digit).take(4).collect::<String>())
    });
    found.unwrap_or_default()
}

/// What an answer says of itself.
#[derive(Debug, Default)]
struct Status {
    code: String,
    error: bool,
}

/// A balance being read.
#[derive(Debug, Default)]
struct Given {
    place: Place,
    kind: &'static str,
    amount: Option<String>,
    day: Option<String>,
}

/// An element that is open.
#[derive(Debug)]
struct Open<'s> {
    name: &'s str,
    /// Of an element in a transaction that may be an empty leaf: how many leaves the transaction had before it.
    before: Option<usize>,
}

/// What stands between the beginning of a file and its end.
struct Reading<'s, 'o> {
    options: &'o ReadOptions,
    file: BankFile,
    notes: Notes,
    lines: Lines<'s>,
    open: Vec<Open<'s>>,
    statement: Option<Statement>,
    /// The transaction being read.
    leaves: Option<Leaves<'s>>,
    balance: Option<Given>,
    status: Status,
    taken: usize,
    /// Whether any element was ended by a tag of its own.
    ends: bool,
    /// The first thing that cannot be read.
    unreadable: Option<(Place, String)>,
}

impl<'s> Reading<'s, '_> {
    fn mark(&mut self, offset: usize, mark: Mark<'s>) -> Result<(), Refusal> {
        match mark {
            Mark::Doctype => Err(Refusal::Doctype { place: self.lines.place(offset) }),
            Mark::Open(name) if self.leaves.is_none() && LEAVES.contains(&name) => {
                self.leaf(name, std::borrow::Cow::Borrowed(""), offset)
            }
            Mark::Open(name) => self.open(name, offset),
            Mark::Leaf(name, value) if value.len() > self.options.limits.record_bytes => {
                let limit = format!("a value of {name} of more than {} bytes", self.options.limits.record_bytes);
                Err(Refusal::TooLarge { limit })
            }
            Mark::Leaf("STMTTRN", _) => {
                self.open("STMTTRN", offset)?;
                self.close_to("STMTTRN")
            }
            Mark::Leaf(name, value) => self.leaf(name, value, offset),
            Mark::End(name) => {
                self.ends = true;
                self.pass_over(name);
                self.close_to(name)
            }
        }
    }

    fn open(&mut self, name: &'s str, offset: usize) -> Result<(), Refusal> {
        let kept = matches!(name, "STMTTRN" | "STMTRS" | "CCSTMTRS" | "LEDGERBAL" | "AVAILBAL");
        self.taken += usize::from(kept);
        let most = self.options.limits.entries;
        if self.taken > most {
            return Err(Refusal::TooLarge { limit: format!("more than {most} statements, balances and entries") });
        }
        if self.open.len() >= MAX_DEPTH {
            return Err(Refusal::TooLarge { limit: format!("elements nested deeper than {MAX_DEPTH}") });
        }
        match name {
            // One that did not end ends where the next begins.
            "STMTTRN" => {
                self.close_to("STMTTRN")?;
                if self.statement.is_some() {
                    let place = self.lines.place(offset);
                    self.leaves = Some(Leaves { place, ..Leaves::default() });
                }
            }
            "STMTTRNRS" | "CCSTMTTRNRS" => self.close_to(name)?,
            "STMTRS" | "CCSTMTRS" => {
                self.close_to(name)?;
                let place = self.lines.place(offset);
                self.statement = Some(Statement { place, ..Statement::default() });
            }
            "INVSTMTRS" => {
                let place = self.lines.place(offset);
                self.notes.warning("investment_statement", place, "a statement of investments is passed over");
            }
            // Balances stand behind the transactions, one behind the other.
            "LEDGERBAL" | "AVAILBAL" => {
                for before in ["BANKTRANLIST", "STMTTRN", "LEDGERBAL", "AVAILBAL"] {
                    self.close_to(before)?;
                }
                let kind = if name == "LEDGERBAL" { "LEDGERBAL" } else { "AVAILBAL" };
                self.balance = Some(Given { place: self.lines.place(offset), kind, ..Given::default() });
            }
            _ => {}
        }
        let may_be_empty = |_: &&Leaves<'_>| !OF_TRANSACTION.contains(&name);
        let before = self.leaves.as_ref().filter(may_be_empty).map(|leaves| leaves.leaves.len());
        self.open.push(Open { name, before });
        Ok(())
    }

    /// Passes over what an element of a bank's own holds in a transaction: that it ends shows that it is no empty leaf.
    fn pass_over(&mut self, name: &str) {
        let ended = self.open.iter().rfind(|open| open.name == name);
        if let (Some(leaves), Some(before)) = (&mut self.leaves, ended.and_then(|open| open.before)) {
            leaves.leaves.truncate(before);
        }
    }

    /// Ends the innermost element of a name, and all that are open in it.
    fn close_to(&mut self, name: &str) -> Result<(), Refusal> {
        let Some(at) = self.open.iter().rposition(|open| open.name == name) else { return Ok(()) };
        while self.open.len() > at {
            let Some(ended) = self.open.pop() else { break };
            self.ended(ended.name)?;
        }
        Ok(())
    }

    fn ended(&mut self, name: &str) -> Result<(), Refusal> {
        match name {
            "STMTTRN" => self.transaction(),
            "LEDGERBAL" | "AVAILBAL" => {
                self.end_balance();
                Ok(())
            }
            "STMTRS" | "CCSTMTRS" => {
                self.end_statement();
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn leaf(&mut self, name: &'s str, value: std::borrow::Cow<'s, str>, offset: usize) -> Result<(), Refusal> {
        let parent = self.open.iter().rfind(|open| open.before.is_none()).map_or("", |open| open.name);
        if let Some(leaves) = &mut self.leaves {
            if leaves.leaves.len() >= MAX_LEAVES {
                return Err(Refusal::TooLarge { limit: format!("a transaction of more than {MAX_LEAVES} values") });
            }
            leaves.leaves.push((parent, name, value));
            return Ok(());
        }
        if let Some(balance) = &mut self.balance {
            match name {
                "BALAMT" => balance.amount = Some(value.into_owned()),
                "DTASOF" => balance.day = Some(value.into_owned()),
                _ => {}
            }
            return Ok(());
        }
        match (parent, name) {
            ("STATUS", "CODE") => {
                // The one before had no message.
                if self.status.error {
                    return Err(Refusal::BankError { reason: format!("code {}", self.status.code) });
                }
                self.status.code = value.into_owned();
            }
            ("STATUS", "SEVERITY") if value.eq_ignore_ascii_case("ERROR") => self.status.error = true,
            ("STATUS", "MESSAGE") if self.status.error => {
                return Err(Refusal::BankError {
                    reason: format!("{} (code {})", shortened(&value), self.status.code),
                });
            }
            ("SONRS", "DTSERVER") => self.file.created = day(&value),
            ("FI", "ORG") => self.file.sender = Some(value.into_owned()).filter(|name| !name.is_empty()),
            _ => self.of_statement(parent, name, &value, offset),
        }
        Ok(())
    }

    /// A leaf of the statement: its currency, account or days.
    fn of_statement(&mut self, parent: &str, name: &str, value: &str, offset: usize) {
        let Some(statement) = &mut self.statement else { return };
        let text = Some(value.to_owned()).filter(|text| !text.is_empty());
        match (parent, name) {
            ("STMTRS" | "CCSTMTRS", "CURDEF") => {
                statement.currency = CurrencyCode::parse(value).or(self.options.currency);
                if statement.currency.is_none() && !value.is_empty() {
                    let place = self.lines.place(offset);
                    self.notes.warning("no_currency", place, format!("'{}' is no currency", shortened(value)));
                }
            }
            ("BANKACCTFROM", "BANKID") => statement.account.bank = text,
            ("BANKACCTFROM" | "CCACCTFROM", "ACCTID") => statement.account.number = text,
            ("BANKACCTFROM", "ACCTTYPE") => statement.account.name = text,
            ("BANKTRANLIST", "DTSTART") => statement.from = day(value),
            ("BANKTRANLIST", "DTEND") => statement.to = day(value),
            _ => {}
        }
    }

    fn transaction(&mut self) -> Result<(), Refusal> {
        let (Some(leaves), Some(statement)) = (self.leaves.take(), &mut self.statement) else { return Ok(()) };
        if leaves.moves_nothing() {
            self.notes.warning("blank_amount", leaves.place, "an amount without a digit: the row is passed over");
            return Ok(());
        }
        match entry(&leaves, statement.currency.or(self.options.currency)) {
            Ok(entry) => statement.entries.push(entry),
            Err(reason) => {
                self.notes.problem("bad_transaction", leaves.place, reason.clone());
                self.unreadable.get_or_insert((leaves.place, reason));
            }
        }
        Ok(())
    }

    /// A balance without an amount is none: nothing is reckoned with it, and the transactions are whole. One with an amount
    /// that cannot be read makes the file unreadable.
    fn end_balance(&mut self) {
        let (Some(given), Some(statement)) = (self.balance.take(), &mut self.statement) else { return };
        let Some(text) = given.amount.filter(|text| !is_blank(text)) else {
            self.notes.warning("empty_balance", given.place, format!("{} has no amount", given.kind));
            return;
        };
        let currency = statement.currency.or(self.options.currency);
        let minor = amount(&text).zip(currency);
        let minor = minor.and_then(|(value, currency)| Some((value.minor_units(currency.exponent())?, currency)));
        let Some((minor, currency)) = minor else {
            let reason = format!("{} has no amount that can be read", given.kind);
            self.notes.problem("bad_balance", given.place, reason.clone());
            self.unreadable.get_or_insert((given.place, reason));
            return;
        };
        let ledger = given.kind == "LEDGERBAL";
        let kind = if ledger { BalanceKind::Closing } else { BalanceKind::ClosingAvailable };
        let meaning = if ledger { "ledger balance" } else { "available balance" };
        let day = given.day.as_deref().and_then(day);
        let code = given.kind.to_owned();
        statement.balances.push(Balance { place: given.place, kind, code, meaning, amount: minor, currency, day });
    }

    fn end_statement(&mut self) {
        let Some(mut statement) = self.statement.take() else { return };
        statement.standing = Standing::Interim;
        let closing = statement.balance(BalanceKind::Closing).and_then(|balance| balance.day);
        statement.as_of = closing.or(statement.to);
        statement.currency = statement.currency.or_else(|| statement.entries.first().map(|entry| entry.currency));
        let days = [statement.from, statement.to.or(statement.as_of)].into_iter().flatten();
        statement.key = StatementKey {
            originator: statement.account.bank.clone().or_else(|| self.file.sender.clone()).unwrap_or_default(),
            account: statement.account.number.iter().flat_map(|number| number.split_whitespace()).collect(),
            statement: days.map(|day| day.to_string()).collect::<Vec<_>>().join("/"),
        };
        self.file.statements.push(statement);
    }

    /// The end of the file: what is open is read as far as it goes.
    fn finish(mut self, length: usize, refused: Option<Refusal>) -> BankFile {
        let place = self.lines.place(length);
        let mut cut = self.open.first().map(|open| open.name);
        while let Some(open) = self.open.pop() {
            // The file is refused already, so a limit that is exceeded while closing changes nothing.
            let _ = self.ended(open.name);
        }
        let closing = self.file.statements.last().and_then(|last| last.balance(BalanceKind::Closing));
        if cut.is_some() && !self.ends && closing.is_some_and(|balance| balance.day.is_some()) {
            self.notes.warning(
                "no_end_tags",
                place,
                "no element is ended; the balance behind the transactions is there",
            );
            cut = None;
        }
        let truncated = cut.map(|name| Refusal::Truncated { place, missing: format!("the end of {name}") });
        let error = Some(&self.status)
            .filter(|status| status.error)
            .map(|status| Refusal::BankError { reason: format!("code {}", status.code) });
        let unreadable = self.unreadable.take().map(|(place, reason)| Refusal::NotReadable { place, reason });
        self.file.refused = refused.or(error).or(truncated).or(unreadable);
        number_entries(&mut self.file.statements);
        self.notes.into_file(&mut self.file);
        self.file
    }
}

/// A text for a message: its first 200 characters.
fn shortened(text: &str) -> String {
    text.chars().take(200).collect()
}

//! camt.052, camt.053 and camt.054 of ISO 20022, versions 01 to 14: reports, statements and advices of a bank.
//!
//! Tolerant of prefixes, of wrappers around the message, of several messages and statements in a file, and of the places
//! that the versions gave to the same thing. Strict where money is: amounts need a currency and a side, control totals
//! (`TxsSummry`, and of a camt.053 the closing balance) must foot.
//!
//! **Identity.** The statement's key is the servicer's BIC, the account and `Id`; without an id its number, else its day.
//!
//! **Bounds.** One pass; of the message only the entry being read is kept. A document type declaration is refused, as are
//! elements nested deeper than [`MAX_DEPTH`] and entries of more than [`MAX_ELEMENTS`] elements outside transactions.
//! Absent on purpose: validation against the schema, and what a desk has no use for (interest, cards, securities).

mod codes;
mod entry;
mod money;
mod payment;
mod remittance;
mod statement;
mod tree;

use std::borrow::Cow;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::lines::Lines;
use super::notes::Notes;
use super::text::{declared_in_xml, decode};
use super::{BankFile, Entry, Format, Place, ReadOptions, Refusal, Statement, StatementKey};
pub(super) use codes::return_reason;
use entry::{Around, Detail};
use tree::Tree;

/// The deepest nesting of elements that is read.
pub const MAX_DEPTH: usize = 64;

/// The most elements that one entry may have outside its transactions, or one transaction.
pub const MAX_ELEMENTS: usize = 100_000;

/// The format of an XML file that begins like a message of the family; `None` for any other.
pub(super) fn detect(head: &[u8]) -> Option<Format> {
    let (head, _) = decode(head, declared_in_xml(head));
    if !head.trim_start().starts_with('<') {
        return None;
    }
    let first = |words: [&str; 2]| words.into_iter().filter_map(|word| head.find(word)).min();
    let found = [
        (first(["camt.052", "BkToCstmrAcctRpt"]), Format::Camt052),
        (first(["camt.053", "BkToCstmrStmt"]), Format::Camt053),
        (first(["camt.054", "BkToCstmrDbtCdtNtfctn"]), Format::Camt054),
    ];
    found.into_iter().filter_map(|(at, format)| Some((at?, format))).min_by_key(|(at, _)| *at).map(|(_, format)| format)
}

/// Reads a message of the family, whatever its version.
pub fn read(bytes: &[u8], options: &ReadOptions) -> BankFile {
    let (text, wrong) = decode(bytes, declared_in_xml(bytes));
    let mut reading = Reading::of(&text, options);
    if wrong {
        let message = "bytes that are no text in the encoding it declares: read as Windows-1252";
        reading.notes.warning("wrong_encoding", Place::FILE, message);
    }
    let refused = reading.run(&text).err();
    reading.unwind(refused)
}

/// What stands between the beginning of a file and its end.
struct Reading<'s, 'o> {
    options: &'o ReadOptions,
    file: BankFile,
    notes: Notes,
    lines: Lines<'s>,
    tree: Tree<'s>,
    /// Transactions of the entry being read.
    details: Vec<Detail>,
    /// Entries of the statement being read.
    entries: Vec<Entry>,
    /// Of the entry whose transactions are read: what they need of it, once.
    around: Option<(Around, String, Place)>,
    /// Where the statement being read begins, ready to count on from there.
    begins: Option<Lines<'s>>,
    /// Entries, transactions and remittance lines so far.
    taken: usize,
    format: Option<Format>,
}

impl<'s, 'o> Reading<'s, 'o> {
    fn of(text: &'s str, options: &'o ReadOptions) -> Self {
        Self {
            options,
            file: BankFile { format: options.format, ..BankFile::default() },
            notes: Notes::up_to(options.limits.problems),
            lines: Lines::of(text),
            tree: Tree::default(),
            details: Vec::new(),
            entries: Vec::new(),
            around: None,
            begins: None,
            taken: 0,
            format: None,
        }
    }

    /// Reads all events; an error is why nothing of the file may be used.
    fn run(&mut self, text: &'s str) -> Result<(), Refusal> {
        let mut reader = Reader::from_str(text);
        // An offset of the reader is one into the text behind its byte order mark, which `decode` has taken away.
        loop {
            let from = usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
            let event = reader.read_event().map_err(|error| {
                let at = usize::try_from(reader.error_position()).unwrap_or(usize::MAX).max(from);
                let place = self.lines.place(at);
                // A tag that nothing closes is where the file was cut off.
                if text.get(at..).is_some_and(|rest| !rest.contains('>')) {
                    return Refusal::Truncated { place, missing: format!("the end of {}", self.tree.open_name(0)) };
                }
                Refusal::NotReadable { place, reason: error.to_string() }
            })?;
            match event {
                Event::Start(tag) => self.start(&tag, text, from)?,
                Event::Empty(tag) => {
                    self.start(&tag, text, from)?;
                    self.end()?;
                }
                Event::End(_) => self.end()?,
                Event::Text(part) => self.text(part.xml10_content(), from)?,
                Event::CData(part) => self.text(part.xml10_content(), from)?,
                Event::GeneralRef(part) => {
                    let mark = part.resolve_char_ref().ok().flatten().map(String::from);
                    let known = mark.or_else(|| quick_xml::escape::resolve_predefined_entity(&part).map(str::to_owned));
                    let reason = || format!("the entity '&{};' is not known", &*part);
                    let text = known.ok_or_else(|| self.unreadable(from, reason()))?;
                    self.text(Cow::Owned(text), from)?;
                }
                Event::DocType(_) => return Err(Refusal::Doctype { place: self.lines.place(from) }),
                Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
                Event::Eof => return self.eof(text),
            }
        }
    }

    /// The end of the text: every element must have ended, and a message must have been there.
    fn eof(&mut self, text: &str) -> Result<(), Refusal> {
        let place = self.lines.place(text.len());
        if self.tree.depth() > 0 {
            let missing = format!("the end of {}", self.tree.open_name(0));
            return Err(Refusal::Truncated { place, missing });
        }
        if self.format.is_none() {
            let reason = "no camt.052, camt.053 or camt.054 message in it".to_owned();
            return Err(Refusal::NotReadable { place: Place::FILE, reason });
        }
        if self.file.statements.is_empty() {
            return Err(Refusal::BankError { reason: "the message holds no statement".to_owned() });
        }
        Ok(())
    }

    fn unreadable(&mut self, offset: usize, reason: String) -> Refusal {
        Refusal::NotReadable { place: self.lines.place(offset), reason }
    }

    /// An element opens.
    fn start(&mut self, tag: &BytesStart<'_>, text: &'s str, from: usize) -> Result<(), Refusal> {
        if self.tree.depth() >= MAX_DEPTH {
            return Err(Refusal::TooLarge { limit: format!("elements nested deeper than {MAX_DEPTH}") });
        }
        if self.tree.len() >= MAX_ELEMENTS {
            return Err(Refusal::TooLarge { limit: format!("more than {MAX_ELEMENTS} elements in one entry") });
        }
        let whole = tag.name().as_ref().len();
        let prefix = whole - tag.local_name().as_ref().len();
        // The slice of the file outlives the event, so names cost no memory.
        let name = text.get(from + 1 + prefix..from + 1 + whole).unwrap_or("");
        let currency = if tag.attributes_raw().is_empty() { None } else { self.attributes(tag, name) };
        self.tree.open(name, currency, from);
        if matches!(name, "Stmt" | "Rpt" | "Ntfctn") {
            self.lines.place(from);
            self.begins = Some(self.lines.clone());
        }
        let format = match name {
            "BkToCstmrStmt" | "BkToCstmrStmtV01" => Format::Camt053,
            "BkToCstmrAcctRpt" | "BkToCstmrAcctRptV01" => Format::Camt052,
            "BkToCstmrDbtCdtNtfctn" | "BkToCstmrDbtCdtNtfctnV01" => Format::Camt054,
            _ => return Ok(()),
        };
        self.format = Some(format);
        self.file.format = Some(format);
        Ok(())
    }

    /// The currency of an amount; of other elements, the name of the message where it is one of their namespaces.
    fn attributes(&mut self, tag: &BytesStart<'_>, name: &str) -> Option<Cow<'s, str>> {
        let mut currency = None;
        for attribute in tag.attributes().with_checks(false).flatten().take(20) {
            if attribute.key.as_ref() == "Ccy" {
                let value = attribute.normalized_value(quick_xml::XmlVersion::Implicit1_0).ok()?;
                currency = Some(Cow::Owned(value.trim().to_owned()));
            } else if self.file.version.is_empty() && name != "Amt" {
                let value: &str = &attribute.value;
                if let Some(found) = value.find("camt.05").and_then(|at| value.get(at..at + 15)) {
                    self.file.version = found.to_owned();
                }
            }
        }
        currency
    }

    fn text(&mut self, part: Cow<'s, str>, from: usize) -> Result<(), Refusal> {
        if part.bytes().all(|byte| byte <= b' ' || byte == 0x1A) && part.len() <= self.options.limits.record_bytes {
            return Ok(());
        }
        if self.tree.depth() == 0 {
            return Err(self.unreadable(from, "text outside the message".to_owned()));
        }
        if self.tree.text(part) > self.options.limits.record_bytes {
            let limit = format!("a text of more than {} bytes", self.options.limits.record_bytes);
            return Err(Refusal::TooLarge { limit });
        }
        Ok(())
    }

    /// An element ends: what is complete is read and cut off.
    fn end(&mut self) -> Result<(), Refusal> {
        match (self.tree.open_name(0), self.tree.open_name(1)) {
            ("TxDtls", "NtryDtls" | "Ntry") => self.transaction(),
            ("Ntry", "Stmt" | "Rpt" | "Ntfctn") => self.entry(),
            ("Stmt" | "Rpt" | "Ntfctn", parent) if parent.starts_with("BkToCstmr") => {
                let kept = self.statement();
                self.take(kept)
            }
            ("GrpHdr", parent) if parent.starts_with("BkToCstmr") => {
                self.header();
                Ok(())
            }
            _ => {
                self.tree.close();
                Ok(())
            }
        }
    }

    /// One more thing to keep, or too many.
    fn take(&mut self, more: usize) -> Result<(), Refusal> {
        self.taken += more;
        if self.taken > self.options.limits.entries {
            let most = self.options.limits.entries;
            let limit = format!("more than {most} statements, balances, entries, transactions and remittance lines");
            return Err(Refusal::TooLarge { limit });
        }
        Ok(())
    }

    fn transaction(&mut self) -> Result<(), Refusal> {
        if self.around.is_none() {
            self.around = self.surroundings();
        }
        let Some(node) = self.tree.close() else { return Ok(()) };
        let (at, offset) = (node.place(), node.offset());
        // The entry's own place comes first, for places are asked for in the order of the file.
        let detail = self.around.as_ref().map(|(around, own_account, _)| {
            let place = self.lines.place(offset);
            entry::detail(node, around, own_account, place)
        });
        self.tree.cut(at);
        let lines = detail.as_ref().map_or(0, Detail::lines);
        self.details.extend(detail);
        self.take(1 + lines)
    }

    /// What transactions need to know of the entry and the statement around them, both still open; and the entry's place.
    fn surroundings(&mut self) -> Option<(Around, String, Place)> {
        let (entry, statement) = (self.tree.open_node("Ntry")?, self.tree.open_statement()?);
        let account = statement::account_currency(statement).or(self.options.currency);
        let around = Around::of(entry, account)?;
        let own_account = statement::own_account(statement);
        let place = self.lines.place(entry.offset());
        Some((around, own_account, place))
    }

    fn entry(&mut self) -> Result<(), Refusal> {
        let account = self.tree.open_statement().and_then(statement::account_currency).or(self.options.currency);
        let around = self.around.take();
        let details = core::mem::take(&mut self.details);
        let Some(node) = self.tree.close() else { return Ok(()) };
        let at = node.place();
        let place = around.map_or_else(|| self.lines.place(node.offset()), |(_, _, place)| place);
        let entry = entry::entry(node, details, account, place, &mut self.notes, &mut self.file.controls);
        self.tree.cut(at);
        self.entries.extend(entry);
        self.take(1)
    }

    /// Reads a statement, and answers how many things of it are kept beside its entries.
    fn statement(&mut self) -> usize {
        let format = self.format.unwrap_or(Format::Camt053);
        let entries = core::mem::take(&mut self.entries);
        let Some(node) = self.tree.close() else { return 0 };
        let at = node.place();
        // The statement began before its entries, whose lines were already counted: count on from where it began.
        let mut lines = self.begins.take().unwrap_or_else(|| self.lines.clone());
        let place = lines.place(node.offset());
        let mut statement = statement::statement(node, entries, format, place, &mut lines, &mut self.notes);
        let mut controls = statement::summaries(node, &mut statement, &mut lines);
        controls.extend(statement::closing_control(&statement, format, &mut self.notes));
        self.tree.cut(at);
        let kept = 1 + statement.balances.len();
        self.file.controls.append(&mut controls);
        self.file.statements.push(statement);
        kept
    }

    fn header(&mut self) {
        let Some(node) = self.tree.close() else { return };
        if self.file.id.is_none() {
            self.file.id = node.string_at(&["MsgId"]);
            (self.file.created, self.file.created_time) = statement::created(node);
            self.file.receiver = node.string_at(&["MsgRcpt", "Nm"]);
        }
        let pages = node.text_at(&["MsgPgntn", "LastPgInd"]);
        if matches!(pages, Some("false" | "0")) {
            self.notes.warning("more_pages", Place::FILE, "the message is a page of several, and not the last");
        }
        let at = node.place();
        self.tree.cut(at);
    }

    /// The end: what is still open is read as far as it goes, and entries get their numbers.
    fn unwind(mut self, refused: Option<Refusal>) -> BankFile {
        while self.tree.depth() > 0 {
            // The file is refused already, so a limit that is exceeded while unwinding changes nothing.
            let _ = self.end();
        }
        number_entries(&mut self.file.statements);
        self.file.sender = self.file.statements.first().and_then(|first| first.account.bank.clone());
        self.file.refused = refused;
        if self.file.refused.is_none() {
            self.check_version();
        }
        self.notes.into_file(&mut self.file);
        self.file
    }

    fn check_version(&mut self) {
        let number = self.file.version.get(13..15).and_then(|text| text.parse::<u32>().ok());
        if number.is_none_or(|number| !(1..=14).contains(&number)) {
            let message = format!("the version '{}' is not known: read like the latest", self.file.version);
            self.notes.warning("unknown_version", Place::FILE, message);
        }
    }
}

/// Numbers entries through all statements of one key, from 1.
pub(super) fn number_entries(statements: &mut [Statement]) {
    let mut numbers = std::collections::HashMap::<StatementKey, u32>::new();
    for statement in statements {
        let last = numbers.entry(statement.key.clone()).or_default();
        for entry in &mut statement.entries {
            *last = last.saturating_add(1);
            entry.sequence = *last;
        }
    }
}

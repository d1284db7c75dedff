//! SWIFT MT940 (statements) and MT942 (reports during the day), in envelopes or without, as banks send them.
//!
//! One pass over the lines. Pages of one statement (`:62M:` to `:60M:` with the same account and number) are joined. Text
//! that is no UTF-8 is read as Windows-1252. An MT940 that ends without its closing balance is refused as truncated.
//!
//! **Identity.** The statement's key is the bank of the account, its number, and the day of the closing balance with the
//! statement's number, for `:20:` is often the same in every statement and numbers begin anew each year.
//!
//! **Control totals.** Opening balance and entries must come to the closing balance, page by page, and a page must begin
//! where the one before it ended; `:90D:` and `:90C:` must have the number and the sum of the entries they count.
//! Absent on purpose: MT941 and MT950, which hold nothing for the desk that these do not.

mod account;
mod amounts;
mod codes;
mod entry;
mod fields;
mod info;
mod line;
mod page;

use super::camt::number_entries;
use super::notes::Notes;
use super::text::decode;
use super::{BankFile, ControlTotal, Format, Place, ReadOptions, Refusal, Standing, Statement};
use fields::{Field, Piece, Pieces};
pub(super) use info::looks_like_iban;
use page::Page;

/// Whether a file begins like a message: a line with `:20:`, and one with another tag of statements.
pub(super) fn looks_like(head: &[u8]) -> bool {
    let (text, _) = decode(head, None);
    let pieces = Pieces::of(&text, 64 * 1024);
    let (mut reference, mut other) = (false, false);
    for piece in pieces {
        if let Piece::Field(field) = piece {
            reference |= field.tag == "20";
            other |= matches!(field.tag, "25" | "25P" | "28" | "28C" | "60F" | "60M" | "34F" | "13D" | "61");
        }
    }
    reference && other
}

/// Reads a file of messages of either type.
pub fn read(bytes: &[u8], options: &ReadOptions) -> BankFile {
    let (text, wrong) = decode(bytes, None);
    let mut reading = Reading {
        options,
        notes: Notes::up_to(options.limits.problems),
        controls: Vec::new(),
        statements: Vec::new(),
        page: None,
        kind: None,
        sender: None,
        taken: 0,
        page_of: None,
    };
    if wrong {
        reading.notes.warning("wrong_encoding", Place::FILE, "bytes that are no UTF-8: read as Windows-1252");
    }
    let mut pieces = Pieces::of(&text, options.limits.record_bytes);
    let mut refused = None;
    for piece in pieces.by_ref() {
        if let Err(why) = reading.piece(piece) {
            refused = Some(why);
            break;
        }
    }
    let line = pieces.line();
    if let Some(long) = pieces.too_long {
        let limit = format!("a field of more than {} bytes at line {long}", options.limits.record_bytes);
        refused = Some(Refusal::TooLarge { limit });
    }
    reading.finish(line, refused)
}

/// What stands between the beginning of a file and its end.
struct Reading<'o> {
    options: &'o ReadOptions,
    notes: Notes,
    controls: Vec<ControlTotal>,
    statements: Vec<Statement>,
    /// The page being read.
    page: Option<Page>,
    /// The type that the last envelope names.
    kind: Option<Format>,
    sender: Option<String>,
    taken: usize,
    /// What the last page was, for the next to be joined to.
    page_of: Option<page::Ended>,
}

impl Reading<'_> {
    fn piece(&mut self, piece: Piece<'_>) -> Result<(), Refusal> {
        match piece {
            Piece::Begin { kind, sender } => {
                self.end_page();
                self.kind = match kind {
                    Some("940") => Some(Format::Mt940),
                    Some("942") => Some(Format::Mt942),
                    _ => None,
                };
                self.sender = sender.map(str::to_owned);
            }
            Piece::End => self.end_page(),
            Piece::Field(field) => return self.field(&field),
        }
        Ok(())
    }

    fn field(&mut self, field: &Field<'_>) -> Result<(), Refusal> {
        // A statement begins with `:20:`; some banks write it once and repeat only the account.
        let begins = match field.tag {
            "20" => true,
            "25" | "25P" => self.page.as_ref().is_some_and(Page::is_closed),
            "28" | "28C" | "60F" | "60M" | "61" | "34F" | "13D" => self.page.is_none(),
            _ => false,
        };
        if begins {
            let before = self.page.as_ref().and_then(|page| page.id()).map(str::to_owned);
            self.end_page();
            let mut page = Page::begun(field.place, self.kind, self.sender.clone(), self.options.currency);
            if field.tag != "20" {
                page.take_id(before.as_deref().unwrap_or(""));
            }
            self.page = Some(page);
        }
        let Some(page) = &mut self.page else { return Ok(()) };
        page.take(field, &mut self.notes);
        if matches!(field.tag, "20" | "25" | "25P" | "61" | "60F" | "60M" | "62F" | "62M" | "64" | "65" | "90C" | "90D")
        {
            self.taken += 1;
        }
        let most = self.options.limits.entries;
        if self.taken > most {
            return Err(Refusal::TooLarge { limit: format!("more than {most} statements, balances and entries") });
        }
        Ok(())
    }

    /// The page is complete: it becomes a statement, or goes on with the one before.
    fn end_page(&mut self) {
        let Some(page) = self.page.take() else { return };
        let (statement, ended) = page.end(&mut self.controls, &mut self.notes);
        let joins = self.page_of.as_ref().is_some_and(|before| before.goes_on_with(&ended));
        match self.statements.last_mut().filter(|_| joins) {
            Some(before) => {
                let carried = self.page_of.as_ref().and_then(|last| last.carried(&ended));
                self.controls.extend(carried);
                page::join(before, statement);
            }
            None => self.statements.push(statement),
        }
        self.page_of = Some(ended);
    }

    /// The end of the file.
    fn finish(mut self, line: u64, refused: Option<Refusal>) -> BankFile {
        self.end_page();
        let mut file =
            BankFile { refused, controls: self.controls, statements: self.statements, ..BankFile::default() };
        let reports = |statement: &Statement| statement.standing == Standing::Intraday;
        let all_reports = !file.statements.is_empty() && file.statements.iter().all(reports);
        file.format = Some(if all_reports { Format::Mt942 } else { Format::Mt940 });
        file.version = if all_reports { "MT942" } else { "MT940" }.to_owned();
        file.id = file.statements.first().and_then(|first| first.id.clone());
        file.sender = file.statements.first().map(|first| first.key.originator.clone()).filter(|name| !name.is_empty());
        if file.statements.is_empty() && file.refused.is_none() {
            let reason = "no message with :20: in it".to_owned();
            file.refused = Some(Refusal::NotReadable { place: Place::FILE, reason });
        }
        let open = self.page_of.filter(|last| file.refused.is_none() && last.is_open());
        if open.is_some() {
            let missing = "the closing balance of its last statement".to_owned();
            file.refused = Some(Refusal::Truncated { place: Place::line(line), missing });
        }
        page::finish(&mut file.statements);
        number_entries(&mut file.statements);
        self.notes.into_file(&mut file);
        file
    }
}

//! An MT940 or MT942 file as messages of fields: `:61:` and what follows it, up to the next tag.

use crate::bank::Place;

/// A field of a message.
#[derive(Debug, Clone)]
pub(super) struct Field<'s> {
    /// The tag without colons (`61`, `60F`, `NS`).
    pub(super) tag: &'s str,
    /// Its lines without line ends; the first stands behind the tag.
    pub(super) lines: Vec<&'s str>,
    /// Its length in bytes.
    bytes: usize,
    /// Where its tag stands.
    pub(super) place: Place,
}

impl<'s> Field<'s> {
    /// Its first line without blanks around it.
    pub(super) fn first(&self) -> &'s str {
        self.lines.first().map_or("", |line| line.trim())
    }

    /// A field that begins with its first line.
    fn begun(tag: &'s str, value: &'s str, line: u64) -> Self {
        Self { tag, lines: vec![value], bytes: value.len() + 1, place: Place::line(line) }
    }
}

/// What a file is made of.
#[derive(Debug, Clone)]
pub(super) enum Piece<'s> {
    /// A SWIFT envelope or a line of a bank's own that names the type of the message that begins.
    Begin {
        /// The type (`940`, `942`), where it is named.
        kind: Option<&'s str>,
        /// The sender's BIC in the envelope.
        sender: Option<&'s str>,
    },
    /// A field.
    Field(Field<'s>),
    /// The end of a message.
    End,
}

/// Hands out the pieces of a text one by one.
#[derive(Debug, Clone)]
pub(super) struct Pieces<'s> {
    rest: &'s str,
    /// Whether `@@` ends a line, as it does in what FinTS delivers in one line.
    at_at: bool,
    line: u64,
    /// The field whose lines are being gathered.
    field: Option<Field<'s>>,
    /// A piece that was found when the field before it ended.
    waiting: Option<Piece<'s>>,
    /// Whether a message is open: text outside one is the bank's own and no part of a field.
    inside: bool,
    /// The longest field in bytes.
    longest: usize,
    /// Whether a field was longer, at which line; its rest is not kept.
    pub(super) too_long: Option<u64>,
}

impl<'s> Pieces<'s> {
    /// Of a text, with fields of at most so many bytes.
    pub(super) fn of(text: &'s str, longest: usize) -> Self {
        let at_at = text.trim_start().starts_with("@@:");
        Self { rest: text, at_at, line: 0, field: None, waiting: None, inside: false, longest, too_long: None }
    }

    /// The line that was read last.
    pub(super) fn line(&self) -> u64 {
        self.line
    }

    /// The next line without its end and without the control characters that transmissions leave around messages.
    fn next_line(&mut self) -> Option<&'s str> {
        if self.rest.is_empty() {
            return None;
        }
        // One look that ends at the first mark: a file may be one line of many.
        let bytes = self.rest.as_bytes();
        let ends = |at: &usize| bytes[*at] != b'@' || self.at_at && bytes.get(at + 1) == Some(&b'@');
        let end = memchr::memchr3_iter(b'\n', b'\r', b'@', bytes).find(ends).unwrap_or(bytes.len());
        let (line, tail) = self.rest.split_at(end);
        let ended = tail.strip_prefix("\r\n").or_else(|| tail.strip_prefix("@@"));
        self.rest = ended.or_else(|| tail.get(1..)).unwrap_or("");
        self.line += 1;
        Some(line.trim_matches(|mark: char| matches!(mark, '\u{0}'..='\u{8}' | '\u{e}'..='\u{1f}' | '\u{feff}')))
    }

    /// Whether a tag from within a statement stands next: then a lone hyphen was a line of text.
    fn goes_on(&self) -> bool {
        let next = self.rest.get(..5).unwrap_or("");
        self.field.is_some() && [":61:", ":86:", ":62F:", ":62M:"].iter().any(|tag| next.starts_with(tag))
    }

    /// Ends the field being gathered, with another piece behind it.
    fn turn(&mut self, next: Piece<'s>) -> Piece<'s> {
        match self.field.take() {
            Some(field) => {
                self.waiting = Some(next);
                Piece::Field(field)
            }
            None => next,
        }
    }

    /// The field goes on with a line.
    fn go_on(&mut self, line: &'s str) {
        let Some(field) = &mut self.field else { return };
        field.bytes += line.len() + 1;
        if field.bytes > self.longest {
            self.too_long.get_or_insert(self.line);
        } else {
            field.lines.push(line);
        }
    }

    /// What a line is, if it is no continuation of the field before it.
    fn line_piece(&mut self, line: &'s str) -> Option<Piece<'s>> {
        if let Some((head, body)) = line.split_once("{4:") {
            self.inside = true;
            let begin = self.turn(begin(head));
            // A whole message may stand in one line behind the envelope: that is no MT940 any bank sends, its rest is kept.
            if let Some((tag, value)) = tag_of(body) {
                self.field = Some(Field::begun(tag, value, self.line));
            }
            return Some(begin);
        }
        if ends_message(line) && !self.goes_on() {
            self.inside = false;
            return Some(self.turn(Piece::End));
        }
        let (tag, value) = tag_of(line)?;
        if tag.len() == 3 && tag.bytes().all(|byte| byte.is_ascii_digit()) {
            return Some(self.turn(Piece::Begin { kind: Some(tag), sender: None }));
        }
        self.inside = true;
        if value.len() > self.longest {
            self.too_long.get_or_insert(self.line);
        }
        let field = Field::begun(tag, value, self.line);
        self.field.replace(field).map(Piece::Field)
    }
}

impl<'s> Iterator for Pieces<'s> {
    type Item = Piece<'s>;

    fn next(&mut self) -> Option<Self::Item> {
        if let Some(waiting) = self.waiting.take() {
            return Some(waiting);
        }
        while let Some(line) = self.next_line() {
            let was_field = self.field.is_some();
            if let Some(piece) = self.line_piece(line) {
                return Some(piece);
            }
            // The line began the first field of a message, or it goes on with a field.
            if !was_field || tag_of(line).is_some() || !self.inside {
                continue;
            }
            self.go_on(line);
        }
        self.field.take().map(Piece::Field)
    }
}

/// What an envelope says: `{1:F01ABNANL2AXXXX0000000000}{2:O9400000…}`.
fn begin(head: &str) -> Piece<'_> {
    let kind = head.split_once("{2:").and_then(|(_, rest)| rest.get(1..4));
    let sender = match head.split_once("{2:O") {
        // Output: the sender stands behind type, time and date.
        Some((_, rest)) => rest.get(13..25),
        None => head.split_once("{1:").and_then(|(_, rest)| rest.get(3..15)),
    };
    let letters = |text: &&str| text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let sender = sender.and_then(|text| text.get(..8)).filter(letters);
    Piece::Begin { kind: kind.filter(|kind| kind.bytes().all(|byte| byte.is_ascii_digit())), sender }
}

/// Whether a line ends a message: `-`, `-}` with or without a trailer, or `-XXX` as ING writes it.
fn ends_message(line: &str) -> bool {
    let line = line.trim_end();
    line == "-" || line.starts_with("-}") || line == "-XXX"
}

/// A tag at the beginning of a line, and what stands behind it.
fn tag_of(line: &str) -> Option<(&str, &str)> {
    let rest = line.strip_prefix(':')?;
    let (tag, value) = rest.split_once(':').filter(|(tag, _)| (2..=3).contains(&tag.len()))?;
    let known = match tag.as_bytes() {
        b"NS" => true,
        [a, b] => a.is_ascii_digit() && b.is_ascii_digit(),
        [a, b, c] => a.is_ascii_digit() && b.is_ascii_digit() && c.is_ascii_alphanumeric(),
        _ => false,
    };
    known.then_some((tag, value))
}

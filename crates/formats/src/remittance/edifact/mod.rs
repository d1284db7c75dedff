//! EDIFACT REMADV, the remittance advice of UN/EDIFACT, directories D.93A to today's.
//!
//! Reads the interchange whatever its marks (UNA), and of other messages than REMADV nothing. A line is a DOC segment with
//! its amounts (MOA 9 due, 12 remitted, 52 discount, 165 adjustment), adjustments (AJT) and references. Absent on purpose:
//! the items of a document (DLI), and CREMUL and DEBMUL, which banks send and camt has replaced.

mod advice;
mod segments;

use crate::amount::Decimal;
use crate::bank::{ControlTotal, Place, ReadOptions, Refusal, TotalKind};
use crate::currency::CurrencyCode;
use advice::Message;
use segments::{Segment, Segments, Stop};

use super::RemittanceFile;

/// Whether a file begins like an EDIFACT interchange.
pub fn looks_like(head: &[u8]) -> bool {
    let head = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head).trim_ascii_start();
    head.starts_with(b"UNA") || head.starts_with(b"UNB")
}

/// Reads an interchange, or several in one file.
pub fn read(bytes: &[u8], options: &ReadOptions) -> RemittanceFile {
    if bytes.len() > options.limits.bytes {
        let limit = format!("{} bytes, at most {} are read", bytes.len(), options.limits.bytes);
        return RemittanceFile::refusing(Refusal::TooLarge { limit });
    }
    // Most interchanges are in one of the Latin character sets (UNOC), whatever else in UTF-8 (UNOW).
    let text = match core::str::from_utf8(bytes) {
        Ok(text) => std::borrow::Cow::Borrowed(text),
        Err(_) => encoding_rs::WINDOWS_1252.decode_without_bom_handling(bytes).0,
    };
    let Some(segments) = Segments::of(&text, options.limits.record_bytes) else {
        let reason = "no UNA or UNB segment stands first".to_owned();
        return RemittanceFile::refusing(Refusal::NotReadable { place: Place::line(1), reason });
    };
    let file = RemittanceFile { version: "edifact-remadv".to_owned(), ..RemittanceFile::default() };
    let mut reading =
        Reading { options, file, message: None, segments: 0, messages: 0, kept: 0, open: false, foreign: false };
    for segment in segments {
        let taken = match segment {
            Ok(segment) => reading.take(&segment),
            Err(Stop::TooLong(place)) => {
                let limit = format!("{place}: a segment of more than {} bytes", options.limits.record_bytes);
                Err(Refusal::TooLarge { limit })
            }
            Err(Stop::Cut(place)) => Err(Refusal::Truncated { place, missing: "the end of a segment".to_owned() }),
        };
        if let Err(why) = taken {
            reading.file.refused = Some(why);
            break;
        }
    }
    reading.finish()
}

/// What stands between the beginning of a file and its end.
struct Reading<'o> {
    options: &'o ReadOptions,
    file: RemittanceFile,
    message: Option<Message>,
    /// Segments of the message so far.
    segments: u64,
    /// Messages of the interchange so far.
    messages: u64,
    kept: usize,
    /// Whether an interchange is open.
    open: bool,
    /// Whether the message is another than REMADV.
    foreign: bool,
}

impl Reading<'_> {
    fn take(&mut self, segment: &Segment) -> Result<(), Refusal> {
        self.segments += 1;
        self.kept +=
            usize::from(matches!(segment.tag(), "UNH" | "DOC" | "AJT" | "RFF" | "FTX" | "MOA" | "UNZ" | "UNT"));
        if self.kept > self.options.limits.entries {
            let limit = format!("more than {} lines and references", self.options.limits.entries);
            return Err(Refusal::TooLarge { limit });
        }
        match segment.tag() {
            "UNB" => {
                self.open = true;
                self.messages = 0;
                if self.file.id.is_none() {
                    self.file.sender = segment.text(2, 0);
                    self.file.receiver = segment.text(3, 0);
                    self.file.id = segment.text(5, 0);
                }
            }
            "UNH" => self.begin(segment),
            "UNT" => self.end(segment),
            "UNZ" => {
                self.open = false;
                self.control("interchange_message_count", "interchange", segment, self.messages, true);
            }
            _ => {
                if let Some(message) = &mut self.message {
                    message.take(segment, &mut self.file, &self.options.limits);
                }
            }
        }
        Ok(())
    }

    fn begin(&mut self, segment: &Segment) {
        self.close();
        (self.segments, self.messages) = (1, self.messages + 1);
        self.foreign = segment.at(2, 0) != "REMADV";
        if self.foreign {
            self.file.warn(&self.options.limits, "other_message", segment.place, || {
                format!("the message {} is no REMADV and is passed over", segment.at(2, 0))
            });
            return;
        }
        self.file.version = format!("edifact-remadv {}{}", segment.at(2, 1), segment.at(2, 2));
        self.message = Some(Message::begun(segment, self.options.currency.unwrap_or(CurrencyCode::USD)));
    }

    fn end(&mut self, segment: &Segment) {
        let of = format!("message {}", segment.at(2, 0));
        self.control("message_segment_count", &of, segment, self.segments, false);
        self.close();
        self.foreign = false;
    }

    /// The message is complete: its lines are held against what is paid.
    fn close(&mut self) {
        let Some(message) = self.message.take() else { return };
        let advice = message.finish();
        self.file.controls.extend(advice.total_control());
        self.file.advices.push(advice);
    }

    /// A count that a trailer states.
    fn control(&mut self, name: &'static str, of: &str, segment: &Segment, counted: u64, binding: bool) {
        let Ok(stated) = segment.at(1, 0).parse::<u32>() else { return };
        let count = |digits: i128| Decimal { digits, scale: 0 };
        self.file.controls.push(ControlTotal {
            name,
            of: of.to_owned(),
            place: segment.place,
            kind: TotalKind::Count,
            stated: count(stated.into()),
            counted: count(counted.into()),
            binding,
        });
    }

    fn finish(mut self) -> RemittanceFile {
        let cut = self.message.is_some() || self.foreign || self.open;
        if cut && self.file.refused.is_none() {
            let missing = "a trailer (UNT or UNZ)".to_owned();
            self.file.refused = Some(Refusal::Truncated { place: Place::FILE, missing });
        }
        self.close();
        self.file
    }
}

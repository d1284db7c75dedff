//! The envelope of an interchange, and the fragments that addenda carry.

use super::advice::Advice;
use super::segments::{Places, Segment, Segments, Separators};
use crate::amount::Decimal;
use crate::bank::{ControlTotal, Limits, Place, ReadOptions, Refusal, TotalKind};
use crate::currency::CurrencyCode;
use crate::remittance::{RemittanceAdvice, RemittanceFile};

/// Reads an interchange, or several in one file; transaction sets other than 820 are passed over with a warning.
pub fn read(bytes: &[u8], options: &ReadOptions) -> RemittanceFile {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    if bytes.len() > options.limits.bytes {
        let limit = format!("{} bytes, at most {} are read", bytes.len(), options.limits.bytes);
        return RemittanceFile::refusing(Refusal::TooLarge { limit });
    }
    let start = bytes.len() - bytes.trim_ascii_start().len();
    let Some(separators) = bytes[start..].strip_prefix(b"ISA").and(Separators::of_interchange(&bytes[start..])) else {
        let reason = "no ISA segment stands first".to_owned();
        return RemittanceFile::refusing(Refusal::NotReadable { place: Place::line(1), reason });
    };
    run(bytes, separators, Places::of_file(bytes), options.currency.unwrap_or(CurrencyCode::USD), &options.limits)
}

/// Whether addenda text is X12: an interchange, a transaction set, or bare segments of one.
pub(crate) fn looks_like_fragment(bytes: &[u8]) -> bool {
    const IDS: [&[u8]; 10] = [b"ISA", b"ST", b"BPR", b"TRN", b"RMR", b"REF", b"ENT", b"ADX", b"N1", b"DTM"];
    let text = bytes.trim_ascii_start();
    let Some(star) = memchr::memchr(b'*', &text[..text.len().min(4)]) else { return text.starts_with(b"ISA") };
    IDS.contains(&&text[..star])
}

/// Reads X12 that was put together from `pieces` (offset and place of each); what it says is in the advices. Within an ACH
/// entry, amounts are dollars.
pub(crate) fn read_fragment(bytes: &[u8], pieces: &[(usize, Place)], limits: &Limits) -> RemittanceFile {
    let start = bytes.len() - bytes.trim_ascii_start().len();
    let interchange =
        if bytes[start..].starts_with(b"ISA") { Separators::of_interchange(&bytes[start..]) } else { None };
    let separators = interchange.unwrap_or_else(|| Separators::of_fragment(bytes));
    run(bytes, separators, Places::Pieces(pieces), CurrencyCode::USD, limits)
}

/// Which envelopes are open, and what they hold so far.
#[derive(Default)]
struct Envelope {
    interchange: Option<(String, u64)>,
    group: Option<(String, u64)>,
    set: Option<(String, u64)>,
    /// Whether the open set is no 820.
    foreign: bool,
    kept: usize,
}

fn run(
    bytes: &[u8],
    separators: Separators,
    places: Places,
    currency: CurrencyCode,
    limits: &Limits,
) -> RemittanceFile {
    let mut file = RemittanceFile { version: "x12-820".to_owned(), ..RemittanceFile::default() };
    let mut segments = Segments::new(bytes, separators, places, limits.record_bytes);
    let mut envelope = Envelope::default();
    let mut advice: Option<Advice> = None;
    let mut last = Place::FILE;
    loop {
        if segments.rest().starts_with(b"ISA")
            && let Some(separators) = Separators::of_interchange(segments.rest())
        {
            segments.separate_by(separators);
        }
        let segment = match segments.next() {
            None => break,
            Some(Ok(segment)) => segment,
            Some(Err(place)) => {
                let limit = format!("{place}: a segment of more than {} bytes", limits.record_bytes);
                file.refused = Some(Refusal::TooLarge { limit });
                break;
            }
        };
        last = segment.place;
        if let Some((_, count)) = &mut envelope.set {
            *count += 1;
        }
        take(&segment, &mut file, &mut envelope, &mut advice, currency, limits);
        // What takes memory: sets, lines, and what hangs on them.
        let keeps = matches!(segment.id(), b"ST" | b"SE" | b"GE" | b"IEA" | b"RMR" | b"ADX" | b"REF" | b"NTE" | b"DTM");
        envelope.kept += usize::from(keeps);
        if envelope.kept > limits.entries {
            file.refused =
                Some(Refusal::TooLarge { limit: format!("more than {} lines and references", limits.entries) });
            break;
        }
    }
    let whole = envelope.interchange.is_some() || envelope.group.is_some() || envelope.set.is_some();
    if file.refused.is_none() && whole {
        file.refused = Some(Refusal::Truncated { place: last, missing: "a trailer (SE, GE or IEA)".to_owned() });
    }
    file.advices.extend(advice.map(Advice::finish));
    file
}

/// Takes one segment: the envelope's, or the advice's.
fn take(
    segment: &Segment,
    file: &mut RemittanceFile,
    envelope: &mut Envelope,
    advice: &mut Option<Advice>,
    currency: CurrencyCode,
    limits: &Limits,
) {
    let text = |number| segment.text(number).unwrap_or_default();
    match segment.id() {
        b"ISA" => {
            if file.id.is_none() {
                (file.sender, file.receiver, file.id) = (segment.text(6), segment.text(8), segment.text(13));
            }
            envelope.interchange = Some((text(13), 0));
        }
        b"GS" => {
            file.version = format!("x12-820 {}", text(8)).trim().to_owned();
            count_in(&mut envelope.interchange);
            envelope.group = Some((text(6), 0));
        }
        b"ST" => {
            close(advice, file);
            count_in(&mut envelope.group);
            envelope.set = Some((text(2), 1));
            envelope.foreign = segment.element(1) != b"820";
            if envelope.foreign {
                file.warn(limits, "other_transaction_set", segment.place, || {
                    format!("transaction set {} is no 820 and is passed over", text(1))
                });
                return;
            }
            *advice = Some(Advice::new(RemittanceAdvice { place: segment.place, ..Default::default() }, currency));
        }
        b"SE" => {
            close(advice, file);
            let open = envelope.set.take();
            trailer(segment, open, ["transaction_segment_count", "transaction_control_number"], file, limits);
        }
        b"GE" => {
            let open = envelope.group.take();
            trailer(segment, open, ["group_transaction_count", "group_control_number"], file, limits);
        }
        b"IEA" => {
            let open = envelope.interchange.take();
            trailer(segment, open, ["interchange_group_count", "interchange_control_number"], file, limits);
        }
        _ if envelope.foreign && envelope.set.is_some() => {}
        _ => {
            let at = || Advice::new(RemittanceAdvice { place: segment.place, ..Default::default() }, currency);
            advice.get_or_insert_with(at).take(segment, file, limits);
        }
    }
}

fn count_in(open: &mut Option<(String, u64)>) {
    if let Some((_, count)) = open {
        *count += 1;
    }
}

/// Ends the advice at hand: its lines beside its payment.
fn close(advice: &mut Option<Advice>, file: &mut RemittanceFile) {
    let Some(advice) = advice.take().map(Advice::finish) else { return };
    file.controls.extend(advice.total_control());
    file.advices.push(advice);
}

/// Compares the count and the control number of a trailer with its header.
fn trailer(
    segment: &Segment,
    open: Option<(String, u64)>,
    [count_name, number_name]: [&'static str; 2],
    file: &mut RemittanceFile,
    limits: &Limits,
) {
    let Some((number, counted)) = open else {
        file.warn(limits, "trailer_without_header", segment.place, || {
            format!("{} without its header", String::from_utf8_lossy(segment.id()))
        });
        return;
    };
    let written = segment.text(1).unwrap_or_default();
    match written.parse::<u32>() {
        Ok(stated) => {
            file.controls.push(ControlTotal {
                name: count_name,
                of: format!("{} {number}", String::from_utf8_lossy(segment.id())),
                place: segment.place,
                kind: TotalKind::Count,
                stated: Decimal { digits: stated.into(), scale: 0 },
                counted: Decimal { digits: counted.into(), scale: 0 },
                binding: false,
            });
            if u64::from(stated) != counted {
                file.warn(limits, count_name, segment.place, || format!("{stated} stated, {counted} are there"));
            }
        }
        Err(_) => {
            file.warn(limits, count_name, segment.place, || format!("{written:?} is no number, {counted} are there"))
        }
    }
    let closing = segment.text(2).unwrap_or_default();
    if closing != number {
        file.warn(limits, number_name, segment.place, || format!("{number:?} opens, {closing:?} closes"));
    }
}

//! Taking a mail apart by the parser that is used, and what is asked of it before it is trusted.

use mail_parser::decoders::base64::base64_decode;
use mail_parser::decoders::quoted_printable::quoted_printable_decode;
use mail_parser::{Address, HeaderName, Message, MessageParser, MessagePart, MimeHeaders, PartType};

use super::{Attached, Holds, Mail, MailLimits, MailRefusal};
use crate::isolated::isolated;

/// The most letters of a name, a subject and an identity that are kept.
const MOST_LETTERS: usize = 500;
/// The most lines of one block of headers, and its most bytes.
const MOST_HEADERS: usize = 10_000;
const MOST_OF_HEADERS: usize = 1 << 20;
/// The most lines that may part a mail: those that begin with two hyphens.
const MOST_BOUNDARIES: usize = 10_000;

pub(super) fn read(bytes: &[u8], limits: &MailLimits) -> Result<Mail, MailRefusal> {
    if bytes.len() > limits.bytes {
        let what = format!("a mail of {} bytes, at most {} are read", bytes.len(), limits.bytes);
        return Err(MailRefusal::TooLarge(what));
    }
    let bytes = without_mailbox_line(bytes)?;
    let damaged = MailRefusal::NotReadable("the mail is damaged; save what it says as text or PDF");
    isolated(|| taken_apart(bytes, limits)).unwrap_or(Err(damaged))
}

/// A mail out of a mailbox file begins with a line of its own (`From jane@… Mon Mar …`); several mails are no mail.
fn without_mailbox_line(bytes: &[u8]) -> Result<&[u8], MailRefusal> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    if !bytes.starts_with(b"From ") {
        return Ok(bytes);
    }
    let end = memchr::memchr(b'\n', bytes).map_or(bytes.len(), |end| end + 1);
    let rest = &bytes[end..];
    let another = |at: usize| {
        let above = &rest[..at];
        let empty = above.ends_with(b"\n") || above.ends_with(b"\n\r");
        let tail = &rest[at + 1..];
        empty && memchr::memchr(b'\n', tail).is_some_and(|end| super::looks_like(&tail[end + 1..]))
    };
    match memchr::memmem::find_iter(rest, b"\nFrom ").any(another) {
        true => Err(MailRefusal::NotReadable("a mailbox of several mails; save each as a file of its own")),
        false => Ok(rest),
    }
}

/// Refuses headers and boundaries of which a parser would keep more than it has memory for. Lines of an encoded attachment and
/// of a table look like neither.
fn is_plain(bytes: &[u8]) -> Result<(), MailRefusal> {
    let (mut lines, mut length, mut boundaries) = (0_usize, 0_usize, 0_usize);
    for line in bytes.split(|byte| *byte == b'\n') {
        let goes_on = lines > 0 && line.first().is_some_and(|first| matches!(first, b' ' | b'\t'));
        let name = line.iter().position(|byte| !byte.is_ascii_alphanumeric() && !b"-_".contains(byte));
        if goes_on || name.is_some_and(|end| end > 0 && line[end] == b':') {
            lines += 1;
            length += line.len();
        } else {
            (lines, length) = (0, 0);
        }
        boundaries += usize::from(line.starts_with(b"--"));
        if lines > MOST_HEADERS || length > MOST_OF_HEADERS {
            return Err(MailRefusal::TooLarge(format!("more than {MOST_HEADERS} lines or 1 MiB of headers")));
        }
        if boundaries > MOST_BOUNDARIES {
            return Err(MailRefusal::TooLarge(format!("more than {MOST_BOUNDARIES} lines that part it")));
        }
    }
    Ok(())
}

fn taken_apart(bytes: &[u8], limits: &MailLimits) -> Result<Mail, MailRefusal> {
    is_plain(bytes)?;
    is_shallow(bytes, limits, 0)?;
    let none = MailRefusal::NotReadable("it has no headers and no text of a mail");
    let message = MessageParser::default().parse(bytes).ok_or(none)?;
    let mut left = Left { decoded: limits.decoded, parts: limits.parts };
    mail(&message, &mut left, limits)
}

/// Refuses mails within mails beyond the limit, before the parser follows them: it calls itself where the inner one is
/// encoded, and taking down what is nested goes as deep as it is.
fn is_shallow(bytes: &[u8], limits: &MailLimits, outer: usize) -> Result<(), MailRefusal> {
    // Where no encoding is known, nothing is decoded.
    let parser = MessageParser::new().with_mime_headers().ignore_header(HeaderName::ContentTransferEncoding);
    let Some(message) = parser.parse(bytes) else { return Ok(()) };
    let answer = each_is_shallow(&message, bytes, limits, outer);
    if answer.is_err() {
        std::mem::forget(message);
    }
    answer
}

fn each_is_shallow(message: &Message<'_>, bytes: &[u8], limits: &MailLimits, outer: usize) -> Result<(), MailRefusal> {
    let mut open = vec![(message, outer)];
    while let Some((inner, depth)) = open.pop() {
        if depth > limits.depth {
            return Err(MailRefusal::TooLarge(format!("more than {} mails within each other", limits.depth)));
        }
        if inner.parts.len() > limits.parts {
            return Err(MailRefusal::TooLarge(format!("more than {} parts", limits.parts)));
        }
        for part in &inner.parts {
            if let PartType::Message(within) = &part.body {
                open.push((within, depth + 1));
            }
            if let Some(decoded) = encoded_mail(part, bytes) {
                is_shallow(&decoded, limits, depth + 1)?;
            }
        }
    }
    Ok(())
}

/// What a part holds that may be a mail in an encoding, which the standard forbids (RFC 2046, 5.2.1) and programs send.
fn encoded_mail(part: &MessagePart<'_>, bytes: &[u8]) -> Option<Vec<u8>> {
    let kind = media_type(part);
    if !kind.is_empty() && !kind.starts_with("message/") {
        return None;
    }
    let head = bytes.get(part.offset_header as usize..part.offset_body as usize)?.to_ascii_lowercase();
    let body = bytes.get(part.offset_body as usize..part.offset_end as usize)?;
    let says = |word: &[u8]| memchr::memmem::find(&head, word).is_some();
    if says(b"base64") {
        base64_decode(body)
    } else if says(b"quoted-printable") {
        quoted_printable_decode(body)
    } else {
        None
    }
}

/// How much may still be taken.
struct Left {
    decoded: usize,
    parts: usize,
}

impl Left {
    fn take(&mut self, size: usize, limits: &MailLimits) -> Result<(), MailRefusal> {
        let much = || MailRefusal::TooLarge(format!("more than {} bytes of texts and attachments", limits.decoded));
        let many = || MailRefusal::TooLarge(format!("more than {} parts", limits.parts));
        self.decoded = self.decoded.checked_sub(size).ok_or_else(much)?;
        self.parts = self.parts.checked_sub(1).ok_or_else(many)?;
        Ok(())
    }
}

fn mail(message: &Message<'_>, left: &mut Left, limits: &MailLimits) -> Result<Mail, MailRefusal> {
    if is_encrypted(message) {
        return Err(MailRefusal::Encrypted);
    }
    let from = message.from().or_else(|| message.sender()).and_then(Address::first);
    let short = |text: &str| text.trim().chars().take(MOST_LETTERS).collect::<String>();
    let some = |text: Option<&str>| text.map(short).filter(|text| !text.is_empty());
    let mut taken = Mail {
        message_id: some(message.message_id()),
        sender: some(from.and_then(|from| from.name())),
        sender_address: some(from.and_then(|from| from.address())),
        subject: some(message.subject()).unwrap_or_default(),
        ..Mail::default()
    };
    let part = |id: &u32| message.parts.get(*id as usize);
    for shown in message.text_body.iter().filter_map(part) {
        if let PartType::Text(text) = &shown.body {
            left.take(text.len(), limits)?;
            taken.texts.push(text.to_string());
        }
    }
    for shown in message.html_body.iter().filter_map(part) {
        if let PartType::Html(html) = &shown.body {
            left.take(html.len(), limits)?;
            taken.html.push(html.to_string());
        }
    }
    for attached in message.attachments.iter().filter_map(part) {
        let holds = match &attached.body {
            PartType::Text(text) | PartType::Html(text) => Holds::File(text.as_bytes().to_vec()),
            PartType::Binary(bytes) | PartType::InlineBinary(bytes) => Holds::File(bytes.to_vec()),
            PartType::Message(within) => Holds::Mail(Box::new(mail(within, left, limits)?)),
            PartType::Multipart(_) => continue,
        };
        if let Holds::File(bytes) = &holds {
            left.take(bytes.len(), limits)?;
        }
        let name = some(attached.attachment_name()).unwrap_or_default();
        taken.attached.push(Attached { name, media_type: media_type(attached), holds });
    }
    Ok(taken)
}

fn media_type(part: &MessagePart<'_>) -> String {
    let Some(kind) = part.content_type() else { return String::new() };
    format!("{}/{}", kind.ctype(), kind.subtype().unwrap_or_default()).to_ascii_lowercase()
}

/// Whether a mail, or a part of it, is encrypted by S/MIME or PGP; one that is signed alone is not.
fn is_encrypted(message: &Message<'_>) -> bool {
    message.parts.iter().any(|part| {
        let signed = part.content_type().and_then(|kind| kind.attribute("smime-type")) == Some("signed-data");
        match media_type(part).as_str() {
            "multipart/encrypted" => true,
            "application/pkcs7-mime" | "application/x-pkcs7-mime" => !signed,
            _ => false,
        }
    })
}

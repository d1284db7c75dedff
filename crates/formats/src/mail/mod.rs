//! Mails as they are sent (RFC 5322 and MIME), taken apart into what people read and what is attached.
//!
//! The parser is foreign code on hostile input: it runs isolated, and what it answers is held against [`MailLimits`] before it
//! is used. Absent on purpose: what a mail is about, and fetching one.

mod parts;

use core::fmt;

/// How much of a mail is read; what exceeds it is refused by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MailLimits {
    /// Bytes of the mail.
    pub bytes: usize,
    /// Parts of one mail, those that only hold others among them.
    pub parts: usize,
    /// Mails within mails.
    pub depth: usize,
    /// Bytes of all texts and attachments, decoded.
    pub decoded: usize,
}

impl MailLimits {
    /// What no real mail exceeds.
    pub const STANDARD: Self = Self { bytes: 64 << 20, parts: 500, depth: 4, decoded: 128 << 20 };
}

/// A mail, as people read it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Mail {
    /// Its own number (`Message-ID`), without the angle brackets.
    pub message_id: Option<String>,
    /// The name of who sent it.
    pub sender: Option<String>,
    /// The address of who sent it.
    pub sender_address: Option<String>,
    /// The subject; empty where there is none.
    pub subject: String,
    /// The parts to be read as text, in order.
    pub texts: Vec<String>,
    /// The parts to be read as HTML, in order; mostly the same once more.
    pub html: Vec<String>,
    /// What is attached, in order.
    pub attached: Vec<Attached>,
}

/// What is attached to a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attached {
    /// The file's name; empty where none is given.
    pub name: String,
    /// What the sender says it is (`application/pdf`), in lower case; empty where it says nothing.
    pub media_type: String,
    /// What it holds.
    pub holds: Holds,
}

/// What an attachment holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Holds {
    /// A file; of text its UTF-8, whatever it was sent in.
    File(Vec<u8>),
    /// Another mail.
    Mail(Box<Mail>),
}

/// Why a mail is not read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MailRefusal {
    /// It has more than is read.
    TooLarge(String),
    /// It is no mail, or a damaged one.
    NotReadable(&'static str),
    /// It can be read with a key alone.
    Encrypted,
}

impl fmt::Display for MailRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLarge(what) => f.write_str(what),
            Self::NotReadable(why) => f.write_str(why),
            Self::Encrypted => f.write_str("open the mail in the mail program and save what it says"),
        }
    }
}

/// Whether bytes begin as a mail does: lines of headers, some of which only machines write.
pub fn looks_like(bytes: &[u8]) -> bool {
    const SENT: [&str; 9] = [
        "message-id",
        "mime-version",
        "received",
        "return-path",
        "delivered-to",
        "content-type",
        "content-transfer-encoding",
        "dkim-signature",
        "in-reply-to",
    ];
    let head = &bytes[..bytes.len().min(1 << 16)];
    let head = String::from_utf8_lossy(head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head));
    let (mut from, mut sent) = (false, false);
    // The two that every mail has; a text with such titles has no time of day and goes to nobody.
    let (mut by, mut dated, mut to, mut ended) = (false, false, false, false);
    for (at, line) in head.lines().enumerate() {
        if line.starts_with([' ', '\t']) && at > 0 || at == 0 && line.starts_with("From ") {
            continue;
        }
        let Some((name, value)) = line.split_once(':') else {
            ended = line.trim().is_empty();
            break;
        };
        let name = name.trim_end().to_ascii_lowercase();
        if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)) {
            break;
        }
        from |= matches!(name.as_str(), "from" | "to" | "subject" | "sender");
        by |= name == "from";
        dated |= name == "date" && value.contains(':');
        to |= matches!(name.as_str(), "to" | "subject");
        sent |= SENT.contains(&name.as_str()) || name.starts_with("x-");
    }
    from && sent || by && dated && to && ended
}

/// Takes a mail apart.
pub fn read(bytes: &[u8], limits: &MailLimits) -> Result<Mail, MailRefusal> {
    parts::read(bytes, limits)
}

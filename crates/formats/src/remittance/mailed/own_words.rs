//! Which lines of a mail its sender wrote. What a reply quotes was read when it came, or is our own letter; what a mail
//! forwards is what it is about.

/// The lines that count.
pub(super) struct Own {
    /// Of each line, whether it counts.
    pub(super) counts: Vec<bool>,
    /// Who wrote what is forwarded.
    pub(super) forwarded_from: Option<String>,
}

/// Whether a subject says that a mail is forwarded.
pub(super) fn forwards(subject: &str) -> bool {
    let lower = subject.trim_start().to_lowercase();
    ["fwd:", "fw:", "wg:", "tr:", "rv:", "doorst:"].iter().any(|mark| lower.starts_with(mark))
}

/// Tells the lines that count; `forwards` as the subject says.
pub(super) fn own_lines(lines: &[&str], mut forwards: bool) -> Own {
    let mut own = Own { counts: vec![false; lines.len()], forwarded_from: None };
    let mut at = 0;
    while at < lines.len() {
        let line = bare(lines[at]);
        if line == "--" && (forwards || !lines[at].trim_start().starts_with('>')) {
            // A signature: telephone numbers and registers. What is forwarded stands below it.
            while at < lines.len() && quote_at(lines, at).is_none() {
                at += 1;
            }
            continue;
        }
        match quote_at(lines, at) {
            Some(quote) if quote.forwards || forwards => {
                forwards = true;
                at += quote.marks;
                at = own.skip_headers(lines, at);
                continue;
            }
            // Who writes below what is quoted line by line goes on; below a whole mail there is nothing of one's own.
            Some(quote) if quote.marks > 0 && is_marked(lines, at + quote.marks) => {
                at += quote.marks;
                while at < lines.len() && (lines[at].trim().is_empty() || lines[at].trim_start().starts_with('>')) {
                    at += 1;
                }
                continue;
            }
            Some(_) => break,
            None => own.counts[at] = forwards || !lines[at].trim_start().starts_with('>'),
        }
        at += 1;
    }
    own
}

/// Whether the next line with anything on it is marked as quoted.
fn is_marked(lines: &[&str], at: usize) -> bool {
    lines[at..].iter().find(|line| !line.trim().is_empty()).is_some_and(|line| line.trim_start().starts_with('>'))
}

impl Own {
    /// Passes over the headers of a forwarded mail and keeps who wrote it; answers where its text begins.
    fn skip_headers(&mut self, lines: &[&str], mut at: usize) -> usize {
        let mut some = false;
        while at < lines.len() {
            let line = bare(lines[at]);
            if let Some((name, value)) = header(line) {
                some = true;
                if FROM.contains(&name.as_str()) {
                    let name = value.split(['<', '[']).next().unwrap_or_default().trim().trim_matches('"');
                    self.forwarded_from = Some(name.to_owned()).filter(|name| !name.is_empty());
                }
            } else if !line.is_empty() || some {
                break;
            }
            at += 1;
        }
        at
    }
}

const FROM: [&str; 5] = ["from", "von", "de", "van", "da"];
const HEADERS: [&str; 24] = [
    "from",
    "von",
    "de",
    "van",
    "da",
    "sent",
    "gesendet",
    "envoyé",
    "verzonden",
    "date",
    "datum",
    "to",
    "an",
    "à",
    "aan",
    "cc",
    "kopie",
    "subject",
    "betreff",
    "objet",
    "onderwerp",
    "reply-to",
    "importance",
    "wichtigkeit",
];
const SUBJECT: [&str; 4] = ["subject", "betreff", "objet", "onderwerp"];
const OF_SENDING: [&str; 11] =
    ["sent", "gesendet", "envoyé", "verzonden", "date", "datum", "subject", "betreff", "objet", "onderwerp", "to"];

/// A line without quote marks, stars and spaces around.
fn bare(line: &str) -> &str {
    line.trim_start_matches(|mark: char| mark == '>' || mark.is_whitespace()).trim_end().trim_matches('*')
}

/// A header of a mail as programs write it above what they quote.
fn header(line: &str) -> Option<(String, &str)> {
    let (name, value) = line.split_once(':')?;
    let name = name.trim().trim_matches('*').to_lowercase();
    HEADERS.contains(&name.as_str()).then(|| (name, value.trim_start_matches('*').trim()))
}

/// Where another mail begins.
struct Quote {
    /// Whether the mark itself says that it is forwarded.
    forwards: bool,
    /// Lines of the mark, before headers.
    marks: usize,
}

fn quote_at(lines: &[&str], at: usize) -> Option<Quote> {
    const FORWARDED: [&str; 5] = [
        "forwarded message",
        "begin forwarded message",
        "weitergeleitete nachricht",
        "message transféré",
        "doorgestuurd bericht",
    ];
    const ORIGINAL: [&str; 5] = [
        "original message",
        "ursprüngliche nachricht",
        "originalnachricht",
        "message d'origine",
        "oorspronkelijk bericht",
    ];
    const WROTE: [&str; 5] = ["wrote:", "schrieb:", "a écrit :", "a écrit:", "schreef:"];
    let line = bare(lines[at]);
    if line.is_empty() || line.len() > 300 {
        return None;
    }
    let lower = line.to_lowercase();
    let marked = |words: &[&str]| words.iter().any(|word| lower.trim_matches(['-', ' ', ':']).starts_with(word));
    if line.starts_with("--") || line.ends_with(':') {
        if marked(&FORWARDED) {
            return Some(Quote { forwards: true, marks: 1 });
        }
        if line.starts_with("--") && marked(&ORIGINAL) {
            return Some(Quote { forwards: false, marks: 1 });
        }
    }
    let wrote = |line: &str| WROTE.iter().any(|word| line.ends_with(word));
    let begins = ["on ", "am ", "le ", "op "].iter().any(|word| lower.starts_with(word));
    if wrote(&lower) || begins && lower.contains(" schrieb ") && lower.ends_with(':') {
        return Some(Quote { forwards: false, marks: 1 });
    }
    let next = lines.get(at + 1).map_or("", |next| bare(next)).to_lowercase();
    if begins && !next.is_empty() && wrote(&next) {
        return Some(Quote { forwards: false, marks: 2 });
    }
    let (name, value) = header(line)?;
    let below: Vec<_> = lines[at + 1..].iter().take(4).filter_map(|line| header(bare(line))).collect();
    let sent = below.iter().filter(|(name, _)| OF_SENDING.contains(&name.as_str())).count();
    // An advice has lines of sender, receiver and day too; only mails have a subject there, or addresses.
    let of_mail = |(name, value): &(String, &str)| SUBJECT.contains(&name.as_str()) || value.contains('@');
    let is_mail = value.contains('@') || below.iter().any(of_mail);
    (FROM.contains(&name.as_str()) && sent >= 2 && is_mail).then_some(Quote { forwards: false, marks: 0 })
}

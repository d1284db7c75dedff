//! The advice in a mail: what is attached to it, or a table or sentences of its text.
//!
//! Attachments that are advices go before the text, for the text then only speaks of them. Only a mail that speaks of a
//! payment of its sender is an advice: a reminder, an order and a newsletter list numbers and amounts too. Absent on purpose:
//! whose mail it is, and what else a person may want of us by it.

mod own_words;

use core::cell::Cell;

use super::advice_table::{
    AdviceProfile, GridRow, Quotes, is_table, of_html, of_rows, of_text, payment_words, rows_of_file, sentences,
    speaks_of_payment,
};
use super::{AdviceFormat, RemittanceAdvice, RemittanceFile, detect, edifact, not_read, pdf_rows, x12};
use crate::bank::{Place, Problem, ReadOptions, Refusal, decoded};
use crate::mail::{self, Attached, Holds, Mail, MailLimits, MailRefusal};
use own_words::{forwards, own_lines};

/// PDFs of one mail that are looked at.
const MOST_PDFS: usize = 10;

/// Reads a mail.
pub(super) fn read(bytes: &[u8], profile: &AdviceProfile, options: &ReadOptions) -> RemittanceFile {
    Reading { profile, options, pdfs: Cell::new(0) }.bytes(bytes, 0)
}

/// How the parts of a mail are read.
struct Reading<'r> {
    profile: &'r AdviceProfile,
    options: &'r ReadOptions,
    /// PDFs that were looked at: each may take its time.
    pdfs: Cell<usize>,
}

/// What an attachment is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Is {
    /// A message between programs: where it cannot be read, the mail is refused.
    Message,
    /// An advice.
    Advice,
    /// Something else.
    Other,
}

impl Is {
    fn advice(one: bool) -> Self {
        if one { Self::Advice } else { Self::Other }
    }
}

/// What the sender of a mail wrote.
struct Body {
    rows: Vec<GridRow>,
    source: &'static str,
    /// Who wrote what is forwarded.
    forwarded_from: Option<String>,
}

impl Reading<'_> {
    fn bytes(&self, bytes: &[u8], depth: usize) -> RemittanceFile {
        let limits = MailLimits { bytes: self.options.limits.bytes, ..MailLimits::STANDARD };
        match mail::read(bytes, &limits) {
            Ok(mail) => self.mail(&mail, depth),
            Err(why) => {
                let reason = why.to_string();
                RemittanceFile::refusing(match why {
                    MailRefusal::TooLarge(limit) => Refusal::TooLarge { limit },
                    MailRefusal::NotReadable(_) => Refusal::NotReadable { place: Place::FILE, reason },
                    MailRefusal::Encrypted => Refusal::Encrypted { reason },
                })
            }
        }
    }

    fn mail(&self, mail: &Mail, depth: usize) -> RemittanceFile {
        let body = self.body(mail);
        let speaks = speaks_of_payment(&body.rows, &[mail.subject.as_str()], self.profile);
        let mut file = RemittanceFile { version: "mail".into(), ..RemittanceFile::default() };
        for (number, attached) in (1..).zip(&mail.attached) {
            self.attachment(attached, number, speaks, depth, &mut file);
        }
        if file.advices.is_empty() && file.problems.is_empty() && file.refused.is_none() {
            self.own_words(&body, speaks, &mut file);
        } else {
            self.say_besides(&body, &mut file);
        }
        let sender = body.forwarded_from.or_else(|| mail.sender.clone()).filter(|name| !name.contains('@'));
        for advice in &mut file.advices {
            advice.sent_by = advice.sent_by.take().or_else(|| sender.clone());
            advice.sent_as = advice.sent_as.take().or_else(|| mail.message_id.clone());
        }
        (file.id, file.sender) = (mail.message_id.clone(), sender);
        file
    }

    /// The rows of the text or of the HTML: those with a table, else those of the text.
    fn body(&self, mail: &Mail) -> Body {
        let mut forwarded = forwards(&mail.subject);
        let text = mail.texts.join("\n\n");
        let lines: Vec<&str> = text.lines().collect();
        let own = own_lines(&lines, forwarded);
        forwarded |= own.forwarded_from.is_some();
        let kept = lines.iter().zip(&own.counts).map(|(line, counts)| match counts {
            true if forwarded => line.trim_start_matches('>').strip_prefix(' ').unwrap_or(line),
            true => line,
            false => "",
        });
        let text = of_text(&kept.collect::<Vec<_>>().join("\n"), &self.options.limits);
        let quotes = if forwarded { Quotes::Read } else { Quotes::Pass };
        let mut html = of_html(&mail.html.join("\n"), &self.options.limits, quotes);
        let said: Vec<String> = html.iter().map(|row| row.said().collect::<Vec<_>>().join(" ")).collect();
        let of_html = own_lines(&said.iter().map(String::as_str).collect::<Vec<_>>(), forwarded);
        let mut counts = of_html.counts.iter();
        html.retain(|_| counts.next().is_some_and(|counts| *counts));
        let forwarded_from = own.forwarded_from.or(of_html.forwarded_from);
        let table = |rows: &[GridRow]| is_table(rows, self.profile);
        match table(&html) || !table(&text) && text.iter().all(|row| row.said().next().is_none()) {
            true => Body { rows: html, source: "html", forwarded_from },
            false => Body { rows: text, source: "text", forwarded_from },
        }
    }

    /// What the sender wrote, where it speaks of a payment and of amounts, or of documents that were paid.
    fn own_words(&self, body: &Body, speaks: bool, file: &mut RemittanceFile) {
        let read = of_rows(&body.rows, self.profile, self.options, body.source);
        let tells = |advice: &RemittanceAdvice| {
            let amount = advice.paid.is_some() || advice.lines.iter().any(|line| line.paid.is_some());
            let named = |line: &super::RemittanceLine| {
                line.documents.iter().any(|document| document.kind != super::DocumentKind::Other)
            };
            amount || advice.lines.iter().any(named)
        };
        let is_one = speaks && (read.advices.iter().any(tells) || !read.problems.is_empty());
        let unread: Vec<String> = file.warnings.iter().map(|warning| warning.message.clone()).collect();
        if !is_one {
            let no = "neither the text of the mail nor what is attached speaks of a payment with its documents";
            let reason = [no.to_owned()].into_iter().chain(unread).collect::<Vec<_>>().join("; ");
            // A table whose amounts or whose currency cannot be told says so itself.
            let own = read.refused.filter(|_| speaks && is_table(&body.rows, self.profile));
            file.refused = Some(own.unwrap_or(Refusal::NoAdvice { reason }));
            return;
        }
        let warnings = core::mem::take(&mut file.warnings);
        *file = RemittanceFile { version: format!("mail, {}", read.version), ..read };
        file.warnings.splice(0..0, warnings);
    }

    /// What the sender wrote beside advices that are attached: sentences go with each, and what the only one of them leaves
    /// open of the payment they may say.
    fn say_besides(&self, body: &Body, file: &mut RemittanceFile) {
        let said = sentences(&body.rows);
        let alone = file.advices.len() == 1;
        let words = payment_words(body.rows.iter());
        for advice in &mut file.advices {
            advice.text.extend(said.iter().filter(|line| !advice.text.contains(line)).cloned().collect::<Vec<_>>());
            if !alone || advice.sent_as.is_some() {
                continue;
            }
            advice.reference = advice.reference.take().or_else(|| words.reference.clone());
            advice.payment_day = advice.payment_day.or(words.day);
        }
    }

    /// Reads what is attached, as far as it may be an advice.
    fn attachment(&self, attached: &Attached, number: usize, speaks: bool, depth: usize, file: &mut RemittanceFile) {
        let name = match attached.name.as_str() {
            "" => format!("attachment {number}"),
            name => name.to_owned(),
        };
        let (read, is) = match &attached.holds {
            Holds::Mail(within) => (self.mail(within, depth + 1), Is::Advice),
            Holds::File(_) if is_no_advice(&attached.media_type) => return,
            Holds::File(bytes) => match detect(bytes) {
                Some(AdviceFormat::X12) => (x12::read(bytes, self.options), Is::Message),
                Some(AdviceFormat::Edifact) => (edifact::read(bytes, self.options), Is::Message),
                Some(AdviceFormat::Mail) if depth < MailLimits::STANDARD.depth => {
                    (self.bytes(bytes, depth + 1), Is::Advice)
                }
                Some(AdviceFormat::Mail) => {
                    let limit = format!("more than {} mails within each other", MailLimits::STANDARD.depth);
                    (RemittanceFile::refusing(Refusal::TooLarge { limit }), Is::Message)
                }
                Some(AdviceFormat::Html) => {
                    let rows = of_html(&decoded(bytes), &self.options.limits, Quotes::Read);
                    self.rows(&rows, "html", &name, speaks)
                }
                Some(AdviceFormat::Pdf) => match self.pdf(bytes) {
                    Ok(rows) => self.rows(&rows, "pdf", &name, speaks),
                    Err(refused) => (RemittanceFile::refusing(refused), Is::Other),
                },
                Some(AdviceFormat::Workbook | AdviceFormat::Text) => {
                    match rows_of_file(bytes, self.profile, self.options) {
                        Ok((rows, source)) => self.rows(&rows, source, &name, speaks),
                        Err(refused) => (RemittanceFile::refusing(refused), Is::Other),
                    }
                }
                None => (RemittanceFile::refusing(not_read(bytes)), Is::Other),
            },
        };
        self.join(read, is, &name, file);
    }

    /// The rows of a PDF, of the first few.
    fn pdf(&self, bytes: &[u8]) -> Result<Vec<GridRow>, Refusal> {
        let before = self.pdfs.replace(self.pdfs.get() + 1);
        if before >= MOST_PDFS {
            return Err(Refusal::TooLarge { limit: format!("more than {MOST_PDFS} PDFs in one mail") });
        }
        pdf_rows(bytes, self.options)
    }

    /// Rows of an attachment, and whether they speak of a payment by themselves or the mail does for them.
    fn rows(&self, rows: &[GridRow], source: &str, name: &str, speaks: bool) -> (RemittanceFile, Is) {
        let read = of_rows(rows, self.profile, self.options, source);
        let amount = read.advices.iter().any(|advice| {
            advice.paid.is_some() || advice.lines.iter().any(|line| line.paid.is_some() || line.due.is_some())
        });
        let is_one = (amount || !read.problems.is_empty())
            && (is_table(rows, self.profile) && speaks || speaks_of_payment(rows, &[name], self.profile));
        (read, Is::advice(is_one))
    }

    /// Joins what was read of an attachment to the mail's.
    fn join(&self, read: RemittanceFile, is: Is, name: &str, file: &mut RemittanceFile) {
        let limits = &self.options.limits;
        if is == Is::Message && read.refused.is_some() {
            let why = read.refused.map(|why| why.to_string()).unwrap_or_default();
            file.problem(limits, "attachment_refused", Place::FILE, || format!("{name}: {why}"));
            return;
        }
        if is == Is::Other || read.refused.is_some() {
            let why = read.refused.map_or_else(|| "it speaks of no payment".to_owned(), |why| why.to_string());
            file.warn(limits, "attachment_not_read", Place::FILE, || format!("{name} is not read as an advice: {why}"));
            return;
        }
        if file.version == "mail" {
            file.version = format!("mail, {}", read.version);
        }
        let named = |problem: Problem| Problem { message: format!("{name}: {}", problem.message), ..problem };
        file.advices.extend(read.advices);
        file.controls.extend(read.controls);
        file.problems.extend(read.problems.into_iter().map(named));
        file.warnings.extend(read.warnings.into_iter().map(named));
        file.problems.truncate(limits.problems + 1);
        file.warnings.truncate(limits.problems + 1);
    }
}

/// What is attached to mails and never is an advice: pictures, signatures, calendars, cards, reports of delivery.
fn is_no_advice(media_type: &str) -> bool {
    let kind = media_type.split('/').next().unwrap_or_default();
    matches!(kind, "image" | "audio" | "video" | "message" | "font" | "multipart")
        || matches!(
            media_type,
            "application/pgp-signature"
                | "application/pkcs7-signature"
                | "application/x-pkcs7-signature"
                | "application/ics"
                | "text/calendar"
                | "text/vcard"
                | "text/x-vcard"
                | "text/rfc822-headers"
        )
}

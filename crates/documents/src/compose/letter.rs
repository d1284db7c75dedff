//! The sentences of past-due notices, level by level, in English and in German (formal Sie).
//!
//! Level 1 reminds in a friendly way, 2 asks for a date by a date, 3 states deadline and consequence, 4 demands a last time.
//! No sentence threatens, offers or claims anything that the caller did not pass as a fact.

use dunwell_rules::item::ItemKind;

use super::joined;
use super::statement::kind_name;
use crate::model::{
    ChargeTreatment, Consequence, ConsequenceKind, ContactChannel, Enclosure, Language, NoticeDocument,
};
use crate::numbers::{amount, long_day};
use crate::sheet::{Span, plain, strong};

/// A notice about to be put into sentences.
pub(super) struct Letter<'a> {
    notice: &'a NoticeDocument,
    language: Language,
    /// The amount asked for, in words and figures of the language.
    asked: String,
    /// The deadline in a sentence.
    deadline: String,
}

impl<'a> Letter<'a> {
    /// A letter for `notice`.
    pub(super) fn new(notice: &'a NoticeDocument) -> Self {
        let language = notice.language;
        let asked = amount(i128::from(notice.amount_minor), notice.currency, language);
        Self { notice, language, asked, deadline: long_day(notice.deadline, language) }
    }

    /// Sums as the language writes them.
    fn money(&self, minor: i64) -> String {
        amount(i128::from(minor), self.notice.currency, self.language)
    }

    /// The heading carries amount and date.
    pub(super) fn heading(&self) -> String {
        let (asked, deadline) = (&self.asked, &self.deadline);
        match (self.language, self.notice.level) {
            (Language::En, 1) => format!("Friendly reminder: {asked}, please pay or reply by {deadline}"),
            (Language::En, 2) => format!("Second reminder: please pay {asked} by {deadline}"),
            (Language::En, 3) => format!("Overdue account: please pay {asked} by {deadline}"),
            (Language::En, _) => format!("Final demand: pay {asked} by {deadline}"),
            (Language::De, 1) => format!("Zahlungserinnerung: {asked}, bitte bis {deadline} zahlen oder antworten"),
            (Language::De, 2) => format!("Zweite Zahlungserinnerung: bitte {asked} bis {deadline} zahlen"),
            (Language::De, 3) => format!("Mahnung: bitte {asked} bis {deadline} zahlen"),
            (Language::De, _) => format!("Letzte Mahnung: {asked} zahlbar bis {deadline}"),
        }
    }

    /// How the letter greets.
    pub(super) fn greeting(&self) -> String {
        match (self.language, &self.notice.customer.greeting_name) {
            (Language::En, Some(name)) => format!("Dear {name},"),
            (Language::En, None) => "Dear Sir or Madam,".to_owned(),
            (Language::De, Some(name)) => format!("Guten Tag {name},"),
            (Language::De, None) => "Sehr geehrte Damen und Herren,".to_owned(),
        }
    }

    /// How the letter closes.
    pub(super) fn closing(&self) -> &'static str {
        self.language.pick("Kind regards", "Mit freundlichen Grüßen")
    }

    /// What is late, what was promised and not kept, and what was said before.
    pub(super) fn opening(&self) -> Vec<Span> {
        let mut sentences = vec![self.what_is_late()];
        if self.notice.level == 1 {
            sentences.push(
                self.language
                    .pick(
                        "It may have been overlooked, or your payment and this letter may have crossed; in that case, thank you.",
                        "Vielleicht wurde dies übersehen, oder Ihre Zahlung und dieses Schreiben haben sich gekreuzt; dann danken wir Ihnen.",
                    )
                    .to_owned(),
            );
        }
        sentences.extend(self.broken_promises());
        sentences.extend(self.history());
        vec![plain(sentences.join(" "))]
    }

    /// How many items are late, against which terms, and by how long.
    fn what_is_late(&self) -> String {
        let items = &self.notice.items;
        let count = items.len();
        let oldest = items.iter().map(|item| item.days_late).max().unwrap_or_default();
        let invoices = items.iter().all(|item| item.kind == ItemKind::Invoice);
        let days = match (self.language, oldest) {
            (Language::En, 1) => "1 day".to_owned(),
            (Language::En, _) => format!("{oldest} days"),
            (Language::De, 1) => "einem Tag".to_owned(),
            (Language::De, _) => format!("{oldest} Tagen"),
        };
        let terms = self.notice.terms.as_deref();
        match self.language {
            Language::En => {
                let noun = match (invoices, count) {
                    (true, 1) => "One invoice is",
                    (false, 1) => "One item is",
                    (true, _) => &format!("{count} invoices are"),
                    (false, _) => &format!("{count} items are"),
                };
                let past = match (terms, count) {
                    (Some(terms), 1) => format!("past its agreed {terms} terms"),
                    (Some(terms), _) => format!("past their agreed {terms} terms"),
                    (None, _) => "past due".to_owned(),
                };
                let by = if count == 1 { format!("by {days}") } else { format!("the oldest by {days}") };
                format!("{noun} {past}, {by}.").replace("terms, by", "terms by").replace("due, by", "due by")
            }
            Language::De => {
                let noun = match (invoices, count) {
                    (true, 1) => "Eine Rechnung ist",
                    (false, 1) => "Ein Posten ist",
                    (true, _) => &format!("{count} Rechnungen sind"),
                    (false, _) => &format!("{count} Posten sind"),
                };
                let agreed = terms.map(|terms| format!(" (vereinbart: {terms})")).unwrap_or_default();
                match count {
                    1 => format!("{noun} seit {days} überfällig{agreed}."),
                    _ => format!("{noun} überfällig{agreed}, der älteste Betrag seit {days}."),
                }
            }
        }
    }

    /// Promises that were not kept, one sentence each.
    fn broken_promises(&self) -> Vec<String> {
        let sentence = |promise: &crate::model::BrokenPromise| {
            let (money, made) = (self.money(promise.amount_minor), long_day(promise.made_on, self.language));
            let due = long_day(promise.promised_for, self.language);
            self.language.pick(
                format!("You told us on {made} that {money} would reach our bank by {due}; it has not arrived in full."),
                format!("Am {made} haben Sie uns {money} bis zum {due} zugesagt; der Betrag ist nicht vollständig eingegangen."),
            )
        };
        self.notice.broken_promises.iter().map(sentence).collect()
    }

    /// Earlier contacts in one sentence.
    fn history(&self) -> Option<String> {
        let days = |channel: ContactChannel| -> Vec<String> {
            let of_channel = self.notice.history.iter().filter(|contact| contact.channel == channel);
            of_channel.map(|contact| long_day(contact.date, self.language)).collect()
        };
        let en = ["wrote on", "called on", "visited you on"];
        let de = [("Ihnen", "geschrieben"), ("Sie", "angerufen"), ("Sie", "besucht")];
        let channels = [ContactChannel::Written, ContactChannel::Call, ContactChannel::Visit];
        let mut parts = Vec::new();
        for (at, channel) in channels.into_iter().enumerate() {
            let on = days(channel);
            if on.is_empty() {
                continue;
            }
            parts.push(match self.language {
                Language::En => format!("{} {}", en[at], joined(&on, self.language)),
                Language::De => format!("{} am {} {}", de[at].0, joined(&on, self.language), de[at].1),
            });
        }
        if parts.is_empty() {
            return None;
        }
        let parts = joined(&parts, self.language);
        Some(self.language.pick(format!("We {parts}."), format!("Wir haben {parts}.")))
    }

    /// What is asked for.
    pub(super) fn request(&self) -> Vec<Span> {
        let deadline = strong(&self.deadline);
        match (self.language, self.notice.level) {
            (Language::En, 1) => vec![
                plain("Please pay, or tell us by "),
                deadline,
                plain(" when we can expect the payment or what stands in its way."),
            ],
            (Language::En, 2) => vec![
                plain("Please pay by "),
                deadline,
                plain(
                    ", or name by then the date on which you will pay. If you need a copy of an invoice or a proof of delivery, we will send it at once.",
                ),
            ],
            (Language::En, 3) => vec![plain("Please pay the amount above by "), deadline, plain(".")],
            (Language::En, _) => {
                vec![plain("This is our final demand. Pay the amount above, in full, by "), deadline, plain(".")]
            }
            (Language::De, 1) => vec![
                plain("Bitte zahlen Sie oder teilen Sie uns bis zum "),
                deadline,
                plain(" mit, wann wir mit der Zahlung rechnen können oder was ihr entgegensteht."),
            ],
            (Language::De, 2) => vec![
                plain("Bitte zahlen Sie bis zum "),
                deadline,
                plain(
                    " oder nennen Sie uns bis dahin den Tag Ihrer Zahlung. Rechnungskopien und Liefernachweise senden wir Ihnen gern sofort zu.",
                ),
            ],
            (Language::De, 3) => vec![plain("Bitte zahlen Sie den genannten Betrag bis zum "), deadline, plain(".")],
            (Language::De, _) => vec![
                plain("Dies ist unsere letzte Mahnung. Bitte zahlen Sie den genannten Betrag vollständig bis zum "),
                deadline,
                plain("."),
            ],
        }
    }

    /// Accrued late charges with basis and formula, and what becomes of them.
    pub(super) fn late_charges(&self) -> Vec<Span> {
        let Some(charges) = &self.notice.late_charges else { return Vec::new() };
        let (money, basis, formula) = (self.money(charges.amount_minor), &charges.basis, &charges.formula);
        let accrued = self.language.pick(
            format!("Late charges of {money} have accrued under {basis} ({formula}). "),
            format!("Nach {basis} sind Verzugszinsen und Kosten von {money} angefallen ({formula}). "),
        );
        let mut spans = vec![plain(accrued)];
        match charges.treatment {
            ChargeTreatment::BilledApart => {
                let text = self.language.pick(
                    "They are not part of the amount above and will be billed separately.",
                    "Sie sind im genannten Betrag nicht enthalten und werden gesondert berechnet.",
                );
                spans.push(plain(text));
            }
            ChargeTreatment::WaivedIfPaid => {
                let (before, after) = self.language.pick(
                    ("We will waive them if the amount above arrives by ", "."),
                    ("Wir verzichten darauf, wenn der genannte Betrag bis zum ", " bei uns eingeht."),
                );
                spans.extend([plain(before), strong(&self.deadline), plain(after)]);
            }
            ChargeTreatment::Demanded => {
                let text =
                    self.language.pick("They are part of the amount above.", "Sie sind im genannten Betrag enthalten.");
                spans.push(plain(text));
            }
        }
        spans
    }

    /// What will happen without payment; nothing where the caller named nothing.
    pub(super) fn consequences(&self) -> Vec<Span> {
        let given = &self.notice.consequences;
        if given.is_empty() {
            return Vec::new();
        }
        let known: Vec<String> = given.iter().filter_map(|consequence| self.consequence(consequence)).collect();
        let mut sentences = Vec::new();
        if !known.is_empty() {
            sentences.push(match self.language {
                Language::En => format!("If it does not arrive by then, {}.", known.join(", and ")),
                Language::De => format!("Geht der Betrag bis dahin nicht ein, gilt Folgendes: {}.", known.join("; ")),
            });
        }
        for consequence in given {
            if let ConsequenceKind::Other(sentence) = &consequence.kind {
                sentences.push(sentence.clone());
            }
        }
        vec![plain(sentences.join(" "))]
    }

    /// One consequence as a clause; `None` for one in the caller's own sentence.
    fn consequence(&self, consequence: &Consequence) -> Option<String> {
        let (en, de) = match &consequence.kind {
            ConsequenceKind::PaymentInAdvance => (
                "new orders will be released against payment in advance only",
                "Neue Aufträge werden nur noch gegen Vorkasse freigegeben",
            ),
            ConsequenceKind::OrderHold => ("new orders will be held", "Neue Aufträge werden zurückgestellt"),
            ConsequenceKind::Suspension => {
                ("deliveries and services will be suspended", "Lieferungen und Leistungen werden ausgesetzt")
            }
            ConsequenceKind::CreditLimitReview => {
                ("we will review your credit limit", "Ihr Kreditlimit wird überprüft")
            }
            ConsequenceKind::AgencyReferral => (
                "we will hand the account to a collection agency",
                "Die Forderung wird an ein Inkassounternehmen übergeben",
            ),
            ConsequenceKind::LegalAction => ("we will take legal action", "Wir leiten gerichtliche Schritte ein"),
            ConsequenceKind::Other(_) => return None,
        };
        let from = consequence.on.map(|on| long_day(on, self.language));
        Some(match from {
            Some(from) => self.language.pick(format!("{en} from {from}"), format!("{de} (ab {from})")),
            None => self.language.pick(en, de).to_owned(),
        })
    }

    /// What is left out of the amount: disputed, promised and planned.
    pub(super) fn left_out(&self) -> Vec<Span> {
        let mut sentences = Vec::new();
        let names: Vec<String> = self
            .notice
            .disputed
            .iter()
            .map(|item| {
                format!(
                    "{} {} ({})",
                    kind_name(item.kind, self.language),
                    item.document,
                    self.money(item.disputed_minor)
                )
            })
            .collect();
        if !names.is_empty() {
            let list = joined(&names, self.language);
            sentences.push(match (self.language, names.len()) {
                (Language::En, 1) => format!("{list} is under review at your request and is not part of this amount."),
                (Language::En, _) => {
                    format!("{list} are under review at your request and are not part of this amount.")
                }
                (Language::De, 1) => {
                    format!("{list} wird auf Ihren Wunsch geprüft und ist in diesem Betrag nicht enthalten.")
                }
                (Language::De, _) => {
                    format!("{list} werden auf Ihren Wunsch geprüft und sind in diesem Betrag nicht enthalten.")
                }
            });
        }
        for promise in &self.notice.promised {
            let (money, on) = (self.money(promise.amount_minor), long_day(promise.promised_for, self.language));
            let covers = match promise.documents.as_slice() {
                [] => String::new(),
                documents => self.language.pick(
                    format!(" for {}", joined(documents, self.language)),
                    format!(" für {}", joined(documents, self.language)),
                ),
            };
            sentences.push(match (self.language, promise.planned) {
                (Language::En, false) => {
                    format!("{money}{covers} is promised for {on} and is not part of this amount.")
                }
                (Language::En, true) => {
                    format!("{money}{covers} is due under your payment plan on {on} and is not part of this amount.")
                }
                (Language::De, false) => {
                    format!("{money}{covers} sind zum {on} zugesagt und in diesem Betrag nicht enthalten.")
                }
                (Language::De, true) => format!(
                    "{money}{covers} sind nach Ihrem Zahlungsplan am {on} fällig und in diesem Betrag nicht enthalten."
                ),
            });
        }
        if sentences.is_empty() { Vec::new() } else { vec![plain(sentences.join(" "))] }
    }

    /// How to dispute or to ask for a plan.
    pub(super) fn way_out(&self) -> Vec<Span> {
        let another = !self.notice.disputed.is_empty();
        let mut sentences = vec![match (self.language, self.notice.dispute_by.map(|on| long_day(on, self.language))) {
            (Language::En, on) => format!(
                "If you dispute {} item, tell us which and why{}.",
                if another { "another" } else { "an" },
                on.map(|on| format!(" by {on}")).unwrap_or_default()
            ),
            (Language::De, on) => format!(
                "Wenn Sie einen {}Posten bestreiten, nennen Sie uns bitte{} Beleg und Grund.",
                if another { "weiteren " } else { "" },
                on.map(|on| format!(" bis zum {on}")).unwrap_or_default()
            ),
        }];
        if self.notice.plan_offered {
            sentences.push(
                self.language
                    .pick(
                        "If you cannot pay in full, call us before the deadline: a written plan is possible.",
                        "Können Sie nicht vollständig zahlen, rufen Sie uns bitte vor Ablauf der Frist an: Ein schriftlicher \
                         Zahlungsplan ist möglich.",
                    )
                    .to_owned(),
            );
        }
        vec![plain(sentences.join(" "))]
    }

    /// Enclosures, copies, and thanks to who has paid.
    pub(super) fn fine_print(&self) -> String {
        let mut sentences = Vec::new();
        let enclosed: Vec<String> = self.notice.enclosures.iter().map(|enclosure| self.enclosure(enclosure)).collect();
        if !enclosed.is_empty() {
            sentences.push(format!("{} {}.", self.language.pick("Enclosed:", "Anlagen:"), enclosed.join("; ")));
        }
        if !self.notice.copies_to.is_empty() {
            let copies = self.notice.copies_to.join("; ");
            sentences.push(format!("{} {copies}.", self.language.pick("Copy to:", "Kopie an:")));
        }
        sentences.push(
            self.language
                .pick(
                    "If you paid in the last few days, thank you; please send the remittance.",
                    "Falls Sie in den letzten Tagen gezahlt haben, danken wir Ihnen; bitte senden Sie uns das Zahlungsavis.",
                )
                .to_owned(),
        );
        sentences.join(" ")
    }

    /// One enclosure in words.
    fn enclosure(&self, enclosure: &Enclosure) -> String {
        match enclosure {
            Enclosure::InvoiceCopies(numbers) if numbers.is_empty() => {
                self.language.pick("copies of the invoices", "Rechnungskopien").to_owned()
            }
            Enclosure::InvoiceCopies(numbers) => {
                format!("{} {}", self.language.pick("copies of invoices", "Kopien der Rechnungen"), numbers.join(", "))
            }
            Enclosure::ProofsOfDelivery => self.language.pick("proofs of delivery", "Liefernachweise").to_owned(),
            Enclosure::Statement => self.language.pick("statement of account", "Kontoauszug").to_owned(),
            Enclosure::Other(text) => text.clone(),
        }
    }
}

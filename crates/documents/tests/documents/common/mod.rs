//! The documents that the tests print: one customer's statement and letter, in English and in German.

use dunwell_documents::model::{
    AgingBucket, BrokenPromise, ChargeTreatment, Consequence, ConsequenceKind, ContactChannel, ContactPerson, Customer,
    DisputedItem, Enclosure, Language, LastPayment, LateCharges, NoticeDocument, NoticeItem, Paper, PastContact,
    RemitMethod, RemitTo, Sender, StatementDocument, StatementFigures, StatementKind, StatementRow,
};
use dunwell_rules::calendar::{Date, days_between};
use dunwell_rules::item::ItemKind;
use dunwell_rules::money::Currency;

/// The day of all documents here.
pub(crate) fn today() -> Date {
    "2026-11-20".parse().expect("a date")
}

/// A day written `YYYY-MM-DD`.
pub(crate) fn day(text: &str) -> Date {
    text.parse().expect("a date")
}

fn texts(lines: &[&str]) -> Vec<String> {
    lines.iter().map(|line| (*line).to_owned()).collect()
}

/// Number, purchase order, date, due date, open amount in cents.
const INVOICES: [(&str, Option<&str>, &str, &str, i64); 9] = [
    ("48129", Some("PO-82755"), "2026-07-24", "2026-09-22", 425_346),
    ("48131", Some("PO-97118"), "2026-07-30", "2026-09-28", 937_719),
    ("48135", None, "2026-08-10", "2026-10-09", 775_794),
    ("48140", None, "2026-08-23", "2026-10-22", 334_842),
    ("48148", Some("PO-27579"), "2026-08-31", "2026-10-30", 1_042_530),
    ("48154", Some("PO-23782"), "2026-09-10", "2026-11-09", 807_889),
    ("48157", None, "2026-09-21", "2026-11-20", 866_583),
    ("48161", Some("PO-84373"), "2026-10-04", "2026-12-03", 1_013_796),
    ("48167", Some("PO-80931"), "2026-10-13", "2026-12-12", 939_996),
];

fn sender(language: Language) -> Sender {
    match language {
        Language::En => Sender {
            legal_name: "Northgate Industrial Supply, Inc.".into(),
            address_lines: texts(&["4100 Harbor Drive", "Cleveland, OH 44114"]),
            contact: Some("Credit & Collections".into()),
            phone: Some("+1 (216) 555-0140".into()),
            mail: Some("ar@northgate.example".into()),
            registration_ids: Vec::new(),
            remit_to: vec![
                RemitTo {
                    method: RemitMethod::Ach,
                    lines: texts(&["Bank: First Lakes Bank", "Routing 041000000 · Account 000123456"]),
                },
                RemitTo {
                    method: RemitMethod::Check,
                    lines: texts(&["Northgate Industrial Supply", "PO Box 71140, Cleveland, OH 44191"]),
                },
                RemitTo {
                    method: RemitMethod::Online,
                    lines: texts(&["pay.northgate.example/C-10400", "View invoices, proof of delivery and pay."]),
                },
            ],
        },
        Language::De => Sender {
            legal_name: "Nordtor Industriebedarf GmbH".into(),
            address_lines: texts(&["Hafenstraße 41", "20457 Hamburg"]),
            contact: Some("Debitorenbuchhaltung".into()),
            phone: Some("+49 40 5550140".into()),
            mail: Some("debitoren@nordtor.example".into()),
            registration_ids: texts(&["HRB 12345 Hamburg", "USt-IdNr. DE123456789"]),
            remit_to: vec![RemitTo {
                method: RemitMethod::BankTransfer,
                lines: texts(&["Elbbank", "IBAN DE02 1203 0000 0000 2020 51", "BIC BYLADEM1001"]),
            }],
        },
    }
}

fn customer(language: Language) -> Customer {
    match language {
        Language::En => Customer {
            legal_name: "Halvorsen Marine Services".into(),
            attention: Some("Accounts payable, Dana Whitfield".into()),
            greeting_name: Some("Dana".into()),
            address_lines: texts(&["118 Canal Park Drive", "Duluth, MN 55802"]),
        },
        Language::De => Customer {
            legal_name: "Müller & Söhne Schiffsausrüstung KG".into(),
            attention: Some("Kreditorenbuchhaltung".into()),
            greeting_name: None,
            address_lines: texts(&["Kanalweg 118", "24103 Kiel"]),
        },
    }
}

fn contact(language: Language) -> ContactPerson {
    match language {
        Language::En => ContactPerson {
            name: "Maria Reyes".into(),
            role: Some("Credit & Collections".into()),
            phone: Some("+1 (216) 555-0140 ext. 214".into()),
            mail: Some("maria.reyes@northgate.example".into()),
        },
        Language::De => ContactPerson {
            name: "Maria Reyes".into(),
            role: Some("Debitorenbuchhaltung".into()),
            phone: Some("+49 40 5550140".into()),
            mail: Some("maria.reyes@nordtor.example".into()),
        },
    }
}

fn currency(language: Language) -> Currency {
    match language {
        Language::En => Currency::USD,
        Language::De => Currency::EUR,
    }
}

fn bucket(bucket: &str, amount_minor: i64) -> AgingBucket {
    AgingBucket { bucket: bucket.into(), amount_minor }
}

/// One open invoice as a statement's row.
pub(crate) fn row(document: &str, po: Option<&str>, date: &str, due: &str, open_minor: i64) -> StatementRow {
    StatementRow {
        date: day(date),
        kind: ItemKind::Invoice,
        document: document.into(),
        po_number: po.map(Into::into),
        due: Some(day(due)),
        days_late: days_between(day(due), today()).max(0),
        amount_minor: open_minor,
        paid_minor: 0,
        open_minor,
        disputed_minor: 0,
    }
}

/// The statement of the mock-up: nine open invoices, one of them disputed.
pub(crate) fn statement(language: Language) -> StatementDocument {
    let mut rows: Vec<StatementRow> =
        INVOICES.iter().map(|(document, po, date, due, open)| row(document, *po, date, due, *open)).collect();
    rows[1].disputed_minor = rows[1].open_minor;
    StatementDocument {
        number: "S-2026-11-10400".into(),
        kind: StatementKind::OpenItem,
        as_of: today(),
        language,
        paper: Paper::A4,
        currency: currency(language),
        sender: sender(language),
        customer: customer(language),
        account: "C-10400".into(),
        terms: Some(if language == Language::En { "Net 60".into() } else { "60 Tage netto".into() }),
        your_contact: Some(contact(language)),
        figures: StatementFigures {
            balance_minor: 7_144_495,
            past_due_minor: 4_324_120,
            disputed_minor: 937_719,
            unapplied_minor: 0,
            pay_now_minor: 3_386_401,
        },
        rows,
        children: Vec::new(),
        aging: vec![
            bucket("not_due", 2_820_375),
            bucket("1-30", 2_185_261),
            bucket("31-60", 2_138_859),
            bucket("61-90", 0),
            bucket("over_90", 0),
        ],
        last_payment: Some(LastPayment { date: day("2026-10-30"), amount_minor: 1_248_000 }),
        cut_off: Some(day("2026-11-19")),
        contest_within_days: Some(10),
        missing: Vec::new(),
    }
}

/// The same account's notice at a level: five undisputed past-due invoices.
pub(crate) fn notice(language: Language, level: u8) -> NoticeDocument {
    let items: Vec<NoticeItem> = INVOICES
        .iter()
        .filter(|(document, _, _, due, _)| *document != "48131" && day(due) < today())
        .map(|(document, po, date, due, open)| NoticeItem {
            kind: ItemKind::Invoice,
            document: (*document).into(),
            po_number: po.map(Into::into),
            document_date: day(date),
            due: day(due),
            days_late: days_between(day(due), today()),
            open_minor: *open,
            asked_minor: *open,
        })
        .collect();
    let late = level >= 3;
    let written = |date: &str| PastContact { date: day(date), channel: ContactChannel::Written };
    NoticeDocument {
        number: "N-48812".into(),
        level,
        step_name: "formal_notice".into(),
        date: today(),
        deadline: day("2026-11-30"),
        language,
        paper: Paper::A4,
        currency: currency(language),
        sender: sender(language),
        customer: customer(language),
        account: "C-10400".into(),
        terms: Some(if language == Language::En { "Net 60".into() } else { "60 Tage netto".into() }),
        your_contact: Some(contact(language)),
        signatory: None,
        amount_minor: 3_386_401,
        enclosures: vec![
            Enclosure::InvoiceCopies(items.iter().map(|item| item.document.clone()).collect()),
            Enclosure::ProofsOfDelivery,
        ],
        items,
        credits: Vec::new(),
        disputed: vec![DisputedItem { kind: ItemKind::Invoice, document: "48131".into(), disputed_minor: 937_719 }],
        promised: Vec::new(),
        history: match level {
            1 => Vec::new(),
            2 => vec![written("2026-10-28")],
            _ => vec![
                written("2026-10-28"),
                written("2026-11-12"),
                PastContact { date: day("2026-11-14"), channel: ContactChannel::Call },
            ],
        },
        broken_promises: if late {
            vec![BrokenPromise { made_on: day("2026-11-14"), promised_for: day("2026-11-18"), amount_minor: 425_346 }]
        } else {
            Vec::new()
        },
        late_charges: late.then(|| LateCharges {
            amount_minor: 49_085,
            basis: match language {
                Language::En => "section 6 of your credit agreement".into(),
                Language::De => "§ 288 Abs. 2 BGB".into(),
            },
            formula: match language {
                Language::En => "1.5% a month".into(),
                Language::De => "9 Prozentpunkte über dem Basiszinssatz".into(),
            },
            lines: Vec::new(),
            treatment: ChargeTreatment::WaivedIfPaid,
        }),
        consequences: if late {
            vec![
                Consequence { kind: ConsequenceKind::PaymentInAdvance, on: Some(day("2026-12-01")) },
                Consequence { kind: ConsequenceKind::CreditLimitReview, on: None },
            ]
        } else {
            Vec::new()
        },
        dispute_by: Some(day("2026-11-27")),
        plan_offered: late,
        copies_to: Vec::new(),
        missing: Vec::new(),
    }
}

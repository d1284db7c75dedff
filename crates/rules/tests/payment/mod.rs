//! A payment, what is owed, and what an answer says in a line: for the tests of cash application.

use dunwell_rules::account::EntryId;
use dunwell_rules::calendar::Date;
use dunwell_rules::cash::Owed;
use dunwell_rules::cash::{
    Allocation, Answer, CashPolicy, OpenCredit, PayableLine, Receipt, RemittanceLine, Short, Source, apply,
};
use dunwell_rules::item::ItemKind;
use dunwell_rules::money::Currency;

pub(crate) fn day(text: &str) -> Date {
    text.parse().expect("a day")
}

/// An open line of the first account: item, instalment, document, due date, amount.
pub(crate) fn instalment(item: i64, number: i64, document: &str, due: &str, open: i64) -> PayableLine {
    PayableLine {
        account: EntryId(1),
        item: EntryId(item),
        line: number,
        document: document.into(),
        po_number: None,
        kind: ItemKind::Invoice,
        due_date: day(due),
        open,
        document_amount: open,
        discount: None,
        disputed: 0,
    }
}

/// The same of a document with one line.
pub(crate) fn line(item: i64, document: &str, due: &str, open: i64) -> PayableLine {
    instalment(item, 1, document, due, open)
}

/// A credit of the first account.
pub(crate) fn credit(item: i64, document: &str, unapplied: i64) -> OpenCredit {
    OpenCredit { account: EntryId(1), item: EntryId(item), document: document.into(), unapplied }
}

/// Dollars of 2026-03-10 of a payer who writes these references.
pub(crate) fn receipt(amount: i64, references: &[&str]) -> Receipt {
    Receipt {
        amount,
        currency: Currency::USD,
        value_date: day("2026-03-10"),
        remittance: Vec::new(),
        references: references.iter().map(|text| (*text).into()).collect(),
        stated: Vec::new(),
        discount_bp: None,
        held_back: Vec::new(),
        charges: 0,
        text: references.join(" "),
    }
}

/// A line of an advice.
pub(crate) fn paid(document: &str, amount: i64) -> RemittanceLine {
    RemittanceLine { document: document.into(), paid: Some(amount), discount: 0, deductions: Vec::new() }
}

/// What the standard policy says.
pub(crate) fn answer(receipt: &Receipt, owed: &Owed) -> Answer {
    apply(receipt, owed, &CashPolicy::default())
}

/// What an answer says, in a line: rule, item/line:amount each, what is missing, what stays on account, what is asked.
pub(crate) fn told(answer: &Answer) -> String {
    let applied = answer.apply.as_ref().map_or_else(String::new, |found| {
        let of = |a: &Allocation| {
            let from = if a.from == Source::Receipt { "" } else { "credit " };
            format!(" {from}{}/{}:{}", a.item.0, a.line, a.amount)
        };
        let short = |s: &Short| format!(" short {}/{}:{} {}", s.item.0, s.line, s.amount, s.why.code());
        let parts: String = found.allocations.iter().map(of).chain(found.short.iter().map(short)).collect();
        format!("{}{parts} rest {}", found.rule.id(), found.on_account)
    });
    let asked: String = answer.questions.iter().map(|question| format!(" ? {}", question.code())).collect();
    format!("{applied}{asked}")
}

//! Refunds, write-offs, and credits that belong to another account.

use dunwell_desk::Refusal;
use dunwell_desk::refunds::ask::{Payee, RefundAsked, ask_refund};
use dunwell_desk::refunds::end::end_refund;
use dunwell_desk::refunds::pay::{pay_refunds, refund_file_text};
use dunwell_desk::refunds::{refund, refund_files, refunds};
use dunwell_desk::rules::refund::{RefundEnd, RefundState};
use dunwell_desk::rules::rights::Action;
use dunwell_desk::rules::write_off::WriteOffReason;
use dunwell_desk::transfer_credit::transfer_credit;
use dunwell_desk::write_off_small::{SmallAsked, small_batches, take_back_small, write_off_small};
use dunwell_desk::write_offs::{ToWriteOff, recover, take_back_write_off, write_off, write_offs};
use serde_json::json;

use super::operation::{Asked, Done, Operation, Shape, get, may, must, one, one_of, page, post};
use super::types::whole;

/// Every operation about money that goes back, and about what is given up.
pub(super) fn operations() -> Vec<Operation> {
    [of_refunds(), of_write_offs()].into_iter().flatten().collect()
}

fn of_refunds() -> Vec<Operation> {
    use Action::{Apply, EndRefund, PayRefunds, ReadAccounts, RequestRefund};
    use Shape::{List, One};
    let ask = "Ask for a credit to be paid back; a second person signs, and then it is taken off.";
    let end = "Say that the bank paid a refund, that it came back, or that it is called off.";
    let pay = "Write the payment files of all signed refunds that are in none yet, one a way of paying.";
    let text = "A payment file as it was written, to be handed to the bank.";
    let transfer = "Move an unapplied credit, or a part of it, to the account that it belongs to.";
    let states = one_of(RefundState::CODES);
    vec![
        get("/api/v1/refunds", ReadAccounts, "Refunds, the newest first.", List("Refund", &[]), list)
            .asks([may("account", "name", "of this account"), may("state", &states, "that stand so")])
            .paged(),
        get("/api/v1/refunds/{id}", ReadAccounts, "One refund.", One("Refund"), one_refund),
        post("/api/v1/accounts/{code}/refunds", RequestRefund, ask, "Refund", ask_it).takes([
            must("credit", "name", "the credit's document number"),
            may("amount", "amount", "all that is neither applied nor asked for when left out"),
            must("payee", "name", "the name that the bank account is held in"),
            may("iban", "name", "the IBAN it is paid to"),
            may("bic", "name", "the BIC of that bank; not needed within SEPA"),
            may("routing", "name", "the routing number of a US bank, instead of an IBAN"),
            may("number", "name", "the account number there"),
            may("savings", "bool", "whether that is a savings account"),
            may("text", "text", "what the payee reads; the credit's number when left out"),
        ]),
        post("/api/v1/refunds/{id}/end", EndRefund, end, "Refund", end_it).ok().takes([
            must("how", &one_of(RefundEnd::ALL.map(RefundEnd::code)), "what became of it"),
            may("reason", "text", "why; it can be erased"),
        ]),
        get("/api/v1/refund-files", ReadAccounts, "Payment files, the newest first.", List("RefundFile", &[]), files)
            .paged(),
        get("/api/v1/refund-files/{id}", PayRefunds, text, One("RefundFileText"), file),
        post("/api/v1/refund-files", PayRefunds, pay, "RefundsPaid", pay_them),
        post("/api/v1/accounts/{code}/transfers", Apply, transfer, "CreditMoved", move_it).takes([
            must("credit", "name", "the credit's document number"),
            must("to", "name", "the customer number of the account that it belongs to"),
            may("amount", "amount", "all that is unapplied when left out"),
        ]),
    ]
}

fn of_write_offs() -> Vec<Operation> {
    use Action::{Apply, ReadAccounts, WriteOff};
    let off = "Write off an item or a part of it; above the limit of who asks a second person signs.";
    let back =
        "Money came in for what was written off: take so much of it back and set the credit against the document.";
    let small = "Look at the small balances of all accounts, and write all of them off together; above the limit of who asks \
                 a second person signs under the whole.";
    let small_back = "Take a whole batch of small balances back that was a mistake.";
    vec![
        get(
            "/api/v1/write-offs",
            ReadAccounts,
            "Write-offs, the newest first.",
            Shape::List("WriteOff", &[]),
            written_off,
        )
        .asks([may("account", "name", "of this account")])
        .paged(),
        post("/api/v1/accounts/{code}/write-offs", WriteOff, off, "WrittenOff", write_it_off).takes([
            must("document", "name", "the document number"),
            may("amount", "amount", "all that is open when left out"),
            may("reason", &one_of(WriteOffReason::ALL.map(WriteOffReason::code)), "small_balance when left out"),
            may("tax_relief", "bool", "tax is claimed back with it; bad debt alone"),
            may("text", "text", "in your words; it can be erased"),
        ]),
        get(
            "/api/v1/small-balances",
            ReadAccounts,
            "Batches of small balances that were written off together, the newest first.",
            Shape::List("SmallBatch", &[]),
            small_listed,
        )
        .paged(),
        post("/api/v1/small-balances", WriteOff, small, "SmallReport", small_balances).ok().takes([
            must("below", "amount", "what is open of an item is less than this"),
            may("older_than_days", "count", "all of it fell due at least so many days ago; 0 when left out"),
            may("currency", "name", "the currency; the book's own when left out"),
            may("commit", "bool", "write them off; else they are only listed"),
            may("version", "name", "the version of the list that was looked at; refused where something of it moved"),
            may("text", "text", "in your words; it can be erased"),
        ]),
        post("/api/v1/small-balances/{id}/take-back", WriteOff, small_back, "SmallTakenBack", small_taken_back)
            .ok()
            .takes([must("reason", "name", "why; it can be erased")]),
        post("/api/v1/write-offs/{id}/recover", Apply, back, "TakenBack", recover_it).ok().takes([
            must("credit", "name", "the document number of the credit that came in"),
            may("amount", "amount", "as much as both allow when left out"),
        ]),
        post(
            "/api/v1/write-offs/{id}/take-back",
            WriteOff,
            "Take a whole write-off back that was a mistake.",
            "TakenBack",
            take_back,
        )
        .ok()
        .takes([must("reason", "name", "why; it can be erased")]),
    ]
}

fn flag(asked: &Asked, name: &str) -> bool {
    asked.fields.get(name).and_then(serde_json::Value::as_bool).unwrap_or(false)
}

async fn list(asked: Asked) -> Done {
    let (account, state) = (asked.param("account"), asked.param("state"));
    page(&refunds(&asked.desk, account, state, asked.cursor(), asked.limit()).await?, "refunds")
}

async fn one_refund(asked: Asked) -> Done {
    one(&refund(&asked.desk, asked.id("id")).await?)
}

async fn ask_it(asked: Asked) -> Done {
    let payee = Payee {
        name: asked.needed("payee")?,
        iban: asked.text("iban"),
        bic: asked.text("bic"),
        routing: asked.text("routing"),
        number: asked.text("number"),
        savings: flag(&asked, "savings"),
        text: asked.text("text"),
    };
    let refund = RefundAsked {
        account: asked.id("code").to_owned(),
        credit: asked.needed("credit")?,
        amount: asked.text("amount"),
        payee,
    };
    one(&ask_refund(&asked.desk, &refund, asked.on).await?)
}

async fn end_it(asked: Asked) -> Done {
    let how = asked.needed("how")?;
    let why = format!("use one of {}", RefundEnd::ALL.map(RefundEnd::code).join(", "));
    let end = RefundEnd::parse(&how).ok_or(Refusal::BadValue { what: "end", value: how, why })?;
    one(&end_refund(&asked.desk, asked.id("id"), end, asked.text("reason").as_deref(), asked.on).await?)
}

async fn files(asked: Asked) -> Done {
    page(&refund_files(&asked.desk, asked.cursor(), asked.limit()).await?, "files")
}

async fn file(asked: Asked) -> Done {
    let text = refund_file_text(&asked.desk, asked.id("id")).await?;
    one(&json!({ "file": asked.id("id"), "text": text }))
}

async fn pay_them(asked: Asked) -> Done {
    one(&pay_refunds(&asked.desk, asked.on).await?)
}

async fn move_it(asked: Asked) -> Done {
    let (credit, to, amount) = (asked.needed("credit")?, asked.needed("to")?, asked.text("amount"));
    one(&transfer_credit(&asked.desk, asked.id("code"), &credit, &to, amount.as_deref(), asked.on).await?)
}

async fn written_off(asked: Asked) -> Done {
    page(&write_offs(&asked.desk, asked.param("account"), asked.cursor(), asked.limit()).await?, "write_offs")
}

async fn write_it_off(asked: Asked) -> Done {
    let given_up = ToWriteOff {
        account: asked.id("code").to_owned(),
        document: asked.needed("document")?,
        amount: asked.text("amount"),
        reason: asked.text("reason"),
        tax_relief: flag(&asked, "tax_relief"),
        words: asked.text("text"),
    };
    one(&write_off(&asked.desk, &given_up, asked.on, asked.on).await?)
}

async fn small_balances(asked: Asked) -> Done {
    let meant = SmallAsked {
        below: asked.needed("below")?,
        older_than_days: asked.fields.get("older_than_days").and_then(whole),
        currency: asked.text("currency"),
        commit: flag(&asked, "commit"),
        version: asked.text("version"),
        words: asked.text("text"),
    };
    one(&write_off_small(&asked.desk, &meant, asked.on, asked.on).await?)
}

async fn small_listed(asked: Asked) -> Done {
    page(&small_batches(&asked.desk, asked.cursor(), asked.limit()).await?, "batches")
}

async fn small_taken_back(asked: Asked) -> Done {
    one(&take_back_small(&asked.desk, asked.id("id"), &asked.needed("reason")?, asked.on).await?)
}

async fn recover_it(asked: Asked) -> Done {
    let (credit, amount) = (asked.needed("credit")?, asked.text("amount"));
    one(&recover(&asked.desk, asked.id("id"), &credit, amount.as_deref(), asked.on).await?)
}

async fn take_back(asked: Asked) -> Done {
    one(&take_back_write_off(&asked.desk, asked.id("id"), &asked.needed("reason")?, asked.on).await?)
}

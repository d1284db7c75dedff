//! Money that went back, and bank statements that do not account for their balances.

use dunwell_desk::Refusal;
use dunwell_desk::cash::clear_return::{
    ReturnShown, cash_return, match_return_of, returns_page, returns_settled, see_return, unmatch_return,
};
use dunwell_desk::cash::foot_statements::{see_statement, statements_page};
use dunwell_desk::cash::paid_refunds::{refund_payments_page, see_refund_payment};
use dunwell_desk::rules::rights::Action;
use serde_json::Value;

use super::operation::{Asked, Done, Operation, Shape, get, may, must, one, page, post};
use super::trouble::Trouble;

/// Every operation about returns and bank statements.
pub(super) fn operations() -> Vec<Operation> {
    use Action::{ReadAccounts, Unapply};
    use Shape::{List, One};
    let queue =
        "Bookings that took money back and found no receipt, or several, with the receipts that they may take back.";
    let settle = "Say which receipt a return takes back, or why nothing is to be done about it.";
    let release = "Take a return off the receipt that it took back: the receipt stands again, set against nothing.";
    let unfooted = "Final bank statements that do not account for their balances.";
    let seen = "Say why a statement does not account for its balances; another difference is asked again.";
    let misfits = "What the bank paid under the id of a refund and that does not fit it: another amount, or one that nobody had \
                   it pay.";
    let explained = "Say what a payment that does not fit its refund is; the refund is confirmed or said to have come back by \
                     name.";
    vec![
        get("/api/v1/returns", ReadAccounts, queue, List("ReturnShown", &[]), list)
            .asks([may("state", "asked|taken_back", "those a person is asked about, or those that took a receipt back, the newest first; asked when left out")])
            .paged(),
        get("/api/v1/returns/{id}", ReadAccounts, "One return.", One("ReturnShown"), shown),
        post("/api/v1/returns/{id}/settle", Unapply, settle, "ReturnShown", settle_it).ok().takes([
            may("receipt", "id", "the receipt it takes back, or of which it takes a part"),
            may("documents", "[text]", "of a part: the documents that the receipt is taken off; what is unapplied, or the only one of just that amount, when left out"),
            may("reason", "text", "why nothing is to be done, where no receipt is named"),
        ]),
        post("/api/v1/returns/{id}/release", Unapply, release, "ReturnShown", release_it).ok(),
        get("/api/v1/unfooted-statements", ReadAccounts, unfooted, List("UnfootedStatement", &[]), statements).paged(),
        post("/api/v1/unfooted-statements/{id}/settle", Unapply, seen, "UnfootedStatement", see_it)
            .ok()
            .takes([must("reason", "text", "why")]),
        get("/api/v1/refund-payments", ReadAccounts, misfits, List("RefundPayment", &[]), payments).paged(),
        post("/api/v1/refund-payments/{id}/settle", Unapply, explained, "RefundPayment", see_payment)
            .ok()
            .takes([must("reason", "text", "what it is")]),
    ]
}

async fn list(asked: Asked) -> Done {
    if asked.param("state") == Some("taken_back") {
        return page(&returns_settled(&asked.desk, asked.cursor(), asked.limit()).await?, "returns");
    }
    page(&returns_page(&asked.desk, asked.cursor(), asked.limit()).await?, "returns")
}

async fn shown(asked: Asked) -> Done {
    one(&of_address(&asked).await?)
}

/// The return that the address names.
async fn of_address(asked: &Asked) -> Result<ReturnShown, Trouble> {
    let id = asked.id("id");
    let found = cash_return(&asked.desk, id).await?;
    Ok(found.ok_or_else(|| Refusal::NotFound { what: "return", id: id.to_owned() })?)
}

async fn settle_it(asked: Asked) -> Done {
    // A return that is not there is said before what is missing about it.
    of_address(&asked).await?;
    match asked.text("receipt") {
        Some(receipt) => {
            let documents = asked.fields.get("documents").and_then(Value::as_array).into_iter().flatten();
            let documents: Vec<String> = documents.filter_map(Value::as_str).map(str::to_owned).collect();
            one(&match_return_of(&asked.desk, asked.id("id"), &receipt, &documents, asked.on).await?)
        }
        None => one(&see_return(&asked.desk, asked.id("id"), &asked.needed("reason")?, asked.on).await?),
    }
}

async fn release_it(asked: Asked) -> Done {
    one(&unmatch_return(&asked.desk, asked.id("id"), asked.on).await?)
}

async fn statements(asked: Asked) -> Done {
    page(&statements_page(&asked.desk, asked.cursor(), asked.limit()).await?, "bank_statements")
}

async fn payments(asked: Asked) -> Done {
    page(&refund_payments_page(&asked.desk, asked.cursor(), asked.limit()).await?, "refund_payments")
}

async fn see_payment(asked: Asked) -> Done {
    one(&see_refund_payment(&asked.desk, asked.id("id"), &asked.needed("reason")?, asked.on).await?)
}

async fn see_it(asked: Asked) -> Done {
    one(&see_statement(&asked.desk, asked.id("id"), &asked.needed("reason")?, asked.on).await?)
}

//! Cash: receipts that a person is asked about, what they say, and the files that banks sent.

use dunwell_desk::Refusal;
use dunwell_desk::cash::clear_exception::{ReceiptMatched, match_receipt, unmatch_receipt};
use dunwell_desk::cash::exceptions::cash_receipt_in;
use dunwell_desk::cash::import_bank_file::{BankRequest, import_bank_files};
use dunwell_desk::cash::payer_marks::{forget_payer, payer_marks};
use dunwell_desk::cash::queue::{QUESTIONS, QueueChoice, bank_files, cash_figures, cash_queue};
use dunwell_desk::cash::set_aside::{ToSetAside, receipts_set_aside, set_aside};
use dunwell_desk::cash::set_lines::LinePaid;
use dunwell_desk::formats::bank::{BankProfile, Format, StatementProfile};
use dunwell_desk::formats::profile_text::ProfileError;
use dunwell_desk::import::ImportFile;
use dunwell_desk::rules::cash::set_aside::SetAsideReason;
use dunwell_desk::rules::rights::Action;
use dunwell_store::views::cash::QueueOrder;
use serde_json::{Map, Value};

use super::operation::{Asked, Done, Operation, Shape, get, may, must, one, one_of, page, post};
use super::trouble::Trouble;
use super::types::{fits, said, whole};
use crate::uploads::TURNS;

/// Every operation about cash.
pub(super) fn operations() -> Vec<Operation> {
    use Action::{Apply, Import, ReadAccounts, ReadJournal, SetAside, Unapply};
    use Shape::{List, One};
    let stands =
        "How cash stands: what is asked, what is nobody's, what is set against nothing, and the newest bank file.";
    let queue = "The receipts that a person is asked about.";
    let shown = "One receipt: who may have paid, what it may pay there, and the open lines it may be set against.";
    let matched = "Say whose a receipt is and what it pays: a proposal, documents or lines; what is left over must be left on \
                   account by name. With none of them the first proposal is taken.";
    let unmatched = "Take a receipt back from its account: what it paid is open again, and it is nobody's.";
    let aside = "Set a receipt aside that no customer paid: it leaves the control balance and the queue, and stays known. \
                 Unmatch takes that back.";
    let asides = "The receipts that were set aside, the newest first.";
    let files = "The bank files that were handed in, the newest first: when and by whom, their control totals, what came of each, and \
                 why one was refused.";
    let read = "Read a bank's file: the body is the file, at most 64 MiB. Each payment is recorded once whatever file tells of \
                it; a repeat changes nothing.";
    let formats: Vec<&str> = Format::ALL.iter().map(|format| format.name()).collect();
    let version = || must("version", "name", "the version of the receipt that was seen");
    let known = "By what an account is known as a payer, and was: bank accounts and names that a person confirmed.";
    let forget = "Forget a bank account or a name of a payer: no receipt is known by it any more, and what was applied stays so.";
    vec![
        get("/api/v1/cash", ReadAccounts, stands, One("CashFigures"), figures),
        get("/api/v1/receipts", ReadAccounts, queue, List("Receipt", &[("order", "age|amount")]), receipts)
            .asks([
                may(
                    "order",
                    &one_of(QueueOrder::ALL.map(QueueOrder::code)),
                    "longest asked or largest first; age when left out",
                ),
                may("question", &one_of(QUESTIONS), "only those asked this"),
            ])
            .paged(),
        get("/api/v1/accounts/{code}/payers", ReadAccounts, known, One("PayerMarks"), marks),
        post("/api/v1/accounts/{code}/payers/{id}/forget", Apply, forget, "PayerMarks", forget_it).ok(),
        get("/api/v1/receipts/{id}", ReadAccounts, shown, One("ReceiptShown"), receipt).asks([
            may(
                "account",
                "name",
                "the customer number whose open lines are shown; whose it is, or the likeliest payer, when left out",
            ),
            may("currency", "name", "the currency of the open lines that are shown; the receipt's own when left out"),
        ]),
        post("/api/v1/receipts/{id}/match", Apply, matched, "ReceiptStands", matches).ok().takes([
            may("account", "name", "whose it is, as a customer number; where it is already when left out"),
            may("proposal", "name", "the proposal that is taken, as it was shown"),
            may("documents", "[text]", "documents it pays, each as much as both allow"),
            may(
                "lines",
                "[LinePaid]",
                "lines it pays, each with an amount; or, of a line that it pays already, the reason alone for which the rest is disputed",
            ),
            may(
                "currency",
                "name",
                "the currency of what it pays, where it is another than its own and no document says so",
            ),
            may(
                "rate",
                "name",
                "the rate into that currency, as units of it for one of the receipt's; the dated one when left out",
            ),
            may("as_it_is", "bool", "leave it where it is and ask no more; what is short of what it pays stays open"),
            may("on_account", "bool", "leave what nothing named takes on account"),
            may("learn", "bool", "know the payer by this receipt's bank account and name from now on"),
            version(),
        ]),
        post("/api/v1/receipts/{id}/unmatch", Unapply, unmatched, "ReceiptStands", unmatches).ok().takes([version()]),
        post("/api/v1/receipts/{id}/set-aside", SetAside, aside, "ReceiptSetAside", sets_aside).ok().takes([
            must("reason", &one_of(SetAsideReason::ALL.map(SetAsideReason::code)), "why no customer paid it"),
            may("because", "text", "the same in words; other needs them"),
            version(),
        ]),
        get("/api/v1/set-aside", ReadAccounts, asides, List("SetAside", &[]), set_aside_list).paged(),
        get("/api/v1/bank-files", ReadJournal, files, List("BankFile", &[]), files_read).paged(),
        post("/api/v1/bank-files", Import, read, "BankReport", read_file).ok().repeatable().takes_file().asks([
            may("format", &formats.join("|"), "the format; told from the file when left out"),
            may("name", "text", "the file's name in reports; bank-file when left out"),
            may("accept_totals", "name", "why the file is taken though its control totals are wrong"),
            may(
                "profile",
                "name",
                "how the bank writes its tables or lockbox files: the name of a profile that ships, or the text of one (TOML); the one \
                 that fits when left out",
            ),
            may("dry_run", "bool", "say what would be read and record nothing"),
        ]),
    ]
}

async fn figures(asked: Asked) -> Done {
    one(&cash_figures(&asked.desk).await?)
}

async fn receipts(asked: Asked) -> Done {
    let order = asked.param("order").and_then(QueueOrder::parse).unwrap_or_default();
    let choice = QueueChoice { order, question: asked.param("question").unwrap_or_default() };
    page(&cash_queue(&asked.desk, choice, asked.cursor(), asked.limit()).await?, "receipts")
}

async fn receipt(asked: Asked) -> Done {
    let (account, currency) = (asked.param("account"), asked.param("currency"));
    one(&cash_receipt_in(&asked.desk, asked.id("id"), account, currency).await?)
}

async fn matches(asked: Asked) -> Done {
    let flag = |name: &str| asked.fields.get(name).and_then(Value::as_bool).unwrap_or(false);
    let list = |name: &str| asked.fields.get(name).and_then(Value::as_array).cloned().unwrap_or_default();
    let documents = list("documents").iter().filter_map(Value::as_str).map(|text| (text.to_owned(), None)).collect();
    let said = ReceiptMatched {
        account: asked.text("account"),
        documents,
        lines: list("lines").iter().map(line_paid).collect::<Result<_, _>>()?,
        proposal: asked.text("proposal"),
        currency: asked.text("currency"),
        rate: asked.text("rate"),
        as_it_is: flag("as_it_is"),
        on_account: flag("on_account"),
        learn: flag("learn"),
        version: Some(asked.needed("version")?),
    };
    one(&match_receipt(&asked.desk, asked.id("id"), &said, asked.on).await?)
}

/// One of the lines that a receipt pays: an object of these fields and no others.
fn line_paid(value: &Value) -> Result<LinePaid, Trouble> {
    const FIELDS: [(&str, &str, bool); 4] =
        [("item", "id", true), ("line", "count", true), ("amount", "amount?", false), ("held_back", "text?", false)];
    let malformed = |words: String| Trouble::own("malformed", format!("A line of lines is refused: {words}."));
    let fields: &Map<String, Value> = value.as_object().ok_or_else(|| malformed(format!("{value} is no object")))?;
    if let Some(name) = fields.keys().find(|name| !FIELDS.iter().any(|(known, ..)| known == name)) {
        return Err(malformed(format!("it has no field {name}")));
    }
    for (name, of, needed) in FIELDS {
        match fields.get(name) {
            Some(value) if fits(of, value) => {}
            None if !needed => {}
            Some(_) | None => return Err(malformed(format!("{name} must be {}", said(of.trim_end_matches('?'))))),
        }
    }
    let text = |name: &str| fields.get(name).and_then(Value::as_str).filter(|text| !text.is_empty()).map(str::to_owned);
    Ok(LinePaid {
        item: text("item").unwrap_or_default(),
        line: fields.get("line").and_then(whole).unwrap_or(1),
        amount: text("amount"),
        held_back: text("held_back"),
    })
}

async fn unmatches(asked: Asked) -> Done {
    let seen = asked.needed("version")?;
    one(&unmatch_receipt(&asked.desk, asked.id("id"), Some(&seen), asked.on).await?)
}

async fn sets_aside(asked: Asked) -> Done {
    let said = ToSetAside {
        reason: asked.needed("reason")?,
        because: asked.text("because"),
        version: Some(asked.needed("version")?),
    };
    one(&set_aside(&asked.desk, asked.id("id"), &said, asked.on).await?)
}

async fn set_aside_list(asked: Asked) -> Done {
    page(&receipts_set_aside(&asked.desk, asked.cursor(), asked.limit()).await?, "receipts")
}

async fn files_read(asked: Asked) -> Done {
    page(&bank_files(&asked.desk, asked.cursor(), asked.limit()).await?, "files")
}

/// A profile of banks by the name under which it ships, or from its text.
fn bank_profile(text: &str) -> Result<BankProfile, Trouble> {
    if let Some(shipped) = StatementProfile::shipped(text) {
        return Ok(BankProfile::Statement(shipped));
    }
    Ok(BankProfile::parse(text).map_err(unfit_profile)?)
}

/// What is said of a profile that cannot be read.
pub(super) fn unfit_profile(why: ProfileError) -> Refusal {
    Refusal::BadValue { what: "profile", value: String::new(), why: why.to_string() }
}

async fn read_file(asked: Asked) -> Done {
    let request = BankRequest {
        format: asked.param("format").and_then(Format::from_name),
        profile: asked.param("profile").map(bank_profile).transpose()?,
        accept_totals: asked.param("accept_totals").map(str::to_owned),
        dry_run: asked.flag("dry_run"),
        ..BankRequest::new(
            vec![ImportFile::bytes(asked.param("name").unwrap_or("bank-file"), asked.file.to_vec())],
            asked.on,
        )
    };
    let _turn = TURNS.acquire().await;
    one(&import_bank_files(&asked.desk, &request).await?)
}

async fn marks(asked: Asked) -> Done {
    one(&payer_marks(&asked.desk, asked.id("code")).await?)
}

async fn forget_it(asked: Asked) -> Done {
    one(&forget_payer(&asked.desk, asked.id("code"), asked.id("id"), asked.on).await?)
}

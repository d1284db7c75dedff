//! Refunds and credits that move: the whole road of each, what is refused, and two hands at once.

mod lives;
mod misfits;
mod write_offs;

use std::sync::{Arc, Barrier};

use crate::common::{INVOICES, PAYMENTS, code, conserved, day, desk_as, new_desk, open_on, put, ticking, verified};
use dunwell_desk::Desk;
use dunwell_desk::apply_cash::{ApplicationAsked, apply_cash, apply_to, reverse, unapply};
use dunwell_desk::approve::{approve, decline};
use dunwell_desk::cash::clear_exception::{ReceiptMatched, match_receipt, unmatch_receipt};
use dunwell_desk::cash::exceptions::{cash_exceptions, cash_receipt};
use dunwell_desk::cash::import_bank_file::{BankRequest, import_bank_files};
use dunwell_desk::cash::queue::bank_files;
use dunwell_desk::erase_people::erase_people;
use dunwell_desk::import::{ImportFile, ImportKind, reverse_import};
use dunwell_desk::keep_book::{add_user, change_settings};
use dunwell_desk::open_dispute::put_on_hold;
use dunwell_desk::refunds::ask::{Payee, RefundAsked, ask_refund};
use dunwell_desk::refunds::end::end_refund;
use dunwell_desk::refunds::pay::{pay_refunds, refund_file_text};
use dunwell_desk::refunds::{refund, refunds};
use dunwell_desk::rules::account::EntryId;
use dunwell_desk::rules::refund::RefundEnd;
use dunwell_desk::transfer_credit::transfer_credit;
use dunwell_store::db::Db;
use dunwell_store::testing::on_each_database;

const TODAY: &str = "2025-03-03";
const OWN: &str = r#"
[pays_from.transfer]
name = "Seller GmbH"
iban = "DE02120300000000202051"
[pays_from.ach]
name = "Seller Inc"
routing = "121042882"
number = "998877"
company_id = "1512345678"
"#;

/// Two customers: ACME has 500.00 unapplied (P-1) and owes INV-1 (20.00) and INV-2 (900.00); BETA owes INV-3. People: `cleo`
/// and `carl`, collectors; `mara`, a manager; `abe`, an approver.
async fn book(db: &Db) -> Desk {
    let desk = new_desk(db, "refunds", ticking).await;
    for (name, role) in [("cleo", "collector"), ("carl", "collector"), ("mara", "manager"), ("abe", "approver")] {
        add_user(&desk, name, role, day("2024-01-01")).await.expect("a user");
    }
    let rows = "ACME,Acme,INV-1,invoice,2025-01-10,2025-02-09,USD,20.00,,\n\
                ACME,Acme,INV-2,invoice,2025-01-10,2025-02-09,USD,900.00,,\n\
                BETA,Beta,INV-3,invoice,2025-01-10,2025-02-09,USD,300.00,,\n";
    put(&desk, ImportKind::Invoices, &format!("{INVOICES}{rows}"), day("2025-02-01")).await;
    let paid = "ACME,P-1,2025-02-20,USD,500.00\n";
    put(&desk, ImportKind::Payments, &format!("{PAYMENTS}{paid}"), day("2025-02-20")).await;
    let settings = change_settings(&desk, OWN, day(TODAY)).await.expect("own bank accounts");
    let mut desk = desk;
    desk.book.settings = settings;
    desk
}

async fn who(db: &Db, name: &str) -> Desk {
    desk_as(db, "refunds", name, ticking).await
}

fn asked(amount: Option<&str>, payee: Payee) -> RefundAsked {
    RefundAsked { account: "ACME".into(), credit: "P-1".into(), amount: amount.map(str::to_owned), payee }
}

fn by_iban() -> Payee {
    Payee { name: "Acme".into(), iban: Some("DE89 3704 0044 0532 0130 00".into()), ..Payee::default() }
}

fn at_us_bank() -> Payee {
    let (routing, number) = (Some("021000021".into()), Some("4711".into()));
    Payee { name: "Acme".into(), routing, number, ..Payee::default() }
}

/// What is open of a document, credits below zero.
async fn open(desk: &Desk, account: &str, document: &str) -> i64 {
    let rows = open_on(desk, day(TODAY)).await;
    rows.iter().filter(|row| row.0 == account && row.1 == document).map(|row| row.2).sum()
}

#[test]
fn a_refund_goes_from_request_to_payment_and_comes_back() {
    on_each_database(async |place| {
        let db = place.db();
        let desk = book(db).await;
        let (cleo, mara, on) = (who(db, "cleo").await, who(db, "mara").await, day(TODAY));
        let first = ask_refund(&cleo, &asked(Some("200.00"), by_iban()), on).await.expect("asked");
        assert_eq!((first.state, first.payee_account_ends.as_deref()), ("requested", Some("3000")));
        assert_eq!(open(&desk, "ACME", "P-1").await, -50_000, "asking takes nothing off");
        assert_eq!(code(ask_refund(&cleo, &asked(Some("300.01"), by_iban()), on).await), "over_applied");
        let second = ask_refund(&cleo, &asked(None, at_us_bank()), on).await.expect("the rest");
        assert_eq!(second.amount.minor, 30_000);
        let request = first.request.to_string();
        assert_eq!(code(approve(&cleo, &request, None, on).await), "role_cannot_approve");
        assert_eq!(pay_refunds(&mara, on).await.expect("nothing").files.len(), 0, "nothing is signed");
        approve(&mara, &request, None, on).await.expect("signed");
        assert_eq!(open(&desk, "ACME", "P-1").await, -30_000, "the signature takes the credit off");
        approve(&mara, &second.request.to_string(), None, on).await.expect("signed");
        conserved(&desk, on).await;

        let paid = pay_refunds(&mara, on).await.expect("two files");
        let kinds: Vec<_> = paid.files.iter().map(|file| (file.kind.as_str(), file.payments)).collect();
        assert_eq!((kinds, paid.left_out.len()), (vec![("pain.001", 1), ("nacha", 1)], 0));
        let text = refund_file_text(&mara, &paid.files[0].file.to_string()).await.expect("a file");
        assert!(text.contains("<IBAN>DE89370400440532013000</IBAN>") && text.contains(&first.end_to_end_id), "{text}");
        assert_eq!(code(refund_file_text(&cleo, &paid.files[0].file.to_string()).await), "role_cannot");
        assert!(pay_refunds(&mara, on).await.expect("a repeat").files.is_empty(), "each is in one file");
        let again = refund_file_text(&mara, &paid.files[0].file.to_string()).await.expect("a file");
        assert_eq!(text, again, "byte for byte");

        // The bank pays the one, and says so in its file; the other comes back, by hand.
        let id = first.refund.to_string();
        let report = bank(&desk, &camt(&first.end_to_end_id, "DBIT", "B-1")).await;
        assert_eq!((report.receipts, refund(&desk, &id).await.expect("it").state), (0, "confirmed"));
        let told = bank_files(&desk, None, None).await.expect("a history").files.remove(0);
        let outcome = told.outcome.expect("read to its end");
        assert_eq!((report.refunds_confirmed, &outcome["refunds_confirmed"]), (1, &1.into()), "the history says so");
        assert_eq!(code(end_refund(&mara, &id, RefundEnd::Cancelled, None, on).await), "refund_state");
        let other = second.refund.to_string();
        assert_eq!(code(end_refund(&cleo, &other, RefundEnd::Cancelled, None, on).await), "role_cannot");
        end_refund(&cleo, &other, RefundEnd::Returned, Some("account closed"), on).await.expect("it came back");
        assert_eq!(open(&desk, "ACME", "P-1").await, -30_000, "the credit stands again");
        assert_eq!(code(end_refund(&cleo, &other, RefundEnd::Returned, None, on).await), "refund_state");
        // What the bank brings back is the credit again, and no receipt beside it, however often the file is read.
        for _ in 0..2 {
            let report = bank(&desk, &camt(&first.end_to_end_id, "CRDT", "B-2")).await;
            assert_eq!((report.receipts, refund(&desk, &id).await.expect("it").state), (0, "returned"));
        }
        assert_eq!(open(&desk, "ACME", "P-1").await, -50_000);
        conserved(&desk, on).await;
        verified(&desk).await;
        let list = refunds(&desk, Some("ACME"), Some("returned"), None, None).await.expect("a list");
        assert_eq!((list.refunds.len(), list.next_cursor), (2, None));

        erase_people(&mara, "ACME", on).await.expect("erased");
        assert_eq!(code(refund_file_text(&mara, &paid.files[0].file.to_string()).await), "erased");
        verified(&desk).await;
    });
}

/// A camt.053 of one entry of 200.00 with an end-to-end id.
fn camt(id: &str, side: &str, reference: &str) -> String {
    let (opening, closing) = if side == "DBIT" { ("1000.00", "800.00") } else { ("800.00", "1000.00") };
    let balance = |code: &str, amount: &str| {
        format!(
            "<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy=\"USD\">{amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd>\
             <Dt><Dt>2025-03-03</Dt></Dt></Bal>"
        )
    };
    format!(
        "<?xml version=\"1.0\"?><Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.08\"><BkToCstmrStmt><GrpHdr>\
         <MsgId>{reference}</MsgId><CreDtTm>2025-03-03T18:00:00</CreDtTm></GrpHdr><Stmt><Id>{reference}</Id>\
         <CreDtTm>2025-03-03T18:00:00</CreDtTm><Acct><Id><IBAN>DE02120300000000202051</IBAN></Id><Ccy>USD</Ccy></Acct>\
         {}{}<Ntry><NtryRef>{reference}</NtryRef><Amt Ccy=\"USD\">200.00</Amt><CdtDbtInd>{side}</CdtDbtInd>\
         <Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>2025-03-03</Dt></BookgDt><ValDt><Dt>2025-03-03</Dt></ValDt><BkTxCd/>\
         <NtryDtls><TxDtls><Refs><EndToEndId>{id}</EndToEndId></Refs></TxDtls></NtryDtls></Ntry></Stmt></BkToCstmrStmt></Document>",
        balance("OPBD", opening),
        balance("CLBD", closing),
    )
}

async fn bank(desk: &Desk, text: &str) -> dunwell_desk::cash::import_bank_file::BankReport {
    let files = vec![ImportFile::bytes("monday.xml", text.as_bytes().to_vec())];
    let on = day(TODAY);
    let request = BankRequest::new(files, on);
    let report = import_bank_files(desk, &request).await.expect("a report");
    assert!(!report.is_refused(), "{report:#?}");
    report
}

#[test]
fn what_must_not_be_paid_is_refused_and_what_was_called_off_can_be_asked_again() {
    on_each_database(async |place| {
        let db = place.db();
        let desk = book(db).await;
        let (cleo, mara, on) = (who(db, "cleo").await, who(db, "mara").await, day(TODAY));
        let abe = who(db, "abe").await;
        let wrong = Payee { iban: Some("DE89370400440532013001".into()), ..by_iban() };
        assert_eq!(code(ask_refund(&cleo, &asked(None, wrong), on).await), "bad_value");
        let both = Payee { routing: Some("021000021".into()), number: Some("1".into()), ..by_iban() };
        assert_eq!(code(ask_refund(&cleo, &asked(None, both), on).await), "bad_value");
        let of_debit = RefundAsked { credit: "INV-1".into(), ..asked(None, by_iban()) };
        assert_eq!(code(ask_refund(&cleo, &of_debit, on).await), "not_refundable");
        assert_eq!(code(ask_refund(&abe, &asked(None, by_iban()), on).await), "role_cannot");
        // Who asks does not sign.
        let own = ask_refund(&mara, &asked(None, by_iban()), on).await.expect("asked");
        assert_eq!(code(approve(&mara, &own.request.to_string(), None, on).await), "maker_is_checker");
        end_refund(&mara, &own.refund.to_string(), RefundEnd::Cancelled, None, on).await.expect("called off");
        let declined = ask_refund(&cleo, &asked(None, by_iban()), on).await.expect("all of it is free again");
        decline(&mara, &declined.request.to_string(), Some("no"), on).await.expect("declined");
        assert_eq!(refund(&desk, &declined.refund.to_string()).await.expect("it").state, "not_signed");

        // The credit is applied while the request waits: there is nothing left to sign.
        let late = ask_refund(&cleo, &asked(Some("400.00"), by_iban()), on).await.expect("asked");
        let to =
            ApplicationAsked { credit: "P-1".into(), item: "INV-2".into(), amount: Some("200.00".into()), line: None };
        let applied = apply_cash(&cleo, "ACME", &to, on).await.expect("applied");
        assert_eq!(code(approve(&mara, &late.request.to_string(), None, on).await), "over_applied");
        unapply(&cleo, &applied.entries[0], on).await.expect("taken back");
        approve(&mara, &late.request.to_string(), None, on).await.expect("now it fits");
        // Nobody takes the credit away from under it, piece by piece or whole.
        let row = refund(&desk, &late.refund.to_string()).await.expect("it");
        let debit = format!("RF{}", row.refund);
        let items = dunwell_desk::look::account::account(&desk, "ACME", on).await.expect("an account");
        assert!(items.currencies[0].items.iter().all(|item| item.document != debit), "nothing of it is open");
        // Sanctions stop it even after the signature.
        put_on_hold(&mara, "ACME", "sanctions", "list of the day", None, on).await.expect("held");
        let paid = pay_refunds(&mara, on).await.expect("an answer");
        let left: Vec<_> = paid.left_out.iter().map(|left| left.code).collect();
        assert_eq!((paid.files.len(), left), (0, vec!["sanctioned"]));
        assert_eq!(code(ask_refund(&cleo, &asked(Some("1.00"), by_iban()), on).await), "sanctioned");
        end_refund(&cleo, &late.refund.to_string(), RefundEnd::Cancelled, None, on).await.expect("called off");
        assert_eq!(open(&desk, "ACME", "P-1").await, -50_000);
        conserved(&desk, on).await;
        verified(&desk).await;
    });
}

#[test]
fn a_book_without_an_account_of_its_own_pays_nothing() {
    on_each_database(async |place| {
        let desk = new_desk(place.db(), "refunds", ticking).await;
        let rows = "ACME,P-1,2025-02-20,USD,500.00\n";
        put(
            &desk,
            ImportKind::Invoices,
            &format!("{INVOICES}ACME,Acme,INV-1,invoice,2025-01-10,2025-02-09,USD,20.00,,\n"),
            day(TODAY),
        )
        .await;
        put(&desk, ImportKind::Payments, &format!("{PAYMENTS}{rows}"), day(TODAY)).await;
        assert_eq!(code(ask_refund(&desk, &asked(None, by_iban()), day(TODAY)).await), "no_own_account");
        let wrong = OWN.replace("121042882", "121042883");
        assert_eq!(code(change_settings(&desk, &wrong, day(TODAY)).await), "bad_value");
    });
}

#[test]
fn a_receipt_that_bounced_after_the_signature_is_not_paid_back() {
    on_each_database(async |place| {
        let db = place.db();
        let desk = book(db).await;
        let (cleo, mara, on) = (who(db, "cleo").await, who(db, "mara").await, day(TODAY));
        let refund = ask_refund(&cleo, &asked(None, by_iban()), on).await.expect("asked");
        approve(&mara, &refund.request.to_string(), None, on).await.expect("signed");
        let credit = credit_entry(&desk).await;
        // No person takes it away from under the refund; the bank does.
        assert_eq!(code(reverse(&cleo, &credit, on).await), "refund_lives");
        let mut recording = desk.record("bounced", on).await.expect("a recording");
        let bounced = recording.reverse(EntryId::parse(&credit).expect("an entry"), on).await.expect("no fault");
        bounced.expect("the receipt is reversed");
        recording.commit().await.expect("committed");
        let paid = pay_refunds(&mara, on).await.expect("an answer");
        let left: Vec<_> = paid.left_out.iter().map(|left| left.code).collect();
        assert_eq!((paid.files.len(), left), (0, vec!["not_covered"]));
        assert_eq!(open(&desk, "ACME", &format!("RF{}", refund.refund)).await, 50_000, "else it would be owed");
        let later = day("2025-03-20");
        let view = dunwell_desk::look::account::account(&desk, "ACME", later).await.expect("an account");
        assert_eq!(view.currencies[0].past_due.minor, 92_000, "INV-1 and INV-2: the refund is never chased");
        end_refund(&cleo, &refund.refund.to_string(), RefundEnd::Cancelled, None, on).await.expect("called off");
        assert_eq!(open(&desk, "ACME", &format!("RF{}", refund.refund)).await, 0);
        conserved(&desk, on).await;
        verified(&desk).await;
    });
}

#[test]
fn a_receipt_that_is_refunded_is_not_taken_away_but_by_the_bank() {
    on_each_database(async |place| {
        let db = place.db();
        let desk = book(db).await;
        let (cleo, mara, on) = (who(db, "cleo").await, who(db, "mara").await, day(TODAY));
        let report = bank(&desk, &camt("X-1", "CRDT", "B-7")).await;
        let import = report.files[0].import.clone().expect("an import");
        let found = cash_exceptions(&desk, None, 9).await.expect("a list").remove(0).receipt;
        let (receipt, credit) = (found.receipt.to_string(), found.document);
        let whole =
            |account: &str| ReceiptMatched { account: Some(account.into()), on_account: true, ..Default::default() };
        match_receipt(&mara, &receipt, &whole("ACME"), on).await.expect("it is ACME's");
        let asked = RefundAsked { credit: credit.clone(), ..asked(None, by_iban()) };
        let refund = ask_refund(&cleo, &asked, on).await.expect("asked");
        let id = refund.refund.to_string();
        let taken = async || {
            let item = cash_receipt(&desk, &receipt, None).await;
            let item = item.expect("it").exception.receipt.item;
            [
                code(unmatch_receipt(&mara, &receipt, None, on).await),
                code(match_receipt(&mara, &receipt, &whole("BETA"), on).await),
                code(reverse(&mara, &item.to_string(), on).await),
                code(reverse_import(&mara, &import, on).await),
            ]
        };
        assert_eq!(taken().await, ["refund_lives"; 4], "asked for");
        assert_eq!(code(transfer_credit(&mara, "ACME", &credit, "BETA", None, on).await), "refund_lives");
        approve(&mara, &refund.request.to_string(), None, on).await.expect("signed");
        assert_eq!(taken().await, ["refund_lives"; 4], "signed");
        pay_refunds(&mara, on).await.expect("filed");
        assert_eq!(taken().await, ["refund_lives"; 4], "filed");
        end_refund(&mara, &id, RefundEnd::Confirmed, None, on).await.expect("paid");
        assert_eq!(taken().await, ["refund_lives"; 4], "paid");
        end_refund(&mara, &id, RefundEnd::Returned, None, on).await.expect("it came back");
        unmatch_receipt(&mara, &receipt, None, on).await.expect("nobody is paid with it");
        reverse_import(&mara, &import, on).await.expect("undone");
        verified(&desk).await;
    });
}

/// The entry of ACME's receipt.
async fn credit_entry(desk: &Desk) -> String {
    let mut recording = desk.record("look", day(TODAY)).await.expect("a recording");
    let account = recording.accounts_by_code(&["ACME"]).await.expect("accounts")["ACME"].account;
    let items = recording.items_by_document(account, "P-1").await.expect("items");
    items[0].item.to_string()
}

/// Another process: a thread with a runtime and connections of its own, which begins with the others.
fn at_once<T: Send + 'static>(
    url: &str,
    user: &'static str,
    start: &Arc<Barrier>,
    does: impl AsyncFnOnce(Desk) -> T + Send + 'static,
) -> std::thread::JoinHandle<T> {
    let (url, start) = (url.to_owned(), Arc::clone(start));
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async {
            let db = Db::connect(&url, false).await.expect("another process connects");
            let desk = who(&db, user).await;
            start.wait();
            let answer = does(desk).await;
            db.close().await;
            answer
        })
    })
}

#[test]
fn a_credit_that_is_refunded_and_applied_at_once_is_used_once() {
    on_each_database(async |place| {
        let db = place.db();
        let desk = book(db).await;
        let (cleo, on) = (who(db, "cleo").await, day(TODAY));
        let mut asked_for = Vec::new();
        for _ in 0..4 {
            asked_for.push(ask_refund(&cleo, &asked(Some("125.00"), by_iban()), on).await.expect("asked").request);
        }
        let start = Arc::new(Barrier::new(8));
        let clients: Vec<_> = (0..8_usize)
            .map(|client| {
                let request = asked_for[client / 2].to_string();
                let user = if client % 2 == 0 { "mara" } else { "cleo" };
                at_once(place.url(), user, &start, async move |desk| {
                    if client % 2 == 0 {
                        return code(approve(&desk, &request, None, on).await) == "done";
                    }
                    let amount = Some("125.00".to_owned());
                    let to = ApplicationAsked { credit: "P-1".into(), item: "INV-2".into(), amount, line: None };
                    code(apply_cash(&desk, "ACME", &to, on).await) == "done"
                })
            })
            .collect();
        let done = clients.into_iter().map(|client| client.join().expect("no panic")).filter(|done| *done).count();
        assert_eq!(done, 4, "500.00 are used up by four of eight, and by no more");
        assert_eq!(open(&desk, "ACME", "P-1").await, 0);
        conserved(&desk, on).await;
        verified(&desk).await;
        // Two people write the payment files at once: each refund is in one of them.
        let start = Arc::new(Barrier::new(2));
        let writers: Vec<_> = (0..2)
            .map(|_| {
                at_once(place.url(), "mara", &start, async move |desk| pay_refunds(&desk, on).await.expect("no fault"))
            })
            .collect();
        let written: Vec<_> = writers.into_iter().map(|writer| writer.join().expect("no panic")).collect();
        let payments: i64 = written.iter().flat_map(|paid| &paid.files).map(|file| file.payments).sum();
        let signed = refunds(&desk, None, Some("filed"), None, None).await.expect("a list").refunds.len();
        assert_eq!(payments, i64::try_from(signed).expect("few"));
        verified(&desk).await;
    });
}

#[test]
fn a_credit_moves_to_the_account_it_belongs_to_in_part_or_whole() {
    on_each_database(async |place| {
        let db = place.db();
        let desk = book(db).await;
        let (cleo, on) = (who(db, "cleo").await, day(TODAY));
        let to = ApplicationAsked { credit: "P-1".into(), item: "INV-1".into(), amount: None, line: None };
        apply_cash(&cleo, "ACME", &to, on).await.expect("20.00 stay applied");
        assert_eq!(code(transfer_credit(&cleo, "ACME", "P-1", "ACME", None, on).await), "bad_value");
        assert_eq!(code(transfer_credit(&cleo, "ACME", "P-1", "BETA", Some("480.01"), on).await), "over_applied");
        assert_eq!(code(transfer_credit(&cleo, "ACME", "INV-2", "BETA", None, on).await), "wrong_side");
        transfer_credit(&cleo, "ACME", "P-1", "BETA", Some("100.00"), on).await.expect("moved");
        let unapplied = (open(&desk, "ACME", "P-1").await, open(&desk, "BETA", "P-1").await);
        assert_eq!((unapplied, open(&desk, "ACME", "INV-1").await), ((-38_000, -10_000), 0));
        transfer_credit(&cleo, "BETA", "P-1", "ACME", None, on).await.expect("and back");
        assert_eq!(open(&desk, "BETA", "P-1").await, 0);
        // Or a credit pays another account's document, and stays where it is.
        let to =
            ApplicationAsked { credit: "P-1".into(), item: "INV-3".into(), amount: Some("50.00".into()), line: None };
        apply_to(&cleo, "ACME", Some("BETA"), &to, on).await.expect("applied across");
        assert_eq!(open(&desk, "BETA", "INV-3").await, 25_000);
        conserved(&desk, on).await;
        verified(&desk).await;
    });
}

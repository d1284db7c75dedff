//! Remittance advices at the desk: each once, joined to its receipt whichever of the two comes first, and what it explains.

use std::fs;
use std::path::Path;

use crate::common::{INVOICES, code, day, desk_as, new_desk, put, ticking, verified};
use dunwell_desk::cash::clear_exception::unmatch_receipt;
use dunwell_desk::cash::clear_remittance::{dismiss_remittance, join_remittance, release_remittance};
use dunwell_desk::cash::exceptions::cash_exceptions;
use dunwell_desk::cash::import_bank_file::{BankReport, BankRequest, import_bank_files};
use dunwell_desk::cash::import_remittance::{
    RemittanceReport, RemittanceRequest, import_remittances, waiting_remittances,
};
use dunwell_desk::formats::bank::{BankProfile, StatementProfile};
use dunwell_desk::import::{ImportFile, ImportKind, reverse_import};
use dunwell_desk::keep_book::add_user;
use dunwell_desk::look::account::account;
use dunwell_desk::look::journal::{JournalAsked, journal};
use dunwell_desk::look::open_work::open_work;
use dunwell_desk::open_dispute::{DisputeRaised, open_dispute};
use dunwell_desk::policy_file::preset;
use dunwell_desk::put_policy_in_force::activate_policy;
use dunwell_desk::{Desk, Refusal, Stop};
use dunwell_store::db::Db;
use dunwell_store::testing::on_each_database;

/// A Monday.
const TODAY: &str = "2025-03-03";

async fn book(db: &Db) -> Desk {
    let desk = new_desk(db, "remittance", ticking).await;
    let rows = "GROC,Groc,INV-48129,invoice,2025-01-10,2025-02-09,USD,900.00,,\n\
                GROC,Groc,INV-48131,invoice,2025-01-11,2025-02-10,USD,100.00,,\n\
                BETA,Beta Bakers,INV-50001,invoice,2025-01-10,2025-02-09,USD,100.00,,\n";
    put(&desk, ImportKind::Invoices, &format!("{INVOICES}{rows}"), day("2025-02-01")).await;
    desk
}

/// An X12 820 of one payment.
pub(crate) fn x12(trace: &str, paid: &str, lines: &[&str]) -> String {
    let mut segments = vec![
        format!("BPR*C*{paid}*C*ACH*CTX*01*111111111*DA*123*1512345678**01*222222222*DA*4711*20250303"),
        format!("TRN*1*{trace}*1512345678"),
        "N1*PR*SOMEBODY LTD".to_owned(),
        "ENT*1".to_owned(),
    ];
    segments.extend(lines.iter().map(|line| (*line).to_owned()));
    let count = segments.len() + 2;
    let isa =
        "ISA*00*          *00*          *ZZ*PAYER          *ZZ*US             *250303*0600*^*00501*000000001*0*P*:";
    let head = [isa, "GS*RA*PAYER*US*20250303*0600*1*X*005010", "ST*820*0001"].map(str::to_owned);
    let tail = [format!("SE*{count}*0001"), "GE*1*1".to_owned(), "IEA*1*000000001".to_owned()];
    head.into_iter().chain(segments).chain(tail).map(|segment| format!("{segment}~\n")).collect()
}

/// A BAI2 file of one credit.
fn bai2(amount: i64, text: &str) -> String {
    let reference = text.split(' ').next().unwrap_or_default();
    format!(
        "01,BANK,US,250303,0800,1,,,2/\n02,US,BANK,1,250303,,USD,2/\n03,123456,USD,,,,/\n16,165,{amount},0,B1,{reference},{text}\n\
         49,{amount},3/\n98,{amount},1,5/\n99,{amount},1,7/\n"
    )
}

pub(crate) async fn told(desk: &Desk, files: &[String]) -> RemittanceReport {
    let files = files.iter().map(|text| ImportFile::bytes("advice", text.clone().into_bytes())).collect();
    let request = RemittanceRequest::new(files, day(TODAY));
    import_remittances(desk, &request).await.expect("a report")
}

async fn banked(desk: &Desk, text: String) -> BankReport {
    let files = vec![ImportFile::bytes("monday.bai", text.into_bytes())];
    let request = BankRequest::new(files, day(TODAY));
    import_bank_files(desk, &request).await.expect("a report")
}

fn figures(report: &RemittanceReport) -> (u64, u64, u64, u64, u64) {
    (report.advices, report.joined, report.waiting, report.applied, report.exceptions)
}

/// What an account owes, what of its money lies on account, and what is disputed.
async fn open(desk: &Desk, code: &str) -> (i64, i64, i64) {
    let view = account(desk, code, day(TODAY)).await.expect("an account");
    let of = &view.currencies[0];
    (of.balance.minor, of.unapplied.minor, of.disputed.minor)
}

async fn asked(desk: &Desk) -> Vec<String> {
    let exceptions = cash_exceptions(desk, None, 10).await.expect("exceptions");
    exceptions.into_iter().flat_map(|exception| exception.receipt.asked).collect()
}

async fn waiting(desk: &Desk) -> usize {
    waiting_remittances(desk, None, None).await.expect("advices").remittances.len()
}

/// Pays one invoice whole and the other short, with a reason.
fn both_invoices() -> String {
    x12("TRACE9", "985", &["RMR*IV*INV-48129*PI*885*900**06*-15", "RMR*IV*INV-48131*PI*100*100"])
}

#[test]
fn an_advice_that_comes_first_waits_and_explains_its_receipt() {
    on_each_database(async |place| {
        let desk = book(place.db()).await;
        let first = told(&desk, &[both_invoices(), both_invoices()]).await;
        assert_eq!((figures(&first), first.files[1].duplicate_advices), ((1, 0, 2, 0, 0), 1), "{first:#?}");
        assert_eq!(waiting(&desk).await, 1);
        let bank = banked(&desk, bai2(98_500, "PAYMENT TRACE9")).await;
        assert_eq!((bank.receipts, bank.applied, bank.exceptions), (1, 1, 0), "{bank:#?}");
        assert_eq!(open(&desk, "GROC").await, (1_500, 0, 1_500), "what was held back is disputed");
        assert_eq!((waiting(&desk).await, asked(&desk).await), (0, Vec::new()));
        verified(&desk).await;

        let import = first.files[0].import.clone().expect("an import");
        let refused = reverse_import(&desk, &import, day(TODAY)).await;
        assert!(matches!(refused, Err(Stop::Refused(Refusal::BadValue { what: "import", .. }))), "{refused:?}");
        let bank = bank.files[0].import.clone().expect("an import");
        reverse_import(&desk, &bank, day(TODAY)).await.expect("undone");
        assert_eq!((open(&desk, "GROC").await.0, waiting(&desk).await), (100_000, 1), "the advice waits again");
        verified(&desk).await;
    });
}

/// A REMADV that pays INV-48129 but for 15.00, with a code of data element 4465.
fn remadv(code: &str) -> String {
    format!(
        "UNB+UNOC:3+PAYER+US+250303:0600+REF1'UNH+1+REMADV:D:96A:UN:EAN004'BGM+481+A77+9'DTM+138:20250303:102'RFF+PQ:TRACE9'\
         NAD+PR+++Groc'CUX+2:USD:11'DOC+380+INV-48129'MOA+9:900.00'MOA+12:885.00'AJT+{code}'MOA+165:15.00'UNS+S'MOA+12:885.00'\
         UNT+14+1'UNZ+1+REF1'"
    )
}

#[test]
fn what_a_payer_holds_back_is_disputed_for_the_reason_that_its_own_list_gives() {
    let table = |reason: &str| {
        format!("Payment no,Invoice,Gross,Deduction,Reason,Net\nTRACE9,INV-48129,900.00,15.00,{reason},885.00\n")
    };
    let lines = |code: &str| x12("TRACE9", "885", &[&format!("RMR*IV*INV-48129*PI*885*900**{code}*-15")]);
    let advices = [
        (lines("06"), "short_shipment"),
        (lines("86"), "service"),
        (remadv("4"), "short_shipment"),
        (remadv("13"), "unstated"),
        (remadv("19"), "allowance"),
        (table("Freight"), "freight"),
        (table("frt"), "freight"),
    ];
    on_each_database(async |place| {
        for (at, (advice, reason)) in advices.iter().enumerate() {
            let desk = new_desk(place.db(), &format!("reason{at}"), ticking).await;
            let preset = preset("standard").expect("it ships");
            let own =
                |stated: &str, means: &str| format!("[[cash.reason]]\nstated = \"{stated}\"\nmeans = \"{means}\"\n");
            let text = format!("{preset}\n{}{}", own("FRT", "freight"), own("86", "service"));
            activate_policy(&desk, &text, day("2025-02-01")).await.expect("in force");
            let rows = format!("{INVOICES}GROC,Groc,INV-48129,invoice,2025-01-10,2025-02-09,USD,900.00,,\n");
            put(&desk, ImportKind::Invoices, &rows, day("2025-02-01")).await;
            banked(&desk, bai2(88_500, "PAYMENT TRACE9")).await;
            let report = told(&desk, std::slice::from_ref(advice)).await;
            assert_eq!(figures(&report), (1, 1, 0, 1, 0), "{advice}: {report:#?}");
            let [dispute] = &open_work(&desk, "GROC", day(TODAY)).await.expect("an account").disputes[..] else {
                panic!("{advice}: one dispute")
            };
            let amount = dispute.amount.map(|amount| amount.minor);
            assert_eq!((dispute.reason.as_str(), amount), (*reason, Some(1_500)), "{advice}");
            verified(&desk).await;
        }
    });
}

#[test]
fn a_receipt_that_was_asked_about_is_decided_again_when_its_advice_comes() {
    on_each_database(async |place| {
        let desk = book(place.db()).await;
        banked(&desk, bai2(98_500, "PAYMENT TRACE9")).await;
        assert_eq!(asked(&desk).await, ["unknown_payer"]);
        let report = told(&desk, &[both_invoices()]).await;
        assert_eq!(figures(&report), (1, 1, 0, 1, 0), "{report:#?}");
        assert_eq!((open(&desk, "GROC").await, asked(&desk).await), ((1_500, 0, 1_500), Vec::new()));
        assert_eq!(figures(&told(&desk, &[both_invoices()]).await), (0, 0, 0, 0, 0), "once is enough");
        verified(&desk).await;

        let import = report.files[0].import.clone().expect("an import");
        reverse_import(&desk, &import, day(TODAY)).await.expect("undone");
        assert_eq!(open(&desk, "GROC").await, (1_500, -98_500, 0), "open again, the money stays where it is");
        assert_eq!((asked(&desk).await, waiting(&desk).await), (vec!["remittance_undone".to_owned()], 0));
        verified(&desk).await;
    });
}

#[test]
fn a_bank_file_that_is_undone_takes_back_what_an_advice_had_explained_of_it() {
    on_each_database(async |place| {
        let desk = book(place.db()).await;
        let bank = banked(&desk, bai2(98_500, "PAYMENT TRACE9")).await;
        told(&desk, &[both_invoices()]).await;
        assert_eq!(open(&desk, "GROC").await, (1_500, 0, 1_500));
        let import = bank.files[0].import.clone().expect("an import");
        reverse_import(&desk, &import, day(TODAY)).await.expect("undone");
        assert_eq!((open(&desk, "GROC").await, waiting(&desk).await), ((100_000, 0, 0), 1));
        verified(&desk).await;
        assert_eq!(banked(&desk, bai2(98_500, "PAYMENT TRACE9")).await.applied, 1, "read again, it is explained again");
        verified(&desk).await;
    });
}

#[test]
fn an_advice_says_why_a_receipt_that_is_applied_already_is_short() {
    on_each_database(async |place| {
        let desk = book(place.db()).await;
        banked(&desk, bai2(88_500, "GROC INV 48129 TRACE7")).await;
        assert_eq!((asked(&desk).await, open(&desk, "GROC").await), (vec!["short".to_owned()], (11_500, 0, 0)));
        let why = x12("TRACE7", "885", &["RMR*IV*INV-48129*PI*885*900**06*-15"]);
        assert_eq!(figures(&told(&desk, &[why]).await), (1, 1, 0, 0, 0));
        assert_eq!((asked(&desk).await, open(&desk, "GROC").await), (Vec::new(), (11_500, 0, 1_500)));
        verified(&desk).await;
        let called = desk.book.read().await.expect("a reading").receipts_called("GROC").await.expect("an answer");
        unmatch_receipt(&desk, &called[0].receipt.to_string(), None, day(TODAY)).await.expect("taken back");
        assert_eq!(
            open(&desk, "GROC").await,
            (100_000, 0, 0),
            "what the late advice disputed is not disputed any more"
        );
        verified(&desk).await;
    });
}

#[test]
fn a_person_joins_an_advice_to_a_receipt_dismisses_one_and_lets_it_wait_again() {
    on_each_database(async |place| {
        let (desk, on) = (book(place.db()).await, day(TODAY));
        told(&desk, &[both_invoices()]).await;
        // The bank kept 5.00, and names nothing: no rule joins the two.
        banked(&desk, bai2(98_000, "TRANSFER")).await;
        let advice = waiting_remittances(&desk, None, None).await.expect("advices").remittances.remove(0).advice;
        let advice = advice.to_string();
        let receipt = cash_exceptions(&desk, None, 1).await.expect("exceptions").remove(0).receipt.receipt.to_string();
        add_user(&desk, "quinn", "auditor", on).await.expect("an auditor");
        let quinn = desk_as(place.db(), "remittance", "quinn", ticking).await;
        assert_eq!(code(join_remittance(&quinn, &advice, &receipt, on).await), "role_cannot");
        assert_eq!(code(dismiss_remittance(&quinn, &advice, "paid to a sister", on).await), "role_cannot");
        assert_eq!(code(dismiss_remittance(&desk, &advice, " ", on).await), "bad_value");
        assert_eq!(code(join_remittance(&desk, &advice, "9.9", on).await), "not_found");
        assert_eq!(code(release_remittance(&desk, &advice, on).await), "advice_state", "it waits");

        dismiss_remittance(&desk, &advice, "paid to a sister company", on).await.expect("dismissed");
        assert_eq!(waiting(&desk).await, 0);
        assert_eq!(code(join_remittance(&desk, &advice, &receipt, on).await), "advice_state");
        assert_eq!(figures(&told(&desk, &[both_invoices()]).await).1, 0, "told again it stays dismissed");
        verified(&desk).await;
        release_remittance(&desk, &advice, on).await.expect("it waits again");

        join_remittance(&desk, &advice, &receipt, on).await.expect("joined");
        let stands =
            desk.book.read().await.expect("a reading").receipt(entry(&receipt)).await.expect("it").expect("it");
        assert_eq!(stands.account.as_deref(), Some("GROC"), "it is decided on again by what the advice says");
        assert_eq!((waiting(&desk).await, stands.remittance.is_some()), (0, true));
        assert_eq!(code(join_remittance(&desk, &advice, &receipt, on).await), "advice_state", "once is enough");
        verified(&desk).await;
        release_remittance(&desk, &advice, on).await.expect("it waits again");
        unmatch_receipt(&desk, &receipt, None, on).await.expect("taken back");
        assert_eq!((waiting(&desk).await, open(&desk, "GROC").await), (1, (100_000, 0, 0)));
        verified(&desk).await;
    });
}

fn entry(text: &str) -> dunwell_desk::rules::account::EntryId {
    dunwell_desk::rules::account::EntryId::parse(text).expect("an entry")
}

#[test]
fn an_advice_that_contradicts_what_is_applied_is_asked_about_and_changes_nothing() {
    on_each_database(async |place| {
        let desk = book(place.db()).await;
        banked(&desk, bai2(88_500, "GROC INV 48129 TRACE7")).await;
        let other = x12("TRACE7", "885", &["RMR*IV*INV-48129*PI*785*900", "RMR*IV*INV-48131*PI*100*100"]);
        assert_eq!(figures(&told(&desk, &[other]).await), (1, 1, 0, 0, 1));
        assert_eq!((asked(&desk).await, open(&desk, "GROC").await.0), (vec!["advice_differs".to_owned()], 11_500));
        let receipt = cash_exceptions(&desk, None, 1).await.expect("exceptions").remove(0).receipt;
        assert!(receipt.remittance.is_some(), "the advice stands beside the receipt");
        unmatch_receipt(&desk, &receipt.receipt.to_string(), None, day(TODAY)).await.expect("taken back");
        verified(&desk).await;
    });
}

#[test]
fn a_mail_without_a_reference_is_joined_by_the_documents_of_a_payer_who_is_known() {
    on_each_database(async |place| {
        let desk = book(place.db()).await;
        let mail = "<html><body><p>Payment date: 2025-03-01</p><table><tr><th>Invoice</th><th>Amount paid</th></tr>\
            <tr><td>INV-48129</td><td>885.00</td></tr><tr><td>INV-48131</td><td>100.00</td></tr></table></body></html>";
        let report = told(&desk, &[mail.to_owned()]).await;
        assert_eq!(figures(&report), (1, 0, 1, 0, 0), "{report:#?}");
        banked(&desk, bai2(98_500, "BETA BAKERS")).await;
        assert_eq!(waiting(&desk).await, 1, "Beta owes neither of them");
        let bank = banked(&desk, bai2(98_500, "GROC")).await;
        assert_eq!((bank.applied, waiting(&desk).await), (1, 0), "{bank:#?}");
        assert_eq!(open(&desk, "GROC").await.0, 1_500);
        verified(&desk).await;
    });
}

#[test]
fn a_mail_of_sentences_finds_its_receipt_by_the_reference_and_amount_it_says() {
    on_each_database(async |place| {
        let desk = book(place.db()).await;
        let mail = "Dear all,\n\nwe paid USD 985.00 on 1 March 2025, payment reference PAY-8812,\n\
            for invoices INV-48129 885.00 and INV-48131 100.00.\n\nKind regards\n";
        let report = told(&desk, &[mail.to_owned()]).await;
        assert_eq!(figures(&report), (1, 0, 1, 0, 0), "{report:#?}");
        banked(&desk, bai2(98_500, "PAY-8813 SOMEBODY")).await;
        assert_eq!(waiting(&desk).await, 1, "another payment of the same amount");
        let bank = banked(&desk, bai2(98_500, "PAY-8812 SOMEBODY")).await;
        assert_eq!((bank.applied, waiting(&desk).await, open(&desk, "GROC").await.0), (1, 0, 1_500), "{bank:#?}");
        verified(&desk).await;
    });
}

#[test]
fn a_mail_that_calls_the_payment_full_payment_of_a_disputed_invoice_holds_it_for_a_person() {
    on_each_database(async |place| {
        let desk = book(place.db()).await;
        let raised = DisputeRaised {
            document: "INV-48129".into(),
            line: None,
            amount: Some("200.00".into()),
            reason: "price".into(),
        };
        open_dispute(&desk, "GROC", &raised, day(TODAY)).await.expect("a dispute");
        let mail = "Payment reference: TRX88001\nAmount paid: 700.00 USD\n\n\
            This payment is made in full and final settlement of all claims on the invoice below.\n\nINV-48129  700.00\n";
        let report = told(&desk, &[mail.to_owned()]).await;
        assert_eq!(report.advices, 1, "{report:#?}");
        let bank = banked(&desk, bai2(70_000, "TRX88001 GROC")).await;
        assert_eq!((bank.applied, waiting(&desk).await), (0, 0), "{bank:#?}");
        assert_eq!(asked(&desk).await, ["paid_in_full_of_disputed"]);
        verified(&desk).await;
    });
}

#[test]
fn a_banks_table_is_read_by_the_profile_that_fits_it_or_by_the_one_that_is_given() {
    on_each_database(async |place| {
        let desk = book(place.db()).await;
        let read = async |text: &str, profile: Option<StatementProfile>| {
            let files = vec![ImportFile::bytes("march.csv", text.as_bytes().to_vec())];
            let profile = profile.map(BankProfile::Statement);
            let request = BankRequest { profile, ..BankRequest::new(files, day(TODAY)) };
            import_bank_files(&desk, &request).await.expect("a report")
        };
        let whole = "Account number: 123456\n\nDate,Description,Paid in,Paid out\n\
            2025-03-03,GROC INV 48129,900.00,\n2025-03-03,Fee,,2.00\n";
        let report = read(whole, None).await;
        assert_eq!((report.receipts, report.applied, report.files[0].format), (1, 1, Some("csv")), "{report:#?}");
        assert_eq!(read(whole, StatementProfile::shipped("plain")).await.receipts, 0, "once is enough");
        let nameless = "Date,Description,Amount\n2025-03-03,GROC INV 48131,100.00\n";
        let code = |report: &BankReport| report.files[0].problems[0].code;
        assert_eq!(code(&read(nameless, None).await), "no_profile");
        assert_eq!(code(&read(nameless, StatementProfile::shipped("plain")).await), "no_account");
        let own = "source = \"ours\"\naccount = \"123456\"\n[columns]\nbooking_day = [\"Date\"]\n\
            amount = [\"Amount\"]\ntext = [\"Description\"]\n";
        let report = read(nameless, Some(StatementProfile::parse(own).expect("a profile"))).await;
        assert_eq!((report.receipts, report.applied), (1, 1), "{report:#?}");
        verified(&desk).await;
    });
}

#[test]
fn a_file_with_a_wrong_count_of_messages_is_refused_until_a_person_says_why_it_is_taken() {
    on_each_database(async |place| {
        let desk = book(place.db()).await;
        let wrong = remadv("4").replace("UNZ+1", "UNZ+2");
        let accepting = async |because: Option<&str>| {
            let files = vec![ImportFile::bytes("advice", wrong.clone().into_bytes())];
            let accept_totals = because.map(str::to_owned);
            let request = RemittanceRequest { accept_totals, ..RemittanceRequest::new(files, day(TODAY)) };
            import_remittances(&desk, &request).await
        };
        let refused = accepting(None).await.expect("a report");
        let problem = &refused.files[0].problems[0];
        assert_eq!((problem.code, figures(&refused)), ("control_total", (0, 0, 0, 0, 0)));
        for part in ["interchange_message_count", "states 2", "comes to 1", "--accept-totals REASON"] {
            assert!(problem.message.contains(part), "{part}: {}", problem.message);
        }
        assert!(matches!(accepting(Some(" ")).await, Err(Stop::Refused(Refusal::BadValue { what: "reason", .. }))));
        let taken = accepting(Some("the payer sent the other by mail")).await.expect("a report");
        assert_eq!(
            (taken.files[0].warnings[0].code, figures(&taken)),
            ("control_total", (1, 0, 1, 0, 0)),
            "{taken:#?}"
        );
        let page = journal(&desk, &JournalAsked::default(), None, None).await.expect("a page");
        let kept = page.entries.iter().find(|row| row.kind == "totals_accepted").expect("the reason is journaled");
        assert_eq!(kept.detail["because"], "the payer sent the other by mail");
        verified(&desk).await;
    });
}

#[test]
fn what_cannot_be_kept_is_named_and_who_may_not_import_is_refused() {
    on_each_database(async |place| {
        let desk = book(place.db()).await;
        let words = told(&desk, &["We paid INV 48129 and 48131.".to_owned()]).await;
        assert_eq!((words.files[0].rejected[0].code, figures(&words)), ("no_amount", (0, 0, 0, 0, 0)));
        let torn = both_invoices().replace("SE*", "XX*");
        let refused = told(&desk, &[torn, "%PDF-1.7".to_owned()]).await;
        assert!(refused.files.iter().all(|file| !file.problems.is_empty()), "{refused:#?}");
        assert_eq!(told(&desk, &[both_invoices()]).await.advices, 1);
        let other = both_invoices().replace("INV-48131", "INV-48130");
        let changed = told(&desk, &[other]).await;
        assert_eq!((changed.files[0].rejected[0].code, waiting(&desk).await), ("advice_changed", 1));
        verified(&desk).await;
        dunwell_desk::keep_book::add_user(&desk, "quinn", "auditor", day(TODAY)).await.expect("an auditor");
        let quinn = desk_as(place.db(), "remittance", "quinn", ticking).await;
        let request = RemittanceRequest::new(Vec::new(), day(TODAY));
        let refused = import_remittances(&quinn, &request).await;
        assert!(matches!(refused, Err(Stop::Refused(Refusal::RoleCannot { .. }))));
    });
}

#[test]
fn a_mail_is_one_advice_however_often_it_is_read_and_its_sender_is_a_hint_of_the_payer() {
    on_each_database(async |place| {
        let desk = book(place.db()).await;
        let mail = |number: &str, text: &str| {
            format!(
                "From: Groc <jane@groc.example>\nTo: ar@ours.example\nSubject: Payment\nMessage-ID: <{number}@groc.example>\n\
                 MIME-Version: 1.0\nContent-Type: text/plain\n\n{text}\n"
            )
        };
        let rent = "We have paid INV-48131 USD 100.00.";
        let first = told(&desk, &[mail("a1", rent), mail("a1", rent)]).await;
        assert_eq!((figures(&first), first.files[1].duplicate_advices), ((1, 0, 2, 0, 0), 1), "{first:#?}");
        assert_eq!(first.files[0].format, "mail, text remittance-plain");
        let again = told(&desk, &[mail("a2", rent)]).await;
        assert_eq!((again.advices, waiting(&desk).await), (1, 2), "the same words in another mail are another payment");
        let dated = "We paid INV-48131 USD 100.00 on 3 March 2025.";
        let both = told(&desk, &[mail("a3", dated), mail("a4", dated)]).await;
        assert_eq!((both.advices, both.files[1].duplicate_advices), (1, 1), "one payment, told by two mails");
        let said = waiting_remittances(&desk, None, None).await.expect("advices").remittances;
        assert!(
            said.iter().all(|advice| advice.words.as_ref().is_some_and(|words| words["payer"][0] == "Groc")),
            "{said:#?}"
        );
        let none = told(&desk, &[mail("a5", "Order 48129 now and save 20.00!")]).await;
        assert_eq!((none.files[0].problems[0].code, none.advices), ("no_advice", 0), "{none:#?}");
        verified(&desk).await;
    });
}

#[test]
fn every_820_of_the_fixtures_is_kept_once_with_its_amount() {
    let shared = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/edi_x12/x12_types_crate");
    if !Path::new(shared).is_dir() {
        return;
    }
    on_each_database(async |place| {
        let desk = book(place.db()).await;
        let files = |name: &str| fs::read_to_string(format!("{shared}/v005010_820_{name}.edi")).expect("a fixture");
        let texts: Vec<String> = ["01", "02", "03", "04", "05", "06"].map(files).to_vec();
        let report = told(&desk, &texts).await;
        let amounts: Vec<i64> = report.files.iter().map(|file| file.amounts[0].minor).collect();
        assert_eq!(amounts, [1_900_000, 22_000, 23_960, 12_345, 56_629, 0], "{report:#?}");
        assert_eq!((report.is_refused(), report.advices, report.waiting), (false, 6, 6));
        assert_eq!(told(&desk, &texts).await.advices, 0);
        verified(&desk).await;
    });
}

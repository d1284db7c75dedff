//! Cash on the screen, as somebody without a script works it: the queue, a receipt, and a bank's file that is dropped.

use crate::common::{Answered, Client, Served, TODAY, day, learned, put, served};
use dunwell_desk::cash::import_bank_file::{BankReport, BankRequest, import_bank_files};
use dunwell_desk::cash::import_remittance::{RemittanceRequest, import_remittances, waiting_remittances};
use dunwell_desk::import::{ImportFile, ImportKind};
use dunwell_desk::rules::approval::Role;

/// A BAI2 file of one account: credits of so many cents with a reference and a text.
fn bai2(credits: &[(i64, &str, &str)], control: i64) -> String {
    let rows: String =
        credits.iter().map(|(minor, reference, words)| format!("16,165,{minor},0,{reference},,{words}\n")).collect();
    let (sum, count) = (control + credits.iter().map(|credit| credit.0).sum::<i64>(), credits.len());
    format!(
        "01,BANK,US,250310,0800,1,,,2/\n02,US,BANK,1,250310,,USD,2/\n03,123456,USD,,,,/\n{rows}49,{sum},{}/\n98,{sum},1,{}/\n99,{sum},1,{}/\n",
        count + 2,
        count + 4,
        count + 6
    )
}

/// Two receipts of payers whom nobody knows: one as large as what Beta owes, one larger than anything.
async fn morning(served: &Served) {
    let text = bai2(&[(7_000, "A1", "SOMEBODY"), (60_000, "A2", "NOBODY KNOWN")], 0);
    let files = vec![ImportFile::bytes("monday.bai", text.into_bytes())];
    let request = BankRequest::new(files, day(TODAY));
    let report = import_bank_files(&served.desk, &request).await.expect("a report");
    assert_eq!((report.receipts, report.exceptions), (2, 2), "{report:#?}");
}

/// The value of the first field of that name in a page.
fn field(page: &str, name: &str) -> String {
    let (_, rest) =
        page.split_once(&format!("name=\"{name}\" value=\"")).unwrap_or_else(|| panic!("no {name}: {page}"));
    rest.split('"').next().unwrap_or_default().to_owned()
}

/// The receipts of the queue in the order of the page.
fn listed(page: &str) -> Vec<String> {
    page.split("data-account=\"").skip(1).filter_map(|rest| rest.split('"').next()).map(str::to_owned).collect()
}

#[test]
fn a_receipt_is_set_against_lines_until_nothing_is_left_over_and_the_next_one_follows() {
    served(async |served| {
        morning(&served).await;
        let anna = served.signed_in(Role::Collector).await;
        let queue = anna.get("/cash?order=amount&question=unknown_payer").await.body;
        assert!(
            queue.contains("Data as of bank file of 10 Mar (monday.bai)") && queue.contains("NOBODY KNOWN"),
            "{queue}"
        );
        assert!(anna.get("/cash?question=short").await.body.contains("No receipt is asked that"));
        let [large, small] = &listed(&queue)[..] else { panic!("{queue}") };
        let path = format!("/cash/{large}/match?account=ACME&order=amount");

        let found = anna.get(&format!("/cash/{large}?find=INV-2")).await.body;
        assert!(
            found.contains("Open lines of ACME and those it pays for"),
            "the payer of a document is found: {found}"
        );
        let (version, line) = (field(&found, "version"), line_of(&found, "INV-1"));
        let pays = format!("pays {line}");
        let form = [("account", "ACME"), ("version", &version), ("order", "amount"), ("shown", &line), ("line", &line)];
        let short = anna.post_form(&path, &[&form[..], &[(&pays, "500.00")]].concat()).await;
        assert_eq!(short.status, 422);
        assert!(short.body.contains("100.00 USD") && short.body.contains("leave it on account"), "{}", short.body);
        assert!(
            short.body.contains("value=\"500.00\"") && short.body.contains("checked"),
            "the form is kept: {}",
            short.body
        );
        let nothing = anna.post_form(&path, &form[..3]).await;
        assert!(nothing.status == 422 && nothing.body.contains("Tick what it pays"), "{}", nothing.body);
        let done =
            anna.post_form(&path, &[&form[..], &[(&pays, "500.00"), ("rest", "1"), ("learn", "1")]].concat()).await;
        let next = format!("/cash/{small}?done={large}&order=amount");
        assert_eq!((done.status, done.header("location")), (303, Some(next.as_str())), "{}", done.body);
        let late = anna.post_form(&path, &[&form[..], &[("act", "on_account")]].concat()).await;
        assert!(late.status == 409 && late.body.contains("Somebody changed this receipt"), "{}", late.body);

        let page = anna.get(&next).await.body;
        assert!(page.contains("$500.00 set against what it pays, $100.00 left on account"), "{page}");
        assert!(page.contains("speaks for it: the amount") && page.contains("Take it"), "{page}");
        let take = [("account", "BETA"), ("version", &field(&page, "version")), ("proposal", &proposal(&page))];
        let taken = anna.post_form(&format!("/cash/{small}/match"), &take).await;
        assert_eq!(taken.header("location"), Some(format!("/cash?done={small}").as_str()), "{}", taken.body);
        assert!(anna.get("/cash").await.body.contains("Nothing to be looked at"));
        let left = anna.get("/accounts/ACME").await.body;
        let credits: Vec<&str> = left.split('"').filter(|part| part.starts_with("/accounts/ACME/credits/")).collect();
        assert_eq!(credits.len(), 2, "what is unapplied can be matched from the account: {left}");
        let mut places = Vec::new();
        for credit in credits {
            places.push((anna.get(credit).await.header("location").map(str::to_owned), credit));
        }
        assert!(places.iter().any(|(place, _)| *place == Some(format!("/cash/{large}?account=ACME"))), "{places:?}");
        let (_, cheque) = places.iter().find(|(place, _)| place.is_none()).expect("what came by a file of payments");
        let sheet = anna.get(cheque).await.body;
        let (version, line) = (field(&sheet, "version"), line_of(&sheet, "INV-2"));
        let set = anna.post_form(cheque, &[("version", &version), ("shown", &line), ("line", &line)]).await;
        assert_eq!((set.status, set.header("location")), (303, Some("/accounts/ACME")), "{}", set.body);

        let back = anna.get(&format!("/cash/{small}")).await.body;
        assert!(back.contains("What it is set against") && back.contains("Take it back from BETA"), "{back}");
        let undone = anna.post_form(&format!("/cash/{small}/unmatch"), &[("version", &field(&back, "version"))]).await;
        assert_eq!(undone.status, 303, "{}", undone.body);
        assert_eq!(listed(&anna.get("/cash").await.body), [small.as_str()]);

        let (_, left) = places.iter().find(|(place, _)| place.is_some()).expect("what a bank told");
        let receipt = anna.get(&format!("/cash/{large}?account=ACME")).await.body;
        assert!(receipt.contains(&format!("{left}?of=")), "what is left may pay somebody else's: {receipt}");
        let sheet = anna.get(&format!("{left}?of=&find=BETA")).await.body;
        assert!(sheet.contains("What BETA has open") && sheet.contains("stays with ACME"), "{sheet}");
        let (version, line) = (field(&sheet, "version"), line_of(&sheet, "INV-3"));
        let paid = [("version", version.as_str()), ("shown", &line), ("line", &line)];
        let foreign = anna.post_form(left, &paid).await;
        assert!(foreign.status == 422 && foreign.body.contains("nothing of it is open at ACME"), "{}", foreign.body);
        let (of_beta, pays) = (format!("{left}?of=BETA"), format!("pays {line}"));
        assert!(sheet.contains(&format!("action=\"{of_beta}\"")), "what is refused is shown there again: {sheet}");
        let large_one = [&paid[..], &[("of", "BETA"), (&pays, "71.00")]].concat();
        let refused = anna.post_form(&of_beta, &large_one).await;
        assert!(refused.status == 409 || refused.status == 422, "{}", refused.body);
        assert!(refused.body.contains("What BETA has open") && refused.body.contains("71.00"), "{}", refused.body);
        let split = anna.post_form(&of_beta, &[&paid[..], &[("of", "BETA")]].concat()).await;
        assert_eq!((split.status, split.header("location")), (303, Some("/accounts/ACME")), "{}", split.body);
        let sheet = anna.get(&format!("{left}?of=BETA")).await.body;
        assert!(sheet.contains("$30.00 <span") && !sheet.contains("INV-3"), "{sheet}");
        let nobody = anna.get(&format!("{left}?of=NOBODY")).await;
        assert_eq!(nobody.status, 404, "{}", nobody.body);
    });
}

#[test]
fn what_is_short_is_shown_with_its_line_and_a_reason_clears_it() {
    served(async |served| {
        let text = bai2(&[(50_000, "A1", "INV-1")], 0);
        let files = vec![ImportFile::bytes("monday.bai", text.into_bytes())];
        let request = BankRequest::new(files, day(TODAY));
        import_bank_files(&served.desk, &request).await.expect("a report");
        let anna = served.signed_in(Role::Collector).await;
        let receipt = listed(&anna.get("/cash?question=short").await.body).remove(0);
        let path = format!("/cash/{receipt}");
        let page = anna.get(&path).await.body;
        for part in ["What is short", "Give the reason", "Leave it as it is", "Applied by a rule"] {
            assert!(page.contains(part), "{part}: {page}");
        }
        let (version, line) = (field(&page, "version"), field(&page, "shown"));
        let held = format!("held {line}");
        let form = [("account", "ACME"), ("version", version.as_str()), ("shown", &line), ("act", "reason")];
        let none = anna.post_form(&format!("{path}/match"), &form).await;
        assert!(
            none.status == 422 && none.body.contains("Choose the reason for a line that is short"),
            "{}",
            none.body
        );
        let given = anna.post_form(&format!("{path}/match"), &[&form[..], &[(&held, "price")]].concat()).await;
        assert_eq!(given.status, 303, "{}", given.body);
        let page = anna.get(&path).await.body;
        assert!(page.contains("held back for a reason, disputed") && !page.contains("Give the reason"), "{page}");
        assert!(page.contains("Matched by") || page.contains("Applied by a rule"), "{page}");
        let auditor = served.signed_in(Role::Auditor).await.get(&path).await.body;
        assert!(auditor.contains("What is short") && !auditor.contains("name=\"held"), "{auditor}");
    });
}

/// The line of a document, as the form names it.
fn line_of(page: &str, document: &str) -> String {
    let (before, _) =
        page.split_once(&format!("It pays {document}\"")).unwrap_or_else(|| panic!("no {document}: {page}"));
    let (_, line) = before.rsplit_once("name=\"shown\" value=\"").expect("its line");
    line.split('"').next().unwrap_or_default().to_owned()
}

/// The proposal that is offered first.
fn proposal(page: &str) -> String {
    field(page, "proposal")
}

#[test]
fn an_auditor_sees_all_of_it_and_is_offered_nothing() {
    served(async |served| {
        morning(&served).await;
        let auditor = served.signed_in(Role::Auditor).await;
        let queue = auditor.get("/cash").await.body;
        let receipt = listed(&queue).remove(0);
        let page = auditor.get(&format!("/cash/{receipt}?account=BETA")).await.body;
        assert!(page.contains("INV-3") && page.contains("Rule C-3"), "{page}");
        for offered in ["Take it", "name=\"rest\"", "/match\"", "/unmatch\"", "type=\"file\""] {
            assert!(!page.contains(offered) && !queue.contains(offered), "{offered}");
        }
        for act in ["match", "unmatch"] {
            let answer = auditor.post_form(&format!("/cash/{receipt}/{act}"), &[("act", "on_account")]).await;
            assert_eq!(answer.status, 403, "{}", answer.body);
        }
    });
}

/// Drops a bank's file on the screen.
async fn dropped(client: &Client, text: &str) -> Answered {
    let page = client.get("/cash").await.body;
    let part = |name: &str, value: &str| {
        format!("--edge\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    };
    let file = format!(
        "--edge\r\nContent-Disposition: form-data; name=\"file\"; filename=\"day.bai\"\r\n\r\n{text}\r\n--edge--\r\n"
    );
    let body = part("csrf", &field(&page, "csrf")) + &part("kind", "bank") + &file;
    let headers = [("content-type", "multipart/form-data; boundary=edge"), ("sec-fetch-site", "same-origin")];
    client.send("POST", "/import", &headers, &body).await
}

#[test]
fn a_bank_file_with_wrong_totals_is_taken_only_with_a_reason_which_stays_with_it() {
    served(async |served| {
        let manager = served.signed_in(Role::Manager).await;
        let sent = dropped(&manager, &bai2(&[(7_000, "B1", "BETA TRADING INV-3")], 5)).await;
        let place = sent.header("location").expect("a report").to_owned();
        let report = manager.get(&place).await.body;
        assert!(report.contains("Its control totals are wrong") && report.contains("Stated"), "{report}");
        let commit = format!("{place}/commit");
        let files = served.signed_in(Role::Auditor).await.get("/cash/files").await.body;
        assert!(files.contains("Refused: ") && files.contains("SHA-256"), "the refusal stays in the history: {files}");
        let silent = manager.post_form(&commit, &[("accept_totals", " ")]).await;
        assert!(silent.status == 400 && silent.body.contains("Say why"), "{}", silent.body);
        let reason = "the bank confirmed it by telephone";
        assert_eq!(manager.post_form(&commit, &[("accept_totals", reason)]).await.status, 303);
        let report = manager.get(&place).await.body;
        assert!(report.contains("Read in") && report.contains("What the payer names"), "{report}");
        let files = manager.get("/cash/files").await.body;
        assert!(files.contains(reason) && files.contains("Control totals wrong, accepted"), "{files}");
        assert!(files.contains("/undo\""), "it can be undone from here: {files}");
        let again = dropped(&manager, &bai2(&[(7_000, "B1", "BETA TRADING INV-3")], 0)).await;
        let report = manager.get(again.header("location").expect("a report")).await.body;
        assert!(report.contains("Every payment in it was told before"), "{report}");
    });
}

#[test]
fn an_advice_is_joined_to_a_receipt_by_hand_and_one_that_is_not_ours_is_dismissed() {
    served(async |served| {
        let (desk, on) = (served.desk_of(Role::Manager), day(TODAY));
        morning(&served).await;
        let advice = "Payment number: 4712\n\nInvoice,Paid\nINV-3,70.00\n";
        let files = vec![ImportFile::bytes("advice.csv", advice.as_bytes().to_vec())];
        let request = RemittanceRequest::new(files, on);
        assert_eq!(import_remittances(&desk, &request).await.expect("a report").waiting, 1);
        let collector = served.signed_in(Role::Collector).await;
        let page = collector.get("/cash/remittances").await.body;
        assert!(page.contains("It explains this receipt") && page.contains("Dismiss it"), "{page}");
        let auditor = served.signed_in(Role::Auditor).await;
        assert!(
            !auditor.get("/cash/remittances").await.body.contains("Dismiss it"),
            "nobody is offered what they may not"
        );
        let id = waiting_remittances(&desk, None, None).await.expect("advices").remittances.remove(0).advice;
        let silent = collector.post_form(&format!("/cash/remittances/{id}/dismiss"), &[("reason", " ")]).await;
        assert_eq!(silent.status, 422, "{}", silent.body);
        let receipt = listed(&collector.get("/cash").await.body).remove(0);
        let joined = collector.post_form(&format!("/cash/remittances/{id}/join"), &[("receipt", &receipt)]).await;
        assert_eq!(joined.status, 303, "{}", joined.body);
        let told = collector.get(joined.header("location").expect("a page")).await.body;
        assert!(told.contains("explains") && told.contains("No remittance advice waits"), "{told}");
    });
}

/// Hands in an advice: a file where it is given a name, else a text that was pasted; `because` accepts wrong counts.
async fn handed_in(client: &Client, address: &str, file: (&str, &str), text: &str, because: &str) -> Answered {
    let page = client.get("/cash/remittances").await.body;
    let part = |name: &str, value: &str| {
        format!("--edge\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    };
    let (name, bytes) = file;
    let file =
        format!("--edge\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n{bytes}\r\n");
    let body = part("csrf", &field(&page, "csrf"))
        + &file
        + &part("text", text)
        + &part("accept_totals", because)
        + "--edge--\r\n";
    let headers = [("content-type", "multipart/form-data; boundary=edge"), ("sec-fetch-site", "same-origin")];
    client.send("POST", address, &headers, &body).await
}

#[test]
fn an_advice_is_taken_in_as_a_file_or_as_text_and_what_came_of_it_is_shown() {
    served(async |served| {
        morning(&served).await;
        let collector = served.signed_in(Role::Collector).await;
        let receipt = listed(&collector.get("/cash").await.body).remove(0);
        let asked = collector.get(&format!("/cash/{receipt}")).await.body;
        let place = format!("/cash/remittances?receipt={receipt}");
        assert!(asked.contains(&format!("{place}#take-in")), "a receipt that is asked about leads there: {asked}");
        let page = collector.get(&place).await.body;
        assert!(page.contains("Take in an advice") && page.contains(&format!("value=\"{receipt}\"")), "{page}");

        let words = "We paid USD 70.00 on 3 March 2025, ref 4712, for INV-3.\nRegards, <Jane>";
        let sent = handed_in(&collector, &place, ("", ""), words, "").await;
        assert_eq!(sent.status, 303, "{}", sent.body);
        let told = collector.get(sent.header("location").expect("a page")).await.body;
        for part in ["1 advice read", "Read: ", "reference 4712", "1 line, from pasted text", "It waits below"] {
            assert!(told.contains(part), "{part}: {told}");
        }
        let again = handed_in(&collector, "/cash/remittances", ("", ""), words, "").await;
        let told = collector.get(again.header("location").expect("a page")).await.body;
        assert!(told.contains("It was told before: nothing is new in it."), "{told}");

        let mail = "From: Jane <jane@beta.example>\nSubject: Remittance advice\nMessage-ID: <a1@beta.example>\nMIME-Version: 1.0\n\n\
                    Invoice    Amount paid\nINV-3      71.00\n";
        let sent = handed_in(&collector, "/cash/remittances", ("mail.eml", mail), "", "").await;
        let told = collector.get(sent.header("location").expect("a page")).await.body;
        assert!(told.contains("of Jane") && told.contains("from mail.eml"), "{told}");

        let table = [
            (("", ""), "", "Choose a file, or paste the text"),
            (("a.csv", "Invoice,Paid\nINV-3,1.00\n"), "INV-3", "not both"),
            (("", ""), "We paid invoice INV-3 <today>", "says no amount"),
            (("a.csv", "Invoice,Paid\nINV-3,five\n"), "", "is no amount"),
            (("a.eml", "From: a@b\nSubject: Sale\nMIME-Version: 1.0\n\nOrder 48129 now"), "", "speaks of a payment"),
        ];
        for (file, text, why) in table {
            let refused = handed_in(&collector, &place, file, text, "").await;
            assert!(refused.status == 400 && refused.body.contains(why), "{why}: {}", refused.body);
            let typed = text.replace('<', "&lt;").replace('>', "&gt;");
            assert!(refused.body.contains(&typed), "what was typed is there: {}", refused.body);
            assert!(refused.body.contains(&format!("name=\"receipt\" value=\"{receipt}\"")), "{}", refused.body);
        }
        let cut = "UNB+UNOC:3+PAYER+US+250303:0600+REF1'UNH+1+REMADV:D:96A:UN:EAN004'BGM+481+A77+9'DTM+138:20250303:102'\
            RFF+PQ:TRACE9'CUX+2:USD:11'DOC+380+INV-3'MOA+12:72.00'UNS+S'MOA+12:72.00'UNT+10+1'UNZ+2+REF1'";
        let refused = handed_in(&collector, "/cash/remittances", ("a.edi", cut), "", " ").await;
        assert!(refused.status == 400 && refused.body.contains("interchange message count"), "{}", refused.body);
        let taken = handed_in(&collector, "/cash/remittances", ("a.edi", cut), "", "the other came by mail").await;
        let told = collector.get(taken.header("location").expect("a page")).await.body;
        assert!(told.contains("1 advice read"), "{told}");
        assert!(refused.body.contains("Choose the file again") && !refused.body.contains("--accept-totals"));
        let long = handed_in(&collector, &place, ("", ""), &"INV-3 ".repeat(40_000), "").await;
        assert!(long.status == 400 && long.body.contains("longer than 200,000 letters"), "{}", long.status);
        assert!(!long.body.contains("Choose the file again") && long.body.len() < 200_000, "{}", long.body.len());
        let headers = [("content-type", "multipart/form-data; boundary=edge"), ("sec-fetch-site", "same-origin")];
        let unproven = "--edge\r\nContent-Disposition: form-data; name=\"text\"\r\n\r\nINV-3\r\n--edge--\r\n";
        assert_eq!(collector.send("POST", "/cash/remittances", &headers, unproven).await.status, 403);
        let auditor = served.signed_in(Role::Auditor).await;
        assert!(!auditor.get("/cash/remittances").await.body.contains("Take in an advice"));
        assert_eq!(handed_in(&auditor, "/cash/remittances", ("", ""), words, "").await.status, 403);
    });
}

#[test]
fn a_file_that_is_refused_is_shown_as_refused_by_name_and_nothing_of_it_is_green() {
    served(async |served| {
        let manager = served.signed_in(Role::Manager).await;
        let sent = dropped(&manager, "\u{1}\u{2}nothing a bank would send").await;
        let report = manager.get(sent.header("location").expect("a report")).await.body;
        assert!(report.contains("day.bai</h2><span class=\"tag bad\">Refused"), "{report}");
        assert!(report.contains("role=\"alert\"") && report.contains("nothing of it was used"), "{report}");
        for praise in ["tag ok", "told before", "Right", "Read it"] {
            assert!(!report.contains(praise), "{praise}: {report}");
        }
    });
}

#[test]
fn the_pages_of_cash_stand_in_the_same_order_on_each_of_them() {
    served(async |served| {
        let auditor = served.signed_in(Role::Auditor).await;
        let tabs = |page: &str| {
            let (_, rest) = page.split_once("<nav class=\"tabs\" aria-label=\"Cash\">").expect("the pages of cash");
            rest.split("</nav>").next().expect("they end").replace(" aria-current=\"page\"", "")
        };
        let first = tabs(&auditor.get("/cash").await.body);
        for path in ["/cash/files", "/cash/remittances", "/cash/returns", "/refunds", "/write-offs"] {
            let page = auditor.get(path).await.body;
            assert_eq!(tabs(&page), first, "{path}");
            assert!(page.contains(&format!("<a href=\"{path}\" aria-current=\"page\">")), "{path}: {page}");
        }
    });
}

#[test]
fn a_receipt_that_is_paid_back_is_not_offered_to_be_taken_back_and_says_why() {
    served(async |served| {
        morning(&served).await;
        let anna = served.signed_in(Role::Collector).await;
        let receipt = listed(&anna.get("/cash?order=amount&question=unknown_payer").await.body).remove(0);
        let page = anna.get(&format!("/cash/{receipt}?account=ACME")).await.body;
        let given = [("account", "ACME"), ("version", &field(&page, "version")), ("act", "on_account")];
        assert_eq!(anna.post_form(&format!("/cash/{receipt}/match"), &given).await.status, 303);
        let page = anna.get(&format!("/cash/{receipt}")).await.body;
        assert!(page.contains("Take it back from ACME"), "{page}");
        let of_family = page.contains("Open lines of ACME and those it pays for") && page.contains("INV-4");
        assert!(of_family && !page.contains("INV-3"), "its own lines and its family's, and nobody else's: {page}");
        let account = anna.get("/accounts/ACME").await.body;
        let (_, rest) = account.split_once("/accounts/ACME/refund?document=").expect("a credit");
        let all: Vec<&str> = account.split("/accounts/ACME/refund?document=").skip(1).collect();
        let credit =
            all.iter().map(|rest| rest.split('"').next().unwrap_or_default()).find(|credit| *credit != "CHQ-77");
        let credit = credit.unwrap_or_else(|| panic!("{rest}"));
        let refund = [("document", credit), ("amount", "1.00"), ("payee", "Acme"), ("iban", "DE89370400440532013000")];
        assert_eq!(anna.post_form("/accounts/ACME/refund", &refund).await.status, 303);
        let page = anna.get(&format!("/cash/{receipt}")).await.body;
        assert!(page.contains("a refund of $1.00") && page.contains("call it off first"), "{page}");
        assert!(!page.contains("/unmatch\"") && page.contains("#refund-"), "{page}");
        let elsewhere = anna.get(&format!("/cash/{receipt}?account=BETA")).await.body;
        assert!(
            elsewhere.contains("cannot be given to another account") && !elsewhere.contains("/match"),
            "{elsewhere}"
        );
    });
}

/// 70.00 that BETA paid, and what of it went back two days later.
async fn paid_and_returned(served: &Served, back: u32) -> BankReport {
    let of_day = |day: &str, code: u16, cents: u32| {
        let text = format!(
            "01,BANK,US,{day},0800,1,,,2/\n02,US,BANK,1,{day},,USD,2/\n03,123456,USD,,,,/\n\
             16,{code},{cents},0,B{code},E2E-1,BETA TRADING INV-3\n49,{cents},3/\n98,{cents},1,5/\n99,{cents},1,7/\n"
        );
        ImportFile::bytes("day.bai", text.into_bytes())
    };
    let files = vec![of_day("250305", 165, 7_000), of_day("250307", 555, back)];
    let request = BankRequest::new(files, day(TODAY));
    import_bank_files(&served.desk, &request).await.expect("a report")
}

#[test]
fn a_return_is_taken_off_the_receipt_it_took_back_on_the_screens() {
    served(async |served| {
        let report = paid_and_returned(&served, 7_000).await;
        assert_eq!((report.applied, report.taken_back), (1, 1), "{report:#?}");
        let auditor = served.signed_in(Role::Auditor).await;
        let list = "/cash/returns?state=taken_back";
        let seen = auditor.get(list).await.body;
        assert!(seen.contains("$70.00 went back") && !seen.contains("/release"), "{seen}");
        let anna = served.signed_in(Role::Collector).await;
        let page = anna.get(list).await.body;
        let (_, rest) = page.split_once("action=\"/cash/returns/").expect("a form");
        let release = format!("/cash/returns/{}", rest.split('"').next().expect("an address").replace("&amp;", "&"));
        let (_, rest) = page.split_once("href=\"/cash/").expect("pages");
        let receipt = rest.split("href=\"/cash/").find_map(|rest| rest.split('"').next().filter(|id| id.contains('.')));
        let receipt = format!("/cash/{}", receipt.expect("its receipt"));
        let shown = anna.get(&receipt).await.body;
        assert!(shown.contains("It went back on 7 Mar") && shown.contains("Take the return off it"), "{shown}");
        assert!(!shown.contains("/unmatch") && !shown.contains("/match"), "there is nothing to match: {shown}");
        assert_eq!(auditor.post_form(&release, &[]).await.status, 403);
        let done = anna.post_form(&release, &[]).await;
        assert_eq!((done.status, done.header("location")), (303, Some("/cash/returns")), "{}", done.body);
        assert!(anna.get("/cash/returns").await.body.contains("No receipt fits"));
        assert!(anna.get(list).await.body.contains("No receipt went back"));
        assert!(anna.get(&receipt).await.body.contains("Take it back from BETA"));
    });
}

#[test]
fn a_return_of_a_part_is_taken_off_the_documents_that_a_person_names_on_the_screen() {
    served(async |served| {
        let report = paid_and_returned(&served, 2_500).await;
        assert_eq!((report.applied, report.taken_back), (1, 0), "{report:#?}");
        let auditor = served.signed_in(Role::Auditor).await;
        let seen = auditor.get("/cash/returns").await.body;
        assert!(seen.contains("$25.00 went back") && !seen.contains("Take this part back"), "{seen}");
        let anna = served.signed_in(Role::Collector).await;
        let page = anna.get("/cash/returns").await.body;
        assert!(page.contains("Documents it was paid on") && page.contains("Take this part back"), "{page}");
        let (_, rest) = page.split_once("action=\"/cash/returns/").expect("a form");
        let act = format!("/cash/returns/{}", rest.split('"').next().expect("an address").replace("&amp;", "&"));
        let receipt = field(&page, "receipt");
        let empty = anna.post_form(&act, &[("receipt", &receipt), ("documents", "")]).await;
        assert!(empty.status == 422 && empty.body.contains("INV-3"), "{}: {}", empty.status, empty.body);
        assert_eq!(auditor.post_form(&act, &[("receipt", &receipt), ("documents", "INV-3")]).await.status, 403);
        let done = anna.post_form(&act, &[("receipt", &receipt), ("documents", " INV-3, ")]).await;
        assert_eq!((done.status, done.header("location")), (303, Some("/cash/returns")), "{}", done.body);
        let list = anna.get("/cash/returns?state=taken_back").await.body;
        assert!(list.contains("It took back a part of") && list.contains("lies unapplied"), "{list}");
        assert!(anna.get(&format!("/cash/{receipt}")).await.body.contains("$45.00"), "what is left of it");
    });
}

#[test]
fn what_the_desk_learned_of_a_payer_is_seen_on_the_account_and_forgotten_by_whoever_may() {
    served(async |served| {
        let anna = served.signed_in(Role::Collector).await;
        assert!(!anna.get("/accounts/ACME").await.body.contains("Known as payer"));
        learned(&served).await;
        let page = anna.get("/accounts/ACME").await.body;
        assert!(page.contains("ACME TRADING"), "{page}");
        let (_, rest) = page.split_once("action=\"/accounts/ACME/payers/").expect("a button");
        let forget = format!("/accounts/ACME/payers/{}", rest.split('"').next().expect("an address"));
        assert!(page.contains("by collector, 10 Mar"), "{page}");
        let auditor = served.signed_in(Role::Auditor).await;
        let seen = auditor.get("/accounts/ACME").await.body;
        assert!(seen.contains("Known as payer") && !seen.contains("/forget\""), "{seen}");
        assert_eq!(auditor.post_form(&forget, &[]).await.status, 403);
        let done = anna.post_form(&forget, &[]).await;
        assert_eq!((done.status, done.header("location")), (303, Some("/accounts/ACME#payers")), "{}", done.body);
        let page = anna.get("/accounts/ACME").await.body;
        assert!(page.contains("Forgotten") && !page.contains("/forget\""), "{page}");
        assert_eq!(anna.post_form(&forget, &[]).await.status, 404, "it is forgotten already");
    });
}

#[test]
fn a_receipt_in_another_currency_is_turned_into_the_documents_by_whoever_may_and_taken_back_whole() {
    served(async |served| {
        let rates = "from,to,date,rate,source\nEUR,USD,2025-03-07,1.0837,ECB\n";
        put(&served.desk, ImportKind::Rates, rates, day(TODAY)).await;
        let rows = "account,account_name,document,kind,document_date,due_date,currency,amount,settled_on,disputed\n\
            BETA,,INV-9,invoice,2025-01-02,2025-02-01,USD,1000.00,,\n";
        put(&served.desk, ImportKind::Invoices, rows, day("2025-03-01")).await;
        let text = bai2(&[(92_000, "F1", "BETA TRADING INV-9")], 0).replace(",USD,", ",EUR,");
        let files = vec![ImportFile::bytes("abroad.bai", text.into_bytes())];
        let request = BankRequest::new(files, day(TODAY));
        let report = import_bank_files(&served.desk, &request).await.expect("a report");
        assert_eq!((report.receipts, report.applied), (1, 0), "never by itself: {report:#?}");
        let anna = served.signed_in(Role::Collector).await;
        let [id] = &listed(&anna.get("/cash").await.body)[..] else { panic!("one receipt") };

        let page = anna.get(&format!("/cash/{id}?account=BETA")).await.body;
        for words in [
            "What it may pay in another currency",
            "€920.00 come to $997.00",
            "1 EUR = 1.0837 USD",
            "Rule C-8",
            "Currency loss $3.00",
        ] {
            assert!(page.contains(words), "{words}: {page}");
        }
        let path = format!("/cash/{id}/match?account=BETA&currency=USD");
        let lines = anna.get(&format!("/cash/{id}?account=BETA&currency=USD")).await.body;
        let (version, line) = (field(&lines, "version"), line_of(&lines, "INV-9"));
        let own = [("account", "BETA"), ("version", &version), ("currency", "USD"), ("shown", &line), ("line", &line)];
        for (rate, says) in [("1,2", "value=\"1,2\" aria-invalid=\"true\""), ("0.5", "value=\"0.5\"")] {
            let refused = anna.post_form(&path, &[&own[..], &[("rate", rate)]].concat()).await;
            assert!(
                refused.status == 422 && refused.body.contains(says),
                "{rate}: {} {}",
                refused.status,
                refused.body
            );
            assert!(refused.body.contains("checked"), "the line stays ticked: {}", refused.body);
        }
        let auditor = served.signed_in(Role::Auditor).await;
        let seen = auditor.get(&format!("/cash/{id}?account=BETA")).await.body;
        assert!(seen.contains("€920.00 come to $997.00") && !seen.contains("Take it<"), "{seen}");
        let take = [("account", "BETA"), ("version", &version), ("proposal", &proposal(&page))];
        assert_eq!(auditor.post_form(&path, &take).await.status, 403);

        let taken = anna.post_form(&path, &take).await;
        assert_eq!(taken.status, 303, "{}", taken.body);
        let page = anna.get(&format!("/cash/{id}")).await.body;
        assert!(page.contains("€920.00 turned into $997.00") && page.contains("Currency loss $3.00"), "{page}");
        assert!(!anna.get("/accounts/BETA").await.body.contains("data-document=\"INV-9\""));
        let back = anna.post_form(&format!("/cash/{id}/unmatch"), &[("version", &field(&page, "version"))]).await;
        assert_eq!(back.status, 303, "{}", back.body);
        let page = anna.get(&format!("/cash/{id}?account=BETA")).await.body;
        assert!(!page.contains("turned into") && page.contains("€920.00 come to $997.00"), "{page}");
        let stated = [
            ("account", "BETA"),
            ("version", &field(&page, "version")),
            ("currency", "USD"),
            ("shown", &line),
            ("line", &line),
            ("rate", "1.09"),
        ];
        let taken = anna.post_form(&path, &stated).await;
        assert_eq!(taken.status, 303, "{}", taken.body);
        let page = anna.get(&format!("/cash/{id}")).await.body;
        assert!(page.contains("turned into $1,002.80") && page.contains("Currency gain $2.80"), "{page}");
    });
}

#[test]
fn money_that_no_customer_paid_is_set_aside_listed_and_asked_about_again() {
    served(async |served| {
        morning(&served).await;
        let (manager, auditor) = (served.signed_in(Role::Manager).await, served.signed_in(Role::Auditor).await);
        let queue = manager.get("/cash?order=amount").await.body;
        let [large, small] = &listed(&queue)[..] else { panic!("{queue}") };
        let page = manager.get(&format!("/cash/{large}")).await.body;
        assert!(page.contains("No customer paid it") && page.contains("Between our own accounts"), "{page}");
        let (path, version) = (format!("/cash/{large}/set-aside"), field(&page, "version"));
        let nothing = manager.post_form(&path, &[("version", &version), ("because", "our savings")]).await;
        assert!(nothing.status == 422 && nothing.body.contains("own_transfer"), "{}", nothing.body);
        let form =
            [("version", &*version), ("reason", "own_transfer"), ("because", "our savings"), ("order", "amount")];
        assert_eq!(auditor.post_form(&path, &form).await.status, 403);
        let done = manager.post_form(&path, &form).await;
        let next = format!("/cash/{small}?done={large}&order=amount");
        assert_eq!((done.status, done.header("location")), (303, Some(next.as_str())), "{}", done.body);
        assert!(manager.get(&next).await.body.contains("set aside: no customer paid it"));
        let list = auditor.get("/cash/aside").await.body;
        assert!(list.contains("our savings") && list.contains("Between our own accounts"), "{list}");
        // Every list of cash is a file too, with what its page shows.
        let rows = [
            ("aside", "our savings"),
            ("files", "monday.bai"),
            ("remittances", "Told on"),
            ("returns", "Asked since"),
            ("refunds", "End-to-end id"),
            ("write-offs", "Taken back on"),
        ];
        for (list, row) in rows {
            let page = match list {
                "refunds" | "write-offs" => format!("/{list}"),
                list => format!("/cash/{list}"),
            };
            let page = auditor.get(&page).await.body;
            assert!(page.contains(&format!("/export/cash/{list}?as=xlsx")), "{list}: {page}");
            let file = auditor.get(&format!("/export/cash/{list}?as=csv")).await;
            assert!(file.status == 200 && file.body.contains(row), "{list}: {}", file.body);
            let workbook = auditor.get(&format!("/export/cash/{list}?as=xlsx")).await;
            assert_eq!(workbook.status, 200, "{list}");
        }
        assert_eq!(auditor.get("/export/cash/everything?as=csv").await.status, 404);
        let seen = auditor.get(&format!("/cash/{large}")).await.body;
        assert!(seen.contains("Set aside") && !seen.contains("Ask about it again"), "{seen}");
        let page = manager.get(&format!("/cash/{large}")).await.body;
        let again = [("version", &*field(&page, "version"))];
        assert_eq!(manager.post_form(&format!("/cash/{large}/unmatch"), &again).await.status, 303);
        assert_eq!(listed(&manager.get("/cash?order=amount").await.body), [large.as_str(), small.as_str()]);
    });
}

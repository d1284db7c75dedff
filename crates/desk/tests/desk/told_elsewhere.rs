//! The same money told by a lockbox file and by the bank's statement, which know our account by other names: a person is asked.

use crate::common::{INVOICES, bai2_of_one, day, desk_as, new_desk, put, read_bank, ticking, verified};
use dunwell_desk::Desk;
use dunwell_desk::cash::exceptions::{ReceiptShown, cash_exceptions, cash_receipt};
use dunwell_desk::cash::import_bank_file::BankReport;
use dunwell_desk::cash::set_aside::{ToSetAside, set_aside};
use dunwell_desk::import::ImportKind;
use dunwell_desk::keep_book::{add_user, open_book};
use dunwell_store::db::Db;
use dunwell_store::testing::on_each_database;

const TODAY: &str = "2025-03-10";

async fn book(db: &Db, name: &str) -> Desk {
    let desk = new_desk(db, name, ticking).await;
    let rows = format!(
        "{INVOICES}GROC,Groc,INV-48129,invoice,2025-01-05,2025-02-04,USD,600.00,,\n\
         GROC,Groc,INV-48130,invoice,2025-01-06,2025-02-05,USD,600.00,,\n\
         BETA,Beta,INV-48131,invoice,2025-01-05,2025-02-04,USD,300.00,,\n"
    );
    put(&desk, ImportKind::Invoices, &rows, day(TODAY)).await;
    desk
}

async fn read(desk: &Desk, file: &str) -> BankReport {
    read_bank(desk, file, day(TODAY)).await
}

/// A record of a lockbox file: fields at their columns, from 1.
fn record(fields: &[(usize, &str)]) -> String {
    let mut record = vec![b' '; 80];
    for (at, text) in fields {
        record[at - 1..at - 1 + text.len()].copy_from_slice(text.as_bytes());
    }
    String::from_utf8(record).expect("text") + "\n"
}

/// A lockbox file of two checks: 600.00 of Groc for one of its invoices, 300.00 of Beta.
fn lockbox() -> String {
    [
        record(&[(1, "100"), (4, "US COMPANY"), (14, "BANKORIGIN"), (24, "2503060600")]),
        record(&[(1, "2"), (2, "US COMPANY"), (12, "BANKORIGIN"), (32, "4000800001")]),
        record(&[(1, "5001000"), (8, "0012345250306"), (21, "US COMPANY"), (31, "BANKORIGIN")]),
        record(&[
            (1, "6001001"),
            (8, "0000060000"),
            (18, "021000021"),
            (27, "      5788"),
            (37, "000001077"),
            (46, "GROC"),
        ]),
        record(&[(1, "40010016019"), (12, "INV-48129")]),
        record(&[
            (1, "6001002"),
            (8, "0000030000"),
            (18, "021000021"),
            (27, "      5789"),
            (37, "000001078"),
            (46, "BETA"),
        ]),
        record(&[(1, "40010026019"), (12, "INV-48131")]),
        record(&[(1, "7001000"), (8, "0012345250306"), (21, "0020000090000")]),
        record(&[(1, "8000000"), (8, "0012345250306"), (21, "00020000090000")]),
        record(&[(1, "9000009")]),
    ]
    .concat()
}

/// A final report in BAI2 of one credit.
fn bai2(cents: i64, text: &str) -> String {
    format!(
        "01,BANK,US,250307,0800,1,,,2/\n02,US,BANK,1,250307,,USD,2/\n03,770001,USD,,,,/\n16,165,{cents},0,B1,,{text}\n\
         49,{cents},3/\n98,{cents},1,5/\n99,{cents},1,7/\n"
    )
}

async fn asked(desk: &Desk) -> ReceiptShown {
    let mut asked = cash_exceptions(desk, None, 9).await.expect("exceptions");
    assert_eq!(asked.len(), 1, "{asked:#?}");
    cash_receipt(desk, &asked.remove(0).receipt.receipt.to_string(), None).await.expect("a receipt")
}

#[test]
fn a_check_that_the_statement_tells_too_is_held_and_set_aside() {
    on_each_database(async |place| {
        let desk = book(place.db(), "main").await;
        assert_eq!(read(&desk, &lockbox()).await.applied, 2);
        let statement = read(&desk, &bai2(60_000, "GROC")).await;
        assert_eq!((statement.receipts, statement.applied, statement.exceptions), (1, 0, 1), "{statement:#?}");
        let shown = asked(&desk).await;
        let receipt = &shown.exception.receipt;
        assert_eq!((receipt.asked.join(" "), receipt.account.as_deref()), ("told_elsewhere".to_owned(), Some("GROC")));
        let told: Vec<_> =
            shown.told_elsewhere.iter().map(|told| (told.receipts, told.bank_account.as_str())).collect();
        assert_eq!(told, [(1, "0012345")]);
        let twice = ToSetAside { reason: "told_twice".into(), because: None, version: None };
        add_user(&desk, "maria", "manager", day(TODAY)).await.expect("a manager");
        let maria = desk_as(place.db(), "main", "maria", ticking).await;
        set_aside(&maria, &receipt.receipt.to_string(), &twice, day(TODAY)).await.expect("set aside");
        assert!(cash_exceptions(&desk, None, 9).await.expect("exceptions").is_empty());
        verified(&desk).await;
    });
}

#[test]
fn a_deposit_is_shown_with_the_checks_that_come_to_it_whichever_is_told_first() {
    on_each_database(async |place| {
        let (checks, deposit) = (lockbox(), bai2(90_000, "DEPOSIT"));
        for (name, files) in [("checks", [&checks, &deposit]), ("deposit", [&deposit, &checks])] {
            let desk = book(place.db(), name).await;
            for file in files {
                read(&desk, file).await;
            }
            let shown = asked(&desk).await;
            assert_eq!(shown.exception.receipt.asked, ["unknown_payer"]);
            let told: Vec<_> = shown.told_elsewhere.iter().map(|told| (told.receipts, told.file.as_deref())).collect();
            assert_eq!(told, [(2, Some("bank"))]);
            verified(&desk).await;
        }
    });
}

#[test]
fn as_much_of_another_payer_or_on_another_day_is_no_second_telling() {
    on_each_database(async |place| {
        let desk = book(place.db(), "main").await;
        read(&desk, &lockbox()).await;
        let later = bai2(60_000, "GROC INV-48130").replace("250307", "250228");
        assert_eq!(read(&desk, &later).await.applied, 1);
        verified(&desk).await;
    });
}

#[test]
fn a_file_of_single_payments_says_nothing_of_how_fresh_the_account_is() {
    on_each_database(async |place| {
        let desk = book(place.db(), "main").await;
        let fresh = async || {
            let book = open_book(place.db(), Some("main")).await.expect("it opens");
            book.settings.last_bank_statement.map(|day| day.to_string())
        };
        read(&desk, &lockbox()).await;
        assert_eq!(fresh().await, None, "a lockbox tells its checks alone");
        read(&desk, &bai2_of_one(2, "F1", "SOMEBODY")).await;
        assert_eq!(fresh().await, Some("2025-03-07".to_owned()));
        // A period that goes on after today is known through today.
        let table = "<OFX><SIGNONMSGSRSV1><SONRS><STATUS><CODE>0<SEVERITY>INFO</STATUS></SONRS></SIGNONMSGSRSV1><BANKMSGSRSV1>\
                     <STMTTRNRS><STMTRS><CURDEF>USD<BANKACCTFROM><BANKID>1<ACCTID>4711<ACCTTYPE>CHECKING</BANKACCTFROM>\
                     <BANKTRANLIST><DTSTART>20250301<DTEND>20250331</BANKTRANLIST></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>";
        read(&desk, &format!("OFXHEADER:100\nDATA:OFXSGML\nVERSION:102\n\n{table}")).await;
        assert_eq!(fresh().await, Some(TODAY.to_owned()));
    });
}

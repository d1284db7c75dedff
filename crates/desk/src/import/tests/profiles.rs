//! Profiles: what is refused in one, and one realistic file of each source that ships.

use dunwell_store::testing::on_each_database;

use super::{ImportKind, Profile, counts, desk, open_on, request, run};
use crate::import::SHIPPED;

#[test]
fn every_shipped_profile_parses_and_bears_its_own_name() {
    for (name, text) in SHIPPED {
        let profile = Profile::parse(text).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(profile.source, name);
    }
}

#[test]
fn a_profile_is_refused_with_line_and_column() {
    for (text, line, column, message) in [
        ("source = \"a\"\ncolour = 1\n", 2, 1, "colour"),
        ("source = \"a\"\n\n[columns]\namuont = [\"Betrag\"]\n", 4, 1, "amuont"),
        ("source = \"a\"\ndate_format = \"Q\"\n", 2, 15, "no date format"),
        ("source = \"a\"\ncurrency = \"usd\"\n", 2, 12, "ISO 4217"),
        ("source = \"a\"\ndecimal_mark = \"x\"\n", 2, 16, "no such mark"),
        ("source = \"a\"\ndecimal_mark = \",\"\nthousands_mark = \",\"\n", 3, 18, "at once"),
        ("source = \"\"\n", 1, 10, "name"),
        ("columns = 3\n", 1, 11, "invalid type"),
        ("date_format = \"Y-M-D\"\n", 1, 1, "source"),
    ] {
        let error = Profile::parse(text).expect_err(text);
        assert_eq!((error.line, error.column), (line, column), "{text}: {error}");
        assert!(error.message.contains(message), "{text}: {error}");
    }
}

/// One row's fate in a file of a source: account, document, what is open on 2026-06-30 in cents.
type Open = (&'static str, &'static str, i64);

const FILES: [(&str, &str, [u64; 4], &[Open]); 8] = [
    (
        "canonical",
        "account,account_name,document,kind,document_date,due_date,currency,amount,settled_on,region\n\
         A-1,Acme,INV-1,,2026-05-01,2026-05-31,USD,100.00,,north\n\
         A-1,Acme,INV-2,debit_memo,2026-05-02,2026-06-01,USD,50.00,2026-06-10,\n\
         A-1,Acme,CM-1,credit_memo,2026-05-03,,USD,-20.00,,\n",
        [3, 0, 0, 0],
        &[("A-1", "CM-1", -2_000), ("A-1", "INV-1", 10_000)],
    ),
    (
        "quickbooks",
        "Northwind Traders\nInvoice List\n\n\
         Date,Transaction type,Num,Customer full name,Due date,Amount,Open balance,Sales Rep\n\
         05/01/2026,Invoice,1001,Amy's Bird Sanctuary,05/31/2026,\"$4,250.00\",\"$4,250.00\",Lu\n\
         05/14/2026,Credit Memo,1002,Amy's Bird Sanctuary,,($250.00),($250.00),\n\
         05/15/2026,Payment,77,Amy's Bird Sanctuary,,\"-1,000.00\",0.00,\n",
        [2, 0, 0, 1],
        &[("Amy's Bird Sanctuary", "1001", 425_000), ("Amy's Bird Sanctuary", "1002", -25_000)],
    ),
    (
        "xero",
        "ContactName,InvoiceNumber,Reference,InvoiceDate,DueDate,Total,TaxTotal,Description,Quantity,UnitAmount,LineAmount,Currency,Type,Status\n\
         Bayside Club,INV-0041,P/O 7,14/05/2026,13/06/2026,330.00,30.00,Hire,1,200.00,200.00,AUD,Sales invoice,Awaiting Payment\n\
         Bayside Club,INV-0041,P/O 7,14/05/2026,13/06/2026,330.00,30.00,Cleaning,1,100.00,100.00,AUD,Sales invoice,Awaiting Payment\n\
         Bayside Club,CN-0002,,20/05/2026,20/05/2026,-33.00,-3.00,Credit,1,-30.00,-30.00,AUD,Sales credit note,Awaiting Payment\n",
        [2, 1, 0, 0],
        &[("Bayside Club", "CN-0002", -3_300), ("Bayside Club", "INV-0041", 33_000)],
    ),
    (
        "netsuite",
        "Internal ID,Customer,Transaction Type,Date,Document Number,P.O. No.,Due Date,Amount,Currency,Terms\n\
         9001,C117 Nordlicht GmbH,Invoice,5/13/2026,INV9001,4711,6/12/2026,\"1,200.00\",Euro,Net 30\n\
         9002,C117 Nordlicht GmbH,Credit Memo,5/20/2026,CM9002,,,-200.00,Euro,\n",
        [2, 0, 0, 0],
        &[("C117", "CM9002", -20_000), ("C117", "INV9001", 120_000)],
    ),
    (
        "sap-fbl5n",
        "Konto\tBelegnummer\tBelegart\tBelegdatum\tBuchungsdatum\tNettofälligkeit\tBetrag in Belegwährung\tBelegwährung\tText\n\
         100020\t1800000042\tRV\t02.05.2026\t03.05.2026\t01.06.2026\t1.234,56\tEUR\tBolzen\n\
         100020\t1800000043\tDG\t13.05.2026\t13.05.2026\t13.05.2026\t34,56-\tEUR\t\n\
         100020\t1400000001\tDZ\t20.05.2026\t20.05.2026\t20.05.2026\t200,00-\tEUR\t\n",
        [2, 0, 0, 1],
        &[("100020", "1800000042", 123_456), ("100020", "1800000043", -3_456)],
    ),
    (
        "business-central",
        "Posting Date;Document Type;Document No.;External Document No.;Customer No.;Description;Currency Code;Original Amount;Remaining Amount;Due Date;Pmt. Discount Date;Entry No.\n\
         2026-05-01;Invoice;PS-INV103001;B-1;10000;Order 1;;1,500.00;1,500.00;2026-05-31;2026-05-08;401\n\
         2026-05-02;Credit Memo;PS-CR104001;;10000;;GBP;-100.00;-100.00;2026-05-02;;402\n",
        [2, 0, 0, 0],
        &[("10000", "PS-CR104001", -10_000), ("10000", "PS-INV103001", 150_000)],
    ),
    (
        "erpnext",
        "Posting Date,Party,Customer Name,Voucher Type,Voucher No,Due Date,Invoiced Amount,Outstanding Amount,Age (Days),0-30,Currency,Territory\n\
         2026-05-05,CUST-7,Grüne Ideen,Sales Invoice,ACC-SINV-2026-00007,2026-06-04,900.50,900.50,25,900.50,EUR,Germany\n",
        [1, 0, 0, 0],
        &[("CUST-7", "ACC-SINV-2026-00007", 90_050)],
    ),
    (
        "ibm-late-payments",
        "countryCode,customerID,PaperlessDate,invoiceNumber,InvoiceDate,DueDate,InvoiceAmount,Disputed,SettledDate\n\
         391,0379-NEVHP,4/6/2013,611365,5/13/2026,6/12/2026,55.94,No,\n\
         391,0379-NEVHP,4/6/2013,611366,5/14/2026,6/13/2026,10.00,Yes,6/20/2026\n",
        [2, 0, 0, 0],
        &[("0379-NEVHP", "611365", 5_594)],
    ),
];

#[test]
fn each_profile_reads_a_file_of_its_source() {
    on_each_database(async |place| {
        for (name, text, wanted, open) in FILES {
            let book = place.book(name).await;
            let desk = crate::desk::Desk::open(book, "desk", || 0).await.unwrap();
            let profile = Profile::shipped(name).expect("it ships");
            let report = run(&desk, &request(ImportKind::Invoices, profile, &[text])).await;
            assert_eq!(counts(&report), wanted, "{name}: {report:#?}");
            let wanted: Vec<_> = open.iter().map(|(a, d, open)| ((*a).to_owned(), (*d).to_owned(), *open)).collect();
            assert_eq!(open_on(&desk, "2026-06-30").await, wanted, "{name}");
        }
    });
}

#[test]
fn a_profile_has_constants_value_maps_and_defaults() {
    on_each_database(async |place| {
        let desk = desk(place).await;
        let profile = Profile::parse(
            "source = \"old\"\ndate_format = \"D.M.Y\"\ndecimal_mark = \",\"\ncurrency = \"EUR\"\nignore = [\"Note\"]\n\
             [columns]\naccount = [\"Kunde\"]\ndocument = [\"Beleg\"]\ndocument_date = [\"Datum\"]\namount = [\"Betrag\"]\nkind = [\"Art\"]\n\
             [constants]\nterms = \"net 14\"\n[values.kind]\n\"Rechnung\" = \"invoice\"\n\"Gutschrift\" = \"credit_memo\"\n",
        )
        .unwrap();
        let text =
            "Kunde;Beleg;Datum;Art;Betrag;Note\nK1;R1;3.4.2026;RECHNUNG;1.000,50;x\nK1;G1;4.4.2026;gutschrift;0,50;\n";
        let report = run(&desk, &request(ImportKind::Invoices, profile, &[text])).await;
        assert_eq!(counts(&report), [2, 0, 0, 0], "{report:?}");
        assert_eq!((report.totals[0].currency.as_str(), report.totals[0].amount.as_str()), ("EUR", "1000.00"));
        let facts = desk.book.read().await.unwrap();
        let mut facts = facts;
        let facts = facts.facts(dunwell_store::facts::AccountChoice::All, super::day("2026-06-30")).await.unwrap();
        assert_eq!(facts[0].lines[0].due_date, super::day("2026-04-17"));
    });
}

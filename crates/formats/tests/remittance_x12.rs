//! X12 820 remittance advices: figures of real files, and what payers write.

mod real;

use dunwell_formats::bank::{Limits, ReadOptions, Refusal};
use dunwell_formats::remittance::{DocumentKind, RemittanceFile, x12};
use real::shared;

fn read(text: &str) -> RemittanceFile {
    x12::read(text.as_bytes(), &ReadOptions::default())
}

/// An interchange with these segments between ST and SE, each ended by `end`.
fn with(segments: &[&str], end: &str) -> String {
    let count = segments.len() + 2;
    let isa =
        "ISA*00*          *00*          *ZZ*PAYER          *ZZ*US             *260304*0600*^*00501*000000001*0*P*:";
    let mut all = vec![isa.to_owned(), "GS*RA*PAYER*US*20260304*0600*1*X*005010".to_owned(), "ST*820*0001".to_owned()];
    all.extend(segments.iter().map(|segment| (*segment).to_owned()));
    all.extend([format!("SE*{count}*0001"), "GE*1*1".to_owned(), "IEA*1*000000001".to_owned()]);
    all.iter().map(|segment| format!("{segment}{end}")).collect()
}

#[test]
fn real_files_have_the_stated_figures() {
    let files: [(&str, i64, &[i64]); 6] = [
        ("01", 1_900_000, &[1_650_000, 25_000]),
        ("02", 22_000, &[3_500, 3_500, -35_000, 45_000, 5_000]),
        ("03", 23_960, &[-555, 9_696, 14_819]),
        ("04", 12_345, &[12_345]),
        ("05", 56_629, &[-6_334, 889, -1_267, 18_347, 44_994]),
        ("06", 0, &[-6_337, -5_663, 12_000]),
    ];
    for (name, paid, lines) in files {
        let Some(bytes) = shared(&format!("edi_x12/x12_types_crate/v005010_820_{name}.edi")) else { return };
        let file = x12::read(&bytes, &ReadOptions::default());
        assert_eq!((file.refused.as_ref(), &file.problems[..]), (None, &[][..]), "{name}");
        let advice = &file.advices[0];
        assert_eq!((file.advices.len(), advice.paid), (1, Some(paid)), "{name}");
        assert_eq!(advice.lines.iter().filter_map(|line| line.paid).collect::<Vec<_>>(), lines, "{name}");
        let foots = file.controls.iter().find(|total| total.name == "advice_total").unwrap().foots();
        assert_eq!(foots, name != "01", "{name}");
        assert!(advice.reference.is_some(), "{name}");
        if name == "06" {
            let adjustment = &advice.lines[2].adjustments[0];
            assert_eq!(
                (advice.lines[2].due, adjustment.amount, adjustment.code.as_str()),
                (Some(297_111), -285_111, "H1")
            );
        }
    }
}

#[test]
fn lines_say_what_is_paid_due_and_taken() {
    let segments = [
        "BPR*C*1350.5*C*ACH*CTX*01*111111111*DA*123*1512345678**01*222222222*DA*4711*20260304",
        "TRN*1*TRACE9*1512345678",
        "CUR*PR*USD",
        "REF*14*ACCT7",
        "N1*PR*ACME CORP*1*123456789",
        "N4*Springfield*IL*62701",
        "N1*PE*US INC",
        "ENT*1",
        "ADX*-10*52*CM*CM1",
        "RMR*IV*INV-1*PI*980*1000*20",
        "REF*PO*PO77",
        "DTM*003*20260201",
        "NTE*GEN*short one box",
        "RMR*IV*INV-2**480.50*500**06*19.5",
        "RMR*CM*CR-3*AJ*-100",
        "ADX*0*ZZ*IV*INV-9",
        "NTE**see claim",
    ];
    for end in ["~", "~\n", "\n", "'\r\n"] {
        let file = read(&with(&segments, end));
        assert_eq!((&file.refused, &file.problems[..], &file.warnings[..]), (&None, &[][..], &[][..]), "{end:?}");
        let advice = &file.advices[0];
        assert_eq!((advice.reference.as_deref(), advice.payer.name.as_deref()), (Some("TRACE9"), Some("ACME CORP")));
        assert_eq!((advice.payee.account.as_deref(), advice.method.as_deref()), (Some("4711"), Some("ACH")));
        assert_eq!(advice.payment_day.unwrap().to_string(), "2026-03-04");
        let [first, second, third] = &advice.lines[..] else { panic!("{advice:#?}") };
        assert_eq!((first.paid, first.due, first.discount), (Some(98_000), Some(100_000), Some(2_000)));
        assert_eq!((first.documents[1].kind, first.text[0].as_str()), (DocumentKind::PurchaseOrder, "short one box"));
        assert_eq!(first.document_day.unwrap().to_string(), "2026-02-01");
        // 500 − 19.50 = 480.50: the payer writes the deduction without its sign.
        assert_eq!((second.adjustments[0].amount, second.adjustments[0].meaning), (-1_950, "Quantity contested"));
        assert_eq!((third.documents[0].kind, third.paid), (DocumentKind::CreditMemo, Some(-10_000)));
        assert_eq!((third.adjustments[0].text.as_str(), advice.adjustments[0].amount), ("see claim", -1_000));
        assert_eq!(advice.lines_total(), 135_050);
        assert!(file.controls.iter().all(|total| total.foots()), "{:#?}", file.controls);
    }
    let file = read(&with(&segments, "~\n"));
    assert_eq!((file.advices[0].place.line, file.advices[0].lines[0].place.line), (3, 13));
}

#[test]
fn what_is_wrong_is_said_or_refused() {
    let code = |text: &str| read(text).refused.map(|refusal| refusal.code());
    assert_eq!(code(""), Some("not_readable"));
    assert_eq!(code("ISA*00"), Some("not_readable"));
    assert_eq!(code("UNA:+.? 'UNB+"), Some("not_readable"));
    let whole = with(&["BPR*C*5*C*CHK", "RMR*IV*1**5"], "~");
    assert_eq!(code(&whole), None);
    for cut in [whole.find("IEA").unwrap(), whole.find("SE*").unwrap(), whole.find("RMR").unwrap()] {
        assert_eq!(code(&whole[..cut]), Some("truncated"));
    }
    let wrong = read(&whole.replace("SE*4*0001", "SE*9*0002").replace("**5~", "**5.001~"));
    assert_eq!(wrong.problems.iter().map(|problem| problem.code).collect::<Vec<_>>(), ["bad_amount"]);
    let warned: Vec<&str> = wrong.warnings.iter().map(|warning| warning.code).collect();
    assert_eq!(warned, ["transaction_segment_count", "transaction_control_number"]);
    let other = read(&whole.replace("ST*820", "ST*810"));
    assert_eq!((other.advices.len(), other.warnings[0].code), (0, "other_transaction_set"));
    let long = format!("{}RMR*IV*{}", with(&[], "~"), "1".repeat(2_000_000));
    assert!(matches!(read(&long).refused, Some(Refusal::TooLarge { .. })));
    let many = with(&["RMR*IV*1**5"; 20], "~");
    let few = ReadOptions { limits: Limits { entries: 10, ..Limits::STANDARD }, ..ReadOptions::default() };
    assert!(matches!(x12::read(many.as_bytes(), &few).refused, Some(Refusal::TooLarge { .. })));
}

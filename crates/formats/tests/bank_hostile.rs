//! Files that nobody sends in good faith, made here: each reader answers, in time, and never takes a changed amount for
//! the bank's.

use std::time::{Duration, Instant};

use dunwell_formats::bank::{BankFile, Format, Limits, ReadOptions, detect, read};
use dunwell_formats::remittance::x12;
use proptest::prelude::*;

const BAI2: &str = "01,BANK,US,260304,0600,1,,,2/\n02,US,021000021,1,260303,2400,USD,2/\n03,4711,USD,010,1000,,,100,350,2,S,1,2,3/\n\
                    16,165,100,V,260305,,B1,C1,INV 1/2, 3\n88,EREF: X/\n16,475,250,D,2,0,100,1,150,,1077,CHECK/\n49,1700,5/\n98,1700,1,7/\n\
                    99,1700,1,9/\n";
const X12: &str = "ISA*00*          *00*          *ZZ*PAYER          *ZZ*US             *260304*0600*^*00501*000000001*0*P*:~\
                   GS*RA*P*U*20260304*0600*1*X*005010~ST*820*0001~BPR*C*5*C*ACH~TRN*1*9~ENT*1~ADX*-1*06~RMR*IV*1**6*7*1~\
                   REF*PO*1~SE*8*0001~GE*1*1~IEA*1*000000001~";

fn nacha() -> String {
    let rows = [
        format!("{:<94}", "101 021000021 1210428822603040600A094101US BANK                OTHER BANK"),
        format!("{:<69}260305   112104288{:07}", "5200ACME CORP                           1512345678CTXVENDOR PAY", 1),
        format!("622021000021{:<17}{:010}{:<15}0002{:<18}  1{:015}", "4711", 500, "INV", "US INC", 9),
        format!("705{:<80}00010000009", "RMR*IV*4711**5.00*6.00*1\\REF*PO*1\\"),
        format!("799R01{:015}{:6}02100002{:<44}{:015}", 9, "", "HELD", 9),
        format!("{:<79}12104288{:07}", format!("8200000003{:010}{:012}{:012}1512345678", 2_100_002, 0, 500), 1),
        format!("{:<94}", format!("900000100000100000003{:010}{:012}{:012}", 2_100_002, 0, 500)),
    ];
    rows.iter().map(|row| format!("{row}\n")).collect()
}

fn lockbox() -> String {
    let rows = [
        "100US COMPANYBANKORIGIN2603040600",
        "50010000012345260304US COMPANYBANKORIGIN",
        "6001001000000050002100002112345678900000010770",
        "40010016019INV-1     0000000500",
        "70010000012345260304001000000050000",
        "800000000123452603040001000000050000",
        "9000007",
    ];
    rows.iter().map(|row| format!("{row:<80}\n")).collect()
}

/// Reads in every format, told and untold.
fn every_reader(bytes: &[u8]) {
    let formats = [Format::Bai2, Format::Nacha, Format::Lockbox, Format::LockboxCsv];
    for format in formats.map(Some).into_iter().chain([None]) {
        let file = read(bytes, &ReadOptions { format, ..ReadOptions::default() });
        let lines = bytes.split(|byte| matches!(byte, b'\n' | b'\r')).count() as u64;
        for problem in file.problems.iter().chain(&file.warnings) {
            assert!(problem.place.line <= lines + 1, "{problem}");
        }
        assert!(file.problems.len() <= Limits::STANDARD.problems + 1);
        for entry in file.entries() {
            assert!(entry.amount >= 0 && entry.sequence > 0);
        }
    }
    x12::read(bytes, &ReadOptions::default());
    let _ = detect(bytes);
}

fn clean(text: &str) -> BankFile {
    let file = read(text.as_bytes(), &ReadOptions::default());
    assert_eq!((&file.refused, &file.problems[..]), (&None, &[][..]), "{file:#?}");
    assert!(file.control_totals_ok(), "{:#?}", file.controls);
    file
}

#[test]
fn the_seeds_are_whole_files() {
    assert_eq!(clean(BAI2).format, Some(Format::Bai2));
    assert_eq!(clean(&nacha()).format, Some(Format::Nacha));
    assert_eq!(clean(&lockbox()).format, Some(Format::Lockbox));
    assert_eq!(x12::read(X12.as_bytes(), &ReadOptions::default()).refused, None);
}

#[test]
fn hostile_files_are_answered_in_time() {
    let head = "01,B,U,260304,0600,1,,,2/\n02,U,B,1,260303,,,/\n";
    let nacha = nacha();
    let records: Vec<&str> = nacha.lines().collect();
    let size = 1_000_000;
    let fill = |piece: &str| piece.repeat(size / piece.len());
    let files = [
        ("one line without end", format!("{head}03,1,,/\n16,165,1,,,,{}", fill("x"))),
        ("nothing but slashes", format!("{head}03,1,,/\n16,165,1,,,,{}", fill("/"))),
        ("slashes and blanks", format!("{head}03,1,,/\n16,165,1,,,,{}", fill("/ "))),
        ("almost records", format!("{head}03,1,,/\n16,165,1,,,,{}", fill("/ 16,16"))),
        ("records in one line", format!("{head}03,1,,/{}", fill("16,165,1,,,,/"))),
        ("continuations", format!("{head}03,1,,/\n16,165,1,,,,\n{}", fill("88,x\n"))),
        ("lines without code", format!("{head}03,1,,/\n16,165,1,,,,\n{}", fill("x\n"))),
        ("commas", format!("{head}03,1,,{}", fill(","))),
        ("balances", format!("{head}03,1,,{}/", "010,1,,,".repeat(100_000))),
        ("accounts", format!("{head}{}", fill("03,1,,/\n49,0,2/\n"))),
        ("groups", format!("01,B,U,260304,0600,1,,,2/\n{}", fill("02,U,B,1,260303,,,/\n98,0,0,2/\n"))),
        ("files", fill("01,B,U,260304,0600,1,,,2/\n99,0,0,2/\n")),
        (
            "distributions without end",
            format!("{head}03,1,,/\n16,165,1,D,999999999999999999,{}", "1,1,".repeat(200_000)),
        ),
        ("problems", format!("{head}03,1,,/\n{}", fill("16,x,y,q,,,/\n"))),
        ("line ends", format!("{head}{}", fill("\r\n\n\r"))),
        ("blanks", fill(" ")),
        ("noughts", fill("\0")),
        ("nines", fill("9")),
        ("addenda", format!("{}\n{}\n{}\n{}", records[0], records[1], records[2], fill(&format!("{}\n", records[3])))),
        ("returns", format!("{}\n{}\n{}\n{}", records[0], records[1], records[2], fill(&format!("{}\n", records[4])))),
        ("batches", format!("{}\n{}", records[0], fill(&format!("{}\n{}\n", records[1], records[5])))),
        ("records without lines", format!("{}{}{}", records[0], records[1], fill(records[2]))),
        ("letters beyond ASCII", format!("{}\n{}\n{}", records[0], records[1], fill("é"))),
        ("elements", format!("{}RMR{}", &X12[..106], fill("*"))),
        ("segments", format!("{}{}", &X12[..106], fill("ADX*1*01~"))),
        ("interchanges", fill(&X12[..106])),
        ("ISA, again and again", fill("ISA*")),
        ("overflows", format!("{}{}", &lockbox()[..243], fill("4001001601 X\n"))),
        ("rows", format!("Check Amount,Invoice\n{}", fill("1,2\n"))),
        ("quotes", format!("Check Amount,Invoice\n{}", fill("\""))),
    ];
    for (name, text) in files {
        let begun = Instant::now();
        every_reader(text.as_bytes());
        // Reading is linear: what is not, takes hours of such a file.
        assert!(begun.elapsed() < Duration::from_secs(30), "{name} took {:?}", begun.elapsed());
    }
}

/// Pieces of files in which the marks that readers care about are frequent.
fn tricky() -> impl Strategy<Value = Vec<u8>> {
    let pieces: Vec<Vec<u8>> = BAI2
        .split_inclusive(['\n', ','])
        .chain(X12.split_inclusive(['~', '*']))
        .map(|piece| piece.as_bytes().to_vec())
        .chain(nacha().lines().chain(lockbox().lines()).map(|line| line.as_bytes().to_vec()))
        .chain([
            b"\n".to_vec(),
            b"\r".to_vec(),
            b"/".to_vec(),
            b"/ ".to_vec(),
            b"88,".to_vec(),
            vec![0xFF],
            vec![0xC3, 0xA9],
        ])
        .collect();
    let piece = prop_oneof![prop::sample::select(pieces), "[ -~]{0,12}".prop_map(String::into_bytes)];
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn arbitrary_bytes_panic_no_reader(bytes in prop::collection::vec(any::<u8>(), 0..1500)) {
        every_reader(&bytes);
        for head in [BAI2, X12, &nacha(), &lockbox()] {
            every_reader(&[&head.as_bytes()[..head.len() * 2 / 3], &bytes].concat());
        }
    }

    #[test]
    fn pieces_in_any_order_panic_no_reader(bytes in tricky()) {
        every_reader(&bytes);
    }

    #[test]
    fn damaged_files_panic_no_reader(
        which in 0..4_usize, at in any::<prop::sample::Index>(), byte in any::<u8>(), cut in any::<prop::sample::Index>(),
    ) {
        let mut bytes = [BAI2.to_owned(), X12.to_owned(), nacha(), lockbox()][which].clone().into_bytes();
        let place = at.index(bytes.len());
        bytes[place] = byte;
        every_reader(&bytes);
        bytes.truncate(cut.index(bytes.len()));
        every_reader(&bytes);
    }

    #[test]
    fn no_changed_digit_changes_money_unnoticed(which in 0..3_usize, at in any::<prop::sample::Index>(), digit in 0..10_u8) {
        let text = [BAI2.to_owned(), nacha(), lockbox()][which].clone();
        let whole = clean(&text);
        let mut bytes = text.into_bytes();
        let digits: Vec<usize> = (0..bytes.len()).filter(|at| bytes[*at].is_ascii_digit()).collect();
        bytes[digits[at.index(digits.len())]] = b'0' + digit;
        let format = whole.format;
        let changed = read(&bytes, &ReadOptions { format, ..ReadOptions::default() });
        let amounts = |file: &BankFile| file.entries().map(|entry| entry.amount).collect::<Vec<_>>();
        if changed.refused.is_none() && changed.problems.is_empty() && changed.control_totals_ok() {
            prop_assert_eq!(amounts(&changed), amounts(&whole));
        }
    }

    #[test]
    fn no_line_is_lost_doubled_or_moved_unnoticed(
        which in 0..3_usize, at in any::<prop::sample::Index>(), to in any::<prop::sample::Index>(), deed in 0..3_u8,
    ) {
        let text = [BAI2.to_owned(), nacha(), lockbox()][which].clone();
        let whole = clean(&text);
        let mut lines: Vec<&str> = text.lines().collect();
        let line = at.index(lines.len());
        let taken = if deed == 0 { lines[line] } else { lines.remove(line) };
        if deed < 2 {
            lines.insert(to.index(lines.len() + 1), taken);
        }
        let changed = read(lines.join("\n").as_bytes(), &ReadOptions { format: whole.format, ..ReadOptions::default() });
        let mut amounts = [&changed, &whole].map(|file| file.entries().map(|entry| entry.amount).collect::<Vec<_>>());
        amounts.iter_mut().for_each(|amounts| amounts.sort_unstable());
        if changed.refused.is_none() && changed.problems.is_empty() && changed.control_totals_ok() {
            prop_assert_eq!(&amounts[0], &amounts[1]);
        }
    }

    #[test]
    fn a_file_cut_anywhere_is_refused_or_whole(which in 0..3_usize, cut in any::<prop::sample::Index>()) {
        let text = [BAI2.to_owned(), nacha(), lockbox()][which].clone();
        let whole = clean(&text);
        let cut = cut.index(text.len());
        let part = read(&text.as_bytes()[..cut], &ReadOptions { format: whole.format, ..ReadOptions::default() });
        if part.refused.is_none() && part.problems.is_empty() && part.control_totals_ok() {
            prop_assert_eq!(part.entries().count(), whole.entries().count());
        }
    }
}

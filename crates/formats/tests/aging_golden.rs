//! Every export under `tests/aging` reads to exactly the text beside it (`UPDATE=1` records it anew).

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use dunwell_formats::aging_export::{AgingExport, AgingOptions, StatedTotal, read_aging};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/aging")
}

fn shown(export: &AgingExport) -> String {
    let mut text = String::new();
    let as_of = export.as_of.map_or("not stated".to_owned(), |day| day.to_string());
    let company = export.company.as_deref().unwrap_or("not stated");
    let _ = writeln!(text, "system {} | as of {as_of} | company {company}", export.system.name());
    match &export.refused {
        Some(refusal) => writeln!(text, "refused {}: {refusal}", refusal.code()),
        None => writeln!(text, "accepted, {} lines", export.lines.len()),
    }
    .unwrap();
    for line in &export.lines {
        let day = |day: Option<dunwell_formats::day::Day>| day.map_or("-".to_owned(), |day| day.to_string());
        let _ = writeln!(
            text,
            "{}: [{}] {} | {} {:?} ({}) | {} due {} | po {} | {} of {} {} | terms {} | {}",
            line.line_no,
            line.account.as_deref().unwrap_or("-"),
            line.account_name,
            line.document,
            line.kind,
            line.kind_text,
            day(line.document_date),
            day(line.due_date),
            line.po_number.as_deref().unwrap_or("-"),
            line.open_amount,
            line.original_amount.map_or("-".to_owned(), |amount| amount.to_string()),
            line.currency.as_deref().unwrap_or("-"),
            line.terms.as_deref().unwrap_or("-"),
            line.extra.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join(", "),
        );
    }
    let mut totals = |name: &str, totals: &[StatedTotal]| {
        for total in totals {
            let currency = total.currency.as_deref().unwrap_or("-");
            let verdict = if total.foots() { "foots" } else { "differs" };
            let _ = writeln!(
                text,
                "{name} {}: {} {currency}: stated {}, found {}: {verdict}",
                total.line, total.label, total.stated, total.found
            );
        }
    };
    totals("file total", &export.file_totals);
    totals("group total", &export.group_totals);
    for problem in &export.problems {
        let _ = writeln!(text, "problem {} {}: {}", problem.line, problem.code, problem.message);
    }
    text
}

#[test]
fn every_export_reads_as_recorded() {
    let mut names: Vec<PathBuf> = std::fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path()).collect();
    names.sort();
    let mut differing = Vec::new();
    let mut read = 0;
    for path in names.iter().filter(|path| path.extension().is_none_or(|extension| extension != "expected")) {
        let shown = shown(&read_aging(&std::fs::read(path).unwrap(), &AgingOptions::default()));
        let expected_path = PathBuf::from(format!("{}.expected", path.display()));
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(&expected_path, &shown).unwrap();
        }
        let expected = std::fs::read_to_string(&expected_path).unwrap_or_default();
        if shown != expected {
            differing.push(format!("{}\n--- expected\n{expected}--- read\n{shown}", path.display()));
        }
        read += 1;
    }
    assert!(differing.is_empty(), "{}", differing.join("\n"));
    assert!(read >= 18, "only {read} exports found");
}

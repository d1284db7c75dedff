//! What must hold of whatever a reader answers. A reader that panics, hangs or takes too much memory is caught by the fuzzer.

use std::sync::LazyLock;

use dunwell_formats::bank::{BankFile, Format, Limits, Problem, ReadOptions, StatementProfile, read};
use dunwell_formats::remittance::RemittanceFile;

static PLAIN: LazyLock<StatementProfile> =
    LazyLock::new(|| StatementProfile::shipped("plain").expect("`plain` is shipped"));

/// Reads a bank file in a format, or in the one it tells itself.
pub fn bank_file(format: Option<Format>, bytes: &[u8]) {
    let profile = Some(Box::new(PLAIN.clone()));
    let options = ReadOptions { format, profile, ..ReadOptions::default() };
    let file = read(bytes, &options);
    holds(bytes, &file);
    assert_eq!(file, read(bytes, &options), "the same bytes read the same");
}

fn holds(bytes: &[u8], file: &BankFile) {
    within(bytes, &file.problems);
    within(bytes, &file.warnings);
    for entry in file.entries() {
        assert!(entry.amount >= 0 && entry.sequence > 0, "{entry:?}");
        assert!(entry.batch.iter().all(|payment| payment.amount >= 0), "{entry:?}");
    }
    let counted: i128 = file.sums().iter().map(|(_, credits, debits)| credits - debits).sum();
    let signed: i128 = file.entries().map(|entry| i128::from(entry.signed())).sum();
    assert_eq!(counted, signed, "what is summed up is what is listed");
}

/// What must hold of remittance advices that were read from these bytes.
pub fn advices(bytes: &[u8], file: &RemittanceFile) {
    within(bytes, &file.problems);
    within(bytes, &file.warnings);
    for advice in &file.advices {
        let _ = advice.lines_total();
        assert!(advice.lines.iter().all(|line| line.documents.len() <= bytes.len()), "{advice:?}");
    }
}

/// What must hold of remittance advices that came by a mail; its attachments have lines of their own.
pub fn mails(file: &RemittanceFile) {
    assert!(file.problems.len().max(file.warnings.len()) <= Limits::STANDARD.problems + 1);
    assert!(file.refused.is_none() || file.advices.is_empty());
    for advice in &file.advices {
        let _ = advice.lines_total();
    }
}

/// As many problems as are listed at most, each at a place within the file.
fn within(bytes: &[u8], problems: &[Problem]) {
    assert!(problems.len() <= Limits::STANDARD.problems + 1);
    for problem in problems {
        assert!(problem.place.line <= bytes.len() as u64 + 1, "{problem}");
    }
}

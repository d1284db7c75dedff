//! What the PDFs are: tagged, whole, the same bytes for the same document.

mod common;

use std::path::PathBuf;

use common::{notice, statement};
use dunwell_documents::Renderer;
use dunwell_documents::model::{Language, Paper};

/// Keeps a PDF where a person can look at it.
fn keep(name: &str, pdf: &[u8]) -> PathBuf {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::write(&path, pdf).expect("the build's temporary folder can be written");
    path
}

#[test]
fn a_statement_prints() {
    let renderer = Renderer::new();
    for language in [Language::En, Language::De] {
        let pdf = renderer.statement_pdf(&statement(language)).expect("it foots");
        keep(&format!("statement-{}.pdf", language.code()), &pdf);
        for level in 1..=4 {
            let pdf = renderer.notice_pdf(&notice(language, level)).expect("it foots");
            keep(&format!("notice-{level}-{}.pdf", language.code()), &pdf);
        }
    }
    let letter = statement(Language::En);
    let pdf = renderer.statement_pdf(&dunwell_documents::model::StatementDocument { paper: Paper::Letter, ..letter });
    keep("statement-letter.pdf", &pdf.expect("it foots"));
}

//! What is refused: a document that does not foot never reaches paper, whatever the output.

use crate::common::{notice, statement};
use dunwell_documents::model::{
    AgingBucket, ChargeTreatment, DocumentRefused, Figure, Language, LateChargeLine, NoticeCredit, NoticeDocument,
    StatementDocument,
};
use dunwell_documents::{RenderError, Renderer};
use dunwell_rules::item::ItemKind;

/// The figure a statement fails at after one change, with what it says and what its lines make.
fn statement_fails(change: impl FnOnce(&mut StatementDocument)) -> (Figure, i128, i128) {
    let mut document = statement(Language::En);
    change(&mut document);
    match document.check() {
        Err(DocumentRefused::DoesNotFoot { figure, stated_minor, computed_minor, .. }) => {
            (figure, stated_minor, computed_minor)
        }
        other => panic!("expected a figure that does not foot, got {other:?}"),
    }
}

/// Why a notice is refused after one change.
fn notice_refused(change: impl FnOnce(&mut NoticeDocument)) -> DocumentRefused {
    let mut document = notice(Language::En, 3);
    change(&mut document);
    document.check().expect_err("it must be refused")
}

#[test]
fn every_figure_of_a_statement_is_checked_against_its_lines() {
    let figures = [
        statement_fails(|s| s.figures.balance_minor += 1),
        statement_fails(|s| s.figures.past_due_minor += 1),
        statement_fails(|s| s.figures.disputed_minor += 1),
        statement_fails(|s| s.figures.unapplied_minor -= 1),
        statement_fails(|s| s.rows[0].paid_minor = 1),
        statement_fails(|s| s.aging[1].amount_minor += 1),
        statement_fails(|s| s.aging.push(AgingBucket { bucket: "x".into(), amount_minor: i64::MAX })),
    ];
    assert_eq!(
        figures,
        [
            (Figure::Balance, 7_144_496, 7_144_495),
            (Figure::PastDue, 4_324_121, 4_324_120),
            (Figure::Disputed, 937_720, 937_719),
            (Figure::Unapplied, -1, 0),
            (Figure::RowOpen, 425_346, 425_345),
            (Figure::AgingRow, 7_144_495, 7_144_496),
            (Figure::AgingRow, 7_144_495, 7_144_495 + i128::from(i64::MAX)),
        ]
    );
}

#[test]
fn please_pay_now_is_never_more_than_what_is_past_due_and_undisputed() {
    for (pay_now_minor, fine) in [(0, true), (3_386_401, true), (3_386_402, false), (-1, false)] {
        let mut document = statement(Language::En);
        document.figures.pay_now_minor = pay_now_minor;
        assert_eq!(document.check().is_ok(), fine, "{pay_now_minor}");
    }
}

#[test]
fn a_notice_asks_exactly_what_its_items_credits_and_demanded_charges_make() {
    let off = notice_refused(|n| n.amount_minor += 1);
    assert!(matches!(off, DocumentRefused::DoesNotFoot { figure: Figure::AmountAsked, stated_minor: 3_386_402, .. }));
    assert_eq!(
        off.to_string(),
        "the amount asked for does not foot: the document says 33864.02 USD, its lines make 33864.01 USD (N-48812)"
    );
    let charges = notice_refused(|n| {
        let charges = n.late_charges.as_mut().expect("it has charges");
        charges.treatment = ChargeTreatment::Demanded;
    });
    assert!(matches!(charges, DocumentRefused::DoesNotFoot { computed_minor: 3_435_486, .. }));
    let lines = notice_refused(|n| {
        let charges = n.late_charges.as_mut().expect("it has charges");
        charges.lines = vec![LateChargeLine { text: "Interest".into(), amount_minor: 1 }];
    });
    assert!(matches!(lines, DocumentRefused::DoesNotFoot { figure: Figure::LateCharges, .. }));
}

#[test]
fn a_notice_that_asks_for_nothing_or_too_much_is_refused() {
    assert!(matches!(notice_refused(|n| n.amount_minor = 0), DocumentRefused::NothingAsked { .. }));
    assert!(matches!(notice_refused(|n| n.items.clear()), DocumentRefused::NothingAsked { .. }));
    assert!(matches!(notice_refused(|n| n.items[0].asked_minor += 1), DocumentRefused::AskedOutOfRange { .. }));
    assert!(matches!(notice_refused(|n| n.items[0].asked_minor = 0), DocumentRefused::AskedOutOfRange { .. }));
    assert!(matches!(notice_refused(|n| n.level = 5), DocumentRefused::UnknownLevel { level: 5 }));
    let raising = notice_refused(|n| {
        let (kind, date) = (ItemKind::CreditMemo, n.date);
        n.credits.push(NoticeCredit { kind, document: "CM-1".into(), date, amount_minor: 1 });
    });
    assert!(matches!(raising, DocumentRefused::WrongSign { kind: ItemKind::CreditMemo, .. }));
}

#[test]
fn no_output_prints_a_document_that_does_not_foot() {
    let renderer = Renderer::new();
    let mut off = statement(Language::En);
    off.figures.balance_minor += 1;
    let refused = |outcome: Result<(), RenderError>| matches!(outcome, Err(RenderError::Refused(_)));
    assert!(refused(renderer.statement_pdf(&off).map(drop)));
    assert!(refused(renderer.statement_html(&off).map(drop)));
    assert!(refused(renderer.statement_text(&off).map(drop)));
    assert!(refused(renderer.statement_csv(&off).map(drop)));
    let mut off = notice(Language::En, 1);
    off.amount_minor -= 1;
    assert!(refused(renderer.notice_pdf(&off).map(drop)));
    assert!(refused(renderer.notice_html(&off).map(drop)));
    assert!(refused(renderer.notice_text(&off).map(drop)));
}

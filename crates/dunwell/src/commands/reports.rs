//! Reports: aging, statements and late charges as of any day.

use dunwell_desk::Refusal;
use dunwell_desk::charge_interest::{LateCharges, RuleAsked, charge_interest};
use dunwell_desk::documents::Renderer;
use dunwell_desk::documents::model::Paper as Sheet;
use dunwell_desk::rules::aging::DateBasis;
use dunwell_desk::write_statement::{StatementAsked, StatementTotals, render_statement, write_statement};
use dunwell_store::read::{AgingBy, AgingQuestion};
use dunwell_store::views::aging::{AgingCurrency, AgingView};

use crate::cli::{Aging, Basis, By, Cli, Interest, Paper, Statement, StatementKind};
use crate::clock;
use crate::output::{Failure, Output, table};
use crate::place::{as_of_bank_file, desk};

/// `aging`.
pub(crate) async fn aging(cli: &Cli, out: Output, asked: &Aging) -> Result<(), Failure> {
    let desk = desk(cli).await?;
    let mut reading = desk.book.read().await?;
    let known_at = match &asked.known_at {
        None => None,
        Some(text) => {
            let instant = clock::instant(text)
                .ok_or_else(|| Failure::usage(format!("--known-at '{text}' is no RFC 3339 instant")))?;
            let known = reading.known_at(instant, clock::now()).await?;
            Some(known.ok_or_else(|| Refusal::NotSealedYet(text.clone()))?)
        }
    };
    let question = AgingQuestion {
        on: asked.on.in_book(&desk),
        known_at,
        by: match asked.by {
            By::Book => AgingBy::Book,
            By::Account => AgingBy::Account,
            By::Collector => AgingBy::Collector,
            By::Unit => AgingBy::Unit,
        },
        basis: match asked.date_basis {
            Basis::Due => DateBasis::Due,
            Basis::Document => DateBasis::Document,
            Basis::Posting => DateBasis::Posting,
        },
        buckets: desk.buckets(),
    };
    let view = reading.aging(&question).await?;
    out.answer(&view, |view| aging_words(out, view) + &as_of_bank_file(&desk));
    Ok(())
}

/// An aging in words: the book, then its groups.
pub(crate) fn aging_words(out: Output, view: &AgingView) -> String {
    let mut rows = Vec::new();
    let codes = view.currencies.first().map(|c| c.buckets.iter().map(|b| b.bucket.clone()).collect::<Vec<_>>());
    let mut head = vec![String::new()];
    head.extend(codes.unwrap_or_default());
    head.extend(["unapplied", "nobody's", "balance", "disputed"].map(String::from));
    let width = head.len();
    rows.push(head);
    rows.extend(view.currencies.iter().map(|currency| aging_row("book", currency)));
    for group in view.accounts.iter().chain(&view.collectors).chain(&view.units) {
        let name = group.code.clone().unwrap_or_else(|| "none".into());
        rows.extend(group.currencies.iter().map(|currency| aging_row(&name, currency)));
    }
    let right: Vec<usize> = (1..width).collect();
    format!("{}\n{}", out.heading(&format!("Aged receivables on {}", view.on)), table(&rows, &right))
}

fn aging_row(name: &str, currency: &AgingCurrency) -> Vec<String> {
    let mut row = vec![format!("{name} {}", currency.currency)];
    row.extend(currency.buckets.iter().map(|bucket| bucket.amount.amount.clone()));
    row.extend(
        [&currency.unapplied, &currency.unidentified, &currency.balance, &currency.disputed]
            .map(|money| money.amount.clone()),
    );
    row
}

/// `statement`.
pub(crate) async fn statement(cli: &Cli, out: Output, asked: &Statement) -> Result<(), Failure> {
    let ending = asked.output.extension().and_then(|ending| ending.to_str()).unwrap_or_default().to_lowercase();
    if !["pdf", "html", "txt", "csv"].contains(&ending.as_str()) {
        return Err(Failure::usage("-o must end in .pdf, .html, .txt or .csv"));
    }
    let desk = desk(cli).await?;
    let on = asked.on.in_book(&desk);
    let question = StatementAsked {
        account: asked.account.clone(),
        currency: asked.currency.clone(),
        on,
        activity_from: match asked.kind {
            StatementKind::OpenItem => None,
            StatementKind::Activity => Some(asked.from.unwrap_or(on.first_of_month())),
        },
        paper: asked.paper.map(|paper| match paper {
            Paper::A4 => Sheet::A4,
            Paper::Letter => Sheet::Letter,
        }),
        with_children: asked.with_children,
    };
    let document = write_statement(&desk, &question).await?;
    let bytes = render_statement(&Renderer::new(), &document, &ending)?;
    let bytes = bytes.ok_or_else(|| Failure::usage("-o must end in .pdf, .html, .txt or .csv"))?;
    std::fs::write(&asked.output, bytes).map_err(|error| Failure::io(asked.output.display(), &error))?;
    let totals = StatementTotals::of(&document);
    out.answer(&totals, |totals| {
        let file = asked.output.display();
        format!("{file}: {} lines, balance {}, please pay now {}.", totals.lines, totals.balance, totals.pay_now)
    });
    Ok(())
}

/// `interest`.
pub(crate) async fn interest(cli: &Cli, out: Output, asked: &Interest) -> Result<(), Failure> {
    let desk = desk(cli).await?;
    let rule = RuleAsked { name: asked.rule.clone(), annual_rate_bp: asked.rate_bp, clause: asked.clause.clone() };
    let charges = charge_interest(&desk, &asked.account, &rule, asked.propose, asked.on.in_book(&desk)).await?;
    out.answer(&charges, |charges| interest_words(out, charges));
    Ok(())
}

fn interest_words(out: Output, charges: &LateCharges) -> String {
    let heading = format!("Late charges of {} through {}, {}", charges.account, charges.on, charges.rule);
    let mut text = format!("{}\n{}\n", out.heading(&heading), charges.citation);
    for charge in &charges.charges {
        let fixed = charge.fixed_sum.map_or_else(String::new, |sum| format!(" and a fixed sum of {sum}"));
        text.push_str(&format!(
            "{} due {}: interest {}{fixed}; proposed before {}, to propose {}\n",
            charge.document, charge.due, charge.interest, charge.proposed_before, charge.to_propose
        ));
        let rows = charge.segments.iter().map(|segment| {
            let rate = format!("{}.{:02} %", segment.rate_bp / 100, segment.rate_bp % 100);
            let span = format!("  {} to {}", segment.from, segment.to);
            let days = format!("{} days", segment.days);
            let source = segment.source.clone().unwrap_or_default();
            vec![span, days, segment.principal.to_string(), rate, segment.interest.to_string(), source]
        });
        text.push_str(&table(&rows.collect::<Vec<_>>(), &[1, 2, 3, 4]));
    }
    if !charges.requests.is_empty() {
        text.push_str(&format!("Put before a manager: {}.\n", charges.requests.join(", ")));
    }
    if charges.charges.is_empty() {
        text.push_str("Nothing is charged: no line was past due.\n");
    }
    text
}

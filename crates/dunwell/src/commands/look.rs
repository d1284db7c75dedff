//! Looking things up: search, lists, histories, letters, figures. Each prints the view that screens and API show.

use dunwell_desk::hold_back_notice::{NoticeHeld, NoticesHeld, change_notices, hold_back_notice, release_notice};
use dunwell_desk::look::accounts::ListedRow;
use dunwell_desk::look::documents::DocumentsOf;
use dunwell_desk::look::journal::JournalAsked;
use dunwell_desk::look::paying::Paying;
use dunwell_desk::look::timeline::TimelineEntry;
use dunwell_desk::look::{self, paying};
use dunwell_desk::pin_note::{pin_note, unpin_note};
use dunwell_store::views::journal::JournalChoice;
use dunwell_store::views::listing::{ListChoice, ListOrder};
use dunwell_store::views::timeline::{Journal as Which, TimelineOf};

use crate::cli::look::{Accounts, Documents, Journal, Notice, Pin, Search, Timeline};
use crate::cli::{Cli, On};
use crate::clock;
use crate::output::{Failure, Output, table};
use crate::place::{as_of_bank_file, desk};

/// `search`.
pub(crate) async fn search(cli: &Cli, out: Output, asked: &Search) -> Result<(), Failure> {
    let desk = desk(cli).await?;
    let text = asked.text.join(" ");
    let found = look::search::search(&desk, &text, asked.on.in_book(&desk), asked.limit).await?;
    out.answer(&found, |found| {
        let rows: Vec<Vec<String>> = found
            .hits
            .iter()
            .map(|hit| {
                let open = hit.open.map_or_else(String::new, |open| format!("open {open}"));
                vec![
                    hit.account.clone(),
                    hit.name.clone().unwrap_or_default(),
                    hit.kind.replace('_', " "),
                    hit.document.clone().unwrap_or_default(),
                    hit.day.clone().unwrap_or_default(),
                    hit.amount.map_or_else(String::new, |amount| amount.to_string()),
                    open,
                    hit.matched.replace('_', " "),
                ]
            })
            .collect();
        let more = if found.more { "There may be more: type more of it.\n" } else { "" };
        if rows.is_empty() { format!("Nothing is found by '{}'.", found.text) } else { table(&rows, &[5, 6]) + more }
    });
    Ok(())
}

/// `accounts`.
pub(crate) async fn accounts(cli: &Cli, out: Output, asked: &Accounts) -> Result<(), Failure> {
    let desk = desk(cli).await?;
    let order = ListOrder::parse(&asked.sort).ok_or_else(|| Failure::usage("--sort is number or name"))?;
    let choice = ListChoice {
        collector: asked.collector.clone(),
        segment: asked.segment.clone(),
        risk_class: asked.risk_class.clone(),
        text: asked.text.clone(),
        past_due: asked.past_due,
        disputed: asked.disputed,
        unapplied: asked.unapplied,
        promised: asked.promised,
        stopped: asked.stopped,
        incomplete: asked.incomplete,
    };
    let (cursor, limit) = (asked.page.cursor.as_deref(), asked.page.limit);
    let list = look::accounts::accounts(&desk, &choice, order, cursor, limit, asked.on.in_book(&desk)).await?;
    out.answer(&list, |list| {
        let mut rows = vec![
            ["account", "name", "city", "collector", "balance", "past due", "days", ""].map(String::from).to_vec(),
        ];
        rows.extend(list.accounts.iter().flat_map(account_rows));
        table(&rows, &[4, 5, 6]) + &as_of_bank_file(&desk) + &next(list.next_cursor.as_deref())
    });
    Ok(())
}

/// One row a currency; an account with nothing open has one too.
fn account_rows(row: &ListedRow) -> Vec<Vec<String>> {
    let who = |rest: [String; 3]| {
        let [balance, past_due, days] = rest;
        let (name, city) = (row.name.clone().unwrap_or_default(), row.city.clone().unwrap_or_default());
        let collector = row.collector.clone().unwrap_or_default();
        vec![row.account.clone(), name, city, collector, balance, past_due, days, row.states.join(", ")]
    };
    let rows = row.currencies.iter().map(|figures| {
        let days = figures.oldest_days_past_due.map_or_else(String::new, |days| days.to_string());
        who([figures.balance.to_string(), figures.past_due.to_string(), days])
    });
    let rows: Vec<Vec<String>> = rows.collect();
    if rows.is_empty() { vec![who([String::new(), String::new(), String::new()])] } else { rows }
}

/// How to go on.
fn next(cursor: Option<&str>) -> String {
    cursor.map_or_else(String::new, |cursor| format!("There is more: --cursor {cursor}\n"))
}

/// `timeline`.
pub(crate) async fn timeline(cli: &Cli, out: Output, asked: &Timeline) -> Result<(), Failure> {
    let desk = desk(cli).await?;
    let of = TimelineOf::parse(&asked.of).ok_or_else(|| {
        Failure::usage(format!("--of is one of {}", TimelineOf::ALL.map(TimelineOf::code).join(", ")))
    })?;
    let (cursor, limit) = (asked.page.cursor.as_deref(), asked.page.limit);
    let page = look::timeline::timeline(&desk, &asked.account, of, cursor, limit).await?;
    out.answer(&page, |page| {
        let line = |entry: &TimelineEntry, mark: &str| {
            let said = entry.text.as_ref().map_or_else(String::new, |text| format!(" “{text}”"));
            vec![
                mark.to_string(),
                entry.day.clone(),
                entry.actor.clone(),
                format!("{}{said}", entry.words),
                entry.entry.clone(),
            ]
        };
        let pinned = page.pinned.iter().map(|entry| line(entry, "pinned"));
        let rows: Vec<_> = pinned.chain(page.entries.iter().map(|entry| line(entry, ""))).collect();
        let name = page.name.as_deref().unwrap_or("(no name)");
        let heading = out.heading(&format!("{} {name}", page.account));
        format!("{heading}\n{}{}", table(&rows, &[]), next(page.next_cursor.as_deref()))
    });
    Ok(())
}

/// `pin`.
pub(crate) async fn pin(cli: &Cli, out: Output, asked: &Pin) -> Result<(), Failure> {
    let desk = desk(cli).await?;
    let on = asked.on.in_book(&desk);
    let state = match asked.off {
        true => unpin_note(&desk, &asked.account, &asked.entry, on).await?,
        false => pin_note(&desk, &asked.account, &asked.entry, on).await?,
    };
    out.answer(&state, |state| format!("{} of {}: {}.", state.entry, state.account, state.state.replace('_', " ")));
    Ok(())
}

/// `journal`.
pub(crate) async fn journal(cli: &Cli, out: Output, asked: &Journal) -> Result<(), Failure> {
    let instant = |text: &Option<String>, flag: &str| match text {
        None => Ok(None),
        Some(text) => clock::instant(text)
            .map(Some)
            .ok_or_else(|| Failure::usage(format!("{flag} '{text}' is no RFC 3339 instant"))),
    };
    let journal = match &asked.journal {
        None => None,
        Some(text) => Some(Which::parse(text).ok_or_else(|| {
            Failure::usage(format!("--journal is one of {}", Which::ALL.map(Which::code).join(", ")))
        })?),
    };
    let choice = JournalChoice {
        journal,
        account: None,
        actor: asked.actor.clone(),
        command: asked.command.clone(),
        from: instant(&asked.from, "--from")?,
        to: instant(&asked.to, "--to")?,
    };
    let desk = desk(cli).await?;
    let question = JournalAsked { choice, account: asked.account.clone() };
    let page = look::journal::journal(&desk, &question, asked.page.cursor.as_deref(), asked.page.limit).await?;
    out.answer(&page, |page| {
        let rows: Vec<Vec<String>> = page
            .entries
            .iter()
            .map(|row| {
                let changes = row.changes.iter().map(|c| format!("{}: {} -> {}", c.field, c.before, c.after));
                vec![
                    row.recorded_at.clone(),
                    row.actor.clone(),
                    row.command.clone(),
                    row.account.clone().unwrap_or_default(),
                    row.kind.clone(),
                    row.amount.map_or_else(String::new, |amount| amount.to_string()),
                    changes.collect::<Vec<_>>().join("; "),
                    row.seal.map_or_else(|| "unsealed".into(), |seal| format!("seal {seal}")),
                    row.entry.clone(),
                ]
            })
            .collect();
        if rows.is_empty() {
            "Nothing was recorded that fits.".into()
        } else {
            table(&rows, &[5]) + &next(page.next_cursor.as_deref())
        }
    });
    Ok(())
}

/// `documents`.
pub(crate) async fn documents(cli: &Cli, out: Output, asked: &Documents) -> Result<(), Failure> {
    let desk = desk(cli).await?;
    let of = match &asked.account {
        Some(code) => DocumentsOf::Account(code),
        None => DocumentsOf::Day(asked.on.in_book(&desk)),
    };
    let page = look::documents::documents(&desk, of, asked.page.cursor.as_deref(), asked.page.limit).await?;
    out.answer(&page, |page| {
        let rows: Vec<Vec<String>> = page
            .notices
            .iter()
            .map(|row| {
                let notice = &row.notice;
                let lacks = if notice.missing.is_empty() {
                    String::new()
                } else {
                    format!("lacks {}", notice.missing.join(", "))
                };
                vec![
                    notice.notice.to_string(),
                    notice.day.to_string(),
                    notice.account.clone(),
                    notice.step.clone(),
                    notice.channels.join(", "),
                    format!("{} {}", notice.amount.amount, notice.amount.currency),
                    row.standing.into(),
                    notice.held_because.clone().unwrap_or(lacks),
                ]
            })
            .collect();
        if rows.is_empty() { "No letters.".into() } else { table(&rows, &[5]) + &next(page.next_cursor.as_deref()) }
    });
    Ok(())
}

/// `notice`.
pub(crate) async fn notice(cli: &Cli, out: Output, asked: &Notice) -> Result<(), Failure> {
    let desk = desk(cli).await?;
    let state = match asked {
        Notice::Show { notice } => {
            let shown = look::documents::notice(&desk, notice).await?;
            out.answer(&shown, |shown| {
                let notice = &shown.row.notice;
                let content = shown.content.as_ref().map_or_else(
                    || "Its text is erased.".into(),
                    |content| serde_json::to_string_pretty(content).unwrap_or_default(),
                );
                let (amount, currency) = (&notice.amount.amount, &notice.amount.currency);
                format!(
                    "{} {} of {}: {amount} {currency}, {}\n{content}",
                    notice.day, notice.step, notice.account, shown.row.standing
                )
            });
            return Ok(());
        }
        Notice::Hold { notices, reason, on } => match notices.as_slice() {
            [notice] => hold_back_notice(&desk, notice, reason, on.in_book(&desk)).await?,
            several => return held(out, &change_notices(&desk, several, Some(reason), on.in_book(&desk)).await?),
        },
        Notice::Release { notices, on } => match notices.as_slice() {
            [notice] => release_notice(&desk, notice, on.in_book(&desk)).await?,
            several => return held(out, &change_notices(&desk, several, None, on.in_book(&desk)).await?),
        },
    };
    out.answer(&state, |state| format!("Notice {}: {}.", state.notice, state.state));
    Ok(())
}

/// What became of several letters.
fn held(out: Output, changed: &NoticesHeld) -> Result<(), Failure> {
    out.answer(changed, |changed| {
        let line = |notice: &NoticeHeld| format!("Notice {}: {}.", notice.notice, notice.state);
        changed.notices.iter().map(line).collect::<Vec<_>>().join("\n")
    });
    Ok(())
}

/// `figures`.
pub(crate) async fn figures(cli: &Cli, out: Output, collector: Option<&str>, on: On) -> Result<(), Failure> {
    let desk = desk(cli).await?;
    let on = on.in_book(&desk);
    let list = look::worklist::worklist(&desk, collector, on, None).await?;
    let strip = look::strip::strip(&desk, collector, &list, on).await?;
    out.answer(&strip, |strip| {
        let mut rows = Vec::new();
        for figures in &strip.currencies {
            let named = [
                ("to collect", figures.to_collect),
                ("past due", figures.past_due),
                ("balance", figures.balance),
                ("promised", figures.promised),
                ("in dispute", figures.disputed),
                ("committed today", figures.committed_today),
            ];
            rows.extend(named.map(|(what, money)| vec![what.to_string(), money.to_string()]));
        }
        format!("{}{} done, {} left on {}.", table(&rows, &[1]), strip.done, strip.left, strip.on)
    });
    Ok(())
}

/// `how-they-pay`.
pub(crate) async fn how_they_pay(cli: &Cli, out: Output, code: &str, on: On) -> Result<(), Failure> {
    let desk = desk(cli).await?;
    let view = paying::how_they_pay(&desk, code, on.in_book(&desk)).await?;
    out.answer(&view, |view| paying_words(out, view));
    Ok(())
}

/// Tenths as a person reads them.
fn tenths(value: Option<i64>) -> String {
    value.map_or_else(|| "-".into(), |value| format!("{}.{}", value / 10, value % 10))
}

fn paying_words(out: Output, view: &Paying) -> String {
    let contract = view.contract_days.map_or_else(|| "-".into(), |days| days.to_string());
    let terms = view.terms.as_deref().unwrap_or("no terms");
    let mut text = format!("{}\n", out.heading(&format!("{} · {}", view.account, view.on)));
    for currency in &view.currencies {
        let (real, late) = (tenths(currency.real_days_tenths), tenths(currency.average_days_late_tenths));
        text.push_str(&format!("{}: {terms}, {contract} days; really {real} days, {late} late\n", currency.currency));
        let rows = currency.months.iter().filter(|month| month.lines > 0).map(|month| {
            let (lines, late) = (format!("{} lines", month.lines), format!("{} late", month.late_lines));
            let days = format!("{} days late", tenths(month.days_late_tenths));
            vec![month.month.clone(), lines, month.amount.to_string(), late, days]
        });
        text.push_str(&table(&rows.collect::<Vec<_>>(), &[1, 2, 3, 4]));
    }
    let promises = &view.promises;
    text.push_str(&format!("{} of {} promises kept, {} still run.\n", promises.kept, promises.made, promises.open));
    for (what, relative) in
        view.parent.iter().map(|up| ("belongs to", up)).chain(view.children.iter().map(|c| ("owns", c)))
    {
        let balances: Vec<String> =
            relative.balances.iter().map(|sums| format!("{} ({} past due)", sums.balance, sums.past_due)).collect();
        text.push_str(&format!(
            "{what} {} {}: {}\n",
            relative.account,
            relative.name.as_deref().unwrap_or(""),
            balances.join(", ")
        ));
    }
    text
}

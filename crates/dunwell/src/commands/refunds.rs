//! Refunds, write-offs, and credits that belong to somebody else.

use std::path::Path;

use dunwell_desk::Desk;
use dunwell_desk::refunds::ask::{Payee, RefundAsked, ask_refund};
use dunwell_desk::refunds::end::end_refund;
use dunwell_desk::refunds::pay::{RefundsPaid, pay_refunds, refund_file, refund_file_text};
use dunwell_desk::refunds::{self, RefundFileList, RefundList};
use dunwell_desk::rules::refund::RefundEnd;
use dunwell_desk::transfer_credit::transfer_credit;
use dunwell_desk::write_off_small::{
    SmallAsked, SmallBatchList, SmallItem, SmallReport, small_batches, take_back_small, write_off_small,
};
use dunwell_desk::write_offs::{
    TakenBack, ToWriteOff, WriteOffList, recover, take_back_write_off, write_off as write_it_off, write_offs,
};
use dunwell_store::views::refunds::RefundFileView;
use serde_json::json;

use super::cash::money_list;
use crate::cli::refunds::{Refund, RefundEnded, RefundRequest, Transfer, WriteOff, WriteOffAction};
use crate::cli::{Cli, On};
use crate::output::{Failure, Output, table};
use crate::place::desk;

/// `refund …`.
pub(crate) async fn refund(cli: &Cli, out: Output, action: &Refund) -> Result<(), Failure> {
    let desk = desk(cli).await?;
    match action {
        Refund::Request(asked) => request(&desk, out, asked).await,
        Refund::List { account, state, limit } => {
            let list = refunds::refunds(&desk, account.as_deref(), state.as_deref(), None, *limit).await?;
            out.answer(&list, list_words);
            Ok(())
        }
        Refund::File { file: Some(file), output, .. } => again(&desk, out, file, output).await,
        Refund::File { file: None, output, on } => {
            make_folder(output)?;
            let paid = pay_refunds(&desk, on.by_today(&desk)?).await?;
            for file in &paid.files {
                write(&desk, file, output).await?;
            }
            out.answer(&paid, |paid| paid_words(paid, output));
            Ok(())
        }
        Refund::Files => {
            let list = refunds::refund_files(&desk, None, None).await?;
            out.answer(&list, file_words);
            Ok(())
        }
        Refund::Confirm(ended) => end(&desk, out, ended, RefundEnd::Confirmed).await,
        Refund::Cancel(ended) => end(&desk, out, ended, RefundEnd::Cancelled).await,
        Refund::Returned(ended) => end(&desk, out, ended, RefundEnd::Returned).await,
    }
}

async fn request(desk: &Desk, out: Output, asked: &RefundRequest) -> Result<(), Failure> {
    let refund = RefundAsked {
        account: asked.account.clone(),
        credit: asked.credit.clone(),
        amount: asked.amount.clone(),
        payee: Payee {
            name: asked.payee.clone(),
            iban: asked.iban.clone(),
            bic: asked.bic.clone(),
            routing: asked.routing.clone(),
            number: asked.number.clone(),
            savings: asked.savings,
            text: asked.text.clone(),
        },
    };
    let refund = ask_refund(desk, &refund, asked.on.by_today(desk)?).await?;
    out.answer(&refund, |refund| {
        format!(
            "Refund {} of {} of {} waits for a signature: `dunwell approve {}`.",
            refund.refund, refund.amount, refund.credit, refund.request
        )
    });
    Ok(())
}

async fn end(desk: &Desk, out: Output, ended: &RefundEnded, end: RefundEnd) -> Result<(), Failure> {
    let on = ended.on.by_today(desk)?;
    let refund = end_refund(desk, &ended.refund, end, ended.reason.as_deref(), on).await?;
    out.answer(&refund, |refund| {
        let back =
            if end.gives_back() { format!(" {} is the customer's again.", refund.credit) } else { String::new() };
        format!("Refund {} of {} is {}.{back}", refund.refund, refund.amount, refund.state.replace('_', " "))
    });
    Ok(())
}

/// What a payment file is called on disk.
fn name_of(file: &RefundFileView) -> String {
    format!("{}.{}", file.message_id, if file.kind == "nacha" { "ach" } else { "xml" })
}

async fn write(desk: &Desk, file: &RefundFileView, folder: &Path) -> Result<(), Failure> {
    let text = refund_file_text(desk, &file.file.to_string()).await?;
    put(&folder.join(name_of(file)), &text)
}

/// Makes the folder, and sees that a file can be put there: what is in a payment file is paid, so nothing may fail after.
fn make_folder(folder: &Path) -> Result<(), Failure> {
    let refused = |error| Failure::io(folder.display(), &error);
    std::fs::create_dir_all(folder).map_err(refused)?;
    let trial = folder.join(format!(".dunwell-{}", std::process::id()));
    std::fs::write(&trial, "").and_then(|()| std::fs::remove_file(&trial)).map_err(refused)
}

fn put(path: &Path, text: &str) -> Result<(), Failure> {
    std::fs::write(path, text).map_err(|error| Failure::io(path.display(), &error))
}

async fn again(desk: &Desk, out: Output, file: &str, folder: &Path) -> Result<(), Failure> {
    let found = refund_file(desk, file).await?;
    let text = refund_file_text(desk, file).await?;
    make_folder(folder)?;
    let path = folder.join(name_of(&found));
    put(&path, &text)?;
    out.answer(&json!({ "file": file, "path": path.display().to_string() }), |_| {
        format!("Wrote payment file {file} to {} again.", path.display())
    });
    Ok(())
}

fn paid_words(paid: &RefundsPaid, folder: &Path) -> String {
    let mut text = String::new();
    for file in &paid.files {
        text.push_str(&format!(
            "{}: {} payments, to be paid on {} ({}).\n",
            folder.join(name_of(file)).display(),
            file.payments,
            file.pays_on,
            file.message_id
        ));
    }
    for left in &paid.left_out {
        text.push_str(&format!(
            "Left out: refund {} of {} to {} ({}).\n",
            left.refund, left.amount, left.account, left.code
        ));
    }
    if text.is_empty() { "No signed refund waits for a payment file.".into() } else { text }
}

fn list_words(list: &RefundList) -> String {
    if list.refunds.is_empty() {
        return "No refund.".into();
    }
    let heading = ["REFUND", "ACCOUNT", "CREDIT", "AMOUNT", "STATE", "TO", "ASKED"].map(str::to_owned).to_vec();
    let rows = list.refunds.iter().map(|row| {
        let to = match (&row.payee, &row.payee_account_ends) {
            (Some(name), Some(ends)) => format!("{name} …{ends}"),
            (Some(name), None) => name.clone(),
            (None, _) => "erased".into(),
        };
        vec![
            row.refund.to_string(),
            row.account.clone(),
            row.credit.clone(),
            row.amount.to_string(),
            row.state.replace('_', " "),
            to,
            format!("{} by {}", row.asked_on, row.maker),
        ]
    });
    table(&std::iter::once(heading).chain(rows).collect::<Vec<_>>(), &[3])
}

fn file_words(list: &RefundFileList) -> String {
    if list.files.is_empty() {
        return "No payment file was written yet.".into();
    }
    let heading = ["FILE", "KIND", "MESSAGE", "PAYMENTS", "PAYS ON"].map(str::to_owned).to_vec();
    let rows = list.files.iter().map(|row| {
        vec![
            row.file.to_string(),
            row.kind.clone(),
            row.message_id.clone(),
            row.payments.to_string(),
            row.pays_on.to_string(),
        ]
    });
    table(&std::iter::once(heading).chain(rows).collect::<Vec<_>>(), &[3])
}

/// `write-off …`.
pub(crate) async fn write_off(cli: &Cli, out: Output, asked: &WriteOff) -> Result<(), Failure> {
    let desk = desk(cli).await?;
    match &asked.action {
        WriteOffAction::Item { account, document, amount, reason, tax_relief, note, on } => {
            let asked = ToWriteOff {
                account: account.clone(),
                document: document.clone(),
                amount: amount.clone(),
                reason: reason.clone(),
                tax_relief: *tax_relief,
                words: note.clone(),
            };
            let today = On { day: None }.in_book(&desk);
            let done = write_it_off(&desk, &asked, on.by_today(&desk)?, today).await?;
            out.answer(&done, |done| match (&done.write_off, &done.request) {
                (Some(id), _) => format!("Wrote off {} of {} ({id}).", done.amount, done.document),
                (None, request) => format!(
                    "Writing off {} of {} waits for a signature: `dunwell approve {}`.",
                    done.amount,
                    done.document,
                    request.as_deref().unwrap_or_default()
                ),
            });
        }
        WriteOffAction::Small { below, older_than, currency, commit, note, on } => {
            let asked = SmallAsked {
                below: below.clone(),
                older_than_days: *older_than,
                currency: currency.clone(),
                commit: *commit,
                version: None,
                words: note.clone(),
            };
            let today = On { day: None }.in_book(&desk);
            out.answer(&write_off_small(&desk, &asked, on.in_book(&desk), today).await?, small_words);
        }
        WriteOffAction::Batches { limit } => {
            out.answer(&small_batches(&desk, None, *limit).await?, batch_words);
        }
        WriteOffAction::TakeBackSmall { batch, reason, on } => {
            let back = take_back_small(&desk, batch, reason, on.in_book(&desk)).await?;
            out.answer(&back, |back| format!("Took {} write-offs back, {}.", back.items, money_list(&back.taken_back)));
        }
        WriteOffAction::List { account, limit } => {
            let list = write_offs(&desk, account.as_deref(), None, *limit).await?;
            out.answer(&list, write_off_words);
        }
        WriteOffAction::Recover { write_off, credit, amount, on } => {
            let back = recover(&desk, write_off, credit, amount.as_deref(), on.by_today(&desk)?).await?;
            out.answer(&back, |back| format!("{} {credit} is set against it.", back_words(back)));
        }
        WriteOffAction::TakeBack { write_off, reason, on } => {
            let back = take_back_write_off(&desk, write_off, reason, on.by_today(&desk)?).await?;
            out.answer(&back, back_words);
        }
    }
    Ok(())
}

fn small_words(report: &SmallReport) -> String {
    if report.items.is_empty() {
        return "No small balance is open.".into();
    }
    let row = |item: &SmallItem| vec![item.account.clone(), item.document.clone(), item.amount.to_string()];
    let mut text = table(&report.items.iter().map(row).collect::<Vec<_>>(), &[2]);
    let (count, accounts, total) = (report.items.len(), report.accounts, report.total);
    text.push_str(&format!("{count} items of {accounts} accounts, {total}: "));
    text.push_str(&match (&report.batch, &report.request, report.asked_because) {
        (Some(batch), ..) => format!("written off (batch {batch})."),
        (None, Some(request), _) => format!("waits for a signature: `dunwell approve {request}`."),
        (None, None, Some(_)) => "nothing is written off yet; it would take a second person. --commit asks.".to_owned(),
        (None, None, None) => "nothing is written off yet. --commit does.".to_owned(),
    });
    text
}

fn batch_words(list: &SmallBatchList) -> String {
    if list.batches.is_empty() {
        return "No small balances were written off together.".into();
    }
    let heading = ["BATCH", "DAY", "ITEMS", "ACCOUNTS", "AMOUNT", "STANDS", "BELOW", "BY"].map(str::to_owned).to_vec();
    let rows = list.batches.iter().map(|row| {
        let signed = row.signed_by.as_ref().map_or_else(String::new, |name| format!(", signed by {name}"));
        vec![
            row.batch.to_string(),
            row.made_on.to_string(),
            row.items.to_string(),
            row.accounts.to_string(),
            row.total.to_string(),
            row.stands.to_string(),
            row.below.to_string(),
            format!("{}{signed}", row.maker),
        ]
    });
    table(&std::iter::once(heading).chain(rows).collect::<Vec<_>>(), &[2, 3, 4, 5, 6])
}

fn back_words(back: &TakenBack) -> String {
    let TakenBack { write_off, document, taken_back, stands, .. } = back;
    format!("Took {taken_back} of write-off {write_off} of {document} back; {stands} of it stands.")
}

fn write_off_words(list: &WriteOffList) -> String {
    if list.write_offs.is_empty() {
        return "Nothing was written off.".into();
    }
    let heading =
        ["WRITE-OFF", "ACCOUNT", "DOCUMENT", "AMOUNT", "RECOVERED", "STANDS", "WHY", "BY"].map(str::to_owned).to_vec();
    let rows = list.write_offs.iter().map(|row| {
        vec![
            row.write_off.to_string(),
            row.account.clone(),
            row.document.clone(),
            row.amount.to_string(),
            row.recovered.to_string(),
            row.stands.to_string(),
            row.reason.replace('_', " "),
            format!("{} on {}", row.maker, row.made_on),
        ]
    });
    table(&std::iter::once(heading).chain(rows).collect::<Vec<_>>(), &[3, 4, 5])
}

/// `transfer`.
pub(crate) async fn transfer(cli: &Cli, out: Output, asked: &Transfer) -> Result<(), Failure> {
    let desk = desk(cli).await?;
    let on = asked.on.by_today(&desk)?;
    let moved = transfer_credit(&desk, &asked.account, &asked.credit, &asked.to, asked.amount.as_deref(), on).await?;
    out.answer(&moved, |moved| format!("{} of {} is {}'s now.", moved.amount, moved.credit, moved.to));
    Ok(())
}

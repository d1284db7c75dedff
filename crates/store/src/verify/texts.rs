//! Erasable words and stored files: where they are still there, they are the ones whose hash the journals keep. And the
//! settings of the book, where the journals say them.

use std::collections::BTreeSet;

use hmac::{Hmac, KeyInit, Mac};
use serde_json::Value as Json;
use sha2::{Digest, Sha256};
use sqlx::FromRow;

use super::deeds::Deeds;
use super::stored::{Differences, Value};
use crate::book::SettingsRow;
use crate::fault::Result;
use crate::read::{Bind, Reading};
use crate::words::{search_name, words};

const NOTES: &str = "select account, entry, text from note_text where book = $1";
const CONTENTS: &str = "select account, notice, content from notice_content where book = $1";
const POLICIES: &str = "
select policy, text, sha256 from policy where book = $1
union all
select draft, text, sha256 from policy_draft where book = $1";
const PACKS: &str = "select month, pack from closed_month where book = $1";
const SETTINGS: &str = "
select name, currency, time_zone, calendar, buckets, mode, sender, first_open_day, last_bank_statement,
    paper_links, pays_from
from book where book = $1";
const PARTIES: &str = "select account, name, address, custom, erased_on from party where book = $1";
const PEOPLE: &str = "
select account, contact, name, role, mail, phone, time_zone, language, channel, erased_on
from contact where book = $1";
const UNNAMED: &str = "
select a.account from account a
where a.book = $1 and not exists (select 1 from party p where p.book = a.book and p.account = a.account)";
const UNKNOWN: &str = "
select p.account from party p
where p.book = $1 and not exists (select 1 from account a where a.book = p.book and a.account = p.account)";

const PAPERS: &str = "select account, attachment, sha256 from attachment where book = $1 and removed_on is null";
const PAPER: &str = "select bytes from attachment_file where book = $1 and account = $2 and attachment = $3";
const STRAYS: &str = "
select f.attachment from attachment_file f
where f.book = $1 and not exists (select 1 from attachment a where a.book = f.book and a.account = f.account
    and a.attachment = f.attachment and a.removed_on is null)";
const NAMES: &str = "
select account, name, search_name from party where book = $1
union all
select account, name, null from party_alias where book = $1";
const WORDS: &str = "select account, word from name_word where book = $1";

/// Every statement here, for the test that prepares them.
#[cfg(test)]
pub(super) const STATEMENTS: &[&str] = &[
    NOTES, CONTENTS, POLICIES, PACKS, SETTINGS, PARTIES, PEOPLE, UNNAMED, UNKNOWN, NAMES, WORDS, PAPERS, PAPER, STRAYS,
];

/// Line breaks of an address that may each be the end of a line or not.
const MOST_BREAKS: u32 = 8;

/// Compares words, files and settings with what the journals keep of them.
pub(super) async fn compare(reading: &mut Reading, secret: &[u8], deeds: &Deeds) -> Result<Differences> {
    let mut differences = Differences::default();
    for (what, statement) in [("note_text", NOTES), ("notice_content", CONTENTS)] {
        let rows: Vec<(i64, i64, Option<String>)> = reading.rows(statement, &[]).await?;
        for (account, entry, text) in rows {
            differences.checked += 1;
            // The comment of a signature has its hash in the approval journal.
            let Some(hash) = deeds.words.get(&(account, entry)) else { continue };
            if text.is_some_and(|text| keyed_hash(secret, &text) != *hash) {
                differences.note(|| format!("{what} of entry {entry}: the words are not those that were recorded"));
            }
        }
    }
    let policies: Vec<(i64, String, Vec<u8>)> = reading.rows(POLICIES, &[]).await?;
    for (policy, text, sha256) in policies {
        differences.checked += 1;
        if Sha256::digest(text.as_bytes()).as_slice() != sha256 {
            differences.note(|| format!("policy {policy}: its text is not the one that was recorded"));
        }
    }
    let packs: Vec<(i64, String)> = reading.rows(PACKS, &[]).await?;
    for (month, pack) in packs {
        differences.checked += 1;
        let kept = deeds.closed_month.get(&vec![Value::from(month)]).and_then(|columns| columns.get(1));
        if kept != Some(&Value::Blob(Sha256::digest(pack.as_bytes()).to_vec())) {
            differences.note(|| format!("closed_month {month}: its pack is not the one that was stored"));
        }
    }
    for (statement, wrong) in [(UNNAMED, "has no party"), (UNKNOWN, "is a party of no account")] {
        let rows: Vec<(i64,)> = reading.rows(statement, &[]).await?;
        for (account,) in rows {
            differences.note(|| format!("account {account} {wrong}"));
        }
    }
    parties(reading, secret, deeds, &mut differences).await?;
    people(reading, secret, deeds, &mut differences).await?;
    names(reading, &mut differences).await?;
    papers(reading, deeds, &mut differences).await?;
    settings(reading, deeds, &mut differences).await?;
    Ok(differences)
}

/// Names and addresses are those of the newest row that said them, or were erased.
async fn parties(reading: &mut Reading, secret: &[u8], deeds: &Deeds, differences: &mut Differences) -> Result<()> {
    type Party = (i64, Option<String>, Option<String>, Option<String>, Option<i64>);
    let rows: Vec<Party> = reading.rows(PARTIES, &[]).await?;
    for (account, name, address, custom, erased_on) in rows {
        differences.checked += 1;
        let Some(hash) = deeds.parties.get(&account) else { continue };
        let nothing = name.is_none() && address.is_none() && custom.is_none();
        let erased = nothing && erased_on.is_some() && deeds.erased.contains(&account);
        if !erased && !said(secret, hash.as_deref(), [name, address, custom]) {
            differences.note(|| format!("party {account}: its name and address are not those that were recorded"));
        }
    }
    Ok(())
}

/// Whether name, address and custom fields are what a hash was made of. The lines of an address were hashed one by one and
/// are kept in one text, so that a line break may be the end of a line or, in what a file says, a part of one.
fn said(secret: &[u8], hash: Option<&[u8]>, [name, address, custom]: [Option<String>; 3]) -> bool {
    let lines: Vec<&str> = address.as_deref().map(|address| address.split('\n').collect()).unwrap_or_default();
    let breaks = u32::try_from(lines.len().saturating_sub(1)).unwrap_or(u32::MAX).min(MOST_BREAKS);
    (0..1_u32 << breaks).any(|within| {
        let mut words = name.clone().unwrap_or_default();
        for (place, line) in (0_u32..).zip(&lines) {
            let inner = place > 0 && place <= breaks && (within >> (place - 1)) & 1 == 1;
            words.push(if inner { '\n' } else { '\u{1f}' });
            words.push_str(line);
        }
        if let Some(custom) = &custom {
            words.push('\u{1f}');
            words.push_str(custom);
        }
        match hash {
            Some(hash) => keyed_hash(secret, &words) == hash,
            None => words.is_empty(),
        }
    })
}

#[derive(Debug, FromRow)]
struct Person {
    account: i64,
    contact: i64,
    name: Option<String>,
    role: Option<String>,
    mail: Option<String>,
    phone: Option<String>,
    time_zone: Option<String>,
    language: Option<String>,
    channel: Option<String>,
    erased_on: Option<i64>,
}

/// People are those that the newest row of their source named, or were erased.
async fn people(reading: &mut Reading, secret: &[u8], deeds: &Deeds, differences: &mut Differences) -> Result<()> {
    let rows: Vec<Person> = reading.rows(PEOPLE, &[]).await?;
    for row in rows {
        differences.checked += 1;
        let nothing = row.name.is_none() && row.mail.is_none() && row.phone.is_none();
        let erased = nothing && row.erased_on.is_some() && deeds.erased.contains(&row.account);
        let words = [&row.name, &row.role, &row.mail, &row.phone, &row.time_zone, &row.language, &row.channel];
        let words = words.map(|word| word.as_deref().unwrap_or_default()).join("\u{1f}");
        let Some(Some(hash)) = deeds.people.get(&row.contact) else { continue };
        if !erased && keyed_hash(secret, &words) != *hash {
            differences.note(|| format!("contact {}: the person is not the one that was recorded", row.contact));
        }
    }
    Ok(())
}

/// The words accounts are found by are those of their names, as far as they are not erased.
async fn names(reading: &mut Reading, differences: &mut Differences) -> Result<()> {
    let rows: Vec<(i64, Option<String>, Option<String>)> = reading.rows(NAMES, &[]).await?;
    let mut expected = BTreeSet::new();
    for (account, name, sorted) in rows {
        differences.checked += 1;
        let name = name.unwrap_or_default();
        if sorted.is_some_and(|sorted| sorted.trim() != search_name(&name)) {
            differences.note(|| format!("party {account}: it is not sorted by its name"));
        }
        expected.extend(words([name.as_str()]).into_iter().map(|word| (account, word)));
    }
    let stored: Vec<(i64, String)> = reading.rows(WORDS, &[]).await?;
    let stored: BTreeSet<(i64, String)> = stored.into_iter().collect();
    for (account, word) in expected.symmetric_difference(&stored) {
        let wrong = if stored.contains(&(*account, word.clone())) { "is no word of its names" } else { "is missing" };
        differences.note(|| format!("name_word of account {account}: '{word}' {wrong}"));
    }
    Ok(())
}

/// Papers that are not taken off are there, one at a time, with the bytes whose hash the journal keeps, or were erased.
async fn papers(reading: &mut Reading, deeds: &Deeds, differences: &mut Differences) -> Result<()> {
    let rows: Vec<(i64, i64, Vec<u8>)> = reading.rows(PAPERS, &[]).await?;
    for (account, paper, sha256) in rows {
        differences.checked += 1;
        let kept: Option<(Option<Vec<u8>>,)> = reading.row(PAPER, &[Bind::Int(account), Bind::Int(paper)]).await?;
        let whole = match kept {
            Some((Some(bytes),)) => Sha256::digest(&bytes).as_slice() == sha256,
            Some((None,)) => deeds.erased.contains(&account),
            None => false,
        };
        if !whole {
            differences.note(|| format!("attachment {paper}: its bytes are not those that were attached"));
        }
    }
    let strays: Vec<(i64,)> = reading.rows(STRAYS, &[]).await?;
    for (paper,) in strays {
        differences.note(|| format!("attachment_file {paper}: it belongs to no attachment that is there"));
    }
    Ok(())
}

async fn settings(reading: &mut Reading, deeds: &Deeds, differences: &mut Differences) -> Result<()> {
    let Some(row) = reading.row::<SettingsRow>(SETTINGS, &[]).await? else { return Ok(()) };
    let buckets: Vec<i64> = row.4.split(',').filter_map(|end| end.parse().ok()).collect();
    let stored = [
        ("name", Json::from(row.0)),
        ("currency", Json::from(row.1)),
        ("time_zone", Json::from(row.2)),
        ("calendar", Json::from(row.3)),
        ("buckets", Json::from(buckets)),
        ("mode", Json::from(row.5)),
        ("sender", Json::from(row.6)),
        ("first_open_day", Json::from(row.7)),
        ("last_bank_statement", Json::from(row.8)),
        ("paper_links", Json::from(row.9)),
        ("pays_from", Json::from(row.10)),
    ];
    for (name, stored) in stored {
        differences.checked += 1;
        if let Some(made) = deeds.settings.get(name).filter(|made| **made != stored) {
            differences.note(|| format!("book: {name} is {stored}, the journals make {made}"));
        }
    }
    Ok(())
}

fn keyed_hash(secret: &[u8], words: &str) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).expect("an HMAC key has any length");
    mac.update(words.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

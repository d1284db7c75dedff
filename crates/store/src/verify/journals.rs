//! The journals as evidence: every batch's hash and row count, the chain of seals, and the triggers that guard them.

use std::collections::BTreeMap;

use sqlx::FromRow;

use super::stored::Differences;
use crate::db::Tx;
use crate::fault::Result;
use crate::journal::{BatchRow, JournalRow, batch_sha256, rows_of_batches};
use crate::read::{Bind, Reading};
use crate::seal::{Member, SealRow};

const BATCHES: &str = "
select batch, book, command, actor, day, recorded_at, rows, sha256 from batch where book = $1 order by batch";
const SEALS: &str = "
select seal, sealed_at, last_recorded_at, batches, previous_sha256, sha256 from seal where book = $1 order by seal";
const MEMBERS: &str = "
select seal, place, batch, sha256 from seal_member where book = $1 order by seal, place";
const TRIGGERS_SQLITE: &str = "
select name, sql from sqlite_master where type = 'trigger' and $1 = $1";
const TRIGGERS_POSTGRES: &str = "
select cast(t.tgname as text), cast(case when t.tgenabled in ('O', 'A') then f.prosrc else '' end as text)
from pg_trigger t join pg_proc f on f.oid = t.tgfoid
where not t.tgisinternal and $1 = $1";

/// Every statement both databases take, for the test that prepares them.
#[cfg(test)]
pub(super) const STATEMENTS: &[&str] = &[BATCHES, SEALS, MEMBERS];

/// Tables that nobody may update or delete from.
const GUARDED: [&str; 7] = ["batch", "ledger", "activity", "decision", "approval", "seal", "seal_member"];

/// Journal rows read at once, in batches.
const PAGE: usize = 512;

/// The journals of one book.
#[derive(Debug, Default)]
pub(super) struct Journals {
    pub(super) batches: BTreeMap<i64, BatchRow>,
    pub(super) rows: Vec<JournalRow>,
    pub(super) hashes: Differences,
}

fn book_of(row: &JournalRow) -> i64 {
    match row {
        JournalRow::Ledger(row) => row.book,
        JournalRow::Activity(row) => row.book,
        JournalRow::Decision(row) => row.book,
        JournalRow::Approval(row) => row.book,
    }
}

impl Journals {
    /// Reads every journal row, and checks each batch against its envelope.
    pub(super) async fn read(reading: &mut Reading) -> Result<Self> {
        let batches: Vec<BatchRow> = reading.rows(BATCHES, &[]).await?;
        let mut journals = Self::default();
        let book = reading.book;
        let mut first = i64::MIN;
        let pages = batches.chunks(PAGE).count().max(1);
        for page in 0..pages {
            let envelopes = batches.chunks(PAGE).nth(page).unwrap_or(&[]);
            let last = match envelopes.last() {
                Some(envelope) if page + 1 < pages => envelope.batch,
                _ => i64::MAX,
            };
            let rows = rows_of_batches(&mut reading.tx, first, last).await?;
            journals.page(book, envelopes, rows);
            first = last.saturating_add(1);
        }
        journals.batches = batches.into_iter().map(|batch| (batch.batch, batch)).collect();
        Ok(journals)
    }

    fn page(&mut self, book: i64, envelopes: &[BatchRow], rows: Vec<JournalRow>) {
        let mut rows = rows.into_iter().peekable();
        for envelope in envelopes {
            while rows.peek().is_some_and(|row| row.key().0 < envelope.batch) {
                self.stray(book, rows.next());
            }
            let mut of_batch = Vec::new();
            while let Some(row) = rows.next_if(|row| row.key().0 == envelope.batch) {
                of_batch.push(row);
            }
            self.hashes.checked += 1;
            let count = i64::try_from(of_batch.len()).unwrap_or(i64::MAX);
            if count != envelope.rows {
                self.hashes
                    .note(|| format!("batch {}: {count} rows, its envelope says {}", envelope.batch, envelope.rows));
            } else if batch_sha256(envelope, &of_batch) != envelope.sha256 {
                self.hashes.note(|| format!("batch {}: its rows are not what was recorded", envelope.batch));
            }
            self.rows.extend(of_batch.into_iter().filter(|row| book_of(row) == book));
        }
        for row in rows {
            self.stray(book, Some(row));
        }
    }

    /// A row outside every batch of the book: another book's, or put in by hand.
    fn stray(&mut self, book: i64, row: Option<JournalRow>) {
        if let Some(row) = row.filter(|row| book_of(row) == book) {
            let (batch, entry) = row.key();
            self.hashes.note(|| format!("entry {entry}: batch {batch} is no batch of this book"));
            self.rows.push(row);
        }
    }
}

#[derive(Debug, FromRow)]
struct MemberRow {
    seal: i64,
    place: i64,
    batch: i64,
    sha256: Vec<u8>,
}

/// Checks the chain; answers what is wrong, how many batches no seal has taken in, and how many seals there are.
pub(super) async fn chain(reading: &mut Reading, journals: &Journals) -> Result<(Differences, usize, usize)> {
    let seals: Vec<SealRow> = reading.rows(SEALS, &[]).await?;
    let members: Vec<MemberRow> = reading.rows(MEMBERS, &[]).await?;
    let book = reading.book;
    let mut differences = Differences::default();
    let mut previous = vec![0; 32];
    let mut sealed = std::collections::BTreeSet::new();
    let mut newest = i64::MIN;
    for (number, seal) in (1_i64..).zip(&seals) {
        differences.checked += 1;
        if seal.seal != number {
            differences.note(|| format!("seal {}: seal {number} is missing before it", seal.seal));
        }
        if seal.previous_sha256 != previous {
            differences.note(|| format!("seal {}: it does not follow the seal before it", seal.seal));
        }
        if seal.sealed_at < newest {
            differences.note(|| format!("seal {}: it is older than the seal before it", seal.seal));
        }
        let of_seal: Vec<&MemberRow> = members.iter().filter(|member| member.seal == seal.seal).collect();
        let dense = of_seal.iter().zip(1_i64..).all(|(member, place)| member.place == place);
        let recorded =
            of_seal.iter().filter_map(|member| journals.batches.get(&member.batch)).map(|batch| batch.recorded_at);
        if !dense || i64::try_from(of_seal.len()).ok() != Some(seal.batches) {
            differences.note(|| format!("seal {}: {} batches, it says {}", seal.seal, of_seal.len(), seal.batches));
        }
        if recorded.max().is_some_and(|recorded| recorded > seal.last_recorded_at) {
            differences.note(|| format!("seal {}: a batch in it is newer than it says", seal.seal));
        }
        let hashed: Vec<Member> =
            of_seal.iter().map(|member| Member { batch: member.batch, sha256: member.sha256.clone() }).collect();
        if seal.expected_sha256(book, &hashed) != seal.sha256 {
            differences.note(|| format!("seal {}: its hash does not recompute", seal.seal));
        }
        previous.clone_from(&seal.sha256);
        newest = seal.sealed_at;
    }
    for member in &members {
        sealed.insert(member.batch);
        match journals.batches.get(&member.batch) {
            Some(batch) if batch.sha256 == member.sha256 => {}
            Some(_) => differences.note(|| format!("batch {}: it is not what was sealed", member.batch)),
            None => differences.note(|| format!("batch {}: it was sealed and is gone", member.batch)),
        }
        if !(1..=i64::try_from(seals.len()).unwrap_or(i64::MAX)).contains(&member.seal) {
            differences.note(|| format!("batch {}: its seal {} is gone", member.batch, member.seal));
        }
    }
    let tail = journals.batches.keys().filter(|batch| !sealed.contains(batch)).count();
    Ok((differences, tail, seals.len()))
}

/// Checks that the triggers stand and still refuse.
pub(super) async fn triggers(reading: &mut Reading) -> Result<Differences> {
    let statement = match reading.tx {
        Tx::Sqlite(_) => TRIGGERS_SQLITE,
        Tx::Pg(_) => TRIGGERS_POSTGRES,
    };
    let standing: Vec<(String, String)> = reading.rows(statement, &[] as &[Bind<'_>]).await?;
    let mut differences = Differences::default();
    for table in GUARDED {
        for change in ["update", "delete"] {
            differences.checked += 1;
            let name = format!("{table}_no_{change}");
            let found = standing.iter().find(|(known, _)| *known == name);
            let refuses = found.is_some_and(|(_, body)| {
                let body = body.to_lowercase();
                body.contains("append-only") && (body.contains("raise(abort") || body.contains("raise exception"))
            });
            if !refuses {
                differences.note(|| format!("trigger {name}: it does not stand"));
            }
        }
    }
    Ok(differences)
}

//! Attaching many papers at once, each to the document that its file's name tells: a folder, or the files a person chose.
//!
//! Safe to repeat: the same bytes as the same kind at the same document are one paper. A file that tells no document of the
//! book is left alone and told.

use dunwell_rules::calendar::Date;
use dunwell_rules::rights::Action;
use serde::Serialize;

use crate::attach_document::{KINDS, Paper, attach_document};
use crate::desk::Desk;
use crate::refusal::{Refusal, Result, Stop};

/// The longest name of a file, in bytes: what file systems take.
const LONGEST_NAME: usize = 255;
/// The most ways in which a name is read; one that has more tells no document.
const MOST_READINGS: usize = 50;

/// What the name of a file tells: literal text and names in braces, as `{account}_{document}_pod.pdf`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamePattern(Vec<Piece>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Text(String),
    Account,
    Document,
}

/// What became of one file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FileTaken {
    /// The file's name.
    pub file: String,
    /// `attached`, `unchanged` (it was there), `not_named` (the name does not fit the pattern, is longer than 255 bytes, or
    /// can be read in more than 50 ways), `no_document` (the book has none of that number), `several` (several accounts have one), or `refused`.
    pub state: &'static str,
    /// Customer number; null where no document was found.
    pub account: Option<String>,
    /// The document number; null where none was found.
    pub document: Option<String>,
    /// What to do about it; empty when it is attached.
    pub message: String,
}

/// What became of many files.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct FilesTaken {
    /// How many were attached.
    pub attached: usize,
    /// How many were there already.
    pub unchanged: usize,
    /// How many were left alone.
    pub left: usize,
    /// Each file, in the order they came.
    pub files: Vec<FileTaken>,
}

impl FilesTaken {
    /// Counts one more file.
    pub fn add(&mut self, file: FileTaken) {
        match file.state {
            "attached" => self.attached += 1,
            "unchanged" => self.unchanged += 1,
            _ => self.left += 1,
        }
        self.files.push(file);
    }
}

impl NamePattern {
    /// Reads a pattern. Refused without `{document}`, with a name twice, with another name in braces, and where two names
    /// touch: nothing would tell where one ends.
    pub fn parse(text: &str) -> Result<Self> {
        let refused = |why: &str| Refusal::BadValue { what: "pattern", value: text.into(), why: why.into() };
        let mut pieces: Vec<Piece> = Vec::new();
        let mut rest = text.trim();
        while !rest.is_empty() {
            let (piece, after) = match rest.strip_prefix('{') {
                Some(named) => match named.split_once('}') {
                    Some(("document", after)) => (Piece::Document, after),
                    Some(("account", after)) => (Piece::Account, after),
                    _ => return Err(refused("the names in braces are {document} and {account}").into()),
                },
                None => {
                    let end = rest.find('{').unwrap_or(rest.len());
                    (Piece::Text(rest[..end].to_lowercase()), &rest[end..])
                }
            };
            let touches =
                !matches!(piece, Piece::Text(_)) && matches!(pieces.last(), Some(Piece::Account | Piece::Document));
            if touches {
                return Err(refused("between {account} and {document} stands something that parts them, as _").into());
            }
            if !matches!(piece, Piece::Text(_)) && pieces.contains(&piece) {
                return Err(refused("each name stands once").into());
            }
            pieces.push(piece);
            rest = after;
        }
        if !pieces.contains(&Piece::Document) {
            return Err(refused("say where the number of the document stands, as {document}.pdf").into());
        }
        Ok(Self(pieces))
    }

    /// Every way in which a file's name tells a document, and an account where the pattern names one: several where what
    /// parts them stands in a number too, and no more than one beyond [`MOST_READINGS`]. Text matches in whatever case.
    fn readings(&self, name: &str) -> Vec<(Option<String>, String)> {
        let mut found = Vec::new();
        read(&self.0, name, None, None, &mut found);
        found
    }
}

fn read(
    pieces: &[Piece],
    rest: &str,
    account: Option<&str>,
    document: Option<&str>,
    found: &mut Vec<(Option<String>, String)>,
) {
    let Some((piece, after)) = pieces.split_first() else {
        if let (true, Some(document)) = (rest.is_empty(), document) {
            found.push((account.map(str::to_owned), document.to_owned()));
        }
        return;
    };
    if let Piece::Text(text) = piece {
        let same = |head: &str| head.to_lowercase() == *text;
        if let Some(tail) = rest.get(..text.len()).filter(|head| same(head)).and_then(|_| rest.get(text.len()..)) {
            read(after, tail, account, document, found);
        }
        return;
    }
    for end in (1..=rest.len()).filter(|end| rest.is_char_boundary(*end)) {
        if found.len() > MOST_READINGS {
            return;
        }
        let (named, tail) = rest.split_at(end);
        match piece {
            Piece::Account => read(after, tail, Some(named), document, found),
            Piece::Document => read(after, tail, account, Some(named), found),
            Piece::Text(_) => {}
        }
    }
}

/// Checks that files of this kind may be attached at all, before any is read.
pub fn may_attach(desk: &Desk, kind: &str) -> Result<()> {
    desk.may(Action::AttachDocument)?;
    if KINDS.contains(&kind) {
        return Ok(());
    }
    let why = format!("use one of {}", KINDS.join(", "));
    Err(Refusal::BadValue { what: "kind", value: kind.into(), why }.into())
}

/// Attaches one file to the document that its name tells; with `dry_run` says what it would do.
pub async fn attach_by_name(
    desk: &Desk,
    pattern: &NamePattern,
    paper: &Paper,
    dry_run: bool,
    on: Date,
) -> Result<FileTaken> {
    may_attach(desk, &paper.kind)?;
    let name = paper.file_name.rsplit(['/', '\\']).next().unwrap_or_default();
    let left = |state, message: String| FileTaken { file: name.into(), state, account: None, document: None, message };
    if name.len() > LONGEST_NAME {
        return Ok(left("not_named", format!("its name is longer than {LONGEST_NAME} bytes")));
    }
    let readings = pattern.readings(name);
    if readings.len() > MOST_READINGS {
        let message = format!("its name can be read in more than {MOST_READINGS} ways; choose another pattern");
        return Ok(left("not_named", message));
    }
    if readings.is_empty() || name.contains('\0') {
        return Ok(left("not_named", "its name does not fit the pattern".into()));
    }
    let places = places(desk, &readings).await?;
    let (account, document) = match places.as_slice() {
        [] => {
            let numbers: Vec<&str> = readings.iter().take(3).map(|(_, document)| document.as_str()).collect();
            return Ok(left("no_document", format!("the book has no document {}", numbers.join(" or "))));
        }
        [(account, document)] => (account, document),
        [(one, document), (other, _), ..] => {
            let message = format!("{one} and {other} have a document {document}; name the account in the pattern");
            return Ok(left("several", message));
        }
    };
    let taken = |state, message| FileTaken {
        file: name.into(),
        state,
        account: Some(account.clone()),
        document: Some(document.clone()),
        message,
    };
    if dry_run {
        return Ok(taken("attached", String::new()));
    }
    match attach_document(desk, account, document, paper, on).await {
        Ok(kept) => Ok(taken(kept.state, String::new())),
        Err(Stop::Refused(refusal)) => Ok(taken("refused", refusal.to_string())),
        Err(stop) => Err(stop),
    }
}

/// The documents of the book that the readings of a name tell, as customer number and document number.
async fn places(desk: &Desk, readings: &[(Option<String>, String)]) -> Result<Vec<(String, String)>> {
    let mut reading = desk.book.read().await?;
    let mut places: Vec<(String, String)> = Vec::new();
    for (account, document) in readings {
        let owners = match account {
            Some(code) if reading.account_has_document(code, document).await? => vec![code.clone()],
            Some(_) => Vec::new(),
            None => reading.accounts_of_document(document).await?,
        };
        places.extend(owners.into_iter().map(|code| (code, document.clone())));
    }
    Ok(places)
}

#[cfg(test)]
mod tests {
    use super::NamePattern;

    fn readings(pattern: &str, name: &str) -> Vec<(Option<String>, String)> {
        NamePattern::parse(pattern).expect("a pattern").readings(name)
    }

    #[test]
    fn a_name_tells_the_document_and_the_account() {
        assert_eq!(readings("{document}.pdf", "INV-1.PDF"), [(None, "INV-1".to_owned())]);
        assert_eq!(readings("{document}.pdf", "INV-1.pdf.exe"), []);
        let both = readings("{account}_{document}_pod.pdf", "C1_INV_7_pod.pdf");
        let expected = [("C1", "INV_7"), ("C1_INV", "7")];
        assert_eq!(both, expected.map(|(account, document)| (Some(account.to_owned()), document.to_owned())));
    }

    #[test]
    fn a_name_of_many_readings_is_not_read_to_its_end() {
        let many = format!("{}.pdf", "_".repeat(200));
        assert_eq!(readings("{account}_{document}.pdf", &many).len(), super::MOST_READINGS + 1);
    }

    #[test]
    fn a_pattern_that_tells_nothing_is_refused() {
        for bad in [
            "",
            "all.pdf",
            "{account}.pdf",
            "{document}{account}.pdf",
            "{document}-{document}",
            "{number}.pdf",
            "{document",
        ] {
            assert!(NamePattern::parse(bad).is_err(), "{bad}");
        }
    }
}

//! Opening an import's file: text or workbook, the header row found, dates and amounts told apart.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, Cursor, Read};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use dunwell_formats::amount::{AmountError, Marks, detect_marks, parse_amount};
use dunwell_formats::day::{DateFormat, FormatError, detect_format, parse_day};
use dunwell_formats::sheet::{Sheet, SheetError, SheetReader, is_workbook, read_workbook};
use dunwell_formats::table::{CellKind, Row, TableError, TableOptions, TableReader};
use dunwell_rules::money::Currency;
use sha2::{Digest, Sha256};

use super::cells::{Binding, names_of};
use super::column::{Column, ImportKind};
use super::profile::Profile;
use super::report::Code;

/// How many rows are looked at to tell how dates and amounts are written.
const SAMPLE_ROWS: usize = 5_000;
/// One value in so many that contradicts the others is a bad value, not another way of writing.
const STRAY: usize = 10;
/// The most bytes of a workbook, or of standard input, that are read.
pub const MAX_IN_MEMORY: u64 = 1 << 30;

/// A file to import.
#[derive(Debug, Clone)]
pub struct ImportFile {
    /// Its name in reports: the path as given, or `-` for standard input.
    pub name: String,
    /// Where its bytes are.
    pub content: Content,
}

/// Where the bytes of a file are.
#[derive(Debug, Clone)]
pub enum Content {
    /// In a file, read as a stream.
    Path(PathBuf),
    /// In memory: what standard input gave.
    Bytes(Arc<[u8]>),
}

impl ImportFile {
    /// A file on disk.
    pub fn path(path: impl Into<PathBuf>) -> Self {
        let path = path.into();
        Self { name: path.display().to_string(), content: Content::Path(path) }
    }

    /// What `input` gives, read to its end; refuses more than [`MAX_IN_MEMORY`] bytes. Its name is `-`.
    pub fn standard_input(input: impl Read) -> io::Result<Self> {
        let mut bytes = Vec::new();
        input.take(MAX_IN_MEMORY + 1).read_to_end(&mut bytes)?;
        if bytes.len() as u64 > MAX_IN_MEMORY {
            return Err(io::Error::other("standard input is larger than 1 GiB; import a file instead"));
        }
        Ok(Self { name: "-".into(), content: Content::Bytes(bytes.into()) })
    }

    /// A file that is already in memory, under a name for reports.
    pub fn bytes(name: impl Into<String>, bytes: impl Into<Arc<[u8]>>) -> Self {
        Self { name: name.into(), content: Content::Bytes(bytes.into()) }
    }

    /// Its size in bytes.
    pub(super) fn size(&self) -> u64 {
        match &self.content {
            Content::Path(path) => path.metadata().map_or(0, |metadata| metadata.len()),
            Content::Bytes(bytes) => bytes.len() as u64,
        }
    }

    /// All of its bytes; `None` of a file of more than `most`, of which nothing is read, or no more than that.
    pub(crate) fn read_within(&self, most: u64) -> io::Result<Option<Vec<u8>>> {
        if self.size() > most {
            return Ok(None);
        }
        let mut bytes = Vec::new();
        self.open()?.take(most.saturating_add(1)).read_to_end(&mut bytes)?;
        Ok(Some(bytes).filter(|bytes| bytes.len() as u64 <= most))
    }

    fn open(&self) -> io::Result<Box<dyn Read + Send>> {
        Ok(match &self.content {
            Content::Path(path) => Box::new(File::open(path)?),
            Content::Bytes(bytes) => Box::new(Cursor::new(Arc::clone(bytes))),
        })
    }
}

/// SHA-256 over the bytes of the files, in order; a file that cannot be read ends it, and is refused when its turn
/// comes.
pub(super) fn digest(files: &[ImportFile]) -> [u8; 32] {
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 1 << 16];
    for file in files {
        let Ok(mut input) = file.open() else { break };
        while let Ok(count @ 1..) = input.read(&mut buffer) {
            hash.update(&buffer[..count]);
        }
    }
    hash.finalize().into()
}

/// A file whose rows are read one by one.
pub(super) struct OpenFile {
    reader: Reader,
    sample: VecDeque<Row>,
    pub(super) binding: Binding,
    bytes_read: Arc<AtomicU64>,
}

enum Reader {
    Table(Box<TableReader<Counting>>),
    Sheet(SheetReader),
}

/// Counts what is read, for the progress bar.
struct Counting {
    input: Box<dyn Read + Send>,
    read: Arc<AtomicU64>,
}

impl Read for Counting {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.input.read(buffer)?;
        self.read.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }
}

/// Why a file is refused whole.
#[derive(Debug)]
pub(super) struct FileRefused {
    pub(super) code: Code,
    pub(super) line: u64,
    pub(super) message: String,
}

impl FileRefused {
    pub(super) fn new(code: Code, line: u64, message: impl Into<String>) -> Self {
        Self { code, line, message: message.into() }
    }
}

impl OpenFile {
    /// Opens a file, finds its header row and columns, and tells how its dates and amounts are written.
    pub(super) fn open(
        file: &ImportFile,
        kind: ImportKind,
        profile: &Profile,
        book_currency: Currency,
    ) -> Result<Self, FileRefused> {
        let unreadable = |error: io::Error| FileRefused::new(Code::CannotRead, 0, format!("cannot be read: {error}"));
        let (columns, _) = kind.columns();
        let wanted: Vec<String> = columns.iter().flat_map(|column| names_of(kind, profile, *column)).collect();
        let mut start = Vec::new();
        file.open().and_then(|input| input.take(4096).read_to_end(&mut start)).map_err(unreadable)?;
        let bytes_read = Arc::new(AtomicU64::new(0));
        let reader = if is_workbook(&start) {
            let bytes = file.read_within(MAX_IN_MEMORY).map_err(unreadable)?.ok_or_else(|| {
                let message = "larger than 1 GiB, the most that is read of a workbook; export it as CSV, which is read as \
                               a stream";
                FileRefused::new(Code::TooLarge, 0, message)
            })?;
            bytes_read.store(bytes.len() as u64, Ordering::Relaxed);
            let sheet = SheetReader::open_at(&bytes, &wanted, profile.sheet.as_deref(), profile.header_row);
            Reader::Sheet(sheet.map_err(|error| sheet_refused(&error, profile))?)
        } else {
            let input = Counting { input: file.open().map_err(unreadable)?, read: Arc::clone(&bytes_read) };
            let options = TableOptions { header_line: profile.header_row, ..TableOptions::wanting(wanted) };
            let table = TableReader::open(input, &options);
            Reader::Table(Box::new(table.map_err(|error| table_refused(&error, file, profile))?))
        };
        let (headers, header_line) = match &reader {
            Reader::Table(table) => (table.headers(), table.header_line()),
            Reader::Sheet(sheet) => (sheet.headers(), sheet.header_line()),
        };
        let binding = Binding::new(kind, profile, headers, book_currency)
            .map_err(|message| FileRefused::new(Code::MissingColumn, header_line, message))?;
        let mut open = Self { reader, sample: VecDeque::new(), binding, bytes_read };
        if profile.date_format.is_none() || profile.marks.decimal.is_none() {
            open.take_sample().map_err(unreadable)?;
            open.tell_dates(kind, profile)?;
            open.tell_marks(kind, profile)?;
        }
        Ok(open)
    }

    /// Reads the next row that is not blank; `false` at the end.
    pub(super) fn read(&mut self, row: &mut Row) -> io::Result<bool> {
        if let Some(next) = self.sample.pop_front() {
            *row = next;
            return Ok(true);
        }
        self.reader.read(row)
    }

    /// How many bytes were read so far.
    pub(super) fn bytes_read(&self) -> u64 {
        self.bytes_read.load(Ordering::Relaxed)
    }

    fn take_sample(&mut self) -> io::Result<()> {
        let mut row = Row::default();
        while self.sample.len() < SAMPLE_ROWS && self.reader.read(&mut row)? {
            self.sample.push_back(row.clone());
        }
        Ok(())
    }

    /// The filled text cells of the sample in the columns that are `is`.
    fn samples(&self, kind: ImportKind, is: fn(Column) -> bool) -> Vec<&str> {
        let places = self.binding.places(kind, is);
        let cells = self.sample.iter().flat_map(|row| {
            places.iter().filter(|place| row.kind(**place) == CellKind::Text).map(|place| row.cell(*place))
        });
        cells.filter(|cell| !cell.is_empty()).collect()
    }

    fn tell_dates(&mut self, kind: ImportKind, profile: &Profile) -> Result<(), FileRefused> {
        if profile.date_format.is_some() {
            return Ok(());
        }
        let samples = self.samples(kind, Column::is_date);
        self.binding.dates = match detect_format(samples.iter().copied()) {
            Ok(format) => format,
            Err(FormatError::Ambiguous { samples }) => {
                let message = format!(
                    "dates such as {} can be read day first or month first; declare date_format in a profile \
                        (D/M/YYYY or M/D/YYYY)",
                    samples.join(", ")
                );
                return Err(FileRefused::new(Code::AmbiguousDateOrder, 0, message));
            }
            Err(FormatError::Mixed { day_first, month_first }) => {
                let only = |format: DateFormat, other: DateFormat| {
                    let reads = |text: &&str| parse_day(text, format).is_ok() && parse_day(text, other).is_err();
                    samples.iter().copied().filter(reads).count()
                };
                let day = only(DateFormat::DAY_FIRST, DateFormat::MONTH_FIRST);
                let month = only(DateFormat::MONTH_FIRST, DateFormat::DAY_FIRST);
                match majority(day, month) {
                    Some(true) => DateFormat::DAY_FIRST,
                    Some(false) => DateFormat::MONTH_FIRST,
                    None => {
                        let message = format!(
                            "{day_first} is day first and {month_first} is month first; write all dates alike, or \
                                declare date_format in a profile"
                        );
                        return Err(FileRefused::new(Code::AmbiguousDateOrder, 0, message));
                    }
                }
            }
        };
        Ok(())
    }

    fn tell_marks(&mut self, kind: ImportKind, profile: &Profile) -> Result<(), FileRefused> {
        if profile.marks.decimal.is_some() {
            return Ok(());
        }
        let samples = self.samples(kind, Column::is_amount);
        let told = match detect_marks(samples.iter().copied()) {
            Ok(marks) => marks.decimal,
            Err(AmountError::Grouping) => {
                let only = |marks: Marks, other: Marks| {
                    let reads = |text: &&str| parse_amount(text, marks).is_ok() && parse_amount(text, other).is_err();
                    samples.iter().copied().filter(reads).count()
                };
                let point = only(Marks::POINT, Marks::COMMA);
                majority(point, only(Marks::COMMA, Marks::POINT)).map(|point| if point { '.' } else { ',' })
            }
            Err(_) => profile.assumed_decimal_mark,
        };
        let Some(decimal) = told else {
            let doubtful: Vec<&str> = samples.into_iter().filter(|text| text.contains(['.', ','])).take(3).collect();
            let message = format!(
                "amounts such as {} can have a decimal point or a decimal comma; declare decimal_mark in a profile",
                doubtful.join(", ")
            );
            return Err(FileRefused::new(Code::AmbiguousDecimalMark, 0, message));
        };
        self.binding.marks = Marks { decimal: Some(decimal), ..profile.marks };
        Ok(())
    }
}

impl Reader {
    fn read(&mut self, row: &mut Row) -> io::Result<bool> {
        match self {
            Self::Table(table) => table.read(row),
            Self::Sheet(sheet) => Ok(sheet.read(row)),
        }
    }
}

/// Whether the first way of writing (`true`) or the second is meant, when nearly all values agree on it.
fn majority(first: usize, second: usize) -> Option<bool> {
    if second * STRAY <= first {
        Some(true)
    } else if first * STRAY <= second {
        Some(false)
    } else {
        None
    }
}

fn sheet_refused(error: &SheetError, profile: &Profile) -> FileRefused {
    let code = match error {
        SheetError::NotReadable { .. } => Code::NotReadable,
        SheetError::TooLarge { .. } => Code::TooLarge,
        SheetError::NoHeader { .. } => Code::MissingColumn,
    };
    if let (Code::MissingColumn, true) = (code, profile.sheet.is_some() || profile.header_row.is_some()) {
        let sheet = profile.sheet.as_deref().map_or_else(String::new, |sheet| format!(" on a sheet '{sheet}'"));
        let row = profile.header_row.map_or_else(String::new, |row| format!(" in row {row}"));
        return FileRefused::new(code, 0, format!("there is no header{row}{sheet}; choose another row or sheet"));
    }
    FileRefused::new(code, 0, format!("{error}; check that it is the right file, or name its columns in a profile"))
}

fn table_refused(error: &TableError, file: &ImportFile, profile: &Profile) -> FileRefused {
    match error {
        TableError::Io(error) => FileRefused::new(Code::CannotRead, 0, format!("cannot be read: {error}")),
        TableError::Empty => FileRefused::new(Code::NotReadable, 0, "the file is empty; export it again"),
        TableError::NotText { .. } => {
            FileRefused::new(Code::NotReadable, 0, format!("{error}; export it as CSV or XLSX"))
        }
        TableError::NoHeader { within, .. } if profile.header_row.is_some() => {
            let message = format!(
                "there is no row {} among the first {within} rows; choose another row for the header",
                profile.header_row.unwrap_or(0),
            );
            FileRefused::new(Code::MissingColumn, 0, message)
        }
        TableError::NoHeader { .. } => {
            let cells = first_row(file).unwrap_or_default();
            let first = cells.iter().take(40).map(|cell| format!("'{cell}'")).collect::<Vec<_>>().join(", ");
            let message = format!(
                "no row has the headers of this import; the first row is {first}; name the columns in a profile \
                    under [columns]"
            );
            FileRefused::new(Code::MissingColumn, 1, message)
        }
    }
}

/// How a sheet of a workbook, or a text, begins: what a person tells its header row by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Beginning {
    /// The sheet's name; `None` of a text.
    pub sheet: Option<String>,
    /// Its first rows that are not blank, with the line that each stands on.
    pub rows: Vec<(u64, Vec<String>)>,
}

/// The first `rows` rows of each visible sheet of a workbook, or of a text; nothing of a file that is neither.
pub fn beginnings(file: &ImportFile, rows: usize) -> Vec<Beginning> {
    let mut start = Vec::new();
    if file.open().and_then(|input| input.take(4096).read_to_end(&mut start)).is_err() {
        return Vec::new();
    }
    let cells = |row: &Row| (row.line(), row.cells().map(|cell| cell.trim().to_owned()).collect());
    if is_workbook(&start) {
        let bytes = file.read_within(MAX_IN_MEMORY).ok().flatten();
        let sheets = bytes.and_then(|bytes| read_workbook(&bytes).ok()).unwrap_or_default();
        let begin = |sheet: Sheet| Beginning {
            sheet: Some(sheet.name),
            rows: sheet.rows.iter().take(rows).map(cells).collect(),
        };
        return sheets.into_iter().map(begin).filter(|sheet| !sheet.rows.is_empty()).collect();
    }
    let none: [&str; 0] = [];
    let options = TableOptions::wanting(none);
    let Ok(mut table) =
        file.open().map_err(TableError::from).and_then(|input| TableReader::open_without_header(input, &options))
    else {
        return Vec::new();
    };
    let (mut begin, mut row) = (Vec::new(), Row::default());
    while begin.len() < rows && table.read(&mut row).unwrap_or(false) {
        begin.push(cells(&row));
    }
    vec![Beginning { sheet: None, rows: begin }]
}

/// The cells of the first row of a text file that is not blank: what it has instead of headers that are known. `None` where
/// the file is no text, or empty.
fn first_row(file: &ImportFile) -> Option<Vec<String>> {
    let none: [&str; 0] = [];
    let table = TableReader::open(file.open().ok()?, &TableOptions::wanting(none)).ok()?;
    Some(table.headers().iter().map(|cell| cell.to_string()).collect())
}

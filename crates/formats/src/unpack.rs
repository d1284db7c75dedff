//! ZIP archives from outside, unpacked within bounds.
//!
//! For workbooks and for archives of bank files. Nothing that an archive says of itself is believed: its files are counted
//! before its directory is read into memory, and each file is unpacked under a count of bytes that ends it where a bound is
//! passed, whatever size its header states. The library itself refuses a file that is larger than its header says. Source:
//! reliability 4.9.

use std::io::{self, BufRead, BufReader, Cursor, Read};

use zip::ZipArchive;

/// An archive may unpack to so many times its own size.
pub(crate) const MOST_TIMES: u64 = 100;

/// What unpacks to no more than this does no harm, however well it was packed: 16 MiB.
const HARMLESS: u64 = 16 * 1024 * 1024;

/// The marks of a directory that are looked for before it is read; archives in archives have marks of their own.
const MOST_MARKS: usize = 10_000;

/// The bounds of an archive.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bounds {
    /// The most files in it.
    pub(crate) members: usize,
    /// The most bytes that all of them unpack to, together.
    pub(crate) bytes: u64,
}

/// Why an archive is not unpacked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Unfit {
    /// It passes a bound: which.
    TooLarge(String),
    /// It is damaged: how.
    Damaged(String),
}

fn damaged(error: impl core::fmt::Display) -> Unfit {
    Unfit::Damaged(error.to_string())
}

/// An archive that is being unpacked.
pub(crate) struct Archive<'b> {
    zip: ZipArchive<Cursor<&'b [u8]>>,
    count: Count,
}

/// What was unpacked so far, and what may be.
#[derive(Debug, Clone)]
struct Count {
    /// The size of the archive.
    packed: u64,
    /// The most bytes.
    most: u64,
    unpacked: u64,
    /// Which bound was passed.
    passed: Option<String>,
}

impl Count {
    fn add(&mut self, bytes: u64) {
        self.unpacked = self.unpacked.saturating_add(bytes);
        if self.unpacked > self.most {
            self.passed = Some(format!("it unpacks to more than {} bytes", self.most));
        } else if self.unpacked > HARMLESS && self.unpacked / MOST_TIMES > self.packed {
            self.passed = Some(format!("it unpacks to more than {MOST_TIMES} times its size"));
        }
    }
}

/// A file of an archive, whose bytes are counted as they come.
struct Counted<'c, R> {
    input: R,
    count: &'c mut Count,
}

impl<R: Read> Read for Counted<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.input.read(buffer)?;
        self.count.add(read as u64);
        match &self.count.passed {
            Some(passed) => Err(io::Error::other(passed.clone())),
            None => Ok(read),
        }
    }
}

impl<'b> Archive<'b> {
    /// Opens an archive; refuses one of more files than `bounds` has.
    pub(crate) fn open(bytes: &'b [u8], bounds: Bounds) -> Result<Self, Unfit> {
        let too_many = || Unfit::TooLarge(format!("more than {} files in it", bounds.members));
        let marks = memchr::memmem::find_iter(bytes, b"PK\x01\x02").take(MOST_MARKS + 1).count();
        if marks > MOST_MARKS {
            return Err(too_many());
        }
        let zip = ZipArchive::new(Cursor::new(bytes)).map_err(damaged)?;
        if zip.len() > bounds.members {
            return Err(too_many());
        }
        let count = Count { packed: bytes.len() as u64, most: bounds.bytes, unpacked: 0, passed: None };
        Ok(Self { zip, count })
    }

    /// How many files and folders are in it.
    pub(crate) fn len(&self) -> usize {
        self.zip.len()
    }

    /// Whether there is a file of that name.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.zip.file_names_raw().any(|each| each == name.as_bytes())
    }

    /// The name of a file as it is written; `None` of a folder.
    pub(crate) fn name(&mut self, index: usize) -> Result<Option<String>, Unfit> {
        let member = self.zip.by_index(index).map_err(damaged)?;
        let name = member.name().map_err(damaged)?.into_owned();
        Ok(member.is_file().then_some(name))
    }

    /// What `reading` makes of a file. What it leaves is unpacked and counted all the same.
    pub(crate) fn read<T>(&mut self, index: usize, reading: impl FnOnce(&mut dyn BufRead) -> T) -> Result<T, Unfit> {
        let input = self.zip.by_index(index).map_err(damaged)?;
        let mut counted = Counted { input, count: &mut self.count };
        let mut buffered = BufReader::with_capacity(1 << 16, &mut counted);
        let answer = reading(&mut buffered);
        let rest = io::copy(&mut buffered, &mut io::sink());
        if let Some(passed) = &self.count.passed {
            return Err(Unfit::TooLarge(passed.clone()));
        }
        rest.map_err(damaged)?;
        Ok(answer)
    }

    /// The bytes of a file.
    pub(crate) fn content(&mut self, index: usize) -> Result<Vec<u8>, Unfit> {
        let mut content = Vec::new();
        self.read(index, |input| input.read_to_end(&mut content).map(drop))?.map_err(damaged)?;
        Ok(content)
    }

    /// The first bytes of a file, at most so many; what follows is not unpacked.
    pub(crate) fn head(&mut self, index: usize, most: u64) -> Result<Vec<u8>, Unfit> {
        let mut head = Vec::new();
        self.zip.by_index(index).map_err(damaged)?.take(most).read_to_end(&mut head).map_err(damaged)?;
        Ok(head)
    }

    /// How many bytes may still be unpacked.
    pub(crate) fn room(&self) -> u64 {
        self.count.most.saturating_sub(self.count.unpacked)
    }

    /// Counts what a file in it unpacks to once more, for it is an archive itself.
    pub(crate) fn narrow(&mut self, bytes: u64) {
        self.count.most = self.count.most.saturating_sub(bytes);
    }
}

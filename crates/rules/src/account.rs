//! Accounts: customers as debtors, as the rules see them. Names and addresses stay outside: rules never need them.

use core::fmt;

/// Identifies one journal row: the batch that committed it and its place in that batch.
///
/// Items, accounts, promises, disputes, tasks and notices are named by the journal row that created them.
/// Written `batch.place`, for instance `412.3`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntryId(pub i64);

impl EntryId {
    /// Bits that hold the place in the batch; a batch holds at most 2^20 journal rows.
    const PLACE_BITS: u32 = 20;
    /// The most rows a batch may hold.
    pub const MAX_PLACE: i64 = (1 << Self::PLACE_BITS) - 1;

    /// The row at `place` (0-based) of `batch` (from 1).
    ///
    /// Panics if `place` exceeds [`Self::MAX_PLACE`]: the caller's bug.
    pub fn new(batch: i64, place: i64) -> Self {
        assert!((0..=Self::MAX_PLACE).contains(&place), "a batch holds at most 2^20 rows");
        Self((batch << Self::PLACE_BITS) | place)
    }

    /// The batch that committed the row.
    pub fn batch(self) -> i64 {
        self.0 >> Self::PLACE_BITS
    }

    /// The row's place in its batch.
    pub fn place(self) -> i64 {
        self.0 & Self::MAX_PLACE
    }

    /// Reads `412.3`; `None` when the text is not of that form.
    pub fn parse(text: &str) -> Option<Self> {
        let (batch, place) = text.split_once('.')?;
        let (batch, place) = (batch.parse::<i64>().ok()?, place.parse::<i64>().ok()?);
        (batch > 0 && batch < (1 << 43) && (0..=Self::MAX_PLACE).contains(&place)).then(|| Self::new(batch, place))
    }
}

impl fmt::Display for EntryId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.batch(), self.place())
    }
}

/// What the debtor is in law. Natural persons get the conservative contact rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DebtorKind {
    /// A company or other legal entity.
    #[default]
    Company,
    /// A natural person trading under a name.
    SoleProprietor,
    /// A natural person, for instance a guarantor.
    Individual,
    /// A public body.
    PublicBody,
}

impl DebtorKind {
    /// Every kind, in documented order.
    pub const ALL: [Self; 4] = [Self::Company, Self::SoleProprietor, Self::Individual, Self::PublicBody];

    /// The word used in files, JSON and the database.
    pub fn code(self) -> &'static str {
        match self {
            Self::Company => "company",
            Self::SoleProprietor => "sole_proprietor",
            Self::Individual => "individual",
            Self::PublicBody => "public_body",
        }
    }

    /// Reads the word; `None` when it is not one of them.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

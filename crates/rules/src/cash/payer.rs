//! Who paid: evidence for accounts, weighed. An account and those it pays for are one payer.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use crate::account::EntryId;

/// What speaks for an account as the payer. Strong evidence is enough alone, weak evidence needs a second of another kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Evidence {
    /// The payer's name is like the account's: one is the beginning of the other, or they share their telling words. Weak.
    NameLike,
    /// One open line of the account, or its balance, is exactly the receipt. Weak.
    Amount,
    /// Documents named by their digits alone are open at the account. Weak.
    DocumentDigits,
    /// Purchase orders named are those of open documents of the account. Weak.
    PurchaseOrder,
    /// The payer's name is a name or an alias of the account, punctuation aside; the legal form too where it tells accounts
    /// apart. Strong.
    Name,
    /// The payer names our customer number. Strong.
    CustomerNumber,
    /// Documents named in full are the account's. Strong.
    Document,
    /// The payer's bank account is one that a person confirmed, or that paid this account before. Strong.
    BankAccount,
}

impl Evidence {
    /// Whether it is enough alone.
    pub fn is_strong(self) -> bool {
        self >= Self::Name
    }

    /// The word used in JSON and the database.
    pub fn code(self) -> &'static str {
        match self {
            Self::NameLike => "name_like",
            Self::Amount => "amount",
            Self::DocumentDigits => "document_digits",
            Self::PurchaseOrder => "purchase_order",
            Self::Name => "name",
            Self::CustomerNumber => "customer_number",
            Self::Document => "document",
            Self::BankAccount => "bank_account",
        }
    }
}

/// How sure the payer is, percent, by what speaks for it, where as much speaks for `of` accounts; the desk is never surer of
/// what a receipt pays than of who paid it. Nothing at all is a person's word, or an account whose the money is already.
pub fn sure_of(evidence: &[Evidence], of: usize) -> u8 {
    let alone = match evidence.iter().max() {
        None | Some(Evidence::BankAccount) => 100,
        Some(Evidence::Document | Evidence::CustomerNumber) => 99,
        Some(Evidence::Name) => 97,
        Some(_) if evidence.len() > 1 => 90,
        Some(Evidence::PurchaseOrder | Evidence::DocumentDigits) => 80,
        Some(Evidence::NameLike) => 60,
        Some(Evidence::Amount) => 30,
    };
    one_of(alone, of)
}

/// How sure one of several answers is that fit alike, percent: no surer than chance would be.
pub fn one_of(alone: u8, of: usize) -> u8 {
    alone.min(u8::try_from(100 / of.max(1)).unwrap_or(100))
}

/// Something that speaks for an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Clue {
    /// The account.
    pub account: EntryId,
    /// Its topmost parent that pays for it; itself where there is none.
    pub head: EntryId,
    /// What speaks for it.
    pub evidence: Evidence,
}

/// An account that may be the payer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// The head of the accounts that pay together.
    pub head: EntryId,
    /// The account that the evidence speaks of; the head where it speaks of several.
    pub account: EntryId,
    /// The accounts that the evidence speaks of, each once.
    pub accounts: Vec<EntryId>,
    /// What speaks for it, the strongest last, each once.
    pub evidence: Vec<Evidence>,
    /// By which rule it is meant.
    pub rule: PayerRule,
}

/// Why the money is taken for an account's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PayerRule {
    /// W-1. What speaks for a payer speaks for this account, or those it pays together with.
    Own,
    /// W-2. Somebody pays for another: the name or a bank account that a person confirmed speaks for another account too, and
    /// the documents named are this one's. A third party that pays for several, or one customer that pays another's invoice.
    ThirdParty,
}

impl PayerRule {
    /// The id in reasons: `W-1` or `W-2`.
    pub fn id(self) -> &'static str {
        match self {
            Self::Own => "W-1",
            Self::ThirdParty => "W-2",
        }
    }
}

impl Candidate {
    /// An account that a person names, or whose the money is already.
    pub fn given(account: EntryId, head: EntryId) -> Self {
        Self { head, account, accounts: Vec::from([account]), evidence: Vec::new(), rule: PayerRule::Own }
    }
}

/// Who paid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Payer {
    /// This one, and why.
    Known(Candidate),
    /// One of these, the likeliest first: a person is asked.
    Several(Vec<Candidate>),
    /// Nothing strong enough speaks for anybody; who may be asked about, the likeliest first.
    Unknown(Vec<Candidate>),
}

/// Weighs the clues: the one payer for whom something strong speaks, or two weak things of different kinds, and against
/// whom nothing strong speaks for another.
///
/// Of several for whom something strong speaks, one for whom all of that speaks and something besides is meant: of two
/// companies of one name the one whose invoice is named. A document named in full that is exactly the receipt outweighs a bank account or a name: a customer that pays another's
/// invoice says so by it, and the reason shows who paid. A document alone does not: its number may be a slip of the pen.
pub fn payer(clues: &[Clue]) -> Payer {
    let mut heads: BTreeMap<EntryId, Vec<(EntryId, Evidence)>> = BTreeMap::new();
    for clue in clues {
        heads.entry(clue.head).or_default().push((clue.account, clue.evidence));
    }
    let mut candidates: Vec<Candidate> = heads.into_iter().map(|(head, clues)| candidate(head, &clues)).collect();
    candidates.sort_by(|a, b| weight(b).cmp(&weight(a)).then(a.head.0.cmp(&b.head.0)));
    let sufficient: Vec<&Candidate> = candidates.iter().filter(|candidate| is_sufficient(candidate)).collect();
    match sufficient.as_slice() {
        [] => Payer::Unknown(candidates),
        [one] => Payer::Known((*one).clone()),
        [first, second, ..] => {
            let has = |candidate: &Candidate, evidence| candidate.evidence.contains(&evidence);
            let strong = |candidate: &Candidate| candidate.evidence.iter().any(|evidence| evidence.is_strong());
            let named =
                has(first, Evidence::Document) && has(first, Evidence::Amount) && !has(second, Evidence::Document);
            let more = |other: &&Candidate| {
                first.evidence.len() > other.evidence.len()
                    && other.evidence.iter().all(|evidence| has(first, *evidence))
            };
            let all_more = sufficient[1..].iter().all(more);
            let outweighs = named || all_more || strong(first) && !strong(second);
            // Who pays is known as somebody else too; what is paid says whose the money is.
            let says_who = |other: &&Candidate| has(other, Evidence::Name) || has(other, Evidence::BankAccount);
            let documents = has(first, Evidence::Document) || has(first, Evidence::DocumentDigits);
            let for_another = documents && sufficient[1..].iter().any(says_who);
            let rule = if for_another { PayerRule::ThirdParty } else { PayerRule::Own };
            if outweighs { Payer::Known(Candidate { rule, ..(*first).clone() }) } else { Payer::Several(candidates) }
        }
    }
}

fn candidate(head: EntryId, clues: &[(EntryId, Evidence)]) -> Candidate {
    let mut evidence: Vec<Evidence> = clues.iter().map(|(_, evidence)| *evidence).collect();
    evidence.sort_unstable();
    evidence.dedup();
    let mut accounts: Vec<EntryId> = clues.iter().map(|(account, _)| *account).collect();
    accounts.sort_unstable_by_key(|account| account.0);
    accounts.dedup();
    let account = if let [one] = accounts[..] { one } else { head };
    Candidate { head, account, accounts, evidence, rule: PayerRule::Own }
}

fn is_sufficient(candidate: &Candidate) -> bool {
    candidate.evidence.iter().any(|evidence| evidence.is_strong()) || candidate.evidence.len() >= 2
}

/// Documents first, then how much strong and how much weak evidence there is.
fn weight(candidate: &Candidate) -> (bool, usize, usize) {
    let strong = candidate.evidence.iter().filter(|evidence| evidence.is_strong()).count();
    (candidate.evidence.contains(&Evidence::Document), strong, candidate.evidence.len())
}

/// Words of a company's legal form, which tell nobody apart.
const LEGAL_FORMS: &[&str] = &[
    "AB",
    "AG",
    "AS",
    "BV",
    "CO",
    "COMPANY",
    "CORP",
    "CORPORATION",
    "EG",
    "EV",
    "GMBH",
    "GROUP",
    "HOLDING",
    "HOLDINGS",
    "INC",
    "INCORPORATED",
    "KG",
    "LIMITED",
    "LLC",
    "LLP",
    "LP",
    "LTD",
    "MBH",
    "NV",
    "OHG",
    "OY",
    "PLC",
    "PTY",
    "SA",
    "SARL",
    "SAS",
    "SE",
    "SL",
    "SPA",
    "SRL",
    "THE",
    "UG",
    "AND",
    "UND",
    "ET",
];

/// A name for comparison: its words in capitals without punctuation, accents of German written out, legal forms left out.
pub fn name_words(name: &str) -> Vec<String> {
    let mut words = all_words(name);
    words.retain(|word| !LEGAL_FORMS.contains(&word.as_str()));
    words
}

/// All words of a name, legal forms too, in capitals without punctuation.
pub fn all_words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut word = String::new();
    for c in name.chars().flat_map(char::to_uppercase).chain(core::iter::once(' ')) {
        match c {
            'Ä' => word.push_str("AE"),
            'Ö' => word.push_str("OE"),
            'Ü' => word.push_str("UE"),
            '.' | '\'' | '’' => {}
            c if c.is_alphanumeric() => word.push(c),
            _ => {
                if !word.is_empty() {
                    words.push(core::mem::take(&mut word));
                }
            }
        }
    }
    words
}

/// How alike two names are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Likeness {
    /// The same words in the same order.
    Same,
    /// One begins the other (cut off by the bank, or a trade name with more words), by at least four letters.
    Like,
}

/// Compares two names by their words ([`name_words`]); `None` when they are not alike.
pub fn likeness(one: &[String], other: &[String]) -> Option<Likeness> {
    if one.is_empty() || other.is_empty() {
        return None;
    }
    if one == other {
        return Some(Likeness::Same);
    }
    let (short, long) = if joined_len(one) <= joined_len(other) { (one, other) } else { (other, one) };
    let letters = joined_len(short);
    let begins = long.iter().flat_map(|word| word.chars()).take(letters).eq(short.iter().flat_map(|word| word.chars()));
    (begins && letters >= 4).then_some(Likeness::Like)
}

fn joined_len(words: &[String]) -> usize {
    words.iter().map(|word| word.chars().count()).sum()
}

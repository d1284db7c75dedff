//! What US banks write into the text of a transaction by name: `ORIG CO NAME:ACME CORP ORIG ID:1512345678 …`.
//!
//! Banks agree on no format, only on these names. A value goes to the next name that is known. The text itself stays.

use crate::bank::{Party, Payment, Side};

/// What a name stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Meaning {
    /// The company of an ACH entry, whichever way the money goes.
    AchCompany,
    /// The same, where it stands before all names.
    Company,
    /// Who ordered a wire: the other side of a credit.
    Orderer,
    /// Who is paid by a wire: the other side of a debit.
    Beneficiary,
    /// The number of the company.
    CompanyId,
    /// What the company calls the entry. Where the text does not name the company, it stands before this.
    Purpose,
    /// A reference, by its name in [`Payment::references`].
    Reference(&'static str),
    /// Nothing that is kept; it ends the value before.
    End,
}

/// The names, without the mark (`:` or `=`) behind them. Longer ones first, for some end with others.
const NAMES: [(&str, Meaning); 25] = [
    ("ORIG CO NAME", Meaning::AchCompany),
    ("CO ENTRY DESCR", Meaning::Purpose),
    ("ORIGINATOR", Meaning::Orderer),
    ("DESC DATE", Meaning::End),
    ("WIRE TYPE", Meaning::End),
    ("IND NAME", Meaning::End),
    ("PMT DET", Meaning::End),
    ("ORIG ID", Meaning::CompanyId),
    ("SND BK", Meaning::End),
    ("TRACE#", Meaning::Reference("trace")),
    ("IND ID", Meaning::Reference("individual_id")),
    ("CO ID", Meaning::CompanyId),
    ("INDN", Meaning::End),
    ("ORIG", Meaning::Orderer),
    ("BENE", Meaning::Beneficiary),
    ("TIME", Meaning::End),
    ("DATE", Meaning::End),
    ("ORG", Meaning::Orderer),
    ("B/O", Meaning::Orderer),
    ("BNF", Meaning::Beneficiary),
    ("DES", Meaning::Purpose),
    ("SEC", Meaning::End),
    ("TRN", Meaning::Reference("transaction")),
    ("OBI", Meaning::End),
    ("ID", Meaning::Reference("id")),
];

/// The longest value that is kept.
const LONGEST: usize = 140;

/// Reads what the lines of a text name.
pub(super) fn read(payment: &mut Payment, side: Side, party: &mut Party) {
    if !payment.text.iter().any(|line| line.bytes().any(|letter| matches!(letter, b':' | b'='))) {
        return;
    }
    let text = payment.text.join(" ");
    let mut open: Option<(Meaning, usize)> = None;
    let mut first = true;
    for (mark, _) in text.bytes().enumerate().filter(|(_, letter)| matches!(letter, b':' | b'=')) {
        let Some((begins, meaning)) = name_before(&text, mark) else { continue };
        if let Some((of, from)) = open.take() {
            keep(of, &text[from..begins], payment, side, party);
        } else if first && meaning == Meaning::Purpose {
            keep(Meaning::Company, &text[..begins], payment, side, party);
        }
        first = false;
        open = Some((meaning, mark + 1));
    }
    if let Some((of, from)) = open {
        keep(of, &text[from..], payment, side, party);
    }
}

/// The name that ends before a mark, and where it begins; it must be a word of its own.
fn name_before(text: &str, mark: usize) -> Option<(usize, Meaning)> {
    let before = &text.as_bytes()[..mark];
    let last = before.last();
    // Most marks follow no name: the last letter says so without a comparison of the whole.
    NAMES.iter().filter(|(name, _)| name.as_bytes().last() == last).find_map(|(name, meaning)| {
        let begins = before.ends_with(name.as_bytes()).then(|| mark - name.len())?;
        let alone = begins == 0 || matches!(before[begins - 1], b' ' | b',' | b';' | b'/');
        alone.then_some((begins, *meaning))
    })
}

fn keep(meaning: Meaning, value: &str, payment: &mut Payment, side: Side, party: &mut Party) {
    let value = value.trim().trim_end_matches([',', ';']);
    if value.is_empty() || value.len() > LONGEST {
        return;
    }
    // An ACH batch has sixteen letters for the company, ten for the purpose and one word for the number: what is longer
    // has run into its neighbour.
    let cut = |letters: usize| value.chars().take(letters).collect::<String>().trim_end().to_owned();
    let value = match meaning {
        Meaning::AchCompany => cut(16),
        Meaning::Purpose => cut(10),
        Meaning::CompanyId => value.split(' ').next().unwrap_or_default().to_owned(),
        Meaning::Company | Meaning::Orderer | Meaning::Beneficiary | Meaning::Reference(_) | Meaning::End => {
            value.to_owned()
        }
    };
    match (meaning, side) {
        (Meaning::Company | Meaning::AchCompany, _)
        | (Meaning::Orderer, Side::Credit)
        | (Meaning::Beneficiary, Side::Debit) => {
            party.name = party.name.take().or(Some(value));
        }
        (Meaning::CompanyId, _) => party.id = party.id.take().or(Some(value)),
        (Meaning::Purpose, _) => payment.purpose = payment.purpose.take().or(Some(value)),
        (Meaning::Reference(name), _) => payment.references.push((name, value)),
        (Meaning::Orderer, Side::Debit) | (Meaning::Beneficiary, Side::Credit) | (Meaning::End, _) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(side: Side, lines: &[&str]) -> (Payment, Party) {
        let mut payment = Payment { text: lines.iter().map(|line| (*line).to_owned()).collect(), ..Payment::default() };
        let mut party = Party::default();
        read(&mut payment, side, &mut party);
        (payment, party)
    }

    #[test]
    fn names_of_several_banks_are_understood() {
        let (payment, party) = told(
            Side::Credit,
            &[
                "ORIG CO NAME:ACME CORP      ORIG ID:1512345678 DESC DATE:260303",
                "CO ENTRY DESCR:VENDOR PAYSEC:CTX TRACE#:021000021234567 IND ID:INV1",
            ],
        );
        assert_eq!((party.name.as_deref(), party.id.as_deref()), (Some("ACME CORP"), Some("1512345678")));
        assert_eq!(payment.purpose.as_deref(), Some("VENDOR PAY"));
        assert_eq!(payment.references, [("trace", "021000021234567".to_owned()), ("individual_id", "INV1".to_owned())]);
        let (payment, party) = told(Side::Credit, &["ACME CORP DES:PAYMENT ID:4711 INDN:US INC CO ID:9151 CCD"]);
        assert_eq!((party.name.as_deref(), party.id.as_deref()), (Some("ACME CORP"), Some("9151")));
        assert_eq!((payment.purpose.as_deref(), payment.references.len()), (Some("PAYMENT"), 1));
        let wire = ["WIRE TYPE:WIRE IN DATE: 260304 TRN:2026 ORIG:ACME CORP ID:000123 BNF:US INC PMT DET:INV 4711"];
        assert_eq!(told(Side::Credit, &wire).1.name.as_deref(), Some("ACME CORP"));
        assert_eq!(told(Side::Debit, &wire).1.name.as_deref(), Some("US INC"));
        assert_eq!(told(Side::Credit, &["INVOICE 4711: PAID", "RATIO=3"]).1, Party::default());
    }
}

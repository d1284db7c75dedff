//! Remittance advices as tables: delimited text, workbooks, tables in e-mails, and the text of a PDF.
//!
//! A table is found by its headers ([`AdviceProfile`]); titles before it name payment, day and amount, and what they leave
//! open the sentences around it may say ([`payment_words`]). Where there is no table, the text is read for references
//! ([`super::references`]), and each is a line. Absent on purpose: which part of a mail is the advice ([`super::mailed`]),
//! and taking the text out of a PDF.

mod grid;
mod payment_words;
mod profile;
mod spoken;
mod words_alone;

pub use profile::{AdviceColumn, AdviceProfile, AdviceTitle};

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

use self::AdviceColumn as Column;
use super::{Adjustment, DocumentKind, DocumentRef, RemittanceAdvice, RemittanceFile, RemittanceLine};
use crate::amount::{Amount, Marks, detect_marks, parse_amount};
use crate::bank::{Limits, Place, ReadOptions, Refusal, decoded};
use crate::currency::CurrencyCode;
use crate::day::{DateFormat, Day, detect_format, parse_day};
use crate::sheet::is_workbook;
use crate::table::CellKind;
pub(in crate::remittance) use grid::Quotes;
pub(in crate::remittance) use grid::{GridRow, of_html, of_text};
use payment_words::{PaymentWords, plain_day};
pub(in crate::remittance) use spoken::speaks_of_payment;
use words_alone::of_words;
pub(in crate::remittance) use words_alone::payment_words;

/// The most sentences that are kept of an advice, and the most letters of each.
const MOST_SENTENCES: usize = 100;
const MOST_LETTERS: usize = 500;
/// The header row is looked for in so many rows.
const HEADER_WITHIN: usize = 200;

/// Reads a file of delimited text or a workbook; text that is no table with known headers is read as [`read_text`] does.
pub fn read_file(bytes: &[u8], profile: &AdviceProfile, options: &ReadOptions) -> RemittanceFile {
    if bytes.len() > options.limits.bytes {
        let limit = format!("{} bytes, at most {} are read", bytes.len(), options.limits.bytes);
        return RemittanceFile::refusing(Refusal::TooLarge { limit });
    }
    match rows_of_file(bytes, profile, options) {
        Ok((rows, source)) => of_rows(&rows, profile, options, source),
        Err(refused) => RemittanceFile::refusing(refused),
    }
}

/// The rows of such a file, and what they are: a table, or text line by line.
pub(in crate::remittance) fn rows_of_file(
    bytes: &[u8],
    profile: &AdviceProfile,
    options: &ReadOptions,
) -> Result<(Vec<GridRow>, &'static str), Refusal> {
    let rows = grid::of_file(bytes, profile.sheet.as_deref(), |rows| is_table(rows, profile), &options.limits)?;
    if is_workbook(bytes) || is_table(&rows, profile) {
        return Ok((rows, "table"));
    }
    Ok((grid::of_text(&decoded(bytes), &options.limits), "text"))
}

/// Reads the rows of a PDF. Any paper is a PDF: one without a table is an advice only where it speaks of a payment.
pub(in crate::remittance) fn of_pdf(
    rows: &[GridRow],
    profile: &AdviceProfile,
    options: &ReadOptions,
) -> RemittanceFile {
    if !is_table(rows, profile) && !speaks_of_payment(rows, &[], profile) {
        let reason = "the PDF has no table with documents and amounts, and speaks of no payment".to_owned();
        return RemittanceFile::refusing(Refusal::NoAdvice { reason });
    }
    of_rows(rows, profile, options, "pdf")
}

/// Whether rows hold a table with headers that are known.
pub(in crate::remittance) fn is_table(rows: &[GridRow], profile: &AdviceProfile) -> bool {
    header(rows, profile).is_some()
}

/// Reads text: the body of an e-mail, or the text of a PDF, line by line as it stands on the page.
pub fn read_text(text: &str, profile: &AdviceProfile, options: &ReadOptions) -> RemittanceFile {
    if text.len() > options.limits.bytes {
        let limit = format!("{} bytes, at most {} are read", text.len(), options.limits.bytes);
        return RemittanceFile::refusing(Refusal::TooLarge { limit });
    }
    of_rows(&grid::of_text(text, &options.limits), profile, options, "text")
}

/// Reads the HTML body of an e-mail.
pub fn read_html(html: &str, profile: &AdviceProfile, options: &ReadOptions) -> RemittanceFile {
    if html.len() > options.limits.bytes {
        let limit = format!("{} bytes, at most {} are read", html.len(), options.limits.bytes);
        return RemittanceFile::refusing(Refusal::TooLarge { limit });
    }
    of_rows(&grid::of_html(html, &options.limits, Quotes::Read), profile, options, "html")
}

/// The header row: the one of the first 200 with the most columns that are known, document and an amount among them.
fn header(rows: &[GridRow], profile: &AdviceProfile) -> Option<(usize, BTreeMap<Column, usize>)> {
    let mut best: Option<(usize, BTreeMap<Column, usize>)> = None;
    for (at, row) in rows.iter().enumerate().take(HEADER_WITHIN) {
        let mut columns = BTreeMap::new();
        for (place, (text, _)) in row.cells.iter().enumerate() {
            if let Some(column) = profile.column(text) {
                columns.entry(column).or_insert(place);
            }
        }
        let whole = columns.contains_key(&Column::Document)
            && (columns.contains_key(&Column::Paid) || columns.contains_key(&Column::Due));
        if whole && best.as_ref().is_none_or(|(_, known)| columns.len() > known.len()) {
            best = Some((at, columns));
        }
    }
    best
}

/// Reads rows, whatever they were taken from.
pub(in crate::remittance) fn of_rows(
    rows: &[GridRow],
    profile: &AdviceProfile,
    options: &ReadOptions,
    source: &str,
) -> RemittanceFile {
    let mut file = RemittanceFile { version: format!("{source} {}", profile.source), ..RemittanceFile::default() };
    match header(rows, profile) {
        Some((at, columns)) => {
            let of_table = match source {
                "table" => Cow::Borrowed(rows),
                _ => Cow::Owned(without_foot(rows, at, &columns)),
            };
            if let Err(refused) =
                Table::of(&of_table, at, columns, profile, options).and_then(|table| table.read(&mut file))
            {
                file.refused = Some(refused);
            }
        }
        None => of_words(rows, profile, options, &mut file),
    }
    let said = sentences(rows);
    file.advices.iter_mut().for_each(|advice| advice.text.clone_from(&said));
    if file.advices.is_empty() && file.refused.is_none() {
        let reason = "neither a table with documents and amounts nor a reference in it".to_owned();
        file.refused = Some(Refusal::NotReadable { place: Place::FILE, reason });
    }
    file
}

/// The rows that are sentences, as they are written: at least four words of letters in one cell.
pub(in crate::remittance) fn sentences(rows: &[GridRow]) -> Vec<String> {
    let is_word = |word: &&str| word.chars().all(|letter| letter.is_alphabetic() || ".,;:!?'\"-".contains(letter));
    let cells = rows.iter().flat_map(GridRow::said);
    let sentences = cells.filter(|cell| cell.split_whitespace().filter(is_word).count() >= 4);
    sentences.take(MOST_SENTENCES).map(|cell| cell.chars().take(MOST_LETTERS).collect()).collect()
}

/// The rows of a page without what stands below the last total of its table in several cells and names no document with an
/// amount where one is paid or due: addresses, banks, registers.
fn without_foot(rows: &[GridRow], header: usize, columns: &BTreeMap<Column, usize>) -> Vec<GridRow> {
    let total = |row: &GridRow| row.said().next().is_some_and(is_total);
    let Some(below) = (header + 1..rows.len()).rfind(|at| total(&rows[*at])).map(|at| at + 1) else {
        return rows.to_vec();
    };
    let amount = |row: &GridRow, column| {
        let text = columns.get(&column).map_or("", |place| row.cell(*place).0);
        let Ok(read) = parse_amount(text, Marks::DETECT) else { return false };
        // `VAT 123456789` is no amount in a currency VAT.
        let of = read.currency.as_deref().and_then(CurrencyCode::parse);
        of.is_none_or(|currency| currency.exponent() == read.value.scale)
    };
    let names_one = |row: &GridRow| {
        columns.get(&Column::Document).is_some_and(|place| row.cell(*place).0.bytes().any(|byte| byte.is_ascii_digit()))
    };
    let is_line = |row: &GridRow| names_one(row) && (amount(row, Column::Paid) || amount(row, Column::Due));
    let is_foot = |row: &GridRow| row.said().nth(1).is_some() && !total(row) && !is_line(row);
    let kept = |(at, row): &(usize, &GridRow)| *at < below || !is_foot(row);
    rows.iter().enumerate().filter(kept).map(|(_, row)| row.clone()).collect()
}

/// What a title says.
struct Titled {
    text: String,
    kind: CellKind,
    place: Place,
}

impl Titled {
    /// As an amount in the marks of the table; a number of a workbook has a point.
    fn amount(&self, marks: Marks) -> Option<Amount> {
        parse_amount(&self.text, if self.kind == CellKind::Number { Marks::POINT } else { marks }).ok()
    }
}

/// What the rows outside of a table say: a name in one cell and its value in the next, or both in one behind a colon.
fn titles(rows: &[GridRow], profile: &AdviceProfile) -> BTreeMap<AdviceTitle, Titled> {
    let mut found = BTreeMap::new();
    for row in rows {
        let cells: Vec<(&str, CellKind)> = row.said_as().collect();
        for (at, (cell, _)) in cells.iter().enumerate() {
            let (name, inside) = cell.split_once(':').map_or((*cell, ""), |(name, value)| (name, value.trim()));
            let next = cells.get(at + 1).copied().unwrap_or(("", CellKind::Text));
            let (value, kind) = if inside.is_empty() { next } else { (inside, CellKind::Text) };
            if let Some(title) = profile.title(name).filter(|_| !value.is_empty()) {
                found.entry(title).or_insert_with(|| Titled { text: value.to_owned(), kind, place: row.place });
            }
        }
    }
    found
}

/// A table with how it is read.
struct Table<'t> {
    rows: &'t [GridRow],
    columns: BTreeMap<Column, usize>,
    titles: BTreeMap<AdviceTitle, Titled>,
    profile: &'t AdviceProfile,
    limits: Limits,
    marks: Marks,
    /// `None` where the table could be read both ways: then days are left out.
    dates: Option<DateFormat>,
    /// The same of the days of payment.
    payment_dates: Option<DateFormat>,
    currency: CurrencyCode,
    /// What the sentences around the table say of the payment.
    said: PaymentWords,
}

impl<'t> Table<'t> {
    fn of(
        rows: &'t [GridRow],
        at: usize,
        columns: BTreeMap<Column, usize>,
        profile: &'t AdviceProfile,
        options: &ReadOptions,
    ) -> Result<Self, Refusal> {
        let (before, behind) = (&rows[..at], &rows[at + 1..]);
        let titles = titles(before, profile);
        let cells = |wanted: &[Column]| -> Vec<&str> {
            let places: Vec<usize> = wanted.iter().filter_map(|column| columns.get(column)).copied().collect();
            let all = behind.iter().flat_map(|row| places.iter().map(|place| row.cell(*place)));
            all.filter(|(text, kind)| *kind == CellKind::Text && !text.is_empty()).map(|(text, _)| text).collect()
        };
        let marks = match profile.marks.decimal {
            Some(_) => profile.marks,
            None => detect_marks(cells(&[Column::Paid, Column::Due, Column::Discount, Column::Deduction]))
                .map_err(|error| Refusal::NotReadable { place: Place::FILE, reason: format!("amounts: {error}") })?,
        };
        // Days of one table are written in one way; where its columns contradict each other, each goes by its own.
        let both = || detect_format(cells(&[Column::DocumentDay, Column::PaymentDay])).ok();
        let of = |column| profile.date_format.or_else(both).or_else(|| detect_format(cells(&[column])).ok());
        let (dates, payment_dates) = (of(Column::DocumentDay), of(Column::PaymentDay));
        let said = payment_words(before.iter().chain(behind.iter().filter(|row| is_sentence(row))));
        let named = cells(&[Column::Currency]).into_iter().find_map(CurrencyCode::parse);
        let title = titles.get(&AdviceTitle::Currency).and_then(|title| CurrencyCode::parse(&title.text));
        let sign = cells(&[Column::Paid, Column::Due])
            .into_iter()
            .find_map(|text| CurrencyCode::parse(parse_amount(text, marks).ok()?.currency?.as_str()));
        let currency = named.or(title).or(sign).or_else(|| said.currency.or(options.currency));
        let reason = "no currency: neither the table nor the caller names one".to_owned();
        let currency = currency.ok_or(Refusal::NotReadable { place: Place::FILE, reason })?;
        let limits = options.limits;
        Ok(Self { rows: behind, columns, titles, profile, limits, marks, dates, payment_dates, currency, said })
    }

    fn text<'r>(&self, row: &'r GridRow, column: Column) -> Option<&'r str> {
        let place = self.columns.get(&column)?;
        Some(row.cell(*place).0).filter(|text| !text.is_empty())
    }

    /// The minor units of a cell; what is no amount is a problem.
    fn money(&self, row: &GridRow, column: Column, file: &mut RemittanceFile) -> Option<i64> {
        let (text, kind) = row.cell(*self.columns.get(&column)?);
        if text.is_empty() || matches!(text, "-" | "–") {
            return None;
        }
        let marks = if kind == CellKind::Number { Marks::POINT } else { self.marks };
        let read = parse_amount(text, marks).ok().and_then(|amount| amount.value.minor_units(self.currency.exponent()));
        if read.is_none() {
            file.problem(&self.limits, "bad_amount", row.place, || {
                format!("'{}' is no amount in {}", text.chars().take(40).collect::<String>(), self.currency)
            });
        }
        read
    }

    fn read(&self, file: &mut RemittanceFile) -> Result<(), Refusal> {
        let mut advices: Vec<RemittanceAdvice> = Vec::new();
        let mut places: HashMap<Payment, usize> = HashMap::new();
        let stated = self.titles.get(&AdviceTitle::Paid).and_then(|title| title.amount(self.marks));
        let mut stated = stated.and_then(|amount| amount.value.minor_units(self.currency.exponent()));
        let mut last = Payment::default();
        for row in self.rows {
            let Some(number) = self.text(row, Column::Document).filter(|_| !is_sentence(row)) else {
                self.without_document(row, &mut advices, &mut stated, file);
                continue;
            };
            if is_total(number) || row.said().next().is_some_and(is_total) {
                if !row.said().next().is_some_and(is_subtotal) {
                    stated = stated.or_else(|| self.money(row, Column::Paid, file));
                }
                continue;
            }
            let Some(line) = self.line(row, number, file) else { continue };
            let payment = self.payment(row, &last);
            match places.get(&payment.key()) {
                Some(at) => {
                    payment.join(&mut advices[*at]);
                    advices[*at].lines.push(line);
                }
                None => {
                    places.insert(payment.key(), advices.len());
                    advices.push(self.begun(&payment, line));
                }
            }
            last = payment;
        }
        let alone = advices.len() == 1;
        for mut advice in advices {
            if alone {
                self.say(&mut advice, stated);
            }
            file.controls.extend(advice.total_control());
            file.advices.push(advice);
        }
        Ok(())
    }

    /// The payment that a row belongs to; who paid and when is said of the rows below as well, until it is said anew.
    fn payment(&self, row: &GridRow, last: &Payment) -> Payment {
        let number = self.text(row, Column::Payment).unwrap_or("").to_owned();
        let before = Some(last).filter(|last| last.number == number);
        // A number alone is the payer's number and no name.
        let name =
            self.text(row, Column::Payer).filter(|name| name.chars().any(char::is_alphabetic)).map(str::to_owned);
        let day =
            self.columns.get(&Column::PaymentDay).map(|place| row.cell(*place)).filter(|(text, _)| !text.is_empty());
        let day = day.map(|(text, kind)| match kind {
            CellKind::Day => parse_day(text, DateFormat::ISO).ok(),
            CellKind::Text | CellKind::Number => plain_day(text).or_else(|| parse_day(text, self.payment_dates?).ok()),
        });
        let payer = name.or_else(|| before.and_then(|last| last.payer.clone()));
        let day = day.or_else(|| before.map(|last| last.day)).unwrap_or_default();
        Payment { number, payer, day }
    }

    /// What titles and sentences say of the only payment of the table.
    fn say(&self, advice: &mut RemittanceAdvice, stated: Option<i64>) {
        let said = &self.said;
        let told = said.paid.filter(|_| said.currency.or(Some(self.currency)) == Some(self.currency));
        advice.paid = stated.or_else(|| told?.minor_units(self.currency.exponent()));
        advice.payment_day = advice.payment_day.or(said.day);
        advice.reference = advice.reference.take().or_else(|| said.reference.clone());
    }

    /// A row without a document: a total, or words that go with the line before.
    fn without_document(
        &self,
        row: &GridRow,
        advices: &mut [RemittanceAdvice],
        stated: &mut Option<i64>,
        file: &mut RemittanceFile,
    ) {
        let Some(first) = row.said().next().filter(|first| !is_subtotal(first)) else { return };
        let paid = self.columns.get(&Column::Paid).and_then(|place| self.amount(row.cell(*place)));
        if is_total(first) {
            *stated = stated.or(paid).or_else(|| row.said_as().skip(1).find_map(|cell| self.amount(cell)));
        } else if paid.is_some() {
            file.problem(&self.limits, "no_document", row.place, || "an amount without a document".to_owned());
        } else if let Some(line) =
            advices.last_mut().and_then(|advice| advice.lines.last_mut()).filter(|line| line.text.len() < 20)
        {
            line.text.push(row.said().collect::<Vec<_>>().join(" "));
        }
    }

    fn amount(&self, (text, kind): (&str, CellKind)) -> Option<i64> {
        let marks = if kind == CellKind::Number { Marks::POINT } else { self.marks };
        parse_amount(text, marks).ok()?.value.minor_units(self.currency.exponent())
    }

    /// A row as a line; `None` where it names a document but no amount can be read.
    fn line(&self, row: &GridRow, number: &str, file: &mut RemittanceFile) -> Option<RemittanceLine> {
        let kind = self.text(row, Column::Kind).map(header_value(self.profile));
        let kind = match kind.as_deref() {
            Some("credit_memo") => DocumentKind::CreditMemo,
            Some("debit_memo") => DocumentKind::DebitMemo,
            _ => DocumentKind::Invoice,
        };
        let code = self.text(row, Column::Kind).unwrap_or("").to_owned();
        let due = self.money(row, Column::Due, file);
        let discount = self.money(row, Column::Discount, file).map(i64::saturating_abs).filter(|minor| *minor != 0);
        let deduction = self.money(row, Column::Deduction, file).map(i64::saturating_abs).filter(|minor| *minor != 0);
        let mut paid = self.money(row, Column::Paid, file);
        if paid.is_none() && !self.columns.contains_key(&Column::Paid) {
            paid = due.and_then(|due| due.checked_sub(discount.unwrap_or(0))?.checked_sub(deduction.unwrap_or(0)));
        }
        if paid.is_none() && due.is_none() {
            file.problem(&self.limits, "no_amount", row.place, || "a document without an amount".to_owned());
            return None;
        }
        // A credit memo lowers the payment, with whichever sign it is written.
        let lowers = |minor: i64| if kind == DocumentKind::CreditMemo && minor > 0 { -minor } else { minor };
        let mut documents = vec![DocumentRef { kind, code, number: number.to_owned() }];
        documents.extend(self.text(row, Column::PurchaseOrder).map(|number| DocumentRef {
            kind: DocumentKind::PurchaseOrder,
            code: String::new(),
            number: number.to_owned(),
        }));
        let reason = self.text(row, Column::Reason).unwrap_or("").to_owned();
        let adjustments = deduction.map(|minor| Adjustment {
            amount: -minor,
            code: reason,
            list: "",
            meaning: "",
            document: None,
            text: String::new(),
        });
        let day = self.columns.get(&Column::DocumentDay).and_then(|place| {
            let (text, kind) = row.cell(*place);
            parse_day(text, if kind == CellKind::Day { DateFormat::ISO } else { self.dates? }).ok()
        });
        Some(RemittanceLine {
            place: row.place,
            documents,
            paid: paid.map(lowers),
            due: due.map(lowers),
            discount,
            adjustments: adjustments.into_iter().collect(),
            document_day: day,
            text: self.text(row, Column::Text).map(str::to_owned).into_iter().collect(),
        })
    }

    /// The advice that a line begins.
    fn begun(&self, payment: &Payment, line: RemittanceLine) -> RemittanceAdvice {
        let title = |title| self.titles.get(&title).map(|title| title.text.as_str());
        let day =
            || plain_day(title(AdviceTitle::PaymentDay)?).or_else(|| self.titled_day(title(AdviceTitle::PaymentDay)?));
        let number = Some(payment.number.as_str()).filter(|number| !number.is_empty());
        let mut advice = RemittanceAdvice {
            place: line.place,
            reference: number.or_else(|| title(AdviceTitle::Reference)).map(str::to_owned),
            currency: Some(self.currency),
            payment_day: payment.day.or_else(day),
            ..RemittanceAdvice::default()
        };
        advice.payer.name = payment.payer.clone().or_else(|| title(AdviceTitle::Payer).map(str::to_owned));
        advice.lines.push(line);
        advice
    }

    /// A day that may be read in two ways, as the days of the table are written.
    fn titled_day(&self, text: &str) -> Option<Day> {
        let told = |column: Column| self.columns.contains_key(&column);
        let dates = self.payment_dates.filter(|_| told(Column::PaymentDay) || self.profile.date_format.is_some());
        let dates = dates.or(self.dates.filter(|_| told(Column::DocumentDay)));
        parse_day(text, dates?).ok()
    }
}

/// The payment that a row of a table belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
struct Payment {
    /// Its number; empty where the table says none.
    number: String,
    payer: Option<String>,
    day: Option<Day>,
}

impl Payment {
    /// By what rows belong together: the number where there is one, else payer and day.
    fn key(&self) -> Self {
        match self.number.is_empty() {
            true => self.clone(),
            false => Self { number: self.number.clone(), ..Self::default() },
        }
    }

    /// Rows of one payment that contradict each other say nothing of its payer or its day.
    fn join(&self, advice: &mut RemittanceAdvice) {
        if self.day.is_some() && advice.payment_day != self.day {
            advice.payment_day = None;
        }
        if self.payer.is_some() && advice.payer.name != self.payer {
            advice.payer.name = None;
        }
    }
}

/// A row of words beside or below a table, and none of its lines: one cell that is not only the number of a document.
fn is_sentence(row: &GridRow) -> bool {
    let mut said = row.said();
    let (first, alone) = (said.next().unwrap_or_default(), said.next().is_none());
    alone && (first.split_whitespace().count() > 3 || !first.bytes().any(|byte| byte.is_ascii_digit()))
}

/// What a kind means by the profile's table.
fn header_value(profile: &AdviceProfile) -> impl Fn(&str) -> String + '_ {
    move |text| {
        let table = profile.values.get(&Column::Kind);
        table
            .and_then(|table| table.get(&crate::header::header_key(text)))
            .map_or_else(|| text.to_owned(), Clone::clone)
    }
}

/// Whether a cell begins a row that sums a part of the lines: it says nothing of the payment.
fn is_subtotal(text: &str) -> bool {
    let key = crate::header::header_key(text);
    ["zwischensumme", "subtotal"].iter().any(|word| key.starts_with(word))
}

/// Whether a cell begins a row of totals.
fn is_total(text: &str) -> bool {
    let key = crate::header::header_key(text);
    ["total", "grandtotal", "summe", "gesamt", "gesamtbetrag", "zwischensumme", "subtotal", "totaal", "sum"]
        .iter()
        .any(|word| key == *word || (key.starts_with(word) && text.contains([' ', ':'])))
}

//! Lists as files: what a screen shows a page at a time, whole, as CSV or XLSX.
//!
//! Names and references come from outside, and a table program runs what looks like a formula. So no text of a CSV begins a
//! cell with a sign that starts one; in XLSX every text is a text and every figure a number, whatever it looks like.

use axum::http::header;
use axum::response::IntoResponse;
use dunwell_desk::Refusal;
use dunwell_desk::documents::no_formula;
use dunwell_desk::rules::calendar::{Date, day_number};
use dunwell_desk::rules::money::{Currency, Money, parse_amount};
use dunwell_desk::take_out::{FileTaken, note_taken};
use dunwell_store::views::json::MoneyView;
use maud::{Markup, html};
use rust_xlsxwriter::{Format, Workbook, XlsxError};
use serde::Deserialize;

use crate::answer::{Answer, Problem};
use crate::caller::Caller;
use crate::gate::percent;

/// The most rows of a file; a longer list is refused by name rather than cut.
const ROWS: usize = 50_000;
/// The most characters that a cell of XLSX holds.
const CELL: usize = 32_767;
/// Days from the day that XLSX counts from to 1970-01-01.
const DAYS_BEFORE_1970: i64 = 25_569;

/// A file of a list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum FileKind {
    /// Comma-separated, UTF-8 with its mark.
    #[default]
    Csv,
    /// A workbook of one sheet.
    Xlsx,
}

/// Which file is asked for: `?as=csv` or `?as=xlsx`.
#[derive(Debug, Deserialize)]
pub(crate) struct As {
    /// The kind of file.
    #[serde(rename = "as", default)]
    pub(crate) kind: FileKind,
}

/// One cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Cell {
    /// Nothing.
    Empty,
    /// A text, whoever wrote it.
    Text(String),
    /// A number of days, lines or points.
    Whole(i64),
    /// An amount, without its currency: that has a column of its own.
    Amount(Money),
    /// A day.
    Day(Date),
}

impl Cell {
    /// A text, where there is one.
    pub(crate) fn text(text: Option<&str>) -> Self {
        text.map_or(Self::Empty, |text| Self::Text(text.to_owned()))
    }

    /// A number, where there is one.
    pub(crate) fn whole(number: Option<i64>) -> Self {
        number.map_or(Self::Empty, Self::Whole)
    }

    /// An amount as a view gives it.
    pub(crate) fn amount(view: &MoneyView) -> Self {
        amount_of(view).map_or_else(|| Self::Text(view.amount.clone()), Self::Amount)
    }

    /// A day as a view gives it.
    pub(crate) fn day(text: Option<&str>) -> Self {
        text.map_or(Self::Empty, |text| text.parse().map_or_else(|_| Self::Text(text.to_owned()), Self::Day))
    }
}

/// An amount of a view as the amount it is.
pub(crate) fn amount_of(view: &MoneyView) -> Option<Money> {
    parse_amount(&view.amount, Currency::parse(&view.currency)?).ok()
}

/// A list on its way into a file.
#[derive(Debug)]
pub(crate) struct Sheet {
    name: &'static str,
    columns: Vec<String>,
    rows: Vec<Vec<Cell>>,
}

impl Sheet {
    /// A list of no rows yet; `name` names the file and the sheet.
    pub(crate) fn new<T: Into<String>>(name: &'static str, columns: impl IntoIterator<Item = T>) -> Self {
        Self { name, columns: columns.into_iter().map(Into::into).collect(), rows: Vec::new() }
    }

    /// Adds a row; refused beyond 50,000.
    pub(crate) fn push(&mut self, row: Vec<Cell>) -> Result<(), Problem> {
        if self.rows.len() >= ROWS {
            let why = format!("a file holds at most {ROWS} rows: choose fewer");
            return Err(Refusal::BadValue { what: "list", value: self.name.into(), why }.into());
        }
        self.rows.push(row);
        Ok(())
    }

    /// The file, named after the list and its day. That it was taken out is journaled before it is.
    pub(crate) async fn file(self, caller: &Caller, kind: FileKind, on: Date) -> Answer {
        let (ending, content_type) = match kind {
            FileKind::Csv => ("csv", "text/csv; charset=utf-8"),
            FileKind::Xlsx => ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        };
        let taken = FileTaken { list: self.name, file: ending, account: None, rows: Some(self.rows.len()) };
        let disposition = format!("attachment; filename=\"{}-{on}.{ending}\"", self.name);
        // Tens of thousands of rows take a while: no other request waits for them.
        let made = tokio::task::spawn_blocking(move || match kind {
            FileKind::Csv => self.csv(),
            FileKind::Xlsx => self.xlsx().map_err(|error| error.to_string()),
        });
        let bytes = made.await.map_err(|error| Problem::Fault(error.to_string()))?.map_err(Problem::Fault)?;
        note_taken(&caller.desk, taken, caller.today).await?;
        let headers = [
            (header::CONTENT_TYPE, content_type.to_owned()),
            (header::CONTENT_DISPOSITION, disposition),
            (header::CACHE_CONTROL, "private, no-store".to_owned()),
        ];
        Ok((headers, bytes).into_response())
    }

    fn csv(&self) -> Result<Vec<u8>, String> {
        // Without the mark a table program takes UTF-8 for the code page of its country.
        let mut writer =
            csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer("\u{feff}".as_bytes().to_vec());
        writer.write_record(&self.columns).map_err(|error| error.to_string())?;
        for row in &self.rows {
            let cells = row.iter().map(|cell| match cell {
                Cell::Empty => String::new(),
                Cell::Text(text) => no_formula(text),
                Cell::Whole(number) => number.to_string(),
                Cell::Amount(amount) => amount.decimal(),
                Cell::Day(day) => day.to_string(),
            });
            writer.write_record(cells).map_err(|error| error.to_string())?;
        }
        writer.into_inner().map_err(|error| error.to_string())
    }

    fn xlsx(&self) -> Result<Vec<u8>, XlsxError> {
        let mut workbook = Workbook::new();
        let heading = Format::new().set_bold();
        let day = Format::new().set_num_format("yyyy-mm-dd");
        let sheet = workbook.add_worksheet();
        sheet.set_name(self.name)?.set_freeze_panes(1, 0)?;
        for (column, name) in (0..).zip(&self.columns) {
            sheet.write_string_with_format(0, column, name, &heading)?.set_column_width(column, 16)?;
        }
        for (row, cells) in (1..).zip(&self.rows) {
            for (column, cell) in (0..).zip(cells) {
                match cell {
                    Cell::Empty => continue,
                    Cell::Text(text) => sheet.write_string(row, column, text.chars().take(CELL).collect::<String>())?,
                    Cell::Whole(number) => sheet.write_number(row, column, *number as f64)?,
                    Cell::Amount(amount) => {
                        let (number, format) = figure(*amount);
                        sheet.write_number_with_format(row, column, number, &format)?
                    }
                    Cell::Day(date) => {
                        let number = day_number(*date) + DAYS_BEFORE_1970;
                        sheet.write_number_with_format(row, column, number as f64, &day)?
                    }
                };
            }
        }
        workbook.save_to_buffer()
    }
}

/// An amount as the number that XLSX keeps, which is exact to the cent up to 15 digits, and the format it is shown in.
fn figure(amount: Money) -> (f64, Format) {
    let exponent = usize::from(amount.currency.exponent());
    let format = if exponent == 0 { "#,##0".to_owned() } else { format!("#,##0.{}", "0".repeat(exponent)) };
    (amount.decimal().parse().unwrap_or_default(), Format::new().set_num_format(format))
}

/// The two links under which a list is taken out as a file; `query` is what chooses it.
pub(crate) fn links(list: &str, query: &[(&str, &str)]) -> Markup {
    html! {
        span.files {
            @for (kind, name) in [("csv", "CSV"), ("xlsx", "XLSX")] {
                a.l href=(address(list, &[query, &[("as", kind)]].concat())) download { (name) }
            }
        }
    }
}

/// An address with its query; what is empty is left out.
pub(crate) fn address(path: &str, query: &[(&str, &str)]) -> String {
    let mut address = path.to_owned();
    for (name, value) in query.iter().filter(|(_, value)| !value.is_empty()) {
        address.push(if address.contains('?') { '&' } else { '?' });
        address.push_str(&format!("{name}={}", percent(value)));
    }
    address
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a customer might call itself.
    const HOSTILE: [(&str, &str); 9] = [
        ("=HYPERLINK(\"http://evil.example\",\"pay\")", "'=HYPERLINK(\"http://evil.example\",\"pay\")"),
        ("+1 555 0100", "'+1 555 0100"),
        ("-2+3+cmd|' /C calc'!A0", "'-2+3+cmd|' /C calc'!A0"),
        ("@SUM(1)", "'@SUM(1)"),
        ("\t=1+1", "'\t'=1+1"),
        ("\r=1+1", "'\r'=1+1"),
        ("Acme;=1+1", "Acme;'=1+1"),
        ("  \"=1+1\"", "  \"'=1+1\""),
        ("Meyer-Smith & Sons, Inc.", "Meyer-Smith & Sons, Inc."),
    ];

    fn sheet() -> Sheet {
        let mut sheet = Sheet::new("accounts", ["Name", "Balance", "Day", "Late"]);
        for (name, _) in HOSTILE {
            let row = vec![
                Cell::Text(name.into()),
                Cell::Amount(Money::new(-123_456, Currency::USD)),
                Cell::day(Some("2026-11-20")),
                Cell::Whole(-3),
            ];
            sheet.push(row).expect("a row");
        }
        sheet
    }

    #[test]
    fn no_text_of_a_csv_starts_a_formula_and_figures_stay_figures() {
        let bytes = sheet().csv().expect("a file");
        let text = std::str::from_utf8(&bytes).expect("UTF-8").strip_prefix('\u{feff}').expect("its mark");
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let rows: Vec<csv::StringRecord> = reader.records().map(|row| row.expect("a row")).collect();
        assert_eq!(rows.len(), HOSTILE.len());
        for (row, (_, safe)) in rows.iter().zip(HOSTILE) {
            assert_eq!(row.iter().collect::<Vec<_>>(), [safe, "-1234.56", "2026-11-20", "-3"]);
        }
    }

    #[test]
    fn a_workbook_holds_texts_as_they_are_and_no_formula_at_all() {
        let bytes = sheet().xlsx().expect("a file");
        let mut workbook: calamine::Xlsx<_> =
            calamine::open_workbook_from_rs(std::io::Cursor::new(bytes)).expect("a workbook");
        use calamine::{Data, Reader};
        let formulas = workbook.worksheet_formula("accounts").expect("the sheet");
        assert_eq!(formulas.used_cells().count(), 0);
        let cells = workbook.worksheet_range("accounts").expect("the sheet");
        for (row, (name, _)) in (1..).zip(HOSTILE) {
            assert_eq!(cells.get_value((row, 0)), Some(&Data::String(name.into())));
            assert_eq!(cells.get_value((row, 1)), Some(&Data::Float(-1234.56)));
            assert!(matches!(cells.get_value((row, 2)), Some(Data::DateTime(_))), "{row}");
        }
    }

    #[test]
    fn a_list_that_is_too_long_is_refused_and_not_cut() {
        let mut sheet = Sheet::new("journal", ["Entry"]);
        for number in 0..ROWS {
            sheet.push(vec![Cell::Whole(i64::try_from(number).unwrap_or(0))]).expect("a row");
        }
        assert!(sheet.push(vec![Cell::Empty]).is_err());
    }

    #[test]
    fn an_address_leaves_out_what_is_empty_and_writes_what_would_end_it() {
        let of = address("/accounts", &[("text", "A&B ="), ("collector", ""), ("cursor", "1.2")]);
        assert_eq!(of, "/accounts?text=A%26B%20%3D&cursor=1.2");
    }
}

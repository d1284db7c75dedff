//! Letters at places made lines of cells again.

use super::glyphs::Letter;

/// A gap wider than this part of the type's height parts two words, and one wider than that two cells.
const WORD: f64 = 0.15;
const CELL: f64 = 0.85;
/// Letters whose lines lie closer than this part of the type's height stand on one.
const LINE: f64 = 0.35;
/// Two lines of a header lie closer than this many heights.
const NEXT_LINE: f64 = 1.7;

/// Words that stand together.
#[derive(Debug, Clone, PartialEq)]
struct Cell {
    text: String,
    left: f64,
    right: f64,
}

/// A line of a page.
#[derive(Debug, Clone, PartialEq)]
struct Line {
    cells: Vec<Cell>,
    base: f64,
    size: f64,
}

/// The pages as text.
pub(super) fn of_pages(pages: &[Vec<Letter>]) -> String {
    let mut text = String::new();
    let mut ruler = Ruler::default();
    let mut before: Vec<Vec<String>> = Vec::new();
    for (number, letters) in (1..).zip(pages) {
        let mut lines = lines(letters);
        without_page_number(&mut lines, number);
        let here: Vec<Vec<String>> = lines.iter().map(said).collect();
        let mut at = 0;
        while let Some(line) = lines.get(at) {
            let goes_on = here[..at].iter().all(|line| before.contains(line));
            at += 1;
            let header = match lines.get(at).and_then(|below| two_lines(line, below)) {
                Some(both) => {
                    at += 1;
                    both
                }
                None => line.clone(),
            };
            if is_header(&header) {
                // The same headers on the next page, below what stood above them before, begin no other table.
                if ruler.said == said(&header) && goes_on {
                    continue;
                }
                ruler = Ruler { said: said(&header), columns: header.cells.clone() };
            }
            text.push_str(&ruler.row(&header).join("\t"));
            text.push('\n');
        }
        text.push('\n');
        before = here;
    }
    text
}

/// The lines of a page from above, the cells of each from the left.
fn lines(letters: &[Letter]) -> Vec<Line> {
    let mut seen: Vec<&Letter> = letters.iter().filter(|letter| !letter.text.trim().is_empty()).collect();
    seen.sort_by(|a, b| a.base.total_cmp(&b.base));
    let mut rows: Vec<(f64, f64, Vec<&Letter>)> = Vec::new();
    for letter in seen {
        match rows.last_mut() {
            Some((base, size, row)) if letter.base - *base < LINE * size.min(letter.size) => row.push(letter),
            _ => rows.push((letter.base, letter.size, vec![letter])),
        }
    }
    rows.into_iter().map(|(base, size, row)| Line { cells: cells(row), base, size }).collect()
}

fn cells(mut row: Vec<&Letter>) -> Vec<Cell> {
    row.sort_by(|a, b| a.left.total_cmp(&b.left));
    let mut cells: Vec<Cell> = Vec::new();
    let mut last: Option<&Letter> = None;
    for letter in row {
        // Some programs print a letter twice to make it bold.
        if last.is_some_and(|last| last.text == letter.text && (letter.left - last.left).abs() < 0.1 * letter.size) {
            continue;
        }
        let clean = letter.text.replace(char::is_whitespace, " ").replace('|', "/");
        let gap = last.map(|last| (letter.left - last.right) / letter.size.min(last.size).max(0.5));
        match (cells.last_mut(), gap) {
            (Some(cell), Some(gap)) if gap < CELL => {
                if gap > WORD {
                    cell.text.push(' ');
                }
                cell.text.push_str(&clean);
                cell.right = cell.right.max(letter.right);
            }
            _ => cells.push(Cell { text: clean, left: letter.left, right: letter.right }),
        }
        last = Some(letter);
    }
    cells
}

/// Takes the number of the page off: the first or the last line, of a number with words for it alone, of two with a stroke, or of
/// just this number. Any other number may be a document or an amount.
fn without_page_number(lines: &mut Vec<Line>, page: usize) {
    const WORDS: [&str; 10] = ["page", "seite", "pagina", "blad", "of", "von", "de", "van", "sur", "p."];
    let is_number = |line: &Line| {
        let [cell] = &line.cells[..] else { return false };
        let words: Vec<String> = cell.text.split_whitespace().map(str::to_lowercase).collect();
        let number =
            |word: &str| word.len() <= 9 && word.chars().all(|mark| mark.is_ascii_digit() || "/-.()".contains(mark));
        let is_named = words.iter().any(|word| WORDS.contains(&word.as_str()));
        let bare: String = cell.text.chars().filter(|mark| !" -.()".contains(*mark)).collect();
        let of = bare.split_once('/').and_then(|(this, all)| Some((this.parse().ok()?, all.parse().ok()?)));
        let is_this =
            bare == page.to_string() || of.is_some_and(|(this, all): (usize, usize)| this <= all && all < 1000);
        let all = words.len() <= 4 && words.iter().all(|word| number(word) || WORDS.contains(&word.as_str()));
        all && (is_named || is_this)
    };
    if lines.last().is_some_and(is_number) {
        lines.pop();
    }
    if lines.first().is_some_and(is_number) {
        lines.remove(0);
    }
}

/// Whether a line may head columns: three cells and more, words in each and hardly a digit.
fn is_header(line: &Line) -> bool {
    line.cells.len() >= 3 && line.cells.iter().all(|cell| is_words(&cell.text))
}

fn is_words(text: &str) -> bool {
    text.chars().any(|mark| mark.is_alphabetic() || mark == '#') && !text.bytes().any(|byte| byte.is_ascii_digit())
}

/// A header of two lines (`Invoice` above `number`) as one: each word below stands under one above, or beside all of them.
fn two_lines(above: &Line, below: &Line) -> Option<Line> {
    let words = |line: &Line| line.cells.len() >= 2 && line.cells.iter().all(|cell| is_words(&cell.text));
    if !words(above) || !words(below) || below.base - above.base > NEXT_LINE * above.size {
        return None;
    }
    let mut both = above.clone();
    let mut joined = 0;
    for cell in &below.cells {
        let mut over = both.cells.iter_mut().filter(|head| cell.left < head.right && head.left < cell.right);
        match (over.next(), over.next()) {
            (Some(head), None) => {
                head.text = format!("{} {}", head.text, cell.text);
                (head.left, head.right) = (head.left.min(cell.left), head.right.max(cell.right));
                joined += 1;
            }
            (None, _) => both.cells.push(cell.clone()),
            (Some(_), Some(_)) => return None,
        }
    }
    both.cells.sort_by(|a, b| a.left.total_cmp(&b.left));
    both.base = below.base;
    (joined > 0 && is_header(&both)).then_some(both)
}

fn said(line: &Line) -> Vec<String> {
    line.cells.iter().map(|cell| cell.text.clone()).collect()
}

/// The columns of the table that is being read, as its headers lie.
#[derive(Debug, Default)]
struct Ruler {
    said: Vec<String>,
    columns: Vec<Cell>,
}

impl Ruler {
    /// A line as the cells of a row: each in the column it lies under; as it stands where two lie under one.
    fn row(&self, line: &Line) -> Vec<String> {
        let plain = || said(line);
        if self.columns.is_empty() || line.cells.len() < 2 {
            return plain();
        }
        let mut row = vec![String::new(); self.columns.len()];
        let mut after = 0;
        for cell in &line.cells {
            let nearest = (0..self.columns.len()).min_by(|a, b| self.apart(*a, cell).total_cmp(&self.apart(*b, cell)));
            match nearest {
                Some(at) if at >= after && row[at].is_empty() => {
                    row[at].clone_from(&cell.text);
                    after = at + 1;
                }
                _ => return plain(),
            }
        }
        row
    }

    /// How far a cell is from lying under a column: the least of the distances of their left ends, middles and right ends.
    fn apart(&self, at: usize, cell: &Cell) -> f64 {
        let column = &self.columns[at];
        let middle = |cell: &Cell| f64::midpoint(cell.left, cell.right);
        let ends = [cell.left - column.left, middle(cell) - middle(column), cell.right - column.right];
        let near = ends.into_iter().map(f64::abs).fold(f64::INFINITY, f64::min);
        // Under the header itself, whichever way it is set.
        let over = (cell.right.min(column.right) - cell.left.max(column.left)).max(0.0);
        near - over
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Text set in a type of 10 points, each letter 5 wide; a gap of one blank is one letter wide.
    fn page(lines: &[(f64, &[(f64, &str)])]) -> Vec<Letter> {
        let mut letters = Vec::new();
        for (base, cells) in lines {
            for (left, text) in *cells {
                for (at, letter) in text.chars().enumerate() {
                    let left = left + 5.0 * at as f64;
                    letters.push(Letter { text: letter.into(), left, right: left + 5.0, base: *base, size: 10.0 });
                }
            }
        }
        letters
    }

    #[test]
    fn cells_stand_in_the_column_they_lie_under_on_every_page() {
        let head: &[(f64, &str)] = &[(0.0, "Invoice"), (100.0, "Gross"), (160.0, "Discount"), (220.0, "Net")];
        let first = page(&[
            (10.0, &[(0.0, "Remittance advice")]),
            (30.0, head),
            (42.0, &[(0.0, "48129"), (90.0, "1,000.00"), (165.0, "20.00"), (205.0, "980.00")]),
            (54.0, &[(0.0, "48130"), (105.0, "30.00"), (210.0, "30.00")]),
            (300.0, &[(100.0, "Page 1 of 2")]),
        ]);
        let second = page(&[
            (30.0, head),
            (42.5, &[(0.0, "48131"), (105.0, "5.00")]),
            (42.0, &[(215.0, "5.00")]),
            (60.0, &[(0.0, "Total"), (200.0, "1,015.00")]),
            (300.0, &[(120.0, "- 2 -")]),
        ]);
        let lines = "Remittance advice\nInvoice\tGross\tDiscount\tNet\n48129\t1,000.00\t20.00\t980.00\n48130\t30.00\t\t30.00\n\n\
                     48131\t5.00\t\t5.00\nTotal\t\t\t1,015.00\n\n";
        assert_eq!(of_pages(&[first, second]), lines);
    }

    #[test]
    fn a_number_that_is_no_page_s_stays_and_headers_below_other_words_begin_anew() {
        let head: &[(f64, &str)] = &[(0.0, "Invoice"), (100.0, "Gross"), (220.0, "Net")];
        let furniture: &[(f64, &str)] = &[(0.0, "Groc Ltd")];
        let row = |number: &'static str| -> Vec<(f64, &'static str)> {
            vec![(0.0, number), (105.0, "5.00"), (215.0, "5.00")]
        };
        let (one, two, three) = (row("48129"), row("48130"), row("48131"));
        let paying: &[(f64, &str)] = &[(0.0, "Payment number: 4712")];
        let first = page(&[(10.0, furniture), (30.0, head), (42.0, &one), (60.0, &[(0.0, "48132")])]);
        let second = page(&[(10.0, furniture), (30.0, head), (42.0, &two), (60.0, &[(0.0, "2")])]);
        let third = page(&[(10.0, furniture), (20.0, paying), (30.0, head), (42.0, &three), (60.0, &[(0.0, "3 / 3")])]);
        let table = "Invoice\tGross\tNet\n";
        let lines = format!(
            "Groc Ltd\n{table}48129\t5.00\t5.00\n48132\n\nGroc Ltd\n48130\t5.00\t5.00\n\n\
             Groc Ltd\nPayment number: 4712\n{table}48131\t5.00\t5.00\n\n"
        );
        assert_eq!(of_pages(&[first, second, third]), lines);
    }

    #[test]
    fn a_header_of_two_lines_is_one_and_bold_letters_are_not_read_twice() {
        let mut letters = page(&[
            (30.0, &[(0.0, "Invoice"), (100.0, "Invoice"), (200.0, "Amount")]),
            (41.0, &[(0.0, "number"), (105.0, "date"), (205.0, "paid")]),
            (55.0, &[(0.0, "48129"), (100.0, "2026-03-04"), (200.0, "970.00")]),
        ]);
        let bold: Vec<Letter> =
            letters.iter().map(|letter| Letter { left: letter.left + 0.3, ..letter.clone() }).collect();
        letters.extend(bold);
        assert_eq!(of_pages(&[letters]), "Invoice number\tInvoice date\tAmount paid\n48129\t2026-03-04\t970.00\n\n");
    }
}

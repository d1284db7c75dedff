//! The segments of an EDIFACT interchange, one after the other.

use crate::bank::Place;

/// What separates components, elements and segments, releases a mark, and parts decimals.
#[derive(Debug, Clone, Copy)]
struct Separators {
    component: char,
    element: char,
    release: Option<char>,
    segment: char,
}

/// A segment: its tag first, then its elements, each of components.
#[derive(Debug, Clone)]
pub(super) struct Segment {
    elements: Vec<Vec<String>>,
    pub(super) place: Place,
}

impl Segment {
    /// Its tag.
    pub(super) fn tag(&self) -> &str {
        self.at(0, 0)
    }

    /// A component of an element, both from 0 with the tag as element 0; empty where it is not there.
    pub(super) fn at(&self, element: usize, component: usize) -> &str {
        self.elements.get(element).and_then(|parts| parts.get(component)).map_or("", String::as_str)
    }

    /// The same as an owned text; `None` where it is blank.
    pub(super) fn text(&self, element: usize, component: usize) -> Option<String> {
        Some(self.at(element, component).trim().to_owned()).filter(|text| !text.is_empty())
    }

    /// All components of an element that say something.
    pub(super) fn all(&self, element: usize) -> impl Iterator<Item = &str> {
        let parts = self.elements.get(element).into_iter().flatten();
        parts.map(|part| part.trim()).filter(|part| !part.is_empty())
    }
}

/// Why the segments end before the text does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stop {
    /// A segment is longer than is read.
    TooLong(Place),
    /// The text ends within a segment.
    Cut(Place),
}

/// Hands out segments.
#[derive(Debug)]
pub(super) struct Segments<'s> {
    rest: &'s str,
    line: u64,
    separators: Separators,
    longest: usize,
    stopped: bool,
}

/// The most components of a segment.
const MAX_PARTS: usize = 2_000;

impl<'s> Segments<'s> {
    /// Of an interchange that begins with `UNA` or `UNB`; `None` for any other text.
    pub(super) fn of(text: &'s str, longest: usize) -> Option<Self> {
        let trimmed = text.trim_start_matches(['\u{feff}', ' ', '\t', '\r', '\n']);
        let line = 1 + text[..text.len() - trimmed.len()].matches('\n').count() as u64;
        let usual = Separators { component: ':', element: '+', release: Some('?'), segment: '\'' };
        let made = |separators, rest| Some(Self { rest, line, separators, longest, stopped: false });
        let Some(service) = trimmed.strip_prefix("UNA") else {
            return trimmed.starts_with("UNB").then(|| made(usual, trimmed)).flatten();
        };
        let mut marks = service.chars();
        let (component, element, _, release, _, segment) =
            (marks.next()?, marks.next()?, marks.next()?, marks.next()?, marks.next()?, marks.next()?);
        let release = Some(release).filter(|mark| *mark != ' ');
        let all = [component, element, segment];
        let told = all.iter().all(|mark| !mark.is_alphanumeric()) && component != element && element != segment;
        told.then(|| made(Separators { component, element, release, segment }, marks.as_str())).flatten()
    }
}

impl Iterator for Segments<'_> {
    type Item = Result<Segment, Stop>;

    fn next(&mut self) -> Option<Self::Item> {
        let lines = |text: &str| text.bytes().filter(|byte| *byte == b'\n').count() as u64;
        let trimmed = self.rest.trim_start();
        self.line += lines(&self.rest[..self.rest.len() - trimmed.len()]);
        self.rest = trimmed;
        if self.rest.is_empty() || self.stopped {
            return None;
        }
        let place = Place::line(self.line);
        let (mut elements, mut parts, mut part) = (Vec::new(), Vec::new(), String::new());
        let mut released = false;
        let mut count = 0;
        for (at, mark) in self.rest.char_indices() {
            if at > self.longest || count > MAX_PARTS {
                self.stopped = true;
                return Some(Err(Stop::TooLong(place)));
            }
            if released {
                part.push(mark);
                released = false;
            } else if Some(mark) == self.separators.release {
                released = true;
            } else if mark == self.separators.component {
                parts.push(core::mem::take(&mut part));
                count += 1;
            } else if mark == self.separators.element {
                parts.push(core::mem::take(&mut part));
                elements.push(core::mem::take(&mut parts));
                count += 1;
            } else if mark == self.separators.segment {
                parts.push(part);
                elements.push(parts);
                let end = at + mark.len_utf8();
                self.line += lines(&self.rest[..end]);
                self.rest = &self.rest[end..];
                return Some(Ok(Segment { elements, place }));
            } else if !matches!(mark, '\r' | '\n') {
                part.push(mark);
            }
        }
        self.stopped = true;
        Some(Err(Stop::Cut(place)))
    }
}

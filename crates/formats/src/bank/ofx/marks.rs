//! OFX as a stream of marks: elements that open and end, and leaves with their values. SGML of version 1 leaves the ends of
//! leaves out; XML of version 2 does not, and banks mix both.

use std::borrow::Cow;

/// A piece of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Mark<'s> {
    /// An element opens that holds elements, or nothing.
    Open(&'s str),
    /// A leaf with its value, without blanks around it.
    Leaf(&'s str, Cow<'s, str>),
    /// An element ends. The end of a leaf is no piece.
    End(&'s str),
    /// A document type declaration.
    Doctype,
}

/// The text with the names of its elements in capitals, as the standard writes them; every byte keeps its place.
pub(super) fn in_capitals(mut text: Cow<'_, str>) -> Cow<'_, str> {
    let mut at = 0;
    while let Some(found) = text.get(at..).and_then(|rest| memchr::memchr(b'<', rest.as_bytes())) {
        let begins = at + found + 1;
        let tag = text.get(begins..).unwrap_or("");
        // A comment, character data, a declaration and an instruction are no elements.
        let other = [("!--", "-->"), ("![CDATA[", "]]>"), ("!", ">"), ("?", ">")];
        if let Some((_, end)) = other.into_iter().find(|(mark, _)| tag.starts_with(mark)) {
            let Some(end) = memchr::memmem::find(tag.as_bytes(), end.as_bytes()) else { break };
            at = begins + end;
            continue;
        }
        let begins = begins + usize::from(tag.starts_with('/'));
        let name =
            text.get(begins..).unwrap_or("").split(|mark: char| mark.is_whitespace() || "/<>".contains(mark)).next();
        at = begins + name.map_or(0, str::len);
        if name.is_some_and(|name| name.bytes().any(|byte| byte.is_ascii_lowercase())) {
            text.to_mut()[begins..at].make_ascii_uppercase();
        }
    }
    text
}

/// Where the root element begins in a text with names in capitals; it may have attributes.
pub(super) fn root(text: &str) -> Option<usize> {
    const ROOT: &str = "<OFX";
    let behind = |at: usize| text.as_bytes().get(at + ROOT.len()).copied();
    memchr::memmem::find_iter(text.as_bytes(), ROOT)
        .find(|at| behind(*at).is_some_and(|byte| byte == b'>' || byte.is_ascii_whitespace()))
}

/// Hands out the pieces one by one, each with the offset at which it begins.
#[derive(Debug, Clone)]
pub(super) struct Marks<'s> {
    text: &'s str,
    at: usize,
}

impl<'s> Marks<'s> {
    /// Of a text, from an offset on.
    pub(super) fn of(text: &'s str, from: usize) -> Self {
        Self { text, at: from }
    }

    /// The text from here to a mark, and the offset behind the mark; `None` where it does not come.
    fn until(&self, mark: &str) -> Option<(&'s str, usize)> {
        let rest = self.text.get(self.at..)?;
        let end = memchr::memmem::find(rest.as_bytes(), mark.as_bytes())?;
        Some((rest.get(..end)?, self.at + end + mark.len()))
    }

    /// A value: what stands before the next tag, or a section of character data.
    fn value(&mut self) -> Cow<'s, str> {
        let mut value = Cow::Borrowed("");
        loop {
            let rest = self.text.get(self.at..).unwrap_or("");
            let end = memchr::memchr(b'<', rest.as_bytes()).unwrap_or(rest.len());
            let (part, tail) = rest.split_at(end);
            self.at += end;
            append(&mut value, resolved(part));
            let Some(data) = tail.strip_prefix("<![CDATA[") else { return value };
            let (data, behind) = match memchr::memmem::find(data.as_bytes(), b"]]>") {
                Some(end) => (&data[..end], 9 + end + 3),
                None => (data, tail.len()),
            };
            append(&mut value, Cow::Borrowed(data));
            self.at += behind;
        }
    }
}

fn append<'s>(value: &mut Cow<'s, str>, part: Cow<'s, str>) {
    if value.is_empty() {
        *value = part;
    } else if !part.is_empty() {
        value.to_mut().push_str(&part);
    }
}

impl<'s> Iterator for Marks<'s> {
    type Item = (usize, Mark<'s>);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let rest = self.text.get(self.at..)?;
            self.at += memchr::memchr(b'<', rest.as_bytes())?;
            let begins = self.at;
            let tag = &self.text[begins + 1..];
            if tag.starts_with("!--") {
                self.at = self.until("-->").map_or(self.text.len(), |(_, behind)| behind);
                continue;
            }
            if tag.get(..8).is_some_and(|word| word.eq_ignore_ascii_case("!DOCTYPE")) {
                self.at = self.text.len();
                return Some((begins, Mark::Doctype));
            }
            let Some((whole, behind)) = self.until(">") else {
                self.at = self.text.len();
                return None;
            };
            self.at = behind;
            let inside = whole.get(1..).unwrap_or("");
            if inside.starts_with(['?', '!']) {
                continue;
            }
            if let Some(name) = inside.strip_prefix('/') {
                return Some((begins, Mark::End(name.trim())));
            }
            let name = inside.split(|mark: char| mark.is_whitespace() || mark == '/').next().unwrap_or("");
            if inside.ends_with('/') {
                return Some((begins, Mark::Leaf(name, Cow::Borrowed(""))));
            }
            let value = self.value();
            let closed = self.text.get(self.at..).and_then(|rest| rest.strip_prefix("</")?.strip_prefix(name));
            let closed = closed.is_some_and(|rest| rest.trim_start().starts_with('>'));
            let trimmed = trim(value);
            if trimmed.is_empty() && !closed {
                return Some((begins, Mark::Open(name)));
            }
            if closed {
                self.at = self.until(">").map_or(self.text.len(), |(_, behind)| behind);
            }
            return Some((begins, Mark::Leaf(name, trimmed)));
        }
    }
}

fn trim(value: Cow<'_, str>) -> Cow<'_, str> {
    match value {
        Cow::Borrowed(text) => Cow::Borrowed(text.trim()),
        Cow::Owned(text) => Cow::Owned(text.trim().to_owned()),
    }
}

/// A text with its entities resolved; one that is not known stays as it stands, for version 1 does not forbid a plain `&`.
fn resolved(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let end = rest.bytes().take(10).position(|byte| byte == b';');
        let mark = end.and_then(|end| Some((entity(&rest[1..end])?, end)));
        match mark {
            Some((mark, end)) => {
                out.push(mark);
                rest = &rest[end + 1..];
            }
            None => {
                out.push('&');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    Cow::Owned(out)
}

fn entity(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        "nbsp" => Some(' '),
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code).filter(|mark| !mark.is_control())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_put_into_capitals_and_nothing_else_is_changed() {
        let text = "<?xml v?><!-- <a> <b> --><ofx a=b><x.y/><Name>x < y <![CDATA[<z>]]> <c></Name></ofx><";
        let changed = "<?xml v?><!-- <a> <b> --><OFX a=b><X.Y/><NAME>x < y <![CDATA[<z>]]> <C></NAME></OFX><";
        assert_eq!(in_capitals(Cow::Borrowed(text)), changed);
        assert!(matches!(in_capitals(Cow::Borrowed(changed)), Cow::Borrowed(_)));
        assert_eq!((root(changed), root("<OFXA><OFX"), root("<OFX>")), (Some(25), None, Some(0)));
    }

    #[test]
    fn leaves_end_with_or_without_an_end_tag() {
        let marks: Vec<Mark<'_>> =
            Marks::of("<A><B>x &amp; y\n<C></C><D/>\n<E><![CDATA[<z>]]></E></A>", 0).map(|(_, mark)| mark).collect();
        let leaf = |name: &'static str, value: &'static str| Mark::Leaf(name, Cow::Borrowed(value));
        assert_eq!(
            marks,
            [Mark::Open("A"), leaf("B", "x & y"), leaf("C", ""), leaf("D", ""), leaf("E", "<z>"), Mark::End("A")]
        );
    }
}

//! A form of a page of ours, filled again with what somebody typed into it, and why it was refused.
//!
//! This works on the page as it is written, so that it does for every form what each form would otherwise do for itself, and
//! forget. Pages of ours are well formed: a `<` begins a tag, a `>` ends it, and every value stands in double quotes. Hidden
//! fields keep what the page says (its secret, its number, the version that was looked at); passwords and files are asked
//! for anew, as browsers do too.

use std::ops::Range;

use maud::html;

/// Why a form was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refused {
    /// The sentence for a person.
    pub(crate) words: String,
    /// What it is about, as the refusal names it; a field of that name is marked.
    pub(crate) about: Option<&'static str>,
}

/// What marks the sentence: the id by which the field it is about points at it.
const SAID: &str = "refused";
/// Where the fields of a sheet begin; the sentence stands before them where no field is to blame.
const BODY: &str = "body";

/// A tag as it stands in a page.
struct Tag<'a> {
    at: Range<usize>,
    /// The element; with a stroke before it at the element's end.
    name: &'a str,
    attributes: Vec<(&'a str, Option<&'a str>)>,
}

impl Tag<'_> {
    /// The value of an attribute as it is written; empty for one without a value.
    fn value(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| *known == name).map(|(_, value)| value.unwrap_or_default())
    }

    /// Whether something is typed or chosen in it.
    fn is_control(&self) -> bool {
        matches!(self.name, "input" | "select" | "textarea" | "button") && self.value("name").is_some()
    }

    /// Whether it is a box to tick or one of several to choose.
    fn is_box(&self) -> bool {
        self.name == "input" && matches!(self.value("type"), Some("checkbox" | "radio"))
    }

    /// Whether words are typed into it, or one of a list is chosen.
    fn is_field(&self) -> bool {
        let typed = !matches!(
            self.value("type"),
            Some("hidden" | "submit" | "button" | "checkbox" | "radio" | "file" | "password")
        );
        self.value("name").is_some() && (matches!(self.name, "select" | "textarea") || self.name == "input" && typed)
    }
}

/// The tags of a page, in their order.
fn tags(page: &str) -> Vec<Tag<'_>> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(begin) = page[from..].find('<').map(|place| from + place) {
        let Some(end) = page[begin..].find('>').map(|place| begin + place + 1) else { break };
        let inside = page[begin + 1..end - 1].trim_end_matches('/');
        let (name, rest) = inside.split_once(' ').unwrap_or((inside, ""));
        found.push(Tag { at: begin..end, name, attributes: attributes(rest) });
        from = end;
    }
    found
}

fn attributes(mut text: &str) -> Vec<(&str, Option<&str>)> {
    let mut found = Vec::new();
    loop {
        text = text.trim_start();
        let end = text.find([' ', '=']).unwrap_or(text.len());
        let (name, rest) = text.split_at(end);
        if name.is_empty() {
            return found;
        }
        match rest.strip_prefix("=\"").and_then(|rest| rest.split_once('"')) {
            Some((value, rest)) => {
                found.push((name, Some(value)));
                text = rest;
            }
            None => {
                found.push((name, None));
                text = rest.trim_start_matches('=');
            }
        }
    }
}

/// A text as it stands in a page.
fn escaped(text: &str) -> String {
    html! { (text) }.into_string()
}

/// What is written instead of a part of the page.
type Edit = (Range<usize>, String);

/// The page with the form that was sent to `action` filled with what was sent, and why it was refused beside the field that is
/// to blame, else above the form. A page that does not have the form any more says why alone.
pub(crate) fn refilled(page: &str, action: &str, sent: &[(String, String)], why: &Refused) -> String {
    let tags = tags(page);
    let Some(form) = form_of(&tags, action, sent) else {
        let main = tags.iter().find(|tag| tag.name == "main").map_or(0, |tag| tag.at.end);
        return edited(page, vec![(main..main, said(why, false))]);
    };
    let begin = tags[form.start].at.end;
    let tags = &of_form(tags, &form);
    let blamed = why.about.and_then(|about| tags.iter().position(|tag| tag.is_field() && is_called(tag, about)));
    let mut edits = filled(page, tags, sent, blamed);
    let place = match blamed {
        Some(field) => after(tags, field),
        None => {
            let body = tags.iter().find(|tag| tag.name == "div" && tag.value("class") == Some(BODY));
            body.map_or(begin, |body| body.at.end)
        }
    };
    edits.push((place..place, said(why, blamed.is_some())));
    edited(page, edits)
}

fn edited(page: &str, mut edits: Vec<Edit>) -> String {
    edits.sort_by_key(|(part, _)| (part.start, part.end));
    let (mut written, mut from) = (String::with_capacity(page.len() + 1024), 0);
    for (part, new) in edits {
        written.push_str(&page[from..part.start]);
        written.push_str(&new);
        from = part.end;
    }
    written + &page[from..]
}

/// The sentence. It has the focus where no field has it.
fn said(why: &Refused, at_field: bool) -> String {
    html! {
        span.problem id=(SAID) role="alert" tabindex=[(!at_field).then_some("-1")] autofocus[!at_field] { (why.words) }
    }
    .into_string()
}

/// The tags of the form that goes to `action`, itself or by a button of its: of several that go there, the first that has most
/// of what was sent.
fn form_of(tags: &[Tag<'_>], action: &str, sent: &[(String, String)]) -> Option<Range<usize>> {
    let action = escaped(action);
    let goes = |tag: &Tag<'_>| [tag.value("action"), tag.value("formaction")].contains(&Some(&action));
    let begins = tags.iter().enumerate().filter(|(_, tag)| tag.name == "form");
    let forms = begins.map(|(begin, _)| {
        let end = tags[begin..].iter().position(|tag| tag.name == "/form").map_or(tags.len(), |length| begin + length);
        begin..end
    });
    let forms = forms.filter(|form| tags[form.clone()].iter().any(goes));
    let has = |form: &Range<usize>, name: &str| {
        let name = escaped(name);
        tags[form.clone()].iter().any(|tag| tag.is_control() && tag.value("name") == Some(&name))
    };
    forms.min_by_key(|form| sent.iter().filter(|(name, _)| !has(form, name)).count())
}

/// The tags of a form, and the inputs elsewhere on the page that say that they are its own.
fn of_form<'a>(tags: Vec<Tag<'a>>, form: &Range<usize>) -> Vec<Tag<'a>> {
    let id = tags[form.start].value("id").map(str::to_owned);
    let own = |tag: &Tag<'_>| id.is_some() && tag.name == "input" && tag.value("form") == id.as_deref();
    tags.into_iter().enumerate().filter(|(place, tag)| form.contains(place) || own(tag)).map(|(_, tag)| tag).collect()
}

/// Whether a refusal of this name is about the field: `bank account` is about `bank_account`, `IBAN` about `iban`.
fn is_called(tag: &Tag<'_>, about: &str) -> bool {
    tag.value("name") == Some(about) || tag.value("name") == Some(&about.replace(' ', "_").to_lowercase())
}

/// Where the element of a tag ends.
fn after(tags: &[Tag<'_>], place: usize) -> usize {
    let end = match tags[place].name {
        "select" => "/select",
        "textarea" => "/textarea",
        _ => return tags[place].at.end,
    };
    tags[place..].iter().find(|tag| tag.name == end).map_or(tags[place].at.end, |tag| tag.at.end)
}

/// The controls of a form as they were sent. Of several of one name each takes the next value.
fn filled(page: &str, tags: &[Tag<'_>], sent: &[(String, String)], blamed: Option<usize>) -> Vec<Edit> {
    let mut left: Vec<(String, String)> = sent.iter().map(|(name, value)| (escaped(name), escaped(value))).collect();
    let all = left.clone();
    let has = |name: &str, value: &str| all.iter().any(|(known, sent)| known == name && sent == value);
    let mut take = |name: &str| {
        let place = left.iter().position(|(known, _)| known == name)?;
        Some(left.remove(place).1)
    };
    let (mut edits, mut chosen): (Vec<Edit>, Option<String>) = (Vec::new(), None);
    let mut folded: Vec<usize> = Vec::new();
    for (place, tag) in tags.iter().enumerate() {
        let name = tag.value("name").unwrap_or_default();
        let mut new = Vec::new();
        let mut without = vec!["autofocus"];
        if tag.is_box() {
            without.push("checked");
            new.extend(has(name, tag.value("value").unwrap_or("on")).then(|| " checked".to_owned()));
        } else if tag.name == "option"
            && let Some(chosen) = &chosen
        {
            without.push("selected");
            new.extend((tag.value("value") == Some(chosen)).then(|| " selected".to_owned()));
        } else if tag.name == "/select" {
            chosen = None;
            continue;
        } else if tag.name == "details" {
            folded.push(place);
            continue;
        } else if tag.name == "/details" {
            folded.pop();
            continue;
        } else if tag.is_field() {
            let value = take(name);
            if blamed == Some(place) || value.as_ref().is_some_and(|value| !value.is_empty()) {
                let unfolded = folded.drain(..).map(|place| &tags[place]);
                edits.extend(unfolded.map(|tag| (tag.at.clone(), rewritten(tag, &["open"], &[" open".to_owned()]))));
            }
            match tag.name {
                "select" => chosen = value,
                "textarea" => edits.extend(value.map(|value| (tag.at.end..text_end(page, tag), format!("\n{value}")))),
                _ => {
                    if let Some(value) = value {
                        without.push("value");
                        new.push(format!(" value=\"{value}\""));
                    }
                }
            }
            if blamed == Some(place) {
                let hint = tag.value("aria-describedby").map_or(String::new(), |hint| format!(" {hint}"));
                new.push(format!(" aria-invalid=\"true\" aria-describedby=\"{SAID}{hint}\" autofocus"));
                without.extend(["aria-invalid", "aria-describedby"]);
            }
        } else {
            continue;
        }
        edits.push((tag.at.clone(), rewritten(tag, &without, &new)));
    }
    edits
}

/// Where the text of an element ends.
fn text_end(page: &str, tag: &Tag<'_>) -> usize {
    page[tag.at.end..].find('<').map_or(page.len(), |length| tag.at.end + length)
}

/// The tag without some of its attributes, and with others.
fn rewritten(tag: &Tag<'_>, without: &[&str], new: &[String]) -> String {
    let kept = tag.attributes.iter().filter(|(name, _)| !without.contains(name));
    let kept: String = kept
        .map(|(name, value)| value.map_or_else(|| format!(" {name}"), |value| format!(" {name}=\"{value}\"")))
        .collect();
    format!("<{}{kept}{}>", tag.name, new.concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    fn why(about: Option<&'static str>) -> Refused {
        Refused { words: "no \"<IBAN>\"".into(), about }
    }

    fn form(field: &str) -> String {
        let form = html! {
            form method="post" action="/a?x=1&y=2" {
                input type="hidden" name="once" value="new";
                input type="hidden" name="version" value="2";
                div.body {
                    input id="iban" name="iban" required aria-describedby="iban-hint" value="old";
                    textarea name="text" { "as it was" }
                    details { summary { "More" } input name="note"; }
                    details { summary { "Not said" } input name="nothing"; }
                    select name="reason" { option value="price" selected { "Price" } option value="goods" { "Goods" } }
                    label { input type="checkbox" name="document" value="A & \"B\""; }
                    label { input type="checkbox" name="document" value="C" checked; }
                    input name="pays"; input name="pays";
                    input name="secret" type="password";
                }
            }
        };
        let other = html! { form method="post" action="/a?x=1&y=2" { input name="other" value="mine"; } };
        html! { main { (other) (form) (field) } }.into_string()
    }

    #[test]
    fn all_that_was_typed_is_there_again_and_the_field_to_blame_says_why() {
        let typed = sent(&[
            ("once", "old"),
            ("version", "1"),
            ("iban", "DE\"1<"),
            ("text", "two\nlines & </textarea>"),
            ("note", "folded"),
            ("nothing", ""),
            ("reason", "goods"),
            ("document", "A & \"B\""),
            ("pays", ""),
            ("pays", "2.00"),
            ("secret", "xyz"),
        ]);
        let page = refilled(&form(""), "/a?x=1&y=2", &typed, &why(Some("IBAN")));
        for part in [
            "name=\"once\" value=\"new\"",
            "name=\"version\" value=\"2\"",
            "value=\"DE&quot;1&lt;\"",
            "aria-invalid=\"true\" aria-describedby=\"refused iban-hint\" autofocus><span class=\"problem\" id=\"refused\" role=\"alert\">no &quot;&lt;IBAN&gt;&quot;</span>",
            "<textarea name=\"text\">\ntwo\nlines &amp; &lt;/textarea&gt;</textarea>",
            "<details open><summary>More</summary><input name=\"note\" value=\"folded\">",
            "<details><summary>Not said",
            "<option value=\"price\">",
            "<option value=\"goods\" selected>",
            "value=\"A &amp; &quot;B&quot;\" checked>",
            "value=\"C\">",
            "<input name=\"pays\" value=\"\"><input name=\"pays\" value=\"2.00\">",
            "value=\"mine\"",
        ] {
            assert!(page.contains(part), "{part} is not in {page}");
        }
        assert!(!page.contains("xyz"), "{page}");
    }

    #[test]
    fn a_box_elsewhere_on_the_page_that_is_of_the_form_is_ticked_again() {
        let tick = |value: &str| html! { input type="checkbox" name="letter" value=(value) form="chosen"; };
        let form = html! { form id="chosen" action="/hold" { input name="why"; } };
        let page = html! { main { (tick("1")) (form) (tick("2")) (tick("3")) } }.into_string();
        let page = refilled(&page, "/hold", &sent(&[("why", ""), ("letter", "1"), ("letter", "3")]), &why(None));
        let ticks: Vec<&str> =
            page.split("name=\"letter\"").skip(1).map(|rest| rest.split('>').next().unwrap()).collect();
        assert_eq!(
            ticks.iter().map(|tick| tick.ends_with("checked")).collect::<Vec<_>>(),
            [true, false, true],
            "{page}"
        );
        assert!(page.contains("action=\"/hold\"><span class=\"problem\""), "{page}");
    }

    #[test]
    fn what_no_field_is_to_blame_for_stands_above_the_fields_and_a_form_that_is_gone_loses_no_word() {
        let page = refilled(&form(""), "/a?x=1&y=2", &sent(&[("iban", "DE1")]), &why(Some("difference")));
        assert!(
            page.contains(
                "<div class=\"body\"><span class=\"problem\" id=\"refused\" role=\"alert\" tabindex=\"-1\" autofocus>"
            ),
            "{page}"
        );
        let two =
            html! { main { form action="/yes" { input name="why"; button formaction="/no" { "No" } } } }.into_string();
        let page = refilled(&two, "/no", &sent(&[("why", "late")]), &why(None));
        assert!(page.contains("<input name=\"why\" value=\"late\">"), "{page}");
        let page = refilled(&form("end"), "/gone", &sent(&[("iban", "DE1")]), &why(None));
        assert!(page.starts_with("<main><span class=\"problem\"") && page.contains("value=\"old\""), "{page}");
        assert_eq!(tags("<").len() + tags("a > b").len(), 0);
    }
}

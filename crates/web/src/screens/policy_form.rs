//! The policy as a form: every key of it, written into the same text that the text editor shows, so that both change one
//! draft. Nothing is recorded until it is put before a second person.

mod fields;

use axum::extract::Query;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use dunwell_desk::policy_file::{self, PRESETS, PolicyProblem};
use dunwell_desk::policy_text::PolicyText;
use dunwell_desk::rules::article::with_article;
use dunwell_desk::{Refusal, Stop};
use maud::{Markup, html};

use crate::answer::{Answer, Problem};
use crate::caller::Caller;
use crate::frame;
use crate::posted::{Posted, form_fields};
use crate::screens::policy::{From, editor, outcome_card, text_of, text_to_begin_with, tried};
use crate::words::{count, spoken};
use fields::{
    ALONE, COLLECTOR, Field, Group, Kind, LIMIT, REASON, RULE, SCOPE, WHEN, each, groups, left_out, problems_at, shown,
    steps,
};

/// What is shown: the text, and what is wrong with it.
struct Shown<'a> {
    text: &'a PolicyText,
    problems: &'a [PolicyProblem],
}

/// `GET /policy/form`, beginning with what is in force, a preset or a draft.
pub(crate) async fn page(caller: Caller, Query(from): Query<From>) -> Answer {
    let text = text_to_begin_with(&caller.desk, from.from.as_deref()).await?;
    let main = match PolicyText::parse(&text) {
        Ok(parsed) => form(&caller, &Shown { text: &parsed, problems: &[] }),
        Err(error) => editor(&caller, &text, &[no_toml(error)]),
    };
    Ok(framed(&caller, &main))
}

fn framed(caller: &Caller, main: &Markup) -> axum::response::Response {
    let main = html! {
        div.acc.narrow {
            h1 { "Change the policy" }
            p.sub {
                "Begin with "
                @for (name, _) in PRESETS { a.l href={ "/policy/form?from=" (name) } { (name) } " · " }
                a.l href="/policy/form" { "what is in force" }
            }
            (main)
        }
    };
    frame::page(caller, "/policy", "Change the policy", &main)
}

fn no_toml(message: String) -> PolicyProblem {
    PolicyProblem { line: 0, column: 0, key: String::new(), message }
}

/// `POST /policy/form`: takes over what was typed and does what the button says: tries the policy, opens the text, or adds,
/// moves or takes out an entry of a list. Nothing is recorded.
pub(crate) async fn take(posted: Posted) -> Answer {
    let (caller, typed) = posted.unkept();
    let raw = text_of(&typed)?;
    let mut text = match PolicyText::parse(&raw) {
        Ok(text) => text,
        Err(error) => {
            let main = editor(&caller, &raw, &[no_toml(error)]);
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, framed(&caller, &main)).into_response());
        }
    };
    let act = typed.text("do").unwrap_or("try");
    if act == "open" {
        return Ok(framed(&caller, &form(&caller, &Shown { text: &text, problems: &[] })));
    }
    let mut problems = fields::fill(&mut text, &typed);
    match act.split_once(' ') {
        Some((change, at)) => {
            changed(&mut text, change, at)?;
            return Ok(framed(&caller, &form(&caller, &Shown { text: &text, problems: &[] })));
        }
        None if act == "text" => return Ok(framed(&caller, &editor(&caller, &text.text(), &problems))),
        None => {}
    }
    let written = text.text();
    let outcome = match policy_file::read(&written, caller.desk.settings().currency) {
        Ok(policy) if problems.is_empty() => Some(tried(&caller, policy).await?),
        Ok(_) => None,
        Err(Stop::Refused(Refusal::PolicyInvalid(found))) => {
            // What could not be taken over is said in the form's own words.
            let news = found.into_iter().filter(|_| problems.is_empty()).collect::<Vec<_>>();
            problems.extend(news);
            None
        }
        Err(stop) => return Err(stop.into()),
    };
    let main = html! {
        @if let Some(trial) = &outcome { (outcome_card(&caller, &written, trial)) }
        (form(&caller, &Shown { text: &text, problems: &problems }))
    };
    let status = if problems.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    Ok((status, framed(&caller, &main)).into_response())
}

/// Adds, moves or takes out an entry, as `add notices.step`, `up notices.step[2]`, `remove notices.step[2]` ask.
fn changed(text: &mut PolicyText, change: &str, at: &str) -> Result<(), Problem> {
    let unknown = || Problem::Malformed(format!("There is no change '{change}' of '{at}'."));
    if change == "add" {
        let known = LISTS.contains(&at) || groups(text).iter().any(|group| at == format!("{}.step", group.path));
        if !known {
            return Err(unknown());
        }
        text.add(at);
        return Ok(());
    }
    let (list, place) = at.strip_suffix(']').and_then(|at| at.rsplit_once('[')).ok_or_else(unknown)?;
    let place: usize = place.parse().map_err(|_| unknown())?;
    match change {
        "remove" => text.remove(list, place),
        "down" => text.swap_with_next(list, place),
        "up" if place > 0 => text.swap_with_next(list, place - 1),
        _ => return Err(unknown()),
    }
    Ok(())
}

/// The lists at the top of a policy that can grow.
const LISTS: [&str; 9] = [
    "notices.step",
    "notices.scope",
    "worklist.rule",
    "assignment.collector",
    "cash.reason",
    "write_off.alone",
    "approval.limit",
    "approval.refund_limit",
    "approval.write_off_limit",
];

fn form(caller: &Caller, shown: &Shown<'_>) -> Markup {
    let text = shown.text;
    html! {
        form.stack method="post" action="/policy/form" {
            (form_fields(caller))
            input type="hidden" name="text" value=(text.text());
            div.acts {
                button.pri type="submit" name="do" value="try" { "Check and try on today's book" }
                button type="submit" name="do" value="text" { "Edit as text" }
                a.btn href="/policy" { "Cancel" }
            }
            (summary(shown))
            (card("The policy", "policy", &plain(shown, "", &fields::POLICY)))
            (card("What holds notices back", "notices", &plain(shown, "notices", &fields::NOTICES)))
            (card("The ladder, lowest step first", "notices-step", &ladder(shown, "notices.step")))
            (card("Exceptions for an account or a segment", "notices-scope", &scopes(shown)))
            (card("How payment history is read", "assessment", &plain(shown, "assessment", &fields::ASSESSMENT)))
            (card("How serious it is", "seriousness", &plain(shown, "seriousness", &fields::SERIOUSNESS)))
            (card("What a collector sees first", "worklist", &html! {
                (plain(shown, "worklist", &fields::WORKLIST))
                (entries(shown, "worklist.rule", "Rule", &[&RULE, &WHEN]))
            }))
            (card("Who looks after which accounts", "assignment", &entries(shown, "assignment.collector", "Collector", &[&COLLECTOR])))
            (card("What a receipt pays", "cash", &html! {
                (plain(shown, "cash", &fields::CASH))
                (entries(shown, "cash.reason", "Reason", &[&REASON]))
            }))
            (card("Who writes off how much alone", "write-off", &entries(shown, "write_off.alone", "Limit", &[&ALONE])))
            (card("Who may sign what", "approval", &html! {
                (plain(shown, "approval", &fields::APPROVAL))
                (entries(shown, "approval.limit", "Limit", &[&LIMIT]))
                (entries(shown, "approval.refund_limit", "Limit for refunds", &[&LIMIT]))
                (entries(shown, "approval.write_off_limit", "Limit for write-offs", &[&LIMIT]))
            }))
            div.acts { button.pri type="submit" name="do" value="try" { "Check and try on today's book" } }
        }
    }
}

fn card(title: &str, id: &str, body: &Markup) -> Markup {
    html! { section.card id=(id) aria-labelledby={ (id) "-title" } { header { h2 id={ (id) "-title" } { (title) } } div.in.stack { (body) } } }
}

/// Every problem, with a link to its field.
fn summary(shown: &Shown<'_>) -> Markup {
    if shown.problems.is_empty() {
        return html! {};
    }
    let keys: Vec<String> = groups(shown.text)
        .iter()
        .flat_map(|group| group.fields.iter().map(|field| group.key(field)).collect::<Vec<_>>())
        .collect();
    html! {
        div.problem id="problems" role="alert" {
            p.b { (count(shown.problems.len(), "problem", "problems")) }
            ul { @for problem in shown.problems {
                @let field = keys.iter().find(|key| problems_at(std::slice::from_ref(problem), key).next().is_some());
                li {
                    @if let Some(key) = field { a.to href={ "#" (id_of(key)) } { (problem.key) } ": " }
                    @else if !problem.key.is_empty() { (problem.key) ": " }
                    @else if problem.line > 0 { "Line " (problem.line) ": " }
                    (problem.message)
                }
            } }
        }
    }
}

/// The key as an id of the page.
fn id_of(key: &str) -> String {
    key.replace(['.', '['], "-").replace(']', "")
}

fn plain(shown: &Shown<'_>, path: &str, fields: &[Field]) -> Markup {
    let group = Group { path: path.to_owned(), fields: fields.to_vec() };
    html! { div.g2 { @for field in fields { (filled(shown, &group.key(field), field)) } } }
}

fn ladder(shown: &Shown<'_>, list: &str) -> Markup {
    let rungs = steps(shown.text, list);
    html! {
        (at_list(shown, list))
        @for (place, rung) in rungs.iter().enumerate() {
            (entry(shown, rung, &title(shown, rung, "Step", place), &moves(list, place, rungs.len())))
        }
        div { button type="submit" name="do" value={ "add " (list) } formaction={ "/policy/form#" (id_of(&format!("{list}[{}]", rungs.len()))) } { "Add a step" } }
    }
}

fn scopes(shown: &Shown<'_>) -> Markup {
    let list = "notices.scope";
    let scopes = each(shown.text, list, &[&SCOPE]);
    html! {
        @if scopes.is_empty() { p.mut { "None: the same holds for everybody." } }
        @for (place, scope) in scopes.iter().enumerate() {
            (entry(shown, scope, &title(shown, scope, "Exception", place), &html! {
                h3 { "A ladder of its own" }
                @if shown.text.count(&format!("{}.step", scope.path)) == 0 { p.mut { "None: the ladder above." } }
                (ladder(shown, &format!("{}.step", scope.path)))
                (take_out(list, place, "this exception"))
            }))
        }
        (more(list, scopes.len(), "Add an exception"))
    }
}

fn entries(shown: &Shown<'_>, list: &str, noun: &str, of: &[&[Field]]) -> Markup {
    let entries = each(shown.text, list, of);
    html! {
        (at_list(shown, list))
        @if entries.is_empty() { p.mut { "None." } }
        @for (place, group) in entries.iter().enumerate() {
            @let title = title(shown, group, noun, place);
            (entry(shown, group, &title, &take_out(list, place, &title)))
        }
        (more(list, entries.len(), &format!("Add {}", with_article(&noun.to_lowercase()))))
    }
}

/// What an entry is called: its name, where it has one.
fn title(shown: &Shown<'_>, group: &Group, noun: &str, place: usize) -> String {
    let named = ["id", "name", "role", "account", "segment"].into_iter();
    let name = named
        .filter_map(|key| shown.text.get(&format!("{}.{key}", group.path)))
        .find_map(|value| value.as_str().map(spoken));
    match name.filter(|name| !name.is_empty()) {
        Some(name) => format!("{noun} {}: {name}", place + 1),
        None => format!("{noun} {}", place + 1),
    }
}

fn entry(shown: &Shown<'_>, group: &Group, title: &str, below: &Markup) -> Markup {
    let (conditions, own): (Vec<&Field>, Vec<&Field>) =
        group.fields.iter().partition(|field| field.key.starts_with("when."));
    let set = conditions.iter().filter(|field| shown.text.get(&group.key(field)).is_some()).count();
    let wrong = problems_at(shown.problems, &format!("{}.when", group.path)).next().is_some();
    html! {
        fieldset.entry id=(id_of(&group.path)) {
            legend { (title) }
            @for problem in shown.problems.iter().filter(|problem| problem.key == group.path) { p.bad { (problem.message) } }
            div.g2 { @for field in own { (filled(shown, &group.key(field), field)) } }
            @if !conditions.is_empty() {
                details open[set > 0 || wrong] {
                    summary { @if set == 0 { "No conditions" } @else { (count(set, "condition", "conditions")) ", all must hold" } span.sr { " of " (title) } }
                    @for problem in shown.problems.iter().filter(|problem| problem.key == format!("{}.when", group.path)) { p.bad { (problem.message) } }
                    div.g2 { @for field in conditions { (filled(shown, &group.key(field), field)) } }
                }
            }
            (below)
        }
    }
}

/// What is wrong with a list as a whole.
fn at_list(shown: &Shown<'_>, list: &str) -> Markup {
    html! { @for problem in shown.problems.iter().filter(|problem| problem.key == list) { p.bad { (problem.message) } } }
}

fn moves(list: &str, place: usize, steps: usize) -> Markup {
    let to = |place: usize| format!("/policy/form#{}", id_of(&format!("{list}[{place}]")));
    html! {
        div.acts {
            @if place > 0 {
                button type="submit" name="do" value={ "up " (list) "[" (place) "]" } formaction=(to(place - 1)) { "Move up" span.sr { " step " (place + 1) } }
            }
            @if place + 1 < steps {
                button type="submit" name="do" value={ "down " (list) "[" (place) "]" } formaction=(to(place + 1)) { "Move down" span.sr { " step " (place + 1) } }
            }
            (remove_button(list, place, &format!("step {}", place + 1)))
        }
    }
}

fn take_out(list: &str, place: usize, what: &str) -> Markup {
    html! { div.acts { (remove_button(list, place, what)) } }
}

fn remove_button(list: &str, place: usize, what: &str) -> Markup {
    let back = format!("/policy/form#{}", id_of(list));
    html! { button type="submit" name="do" value={ "remove " (list) "[" (place) "]" } formaction=(back) { "Take out" span.sr { " " (what) } } }
}

fn more(list: &str, entries: usize, words: &str) -> Markup {
    let there = format!("/policy/form#{}", id_of(&format!("{list}[{entries}]")));
    html! { div { button type="submit" name="do" value={ "add " (list) } formaction=(there) { (words) } } }
}

/// One key with what it holds, what it means and what is wrong with it.
fn filled(shown: &Shown<'_>, key: &str, field: &Field) -> Markup {
    let value = shown.text.get(key).or_else(|| left_out(key));
    let wrong: Vec<&str> = problems_at(shown.problems, key).collect();
    let id = id_of(key);
    let told = [(!field.hint.is_empty(), "hint"), (!wrong.is_empty(), "wrong")];
    let told: Vec<String> = told.into_iter().filter(|(is, _)| *is).map(|(_, what)| format!("{id}-{what}")).collect();
    let told = (!told.is_empty()).then(|| told.join(" "));
    let after = html! {
        @if !field.hint.is_empty() { span.hint id={ (id) "-hint" } { (field.hint) } }
        @if !wrong.is_empty() { span.bad id={ (id) "-wrong" } { (wrong.join("; ")) } }
    };
    let invalid = (!wrong.is_empty()).then_some("true");
    let line = value.as_ref().map(self::shown).unwrap_or_default();
    match field.kind {
        Kind::Flag => html! {
            div.fld { label.ck { input type="checkbox" id=(id) name=(key) value="1" checked[line == "true"] aria-invalid=[invalid] aria-describedby=[told]; (field.label) } (after) }
        },
        Kind::Many(words) => {
            let chosen: Vec<&str> =
                value.iter().flat_map(|value| value.as_array()).flatten().filter_map(|word| word.as_str()).collect();
            html! {
                fieldset.fld id=(id) aria-describedby=[told] {
                    legend { (field.label) }
                    div.chips { @for word in words() { label.ck { input type="checkbox" name=(key) value=(word) checked[chosen.contains(&word)]; (spoken(word)) } } }
                    (after)
                }
            }
        }
        Kind::One(words) => html! {
            div.fld { label for=(id) { (field.label) }
                select id=(id) name=(key) aria-invalid=[invalid] aria-describedby=[told] {
                    option value="" { "not said" }
                    @for word in words() { option value=(word) selected[word == line] { (spoken(word)) } }
                }
                (after) }
        },
        Kind::Names => html! {
            div.fld { label for=(id) { (field.label) } textarea id=(id) name=(key) aria-invalid=[invalid] aria-describedby=[told] { (line) } (after) }
        },
        Kind::Line | Kind::Number | Kind::Words | Kind::Numbers => html! {
            div.fld { label for=(id) { (field.label) }
                input id=(id) name=(key) value=(line) inputmode=[matches!(field.kind, Kind::Number).then_some("numeric")] aria-invalid=[invalid] aria-describedby=[told];
                (after) }
        },
    }
}

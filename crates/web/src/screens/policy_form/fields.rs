//! What a policy is made of, as a form names it: every key with its words, and how what is typed becomes a value.

use dunwell_desk::policy_file::PolicyProblem;
use dunwell_desk::policy_text::PolicyText;
use dunwell_desk::rules::approval::{ApprovalPolicy, Role};
use dunwell_desk::rules::assessment::{Flag, Seriousness};
use dunwell_desk::rules::cash::CashPolicy;
use dunwell_desk::rules::dispute::DisputeReason;
use dunwell_desk::rules::policy::{AssessmentPolicy, Channel, NoticePolicy, SeriousnessPolicy};
use dunwell_desk::rules::trend::TrendWord;
use dunwell_desk::rules::worklist::{TaskKind, WorklistPolicy};
use serde_json::{Value, json};

use crate::posted::Fields;

/// How a key is filled in.
#[derive(Debug, Clone, Copy)]
pub(super) enum Kind {
    /// A line of text, or an amount.
    Line,
    /// A whole number.
    Number,
    /// Yes or no.
    Flag,
    /// One of several words, or none.
    One(fn() -> Vec<&'static str>),
    /// Any of several words.
    Many(fn() -> Vec<&'static str>),
    /// Texts, parted by commas.
    Words,
    /// Whole numbers, parted by commas.
    Numbers,
    /// Names with a number each, a line each: `anna = 20`.
    Names,
}

/// A key of the policy.
#[derive(Debug, Clone, Copy)]
pub(super) struct Field {
    /// The key within its group.
    pub(super) key: &'static str,
    /// What a manager calls it.
    pub(super) label: &'static str,
    /// What it means, with its unit.
    pub(super) hint: &'static str,
    /// How it is filled in.
    pub(super) kind: Kind,
    /// Whether it must be filled in.
    pub(super) needed: bool,
}

const fn needed(key: &'static str, label: &'static str, hint: &'static str, kind: Kind) -> Field {
    Field { key, label, hint, kind, needed: true }
}

const fn free(key: &'static str, label: &'static str, hint: &'static str, kind: Kind) -> Field {
    Field { key, label, hint, kind, needed: false }
}

/// The policy itself.
pub(super) const POLICY: [Field; 2] = [
    needed("name", "Name", "Letters, digits, - and _", Kind::Line),
    free("about", "What it is for", "In a sentence", Kind::Line),
];

/// What holds the ladder back.
pub(super) const NOTICES: [Field; 9] = [
    needed("quiet_days", "Quiet days after a contact", "Calendar days", Kind::Number),
    needed("grace_days", "Grace", "Calendar days past due that do not count yet", Kind::Number),
    needed("minimum_amount", "Smallest amount chased", "In the book's currency", Kind::Line),
    needed("minimum_percent", "Smallest share chased", "Percent of what is open", Kind::Number),
    needed("promise_grace_business_days", "Grace of a promise", "Business days", Kind::Number),
    needed("call_expires_business_days", "A call nobody made expires", "After business days", Kind::Number),
    needed(
        "bank_feed_max_age_business_days",
        "Oldest bank statement",
        "Business days; older, nobody is chased",
        Kind::Number,
    ),
    needed("first_live_run_max_notices", "Most notices of the first live run", "Notices", Kind::Number),
    needed(
        "first_reminder_max_days_past_due",
        "Latest first reminder",
        "Days past due; later a person calls first",
        Kind::Number,
    ),
];

/// A rung of the ladder.
pub(super) const STEP: [Field; 6] = [
    needed("id", "Name", "Small letters and _", Kind::Line),
    needed("days_past_due", "Days past due", "Below zero: before the due date", Kind::Number),
    needed("channels", "By", "", Kind::Many(channels)),
    free("letter", "Letter level", "1 friendly to 4 final; for mail and letter", Kind::Number),
    free("proposed", "Proposed: waits for a signature", "", Kind::Flag),
    free("approver", "Who signs", "Of a proposed step; a manager when left out", Kind::One(signers)),
];

/// The closed vocabulary of conditions; all that are filled in must hold.
pub(super) const WHEN: [Field; 13] = [
    free("when.oldest_days_past_due_at_least", "Oldest at least", "Days past due", Kind::Number),
    free("when.oldest_days_past_due_at_most", "Oldest at most", "Days past due", Kind::Number),
    free("when.collectible_at_least", "Collectible at least", "Amount", Kind::Line),
    free("when.past_due_at_least", "Past due at least", "Amount", Kind::Line),
    free("when.disputed_at_least", "Disputed at least", "Amount", Kind::Line),
    free("when.unapplied_at_least", "Unapplied at least", "Amount", Kind::Line),
    free("when.broken_promises_at_least", "Broken promises at least", "In a year", Kind::Number),
    free("when.risk_class_in", "Risk class is one of", "Parted by commas", Kind::Words),
    free("when.segment_is", "Segment is", "", Kind::Line),
    free("when.trend_is", "Payment trend is", "", Kind::One(trends)),
    free("when.seriousness_at_least", "Seriousness at least", "", Kind::One(seriousness)),
    free("when.flag_is", "Flag raised", "", Kind::One(flags)),
    free("when.days_since_contact_at_least", "Last contact at least", "Days ago", Kind::Number),
];

/// What differs for one account or one segment.
pub(super) const SCOPE: [Field; 8] = [
    free("account", "Account", "Customer number; or a segment", Kind::Line),
    free("segment", "Segment", "Or an account", Kind::Line),
    free("quiet_days", "Quiet days after a contact", "Empty: as above", Kind::Number),
    free("grace_days", "Grace", "Empty: as above", Kind::Number),
    free("minimum_amount", "Smallest amount chased", "Empty: as above", Kind::Line),
    free("minimum_percent", "Smallest share chased", "Empty: as above", Kind::Number),
    free("promise_grace_business_days", "Grace of a promise", "Empty: as above", Kind::Number),
    free("first_reminder_max_days_past_due", "Latest first reminder", "Empty: as above", Kind::Number),
];

/// How the payment history is read.
pub(super) const ASSESSMENT: [Field; 7] = [
    needed("trend_change_days", "Trend changes by", "Days late, 3 months against 9", Kind::Number),
    needed("trend_min_lines", "Fewest invoices for a trend", "In each window", Kind::Number),
    needed("routinely_late_percent", "Routinely late from", "Percent of invoices", Kind::Number),
    needed("routinely_late_min_lines", "Fewest invoices for that", "Closed in 12 months", Kind::Number),
    needed("new_account_days", "New account for", "Days after its first document", Kind::Number),
    needed("stopped_paying_days", "Stopped paying after", "Days without a payment", Kind::Number),
    needed("short_payer_min_lines", "Short-payer from", "Past-due invoices paid in part", Kind::Number),
];

/// How serious a delinquency is.
pub(super) const SERIOUSNESS: [Field; 6] = [
    needed("amount_bands", "Bands of amounts", "Rising, parted by commas; each one reached is a point", Kind::Words),
    needed(
        "age_bands_days",
        "Bands of days past due",
        "Rising, parted by commas; each one reached is a point",
        Kind::Numbers,
    ),
    needed("worsening_points", "Points for a worsening trend", "", Kind::Number),
    needed("medium_from", "Medium from", "Points", Kind::Number),
    needed("high_from", "High from", "Points", Kind::Number),
    needed("critical_from", "Critical from", "Points", Kind::Number),
];

/// What a collector does in a day.
pub(super) const WORKLIST: [Field; 2] = [
    needed("capacity", "Rows a collector works in a day", "", Kind::Number),
    free("capacity_of", "Others by name", "A line each, as anna = 20", Kind::Names),
];

/// What gives points.
pub(super) const RULE: [Field; 3] = [
    needed("id", "Name", "", Kind::Line),
    needed("points", "Points", "Below zero pushes down", Kind::Number),
    free("task_in", "Only when the next action is", "None chosen: always", Kind::Many(tasks)),
];

/// What a collector takes.
pub(super) const COLLECTOR: [Field; 6] = [
    needed("name", "Name of the user", "", Kind::Line),
    free("segment_in", "Segments", "Parted by commas", Kind::Words),
    free("risk_class_in", "Risk classes", "Parted by commas", Kind::Words),
    free("code_from", "Customer numbers from", "", Kind::Line),
    free("code_to", "Customer numbers to", "", Kind::Line),
    free("max_accounts", "Most accounts", "", Kind::Number),
];

/// How receipts are matched.
pub(super) const CASH: [Field; 8] = [
    needed("order", "Rules tried, in this order", "Parted by commas; one left out is not tried", Kind::Words),
    needed("discount_grace_days", "Grace of a cash discount", "Calendar days after its last day", Kind::Number),
    needed("tolerance", "Small difference written off", "In the receipt's currency; 0 writes nothing off", Kind::Line),
    needed("subset_lines", "Most lines looked at for a sum", "Open lines of a payer", Kind::Number),
    needed("subset_chance", "A sum by chance", "At most one receipt in so many", Kind::Number),
    needed(
        "currency_tolerance_bp",
        "Currency difference allowed",
        "Basis points of what is paid in another currency",
        Kind::Number,
    ),
    free("apply_named_currency", "Documents named in another currency are paid by themselves", "", Kind::Flag),
    needed(
        "stated_rate_bp",
        "A stated rate may differ",
        "Basis points of the dated rate, where one is known",
        Kind::Number,
    ),
];

/// What a payer's own reason means.
pub(super) const REASON: [Field; 2] = [
    needed("stated", "What the payer writes", "A code or words, in any case", Kind::Line),
    needed("means", "Reason of the dispute", "", Kind::One(|| DisputeReason::ALL.map(DisputeReason::code).to_vec())),
];

/// How long a request can be signed, and what is added up before a limit is asked.
pub(super) const APPROVAL: [Field; 2] = [
    needed("expires_after_days", "A request can be signed for", "Calendar days", Kind::Number),
    needed("adds_up_days", "Requests of one person add up for", "Calendar days, before a limit is asked", Kind::Number),
];

/// What a role writes off without asking.
pub(super) const ALONE: [Field; 2] = [
    needed("role", "Role", "", Kind::One(|| vec!["collector", "manager"])),
    needed("up_to", "Writes off up to", "In the book's currency, of one account", Kind::Line),
];

/// What a role signs.
pub(super) const LIMIT: [Field; 2] = [
    needed("role", "Role", "", Kind::One(signers)),
    needed("up_to", "Signs up to", "In the book's currency", Kind::Line),
];

fn channels() -> Vec<&'static str> {
    Channel::ALL.map(Channel::code).to_vec()
}

fn signers() -> Vec<&'static str> {
    Role::ALL.into_iter().filter(|role| role.may_approve()).map(Role::code).collect()
}

fn tasks() -> Vec<&'static str> {
    TaskKind::ALL.map(TaskKind::code).to_vec()
}

fn flags() -> Vec<&'static str> {
    Flag::ALL.map(Flag::code).to_vec()
}

fn trends() -> Vec<&'static str> {
    use TrendWord::{Improving, NotDefined, Stable, Worsening};
    [Improving, Stable, Worsening, NotDefined].map(TrendWord::code).to_vec()
}

fn seriousness() -> Vec<&'static str> {
    use Seriousness::{Critical, High, Low, Medium, None};
    [None, Low, Medium, High, Critical].map(Seriousness::code).to_vec()
}

/// Fields under a path of the policy.
#[derive(Debug, Clone)]
pub(super) struct Group {
    /// The path, as `notices.step[2]`; empty for the policy itself.
    pub(super) path: String,
    /// The keys.
    pub(super) fields: Vec<Field>,
}

impl Group {
    fn new(path: impl Into<String>, fields: &[&[Field]]) -> Self {
        Self { path: path.into(), fields: fields.concat() }
    }

    /// The whole path of one of its keys.
    pub(super) fn key(&self, field: &Field) -> String {
        if self.path.is_empty() { field.key.to_owned() } else { format!("{}.{}", self.path, field.key) }
    }
}

/// The rungs of the ladder at `list`.
pub(super) fn steps(text: &PolicyText, list: &str) -> Vec<Group> {
    each(text, list, &[&STEP, &WHEN])
}

/// The entries of the list at `list`, with their fields.
pub(super) fn each(text: &PolicyText, list: &str, fields: &[&[Field]]) -> Vec<Group> {
    (0..text.count(list)).map(|place| Group::new(format!("{list}[{place}]"), fields)).collect()
}

/// Every group of the text, in the order of the form.
pub(super) fn groups(text: &PolicyText) -> Vec<Group> {
    let mut groups = vec![Group::new("", &[&POLICY]), Group::new("notices", &[&NOTICES])];
    groups.extend(steps(text, "notices.step"));
    for scope in each(text, "notices.scope", &[&SCOPE]) {
        let ladder = steps(text, &format!("{}.step", scope.path));
        groups.push(scope);
        groups.extend(ladder);
    }
    groups.push(Group::new("assessment", &[&ASSESSMENT]));
    groups.push(Group::new("seriousness", &[&SERIOUSNESS]));
    groups.push(Group::new("worklist", &[&WORKLIST]));
    groups.extend(each(text, "worklist.rule", &[&RULE, &WHEN]));
    groups.extend(each(text, "assignment.collector", &[&COLLECTOR]));
    groups.push(Group::new("cash", &[&CASH]));
    groups.extend(each(text, "cash.reason", &[&REASON]));
    groups.extend(each(text, "write_off.alone", &[&ALONE]));
    groups.push(Group::new("approval", &[&APPROVAL]));
    for list in ["approval.limit", "approval.refund_limit", "approval.write_off_limit"] {
        groups.extend(each(text, list, &[&LIMIT]));
    }
    groups
}

/// What holds where the text leaves a key out.
pub(super) fn left_out(key: &str) -> Option<Value> {
    let (table, leaf) = key.split_once('.')?;
    let whole = match table {
        "notices" => serde_json::to_value(NoticePolicy::default()),
        "assessment" => serde_json::to_value(AssessmentPolicy::default()),
        "seriousness" => serde_json::to_value(SeriousnessPolicy::default()),
        "worklist" => serde_json::to_value(WorklistPolicy::default()),
        "cash" => serde_json::to_value(CashPolicy::default()),
        "approval" => serde_json::to_value(ApprovalPolicy::default()),
        _ => return None,
    };
    whole.ok()?.get(leaf).filter(|value| !value.is_object()).cloned()
}

/// Writes what was typed into the text. What can be no value of its key stays as it was typed, and is told. A key that was
/// not asked stays as it is; a box that is not ticked is not sent, so it is asked with the others of its group.
pub(super) fn fill(text: &mut PolicyText, typed: &Fields) -> Vec<PolicyProblem> {
    let mut problems = Vec::new();
    for group in groups(text) {
        let asked = group.fields.iter().any(|field| typed.has(&group.key(field)));
        for field in &group.fields {
            let key = group.key(field);
            let box_of_group = asked && matches!(field.kind, Kind::Flag | Kind::Many(_));
            if !box_of_group && !typed.has(&key) {
                continue;
            }
            if let Err(message) = fill_one(text, field, &key, typed) {
                problems.push(PolicyProblem { line: 0, column: 0, key, message });
            }
        }
    }
    problems
}

fn fill_one(text: &mut PolicyText, field: &Field, key: &str, typed: &Fields) -> Result<(), String> {
    let line = typed.text(key).unwrap_or_default();
    let mut wrong = None;
    let value = match field.kind {
        Kind::Flag => Some(json!(!line.is_empty())).filter(|value| value == &json!(true) || text.get(key).is_some()),
        Kind::Many(_) => Some(typed.every(key)).filter(|words| field.needed || !words.is_empty()).map(Value::from),
        Kind::Words => Some(parts(line)).filter(|words| field.needed || !words.is_empty()).map(Value::from),
        Kind::Names => return fill_names(text, key, line),
        Kind::Line if field.needed => Some(json!(line)),
        Kind::Line | Kind::One(_) => Some(json!(line)).filter(|_| !line.is_empty()),
        Kind::Number if line.is_empty() && !field.needed => None,
        Kind::Number => Some(number(line).map_or_else(|why| as_typed(&mut wrong, why, json!(line)), Value::from)),
        Kind::Numbers => {
            let numbers: Result<Vec<i64>, String> = parts(line).iter().map(|part| number(part)).collect();
            Some(numbers.map_or_else(|why| as_typed(&mut wrong, why, json!(line)), Value::from))
        }
    };
    let as_it_is = text.get(key).is_none() && value.is_some() && value == left_out(key);
    if !as_it_is {
        text.set(key, value.as_ref());
    }
    wrong.map_or(Ok(()), Err)
}

/// Keeps the reason, and what was typed.
fn as_typed(wrong: &mut Option<String>, why: String, typed: Value) -> Value {
    *wrong = Some(why);
    typed
}

fn fill_names(text: &mut PolicyText, key: &str, lines: &str) -> Result<(), String> {
    let read = |line: &str| {
        let (name, value) =
            line.split_once('=').ok_or_else(|| format!("`{line}` is no name with a number; write it as anna = 20"))?;
        let name = name.trim().trim_matches('"').to_owned();
        Ok((name, number(value.trim())?))
    };
    let names: Result<Vec<(String, i64)>, String> =
        lines.lines().map(str::trim).filter(|line| !line.is_empty()).map(read).collect();
    text.set_names(key, &names?);
    Ok(())
}

fn number(text: &str) -> Result<i64, String> {
    match text {
        "" => Err("must be filled in".to_owned()),
        text => text.parse().map_err(|_| format!("`{text}` is no whole number")),
    }
}

fn parts(text: &str) -> Vec<String> {
    text.split(',').map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

/// A value as its field shows it.
pub(super) fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(values) => values.iter().map(shown).collect::<Vec<_>>().join(", "),
        Value::Object(names) => {
            names.iter().map(|(name, number)| format!("{name} = {number}")).collect::<Vec<_>>().join("\n")
        }
        Value::Null => String::new(),
        Value::Bool(_) | Value::Number(_) => value.to_string(),
    }
}

/// What is wrong with a key: problems of it, and of what lies within it.
pub(super) fn problems_at<'a>(problems: &'a [PolicyProblem], key: &'a str) -> impl Iterator<Item = &'a str> {
    let within = move |problem: &&PolicyProblem| {
        problem.key.strip_prefix(key).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
    };
    problems.iter().filter(within).map(|problem| problem.message.as_str())
}

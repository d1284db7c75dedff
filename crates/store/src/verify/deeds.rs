//! What people and the desk did, played again: accounts, agreements, the ladder, tasks, requests, runs and settings.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

use super::cash::Cash;
use super::refund::Refunds;
use super::remittance::Remittances;
use super::stored::{Expected, Value};
use crate::journal::{ActivityRow, ApprovalRow, BatchRow, JournalRow};

/// Tables of current state as the activity and approval journals make them; keys and columns as in [`super::tables`].
#[derive(Debug, Default)]
pub(super) struct Deeds {
    pub(super) account: Expected,
    pub(super) contact: Expected,
    pub(super) promise: Expected,
    pub(super) dispute: Expected,
    pub(super) hold: Expected,
    pub(super) contact_day: Expected,
    pub(super) step: Expected,
    pub(super) step_item: Expected,
    pub(super) notice: Expected,
    pub(super) pin: Expected,
    pub(super) attachment: Expected,
    pub(super) cash: Cash,
    pub(super) refunds: Refunds,
    pub(super) remittances: Remittances,
    pub(super) task: Expected,
    pub(super) request: Expected,
    pub(super) run_day: Expected,
    pub(super) import: Expected,
    pub(super) policy: Expected,
    pub(super) policy_draft: Expected,
    pub(super) rate: Expected,
    pub(super) control_total: Expected,
    pub(super) closed_month: Expected,
    pub(super) user: Expected,
    /// The keyed hash of the words an entry was given.
    pub(super) words: BTreeMap<(i64, i64), Vec<u8>>,
    /// The keyed hash of the newest name and address of an account, by account; nothing where they were empty.
    pub(super) parties: BTreeMap<i64, Option<Vec<u8>>>,
    /// The keyed hash of what was last said of a person, by contact.
    pub(super) people: BTreeMap<i64, Option<Vec<u8>>>,
    /// Accounts whose people were erased.
    pub(super) erased: BTreeSet<i64>,
    /// Batches that changed an account's facts.
    pub(super) versions: BTreeMap<i64, BTreeSet<i64>>,
    /// The newest settings, by field.
    pub(super) settings: BTreeMap<String, Json>,
    /// Rows that make no sense, in words.
    pub(super) problems: Vec<String>,
    contacts: BTreeMap<i64, i64>,
    notice_of_step: BTreeMap<i64, (i64, i64)>,
    tasks_of_step: BTreeMap<i64, Vec<i64>>,
}

/// Fields of an activity row's detail.
pub(super) struct Detail(Json);

impl Detail {
    pub(super) fn value(&self, name: &str) -> Value {
        match self.0.get(name) {
            Some(Json::String(text)) => Value::from(text.as_str()),
            Some(Json::Number(number)) => Value::from(number.as_i64()),
            Some(Json::Bool(flag)) => Value::from(*flag),
            Some(Json::Null) | None => Value::Null,
            Some(other) => Value::from(other.to_string()),
        }
    }

    /// The texts of a list.
    pub(super) fn texts(&self, name: &str) -> impl Iterator<Item = &str> {
        self.list(name).iter().filter_map(Json::as_str)
    }

    /// A text; empty where there is none.
    pub(super) fn text(&self, name: &str) -> Value {
        Value::from(self.0.get(name).and_then(Json::as_str).unwrap_or_default())
    }

    fn int(&self, name: &str) -> Option<i64> {
        self.0.get(name).and_then(Json::as_i64)
    }

    pub(super) fn flag(&self, name: &str) -> bool {
        self.0.get(name).and_then(Json::as_bool).unwrap_or(false)
    }

    pub(super) fn list(&self, name: &str) -> &[Json] {
        self.0.get(name).and_then(Json::as_array).map_or(&[], Vec::as_slice)
    }

    fn words(&self, name: &str) -> Value {
        let words: Vec<&str> = self.list(name).iter().filter_map(Json::as_str).collect();
        Value::from(words.join(","))
    }

    pub(super) fn bytes(&self, name: &str) -> Value {
        let text = self.0.get(name).and_then(Json::as_str).unwrap_or_default();
        let byte = |place: usize| text.get(place..place + 2).and_then(|pair| u8::from_str_radix(pair, 16).ok());
        Value::Blob((0..text.len()).step_by(2).filter_map(byte).collect())
    }
}

/// The key of something an account owns.
pub(super) fn key(account: i64, id: i64) -> Vec<Value> {
    vec![account.into(), id.into()]
}

/// Columns of an account in the journal's detail, in the table's order.
const ACCOUNT_FIELDS: [&str; 15] = [
    "code",
    "parent",
    "segment",
    "risk_class",
    "language",
    "currency",
    "terms",
    "collector",
    "debtor_kind",
    "business_unit",
    "country",
    "intercompany",
    "incomplete",
    "registration",
    "row_hash",
];

impl Deeds {
    /// Plays the rows of one book again; `batches` by number.
    pub(super) fn of<'a>(rows: impl Iterator<Item = &'a JournalRow>, batches: &BTreeMap<i64, BatchRow>) -> Self {
        let mut deeds = Self::default();
        for row in rows {
            match row {
                JournalRow::Ledger(row) => {
                    for account in [row.account, row.credit_account] {
                        deeds.versions.entry(account).or_default().insert(row.batch);
                    }
                }
                JournalRow::Activity(row) => deeds.activity(row, batches.get(&row.batch)),
                JournalRow::Approval(row) => deeds.approval(row),
                JournalRow::Decision(_) => {}
            }
        }
        deeds
    }

    fn activity(&mut self, row: &ActivityRow, batch: Option<&BatchRow>) {
        let Ok(detail) = serde_json::from_str(&row.detail).map(Detail) else {
            self.problems.push(format!("activity {}: its detail is damaged", row.entry));
            return;
        };
        if let Some(hash) = &row.text_hash {
            self.words.insert((row.account, row.entry), hash.clone());
        }
        if row.account != 0 && (moves_version(&row.kind) || detail.flag("going_live")) {
            self.versions.entry(row.account).or_default().insert(row.batch);
        }
        let recorded_at = batch.map_or(0, |batch| batch.recorded_at);
        match row.kind.as_str() {
            "account_opened" | "account_revised" | "account_assigned" => self.account(row, &detail),
            "contact_added" | "contact_changed" => self.contact(row, &detail),
            "logged" => {
                if detail.flag("is_contact") {
                    self.contacted(row, detail.value("kind"), None);
                }
            }
            "promised" | "promise_ended" => self.promise(row, &detail),
            "disputed" | "dispute_closed" | "held" | "hold_released" => self.agreement(row, &detail),
            "step" | "step_imported" | "step_withdrawn" => self.step(row, &detail),
            "request_withdrawn" => self.withdraw_request(row),
            "notice" => self.notice(row, &detail),
            "notice_held" | "notice_released" => self.hold_notice(row),
            "pinned" => {
                self.pin.insert(key(row.account, row.subject.unwrap_or_default()), vec![row.day.into()]);
            }
            "unpinned" => {
                self.pin.remove(&key(row.account, row.subject.unwrap_or_default()));
            }
            "attached" | "detached" => self.attachment(row, &detail),
            kind if Cash::tells(kind) => self.cash.play(row, &detail),
            kind if Refunds::tells(kind) => self.refunds.play(row, &detail),
            kind if Remittances::tells(kind) => self.remittances.play(row, &detail),
            "task_opened" | "task_closed" | "task_snoozed" | "task_assigned" => self.task(row, &detail),
            "item_reentered" => self.reentered(row, &detail),
            "erased" => {
                self.erased.insert(row.account);
            }
            "alias" | "item_revised" => {}
            _ => self.of_the_book(row, &detail, recorded_at),
        }
    }

    fn account(&mut self, row: &ActivityRow, detail: &Detail) {
        if row.kind != "account_assigned" {
            self.parties.insert(row.account, row.text_hash.clone());
        }
        let whole = |name: &str| match (name, detail.value(name)) {
            ("intercompany" | "incomplete", Value::Null) => Value::Int(0),
            (_, value) => value,
        };
        if row.kind == "account_opened" {
            let mut columns: Vec<Value> = ACCOUNT_FIELDS.iter().map(|name| whole(name)).collect();
            columns.push(row.import.into());
            self.account.insert(vec![row.account.into()], columns);
            return;
        }
        let Some(columns) = self.account.get_mut(&vec![Value::from(row.account)]) else {
            self.problems.push(format!("activity {}: it revises no account", row.entry));
            return;
        };
        for (place, name) in ACCOUNT_FIELDS.iter().enumerate() {
            if let [_, after] = detail.list(name) {
                let after = Detail(serde_json::json!({ "after": after })).value("after");
                columns[place] = after;
            }
        }
    }

    fn contact(&mut self, row: &ActivityRow, detail: &Detail) {
        let id = row.subject.filter(|_| row.kind == "contact_changed").unwrap_or(row.entry);
        self.people.insert(id, row.text_hash.clone());
        let before = self.contacts.insert(id, row.account);
        let import = match before {
            Some(account) => {
                self.versions.entry(account).or_default().insert(row.batch);
                self.contact
                    .remove(&key(account, id))
                    .and_then(|columns| columns.last().cloned())
                    .unwrap_or(Value::Null)
            }
            None => row.import.into(),
        };
        let columns = vec![
            detail.value("source"),
            detail.value("external_id"),
            detail.value("role"),
            detail.value("do_not_contact"),
            import,
        ];
        self.contact.insert(key(row.account, id), columns);
    }

    fn attachment(&mut self, row: &ActivityRow, detail: &Detail) {
        if row.kind == "detached" {
            if let Some(columns) = self.attachment.get_mut(&key(row.account, row.subject.unwrap_or_default())) {
                columns[6] = row.day.into();
            }
            return;
        }
        let columns = vec![
            row.subject.into(),
            detail.value("kind"),
            detail.value("media_type"),
            detail.value("size"),
            detail.bytes("sha256"),
            row.day.into(),
            Value::Null,
        ];
        self.attachment.insert(key(row.account, row.entry), columns);
    }

    fn contacted(&mut self, row: &ActivityRow, channel: Value, notice: Option<i64>) {
        self.contact_day.insert(key(row.account, row.entry), vec![row.day.into(), channel, notice.into()]);
    }

    fn promise(&mut self, row: &ActivityRow, detail: &Detail) {
        if row.kind == "promise_ended" {
            self.end_promise(row.account, row.subject, row.day, row.entry);
            return;
        }
        for replaced in detail.list("replaces") {
            self.end_promise(row.account, replaced.as_i64(), row.day, row.entry);
        }
        let columns = vec![
            row.currency.clone().into(),
            row.amount.into(),
            row.day.into(),
            detail.value("promised_for"),
            Value::from(Json::from(detail.list("items").to_vec()).to_string()),
            Value::Null,
            Value::Null,
        ];
        self.promise.insert(key(row.account, row.entry), columns);
        self.contacted(row, "promise".into(), None);
    }

    fn end_promise(&mut self, account: i64, promise: Option<i64>, day: i64, by: i64) {
        if let Some(columns) = promise.and_then(|promise| self.promise.get_mut(&key(account, promise))) {
            columns[5] = day.into();
            columns[6] = by.into();
        }
    }

    fn agreement(&mut self, row: &ActivityRow, detail: &Detail) {
        let id = key(row.account, row.entry);
        let subject = key(row.account, row.subject.unwrap_or_default());
        match row.kind.as_str() {
            "disputed" => {
                let columns = vec![
                    row.currency.clone().into(),
                    row.subject.into(),
                    detail.value("line"),
                    row.amount.into(),
                    row.day.into(),
                    detail.value("reason"),
                    Value::Null,
                    row.import.into(),
                ];
                self.dispute.insert(id, columns);
            }
            "held" => {
                self.hold.insert(id, vec![detail.value("kind"), row.day.into(), detail.value("until"), Value::Null]);
            }
            "dispute_closed" => {
                if let Some(columns) = self.dispute.get_mut(&subject) {
                    columns[6] = row.day.into();
                }
            }
            _ => {
                if let Some(columns) = self.hold.get_mut(&subject) {
                    columns[3] = row.day.into();
                }
            }
        }
    }

    fn step(&mut self, row: &ActivityRow, detail: &Detail) {
        if row.kind == "step_withdrawn" {
            self.withdraw(row);
            return;
        }
        let imported = row.kind == "step_imported";
        let how = if imported { "imported".into() } else { detail.value("how") };
        let state = if imported { "made".into() } else { detail.value("state") };
        let columns = vec![
            row.currency.clone().into(),
            detail.value("cycle"),
            detail.value("rung"),
            row.day.into(),
            how,
            state,
            row.day.into(),
        ];
        self.step.insert(key(row.account, row.entry), columns);
        for carried in detail.list("items") {
            let parts: Vec<i64> = carried.as_array().into_iter().flatten().filter_map(Json::as_i64).collect();
            if let [item, line, amount] = parts[..] {
                let id = vec![row.account.into(), row.entry.into(), item.into(), line.into()];
                self.step_item.insert(id, vec![amount.into()]);
            }
        }
        if imported {
            self.contacted(row, "notice".into(), None);
        }
    }

    fn set_step(&mut self, account: i64, step: i64, state: &str, day: i64) {
        if let Some(columns) = self.step.get_mut(&key(account, step)) {
            columns[5] = state.into();
            columns[6] = day.into();
        }
    }

    fn withdraw(&mut self, row: &ActivityRow) {
        let Some(step) = row.subject else { return };
        self.set_step(row.account, step, "withdrawn", row.day);
        if let Some((account, notice)) = self.notice_of_step.get(&step).copied() {
            self.contact_day.remove(&key(account, notice));
            if let Some(columns) = self.notice.get_mut(&key(account, notice)) {
                columns[9] = "withdrawn".into();
                columns[10] = row.day.into();
            }
        }
        for task in self.tasks_of_step.get(&step).cloned().unwrap_or_default() {
            self.close_task(row.account, task, row.day, row.entry, "withdrawn".into());
        }
        let requests = self.request.range_mut(key(row.account, i64::MIN)..=key(row.account, i64::MAX));
        for (_, columns) in
            requests.filter(|(_, columns)| columns[1] == Value::Int(step) && columns[8] == "pending".into())
        {
            columns[8] = "withdrawn".into();
            columns[9] = row.day.into();
        }
    }

    fn withdraw_request(&mut self, row: &ActivityRow) {
        let request = row.subject.and_then(|request| self.request.get_mut(&key(row.account, request)));
        match request.filter(|columns| columns[8] == "pending".into()) {
            Some(columns) => {
                columns[8] = "withdrawn".into();
                columns[9] = row.day.into();
            }
            None => self.problems.push(format!("activity {}: no request waits that it could withdraw", row.entry)),
        }
    }

    fn notice(&mut self, row: &ActivityRow, detail: &Detail) {
        let step = row.subject.unwrap_or_default();
        let columns = vec![
            step.into(),
            row.currency.clone().into(),
            row.day.into(),
            detail.value("cycle"),
            detail.value("rung"),
            detail.value("level"),
            detail.words("channels"),
            row.amount.into(),
            detail.words("missing"),
            detail.value("state"),
            row.day.into(),
            row.text_hash.clone().into(),
            Value::Null,
        ];
        self.notice.insert(key(row.account, row.entry), columns);
        self.notice_of_step.insert(step, (row.account, row.entry));
        match detail.value("state") == "sent".into() {
            true => self.contacted(row, "notice".into(), Some(row.entry)),
            false => {
                if self.step.get(&key(row.account, step)).is_some_and(|columns| columns[4] == "proposal".into()) {
                    self.set_step(row.account, step, "planned", row.day);
                }
            }
        }
    }

    fn hold_notice(&mut self, row: &ActivityRow) {
        if let Some(columns) = self.notice.get_mut(&key(row.account, row.subject.unwrap_or_default())) {
            columns[12] = if row.kind == "notice_held" { row.entry.into() } else { Value::Null };
        }
    }

    fn task(&mut self, row: &ActivityRow, detail: &Detail) {
        let subject = row.subject.unwrap_or_default();
        match row.kind.as_str() {
            "task_opened" => {
                let mut columns = vec![
                    detail.value("kind"),
                    detail.value("key"),
                    row.currency.clone().into(),
                    detail.value("step"),
                    row.day.into(),
                ];
                columns.extend(std::iter::repeat_n(Value::Null, 5));
                self.task.insert(key(row.account, row.entry), columns);
                if let Some(step) = detail.int("step") {
                    self.tasks_of_step.entry(step).or_default().push(row.entry);
                }
            }
            "task_closed" => {
                self.close_task(row.account, subject, row.day, row.entry, detail.value("outcome"));
                let step = self.task.get(&key(row.account, subject)).map(|columns| columns[3].clone());
                if let (true, Some(Value::Int(step))) = (detail.flag("step_made"), step) {
                    self.set_step(row.account, step, "made", row.day);
                }
            }
            "task_assigned" => {
                if let (Some(columns), [_, after]) =
                    (self.task.get_mut(&key(row.account, subject)), detail.list("collector"))
                {
                    columns[9] = after.as_str().map(str::to_owned).into();
                }
            }
            _ => {
                if let Some(columns) = self.task.get_mut(&key(row.account, subject)) {
                    columns[8] = detail.value("until");
                }
            }
        }
    }

    fn close_task(&mut self, account: i64, task: i64, day: i64, by: i64, outcome: Value) {
        let open = self.task.get_mut(&key(account, task)).filter(|columns| columns[5] == Value::Null);
        if let Some(columns) = open {
            columns[5] = day.into();
            columns[6] = by.into();
            columns[7] = outcome;
        }
    }

    /// Open disputes, ladder steps and promises that named the old item name the new one.
    fn reentered(&mut self, row: &ActivityRow, detail: &Detail) {
        let (Some(old), Some(new)) = (row.subject, detail.int("became")) else { return };
        let of_account = key(row.account, i64::MIN)..=key(row.account, i64::MAX);
        for (_, columns) in self.dispute.range_mut(of_account.clone()) {
            if columns[1] == Value::Int(old) && columns[6] == Value::Null {
                columns[1] = new.into();
                columns[2] = Value::Null;
            }
        }
        for (_, columns) in self.promise.range_mut(of_account) {
            if let Value::Text(text) = &columns[4] {
                let mut items: Vec<i64> = serde_json::from_str(text).unwrap_or_default();
                items.iter_mut().filter(|item| **item == old).for_each(|item| *item = new);
                columns[4] = Value::from(Json::from(items).to_string());
            }
        }
        let carried: Vec<Vec<Value>> = self
            .step_item
            .range(vec![Value::from(row.account)]..vec![Value::from(row.account + 1)])
            .filter(|(id, _)| id[2] == Value::Int(old))
            .map(|(id, _)| id.clone())
            .collect();
        for mut id in carried {
            if let Some(columns) = self.step_item.remove(&id) {
                id[2] = new.into();
                self.step_item.insert(id, columns);
            }
        }
    }

    fn of_the_book(&mut self, row: &ActivityRow, detail: &Detail, recorded_at: i64) {
        match row.kind.as_str() {
            "run_started" => {
                let columns =
                    vec![row.entry.into(), row.subject.into(), detail.value("caught_up"), Value::Int(0), Value::Int(0)];
                self.run_day.insert(vec![row.day.into()], columns);
            }
            "run_finished" => {
                if let Some(columns) = self.run_day.get_mut(&vec![Value::from(row.day)]) {
                    columns[3] = Value::Int(1);
                    columns[4] = detail.value("accounts");
                }
            }
            "import" => {
                let columns = vec![
                    detail.value("kind"),
                    detail.value("source"),
                    detail.value("file"),
                    detail.bytes("sha256"),
                    recorded_at.into(),
                    row.day.into(),
                    Value::Null,
                ];
                self.import.insert(vec![row.entry.into()], columns);
            }
            "import_undone" => {
                self.remittances.forget_import(row.subject, &self.cash);
                self.cash.forget_import(row.subject, row.day);
                let import = self.import.get_mut(&vec![Value::from(row.subject)]);
                if let Some(columns) = import.filter(|columns| columns[6] == Value::Null) {
                    columns[6] = row.entry.into();
                }
            }
            "policy_activated" => {
                let columns = vec![detail.value("name"), detail.bytes("sha256"), row.day.into()];
                self.policy.insert(vec![row.entry.into()], columns);
            }
            "policy_drafted" => {
                let of = |name: &str| detail.value(name);
                let columns =
                    vec![of("name"), detail.bytes("sha256"), of("by"), row.day.into(), "waiting".into(), Value::Null];
                self.policy_draft.insert(vec![row.entry.into()], columns);
            }
            "policy_draft_ended" => {
                if let Some(columns) = self.policy_draft.get_mut(&vec![Value::from(row.subject)]) {
                    (columns[4], columns[5]) = (detail.value("state"), detail.value("by"));
                }
            }
            "user_added" | "user_role" => {
                self.user.insert(vec![detail.value("name")], vec![detail.value("role")]);
            }
            "month_closed" => {
                self.closed_month
                    .insert(vec![detail.value("month")], vec![recorded_at.into(), detail.bytes("pack_sha256")]);
                let open = detail.0.get("first_open_day").cloned().unwrap_or_default();
                let known = self.settings.get("first_open_day").and_then(Json::as_i64);
                if known.is_none_or(|known| Some(known) < open.as_i64()) {
                    self.settings.insert("first_open_day".to_owned(), open);
                }
            }
            "settings" => {
                if let Json::Object(fields) = &detail.0 {
                    self.settings.extend(fields.clone());
                }
            }
            "bank_statement" => {
                self.settings.insert("last_bank_statement".to_owned(), row.day.into());
            }
            "rates" => self.dated(detail.list("rates"), 3, true),
            "control_totals" => self.dated(detail.list("totals"), 2, false),
            // What people come in with is no fact of the book: that it changed is.
            "secret_changed" | "key_added" | "key_revoked" => {}
            // What was taken out as a file, and why one was taken in, changes nothing.
            "taken_out" | "totals_accepted" => {}
            kind => self.problems.push(format!("activity {}: '{kind}' is no kind of activity", row.entry)),
        }
    }

    /// Lists of dated figures: the first `width` values are the key.
    fn dated(&mut self, rows: &[Json], width: usize, rates: bool) {
        for row in rows {
            let value = |value: &Json| Detail(serde_json::json!({ "value": value })).value("value");
            let mut columns: Vec<Value> = row.as_array().into_iter().flatten().map(value).collect();
            if columns.len() > width {
                let rest = columns.split_off(width);
                let table = if rates { &mut self.rate } else { &mut self.control_total };
                table.insert(columns, rest);
            }
        }
    }

    fn approval(&mut self, row: &ApprovalRow) {
        let detail = Detail(serde_json::from_str(&row.detail).unwrap_or_default());
        if row.kind == "requested" {
            let columns = vec![
                (&*row.subject).into(),
                detail.value("step"),
                detail.value("currency"),
                detail.value("amount"),
                (&*row.actor).into(),
                detail.value("role"),
                row.day.into(),
                row.request_sha256.clone().into(),
                "pending".into(),
                Value::Null,
                Value::Null,
            ];
            self.request.insert(key(row.account, row.request), columns);
            return;
        }
        self.versions.entry(row.account).or_default().insert(row.batch);
        let Some(columns) = self.request.get_mut(&key(row.account, row.request)) else {
            self.problems.push(format!("approval {}: there is no request {}", row.entry, row.request));
            return;
        };
        columns[8] = (&*row.kind).into();
        columns[9] = row.day.into();
        columns[10] = (&*row.actor).into();
        if let Value::Int(step) = columns[1] {
            let state = if row.kind == "approved" { "made" } else { "declined" };
            self.set_step(row.account, step, state, row.day);
        }
    }
}

/// Whether what an activity row says is part of an account's facts. Steps that a run withdraws are its own doing; those that
/// going live withdraws say so.
fn moves_version(kind: &str) -> bool {
    matches!(
        kind,
        "account_opened"
            | "account_revised"
            | "account_assigned"
            | "contact_added"
            | "contact_changed"
            | "erased"
            | "item_revised"
            | "item_reentered"
            | "logged"
            | "promised"
            | "promise_ended"
            | "disputed"
            | "dispute_closed"
            | "held"
            | "hold_released"
            | "task_closed"
            | "step_imported"
    )
}

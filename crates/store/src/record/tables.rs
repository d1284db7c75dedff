//! The tables of current state, as rows go into them.

use crate::bulk::Kind::{Blob, Int, Text};
use crate::bulk::Table;

pub(crate) const APP_USER: Table =
    Table { name: "app_user", columns: &[("book", Int), ("name", Text), ("role", Text)], tail: "" };

pub(crate) const API_KEY: Table = Table {
    name: "api_key",
    columns: &[
        ("book", Int),
        ("key_id", Text),
        ("name", Text),
        ("label", Text),
        ("secret_sha256", Blob),
        ("scopes", Text),
        ("created_at", Int),
        ("expires_at", Int),
    ],
    tail: "",
};

pub(crate) const SIGN_IN_LINK: Table = Table {
    name: "sign_in_link",
    columns: &[("book", Int), ("token_sha256", Blob), ("name", Text), ("expires_at", Int), ("issued_by", Text)],
    tail: "",
};

pub(crate) const SEAL: Table = Table {
    name: "seal",
    columns: &[
        ("book", Int),
        ("seal", Int),
        ("sealed_at", Int),
        ("last_recorded_at", Int),
        ("batches", Int),
        ("previous_sha256", Blob),
        ("sha256", Blob),
    ],
    tail: "",
};

pub(crate) const SEAL_MEMBER: Table = Table {
    name: "seal_member",
    columns: &[("book", Int), ("batch", Int), ("seal", Int), ("place", Int), ("sha256", Blob)],
    tail: "",
};

pub(crate) const ACCOUNT: Table = Table {
    name: "account",
    columns: &[
        ("book", Int),
        ("account", Int),
        ("code", Text),
        ("parent", Int),
        ("segment", Text),
        ("risk_class", Text),
        ("language", Text),
        ("currency", Text),
        ("terms", Text),
        ("collector", Text),
        ("debtor_kind", Text),
        ("business_unit", Text),
        ("country", Text),
        ("intercompany", Int),
        ("incomplete", Int),
        ("registration", Text),
        ("row_hash", Int),
        ("source", Text),
        ("import", Int),
    ],
    tail: "",
};

pub(crate) const ACCOUNT_STATE: Table = Table {
    name: "account_state",
    columns: &[("book", Int), ("account", Int), ("version", Int)],
    tail: " on conflict (book, account) do update set version = account_state.version + 1",
};

/// Grows by what is added: the version of a book is the sum over its rows.
pub(crate) const BOOK_VERSION: Table = Table {
    name: "book_version",
    columns: &[("book", Int), ("slot", Int), ("batches", Int), ("others", Int)],
    tail: " on conflict (book, slot) do update set batches = book_version.batches + excluded.batches, \
        others = book_version.others + excluded.others",
};

pub(crate) const PARTY: Table = Table {
    name: "party",
    columns: &[
        ("book", Int),
        ("account", Int),
        ("name", Text),
        ("address", Text),
        ("custom", Text),
        ("erased_on", Int),
        ("search_name", Text),
    ],
    tail: "",
};

pub(crate) const NAME_WORD: Table = Table {
    name: "name_word",
    columns: &[("book", Int), ("account", Int), ("word", Text)],
    tail: " on conflict (book, account, word) do nothing",
};

pub(crate) const PIN: Table = Table {
    name: "pin",
    columns: &[("book", Int), ("account", Int), ("entry", Int), ("pinned_on", Int)],
    tail: " on conflict (book, account, entry) do nothing",
};

pub(crate) const PARTY_ALIAS: Table = Table {
    name: "party_alias",
    columns: &[("book", Int), ("account", Int), ("name", Text)],
    tail: " on conflict (book, account, name) do nothing",
};

pub(crate) const CONTACT: Table = Table {
    name: "contact",
    columns: &[
        ("book", Int),
        ("account", Int),
        ("contact", Int),
        ("source", Text),
        ("external_id", Text),
        ("name", Text),
        ("role", Text),
        ("mail", Text),
        ("phone", Text),
        ("time_zone", Text),
        ("language", Text),
        ("channel", Text),
        ("do_not_contact", Int),
        ("row_hash", Int),
        ("import", Int),
        ("erased_on", Int),
    ],
    tail: "",
};

pub(crate) const NOTE_TEXT: Table =
    Table { name: "note_text", columns: &[("book", Int), ("account", Int), ("entry", Int), ("text", Text)], tail: "" };

pub(crate) const ITEM: Table = Table {
    name: "item",
    columns: &[
        ("book", Int),
        ("account", Int),
        ("item", Int),
        ("kind", Text),
        ("currency", Text),
        ("document", Text),
        ("document_day", Int),
        ("posting_day", Int),
        ("value_day", Int),
        ("amount", Int),
        ("terms", Text),
        ("discount_day", Int),
        ("discount_amount", Int),
        ("po_number", Text),
        ("business_unit", Text),
        ("custom", Text),
        ("source", Text),
        ("external_id", Text),
        ("row_hash", Int),
        ("import", Int),
        ("settlement", Int),
        ("reversed_by", Int),
    ],
    tail: "",
};

pub(crate) const LINE: Table = Table {
    name: "line",
    columns: &[
        ("book", Int),
        ("account", Int),
        ("item", Int),
        ("line", Int),
        ("currency", Text),
        ("document_day", Int),
        ("posting_day", Int),
        ("due_day", Int),
        ("amount", Int),
        ("open", Int),
    ],
    tail: "",
};

pub(crate) const MOVEMENT: Table = Table {
    name: "movement",
    columns: &[
        ("book", Int),
        ("account", Int),
        ("entry", Int),
        ("item", Int),
        ("line", Int),
        ("currency", Text),
        ("day", Int),
        ("delta", Int),
        ("posting_day", Int),
        ("document_day", Int),
        ("due_day", Int),
        ("other_item", Int),
    ],
    tail: "",
};

pub(crate) const ACCOUNT_SUMMARY: Table = Table {
    name: "account_summary",
    columns: &[
        ("book", Int),
        ("account", Int),
        ("currency", Text),
        ("open_debit", Int),
        ("unapplied", Int),
        ("open_lines", Int),
        ("first_document", Int),
        ("last_payment_day", Int),
        ("last_payment", Int),
    ],
    tail: " on conflict (book, account, currency) do update set \
         open_debit = account_summary.open_debit + excluded.open_debit, \
         unapplied = account_summary.unapplied + excluded.unapplied, \
         open_lines = account_summary.open_lines + excluded.open_lines, \
         first_document = case when account_summary.first_document < excluded.first_document \
           or excluded.first_document is null then account_summary.first_document else excluded.first_document end, \
         last_payment = case when excluded.last_payment_day is null \
           or excluded.last_payment_day < account_summary.last_payment_day then account_summary.last_payment \
           when excluded.last_payment_day = account_summary.last_payment_day \
           then account_summary.last_payment + excluded.last_payment else excluded.last_payment end, \
         last_payment_day = case when excluded.last_payment_day is null \
           or excluded.last_payment_day < account_summary.last_payment_day then account_summary.last_payment_day \
           else excluded.last_payment_day end",
};

pub(crate) const ACCOUNT_MONTH: Table = Table {
    name: "account_month",
    columns: &[
        ("book", Int),
        ("account", Int),
        ("currency", Text),
        ("month", Int),
        ("lines", Int),
        ("amount", Int),
        ("late_lines", Int),
        ("late_amount", Int),
        ("days_late", Int),
        ("amount_days_late", Int),
        ("longest_days_late", Int),
    ],
    tail: " on conflict (book, account, currency, month) do update set \
         lines = account_month.lines + excluded.lines, amount = account_month.amount + excluded.amount, \
         late_lines = account_month.late_lines + excluded.late_lines, \
         late_amount = account_month.late_amount + excluded.late_amount, \
         days_late = account_month.days_late + excluded.days_late, \
         amount_days_late = account_month.amount_days_late + excluded.amount_days_late, \
         longest_days_late = case when excluded.longest_days_late > account_month.longest_days_late \
           then excluded.longest_days_late else account_month.longest_days_late end",
};

pub(crate) const CONTROL_DAY: Table = Table {
    name: "control_day",
    columns: &[("book", Int), ("currency", Text), ("day", Int), ("amount", Int), ("debits", Int), ("credits", Int)],
    tail: " on conflict (book, currency, day) do update set amount = control_day.amount + excluded.amount, \
         debits = control_day.debits + excluded.debits, credits = control_day.credits + excluded.credits",
};

pub(crate) const PROMISE: Table = Table {
    name: "promise",
    columns: &[
        ("book", Int),
        ("account", Int),
        ("promise", Int),
        ("currency", Text),
        ("amount", Int),
        ("made_on", Int),
        ("promised_for", Int),
        ("items", Text),
        ("ended_on", Int),
        ("ended_by", Int),
    ],
    tail: "",
};

pub(crate) const DISPUTE: Table = Table {
    name: "dispute",
    columns: &[
        ("book", Int),
        ("account", Int),
        ("dispute", Int),
        ("currency", Text),
        ("item", Int),
        ("line", Int),
        ("amount", Int),
        ("since", Int),
        ("reason", Text),
        ("closed_on", Int),
        ("import", Int),
    ],
    tail: "",
};

pub(crate) const HOLD: Table = Table {
    name: "hold",
    columns: &[
        ("book", Int),
        ("account", Int),
        ("hold", Int),
        ("kind", Text),
        ("since", Int),
        ("until", Int),
        ("basis", Text),
        ("released_on", Int),
    ],
    tail: "",
};

pub(crate) const CONTACT_DAY: Table = Table {
    name: "contact_day",
    columns: &[("book", Int), ("account", Int), ("entry", Int), ("day", Int), ("channel", Text), ("notice", Int)],
    tail: "",
};

pub(crate) const STEP: Table = Table {
    name: "step",
    columns: &[
        ("book", Int),
        ("account", Int),
        ("step", Int),
        ("currency", Text),
        ("cycle", Int),
        ("rung", Text),
        ("day", Int),
        ("how", Text),
        ("state", Text),
        ("state_day", Int),
    ],
    tail: "",
};

pub(crate) const STEP_ITEM: Table = Table {
    name: "step_item",
    columns: &[("book", Int), ("account", Int), ("step", Int), ("item", Int), ("line", Int), ("amount", Int)],
    tail: "",
};

pub(crate) const NOTICE: Table = Table {
    name: "notice",
    columns: &[
        ("book", Int),
        ("account", Int),
        ("notice", Int),
        ("step", Int),
        ("currency", Text),
        ("day", Int),
        ("cycle", Int),
        ("rung", Text),
        ("level", Int),
        ("channels", Text),
        ("amount", Int),
        ("missing", Text),
        ("state", Text),
        ("state_day", Int),
        ("content_hash", Blob),
    ],
    tail: "",
};

pub(crate) const NOTICE_CONTENT: Table = Table {
    name: "notice_content",
    columns: &[("book", Int), ("account", Int), ("notice", Int), ("content", Text)],
    tail: "",
};

pub(crate) const ATTACHMENT: Table = Table {
    name: "attachment",
    columns: &[
        ("book", Int),
        ("account", Int),
        ("attachment", Int),
        ("item", Int),
        ("kind", Text),
        ("media_type", Text),
        ("size", Int),
        ("sha256", Blob),
        ("added_on", Int),
        ("removed_on", Int),
    ],
    tail: "",
};

pub(crate) const BANK_ENTRY: Table = Table {
    name: "bank_entry",
    columns: &[
        ("book", Int),
        ("entry", Int),
        ("bank_key", Text),
        ("import", Int),
        ("currency", Text),
        ("amount", Int),
        ("booking_day", Int),
        ("value_day", Int),
        ("code", Text),
        ("account", Int),
        ("item", Int),
        ("asked", Text),
        ("asked_on", Int),
        ("bank_account", Text),
    ],
    tail: "",
};

pub(crate) const BANK_RETURN: Table = Table {
    name: "bank_return",
    columns: &[
        ("book", Int),
        ("entry", Int),
        ("bank_key", Text),
        ("import", Int),
        ("currency", Text),
        ("amount", Int),
        ("booking_day", Int),
        ("value_day", Int),
        ("bank_account", Text),
        ("document", Text),
        ("code", Text),
        ("undone", Text),
        ("reason", Text),
        ("meaning", Text),
        ("receipt", Int),
        ("asked", Text),
        ("asked_on", Int),
    ],
    tail: "",
};

pub(crate) const BANK_STATEMENT: Table = Table {
    name: "bank_statement",
    columns: &[
        ("book", Int),
        ("entry", Int),
        ("import", Int),
        ("bank_account", Text),
        ("statement", Text),
        ("currency", Text),
        ("from_day", Int),
        ("to_day", Int),
        ("opening", Int),
        ("closing", Int),
        ("moved", Int),
        ("unlisted", Int),
        ("difference", Int),
        ("seen", Int),
        ("asked_on", Int),
    ],
    tail: "",
};

pub(crate) const PAYER_MARK: Table = Table {
    name: "payer_mark",
    columns: &[
        ("book", Int),
        ("account", Int),
        ("mark", Int),
        ("kind", Text),
        ("learned_on", Int),
        ("forgotten_on", Int),
    ],
    tail: "",
};

pub(crate) const BANK_FILE: Table = Table {
    name: "bank_file",
    columns: &[("book", Int), ("entry", Int), ("import", Int), ("detail", Text), ("outcome", Text)],
    tail: "",
};

pub(crate) const REFUND_PAYMENT: Table = Table {
    name: "refund_payment",
    columns: &[
        ("book", Int),
        ("entry", Int),
        ("bank_key", Text),
        ("import", Int),
        ("account", Int),
        ("refund", Int),
        ("currency", Text),
        ("amount", Int),
        ("booking_day", Int),
        ("bank_account", Text),
        ("question", Text),
        ("asked_on", Int),
    ],
    tail: "",
};

pub(crate) const REFUND: Table = Table {
    name: "refund",
    columns: &[
        ("book", Int),
        ("account", Int),
        ("refund", Int),
        ("request", Int),
        ("credit_item", Int),
        ("kind", Text),
        ("currency", Text),
        ("amount", Int),
        ("asked_on", Int),
        ("item", Int),
        ("file", Int),
        ("ended", Text),
        ("ended_on", Int),
    ],
    tail: "",
};

pub(crate) const REFUND_FILE: Table = Table {
    name: "refund_file",
    columns: &[
        ("book", Int),
        ("entry", Int),
        ("kind", Text),
        ("message_id", Text),
        ("pays_on", Int),
        ("written_on", Int),
        ("payments", Int),
        ("sums", Text),
        ("sha256", Blob),
    ],
    tail: "",
};

pub(crate) const WRITE_OFF: Table = Table {
    name: "write_off",
    columns: &[
        ("book", Int),
        ("account", Int),
        ("write_off", Int),
        ("request", Int),
        ("item", Int),
        ("credit_item", Int),
        ("currency", Text),
        ("amount", Int),
        ("recovered", Int),
        ("reason", Text),
        ("tax_relief", Int),
        ("maker", Text),
        ("made_on", Int),
        ("taken_back_on", Int),
        ("batch", Int),
    ],
    tail: "",
};

pub(crate) const RECEIPT_WORDS: Table = Table {
    name: "receipt_words",
    columns: &[("book", Int), ("entry", Int), ("receipt", Int), ("import", Int)],
    tail: "",
};

pub(crate) const REMITTANCE: Table = Table {
    name: "remittance",
    columns: &[
        ("book", Int),
        ("entry", Int),
        ("advice_key", Text),
        ("import", Int),
        ("currency", Text),
        ("amount", Int),
        ("reference", Text),
        ("paid_day", Int),
        ("content", Text),
        ("receipt", Int),
    ],
    tail: "",
};

pub(crate) const ATTACHMENT_FILE: Table = Table {
    name: "attachment_file",
    columns: &[("book", Int), ("account", Int), ("attachment", Int), ("bytes", Blob)],
    tail: "",
};

pub(crate) const TASK: Table = Table {
    name: "task",
    columns: &[
        ("book", Int),
        ("account", Int),
        ("task", Int),
        ("kind", Text),
        ("task_key", Text),
        ("currency", Text),
        ("step", Int),
        ("opened_on", Int),
        ("closed_on", Int),
        ("closed_by", Int),
        ("outcome", Text),
        ("snoozed_until", Int),
        ("collector", Text),
    ],
    tail: "",
};

pub(crate) const APPROVAL_REQUEST: Table = Table {
    name: "approval_request",
    columns: &[
        ("book", Int),
        ("account", Int),
        ("request", Int),
        ("subject", Text),
        ("step", Int),
        ("currency", Text),
        ("amount", Int),
        ("maker", Text),
        ("role", Text),
        ("requested_on", Int),
        ("request_sha256", Blob),
        ("state", Text),
        ("decided_on", Int),
        ("decided_by", Text),
    ],
    tail: "",
};

pub(crate) const RUN_DAY: Table = Table {
    name: "run_day",
    columns: &[
        ("book", Int),
        ("day", Int),
        ("entry", Int),
        ("policy", Int),
        ("caught_up", Int),
        ("complete", Int),
        ("accounts", Int),
    ],
    tail: "",
};

pub(crate) const IMPORT: Table = Table {
    name: "import",
    columns: &[
        ("book", Int),
        ("import", Int),
        ("kind", Text),
        ("source", Text),
        ("file", Text),
        ("sha256", Blob),
        ("started_at", Int),
        ("day", Int),
        ("undone_by", Int),
    ],
    tail: "",
};

pub(crate) const POLICY: Table = Table {
    name: "policy",
    columns: &[("book", Int), ("policy", Int), ("name", Text), ("text", Text), ("sha256", Blob), ("activated_on", Int)],
    tail: "",
};

pub(crate) const POLICY_DRAFT: Table = Table {
    name: "policy_draft",
    columns: &[
        ("book", Int),
        ("draft", Int),
        ("name", Text),
        ("text", Text),
        ("sha256", Blob),
        ("drafted_by", Text),
        ("drafted_on", Int),
        ("state", Text),
    ],
    tail: "",
};

pub(crate) const RATE: Table = Table {
    name: "rate",
    columns: &[
        ("book", Int),
        ("from_currency", Text),
        ("to_currency", Text),
        ("day", Int),
        ("rate_micros", Int),
        ("source", Text),
    ],
    tail: " on conflict (book, from_currency, to_currency, day) do update set rate_micros = excluded.rate_micros, \
         source = excluded.source where rate.rate_micros <> excluded.rate_micros or rate.source <> excluded.source",
};

pub(crate) const CONTROL_TOTAL: Table = Table {
    name: "control_total",
    columns: &[("book", Int), ("currency", Text), ("day", Int), ("amount", Int), ("source", Text)],
    tail: " on conflict (book, currency, day) do update set amount = excluded.amount, \
         source = excluded.source where control_total.amount <> excluded.amount or control_total.source <> excluded.source",
};

pub(crate) const CLOSED_MONTH: Table = Table {
    name: "closed_month",
    columns: &[("book", Int), ("month", Int), ("pack", Text), ("closed_at", Int)],
    tail: "",
};

/// All of them, for the test that compares them with the schema.
#[cfg(test)]
pub(crate) const TABLES: &[&Table] = &[
    &APP_USER,
    &API_KEY,
    &SIGN_IN_LINK,
    &SEAL,
    &SEAL_MEMBER,
    &ACCOUNT,
    &ACCOUNT_STATE,
    &BOOK_VERSION,
    &PARTY,
    &PARTY_ALIAS,
    &NAME_WORD,
    &PIN,
    &ATTACHMENT,
    &ATTACHMENT_FILE,
    &BANK_ENTRY,
    &BANK_RETURN,
    &BANK_STATEMENT,
    &PAYER_MARK,
    &BANK_FILE,
    &RECEIPT_WORDS,
    &REMITTANCE,
    &REFUND,
    &REFUND_FILE,
    &REFUND_PAYMENT,
    &WRITE_OFF,
    &CONTACT,
    &NOTE_TEXT,
    &ITEM,
    &LINE,
    &MOVEMENT,
    &ACCOUNT_SUMMARY,
    &ACCOUNT_MONTH,
    &CONTROL_DAY,
    &PROMISE,
    &DISPUTE,
    &HOLD,
    &CONTACT_DAY,
    &STEP,
    &STEP_ITEM,
    &NOTICE,
    &NOTICE_CONTENT,
    &TASK,
    &APPROVAL_REQUEST,
    &RUN_DAY,
    &IMPORT,
    &POLICY,
    &POLICY_DRAFT,
    &RATE,
    &CONTROL_TOTAL,
    &CLOSED_MONTH,
];

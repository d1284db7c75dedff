//! The tables that `verify` compares: their columns, the key first, and the statements that read them.

use super::stored::Compared;

pub(super) const ACCOUNT: Compared = Compared {
    name: "account",
    key: 1,
    columns: &[
        "account",
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
        "import",
    ],
    sql: "select account, code, parent, segment, risk_class, language, currency, terms, collector, debtor_kind, \
          business_unit, country, intercompany, incomplete, registration, row_hash, import from account where book \
          = $1",
};
pub(super) const CONTACT: Compared = Compared {
    name: "contact",
    key: 2,
    columns: &["account", "contact", "source", "external_id", "role", "do_not_contact", "import"],
    sql: "select account, contact, source, external_id, role, do_not_contact, import from contact where book = $1",
};
pub(super) const BANK_ENTRY: Compared = Compared {
    name: "bank_entry",
    key: 1,
    columns: &[
        "entry",
        "bank_key",
        "import",
        "currency",
        "amount",
        "booking_day",
        "value_day",
        "code",
        "account",
        "item",
        "asked",
        "asked_on",
        "bank_account",
        "statement",
    ],
    sql: "select entry, bank_key, import, currency, amount, booking_day, value_day, code, account, item, asked, asked_on, \
          bank_account, statement from bank_entry where book = $1",
};
pub(super) const BANK_RETURN: Compared = Compared {
    name: "bank_return",
    key: 1,
    columns: &[
        "entry",
        "bank_key",
        "import",
        "currency",
        "amount",
        "booking_day",
        "value_day",
        "bank_account",
        "document",
        "code",
        "undone",
        "reason",
        "meaning",
        "receipt",
        "asked",
        "asked_on",
        "statement",
    ],
    sql: "select entry, bank_key, import, currency, amount, booking_day, value_day, bank_account, document, code, undone, \
          reason, meaning, receipt, asked, asked_on, statement from bank_return where book = $1",
};
pub(super) const BANK_STATEMENT: Compared = Compared {
    name: "bank_statement",
    key: 1,
    columns: &[
        "entry",
        "import",
        "bank_account",
        "statement",
        "currency",
        "from_day",
        "to_day",
        "opening",
        "closing",
        "moved",
        "unlisted",
        "difference",
        "seen",
        "asked_on",
    ],
    sql: "select entry, import, bank_account, statement, currency, from_day, to_day, opening, closing, moved, unlisted, \
          difference, seen, asked_on from bank_statement where book = $1",
};
pub(super) const PAYER_MARK: Compared = Compared {
    name: "payer_mark",
    key: 2,
    columns: &["account", "mark", "kind", "learned_on", "forgotten_on"],
    sql: "select account, mark, kind, learned_on, forgotten_on from payer_mark where book = $1",
};
pub(super) const RECEIPT_WORDS: Compared = Compared {
    name: "receipt_words",
    key: 1,
    columns: &["entry", "receipt", "import"],
    sql: "select entry, receipt, import from receipt_words where book = $1",
};
pub(super) const REMITTANCE: Compared = Compared {
    name: "remittance",
    key: 1,
    columns: &[
        "entry",
        "advice_key",
        "import",
        "currency",
        "amount",
        "reference",
        "paid_day",
        "content",
        "receipt",
        "dismissed_on",
    ],
    sql: "select entry, advice_key, import, currency, amount, reference, paid_day, content, receipt, dismissed_on from remittance where book = $1",
};
pub(super) const BANK_FILE: Compared = Compared {
    name: "bank_file",
    key: 1,
    columns: &["entry", "import", "detail", "outcome"],
    sql: "select entry, import, detail, outcome from bank_file where book = $1",
};
pub(super) const REFUND_PAYMENT: Compared = Compared {
    name: "refund_payment",
    key: 1,
    columns: &[
        "entry",
        "bank_key",
        "import",
        "account",
        "refund",
        "currency",
        "amount",
        "booking_day",
        "bank_account",
        "question",
        "asked_on",
    ],
    sql: "select entry, bank_key, import, account, refund, currency, amount, booking_day, bank_account, question, asked_on \
          from refund_payment where book = $1",
};
pub(super) const REFUND: Compared = Compared {
    name: "refund",
    key: 2,
    columns: &[
        "account",
        "refund",
        "request",
        "credit_item",
        "kind",
        "currency",
        "amount",
        "asked_on",
        "item",
        "file",
        "ended",
        "ended_on",
    ],
    sql: "select account, refund, request, credit_item, kind, currency, amount, asked_on, item, file, ended, ended_on \
          from refund where book = $1",
};
pub(super) const REFUND_FILE: Compared = Compared {
    name: "refund_file",
    key: 1,
    columns: &["entry", "kind", "message_id", "pays_on", "written_on", "payments", "sums", "sha256"],
    sql: "select entry, kind, message_id, pays_on, written_on, payments, sums, sha256 from refund_file where book = $1",
};
pub(super) const WRITE_OFF: Compared = Compared {
    name: "write_off",
    key: 2,
    columns: &[
        "account",
        "write_off",
        "request",
        "item",
        "credit_item",
        "currency",
        "amount",
        "recovered",
        "reason",
        "tax_relief",
        "maker",
        "made_on",
        "taken_back_on",
        "batch",
    ],
    sql: "select account, write_off, request, item, credit_item, currency, amount, recovered, reason, tax_relief, maker, \
          made_on, taken_back_on, batch from write_off where book = $1",
};
pub(super) const ITEM: Compared = Compared {
    name: "item",
    key: 2,
    columns: &[
        "account",
        "item",
        "kind",
        "currency",
        "document",
        "document_day",
        "posting_day",
        "value_day",
        "amount",
        "terms",
        "discount_day",
        "discount_amount",
        "po_number",
        "business_unit",
        "source",
        "external_id",
        "row_hash",
        "import",
        "settlement",
        "reversed_by",
    ],
    sql: "select account, item, kind, currency, document, document_day, posting_day, value_day, amount, terms, \
          discount_day, discount_amount, po_number, business_unit, source, external_id, row_hash, import, \
          settlement, reversed_by from item where book = $1",
};
pub(super) const LINE: Compared = Compared {
    name: "line",
    key: 3,
    columns: &["account", "item", "line", "currency", "document_day", "posting_day", "due_day", "amount", "open"],
    sql: "select account, item, line, currency, document_day, posting_day, due_day, amount, open from line where \
          book = $1",
};
pub(super) const MOVEMENT: Compared = Compared {
    name: "movement",
    key: 4,
    columns: &[
        "account",
        "item",
        "line",
        "entry",
        "currency",
        "day",
        "delta",
        "posting_day",
        "document_day",
        "due_day",
        "other_item",
    ],
    sql: "select account, item, line, entry, currency, day, delta, posting_day, document_day, due_day, other_item \
          from movement where book = $1",
};
pub(super) const SUMMARY: Compared = Compared {
    name: "account_summary",
    key: 2,
    columns: &[
        "account",
        "currency",
        "open_debit",
        "unapplied",
        "open_lines",
        "first_document",
        "last_payment_day",
        "last_payment",
    ],
    sql: "select account, currency, open_debit, unapplied, open_lines, first_document, last_payment_day, \
          last_payment from account_summary where book = $1",
};
pub(super) const MONTH: Compared = Compared {
    name: "account_month",
    key: 3,
    columns: &[
        "account",
        "currency",
        "month",
        "lines",
        "amount",
        "late_lines",
        "late_amount",
        "days_late",
        "amount_days_late",
        "longest_days_late",
    ],
    sql: "select account, currency, month, lines, amount, late_lines, late_amount, days_late, amount_days_late, \
          longest_days_late from account_month where book = $1",
};
pub(super) const CONTROL: Compared = Compared {
    name: "control_day",
    key: 2,
    columns: &["currency", "day", "amount", "debits", "credits"],
    sql: "select currency, day, amount, debits, credits from control_day where book = $1",
};
pub(super) const STATE: Compared = Compared {
    name: "account_state",
    key: 1,
    columns: &["account", "version"],
    sql: "select account, version from account_state where book = $1",
};
pub(super) const PROMISE: Compared = Compared {
    name: "promise",
    key: 2,
    columns: &["account", "promise", "currency", "amount", "made_on", "promised_for", "items", "ended_on", "ended_by"],
    sql: "select account, promise, currency, amount, made_on, promised_for, items, ended_on, ended_by from promise \
          where book = $1",
};
pub(super) const DISPUTE: Compared = Compared {
    name: "dispute",
    key: 2,
    columns: &["account", "dispute", "currency", "item", "line", "amount", "since", "reason", "closed_on", "import"],
    sql: "select account, dispute, currency, item, line, amount, since, reason, closed_on, import from dispute \
          where book = $1",
};
pub(super) const HOLD: Compared = Compared {
    name: "hold",
    key: 2,
    columns: &["account", "hold", "kind", "since", "until", "released_on"],
    sql: "select account, hold, kind, since, until, released_on from hold where book = $1",
};
pub(super) const CONTACT_DAY: Compared = Compared {
    name: "contact_day",
    key: 2,
    columns: &["account", "entry", "day", "channel", "notice"],
    sql: "select account, entry, day, channel, notice from contact_day where book = $1",
};
pub(super) const STEP: Compared = Compared {
    name: "step",
    key: 2,
    columns: &["account", "step", "currency", "cycle", "rung", "day", "how", "state", "state_day"],
    sql: "select account, step, currency, cycle, rung, day, how, state, state_day from step where book = $1",
};
pub(super) const STEP_ITEM: Compared = Compared {
    name: "step_item",
    key: 4,
    columns: &["account", "step", "item", "line", "amount"],
    sql: "select account, step, item, line, amount from step_item where book = $1",
};
pub(super) const NOTICE: Compared = Compared {
    name: "notice",
    key: 2,
    columns: &[
        "account",
        "notice",
        "step",
        "currency",
        "day",
        "cycle",
        "rung",
        "level",
        "channels",
        "amount",
        "missing",
        "state",
        "state_day",
        "content_hash",
        "held_by",
    ],
    sql: "select account, notice, step, currency, day, cycle, rung, level, channels, amount, missing, state, \
          state_day, content_hash, held_by from notice where book = $1",
};
pub(super) const ATTACHMENT: Compared = Compared {
    name: "attachment",
    key: 2,
    columns: &["account", "attachment", "item", "kind", "media_type", "size", "sha256", "added_on", "removed_on"],
    sql: "select account, attachment, item, kind, media_type, size, sha256, added_on, removed_on \
          from attachment where book = $1",
};
pub(super) const PIN: Compared = Compared {
    name: "pin",
    key: 2,
    columns: &["account", "entry", "pinned_on"],
    sql: "select account, entry, pinned_on from pin where book = $1",
};
pub(super) const TASK: Compared = Compared {
    name: "task",
    key: 2,
    columns: &[
        "account",
        "task",
        "kind",
        "task_key",
        "currency",
        "step",
        "opened_on",
        "closed_on",
        "closed_by",
        "outcome",
        "snoozed_until",
        "collector",
    ],
    sql: "select account, task, kind, task_key, currency, step, opened_on, closed_on, closed_by, outcome, \
          snoozed_until, collector from task where book = $1",
};
pub(super) const REQUEST: Compared = Compared {
    name: "approval_request",
    key: 2,
    columns: &[
        "account",
        "request",
        "subject",
        "step",
        "currency",
        "amount",
        "maker",
        "role",
        "requested_on",
        "request_sha256",
        "state",
        "decided_on",
        "decided_by",
    ],
    sql: "select account, request, subject, step, currency, amount, maker, role, requested_on, request_sha256, \
          state, decided_on, decided_by from approval_request where book = $1",
};
pub(super) const RUN_DAY: Compared = Compared {
    name: "run_day",
    key: 1,
    columns: &["day", "entry", "policy", "caught_up", "complete", "accounts"],
    sql: "select day, entry, policy, caught_up, complete, accounts from run_day where book = $1",
};
pub(super) const IMPORT: Compared = Compared {
    name: "import",
    key: 1,
    columns: &["import", "kind", "source", "file", "sha256", "started_at", "day", "undone_by"],
    sql: "select import, kind, source, file, sha256, started_at, day, undone_by from import where book = $1",
};
pub(super) const POLICY: Compared = Compared {
    name: "policy",
    key: 1,
    columns: &["policy", "name", "sha256", "activated_on"],
    sql: "select policy, name, sha256, activated_on from policy where book = $1",
};
pub(super) const POLICY_DRAFT: Compared = Compared {
    name: "policy_draft",
    key: 1,
    columns: &["draft", "name", "sha256", "drafted_by", "drafted_on", "state", "decided_by"],
    sql: "select draft, name, sha256, drafted_by, drafted_on, state, decided_by from policy_draft where book = $1",
};
pub(super) const RATE: Compared = Compared {
    name: "rate",
    key: 3,
    columns: &["from_currency", "to_currency", "day", "rate_micros", "source"],
    sql: "select from_currency, to_currency, day, rate_micros, source from rate where book = $1",
};
pub(super) const CONTROL_TOTAL: Compared = Compared {
    name: "control_total",
    key: 2,
    columns: &["currency", "day", "amount", "source"],
    sql: "select currency, day, amount, source from control_total where book = $1",
};
pub(super) const CLOSED_MONTH: Compared = Compared {
    name: "closed_month",
    key: 1,
    columns: &["month", "closed_at"],
    sql: "select month, closed_at from closed_month where book = $1",
};
pub(super) const USER: Compared = Compared {
    name: "app_user",
    key: 1,
    columns: &["name", "role"],
    sql: "select name, role from app_user where book = $1",
};

/// Every statement here, for the test that prepares them.
#[cfg(test)]
pub(super) const STATEMENTS: &[&str] = &[
    ACCOUNT.sql,
    CONTACT.sql,
    REFUND.sql,
    REFUND_FILE.sql,
    WRITE_OFF.sql,
    ITEM.sql,
    LINE.sql,
    MOVEMENT.sql,
    SUMMARY.sql,
    MONTH.sql,
    CONTROL.sql,
    STATE.sql,
    PROMISE.sql,
    DISPUTE.sql,
    HOLD.sql,
    CONTACT_DAY.sql,
    STEP.sql,
    STEP_ITEM.sql,
    NOTICE.sql,
    TASK.sql,
    REQUEST.sql,
    RUN_DAY.sql,
    IMPORT.sql,
    POLICY.sql,
    POLICY_DRAFT.sql,
    RATE.sql,
    CONTROL_TOTAL.sql,
    CLOSED_MONTH.sql,
    USER.sql,
];

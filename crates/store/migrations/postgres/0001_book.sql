-- The book. Days are integers (days since 1970-01-01), instants are UTC microseconds, amounts are minor units.
-- Journals (ledger, activity, decision, approval, with batch as their envelope) are append-only, guarded by triggers.
-- Every other table is current state: written in the transaction of its journal rows, and recomputable from them.

create table book (
    book bigint primary key,
    name text collate "C" not null unique,
    currency text collate "C" not null,
    time_zone text collate "C" not null,
    calendar text collate "C" not null,
    buckets text collate "C" not null,
    mode text collate "C" not null check (mode in ('rehearsal', 'live')),
    sender text collate "C",
    first_open_day bigint,
    last_bank_statement bigint,
    secret bytea not null,
    created_at bigint not null
);

create table app_user (
    book bigint not null references book,
    name text collate "C" not null,
    role text collate "C" not null,
    primary key (book, name)
);

-- ── Journals ────────────────────────────────────────────────────────────────────────────────────────────────────────

-- One committed transaction of journal rows. sha256 covers it and its rows in order, so that an edit shows before it is
-- sealed. It is written last, when its hash is known; journal rows carry no foreign key to it, `verify` checks that they fit.
create table batch (
    batch bigint primary key,
    book bigint not null references book,
    command text collate "C" not null,
    actor text collate "C" not null,
    day bigint not null,
    recorded_at bigint not null,
    rows bigint not null,
    sha256 bytea not null
);
create index batch_book on batch (book, batch);

-- A posting is one row with a debit account, a credit account and an amount: it balances by construction.
create table ledger (
    book bigint not null,
    account bigint not null,
    entry bigint not null,
    batch bigint not null,
    kind text collate "C" not null,
    item bigint not null,
    line bigint not null,
    credit_account bigint not null,
    credit_item bigint not null,
    currency text collate "C" not null,
    debit text collate "C" not null,
    credit text collate "C" not null,
    amount bigint not null check (amount >= 0),
    posting_day bigint not null,
    value_day bigint not null,
    reverses bigint,
    source text collate "C",
    external_id text collate "C",
    import bigint,
    detail text collate "C" not null,
    primary key (book, account, entry)
);
create index ledger_batch on ledger (batch, entry);
create index ledger_imported on ledger (book, source, external_id) where kind = 'application' and external_id is not null;
create unique index ledger_reverses on ledger (book, reverses) where reverses is not null;

-- What people and the desk did: accounts opened, contacts, promises, disputes, stops, tasks, notices, imports, settings.
create table activity (
    book bigint not null,
    account bigint not null,
    entry bigint not null,
    batch bigint not null,
    kind text collate "C" not null,
    subject bigint,
    currency text collate "C",
    amount bigint,
    day bigint not null,
    import bigint,
    detail text collate "C" not null,
    text_hash bytea,
    primary key (book, account, entry)
);
create index activity_batch on activity (batch, entry);

-- One recorded answer of the rules for an account, currency and day. A later revision replaces an earlier one.
create table decision (
    book bigint not null,
    account bigint not null,
    entry bigint not null,
    batch bigint not null,
    currency text collate "C" not null,
    day bigint not null,
    revision bigint not null,
    account_version bigint not null,
    policy bigint not null,
    action text collate "C" not null check (action in ('take', 'propose', 'wait')),
    rule text collate "C" not null,
    detail text collate "C" not null,
    primary key (book, account, entry)
);
create unique index decision_key on decision (book, account, day, currency, revision);
create index decision_batch on decision (batch, entry);
create index decision_day on decision (book, day);

-- Requests for a second person's signature, and the signatures.
create table approval (
    book bigint not null,
    account bigint not null,
    entry bigint not null,
    batch bigint not null,
    request bigint not null,
    kind text collate "C" not null check (kind in ('requested', 'approved', 'declined')),
    subject text collate "C" not null,
    actor text collate "C" not null,
    day bigint not null,
    request_sha256 bytea not null,
    detail text collate "C" not null,
    primary key (book, account, entry)
);
create unique index approval_once on approval (book, request) where kind <> 'requested';
create index approval_batch on approval (batch, entry);

-- The chain over the journals: seal n covers the hash of seal n-1 and the hashes of its member batches in order.
create table seal (
    book bigint not null references book,
    seal bigint not null,
    sealed_at bigint not null,
    last_recorded_at bigint not null,
    batches bigint not null,
    previous_sha256 bytea not null,
    sha256 bytea not null,
    primary key (book, seal)
);
create table seal_member (
    book bigint not null,
    batch bigint not null references batch,
    seal bigint not null,
    place bigint not null,
    sha256 bytea not null,
    primary key (book, batch)
);
create index seal_member_seal on seal_member (book, seal, place);

-- ── Accounts ────────────────────────────────────────────────────────────────────────────────────────────────────────

create table account (
    book bigint not null references book,
    account bigint not null,
    code text collate "C" not null,
    parent bigint,
    segment text collate "C",
    risk_class text collate "C",
    language text collate "C",
    currency text collate "C",
    terms text collate "C",
    collector text collate "C",
    debtor_kind text collate "C" not null,
    business_unit text collate "C",
    country text collate "C",
    intercompany bigint not null,
    incomplete bigint not null,
    registration text collate "C",
    row_hash bigint not null,
    source text collate "C",
    import bigint,
    primary key (book, account),
    unique (book, code)
);

-- The row that postings of an account lock. version counts what changes an account's facts.
create table account_state (
    book bigint not null,
    account bigint not null,
    version bigint not null,
    primary key (book, account)
);

-- Erasable: names, addresses, people, words. Journals hold ids and keyed hashes of these.
create table party (
    book bigint not null,
    account bigint not null,
    name text collate "C",
    address text collate "C",
    custom text collate "C",
    erased_on bigint,
    primary key (book, account)
);
create table party_alias (
    book bigint not null,
    account bigint not null,
    name text collate "C" not null,
    primary key (book, account, name)
);
create table contact (
    book bigint not null,
    account bigint not null,
    contact bigint not null,
    source text collate "C" not null,
    external_id text collate "C" not null,
    name text collate "C",
    role text collate "C",
    mail text collate "C",
    phone text collate "C",
    time_zone text collate "C",
    language text collate "C",
    channel text collate "C",
    do_not_contact bigint not null,
    row_hash bigint not null,
    import bigint,
    erased_on bigint,
    primary key (book, account, contact),
    unique (book, source, external_id)
);
create table note_text (
    book bigint not null,
    account bigint not null,
    entry bigint not null,
    text text collate "C",
    primary key (book, account, entry)
);

-- ── Items ───────────────────────────────────────────────────────────────────────────────────────────────────────────

create table item (
    book bigint not null,
    account bigint not null,
    item bigint not null,
    kind text collate "C" not null,
    currency text collate "C" not null,
    document text collate "C" not null,
    document_day bigint not null,
    posting_day bigint not null,
    value_day bigint not null,
    amount bigint not null check (amount >= 0),
    terms text collate "C",
    discount_day bigint,
    discount_amount bigint,
    po_number text collate "C",
    business_unit text collate "C",
    custom text collate "C",
    source text collate "C" not null,
    external_id text collate "C" not null,
    row_hash bigint not null,
    import bigint,
    settlement bigint,
    reversed_by bigint,
    primary key (book, account, item)
);
create unique index item_external on item (book, source, external_id) where reversed_by is null;
create index item_document on item (book, document);

-- Due lines. amount and open are signed: a debit's are >= 0, a credit's <= 0 and on line 1.
create table line (
    book bigint not null,
    account bigint not null,
    item bigint not null,
    line bigint not null,
    currency text collate "C" not null,
    document_day bigint not null,
    posting_day bigint not null,
    due_day bigint not null,
    amount bigint not null,
    open bigint not null,
    primary key (book, account, item, line),
    check (amount >= 0 and open between 0 and amount or amount < 0 and open between amount and 0)
);
create index line_open on line (book, account, currency, due_day, posting_day, document_day, open, item, line, amount)
    where open <> 0;

-- Every change of a line's open amount after it was posted, signed like the line. What was open on day D is what is open
-- now less the movements after D, over the lines posted by D.
create table movement (
    book bigint not null,
    account bigint not null,
    entry bigint not null,
    item bigint not null,
    line bigint not null,
    currency text collate "C" not null,
    day bigint not null,
    delta bigint not null,
    posting_day bigint not null,
    document_day bigint not null,
    due_day bigint not null,
    other_item bigint not null,
    primary key (book, account, item, line, entry)
);
create index movement_day on movement (book, day, account, currency, posting_day, due_day, document_day, delta);

create table account_summary (
    book bigint not null,
    account bigint not null,
    currency text collate "C" not null,
    open_debit bigint not null,
    unapplied bigint not null,
    open_lines bigint not null,
    first_document bigint,
    last_payment_day bigint,
    last_payment bigint,
    primary key (book, account, currency)
);

-- The trend's source: due lines closed (paid to zero) by calendar month (year * 12 + month - 1) of the closing day.
create table account_month (
    book bigint not null,
    account bigint not null,
    currency text collate "C" not null,
    month bigint not null,
    lines bigint not null,
    amount bigint not null,
    late_lines bigint not null,
    late_amount bigint not null,
    days_late bigint not null,
    amount_days_late bigint not null,
    longest_days_late bigint not null,
    primary key (book, account, currency, month)
);

create table control_day (
    book bigint not null,
    currency text collate "C" not null,
    day bigint not null,
    amount bigint not null,
    debits bigint not null,
    credits bigint not null,
    primary key (book, currency, day)
);

-- ── Agreements, the ladder, tasks ───────────────────────────────────────────────────────────────────────────────────

create table promise (
    book bigint not null,
    account bigint not null,
    promise bigint not null,
    currency text collate "C" not null,
    amount bigint not null,
    made_on bigint not null,
    promised_for bigint not null,
    items text collate "C" not null,
    ended_on bigint,
    ended_by bigint,
    primary key (book, account, promise)
);
create table dispute (
    book bigint not null,
    account bigint not null,
    dispute bigint not null,
    currency text collate "C" not null,
    item bigint not null,
    line bigint,
    amount bigint,
    since bigint not null,
    reason text collate "C" not null,
    closed_on bigint,
    import bigint,
    primary key (book, account, dispute)
);
create index dispute_item on dispute (book, account, item);
create table hold (
    book bigint not null,
    account bigint not null,
    hold bigint not null,
    kind text collate "C" not null,
    since bigint not null,
    until bigint,
    basis text collate "C" not null,
    released_on bigint,
    primary key (book, account, hold)
);
create table contact_day (
    book bigint not null,
    account bigint not null,
    entry bigint not null,
    day bigint not null,
    channel text collate "C" not null,
    notice bigint,
    primary key (book, account, entry)
);
create index contact_day_day on contact_day (book, account, day);

-- A rung climbed, proposed or told to us. The day key covers rungs of the run, not opening steps that were imported.
create table step (
    book bigint not null,
    account bigint not null,
    step bigint not null,
    currency text collate "C" not null,
    cycle bigint not null,
    rung text collate "C" not null,
    day bigint not null,
    how text collate "C" not null check (how in ('notice', 'task', 'proposal', 'imported')),
    state text collate "C" not null check (state in ('made', 'task_open', 'planned', 'pending', 'declined', 'withdrawn')),
    state_day bigint not null,
    primary key (book, account, step)
);
create unique index step_of_day on step (book, account, currency, day) where how <> 'imported';
create unique index step_of_cycle on step (book, account, currency, cycle, rung) where state <> 'withdrawn' and how <> 'imported';
create table step_item (
    book bigint not null,
    account bigint not null,
    step bigint not null,
    item bigint not null,
    line bigint not null,
    amount bigint not null,
    primary key (book, account, step, item, line)
);
create index step_item_item on step_item (book, account, item);

-- The outbox. At most one notice per account, currency and day, and one per account, currency, cycle and rung.
create table notice (
    book bigint not null,
    account bigint not null,
    notice bigint not null,
    step bigint not null,
    currency text collate "C" not null,
    day bigint not null,
    cycle bigint not null,
    rung text collate "C" not null,
    level bigint not null,
    channels text collate "C" not null,
    amount bigint not null,
    missing text collate "C" not null,
    state text collate "C" not null check (state in ('planned', 'sent', 'withdrawn')),
    state_day bigint not null,
    content_hash bytea not null,
    primary key (book, account, notice)
);
create unique index notice_of_day on notice (book, account, currency, day);
create unique index notice_of_cycle on notice (book, account, currency, cycle, rung) where state <> 'withdrawn';
create index notice_day on notice (book, day);
-- Erasable: the frozen facts of the letter, with names and addresses.
create table notice_content (
    book bigint not null,
    account bigint not null,
    notice bigint not null,
    content text collate "C",
    primary key (book, account, notice)
);

create table task (
    book bigint not null,
    account bigint not null,
    task bigint not null,
    kind text collate "C" not null,
    task_key text collate "C" not null,
    currency text collate "C",
    step bigint,
    opened_on bigint not null,
    closed_on bigint,
    closed_by bigint,
    outcome text collate "C",
    snoozed_until bigint,
    collector text collate "C",
    primary key (book, account, task)
);
create unique index task_open on task (book, account, task_key) where closed_on is null;

create table approval_request (
    book bigint not null,
    account bigint not null,
    request bigint not null,
    subject text collate "C" not null,
    step bigint,
    currency text collate "C",
    amount bigint,
    maker text collate "C" not null,
    role text collate "C" not null,
    requested_on bigint not null,
    request_sha256 bytea not null,
    state text collate "C" not null check (state in ('pending', 'approved', 'declined', 'withdrawn')),
    decided_on bigint,
    decided_by text collate "C",
    primary key (book, account, request)
);
create index approval_request_state on approval_request (book, state);

-- ── The run, imports, policies, rates, closes ───────────────────────────────────────────────────────────────────────

create table run_day (
    book bigint not null,
    day bigint not null,
    entry bigint not null,
    policy bigint not null,
    caught_up bigint not null,
    complete bigint not null,
    accounts bigint not null,
    primary key (book, day)
);
create table import (
    book bigint not null,
    import bigint not null,
    kind text collate "C" not null,
    source text collate "C" not null,
    file text collate "C" not null,
    sha256 bytea not null,
    started_at bigint not null,
    day bigint not null,
    undone_by bigint,
    primary key (book, import)
);
create table policy (
    book bigint not null,
    policy bigint not null,
    name text collate "C" not null,
    text text collate "C" not null,
    sha256 bytea not null,
    activated_on bigint not null,
    primary key (book, policy)
);
create table rate (
    book bigint not null,
    from_currency text collate "C" not null,
    to_currency text collate "C" not null,
    day bigint not null,
    rate_micros bigint not null,
    source text collate "C" not null,
    primary key (book, from_currency, to_currency, day)
);
create table control_total (
    book bigint not null,
    currency text collate "C" not null,
    day bigint not null,
    amount bigint not null,
    source text collate "C" not null,
    primary key (book, currency, day)
);
create table closed_month (
    book bigint not null,
    month bigint not null,
    pack text collate "C" not null,
    closed_at bigint not null,
    primary key (book, month)
);

-- Batch numbers: gaps are allowed, order of commit is what the seals say.
create sequence batch_number;

create function refuse_change() returns trigger language plpgsql as $$
begin
    raise exception '% is append-only', tg_table_name;
end $$;

create trigger batch_no_update before update on batch for each row execute function refuse_change();

create trigger batch_no_delete before delete on batch for each row execute function refuse_change();

create trigger ledger_no_update before update on ledger for each row execute function refuse_change();

create trigger ledger_no_delete before delete on ledger for each row execute function refuse_change();

create trigger activity_no_update before update on activity for each row execute function refuse_change();

create trigger activity_no_delete before delete on activity for each row execute function refuse_change();

create trigger decision_no_update before update on decision for each row execute function refuse_change();

create trigger decision_no_delete before delete on decision for each row execute function refuse_change();

create trigger approval_no_update before update on approval for each row execute function refuse_change();

create trigger approval_no_delete before delete on approval for each row execute function refuse_change();

create trigger seal_no_update before update on seal for each row execute function refuse_change();

create trigger seal_no_delete before delete on seal for each row execute function refuse_change();

create trigger seal_member_no_update before update on seal_member for each row execute function refuse_change();

create trigger seal_member_no_delete before delete on seal_member for each row execute function refuse_change();

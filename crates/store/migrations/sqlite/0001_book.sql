-- The book. Days are integers (days since 1970-01-01), instants are UTC microseconds, amounts are minor units.
-- Journals (ledger, activity, decision, approval, with batch as their envelope) are append-only, guarded by triggers.
-- Every other table is current state: written in the transaction of its journal rows, and recomputable from them.
-- Narrow tables of an account are clustered by it (without rowid); wide ones are appended to, and found by their key's index.

create table book (
    book integer primary key,
    name text not null unique,
    currency text not null,
    time_zone text not null,
    calendar text not null,
    buckets text not null,
    mode text not null check (mode in ('rehearsal', 'live')),
    sender text,
    first_open_day integer,
    last_bank_statement integer,
    secret blob not null,
    created_at integer not null
) strict;

create table app_user (
    book integer not null references book,
    name text not null,
    role text not null,
    primary key (book, name)
) strict;

-- ── Journals ────────────────────────────────────────────────────────────────────────────────────────────────────────

-- One committed transaction of journal rows. sha256 covers it and its rows in order, so that an edit shows before it is
-- sealed. It is written last, when its hash is known; journal rows carry no foreign key to it, `verify` checks that they fit.
create table batch (
    batch integer primary key,
    book integer not null references book,
    command text not null,
    actor text not null,
    day integer not null,
    recorded_at integer not null,
    rows integer not null,
    sha256 blob not null
) strict;
create index batch_book on batch (book, batch);

-- A posting is one row with a debit account, a credit account and an amount: it balances by construction.
create table ledger (
    book integer not null,
    account integer not null,
    entry integer not null,
    batch integer not null,
    kind text not null,
    item integer not null,
    line integer not null,
    credit_account integer not null,
    credit_item integer not null,
    currency text not null,
    debit text not null,
    credit text not null,
    amount integer not null check (amount >= 0),
    posting_day integer not null,
    value_day integer not null,
    reverses integer,
    source text,
    external_id text,
    import integer,
    detail text not null,
    primary key (book, account, entry)
) strict;
create index ledger_batch on ledger (batch, entry);
create index ledger_imported on ledger (book, source, external_id) where kind = 'application' and external_id is not null;
create unique index ledger_reverses on ledger (book, reverses) where reverses is not null;

-- What people and the desk did: accounts opened, contacts, promises, disputes, stops, tasks, notices, imports, settings.
create table activity (
    book integer not null,
    account integer not null,
    entry integer not null,
    batch integer not null,
    kind text not null,
    subject integer,
    currency text,
    amount integer,
    day integer not null,
    import integer,
    detail text not null,
    text_hash blob,
    primary key (book, account, entry)
) strict;
create index activity_batch on activity (batch, entry);

-- One recorded answer of the rules for an account, currency and day. A later revision replaces an earlier one.
create table decision (
    book integer not null,
    account integer not null,
    entry integer not null,
    batch integer not null,
    currency text not null,
    day integer not null,
    revision integer not null,
    account_version integer not null,
    policy integer not null,
    action text not null check (action in ('take', 'propose', 'wait')),
    rule text not null,
    detail text not null,
    primary key (book, account, entry)
) strict;
create unique index decision_key on decision (book, account, day, currency, revision);
create index decision_batch on decision (batch, entry);
create index decision_day on decision (book, day);

-- Requests for a second person's signature, and the signatures.
create table approval (
    book integer not null,
    account integer not null,
    entry integer not null,
    batch integer not null,
    request integer not null,
    kind text not null check (kind in ('requested', 'approved', 'declined')),
    subject text not null,
    actor text not null,
    day integer not null,
    request_sha256 blob not null,
    detail text not null,
    primary key (book, account, entry)
) strict;
create unique index approval_once on approval (book, request) where kind <> 'requested';
create index approval_batch on approval (batch, entry);

-- The chain over the journals: seal n covers the hash of seal n-1 and the hashes of its member batches in order.
create table seal (
    book integer not null references book,
    seal integer not null,
    sealed_at integer not null,
    last_recorded_at integer not null,
    batches integer not null,
    previous_sha256 blob not null,
    sha256 blob not null,
    primary key (book, seal)
) strict;
create table seal_member (
    book integer not null,
    batch integer not null references batch,
    seal integer not null,
    place integer not null,
    sha256 blob not null,
    primary key (book, batch)
) strict, without rowid;
create index seal_member_seal on seal_member (book, seal, place);

-- ── Accounts ────────────────────────────────────────────────────────────────────────────────────────────────────────

create table account (
    book integer not null references book,
    account integer not null,
    code text not null,
    parent integer,
    segment text,
    risk_class text,
    language text,
    currency text,
    terms text,
    collector text,
    debtor_kind text not null,
    business_unit text,
    country text,
    intercompany integer not null,
    incomplete integer not null,
    registration text,
    row_hash integer not null,
    source text,
    import integer,
    primary key (book, account),
    unique (book, code)
) strict, without rowid;

-- The row that postings of an account lock. version counts what changes an account's facts.
create table account_state (
    book integer not null,
    account integer not null,
    version integer not null,
    primary key (book, account)
) strict, without rowid;

-- Erasable: names, addresses, people, words. Journals hold ids and keyed hashes of these.
create table party (
    book integer not null,
    account integer not null,
    name text,
    address text,
    custom text,
    erased_on integer,
    primary key (book, account)
) strict, without rowid;
create table party_alias (
    book integer not null,
    account integer not null,
    name text not null,
    primary key (book, account, name)
) strict;
create table contact (
    book integer not null,
    account integer not null,
    contact integer not null,
    source text not null,
    external_id text not null,
    name text,
    role text,
    mail text,
    phone text,
    time_zone text,
    language text,
    channel text,
    do_not_contact integer not null,
    row_hash integer not null,
    import integer,
    erased_on integer,
    primary key (book, account, contact),
    unique (book, source, external_id)
) strict;
create table note_text (
    book integer not null,
    account integer not null,
    entry integer not null,
    text text,
    primary key (book, account, entry)
) strict;

-- ── Items ───────────────────────────────────────────────────────────────────────────────────────────────────────────

create table item (
    book integer not null,
    account integer not null,
    item integer not null,
    kind text not null,
    currency text not null,
    document text not null,
    document_day integer not null,
    posting_day integer not null,
    value_day integer not null,
    amount integer not null check (amount >= 0),
    terms text,
    discount_day integer,
    discount_amount integer,
    po_number text,
    business_unit text,
    custom text,
    source text not null,
    external_id text not null,
    row_hash integer not null,
    import integer,
    settlement integer,
    reversed_by integer,
    primary key (book, account, item)
) strict;
create unique index item_external on item (book, source, external_id) where reversed_by is null;
create index item_document on item (book, document);

-- Due lines. amount and open are signed: a debit's are >= 0, a credit's <= 0 and on line 1.
create table line (
    book integer not null,
    account integer not null,
    item integer not null,
    line integer not null,
    currency text not null,
    document_day integer not null,
    posting_day integer not null,
    due_day integer not null,
    amount integer not null,
    open integer not null,
    primary key (book, account, item, line),
    check (amount >= 0 and open between 0 and amount or amount < 0 and open between amount and 0)
) strict, without rowid;
create index line_open on line (book, account, currency, due_day, posting_day, document_day, open, item, line, amount)
    where open <> 0;

-- Every change of a line's open amount after it was posted, signed like the line. What was open on day D is what is open
-- now less the movements after D, over the lines posted by D.
create table movement (
    book integer not null,
    account integer not null,
    entry integer not null,
    item integer not null,
    line integer not null,
    currency text not null,
    day integer not null,
    delta integer not null,
    posting_day integer not null,
    document_day integer not null,
    due_day integer not null,
    other_item integer not null,
    primary key (book, account, item, line, entry)
) strict, without rowid;
create index movement_day on movement (book, day, account, currency, posting_day, due_day, document_day, delta);

create table account_summary (
    book integer not null,
    account integer not null,
    currency text not null,
    open_debit integer not null,
    unapplied integer not null,
    open_lines integer not null,
    first_document integer,
    last_payment_day integer,
    last_payment integer,
    primary key (book, account, currency)
) strict, without rowid;

-- The trend's source: due lines closed (paid to zero) by calendar month (year * 12 + month - 1) of the closing day.
create table account_month (
    book integer not null,
    account integer not null,
    currency text not null,
    month integer not null,
    lines integer not null,
    amount integer not null,
    late_lines integer not null,
    late_amount integer not null,
    days_late integer not null,
    amount_days_late integer not null,
    longest_days_late integer not null,
    primary key (book, account, currency, month)
) strict, without rowid;

create table control_day (
    book integer not null,
    currency text not null,
    day integer not null,
    amount integer not null,
    debits integer not null,
    credits integer not null,
    primary key (book, currency, day)
) strict, without rowid;

-- ── Agreements, the ladder, tasks ───────────────────────────────────────────────────────────────────────────────────

create table promise (
    book integer not null,
    account integer not null,
    promise integer not null,
    currency text not null,
    amount integer not null,
    made_on integer not null,
    promised_for integer not null,
    items text not null,
    ended_on integer,
    ended_by integer,
    primary key (book, account, promise)
) strict, without rowid;
create table dispute (
    book integer not null,
    account integer not null,
    dispute integer not null,
    currency text not null,
    item integer not null,
    line integer,
    amount integer,
    since integer not null,
    reason text not null,
    closed_on integer,
    import integer,
    primary key (book, account, dispute)
) strict, without rowid;
create index dispute_item on dispute (book, account, item);
create table hold (
    book integer not null,
    account integer not null,
    hold integer not null,
    kind text not null,
    since integer not null,
    until integer,
    basis text not null,
    released_on integer,
    primary key (book, account, hold)
) strict, without rowid;
create table contact_day (
    book integer not null,
    account integer not null,
    entry integer not null,
    day integer not null,
    channel text not null,
    notice integer,
    primary key (book, account, entry)
) strict, without rowid;
create index contact_day_day on contact_day (book, account, day);

-- A rung climbed, proposed or told to us. The day key covers rungs of the run, not opening steps that were imported.
create table step (
    book integer not null,
    account integer not null,
    step integer not null,
    currency text not null,
    cycle integer not null,
    rung text not null,
    day integer not null,
    how text not null check (how in ('notice', 'task', 'proposal', 'imported')),
    state text not null check (state in ('made', 'task_open', 'planned', 'pending', 'declined', 'withdrawn')),
    state_day integer not null,
    primary key (book, account, step)
) strict, without rowid;
create unique index step_of_day on step (book, account, currency, day) where how <> 'imported';
create unique index step_of_cycle on step (book, account, currency, cycle, rung) where state <> 'withdrawn' and how <> 'imported';
create table step_item (
    book integer not null,
    account integer not null,
    step integer not null,
    item integer not null,
    line integer not null,
    amount integer not null,
    primary key (book, account, step, item, line)
) strict, without rowid;
create index step_item_item on step_item (book, account, item);

-- The outbox. At most one notice per account, currency and day, and one per account, currency, cycle and rung.
create table notice (
    book integer not null,
    account integer not null,
    notice integer not null,
    step integer not null,
    currency text not null,
    day integer not null,
    cycle integer not null,
    rung text not null,
    level integer not null,
    channels text not null,
    amount integer not null,
    missing text not null,
    state text not null check (state in ('planned', 'sent', 'withdrawn')),
    state_day integer not null,
    content_hash blob not null,
    primary key (book, account, notice)
) strict;
create unique index notice_of_day on notice (book, account, currency, day);
create unique index notice_of_cycle on notice (book, account, currency, cycle, rung) where state <> 'withdrawn';
create index notice_day on notice (book, day);
-- Erasable: the frozen facts of the letter, with names and addresses.
create table notice_content (
    book integer not null,
    account integer not null,
    notice integer not null,
    content text,
    primary key (book, account, notice)
) strict;

create table task (
    book integer not null,
    account integer not null,
    task integer not null,
    kind text not null,
    task_key text not null,
    currency text,
    step integer,
    opened_on integer not null,
    closed_on integer,
    closed_by integer,
    outcome text,
    snoozed_until integer,
    collector text,
    primary key (book, account, task)
) strict, without rowid;
create unique index task_open on task (book, account, task_key) where closed_on is null;

create table approval_request (
    book integer not null,
    account integer not null,
    request integer not null,
    subject text not null,
    step integer,
    currency text,
    amount integer,
    maker text not null,
    role text not null,
    requested_on integer not null,
    request_sha256 blob not null,
    state text not null check (state in ('pending', 'approved', 'declined', 'withdrawn')),
    decided_on integer,
    decided_by text,
    primary key (book, account, request)
) strict;
create index approval_request_state on approval_request (book, state);

-- ── The run, imports, policies, rates, closes ───────────────────────────────────────────────────────────────────────

create table run_day (
    book integer not null,
    day integer not null,
    entry integer not null,
    policy integer not null,
    caught_up integer not null,
    complete integer not null,
    accounts integer not null,
    primary key (book, day)
) strict, without rowid;
create table import (
    book integer not null,
    import integer not null,
    kind text not null,
    source text not null,
    file text not null,
    sha256 blob not null,
    started_at integer not null,
    day integer not null,
    undone_by integer,
    primary key (book, import)
) strict;
create table policy (
    book integer not null,
    policy integer not null,
    name text not null,
    text text not null,
    sha256 blob not null,
    activated_on integer not null,
    primary key (book, policy)
) strict;
create table rate (
    book integer not null,
    from_currency text not null,
    to_currency text not null,
    day integer not null,
    rate_micros integer not null,
    source text not null,
    primary key (book, from_currency, to_currency, day)
) strict, without rowid;
create table control_total (
    book integer not null,
    currency text not null,
    day integer not null,
    amount integer not null,
    source text not null,
    primary key (book, currency, day)
) strict, without rowid;
create table closed_month (
    book integer not null,
    month integer not null,
    pack text not null,
    closed_at integer not null,
    primary key (book, month)
) strict;

create trigger batch_no_update before update on batch begin
    select raise(abort, 'batch is append-only');
end;

create trigger batch_no_delete before delete on batch begin
    select raise(abort, 'batch is append-only');
end;

create trigger ledger_no_update before update on ledger begin
    select raise(abort, 'ledger is append-only');
end;

create trigger ledger_no_delete before delete on ledger begin
    select raise(abort, 'ledger is append-only');
end;

create trigger activity_no_update before update on activity begin
    select raise(abort, 'activity is append-only');
end;

create trigger activity_no_delete before delete on activity begin
    select raise(abort, 'activity is append-only');
end;

create trigger decision_no_update before update on decision begin
    select raise(abort, 'decision is append-only');
end;

create trigger decision_no_delete before delete on decision begin
    select raise(abort, 'decision is append-only');
end;

create trigger approval_no_update before update on approval begin
    select raise(abort, 'approval is append-only');
end;

create trigger approval_no_delete before delete on approval begin
    select raise(abort, 'approval is append-only');
end;

create trigger seal_no_update before update on seal begin
    select raise(abort, 'seal is append-only');
end;

create trigger seal_no_delete before delete on seal begin
    select raise(abort, 'seal is append-only');
end;

create trigger seal_member_no_update before update on seal_member begin
    select raise(abort, 'seal_member is append-only');
end;

create trigger seal_member_no_delete before delete on seal_member begin
    select raise(abort, 'seal_member is append-only');
end;

-- Who may come in: passwords and second factors, sessions, one-time links, failed attempts, API keys, answered requests.
-- None of it is a fact of the book: no journal tells it, `verify` does not recompute it, and a book without it is whole.
-- Instants are UTC microseconds. Of a token or a key only its SHA-256 is kept.

create table credential (
    book bigint not null references book,
    name text collate "C" not null,
    password_phc text collate "C",
    totp_secret bytea,
    totp_confirmed bigint not null,
    totp_last_step bigint not null,
    changed_at bigint not null,
    primary key (book, name)
);

create table session (
    book bigint not null references book,
    token_sha256 bytea not null,
    name text collate "C" not null,
    csrf text collate "C" not null,
    created_at bigint not null,
    seen_at bigint not null,
    elevated_at bigint not null,
    expires_at bigint not null,
    primary key (book, token_sha256)
);
create index session_name on session (book, name);

create table sign_in_link (
    book bigint not null references book,
    token_sha256 bytea not null,
    name text collate "C" not null,
    expires_at bigint not null,
    used_at bigint,
    primary key (book, token_sha256)
);

-- Attempts of one name or one address since window_from. The key is a hash: what strangers type is not kept.
create table sign_in_failure (
    book bigint not null references book,
    attempt_key text collate "C" not null,
    failures bigint not null,
    window_from bigint not null,
    primary key (book, attempt_key)
);
create index sign_in_failure_window on sign_in_failure (book, window_from);

create table api_key (
    book bigint not null references book,
    key_id text collate "C" not null,
    name text collate "C" not null,
    label text collate "C" not null,
    secret_sha256 bytea not null,
    scopes text collate "C" not null,
    created_at bigint not null,
    expires_at bigint not null,
    revoked_at bigint,
    last_used_at bigint,
    primary key (book, key_id)
);

-- A request with an Idempotency-Key. The row is claimed in the transaction of the effect (batch), the answer follows.
create table idempotent_request (
    book bigint not null references book,
    principal text collate "C" not null,
    route text collate "C" not null,
    request_key text collate "C" not null,
    body_sha256 bytea not null,
    attempt bytea not null,
    batch bigint,
    status bigint,
    content_type text collate "C",
    response bytea,
    recorded_at bigint not null,
    primary key (book, principal, route, request_key)
);
create index idempotent_request_day on idempotent_request (book, recorded_at) where batch is null;

-- Who may come in: passwords and second factors, sessions, one-time links, failed attempts, API keys, answered requests.
-- None of it is a fact of the book: no journal tells it, `verify` does not recompute it, and a book without it is whole.
-- Instants are UTC microseconds. Of a token or a key only its SHA-256 is kept.

create table credential (
    book integer not null references book,
    name text not null,
    password_phc text,
    totp_secret blob,
    totp_confirmed integer not null,
    totp_last_step integer not null,
    changed_at integer not null,
    primary key (book, name)
) strict;

create table session (
    book integer not null references book,
    token_sha256 blob not null,
    name text not null,
    csrf text not null,
    created_at integer not null,
    seen_at integer not null,
    elevated_at integer not null,
    expires_at integer not null,
    primary key (book, token_sha256)
) strict;
create index session_name on session (book, name);

create table sign_in_link (
    book integer not null references book,
    token_sha256 blob not null,
    name text not null,
    expires_at integer not null,
    used_at integer,
    primary key (book, token_sha256)
) strict;

-- Attempts of one name or one address since window_from. The key is a hash: what strangers type is not kept.
create table sign_in_failure (
    book integer not null references book,
    attempt_key text not null,
    failures integer not null,
    window_from integer not null,
    primary key (book, attempt_key)
) strict;
create index sign_in_failure_window on sign_in_failure (book, window_from);

create table api_key (
    book integer not null references book,
    key_id text not null,
    name text not null,
    label text not null,
    secret_sha256 blob not null,
    scopes text not null,
    created_at integer not null,
    expires_at integer not null,
    revoked_at integer,
    last_used_at integer,
    primary key (book, key_id)
) strict;

-- A request with an Idempotency-Key. The row is claimed in the transaction of the effect (batch), the answer follows.
create table idempotent_request (
    book integer not null references book,
    principal text not null,
    route text not null,
    request_key text not null,
    body_sha256 blob not null,
    attempt blob not null,
    batch integer,
    status integer,
    content_type text,
    response blob,
    recorded_at integer not null,
    primary key (book, principal, route, request_key)
) strict;
create index idempotent_request_day on idempotent_request (book, recorded_at) where batch is null;

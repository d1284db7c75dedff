-- Who people are to the organisation's sign-in provider, and the ways there that were begun and not finished. Like the other
-- tables of who may come in, none of it is a fact of the book; that an identity was awaited, linked or taken away is journaled.

-- One identity of one person at one provider. Without a subject it is awaited: the first sign-in there with this verified
-- e-mail address links it. Who asked for it lets that person in.
create table identity (
    book integer not null references book,
    issuer text not null,
    name text not null,
    subject text,
    email text,
    asked_by text not null,
    changed_at integer not null,
    primary key (book, issuer, name)
) strict;
create unique index identity_subject on identity (book, issuer, subject);
create unique index identity_email on identity (book, issuer, email);

-- A browser that was sent to the provider. Of what it brings back only the SHA-256 is kept; it is good once.
create table provider_errand (
    book integer not null references book,
    state_sha256 blob not null,
    browser_sha256 blob not null,
    errand text not null check (errand in ('sign_in', 'link', 'proof')),
    name text not null,
    place text not null,
    nonce text not null,
    verifier text not null,
    expires_at integer not null,
    primary key (book, state_sha256)
) strict;
create index provider_errand_end on provider_errand (book, expires_at);

-- Views that people keep for themselves, and who is at work on an account just now. Neither is a fact of the book.
create table saved_view (
    book bigint not null,
    owner text collate "C" not null,
    place text collate "C" not null check (place in ('worklist', 'accounts')),
    name text collate "C" not null,
    query text collate "C" not null,
    position bigint not null,
    primary key (book, owner, place, name)
);
create table taken (
    book bigint not null,
    account bigint not null,
    taken_by text collate "C" not null,
    taken_at bigint not null,
    primary key (book, account)
);

-- Views that people keep for themselves, and who is at work on an account just now. Neither is a fact of the book.
create table saved_view (
    book integer not null,
    owner text not null,
    place text not null check (place in ('worklist', 'accounts')),
    name text not null,
    query text not null,
    position integer not null,
    primary key (book, owner, place, name)
) strict;
create table taken (
    book integer not null,
    account integer not null,
    taken_by text not null,
    taken_at integer not null,
    primary key (book, account)
) strict;

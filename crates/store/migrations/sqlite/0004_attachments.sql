-- Copies of invoices, proofs of delivery and other papers that belong to an item. The bytes and the file's name (a note of
-- the entry) are erasable; what the paper was, and its hash, stays.

create table attachment (
    book integer not null,
    account integer not null,
    attachment integer not null,
    item integer not null,
    kind text not null,
    media_type text not null,
    size integer not null,
    sha256 blob not null,
    added_on integer not null,
    removed_on integer,
    primary key (book, account, attachment)
) strict, without rowid;

create table attachment_file (
    book integer not null,
    account integer not null,
    attachment integer not null,
    bytes blob,
    primary key (book, account, attachment)
) strict;

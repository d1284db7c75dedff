-- Copies of invoices, proofs of delivery and other papers that belong to an item. The bytes and the file's name (a note of
-- the entry) are erasable; what the paper was, and its hash, stays.

create table attachment (
    book bigint not null,
    account bigint not null,
    attachment bigint not null,
    item bigint not null,
    kind text collate "C" not null,
    media_type text collate "C" not null,
    size bigint not null,
    sha256 bytea not null,
    added_on bigint not null,
    removed_on bigint,
    primary key (book, account, attachment)
);

create table attachment_file (
    book bigint not null,
    account bigint not null,
    attachment bigint not null,
    bytes bytea,
    primary key (book, account, attachment)
);

-- Refunds and write-offs. Whom a refund is paid to is an erasable note of its entry; a payment file is one of the book's.

-- By what the book itself pays: its own bank accounts, JSON.
alter table book add column pays_from text;

-- One row for each refund that was asked for. From the signature on `item` is the debit that takes the credit off.
create table refund (
    book bigint not null,
    account bigint not null,
    refund bigint not null,
    request bigint not null,
    credit_item bigint not null,
    kind text collate "C" not null check (kind in ('pain.001', 'nacha')),
    currency text collate "C" not null,
    amount bigint not null check (amount > 0),
    asked_on bigint not null,
    item bigint,
    file bigint,
    ended text collate "C" check (ended in ('confirmed', 'cancelled', 'returned')),
    ended_on bigint,
    primary key (book, account, refund)
);
create unique index refund_request on refund (book, request);
create index refund_newest on refund (book, refund);
create index refund_credit on refund (book, account, credit_item);
create index refund_file_of on refund (book, file) where file is not null;
create index refund_unfiled on refund (book, item) where item is not null and file is null and ended is null;

-- One row for each payment file that was written.
create table refund_file (
    book bigint not null,
    entry bigint not null,
    kind text collate "C" not null,
    message_id text collate "C" not null,
    pays_on bigint not null,
    written_on bigint not null,
    payments bigint not null check (payments > 0),
    sums text collate "C" not null,
    sha256 bytea not null,
    primary key (book, entry)
);
create unique index refund_file_message on refund_file (book, message_id);

-- One row for each write-off. `credit_item` closes the line; what came in for it later takes it back.
create table write_off (
    book bigint not null,
    account bigint not null,
    write_off bigint not null,
    request bigint,
    item bigint not null,
    credit_item bigint,
    currency text collate "C" not null,
    amount bigint not null check (amount > 0),
    recovered bigint not null check (recovered between 0 and amount),
    reason text collate "C" not null,
    tax_relief bigint not null check (tax_relief in (0, 1)),
    maker text collate "C" not null,
    made_on bigint not null,
    taken_back_on bigint,
    primary key (book, account, write_off)
);
create index write_off_newest on write_off (book, write_off);
create index write_off_made on write_off (book, account, maker, made_on);

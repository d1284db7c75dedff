-- Refunds and write-offs. Whom a refund is paid to is an erasable note of its entry; a payment file is one of the book's.

-- By what the book itself pays: its own bank accounts, JSON.
alter table book add column pays_from text;

-- One row for each refund that was asked for. From the signature on `item` is the debit that takes the credit off.
create table refund (
    book integer not null,
    account integer not null,
    refund integer not null,
    request integer not null,
    credit_item integer not null,
    kind text not null check (kind in ('pain.001', 'nacha')),
    currency text not null,
    amount integer not null check (amount > 0),
    asked_on integer not null,
    item integer,
    file integer,
    ended text check (ended in ('confirmed', 'cancelled', 'returned')),
    ended_on integer,
    primary key (book, account, refund)
) strict, without rowid;
create unique index refund_request on refund (book, request);
create index refund_newest on refund (book, refund);
create index refund_credit on refund (book, account, credit_item);
create index refund_file_of on refund (book, file) where file is not null;
create index refund_unfiled on refund (book, item) where item is not null and file is null and ended is null;

-- One row for each payment file that was written.
create table refund_file (
    book integer not null,
    entry integer not null,
    kind text not null,
    message_id text not null,
    pays_on integer not null,
    written_on integer not null,
    payments integer not null check (payments > 0),
    sums text not null,
    sha256 blob not null,
    primary key (book, entry)
) strict, without rowid;
create unique index refund_file_message on refund_file (book, message_id);

-- One row for each write-off. `credit_item` closes the line; what came in for it later takes it back.
create table write_off (
    book integer not null,
    account integer not null,
    write_off integer not null,
    request integer,
    item integer not null,
    credit_item integer,
    currency text not null,
    amount integer not null check (amount > 0),
    recovered integer not null check (recovered between 0 and amount),
    reason text not null,
    tax_relief integer not null check (tax_relief in (0, 1)),
    maker text not null,
    made_on integer not null,
    taken_back_on integer,
    primary key (book, account, write_off)
) strict, without rowid;
create index write_off_newest on write_off (book, write_off);
create index write_off_made on write_off (book, account, maker, made_on);

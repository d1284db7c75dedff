-- Cash. A receipt is an item; here is what the bank said of it. The words (who paid, from which account, what they wrote) are
-- an erasable note of the entry.

-- One row for each credit a bank booked, whatever file told of it, in whatever order and how often. Account 0 is nobody's:
-- unidentified cash.
create table bank_entry (
    book integer not null,
    entry integer not null,
    bank_key text not null,
    import integer,
    currency text not null,
    amount integer not null check (amount > 0),
    booking_day integer not null,
    value_day integer not null,
    code text not null,
    account integer not null,
    item integer not null,
    asked text not null,
    asked_on integer,
    primary key (book, entry)
) strict, without rowid;
create unique index bank_entry_key on bank_entry (book, bank_key);
create index bank_entry_item on bank_entry (book, account, item);
create index bank_entry_asked on bank_entry (book, asked_on, entry) where asked_on is not null;

-- By what a payer is known: a bank account or a name, confirmed by a person. The value is an erasable note of the entry.
create table payer_mark (
    book integer not null,
    account integer not null,
    mark integer not null,
    kind text not null check (kind in ('bank_account', 'name')),
    learned_on integer not null,
    forgotten_on integer,
    primary key (book, account, mark)
) strict, without rowid;

-- What was read of a bank's file: counts, totals as stated and as counted, what a person accepted and why.
create table bank_file (
    book integer not null,
    entry integer not null,
    import integer not null,
    detail text not null,
    primary key (book, entry)
) strict, without rowid;

-- Cash. A receipt is an item; here is what the bank said of it. The words (who paid, from which account, what they wrote) are
-- an erasable note of the entry.

-- One row for each credit a bank booked, whatever file told of it, in whatever order and how often. Account 0 is nobody's:
-- unidentified cash.
create table bank_entry (
    book bigint not null,
    entry bigint not null,
    bank_key text collate "C" not null,
    import bigint,
    currency text collate "C" not null,
    amount bigint not null check (amount > 0),
    booking_day bigint not null,
    value_day bigint not null,
    code text collate "C" not null,
    account bigint not null,
    item bigint not null,
    asked text collate "C" not null,
    asked_on bigint,
    primary key (book, entry)
);
create unique index bank_entry_key on bank_entry (book, bank_key);
create index bank_entry_item on bank_entry (book, account, item);
create index bank_entry_asked on bank_entry (book, asked_on, entry) where asked_on is not null;

-- By what a payer is known: a bank account or a name, confirmed by a person. The value is an erasable note of the entry.
create table payer_mark (
    book bigint not null,
    account bigint not null,
    mark bigint not null,
    kind text collate "C" not null check (kind in ('bank_account', 'name')),
    learned_on bigint not null,
    forgotten_on bigint,
    primary key (book, account, mark)
);

-- What was read of a bank's file: counts, totals as stated and as counted, what a person accepted and why.
create table bank_file (
    book bigint not null,
    entry bigint not null,
    import bigint not null,
    detail text collate "C" not null,
    primary key (book, entry)
);

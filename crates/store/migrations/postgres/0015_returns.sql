-- Returns. An entry of a bank that takes a receipt back, and the receipt it found. The words (references, text) are an
-- erasable note of the entry.

-- Our account to which a receipt came, as the bank names it; empty where it was told before this was kept.
alter table bank_entry add column bank_account text collate "C" not null default '';
create index bank_entry_day on bank_entry (book, currency, amount, booking_day);

-- One row for each booking that undoes an earlier credit, whatever file told of it. It takes back one receipt, once found.
create table bank_return (
    book bigint not null,
    entry bigint not null,
    bank_key text collate "C" not null,
    import bigint,
    currency text collate "C" not null,
    amount bigint not null check (amount > 0),
    booking_day bigint not null,
    value_day bigint not null,
    bank_account text collate "C" not null,
    document text collate "C" not null,
    code text collate "C" not null,
    undone text collate "C" not null check (undone in ('returned', 'contested')),
    reason text collate "C" not null,
    meaning text collate "C" not null,
    receipt bigint,
    asked text collate "C" not null,
    asked_on bigint,
    primary key (book, entry)
);
create unique index bank_return_key on bank_return (book, bank_key);
create unique index bank_return_receipt on bank_return (book, receipt) where receipt is not null;
create index bank_return_asked on bank_return (book, asked_on, entry) where asked_on is not null;

-- The final statement that lists an entry, where it has balances; an entry that only a report of the day told has none.
alter table bank_entry add column statement bigint;
alter table bank_return add column statement bigint;
create index bank_entry_unlisted on bank_entry (book, bank_account, currency, booking_day) where statement is null;
create index bank_return_unlisted on bank_return (book, bank_account, currency, booking_day) where statement is null;

-- One row for each final statement with an opening and a closing balance: what its entries come to, what was told for its days
-- and is not on it, what is missing then, and what of that a person has seen. Sums in minor units, credits positive.
create table bank_statement (
    book bigint not null,
    entry bigint not null,
    import bigint,
    bank_account text collate "C" not null,
    statement text collate "C" not null,
    currency text collate "C" not null,
    from_day bigint not null,
    to_day bigint not null,
    opening bigint not null,
    closing bigint not null,
    moved bigint not null,
    unlisted bigint not null,
    difference bigint not null,
    seen bigint,
    asked_on bigint,
    primary key (book, entry)
);
create unique index bank_statement_key on bank_statement (book, bank_account, currency, statement);
create index bank_statement_day on bank_statement (book, bank_account, currency, to_day);
create index bank_statement_asked on bank_statement (book, asked_on, entry) where asked_on is not null;

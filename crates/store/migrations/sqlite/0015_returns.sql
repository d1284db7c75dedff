-- Returns. An entry of a bank that takes a receipt back, and the receipt it found. The words (references, text) are an
-- erasable note of the entry.

-- Our account to which a receipt came, as the bank names it; empty where it was told before this was kept.
alter table bank_entry add column bank_account text not null default '';
create index bank_entry_day on bank_entry (book, currency, amount, booking_day);

-- One row for each booking that undoes an earlier credit, whatever file told of it. It takes back one receipt, once found.
create table bank_return (
    book integer not null,
    entry integer not null,
    bank_key text not null,
    import integer,
    currency text not null,
    amount integer not null check (amount > 0),
    booking_day integer not null,
    value_day integer not null,
    bank_account text not null,
    document text not null,
    code text not null,
    undone text not null check (undone in ('returned', 'contested')),
    reason text not null,
    meaning text not null,
    receipt integer,
    asked text not null,
    asked_on integer,
    primary key (book, entry)
) strict, without rowid;
create unique index bank_return_key on bank_return (book, bank_key);
create unique index bank_return_receipt on bank_return (book, receipt) where receipt is not null;
create index bank_return_asked on bank_return (book, asked_on, entry) where asked_on is not null;

-- The final statement that lists an entry, where it has balances; an entry that only a report of the day told has none.
alter table bank_entry add column statement integer;
alter table bank_return add column statement integer;
create index bank_entry_unlisted on bank_entry (book, bank_account, currency, booking_day) where statement is null;
create index bank_return_unlisted on bank_return (book, bank_account, currency, booking_day) where statement is null;

-- One row for each final statement with an opening and a closing balance: what its entries come to, what was told for its days
-- and is not on it, what is missing then, and what of that a person has seen. Sums in minor units, credits positive.
create table bank_statement (
    book integer not null,
    entry integer not null,
    import integer,
    bank_account text not null,
    statement text not null,
    currency text not null,
    from_day integer not null,
    to_day integer not null,
    opening integer not null,
    closing integer not null,
    moved integer not null,
    unlisted integer not null,
    difference integer not null,
    seen integer,
    asked_on integer,
    primary key (book, entry)
) strict, without rowid;
create unique index bank_statement_key on bank_statement (book, bank_account, currency, statement);
create index bank_statement_day on bank_statement (book, bank_account, currency, to_day);
create index bank_statement_asked on bank_statement (book, asked_on, entry) where asked_on is not null;

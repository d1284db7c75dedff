-- Remittance advices: what payers said a payment is for. Each is recorded once, whatever file tells of it; it waits for its
-- receipt, or belongs to one. Its lines and the payer's name are an erasable note of the entry.
create table remittance (
    book integer not null,
    entry integer not null,
    advice_key text not null,
    import integer,
    currency text not null,
    amount integer not null,
    reference text not null,
    paid_day integer,
    content text not null,
    receipt integer,
    primary key (book, entry)
) strict, without rowid;
create unique index remittance_key on remittance (book, advice_key);
create unique index remittance_receipt on remittance (book, receipt) where receipt is not null;
create index remittance_waits on remittance (book, currency, amount) where receipt is null;
create index remittance_import on remittance (book, import);

-- The receipt of an advice is looked for by its amount.
create index bank_entry_amount on bank_entry (book, currency, amount);

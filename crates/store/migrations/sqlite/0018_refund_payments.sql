-- What a bank paid under the id of a refund of ours and that does not fit it: another amount, or a refund that nobody had it
-- pay. One row for each booking, whatever file told of it; a person is asked until somebody says what it is.
create table refund_payment (
    book integer not null,
    entry integer not null,
    bank_key text not null,
    import integer,
    account integer not null,
    refund integer not null,
    currency text not null,
    amount integer not null,
    booking_day integer not null,
    bank_account text not null,
    question text not null,
    asked_on integer,
    primary key (book, entry)
) strict, without rowid;
create unique index refund_payment_key on refund_payment (book, bank_key);
create index refund_payment_asked on refund_payment (book, asked_on, entry) where asked_on is not null;

-- An advice that a person has dismissed waits for no receipt.
alter table remittance add column dismissed_on integer;

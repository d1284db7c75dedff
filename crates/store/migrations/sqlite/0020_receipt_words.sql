-- What a later file of the bank says of a receipt besides: the newest of them has all that was said. The words are an erasable
-- note of the entry.
create table receipt_words (
    book integer not null,
    entry integer not null,
    receipt integer not null,
    import integer,
    primary key (book, entry)
) strict, without rowid;
create index receipt_words_of on receipt_words (book, receipt, entry);

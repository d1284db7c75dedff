-- What a later file of the bank says of a receipt besides: the newest of them has all that was said. The words are an erasable
-- note of the entry.
create table receipt_words (
    book bigint not null,
    entry bigint not null,
    receipt bigint not null,
    import bigint,
    primary key (book, entry)
);
create index receipt_words_of on receipt_words (book, receipt, entry);

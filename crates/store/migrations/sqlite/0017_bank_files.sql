-- Every bank file that was handed in, whatever came of it: one that told nothing new, one that only told of refunds, one that
-- was refused. Its import is known once it recorded something, what came of it once it was read to its end; rows of before
-- say all of that at once.
create table bank_file_handed_in (
    book integer not null,
    entry integer not null,
    import integer,
    detail text not null,
    outcome text,
    primary key (book, entry)
) strict, without rowid;
insert into bank_file_handed_in (book, entry, import, detail, outcome) select book, entry, import, detail, '{}' from bank_file;
drop table bank_file;
alter table bank_file_handed_in rename to bank_file;

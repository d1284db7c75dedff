-- How often a book was changed: by recordings, and by what people keep beside its facts. One indexed read tells whether
-- anything that is kept in memory still holds. Several rows a book, so that recordings do not wait for each other; the
-- version is their sum. And tasks closed on a day are found by the day first: by the book, all of its tasks were walked.
create table book_version (
    book integer not null,
    slot integer not null,
    batches integer not null,
    others integer not null,
    primary key (book, slot)
) strict, without rowid;
insert into book_version (book, slot, batches, others) select book, 0, count(*), 0 from batch group by book;
drop index task_closed;
create index task_closed on task (closed_on, book, account) where closed_on is not null;

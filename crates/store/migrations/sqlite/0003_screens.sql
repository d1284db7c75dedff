-- What the screens look things up by: words of names, pages of a history by day, amounts and order numbers; notes that
-- are pinned, and notices that are held back.

-- Erasable like the name it is made of: the name in lower case, by which lists are sorted.
alter table party add column search_name text not null default '';
create index party_search on party (book, search_name, account);

-- Erasable: the words of an account's name and aliases in lower case, made of `party` and `party_alias`.
create table name_word (
    book integer not null,
    account integer not null,
    word text not null,
    primary key (book, account, word)
) strict, without rowid;
create index name_word_word on name_word (book, word, account);

-- Notes on top of an account's timeline.
create table pin (
    book integer not null,
    account integer not null,
    entry integer not null,
    pinned_on integer not null,
    primary key (book, account, entry)
) strict, without rowid;

-- The entry that holds a planned notice back; null while nothing does.
alter table notice add column held_by integer;
create index notice_account on notice (book, account, day, notice);
create index notice_page on notice (book, day, notice);

create index ledger_day on ledger (book, account, posting_day, entry);
create index activity_day on activity (book, account, day, entry);
create index decision_made on decision (book, account, day, entry) where action <> 'wait';
create index approval_day on approval (book, account, day, entry);
create index batch_recorded on batch (book, recorded_at, batch);
create index batch_actor on batch (book, actor, batch);
create index batch_command on batch (book, command, batch);

create index item_po on item (book, po_number, item) where po_number is not null;
create index item_amount on item (book, amount, item);
create index line_open_amount on line (open, book, item) where open <> 0;
create index account_parent on account (book, parent) where parent is not null;
create index promise_made on promise (made_on, book, account);
create index task_closed on task (book, closed_on, account) where closed_on is not null;
create index promise_for on promise (book, promised_for, account);
create index dispute_open on dispute (since, book, account) where closed_on is null;
create index dispute_closed on dispute (book, closed_on, account) where closed_on is not null;

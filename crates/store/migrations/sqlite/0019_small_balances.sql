-- Small balances that were written off together: the entry of the batch a write-off is of, by which all of it is taken back.
alter table write_off add column batch integer;
create index write_off_of_batch on write_off (book, batch) where batch is not null;

-- What was reversed, by the source's id of it: a receipt whose file was undone and is read again stands from the day on which
-- it was undone.
create index item_reversed on item (book, source, external_id) where reversed_by is not null;

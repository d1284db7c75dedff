-- Whose hand is in a way in: who made a link, and who let somebody set the first of what they prove themselves with.
alter table sign_in_link add column issued_by text;
alter table credential add column let_in_by text;
alter table credential add column let_in_at integer;
create index sign_in_link_name on sign_in_link (book, name);

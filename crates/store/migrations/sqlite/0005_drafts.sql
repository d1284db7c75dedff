-- Policies that are written and wait for a second person to put them in force.
create table policy_draft (
    book integer not null,
    draft integer not null,
    name text not null,
    text text not null,
    sha256 blob not null,
    drafted_by text not null,
    drafted_on integer not null,
    state text not null check (state in ('waiting', 'activated', 'declined')),
    decided_by text,
    primary key (book, draft)
) strict;
create index policy_draft_waiting on policy_draft (book, draft) where state = 'waiting';

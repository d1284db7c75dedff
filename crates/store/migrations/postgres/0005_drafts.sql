-- Policies that are written and wait for a second person to put them in force.
create table policy_draft (
    book bigint not null,
    draft bigint not null,
    name text collate "C" not null,
    text text collate "C" not null,
    sha256 bytea not null,
    drafted_by text collate "C" not null,
    drafted_on bigint not null,
    state text collate "C" not null check (state in ('waiting', 'activated', 'declined')),
    decided_by text collate "C",
    primary key (book, draft)
);
create index policy_draft_waiting on policy_draft (book, draft) where state = 'waiting';

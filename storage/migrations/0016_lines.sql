-- 0016_lines.sql: what each line did (MRG-08), and what branch centres tell of their own calls and tickets (MRG-05).
-- line_* can be counted again from the journal; branch_* is what others said, and stands only here.

create table line_interval (
    site   text        not null,
    start  timestamptz not null check (extract(epoch from start)::bigint % 900 = 0),
    line   text        not null,
    counts jsonb       not null,
    primary key (site, start, line)
);

create table line_call (
    site    text        not null,
    call    text        not null,
    seen_at timestamptz not null,
    tally   jsonb       not null,
    primary key (site, call)
);
create index line_call_seen on line_call (site, seen_at);

-- Who may tell: the secret with which a branch signs, sealed; a second one while the first is replaced.
create table branch_key (
    line       text        not null check (length(line) between 1 and 40),
    n          integer     not null check (n >= 1),
    sealed     bytea       not null,
    made_at    timestamptz not null,
    made_by    text        not null,
    revoked_at timestamptz,
    primary key (line, n)
);

-- How far each branch has told: `newest_at` is its own time, `heard_at` ours.
create table branch_feed (
    line      text        primary key,
    newest_at timestamptz not null,
    heard_at  timestamptz not null,
    calls     bigint      not null default 0,
    tickets   bigint      not null default 0,
    refused   bigint      not null default 0
);

create table branch_call (
    line       text collate "C" not null,
    id         text collate "C" not null,
    as_of      timestamptz not null, -- the newest word about this call wins
    asked_at   timestamptz not null,
    told       jsonb       not null,
    caller_key text,
    caller     text        not null, -- masked
    primary key (line, id)
);
create index branch_call_caller on branch_call (caller_key) where caller_key is not null;

create table branch_interval (
    line   text        not null,
    start  timestamptz not null check (extract(epoch from start)::bigint % 900 = 0),
    counts jsonb       not null,
    primary key (line, start)
);

create table branch_ticket (
    line      text collate "C" not null,
    id        text collate "C" not null,
    ticket_no text collate "C" not null unique references ticket,
    filed_at  timestamptz not null,
    taken_at  timestamptz not null,
    primary key (line, id)
);

-- 0025_roster.sql: who is to work when (SEAT-03), and how long callers were patient, by day.
create table roster_file (
    id     bigint generated always as identity primary key,
    name   text        not null,
    sha256 bytea       not null check (length(sha256) = 32),
    by     text        not null,
    at     timestamptz not null,
    shifts integer     not null check (shifts > 0)
);

-- A file replaces whole days; a night shift belongs to the day on which it begins.
create table roster_shift (
    agent           text        not null,
    starts_at       timestamptz not null,
    ends_at         timestamptz not null check (ends_at > starts_at),
    break_starts_at timestamptz,
    break_ends_at   timestamptz,
    day             date        not null,
    name            text        not null,
    leader          boolean     not null,
    file            bigint      not null references roster_file,
    primary key (agent, starts_at),
    check ((break_starts_at is null) = (break_ends_at is null))
);
create index roster_shift_day on roster_shift (day);
create index roster_shift_ends on roster_shift (ends_at);

-- Derived from the journal (acd/patience.py): sums of waits, of all callers and of those who gave up.
create table patience_day (
    site       text   not null,
    queue      text   not null,
    day        date   not null,
    callers    bigint not null,
    waited_ms  bigint not null,
    gave_up    bigint not null,
    gave_up_ms bigint not null,
    primary key (site, queue, day)
);

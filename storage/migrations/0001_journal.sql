-- 0001_journal.sql: the journal's copy, the number vault, the epochs, the cursors of projections.

-- In the order in which rows reached this database: projections follow it, so that a tail which a
-- revived machine ships late is still seen. Shippers take turns, so arrival order is commit order.
create sequence journal_arrival as bigint;

-- `body` is json, not jsonb: the text stays byte for byte what was hashed.
-- The primary key contains `at` only because a partitioned table demands it.
create table journal (
    epoch     bigint      not null check (epoch > 0),
    n         bigint      not null check (n > 0),
    at        timestamptz not null,
    kind      text        not null,
    body      json        not null,
    prev_hash bytea       not null check (length(prev_hash) = 32),
    hash      bytea       not null check (length(hash) = 32),
    arrived   bigint      not null default nextval('journal_arrival'),
    primary key (epoch, n, at)
) partition by range (at);
create index journal_arrived on journal (arrived);
-- "hotline trace CALL": the life of one call
create index journal_call on journal ((body ->> 'call')) where body ->> 'call' is not null;

-- One row per life of the leading process.
create table journal_epoch (
    epoch    bigint      primary key check (epoch > 0),
    taken_at timestamptz not null default now()
);

-- Who a number key is: sealed with the field cipher, bound to its row.
create table caller_number (
    number_key text        primary key,
    sealed     bytea       not null,
    first_seen timestamptz not null default now()
);

create table projection_cursor (
    name    text        primary key,
    arrived bigint      not null check (arrived >= 0),
    moved_at timestamptz not null default now()
);

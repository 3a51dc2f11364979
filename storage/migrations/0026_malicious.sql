-- 0026_malicious.sql: who rings how often (MAL-01), a supervisor's measures, sealed evidence (MAL-02). All of it derived
-- from the journal (figures/suspect_store.py). A withheld number has no row.
create table caller_call (
    call       text        primary key,
    number_key text        not null,
    caller     text        not null,
    arrived_at timestamptz not null,
    talked_ms  bigint      not null default 0,
    abusive    boolean     not null default false
);
create index caller_call_number on caller_call (number_key, arrived_at);
create index caller_call_arrived on caller_call (arrived_at);

create table caller_measure (
    id         text        primary key,
    number_key text        not null,
    what       text        not null,
    reason     text        not null,
    taken_at   timestamptz not null,
    until      timestamptz not null check (until > taken_at),
    by         text        not null,
    ended_at   timestamptz,
    ended_by   text
);
create index caller_measure_stands on caller_measure (until) where ended_at is null;

create table evidence_package (
    id        text        primary key,
    sealed_at timestamptz not null,
    by        text        not null,
    reason    text        not null,
    calls     text[]      not null,
    seal      text        not null,
    bytes     bigint      not null
);
create table evidence_receipt (
    package    text        not null,
    noted_at   timestamptz not null,
    unit       text        not null,
    officer_no text        not null,
    handed_at  timestamptz not null,
    by         text        not null,
    primary key (package, noted_at)
);

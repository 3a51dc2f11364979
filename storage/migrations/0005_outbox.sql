-- 0005_outbox.sql: what a foreign case system must still be told. The row names the ticket only; its
-- text is read and opened when it is sent, so that nothing personal waits here in the open.
create table outbox (
    id          bigint generated always as identity primary key,
    event_key   text        not null unique,
    kind        text        not null,
    ticket_no   text collate "C" not null references ticket,
    case_id     text collate "C" not null references case_file,
    made_at     timestamptz not null,
    due_at      timestamptz not null,
    attempts    integer     not null default 0,
    claimed_until timestamptz,
    claim       text,
    sent_at     timestamptz,
    given_up_at timestamptz,
    last_error  text
);
create index outbox_open on outbox (due_at, id) where sent_at is null and given_up_at is null;

-- What the other side answered. Its words are sealed: it may repeat what we told it.
create table outbox_receipt (
    event_key   text        primary key references outbox (event_key),
    received_at timestamptz not null,
    http_status smallint    not null,
    foreign_ref text        not null,
    body        bytea       not null
);

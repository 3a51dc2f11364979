-- 0007_duties.sql: the calls we owe, projected from the journal. Of a number only its key stands here.

-- What the projection must remember of each call that reached us.
create table asked_call (
    call        text        primary key,
    caller_key  text,                     -- null: withheld
    caller      text        not null,     -- masked
    asked_at    timestamptz,              -- first wish for a person
    urgent      boolean     not null default false,
    answered_at timestamptz
);
create index asked_call_answered on asked_call (caller_key, answered_at)
    where caller_key is not null and answered_at is not null;

create table duty (
    id             text collate "C" primary key,
    kind           text        not null check (kind in ('missed', 'promised')),
    state          text        not null check (state in ('open', 'assigned', 'dialling', 'reached',
                       'unreached', 'closed', 'self_resolved', 'uncallable')),
    caller_key     text        check ((caller_key is null) = (state = 'uncallable')),
    caller         text        not null,
    opened_at      timestamptz not null,
    last_missed_at timestamptz not null,
    due_at         timestamptz not null,
    urgent         boolean     not null,
    agent          text,
    closed_at      timestamptz,
    resolved_by    text        -- the later call that a person answered
);
-- MISS-01: one task per number until it is settled; repeated calls merge into it
create unique index duty_one_per_number on duty (caller_key)
    where state in ('open', 'assigned', 'dialling', 'unreached');
create index duty_due on duty (due_at, id) where state in ('open', 'assigned', 'unreached');

-- a call leaves at most one duty
create table duty_call (
    call      text        primary key,
    duty_id   text collate "C" not null references duty,
    missed_at timestamptz not null,
    why       text        not null
);
create index duty_call_duty on duty_call (duty_id, missed_at);

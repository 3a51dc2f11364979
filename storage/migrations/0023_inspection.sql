-- 0023_inspection.sql: quality inspection (质检): whom one might inspect, what the sound says, the words.

-- Derived from the journal: each agent's conversation; one row a leg.
create table inspection_talk (
    leg       text        primary key,
    call      text        not null,
    agent     text        not null,
    ended_at  timestamptz not null,
    talked_ms bigint      not null check (talked_ms >= 0),
    rated     smallint
);
create index inspection_talk_ended on inspection_talk (ended_at);
create index inspection_talk_call on inspection_talk (call);

-- What was heard in the recording of a call; null: it could not be listened to.
create table inspection_sound (
    call       text        primary key,
    silence_ms bigint      check (silence_ms >= 0),
    heard_at   timestamptz not null
);

create table inspection (
    id          text        primary key,
    call        text        not null,
    agent       text        not null,
    inspector   text        not null,
    why         text        not null,
    calibrates  boolean     not null,
    opened_at   timestamptz not null,
    state       text        not null check (state in ('open', 'scored', 'appealed', 'upheld', 'changed')),
    scores      jsonb,
    total       smallint    check (total between 0 and 100),
    first_total smallint    check (first_total between 0 and 100),
    scored_at   timestamptz,
    comment     text,
    appealed_at timestamptz,
    appeal      text,
    decided_at  timestamptz,
    decided_by  text,
    decision    text,
    unique (call, agent, inspector),
    check ((state = 'open') = (scores is null)),
    check ((scores is null) = (total is null)),
    check ((decided_at is null) = (decided_by is null)),
    check (not calibrates or appealed_at is null)
);
-- One word counts; others beside it only calibrate.
create unique index inspection_counts on inspection (call, agent) where not calibrates;
create index inspection_agent on inspection (agent, opened_at);
create index inspection_opened on inspection (opened_at);

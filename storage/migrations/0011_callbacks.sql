-- 0011_callbacks.sql: one engine for all calls we owe: leases, attempts written before they are dialled, stop list,
-- SMS that are owed. Of a number only its key stands here; the number itself lies sealed in caller_number.
alter table duty
    drop constraint duty_kind_check,
    drop constraint duty_state_check,
    add constraint duty_kind_check check (kind in ('missed', 'promised', 'survey', 'follow_up')),
    add constraint duty_state_check check (state in ('open', 'claimed', 'assigned', 'dialling',
        'reached', 'unreached', 'closed', 'self_resolved', 'uncallable', 'unreached_exhausted',
        'refused', 'withdrawn', 'by_sms')),
    add column ready_at    timestamptz,                    -- not dialled before
    add column case_id     text collate "C",
    add column round       integer     not null default 1 check (round >= 1),
    add column result      text,
    add column worker      text,                           -- who holds it
    add column token       bigint      not null default 0, -- fence: whoever lost the lease has a smaller one
    add column lease_until timestamptz,
    add column attempt_id  text,                           -- the one that is not settled
    add constraint duty_survey_has_case check (kind <> 'survey' or case_id is not null);
update duty set ready_at = last_missed_at;

-- MISS-01: one task per number until it is settled; surveys of several cases stand beside each other
drop index duty_one_per_number;
create unique index duty_one_per_number on duty (caller_key)
    where kind in ('missed', 'promised') and state in ('open', 'claimed', 'assigned', 'dialling', 'unreached');
-- CBK-01: a case is surveyed once a round
create unique index duty_one_survey on duty (case_id, round) where kind = 'survey';
create index duty_ready on duty (kind, ready_at) where state in ('open', 'unreached');
create index duty_of_number on duty (caller_key) where caller_key is not null;
create index duty_lease on duty (lease_until) where lease_until is not null;
create index duty_opened on duty (kind, opened_at);

create sequence duty_token;

create table attempt (
    id          text collate "C" primary key,
    number_key  text        not null,
    kind        text        not null,
    worker      text        not null,
    token       bigint      not null,
    dialled_at  timestamptz not null,
    answered_at timestamptz,
    outcome     text check (outcome in ('reached', 'no_answer', 'busy', 'rejected', 'powered_off',
                    'empty_number', 'network_failure', 'voicemail', 'wrong_person', 'lost', 'not_dialled')),
    settled_at  timestamptz,
    check ((outcome is null) = (settled_at is null))
);
-- a number has one outstanding attempt at most, whoever dials
create unique index attempt_outstanding on attempt (number_key) where settled_at is null;
create index attempt_number on attempt (number_key, dialled_at);

create table attempt_duty (
    attempt_id text collate "C" not null references attempt,
    duty_id    text collate "C" not null references duty,
    primary key (attempt_id, duty_id)
);
create index attempt_duty_duty on attempt_duty (duty_id);

-- who asked never to be surveyed again; a missed call is still rung back (G)
create table survey_stop (
    number_key text        primary key,
    since      timestamptz not null,
    why        text        not null
);

-- every step of a duty, written with it, then told to the journal in this order
create table duty_event (
    n       bigint generated always as identity primary key,
    at      timestamptz not null,
    kind    text        not null,
    body    text        not null,
    told_at timestamptz
);
create index duty_event_untold on duty_event (n) where told_at is null;

create table sms_outbox (
    duty_id       text collate "C" primary key references duty,
    number_key    text        not null,
    purpose       text        not null,
    made_at       timestamptz not null,
    valid_until   timestamptz not null,
    due_at        timestamptz not null,
    attempts      integer     not null default 0,
    claim         text,
    claimed_until timestamptz,
    sent_at       timestamptz,
    skipped_at    timestamptz,            -- the site sends no SMS
    given_up_at   timestamptz,
    last_error    text
);
create index sms_outbox_open on sms_outbox (due_at)
    where sent_at is null and skipped_at is null and given_up_at is null;

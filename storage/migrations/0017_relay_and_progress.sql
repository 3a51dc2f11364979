-- 0017_relay_and_progress.sql: calls that an agent or a unit's handler asks for (FRD-03, CH-04), projected from the journal;
-- handlers of units; what was asked about the progress of cases (CH-05). Of numbers only keys and masked forms stand here.
alter table login
    drop constraint login_role_check,
    add constraint login_role_check check (role in ('agent', 'supervisor', 'administrator', 'handler'));

-- 承办人: his unit, his 工号 (MRG-06), and where he is rung.
create table unit_handler (
    login      text        primary key references login on delete cascade,
    unit       text        not null check (length(unit) between 1 and 80),
    work_no    text        not null unique check (length(work_no) between 1 and 40),
    phone_key  text        not null,
    phone      text        not null,      -- masked
    changed_at timestamptz not null,
    changed_by text        not null
);

create table relay_call (
    call       text        primary key,
    case_id    text collate "C",          -- null: an agent dialled a number without a case
    ticket_no  text collate "C",
    login      text        not null,
    work_no    text        not null,
    agent      text,                      -- null: a unit's handler
    unit       text        not null default '',
    leg        text,                      -- the handler's, where the floor does not name it
    caller_key text,
    caller     text        not null,      -- masked
    epoch      bigint      not null,
    begun_at   timestamptz not null,
    step       text        not null,
    citizen_at timestamptz,               -- his phone was rung
    joined_at  timestamptz,
    ended_at   timestamptz,
    outcome    text,
    talked_ms  bigint      not null default 0,
    check ((ended_at is null) = (outcome is null))
);
create index relay_call_case on relay_call (case_id, begun_at) where case_id is not null;
create index relay_call_open on relay_call (epoch) where ended_at is null;
create index relay_call_begun on relay_call (begun_at);

create table progress_enquiry (
    n         bigint generated always as identity primary key,
    at        timestamptz not null,
    call      text,                       -- null: an agent asked beside the call
    agent     text,
    ticket_no text collate "C",           -- null: no such ticket
    way       text        not null,
    answer    text        not null
);
create index progress_enquiry_wrong on progress_enquiry (ticket_no, at) where answer = 'wrong-code';
create index progress_enquiry_at on progress_enquiry (at);

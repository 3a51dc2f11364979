-- 0012_surveys.sql: what surveys brought (C5), and of a case what they need: dispatched, closed, round, flags.
alter table case_file
    add column dispatched_at timestamptz,
    add column lead_unit     text,
    add column closed_at     timestamptz,
    add column round         integer not null default 1 check (round >= 1),
    add column is_minor      boolean not null default false,
    add column is_crisis     boolean not null default false,
    add column in_appeal     boolean not null default false,
    add column is_withdrawn  boolean not null default false,
    add column satisfaction_excluded boolean not null default false;
create index case_file_closed on case_file (closed_at, id) where status = 'closed';

-- the question that a survey call is at: a process that takes it over goes on here
create table survey_walk (
    attempt_id text collate "C" primary key,
    at         timestamptz not null,
    body       text        not null
);

create table survey_record (
    duty_id     text collate "C" primary key,
    case_id     text collate "C" not null,
    round       integer     not null check (round >= 1),
    attempt_id  text        not null,
    call        text        not null,
    survey      text        not null,
    at          timestamptz not null,
    ending      text        not null,
    contacted   text,
    solved      text,
    first_level smallint    check (first_level between 1 and 5),
    final_level smallint    check (final_level between 1 and 5),
    level_by    text,
    reason      text,
    comment_at  timestamptz,
    comment_s   double precision,
    reasonable  boolean,
    ground      text,
    judged_by   text,
    judged_at   timestamptz,
    check ((reasonable is null) = (judged_at is null))
);
create index survey_record_at on survey_record (at);
-- the supervisor's list
create index survey_record_unjudged on survey_record (at) where first_level <= 2 and judged_at is null;

-- what was said, sealed; the recording is the evidence
create table survey_comment (
    duty_id text collate "C" primary key,
    at      timestamptz not null,
    sealed  bytea       not null
);

-- one row at most: the campaign stands still
create table survey_pause (
    only_one boolean primary key default true check (only_one),
    at       timestamptz not null,
    by       text        not null
);

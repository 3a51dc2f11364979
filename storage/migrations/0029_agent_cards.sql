-- 0029_agent_cards.sql: what D-29 and the monthly card (HR-03) need besides: the pass mark of the day of scoring, wrong
-- ticket fields, and praise and complaints about an agent that a supervisor wrote down.
alter table inspection
    add column pass_mark     smallint check (pass_mark between 1 and 100),
    add column ticket_errors smallint check (ticket_errors between 0 and 100);
create index inspection_scored on inspection (scored_at) where scored_at is not null;

create table agent_mark (
    id     text        primary key,
    at     timestamptz not null,
    agent  text        not null,
    what   text        not null check (what in ('praise', 'complaint')),
    call   text,
    by     text        not null,
    reason text        not null
);
create index agent_mark_at on agent_mark (at);

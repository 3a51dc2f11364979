-- 0003_figures.sql: quarters of an hour, and the calls and agents whose story still goes on.
-- All of it can be counted again from the journal; `counts` and `tally` are json values of figures/.

create table figure_interval (
    site   text        not null,
    start  timestamptz not null check (extract(epoch from start)::bigint % 900 = 0),
    queue  text        not null, -- '' for calls that arrived, before they asked for anybody
    counts jsonb       not null,
    primary key (site, start, queue)
);

create table figure_seat_interval (
    site   text        not null,
    start  timestamptz not null check (extract(epoch from start)::bigint % 900 = 0),
    counts jsonb       not null,
    primary key (site, start)
);

create table figure_call (
    site     text        not null,
    call     text        not null,
    asked_at timestamptz not null,
    tally    jsonb       not null,
    primary key (site, call)
);
create index figure_call_asked on figure_call (site, asked_at);

create table figure_agent (
    site  text  not null,
    agent text  not null,
    tally jsonb not null,
    primary key (site, agent)
);

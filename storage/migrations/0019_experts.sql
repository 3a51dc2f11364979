-- 0019_experts.sql: consultations of experts (SPC-04), counted apart from the calls: derived from the journal.
create table expert_consultation (
    site      text        not null,  -- region_code, as of the figures
    leg       text        not null,  -- under which the expert's phone was rung
    call      text        not null,
    unit      text        not null,
    agent     text        not null,
    asked_by  text        not null,
    place     text        not null,  -- physical: on site; remote, home
    asked_at  timestamptz not null,
    begun_at  timestamptz,           -- null: he was not reached
    ended_at  timestamptz,
    took_over boolean     not null default false,
    primary key (site, leg)
);

create index expert_consultation_at on expert_consultation (site, asked_at);

-- 0018_passed_on.sql: calls passed between levels of government and on to utilities, each with its reason and result
-- (NAV-02, UTL-01): derived from the journal.
create table passed_on (
    site      text        not null,  -- region_code, as of the figures
    call      text        not null,
    asked_at  timestamptz not null,
    direction text        not null check (direction in ('out', 'in')),
    kind      text        not null check (kind in ('level', 'utility')),
    target    text        not null,  -- the level, or the utility
    reason    text        not null,  -- of a level
    how       text        not null,
    district  text        not null,
    number    text        not null,
    ticket_no text        not null,
    agent     text,                  -- null: by key or by rule
    result    text        not null,
    why       text        not null default '',
    ended_at  timestamptz,
    primary key (site, call, asked_at, direction)
);

create index passed_on_at on passed_on (site, asked_at);
create index passed_on_under_way on passed_on (call) where result = 'under_way';

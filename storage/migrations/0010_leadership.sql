-- 0010_leadership.sql: who leads this site. One row; only who holds the advisory lock changes it.

create table leadership (
    site    boolean     primary key default true check (site),
    epoch   bigint      not null check (epoch > 0),
    folder  text        not null,  -- the leader's journal folder, as machine:path
    console text        not null,  -- where its console is served
    state   text        not null check (state in ('starting', 'leading', 'resigned')),
    beat_at timestamptz not null default now()
);

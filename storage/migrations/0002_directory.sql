-- 0002_directory.sql: agents, seats, skills. Each row has a version; a change names the one it saw.
create table skill (
    skill   text    primary key check (length(skill) between 1 and 64),
    name_zh text    not null,
    name_en text    not null,
    version integer not null check (version >= 1)
);

create table agent (
    no            text    primary key check (no ~ '^[0-9A-Za-z]{1,16}$'),
    name          text    not null check (length(name) between 1 and 64),
    employer_kind text    not null check (employer_kind in ('own', 'third_party')),
    grade         text    not null check (grade in ('five', 'four', 'three')),
    district      text    not null,
    active        boolean not null,
    version       integer not null check (version >= 1)
);

create table agent_skill (
    agent text     not null references agent (no) on delete cascade,
    skill text     not null references skill (skill),
    level smallint not null check (level between 1 and 5),
    primary key (agent, skill)
);

-- a phone stands at one seat only
create table seat (
    id          text    primary key check (length(id) between 1 and 16),
    phone       text    unique check (phone ~ '^[0-9]{2,8}$'),
    district    text    not null,
    place       text    not null check (place in ('physical', 'remote', 'home')),
    auto_answer boolean not null,
    active      boolean not null,
    version     integer not null check (version >= 1)
);

-- at most one row: the seed of config/directory.yaml was taken over, and never is again
create table directory_seed (
    only_one  boolean     primary key default true check (only_one),
    seeded_at timestamptz not null
);

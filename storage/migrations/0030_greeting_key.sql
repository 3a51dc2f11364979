-- 0030_greeting_key.sql: when an agent pressed the key that says that he has given his greeting (质检, 开头语键).
-- Derived from the journal (figures/inspection_store.py). The first press of a call counts.
create table inspection_greeting (
    call    text        not null,
    agent   text        not null,
    told_at timestamptz not null,
    primary key (call, agent)
);

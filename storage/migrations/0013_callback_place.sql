-- 0013_callback_place.sql: what a callback needs to keep its place in the line (I5), and the number that a citizen gave
-- for it in place of the one he rang from.
alter table asked_call
    add column queue        text,             -- the first queue in which the call asked for a person
    add column needs        jsonb,
    add column priority     integer not null default 0,
    add column callback_key text,             -- null: the number he rang from
    add column callback     text;             -- masked

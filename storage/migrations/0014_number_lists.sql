-- 0014_number_lists.sql: registers of numbers that reach seats of their own (SPC-01, SPC-03): keys and masked forms only.
create table number_list (
    name        text        primary key check (length(name) between 1 and 40),
    source      text        not null,
    imported_by text        not null,
    imported_at timestamptz not null
);

create table listed_number (
    list       text not null references number_list on delete cascade,
    number_key text not null,
    masked     text not null,
    primary key (number_key, list)
);

create index listed_number_list on listed_number (list);

-- The language that a number chose last, other than the common one (SPC-02): derived from the journal.
create table caller_language (
    number_key text        primary key,
    language   text        not null,
    chosen_at  timestamptz not null
);

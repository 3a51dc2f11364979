-- 0021_daily_closing.sql: why a case of a day was not closed by 24:00 (日清日结, SRG-03). One reason a case and day, the last one.
create table closing_reason (
    case_id text collate "C" not null references case_file,
    day     date        not null,
    said    text        not null check (length(said) between 2 and 200),
    by      text        not null,
    at      timestamptz not null,
    primary key (case_id, day)
);

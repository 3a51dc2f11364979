-- 0004_cases.sql: tickets (never changed), the cases they belong to, and the history of each case.
-- Personal fields stand sealed in ticket_secret; what is searched by value has a blind index beside it.
create table ticket_counter (
    region_code text     not null check (region_code ~ '^[0-9]{6}$'),
    day         date     not null,
    last        integer  not null check (last between 1 and 999999),
    primary key (region_code, day)
);

create table case_file (
    id              text collate "C" primary key,
    status          text        not null,
    opened_at       timestamptz not null,
    updated_at      timestamptz not null,
    region_code     text        not null,
    request_type    text        not null,
    category_code   text        not null,
    title           text        not null check (length(title) between 1 and 80),
    urgency         text        not null,
    is_anonymous    boolean     not null,
    is_confidential boolean     not null,
    is_whistleblower boolean    not null,
    tickets         integer     not null default 0
);
create index case_file_status on case_file (status, id desc);

create table ticket (
    ticket_no       text collate "C" primary key check (ticket_no ~ '^[0-9]{20}$'),
    ticket_key      text        not null unique,
    digest          bytea       not null check (length(digest) = 32),
    case_id         text collate "C" not null references case_file,
    nth             integer     not null check (nth >= 1),
    submitted_at    timestamptz not null,
    call            text,
    agent           text,
    caller_key      text,
    contact_key     text,
    name_index      bytea,
    region_code     text        not null,
    request_type    text        not null,
    category_code   text        not null,
    title           text        not null check (length(title) between 1 and 80),
    urgency         text        not null,
    is_anonymous    boolean     not null,
    is_confidential boolean     not null,
    is_whistleblower boolean    not null,
    caller_tags     text[]      not null default '{}',
    frame           jsonb       not null,
    said            jsonb       not null,
    unique (case_id, nth)
);
create index ticket_caller on ticket (caller_key) where caller_key is not null;
create index ticket_contact on ticket (contact_key) where contact_key is not null;
create index ticket_name on ticket (name_index) where name_index is not null;
create index ticket_call on ticket (call) where call is not null;
create index ticket_agent on ticket (agent, ticket_no desc) where agent is not null;

create table ticket_secret (
    ticket_no text collate "C" not null references ticket,
    field     text  not null,
    sealed    bytea not null,
    primary key (ticket_no, field)
);

create table case_event (
    case_id text collate "C" not null references case_file,
    n       integer     not null check (n >= 1),
    at      timestamptz not null,
    kind    text        not null,
    by      text        not null,
    body    jsonb       not null,
    primary key (case_id, n)
);

-- Each time personal data was shown in full (SEC-01): who, why, which fields.
create table personal_reveal (
    id        bigint generated always as identity primary key,
    at        timestamptz not null,
    by        text        not null,
    ticket_no text collate "C" not null references ticket,
    fields    text[]      not null,
    reason    text        not null check (length(reason) >= 2)
);
create index personal_reveal_ticket on personal_reveal (ticket_no, at);

create function refuse_change() returns trigger language plpgsql as $$
begin
    raise exception '% is append-only', tg_table_name using errcode = 'restrict_violation';
end $$;
create trigger ticket_is_immutable before update or delete on ticket
    for each row execute function refuse_change();
create trigger case_event_is_append_only before update or delete on case_event
    for each row execute function refuse_change();
create trigger personal_reveal_is_append_only before update or delete on personal_reveal
    for each row execute function refuse_change();

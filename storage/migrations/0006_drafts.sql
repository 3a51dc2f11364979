-- 0006_drafts.sql: what an agent is typing: one row a call. The whole form is one sealed value, gone
-- once the ticket is filed or thrown away.
create table draft (
    call       text        primary key,
    ticket_key text        not null unique,
    state      text        not null check (state in ('draft', 'submitted', 'filed', 'discarded')),
    version    integer     not null check (version >= 0),
    agent      text        not null,
    opened_at  timestamptz not null,
    saved_at   timestamptz not null,
    form       bytea,
    ticket_no  text        check ((state = 'filed') = (ticket_no is not null)),
    case_id    text        check ((ticket_no is null) = (case_id is null))
);
create index draft_unfinished on draft (agent, opened_at) where state in ('draft', 'submitted');

-- 0008_logins.sql: accounts and their sessions. Of a session only the digest of its cookie is kept, so
-- that a stolen backup opens no door.
create table login (
    name          text        primary key check (length(name) between 1 and 64),
    role          text        not null check (role in ('agent', 'supervisor', 'administrator')),
    agent         text,
    third_party   boolean     not null default false,
    password_hash text        not null,
    created_at    timestamptz not null
);

create table login_session (
    key        bytea       primary key check (length(key) = 32),
    login      text        not null references login on delete cascade,
    opened_at  timestamptz not null,
    expires_at timestamptz not null check (expires_at > opened_at)
);

create index login_session_expires_at on login_session (expires_at);
create index login_session_login on login_session (login);

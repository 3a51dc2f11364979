-- 0028_rule_releases.sql: rule files as administrators released them. Append only: nothing here is changed or deleted.
-- Version 0 is the file of the config folder, which is not stored.
create table rule_release (
    file    text        not null,
    version integer     not null check (version > 0),
    text    text        not null,
    digest  text        not null,
    at      timestamptz not null,
    by      text        not null,
    reason  text        not null,
    primary key (file, version)
);
-- Told to the journal by the leader: a release made by a command, or just before a death, is told at the next start.
create table rule_release_told (
    file    text        not null,
    version integer     not null,
    at      timestamptz not null,
    primary key (file, version),
    foreign key (file, version) references rule_release
);
-- Sounds that were uploaded; `words`: what each says.
create table rule_sound (
    sound   text        not null,
    version integer     not null check (version > 0),
    words   text        not null,
    wav     bytea       not null,
    digest  text        not null,
    at      timestamptz not null,
    by      text        not null,
    primary key (sound, version)
);

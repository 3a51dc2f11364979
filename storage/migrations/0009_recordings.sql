-- 0009_recordings.sql: what was recorded, where it lies, until when, and who heard it held. The sound itself
-- is a file; erased_at without a file is what the certificate (fact recording-erased) says.
create table recording (
    call        text             primary key,
    path        text             not null,
    seconds     double precision not null check (seconds >= 0),
    bytes       bigint           not null check (bytes >= 0),
    sha256      text             not null,
    kept_at     timestamptz      not null,
    held_at     timestamptz,
    held_by     text,
    held_reason text,
    erased_at   timestamptz,
    check ((held_at is null) = (held_by is null)),
    check (held_at is null or erased_at is null)
);

create index recording_to_erase on recording (kept_at) where erased_at is null and held_at is null;

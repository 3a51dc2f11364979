-- 0015_hand_offs.sql: each hand-off to an emergency line (EMG-04), derived from the journal; with or without a ticket.
create table hand_off (
    id            text collate "C" primary key,
    call          text        not null,
    code          text        not null,
    agent         text,
    asked_by      text        not null,
    out_of_line   boolean     not null,
    asked_at      timestamptz not null,
    trunk         text        not null default '',
    rung_at       timestamptz,
    rung_after_s  double precision,
    answered_at   timestamptz,
    agent_left_at timestamptz,
    over_at       timestamptz,
    result        text        not null default 'open'
        check (result in ('open', 'handed_over', 'not_ours', 'failed', 'citizen_left')),
    why           text        not null default '',
    owner         text        not null default '',
    keeper        text        not null default '',
    receiver_no   text        not null default '',
    incident_no   text        not null default '',
    answer        text        not null default '',
    reference     text        not null default ''
);

create index hand_off_asked on hand_off (asked_at desc, id desc);
create index hand_off_call on hand_off (call);

-- What the receiving system is told (EMG-03). Made with the record; nothing personal stands here.
create table hand_off_message (
    id            bigint generated always as identity primary key,
    message_key   text        not null unique,
    hand_off      text collate "C" not null references hand_off,
    kind          text        not null check (kind in ('asked', 'over')),
    made_at       timestamptz not null,
    due_at        timestamptz not null,
    attempts      integer     not null default 0,
    claim         text,
    claimed_until timestamptz,
    sent_at       timestamptz,
    given_up_at   timestamptz,
    last_error    text
);

create index hand_off_message_open on hand_off_message (due_at, id)
    where sent_at is null and given_up_at is null;

-- Calls *from* 110 and its like: their incident's number (EMG-02).
create table call_incident (
    call        text        primary key,
    incident_no text        not null,
    told_by     text        not null,
    told_at     timestamptz not null
);

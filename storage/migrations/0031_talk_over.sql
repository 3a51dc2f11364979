-- 0031_talk_over.sql: for how long the agent talked into the citizen's words (抢话); null: not known.
alter table inspection_sound add column talk_over_ms bigint check (talk_over_ms >= 0);

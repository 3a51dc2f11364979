-- 0032_recordings_heard.sql: who listened to recordings, as one list by period (SEC-04).
create index journal_heard on journal (at) where kind = 'recording-heard';

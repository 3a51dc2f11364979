-- 0022_tickets_lately.sql: bursts of one category in one district are looked for every half minute.
create index ticket_submitted on ticket (submitted_at);

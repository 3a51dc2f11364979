-- 0027_wall_login.sql: a login of its own for the screen in the hall (大屏): it sees counts and seats, no call and no name.
alter table login
    drop constraint login_role_check,
    add constraint login_role_check check (role in ('agent', 'supervisor', 'administrator', 'handler', 'wall'));

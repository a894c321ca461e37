-- What bounds each session of the apps' role, in every runtime and whichever framework opened it:
-- said here once, so that neither app has to. contract/README.md, "When the database fails", says
-- what a client is told.

-- Longer than a client waits. What still runs then holds a connection for nobody.
ALTER ROLE headroom_app SET statement_timeout = '30s';

-- A lock that somebody forgot, in psql perhaps, must not keep every connection of a pool.
ALTER ROLE headroom_app SET lock_timeout = '5s';

-- No transaction of the apps waits for anything but the database: one that idles was left behind.
ALTER ROLE headroom_app SET idle_in_transaction_session_timeout = '10s';

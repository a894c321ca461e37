-- What connect-pg-simple keeps its sessions in: its own table.sql, as of version 10.0.0.
CREATE TABLE session (
    sid varchar NOT NULL COLLATE "default" PRIMARY KEY,
    sess json NOT NULL,
    expire timestamp(6) NOT NULL
);
CREATE INDEX session_by_expiry ON session (expire);

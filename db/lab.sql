-- What a lab may do on a server that it did not start: in containers, and wherever it is handed a URL.
-- It clones the apps' templates, ends their sessions, looks into their databases, reads statistics, and
-- is told how much CPU time the server used. It is no superuser: it makes no role, reads no file and no
-- password, and drops nothing that is not the apps'.
ALTER ROLE headroom_lab CREATEDB;
GRANT headroom_app, pg_monitor, pg_signal_backend TO headroom_lab;

-- CPU time as the kernel has it (proc(5)): the server's own line, and that of each of its processes with the
-- database that it serves. With the rights of whoever made it, because only these read files; it takes no
-- argument, and reads no other file.
CREATE OR REPLACE FUNCTION headroom_processes() RETURNS TABLE (database text, is_server boolean, stat text)
-- pg_temp last: left out it would be searched first, and a temporary view of the caller's would be read here.
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  SELECT NULL::text, true, pg_read_file('/proc/' || split_part(pg_read_file('postmaster.pid'), E'\n', 1) || '/stat')
  UNION ALL
  SELECT datname::text, false, pg_read_file('/proc/' || pid || '/stat', true) FROM pg_catalog.pg_stat_activity
$$;
REVOKE ALL ON FUNCTION headroom_processes() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION headroom_processes() TO headroom_lab;

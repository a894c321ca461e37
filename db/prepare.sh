#!/usr/bin/env bash
# Makes what the apps expect of a PostgreSQL server, where it is not there yet: roles, the template
# with schema and seed, a clone for each app. Anew when schema or seed have changed since. The same
# steps as lab/runtime/databases.ts takes, for a server that is reached by psql alone.
#
# PGHOST, PGUSER and PGPASSWORD say where and as whom (a superuser); APP_PASSWORD is the roles'.
set -euo pipefail
cd "$(dirname "$0")"
: "${APP_PASSWORD:?is not set: give the password of the roles headroom_app and headroom_monitor}"

query() {
  psql --no-psqlrc --quiet --tuples-only --no-align --set ON_ERROR_STOP=1 --dbname postgres "$@"
}

query <<'SQL'
\getenv password APP_PASSWORD
SELECT format('CREATE ROLE %I LOGIN', name)
FROM (VALUES ('headroom_app'), ('headroom_monitor')) AS wanted (name)
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) \gexec
ALTER ROLE headroom_app PASSWORD :'password';
ALTER ROLE headroom_monitor PASSWORD :'password';
GRANT pg_monitor TO headroom_monitor;
CREATE EXTENSION IF NOT EXISTS pg_stat_statements;
SQL

digest=$({ cat schema.sql; printf '\0'; cat seed.sql; } | sha256sum | cut -d ' ' -f 1)
made_from=$(query --command "
  SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = 'headroom_template'")
if [ "$made_from" != "$digest" ]; then
  echo 'making the template from schema.sql and seed.sql'
  # The digest comes last: a template that was cut off in the middle has none, and is made again.
  PGOPTIONS='-c client_min_messages=error' query --set digest="$digest" <<'SQL'
DROP DATABASE IF EXISTS headroom_template WITH (FORCE);
CREATE DATABASE headroom_template TEMPLATE template0 OWNER headroom_app;
\connect headroom_template
CREATE EXTENSION pg_stat_statements;
SET ROLE headroom_app;
\ir schema.sql
\ir seed.sql
\connect postgres
DROP DATABASE IF EXISTS headroom_express WITH (FORCE);
DROP DATABASE IF EXISTS headroom_django WITH (FORCE);
COMMENT ON DATABASE headroom_template IS :'digest';
SQL
fi

query <<'SQL'
SELECT format('CREATE DATABASE %I TEMPLATE headroom_template OWNER headroom_app', name)
FROM (VALUES ('headroom_express'), ('headroom_django')) AS wanted (name)
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = name) \gexec
SQL
echo 'databases are ready'

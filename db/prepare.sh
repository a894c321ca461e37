#!/usr/bin/env bash
# Makes what the apps expect of a PostgreSQL server, where it is not there yet: roles, a template
# with schema and seed, of that a template for each app with its framework's own tables, and a clone
# for each app. Anew when what they are made from has changed since. The same steps as
# lab/runtime/databases.ts takes, for a server that is reached by psql alone.
#
# PGHOST, PGUSER and PGPASSWORD say where and as whom (a superuser); APP_PASSWORD is the roles';
# SHOP_SIZE is 1k (the default), 100k or 1m products.
set -euo pipefail
cd "$(dirname "$0")"
: "${APP_PASSWORD:?is not set: give the password of the roles headroom_app and headroom_monitor}"
size=${SHOP_SIZE:-1k}
case $size in
  1k) products=1000 strategy=WAL_LOG ;;
  100k) products=100000 strategy=FILE_COPY ;;
  1m) products=1000000 strategy=FILE_COPY ;;
  *) echo "SHOP_SIZE is \"$size\": give 1k, 100k or 1m" >&2 && exit 2 ;;
esac

query() {
  psql --no-psqlrc --quiet --tuples-only --no-align --set ON_ERROR_STOP=1 --dbname postgres "$@"
}

query <<'SQL'
\getenv password APP_PASSWORD
SELECT format('CREATE ROLE %I LOGIN', name)
FROM (VALUES ('headroom_app'), ('headroom_monitor')) AS wanted (name)
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) \gexec
ALTER ROLE headroom_app PASSWORD :'password';
\i roles.sql
ALTER ROLE headroom_monitor PASSWORD :'password';
GRANT pg_monitor TO headroom_monitor;
CREATE EXTENSION IF NOT EXISTS pg_stat_statements;
SQL

# Makes a template anew unless it was made from these sources: NAME ORIGIN DIGEST SQL-FILE...
template() {
  local name=$1 origin=$2 digest=$3 file made_from
  shift 3
  made_from=$(query --command "
    SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = '$name'")
  if [ "$made_from" = "$digest" ]; then return; fi
  echo "making $name from $*"
  {
    echo "DROP DATABASE IF EXISTS $name WITH (FORCE);"
    echo "CREATE DATABASE $name TEMPLATE $origin OWNER headroom_app STRATEGY $strategy;"
    echo "\\connect $name"
    echo 'CREATE EXTENSION IF NOT EXISTS pg_stat_statements;'
    echo 'SET ROLE headroom_app;'
    echo "SET headroom.products = $products;"
    for file in "$@"; do echo "\\i $file"; done
    # As if long at rest: to read a clone for the first time writes nothing. The statistics are the
    # seed's alone: a sample drawn for each app would give them different ones.
    echo 'RESET ROLE;'
    if [ "$origin" = template0 ]; then echo 'VACUUM (FREEZE, ANALYZE);'; else echo 'VACUUM (FREEZE);'; fi
    # The digest comes last: a template that was cut off in the middle has none, and is made again.
    echo '\connect postgres'
    echo "COMMENT ON DATABASE $name IS '$digest';"
  } | PGOPTIONS='-c client_min_messages=error' query --output /dev/null
  renewed=yes
}

# As databases.ts does it: the parts with a zero byte between them.
digest_of() {
  local part first=yes
  for part in "$@"; do
    if [ -z "$first" ]; then printf '\0'; fi
    first=
    if [ -f "$part" ]; then cat "$part"; else printf %s "$part"; fi
  done | sha256sum | cut -d ' ' -f 1
}

shared_digest=$(digest_of schema.sql seed.sql "$size")
template "headroom_seed_$size" template0 "$shared_digest" schema.sql seed.sql
for app in express django; do
  renewed=
  template "headroom_template_${app}_$size" "headroom_seed_$size" \
    "$(digest_of "$shared_digest" "bookkeeping/$app.sql")" "bookkeeping/$app.sql"
  made_for=$(query --command "
    SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = 'headroom_$app'")
  # A database of another size, or of tables that are no more, goes; one that fits keeps its rows.
  if [ -n "$renewed" ] || [ "$made_for" != "$size" ]; then
    query <<SQL
DROP DATABASE IF EXISTS headroom_$app WITH (FORCE);
CREATE DATABASE headroom_$app TEMPLATE headroom_template_${app}_$size OWNER headroom_app STRATEGY $strategy;
COMMENT ON DATABASE headroom_$app IS '$size';
SQL
  fi
done
echo 'databases are ready'

#!/bin/sh -eu
# Makes the user and the database that the environment names, and runs what /initdb.d holds, in the order of its names.
export PGOPTIONS="-c client_min_messages=warning"
run() { psql --no-psqlrc --quiet --set=ON_ERROR_STOP=1 "$@"; }
until run --username=postgres --command='SELECT' > /dev/null 2>&1; do sleep 0.1; done

run --username=postgres --set=user="$PG_USER" --set=password="$PG_PASSWORD" --set=database="$PG_DATABASE" << 'SQL'
SELECT format('CREATE ROLE %I', :'user') WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'user') \gexec
ALTER ROLE :"user" SUPERUSER LOGIN PASSWORD :'password';
SELECT format('CREATE DATABASE %I OWNER %I', :'database', :'user')
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'database') \gexec
SQL

export PGUSER="$PG_USER" PGDATABASE="$PG_DATABASE"
for file in /initdb.d/*; do
  case $file in
    *.sql) run --file="$file" ;;
    *.sql.gz) gunzip -c "$file" | run ;;
    *.sh) sh -eu "$file" ;;
  esac
done
# What a child writes first is then what it changes itself.
run --command='CHECKPOINT'

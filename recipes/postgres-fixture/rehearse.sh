#!/bin/sh -eu
# What a test does first: a connection by TCP, its password, a query. Then it waits until the server is rid of it.
PGPASSWORD="$PG_PASSWORD" psql -h 127.0.0.1 -U "$PG_USER" -d "$PG_DATABASE" -qAtc 'SELECT 1' > /dev/null
while grep -qs '^postgres: .* 127[.]0[.]0[.]1' /proc/[0-9]*/cmdline; do sleep 0.02; done

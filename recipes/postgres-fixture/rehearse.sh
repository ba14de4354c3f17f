#!/bin/sh -eu
# What a test does first: a connection by TCP, its password, a table that it writes and reads. It is all taken back, and
# waited for until the server is rid of it.
export PGPASSWORD="$PG_PASSWORD"
psql -h 127.0.0.1 -U "$PG_USER" -d "$PG_DATABASE" --no-psqlrc --quiet --set=ON_ERROR_STOP=1 > /dev/null << 'SQL'
BEGIN;
CREATE TABLE forkd_rehearsal (id serial PRIMARY KEY, what text NOT NULL);
INSERT INTO forkd_rehearsal (what) VALUES ('written');
UPDATE forkd_rehearsal SET what = 'changed' WHERE id = 1;
SELECT * FROM forkd_rehearsal;
DELETE FROM forkd_rehearsal;
ROLLBACK;
SQL
while grep -qs '^postgres: .* 127[.]0[.]0[.]1' /proc/[0-9]*/cmdline; do sleep 0.02; done

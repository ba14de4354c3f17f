#!/bin/sh -eu
# Makes the cluster in the image, so that no machine has to, with checksums.
bin=$(echo /usr/lib/postgresql/*/bin)
data=/var/lib/postgresql/data
# Debian's psql is a Perl script that looks for clusters; there is one.
for program in postgres psql pg_amcheck pg_ctl; do ln -s "$bin/$program" /usr/local/bin/; done
pg_dropcluster "$(ls /etc/postgresql)" main
setpriv --reuid=postgres --regid=postgres --init-groups "$bin/initdb" --pgdata="$data" --data-checksums --no-sync \
  --locale=C.UTF-8 --auth-local=trust --auth-host=scram-sha-256
cat /usr/local/share/postgres-fixture.conf >> "$data/postgresql.conf"

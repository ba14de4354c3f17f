#!/bin/sh
# Runs a program under Node 24: the one that the lock file names, or the system's own where that is new enough.
# Stays in the caller's directory.
set -eu

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
node=$root/node_modules/.bin/node

if [ ! -x "$node" ]; then
  node=$(command -v node) || node=
  major=$([ -z "$node" ] || "$node" -p 'process.versions.node.split(".")[0]')
  if [ "${major:-0}" -lt 24 ]; then
    echo "forkd needs Node 24, and here is ${major:+Node }${major:-none}; this fetches it: sh $root/scripts/setup.sh" >&2
    exit 1
  fi
fi

# Our own packages run from their sources, also those that are built for others.
exec "$node" --conditions=@forkd/source "$@"

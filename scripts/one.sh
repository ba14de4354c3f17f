#!/bin/sh
# One file of tests on real machines, with the parent of an earlier run: no set-up, no checks.
set -eu

case ${1:--} in
  -*)
    echo "usage: npm run one -- FILE [-t NAME]" >&2
    exit 2
    ;;
esac
cd "$(dirname -- "$0")/.."
exec sh scripts/with-node.sh node_modules/vitest/vitest.mjs run --project one "$@"

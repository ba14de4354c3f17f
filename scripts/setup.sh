#!/bin/sh
# Makes a Debian or Ubuntu machine ready for forkd: Debian packages, and npm packages with Node 24. Looks first, and
# changes nothing when something cannot be had. When all is there it takes well below a second and says nothing.
set -eu
export LC_ALL=C

cd "$(dirname -- "$0")/.."
. scripts/setup/run.sh
. scripts/setup/require.sh
. scripts/setup/debian-packages.sh
. scripts/setup/npm-packages.sh

handle_signals
require_platform
require_npm
require_memory
require_space
missing=$(list_missing_packages)
if [ -n "$missing" ]; then
  become_root "$missing"
  install_packages "$missing"
fi
npm_packages_are_current || install_npm_packages
[ -z "$CHANGED" ] || say "this machine is ready"

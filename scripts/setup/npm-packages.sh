# shellcheck shell=sh
# The npm packages of the lock file, Node 24 among them. Read by setup.sh.

# The system's npm only fetches a Node and an npm of known versions, and these fetch the rest. On an older Node every
# npm leaves away, without a word, native parts that ask for a newer one, since they are optional; and npm 11 refuses
# a lock file that lacks the parts for other platforms.
TOOLCHAIN=$PWD/scripts/setup/toolchain

npm_packages_are_current() {
  [ -x node_modules/.bin/node ] && [ "$(cat node_modules/.forkd-stamp 2>/dev/null)" = "$(lock_digest)" ]
}

lock_digest() {
  sha256sum package-lock.json | cut -d ' ' -f 1
}

install_npm_packages() {
  begin
  say "installing npm packages, Node 24 among them"
  # The Node in node_modules must not run while it is replaced.
  PATH=$(without_local_tools "$PATH")
  npm_ci "$TOOLCHAIN" npm
  npm_ci . "$TOOLCHAIN/node_modules/.bin/node" "$TOOLCHAIN/node_modules/npm/bin/npm-cli.js"
  rm -rf "$TOOLCHAIN/node_modules"
  node_modules/.bin/node --version >>"$LOG" 2>&1 || fail_with_log "the Node that was fetched does not run"
  lock_digest >node_modules/.forkd-stamp
  end "npm packages installed, Node $(node_modules/.bin/node --version)"
}

# Installs what the lock file of a directory says, with the npm that the other arguments run.
npm_ci() {
  directory=$1
  shift
  run env --chdir="$directory" "$@" ci --ignore-scripts --no-audit --no-fund --loglevel=error ||
    fail_with_log "the npm packages could not be installed"
}

without_local_tools() {
  printf '%s\n' "$1" | tr ':' '\n' | grep -v '/node_modules/' | paste -s -d :
}

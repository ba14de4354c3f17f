# shellcheck shell=sh
# Runs commands into a log, tells their time, and ends cleanly when interrupted. Read by setup.sh.

# What failed, and no more than that, is shown of it.
LOG=
# Whether anything was installed.
CHANGED=
# The command that runs, and what an interruption does to it: "end" it at once, or "wait" for it.
CHILD=
ON_INTERRUPT="end"
INTERRUPTIONS=

say() {
  printf '==> %s\n' "$*"
}

fail() {
  printf 'error: %s\n' "$1" >&2
  [ -z "${2-}" ] || printf '  try: %s\n' "$2" >&2
  exit 1
}

handle_signals() {
  trap 'forget_log' EXIT
  trap 'interrupt INT' INT
  trap 'interrupt TERM' TERM
  trap 'interrupt HUP' HUP
}

# Not in the foreground, since a shell answers no signal while it waits for that.
run() {
  "$@" >>"$LOG" 2>&1 </dev/null &
  CHILD=$!
  while :; do
    before=$INTERRUPTIONS
    status=0
    wait "$CHILD" || status=$?
    # Otherwise a signal ended the waiting, not the command.
    [ "$before" != "$INTERRUPTIONS" ] || break
  done
  CHILD=
  [ -z "$INTERRUPTIONS" ] || end_by "${INTERRUPTIONS##* }"
  return "$status"
}

interrupt() {
  if [ -n "$CHILD" ] && [ "$ON_INTERRUPT" = "wait" ]; then
    INTERRUPTIONS="$INTERRUPTIONS $1"
    say "stopping as soon as the Debian packages are in order" >&2
    return
  fi
  # npm would first take back what it did, for many seconds, and does all of it anew the next time anyway.
  [ -z "$CHILD" ] || kill_tree "$CHILD"
  end_by "$1"
}

# Some of them may be gone already.
kill_tree() {
  children=$(cat "/proc/$1/task/$1/children" 2>/dev/null) || true
  for child in $children; do
    kill_tree "$child"
  done
  $SUDO kill -s KILL "$1" 2>/dev/null || true
}

# Ends by the same signal, so that a calling shell stops too.
end_by() {
  say "interrupted; run it again, and it goes on from here" >&2
  forget_log
  trap - EXIT "$1"
  kill -s "$1" $$
}

begin() {
  forget_log
  LOG=$(mktemp "${TMPDIR:-/tmp}/forkd-setup.XXXXXX")
  STARTED=$(date +%s)
}

end() {
  CHANGED=yes
  forget_log
  say "$1 in $(($(date +%s) - STARTED)) s"
}

forget_log() {
  [ -z "$LOG" ] || rm -f -- "$LOG"
  LOG=
}

fail_with_log() {
  kept=$LOG
  LOG=
  tail -n 40 -- "$kept" | sed 's/^/  | /' >&2
  fail "$1; the end of the log is above" "mend it and run this again; all of the log is in $kept"
}

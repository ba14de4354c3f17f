# shellcheck shell=sh
# What must be there before anything is changed. Read by setup.sh.

FIRST_RUN_MIB=6144
LATER_RUN_MIB=1024
# A machine that is sold as 2 GiB shows less.
MEMORY_MIB=1800

require_platform() {
  [ "$(uname -s) $(uname -m)" = "Linux x86_64" ] ||
    fail "forkd runs on Linux on x86-64, and this is $(uname -s) on $(uname -m)"
  if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
    fail "forkd takes QEMU and its tools from Debian packages, and there is no apt-get here" \
      "Debian 12 or newer, or Ubuntu 22.04 or newer"
  fi
  # shellcheck source=/dev/null
  system=$(. /etc/os-release && echo "${ID-} ${VERSION_ID-}")
  case $system in
    "debian "[0-9] | "debian 1"[01] | "ubuntu 1"?.* | "ubuntu 2"[01].*)
      fail "$system has a QEMU that is too old for forkd" "Debian 12 or newer, or Ubuntu 22.04 or newer"
      ;;
  esac
}

require_npm() {
  for program in node npm; do
    command -v "$program" >/dev/null ||
      fail "$program is needed to fetch the packages of the lock file" "apt-get install nodejs npm"
  done
}

require_memory() {
  memory_mib=$(awk '/^MemTotal:/ { print int($2 / 1024) }' /proc/meminfo)
  [ "$memory_mib" -ge "$MEMORY_MIB" ] ||
    fail "this machine has $memory_mib MiB of memory, and twenty guests with their parent need 2048"
}

require_space() {
  if [ "$(id -u)" -eq 0 ]; then
    data=/var/lib cache=/var/cache
  else
    data=${XDG_DATA_HOME:-$HOME/.local/share} cache=${XDG_CACHE_HOME:-$HOME/.cache}
  fi
  require_space_at "${FORKD_DATA_DIR:-$data/forkd}" FORKD_DATA_DIR
  require_space_at "${FORKD_CACHE_DIR:-$cache/forkd}" FORKD_CACHE_DIR
}

require_space_at() {
  needed_mib=$LATER_RUN_MIB
  existing=$1
  while [ ! -d "$existing" ]; do
    needed_mib=$FIRST_RUN_MIB
    existing=$(dirname -- "$existing")
  done
  free_mib=$(df -Pk -- "$existing" | awk 'NR == 2 { print int($4 / 1024) }')
  [ "$free_mib" -ge "$needed_mib" ] ||
    fail "$existing has $free_mib MiB of free space, and $needed_mib are needed" \
      "free some, or set $2 to a directory on a larger disk"
}

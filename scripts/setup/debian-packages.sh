# shellcheck shell=sh
# Debian packages: which are missing, and how they get here. Read by setup.sh.

PACKAGES="qemu-system-x86 mmdebstrap debian-archive-keyring e2fsprogs cpio xz-utils zstd g++ make libnghttp2-dev
qemu-utils crun runc curl iproute2 nftables passt python3 python3-httpx python3-pytest"
# For a user who is not root, images are built in a user namespace.
USER_PACKAGES=uidmap

LOCK_TIMEOUT_SECS=300

# What runs a command as root.
SUDO=

list_missing_packages() {
  wanted=$PACKAGES
  [ "$(id -u)" -eq 0 ] || wanted="$wanted $USER_PACKAGES"
  # shellcheck disable=SC2086 # a list of words
  states=$(dpkg-query -W -f '${Package}=${db:Status-Status}\n' $wanted 2>/dev/null | tr '\n' ' ')
  separator=
  for package in $wanted; do
    case " $states" in
      *" $package=installed "*) ;;
      *) printf '%s%s' "$separator" "$package" && separator=' ' ;;
    esac
  done
}

# Sets SUDO, so that packages can be installed.
become_root() {
  [ "$(id -u)" -ne 0 ] || return 0
  mend="as root: apt-get install --no-install-recommends $1"
  command -v sudo >/dev/null || fail "these packages are missing, and there is no sudo to install them: $1" "$mend"
  if sudo -n true 2>/dev/null; then
    SUDO="sudo -n"
  elif [ -t 0 ] && [ -z "${CI-}" ]; then
    say "sudo is needed to install: $1"
    sudo -v || fail "sudo was refused, and these packages are missing: $1" "$mend"
    SUDO="sudo -n"
  else
    fail "these packages are missing, and sudo asks for a password: $1" "$mend"
  fi
}

install_packages() {
  begin
  # A fresh machine, or one whose lists are old, does not know the packages, or where they are by now.
  sizes=$(estimate "$1") || { update_lists && sizes=$(estimate "$1"); } ||
    fail_with_log "the package mirror cannot give all of: $1"
  say "installing Debian packages$sizes: $1"
  apt_install "$1" --download-only || { update_lists && apt_install "$1" --download-only; } ||
    fail_with_log "the Debian packages could not be fetched"
  # dpkg must not be stopped half-way: it would refuse everything until somebody repairs its state.
  ON_INTERRUPT="wait"
  apt_install "$1" || fail_with_log "the Debian packages could not be installed"
  ON_INTERRUPT="end"
  end "Debian packages installed"
}

# Prints how much would be fetched and kept, such as " (45.2 MB to fetch, 160 MB on disk)". Needs no root.
estimate() {
  # shellcheck disable=SC2086 # a list of words
  plan=$(apt-get -o Debug::NoLocking=1 --assume-no --no-install-recommends install $1 2>&1) || true
  fetch=$(echo "$plan" | sed -n 's|^Need to get \([^/]*B\)\(/.*\)\{0,1\} of archives.*|\1|p')
  keep=$(echo "$plan" | sed -n 's|^After this operation, \(.*\) of additional disk space.*|\1|p')
  if [ -z "$fetch" ]; then
    echo "$plan" >>"$LOG"
    return 1
  fi
  printf ' (%s to fetch, %s on disk)' "$fetch" "${keep:-little}"
}

update_lists() {
  say "updating the lists of Debian packages"
  attempts=$((LOCK_TIMEOUT_SECS / 5))
  until apt_get update; do
    # Unlike dpkg's, this lock cannot be waited for: right after boot the system's own update has it.
    tail -n 5 -- "$LOG" | grep -q 'Could not get lock' && [ "$attempts" -gt 0 ] || return 1
    attempts=$((attempts - 1))
    sleep 5
  done
}

apt_install() {
  # shellcheck disable=SC2086 # a list of words, and perhaps an option
  apt_get install --yes --no-install-recommends ${2-} $1
}

# In a session of its own, which Ctrl-C does not reach.
apt_get() {
  # shellcheck disable=SC2086 # nothing, or sudo with an option
  run $SUDO setsid --wait env DEBIAN_FRONTEND=noninteractive LC_ALL=C \
    apt-get -q -o "DPkg::Lock::Timeout=$LOCK_TIMEOUT_SECS" -o Dpkg::Use-Pty=0 "$@"
}

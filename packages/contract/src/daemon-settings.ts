/** A setting of the daemon beside its places: the variable that tells it, and what holds while that is unset or empty. */
export interface DaemonSetting {
  readonly variable: string;
  /** In words where it depends on the host. */
  readonly unset: number | string;
}

/** By the names that the daemon's configuration has for them. */
export const DAEMON_SETTINGS = {
  socketMode: { variable: "FORKD_SOCKET_MODE", unset: "0600" },
  maxSandboxes: { variable: "FORKD_MAX_SANDBOXES", unset: 1000 },
  parallelism: { variable: "FORKD_PARALLELISM", unset: "one for each core" },
  zygotes: { variable: "FORKD_ZYGOTES", unset: 4 },
  clockSecs: { variable: "FORKD_CLOCK_SECS", unset: 60 },
  /** Above all that systemd gives out: https://systemd.io/UIDS-GIDS */
  uidBase: { variable: "FORKD_UID_BASE", unset: 0x7000_0000 },
  branchConcurrency: { variable: "FORKD_BRANCH_CONCURRENCY", unset: 4 },
  maxPackGib: { variable: "FORKD_MAX_PACK_GIB", unset: 256 },
  netnsPool: { variable: "FORKD_NETNS_POOL", unset: 4 },
  netnsRange: { variable: "FORKD_NETNS_RANGE", unset: "one that the host does not use" },
  nameServers: { variable: "FORKD_NAME_SERVERS", unset: "those of the host" },
  debianMirror: { variable: "FORKD_DEBIAN_MIRROR", unset: "Debian's own" },
  domain: { variable: "FORKD_DOMAIN", unset: "localhost" },
  bind: { variable: "FORKD_BIND", unset: "the unix socket alone" },
  tlsCert: { variable: "FORKD_TLS_CERT", unset: "no TLS" },
  tlsKey: { variable: "FORKD_TLS_KEY", unset: "no TLS" },
  tokenFile: { variable: "FORKD_TOKEN_FILE", unset: "no token but those of `forkd token`" },
  audit: { variable: "FORKD_AUDIT", unset: "off" },
  admission: { variable: "FORKD_ADMISSION", unset: "on" },
  reserveMemoryMib: { variable: "FORKD_RESERVE_MEMORY_MIB", unset: 64 },
  reserveDiskMib: { variable: "FORKD_RESERVE_DISK_MIB", unset: 16 },
  onExit: { variable: "FORKD_ON_EXIT", unset: "keep" },
  exitSecs: { variable: "FORKD_EXIT_SECS", unset: 80 },
  logLevel: { variable: "FORKD_LOG_LEVEL", unset: "info" },
} as const satisfies Readonly<Record<string, DaemonSetting>>;

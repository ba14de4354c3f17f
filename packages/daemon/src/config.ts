import { isIP } from "node:net";
import { availableParallelism, homedir } from "node:os";
import { join, resolve } from "node:path";
import { ForkdError, onExitSchema } from "@forkd/contract";
import { DAEMON_SETTINGS } from "@forkd/contract/daemon-settings";
import { isTransit } from "@forkd/host";
import { isSocketPath } from "@forkd/posix";
import { z } from "zod";
import { isLoopback, parseBindAddress } from "./access/bind-address.ts";
import type { BindAddress } from "./access/bind-address.ts";
import { readTraceSettings } from "./observe/traces/trace-settings.ts";
import type { TraceSettings } from "./observe/traces/trace-settings.ts";

const absolutePath = z.string().startsWith("/", "is not an absolute path");
const count = z.coerce.number("is not a number").int("is not a whole number").min(1, "is less than 1");

const reserve = z.coerce.number("is not a number").int("is not a whole number").min(0, "is less than 0");

/** The address of a name server, with a port or without. */
function isServer(text: string): boolean {
  const { host, port } = parseBindAddress(text) ?? { host: text, port: 53 };
  return isIP(host) !== 0 && port > 0;
}

const configFields = z.object({
  /** Images, snapshots and machines. */
  dataDir: absolutePath,
  /** What can be fetched or built again: packages, the guest kernel, the agent. */
  cacheDir: absolutePath,
  /** The unix socket that the daemon listens on. */
  socketPath: absolutePath.refine(isSocketPath, "is longer than a unix socket's path may be"),
  /** Who may use it: its owner alone, or its group too. */
  socketMode: z
    .enum(["0600", "0660"], "is neither 0600 nor 0660")
    .transform((mode) => Number.parseInt(mode, 8)),
  /** How many machines may run at once. */
  maxSandboxes: count.max(100_000),
  /** How many children start at once. */
  parallelism: count.max(1024),
  /** How many zygotes are kept for the next forks; 0: every child is restored by itself. */
  zygotes: z.coerce.number("is not a number").int("is not a whole number").min(0, "is less than 0").max(1024),
  /** How often the clocks of guests are looked at, in seconds; 0: never. */
  clockSecs: z.coerce
    .number("is not a number")
    .int("is not a whole number")
    .min(0, "is less than 0")
    .max(86_400),
  /** The first of the users that machines run as, where the daemon runs as root. */
  uidBase: count.max(4_000_000_000),
  /** How many branches may be under way at once. */
  branchConcurrency: count.max(1024),
  /** What a pack may become on the disk, in GiB, holes counted as if they were data. */
  maxPackGib: count.max(1024),
  /** How many network namespaces are kept ready, once one was asked for. */
  netnsPool: z.coerce
    .number("is not a number")
    .int("is not a whole number")
    .min(0, "is less than 0")
    .max(4096),
  /** The range that addresses of network namespaces are taken of; undefined: one that the host does not use. */
  netnsRange: z
    .string()
    .refine(isTransit, "is no private network of 65536 addresses, such as 10.43.0.0/16")
    .optional(),
  /** Which are asked for names that a sandbox may reach; undefined: those of the host. */
  nameServers: z
    .string()
    .transform((text) => text.split(",").map((one) => one.trim()))
    .refine((all) => all.every(isServer), "is no list of addresses, such as 9.9.9.9,127.0.0.1:5353")
    .optional(),
  /** The package mirror for images and the kernel; undefined: Debian's own. */
  debianMirror: z.url({ protocol: /^https?$/, message: "is not an http URL" }).optional(),
  /** Host names `<port>-<sandbox>.<domain>` lead to the ports of sandboxes. */
  domain: z.string().regex(/^[A-Za-z0-9]([A-Za-z0-9.-]{0,200}[A-Za-z0-9])?$/, "is not a domain"),
  /** Where it listens by TCP too; undefined: nowhere. */
  bind: z
    .string()
    .transform((text, context): BindAddress => {
      const address = parseBindAddress(text);
      if (address !== undefined) return address;
      context.addIssue("is not HOST:PORT");
      return z.NEVER;
    })
    .optional(),
  /** A certificate and its key, as PEM; both or neither. */
  tlsCert: absolutePath.optional(),
  tlsKey: absolutePath.optional(),
  /** A file with one more token, for all. */
  tokenFile: absolutePath.optional(),
  /** Whether it records who asks for what; `sync`: and that is on the disk first. */
  audit: z.enum(["off", "on", "sync"], "is none of off, on and sync"),
  /** Whether a fork that does not fit is refused before anything starts. */
  admission: z.enum(["on", "off"]),
  /** What of the memory that is available, and of the disk, is not for forks, in MiB. */
  reserveMemoryMib: reserve,
  reserveDiskMib: reserve,
  /** What becomes of machines when it is told to stop, unless it is told that too. */
  onExit: onExitSchema,
  /** How long suspending them may take then, in seconds: less than what a service manager waits. */
  exitSecs: count.max(86_400),
  logLevel: z.enum(["fatal", "error", "warn", "info", "debug", "trace", "silent"]),
});

const configSchema = configFields.superRefine(({ bind, tlsCert, tlsKey }, context) => {
  const refuse = (field: keyof typeof configFields.shape, message: string): void =>
    context.addIssue({ code: "custom", path: [field], message });
  if (tlsKey === undefined && tlsCert !== undefined) refuse("tlsKey", "is not set, and FORKD_TLS_CERT is");
  if (tlsCert === undefined && tlsKey !== undefined) refuse("tlsCert", "is not set, and FORKD_TLS_KEY is");
  if (bind && !isLoopback(bind) && tlsCert === undefined)
    refuse(
      "bind",
      "can be reached from other hosts, where tokens would be read: set FORKD_TLS_CERT and FORKD_TLS_KEY too",
    );
});

export type DaemonConfig = z.output<typeof configSchema> & {
  /** Undefined: it tells OpenTelemetry nothing. */
  readonly traces?: TraceSettings;
};

type Environment = Readonly<Record<string, string | undefined>>;

/** The daemon's configuration: defaults, then what the environment sets. Throws `invalid_configuration` naming the variable. */
export function readConfig(env: Environment = process.env): DaemonConfig {
  const told = (variable: string): string | undefined => env[variable] || undefined;
  const defaults = defaultDirectories(env);
  const parsed = configSchema.safeParse({
    ...Object.fromEntries(
      Object.entries(DAEMON_SETTINGS).map(([name, { variable, unset }]) => [name, told(variable) ?? unset]),
    ),
    dataDir: told("FORKD_DATA_DIR") ?? defaults.dataDir,
    cacheDir: told("FORKD_CACHE_DIR") ?? defaults.cacheDir,
    socketPath: told("FORKD_SOCKET") ?? join(defaults.runtimeDir, "forkd.sock"),
    parallelism: told(DAEMON_SETTINGS.parallelism.variable) ?? availableParallelism(),
    netnsRange: told(DAEMON_SETTINGS.netnsRange.variable),
    nameServers: told(DAEMON_SETTINGS.nameServers.variable),
    debianMirror: told(DAEMON_SETTINGS.debianMirror.variable),
    bind: told(DAEMON_SETTINGS.bind.variable),
    tlsCert: told(DAEMON_SETTINGS.tlsCert.variable),
    tlsKey: told(DAEMON_SETTINGS.tlsKey.variable),
    tokenFile: told(DAEMON_SETTINGS.tokenFile.variable),
  });
  if (parsed.success) {
    const traces = readTraceSettings(env);
    return { ...parsed.data, ...(traces && { traces }) };
  }
  const { path, message: why } = parsed.error.issues[0] ?? { path: [], message: "is not valid" };
  const variable = variableOf(path);
  throw new ForkdError("invalid_configuration", { variable, value: env[variable] ?? "", why });
}

function defaultDirectories(env: Environment): { dataDir: string; cacheDir: string; runtimeDir: string } {
  // Its user need not have a name, as in many containers.
  const uid = process.getuid?.();
  if (uid === 0) return { dataDir: "/var/lib/forkd", cacheDir: "/var/cache/forkd", runtimeDir: "/run/forkd" };
  const home = env["HOME"] ?? homedir();
  return {
    dataDir: resolve(env["XDG_DATA_HOME"] ?? join(home, ".local/share"), "forkd"),
    cacheDir: resolve(env["XDG_CACHE_HOME"] ?? join(home, ".cache"), "forkd"),
    runtimeDir: env["XDG_RUNTIME_DIR"] ? join(env["XDG_RUNTIME_DIR"], "forkd") : `/tmp/forkd-${uid}`,
  };
}

/** `maxSandboxes` is set by `FORKD_MAX_SANDBOXES`. */
function variableOf(path: readonly PropertyKey[]): string {
  const field = String(path[0]).replace(/Path$/, "");
  return `FORKD_${field.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
}

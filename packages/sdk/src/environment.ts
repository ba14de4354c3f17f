interface ProcessLike {
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly getuid?: () => number;
}

/** Where the daemon is and how to be let in, as the environment says. */
export interface ForkdEnvironment {
  /** `FORKD_URL`: `http(s)://…`, or `unix:/path`. */
  readonly url: string | undefined;
  /** `FORKD_TOKEN`: sent as a bearer token. */
  readonly token: string | undefined;
  /** `FORKD_COMMAND`: the program that starts a daemon on demand, or `forkd`. */
  readonly command: string;
  /** The unix socket of the local daemon: `FORKD_SOCKET`, or the user's default. */
  readonly socketPath: string;
}

/** Reads the environment; nothing is set in a browser. No other file of the SDK looks at where it runs. */
export function readEnvironment(): ForkdEnvironment {
  const { process } = globalThis as { process?: ProcessLike };
  const env = process?.env ?? {};
  return {
    url: env["FORKD_URL"] || undefined,
    token: env["FORKD_TOKEN"]?.trim() || undefined,
    command: env["FORKD_COMMAND"] || "forkd",
    socketPath: env["FORKD_SOCKET"] || defaultSocketPath(process?.getuid?.() ?? 0, env["XDG_RUNTIME_DIR"]),
  };
}

/**
 * Whether this runtime sends a request anew that was aborted on a connection which had served another, be it one that must
 * not be done twice. So does Deno's `node:http`.
 */
export function resendsAborted(): boolean {
  return "Deno" in globalThis;
}

/** The daemon's socket for a user: root's is the system's, others have one each. */
export function defaultSocketPath(uid: number, runtimeDir: string | undefined): string {
  if (uid === 0) return "/run/forkd/forkd.sock";
  return runtimeDir ? `${runtimeDir}/forkd/forkd.sock` : `/tmp/forkd-${uid}/forkd.sock`;
}

import { homedir } from "node:os";
import { resolve } from "node:path";
import { usageError } from "./cli-error.ts";

/** Where the parts of this installation are. */
export const INSTALLATION = {
  version: "0.1.0",
  recipesDir: resolve(import.meta.dirname, "../../../recipes"),
  daemonProgram: resolve(import.meta.dirname, "../../daemon/src/main.ts"),
  /** What starts a daemon on demand. */
  launcher: resolve(import.meta.dirname, "../../../bin/forkd"),
} as const;

/** The environment that a daemon is started with. */
export function daemonEnvironment(socketPath: string): NodeJS.ProcessEnv {
  return { ...process.env, FORKD_SOCKET: socketPath };
}

/** The environment of a program that works with a daemon by the SDK, with more variables. */
export function demoEnvironment(
  more: Readonly<Record<string, string>>,
  { url, token }: { readonly url: string; readonly token: string | null },
): NodeJS.ProcessEnv {
  const { FORKD_TOKEN: _token, ...inherited } = process.env;
  return { ...inherited, ...more, FORKD_URL: url, ...(token === null ? {} : { FORKD_TOKEN: token }) };
}

/** Whether the system's places are ours. */
export function isRoot(): boolean {
  return process.getuid?.() === 0;
}

/** Where images and snapshots are kept: `FORKD_DATA_DIR`, else the system's place for root, else the user's. */
export function dataDir(): string {
  const { FORKD_DATA_DIR: chosen, XDG_DATA_HOME: userData } = process.env;
  if (chosen) return chosen;
  if (isRoot()) return "/var/lib/forkd";
  return resolve(userData || resolve(homedir(), ".local/share"), "forkd");
}

/** Where what is costly to make again is kept: `FORKD_CACHE_DIR`, else the system's place for root, else the user's. */
export function cacheDir(): string {
  const { FORKD_CACHE_DIR: chosen, XDG_CACHE_HOME: userCache } = process.env;
  if (chosen) return chosen;
  if (isRoot()) return "/var/cache/forkd";
  return resolve(userCache || resolve(homedir(), ".cache"), "forkd");
}

/** Where the user's contexts are: in `XDG_CONFIG_HOME`, else in `~/.config`. */
export function contextsPath(): string {
  const { XDG_CONFIG_HOME: userConfig } = process.env;
  return resolve(userConfig || resolve(homedir(), ".config"), "forkd/contexts.json");
}

/** The context that `FORKD_CONTEXT` names. */
export function chosenContext(): { readonly name: string; readonly by: string } | undefined {
  const name = process.env["FORKD_CONTEXT"];
  return name ? { name, by: "FORKD_CONTEXT" } : undefined;
}

/** Whether `FORKD_SOCKET` says where the local daemon is. */
export function hasChosenSocket(): boolean {
  return Boolean(process.env["FORKD_SOCKET"]);
}

/** What the environment sets of what the daemon, once started from here, would read. */
export function readVariable(name: string): string | undefined {
  return process.env[name] || undefined;
}

/** The index that `owner/name` is looked up in: `FORKD_HUB_URL`. */
export function hubUrl(): string | undefined {
  return process.env["FORKD_HUB_URL"] || undefined;
}

/** Who we are to an OCI registry: `FORKD_REGISTRY_USER` and `FORKD_REGISTRY_PASSWORD`, both or neither. */
export function registryCredentials(): { username: string; password: string } | undefined {
  const { FORKD_REGISTRY_USER: username, FORKD_REGISTRY_PASSWORD: password } = process.env;
  if (!username && !password) return undefined;
  if (username && password) return { username, password };
  throw usageError(
    `${username ? "FORKD_REGISTRY_USER" : "FORKD_REGISTRY_PASSWORD"} is set without the other`,
    "set FORKD_REGISTRY_USER and FORKD_REGISTRY_PASSWORD, or neither to use docker's configuration",
  );
}

/** What clients of MCP over HTTP must bring: `FORKD_MCP_TOKEN`. */
export function mcpToken(): string | undefined {
  return process.env["FORKD_MCP_TOKEN"]?.trim() || undefined;
}

/** Whether there is a desktop that could show a page. */
export function hasDesktop(): boolean {
  return Boolean(process.env["DISPLAY"] || process.env["WAYLAND_DISPLAY"]) || process.platform === "darwin";
}

/** Whether the locale says that text is UTF-8, as locale(7) orders the variables. */
export function usesUtf8(): boolean {
  const { LC_ALL, LC_CTYPE, LANG } = process.env;
  return /utf-?8/i.test(LC_ALL || LC_CTYPE || LANG || "");
}

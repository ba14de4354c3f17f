import { homedir } from "node:os";
import { resolve } from "node:path";

const REPOSITORY = resolve(import.meta.dirname, "../../..");

/** Where the parts of this installation are. */
export const INSTALLATION = {
  version: "0.1.0",
  recipesDir: resolve(REPOSITORY, "recipes"),
  daemonProgram: resolve(REPOSITORY, "packages/daemon/src/main.ts"),
} as const;

/** The environment that a daemon is started with. */
export function daemonEnvironment(socketPath: string): NodeJS.ProcessEnv {
  return { ...process.env, FORKD_SOCKET: socketPath };
}

/** Where images and snapshots are kept: `FORKD_DATA_DIR`, else the system's place for root, else the user's. */
export function dataDir(): string {
  const { FORKD_DATA_DIR: chosen, XDG_DATA_HOME: userData } = process.env;
  if (chosen) return chosen;
  if (process.getuid?.() === 0) return "/var/lib/forkd";
  return resolve(userData || resolve(homedir(), ".local/share"), "forkd");
}

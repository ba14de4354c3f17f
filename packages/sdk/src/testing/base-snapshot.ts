import { spawn } from "node:child_process";
import { once } from "node:events";
import type { SnapshotInfo } from "../api.gen.ts";
import { readEnvironment } from "../environment.ts";
import type { Forkd } from "../forkd.ts";
import type { CallOptions } from "../options.ts";
import { findSnapshot } from "./migrated-snapshot.ts";

/** A recipe's snapshot. The command line makes one that is not there, and shows on stderr how it goes. */
export async function ensureBase(forkd: Forkd, recipe: string, options: CallOptions): Promise<SnapshotInfo> {
  const existing = await findSnapshot(forkd, recipe, options);
  if (existing?.status === "ready") return existing;
  const { command } = readEnvironment();
  const args = ["recipe", "build", recipe, "--url", forkd.baseUrl];
  const child = spawn(command, args, { stdio: ["ignore", 2, 2], ...options });
  const [status] = (await once(child, "exit")) as [number | null];
  if (status !== 0) throw new Error(`${command} ${args.join(" ")} failed: run it by hand to see why`);
  return await forkd.snapshots.get(recipe, options);
}

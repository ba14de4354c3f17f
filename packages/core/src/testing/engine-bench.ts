import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import type { BootSpec, Machine, RestoreSpec } from "../ports/engine.ts";
import type { EngineRig, FrozenMachine } from "./engine-rig.ts";

/** An engine under test, with a machine that it booted and froze. */
export interface EngineBench {
  readonly rig: EngineRig;
  readonly parent: FrozenMachine;
  readonly boot: BootSpec;
  /** What the parent said after its state was saved and it had been let run again. */
  readonly saidAfterResume: string;
  /** A machine that is ended with the suite, if not before. */
  readonly restore: (from?: FrozenMachine, changes?: Partial<RestoreSpec>) => Promise<Machine>;
  /** Counts a process that must be gone when the suite ends. */
  readonly watch: (pid: number) => Promise<void>;
}

/** The digests of all that a machine is restored from. */
export function digestAll({ memoryPath, deviceStatePath, layers }: FrozenMachine): Promise<string[]> {
  return Promise.all([memoryPath, deviceStatePath, ...layers].map(digest));
}

async function digest(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest("hex");
}

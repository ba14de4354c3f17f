import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CallOptions } from "@forkd/core";
import type { LauncherFiles } from "../native/vmm-parts.ts";
import { runCommand } from "../process/run-command.ts";
import type { ProgramFiles } from "./program-files.ts";

export type Confinement = "user" | "namespace" | "filter";

const PROBE_MS = 10_000;

/** How much of the confinement of machines this host allows, and why not all of it. */
export interface ConfinementChoice {
  readonly confinement: Confinement;
  /** What kept it from being more; undefined where a machine has a user of its own. */
  readonly why: string | undefined;
}

interface ProbeOptions extends CallOptions {
  readonly launcher: LauncherFiles;
  readonly qemu: ProgramFiles;
  /** What must be in a machine's directory for the launcher, by name. */
  readonly files: readonly string[];
  /** A user that a machine would have. */
  readonly uid: number;
}

/**
 * Takes the strictest confinement that QEMU can be started in here, found out by starting it. Throws nothing but the
 * signal's reason: where even a filter is refused, so will be every machine, with its error.
 */
export async function chooseConfinement(options: ProbeOptions): Promise<ConfinementChoice> {
  const isRoot = process.getuid?.() === 0;
  const wanted: Confinement = isRoot ? "user" : "namespace";
  const refusal = await explainRefusal(wanted, options);
  if (refusal !== undefined) return { confinement: "filter", why: refusal };
  return { confinement: wanted, why: isRoot ? undefined : "the daemon does not run as root" };
}

async function explainRefusal(
  confinement: Confinement,
  { launcher, qemu, files, uid, signal }: ProbeOptions,
): Promise<string | undefined> {
  const directory = await mkdtemp(join(tmpdir(), "forkd-confine-"));
  try {
    await chmod(directory, 0o700);
    for (const name of files) await writeFile(join(directory, name), "", { mode: 0o600 });
    const result = await runCommand(
      launcher.program,
      [
        ["--confine", confinement, "--uid", String(uid), "--directory", directory],
        qemu.shown.flatMap((path) => ["--show", path]),
        ["--preload", launcher.library, "--", qemu.program, "--version"],
      ].flat(),
      { signal, timeoutMs: PROBE_MS },
    );
    return result.ok ? undefined : (result.tail.at(-1) ?? result.ended);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

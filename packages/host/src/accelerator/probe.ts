import { mkdir, stat } from "node:fs/promises";
import { join } from "node:path";
import type { CallOptions } from "@forkd/core";
import { z } from "zod";
import { readBootId, readIfPresent, replaceFile, sha256Of } from "@forkd/posix";

/** How a probe guest went; `why` is one sentence. */
export interface ProbeResult {
  readonly ok: boolean;
  readonly why: string;
}

/** A guest that is started as every machine of an accelerator is. */
export interface Probe {
  /** All that decides how it goes, but for this host and its QEMU. */
  readonly description: string;
  readonly run: (options: CallOptions) => Promise<ProbeResult>;
}

export interface ProbeMemory {
  /** Where the outcome of a probe is kept until the host boots anew. */
  readonly cacheDir: string;
  readonly qemuPath: string;
  /** Looks again also where the outcome is known. */
  readonly anew: boolean;
}

const resultSchema = z.object({ ok: z.boolean(), why: z.string() });

/** Runs a probe, unless it ran already since the host booted, with this QEMU. */
export async function probeOnce(
  probe: Probe,
  { cacheDir, qemuPath, anew }: ProbeMemory,
  options: CallOptions,
): Promise<ProbeResult> {
  const directory = join(cacheDir, "kvm-probes");
  const path = join(directory, `${await digestSubject(probe, qemuPath)}.json`);
  const known = anew ? undefined : await readIfPresent(path);
  if (known !== undefined) return resultSchema.parse(JSON.parse(known));
  const result = await probe.run(options);
  await mkdir(directory, { recursive: true, mode: 0o700 });
  await replaceFile(path, JSON.stringify(result), "untilReboot");
  return result;
}

/** Names what was probed: this boot of the host, this QEMU binary, this way to start a guest. */
async function digestSubject({ description }: Probe, qemuPath: string): Promise<string> {
  const { ino, size, mtimeMs } = await stat(qemuPath);
  return sha256Of(JSON.stringify([await readBootId(), qemuPath, ino, size, mtimeMs, description])).slice(
    0,
    32,
  );
}

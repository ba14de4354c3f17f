import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { sample, summarize } from "@forkd/cli";
import type { Summary } from "@forkd/cli";

const run = promisify(execFile);

/** What the peers compute: the same as the first `eval` of a child, from a cold interpreter. */
export const COLD_CODE = "import numpy as np; print(np.__name__)";

/** `chroot ROOT python3 -c '…'` until it has ended; in ms. No isolation but the root directory. */
export async function measureColdProcess(root: string, runs: number): Promise<Summary> {
  const work = async (): Promise<void> => {
    const { stdout } = await run("chroot", [root, "/usr/bin/python3", "-c", COLD_CODE]);
    if (stdout !== "numpy\n") throw new Error(`the process printed ${stdout}`);
  };
  await work();
  return summarize(await sample(runs, work));
}

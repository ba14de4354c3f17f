import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { sample, summarize } from "@forkd/cli";
import type { Summary } from "@forkd/cli";
import { COLD_CODE } from "./cold-process.ts";

const run = promisify(execFile);

/** OCI runtimes in the order of their speed. crun refuses hosts that mount both versions of cgroups. */
const RUNTIMES: readonly (readonly [program: string, ...options: string[]])[] = [
  ["crun", "--cgroup-manager=disabled"],
  ["runc"],
];

export interface ColdContainer extends Summary {
  readonly runtime: string;
}

/** An OCI runtime's `run` of a container with the same root, until it has ended; in ms. Null where none works. */
export async function measureColdContainer(root: string, runs: number): Promise<ColdContainer | null> {
  const bundle = await mkdtemp(join(tmpdir(), "forkd-bundle-"));
  await writeFile(join(bundle, "config.json"), JSON.stringify(describeContainer(root)));
  try {
    for (const [runtime, ...options] of RUNTIMES) {
      const start = (index: number): Promise<void> => runContainer([runtime, ...options], bundle, index);
      const works = await start(-1).then(
        () => true,
        () => false,
      );
      if (works) return { runtime, ...summarize(await sample(runs, start)) };
    }
    return null;
  } finally {
    await rm(bundle, { recursive: true });
  }
}

async function runContainer(
  [program = "", ...options]: string[],
  bundle: string,
  index: number,
): Promise<void> {
  const name = `forkd-bench-${process.pid}-${index}`;
  const { stdout } = await run(program, [...options, "run", "--bundle", bundle, name]);
  if (stdout !== "numpy\n") throw new Error(`the container printed ${stdout}`);
}

/** An OCI runtime configuration with the usual namespaces (runtime-spec 1.0). */
function describeContainer(root: string): object {
  return {
    ociVersion: "1.0.0",
    root: { path: root, readonly: true },
    process: {
      cwd: "/",
      args: ["/usr/bin/python3", "-c", COLD_CODE],
      env: ["PATH=/usr/bin:/bin"],
      user: { uid: 0, gid: 0 },
      noNewPrivileges: true,
    },
    hostname: "bench",
    mounts: [
      { destination: "/proc", type: "proc", source: "proc" },
      { destination: "/dev", type: "tmpfs", source: "tmpfs", options: ["nosuid", "mode=755"] },
    ],
    linux: { namespaces: ["pid", "ipc", "uts", "mount", "network"].map((type) => ({ type })) },
  };
}

import { readFile, readdir, readlink } from "node:fs/promises";
import { basename, join } from "node:path";
import { isBuildWanted } from "@forkd/host";

interface HostProcess {
  readonly pid: number;
  readonly program: string;
  readonly commandLine: string;
  readonly cwd: string;
  /** What it prints to. */
  readonly output: string;
}

/** What a daemon starts in its directories: VMMs print to a log there, builders name them. Nothing else is touched. */
const VMM_PROGRAM = /^qemu-system-/;
const BUILDER_COMMAND = /(?:^|\0|\/)(?:mmdebstrap|mkfs\.ext4|apt-get)\0/;
/** A zombie or dead process in proc_pid_stat(5). */
const ENDED = /\) [ZX] /;

/**
 * Ends every process that a daemon left working below `directories`: VMMs and image builders, not the shell of
 * somebody who looks around there. What a daemon that was killed had begun, no daemon will finish.
 */
export async function endOrphans(
  directories: readonly string[],
  keep: ReadonlySet<number>,
): Promise<number[]> {
  const orphans = (await listProcesses()).filter(
    (candidate) =>
      !keep.has(candidate.pid) && directories.some((directory) => worksIn(candidate, `${directory}/`)),
  );
  for (const { pid } of orphans) {
    try {
      process.kill(pid, "SIGKILL");
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
    }
  }
  await Promise.all(orphans.map(({ pid }) => waitUntilGone(pid)));
  return orphans.map(({ pid }) => pid);
}

function worksIn({ program, commandLine, cwd, output }: HostProcess, prefix: string): boolean {
  // One that has a root of its own has a working directory that has no path here.
  if (VMM_PROGRAM.test(program)) return output.startsWith(prefix) || `${cwd}/`.startsWith(prefix);
  // The cache is shared by daemons with other data: a build whose daemon lives is that daemon's.
  return BUILDER_COMMAND.test(commandLine) && commandLine.includes(prefix) && !isBuildWanted(commandLine);
}

async function listProcesses(): Promise<HostProcess[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  return Promise.all(
    pids.map(async (pid) => {
      const [commandLine, cwd, output, program] = await Promise.all([
        readFile(join("/proc", pid, "cmdline"), "utf8").catch(() => ""),
        readlink(join("/proc", pid, "cwd")).catch(() => ""),
        readlink(join("/proc", pid, "fd/1")).catch(() => ""),
        readlink(join("/proc", pid, "exe")).catch(() => ""),
      ]);
      return { pid: Number(pid), program: basename(program), commandLine, cwd, output };
    }),
  );
}

/** A killed process is no child of ours, so its end cannot be waited for but by looking. Bounded to 5 s. */
async function waitUntilGone(pid: number): Promise<void> {
  for (let tries = 0; tries < 500; tries++) {
    const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => undefined);
    if (stat === undefined || ENDED.test(stat)) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

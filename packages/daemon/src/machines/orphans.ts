import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { isBuildWanted } from "@forkd/host";
import { findProcess, killProcess, listPids, readProcessLink, waitUntilGone } from "@forkd/posix";

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
/** How long one is waited for that was killed. */
const END_MS = 5000;

/**
 * Ends every process that a daemon left working below `directories`: VMMs and image builders, not the shell of
 * somebody who looks around there. What a daemon that was killed had begun, no daemon will finish.
 */
export async function endOrphans(
  directories: readonly string[],
  keep: ReadonlySet<number>,
): Promise<number[]> {
  const pids = (await listPids()).filter((pid) => !keep.has(pid));
  const found = (await Promise.all(pids.map(describe))).filter((candidate) =>
    directories.some((directory) => worksIn(candidate, `${directory}/`)),
  );
  const orphans = found.map(({ pid }) => findProcess(pid)).filter((orphan) => orphan !== undefined);
  for (const orphan of orphans) killProcess(orphan);
  await Promise.all(orphans.map((orphan) => waitUntilGone(orphan, END_MS)));
  return orphans.map(({ pid }) => pid);
}

function worksIn({ program, commandLine, cwd, output }: HostProcess, prefix: string): boolean {
  // One that has a root of its own has a working directory that has no path here.
  if (VMM_PROGRAM.test(program)) return output.startsWith(prefix) || `${cwd}/`.startsWith(prefix);
  // The cache is shared by daemons with other data: a build whose daemon lives is that daemon's.
  return BUILDER_COMMAND.test(commandLine) && commandLine.includes(prefix) && !isBuildWanted(commandLine);
}

/** Of one that is not ours to look at all but the pid is empty. */
async function describe(pid: number): Promise<HostProcess> {
  const [commandLine, cwd, output, program] = await Promise.all([
    readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => ""),
    readProcessLink(pid, "cwd"),
    readProcessLink(pid, "fd/1"),
    readProcessLink(pid, "exe"),
  ]);
  return { pid, program: basename(program), commandLine, cwd, output };
}

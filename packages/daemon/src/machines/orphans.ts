import { readFile } from "node:fs/promises";
import type { VmmProcesses } from "@forkd/core";
import { isBuildWanted } from "@forkd/host";
import { findProcess, isSameFile, killProcess, listPids, waitUntilGone } from "@forkd/posix";

interface HostProcess {
  readonly pid: number;
  readonly commandLine: string;
}

/** Builders name the directories that they work in. */
const BUILDER_COMMAND = /(?:^|\0|\/)(?:mmdebstrap|mkfs\.ext4|apt-get)\0/;
/** How long one is waited for that was killed. */
const END_MS = 5000;

/**
 * Ends every process that a daemon left working below `directories`: VMMs and image builders, not the shell of
 * somebody who looks around there. What a daemon that was killed had begun, no daemon will finish.
 */
export async function endOrphans(
  vmms: Pick<VmmProcesses, "list">,
  directories: readonly string[],
  keep: ReadonlySet<number>,
): Promise<number[]> {
  const isIn = (path: string): boolean =>
    directories.some((directory) => `${path}/`.startsWith(`${directory}/`));
  const found = [
    ...(await vmms.list()).filter(({ directory }) => isIn(directory)),
    ...(await findOrphanedBuilders(directories)),
  ].filter(({ pid }) => !keep.has(pid));
  const orphans = found.map(({ pid }) => findProcess(pid)).filter((orphan) => orphan !== undefined);
  for (const orphan of orphans) killProcess(orphan);
  await Promise.all(orphans.map((orphan) => waitUntilGone(orphan, { timeoutMs: END_MS })));
  return orphans.map(({ pid }) => pid);
}

async function findOrphanedBuilders(directories: readonly string[]): Promise<HostProcess[]> {
  const processes = await listProcesses();
  const found: HostProcess[] = [];
  for (const directory of directories)
    for (const candidate of processes.filter((one) => isOrphanedBuilder(one, `${directory}/`)))
      // A container's daemon may have its cache where this host's has it.
      if (await isSameFile(`/proc/${candidate.pid}/root${directory}`, directory)) found.push(candidate);
  return found;
}

/** The cache is shared by daemons with other data: a build whose daemon lives is that daemon's. */
function isOrphanedBuilder({ commandLine }: HostProcess, prefix: string): boolean {
  return BUILDER_COMMAND.test(commandLine) && commandLine.includes(prefix) && !isBuildWanted(commandLine);
}

async function listProcesses(): Promise<HostProcess[]> {
  return Promise.all(
    (await listPids()).map(async (pid) => ({
      pid,
      commandLine: await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => ""),
    })),
  );
}

import type { CopySpec } from "../ports/engine.ts";
import type { LimitGroup, LimitProvider } from "../ports/limits.ts";
import type { MachineDirectory } from "../ports/machines.ts";
import type { NetworkLease } from "../ports/network.ts";

/** What belongs to a machine before it has a process. */
export interface Place {
  readonly name: string;
  readonly directory: MachineDirectory;
  readonly group: LimitGroup | undefined;
  readonly network: NetworkLease | undefined;
}

export function describePlace({ name, directory, group, network }: Place): CopySpec {
  return {
    name,
    directory: directory.path,
    ...(network && { card: network.backend }),
    ...(group && { onSpawn: (pid) => group.add(pid) }),
  };
}

/** Its limit, if it has one. Throws `memory_limit_unavailable`. */
export async function createGroup(
  limits: LimitProvider,
  name: string,
  limitMib: number | null,
): Promise<LimitGroup | undefined> {
  return limitMib === null ? undefined : limits.createMemoryGroup(name, limitMib);
}

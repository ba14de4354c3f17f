import type { CopySpec } from "../ports/engine.ts";
import type { LimitGroup } from "../ports/limits.ts";
import type { MachineDirectory } from "../ports/machines.ts";
import type { NetworkLease } from "../ports/network.ts";

/** What belongs to a machine before it has a process. */
export interface Place {
  readonly name: string;
  readonly directory: MachineDirectory;
  readonly group: LimitGroup;
  readonly network: NetworkLease | undefined;
}

export function describePlace({ name, directory, group, network }: Place): CopySpec {
  return {
    name,
    directory: directory.path,
    ...(network && { card: network.backend }),
    onSpawn: (pid) => group.add(pid),
  };
}

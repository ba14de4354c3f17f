import type { NamespaceInfo } from "../ports/network-namespaces.ts";
import type { Asked } from "./caller.ts";
import type { OperationPorts } from "./ports.ts";
import { whenRecovered } from "./recovery.ts";

/** Network namespaces that wait for machines, and those that machines have. */
export function createNetnsOperations(ports: OperationPorts) {
  const { namespaces } = ports;
  return {
    listNetns: async (..._asked: Asked): Promise<readonly NamespaceInfo[]> => namespaces.list(),

    async setUpNetns(
      ...[, { count }, options]: Asked<{ readonly count: number }>
    ): Promise<readonly NamespaceInfo[]> {
      await whenRecovered(ports, options);
      await namespaces.setUp(count);
      return namespaces.list();
    },
  };
}

import type { SandboxId, SandboxInfo } from "@forkd/contract";
import { isChosen } from "../model/choose-sandboxes.ts";
import type { SandboxFilter } from "../model/choose-sandboxes.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import type { SuspendedSandbox } from "../sandbox/suspended-sandbox.ts";
import type { UnadoptedMachine } from "../sandbox/unadopted-machine.ts";
import { seesSandbox } from "../tenants/sight.ts";
import type { Asked, Caller } from "./caller.ts";
import { pageOf } from "./page.ts";
import type { Page, PageOrder } from "./page.ts";
import type { OperationPorts } from "./ports.ts";

interface OneSandbox {
  readonly id: SandboxId;
}

/** Which machines are ended. */
interface KillOrder {
  readonly tag?: string | undefined;
  readonly keep_suspended?: boolean;
}

/** Machines: list, take over, end. */
export function createSandboxOperations({ registry, events }: OperationPorts) {
  const kill = async (caller: Caller, id: SandboxId): Promise<void> => {
    const isDead = registry.look(id).describe().status === "dead";
    await registry.remove(id);
    if (!isDead) events.emit({ type: "sandbox.killed", id }, caller);
  };
  const describeSeen = (caller: Caller): SandboxInfo[] =>
    [...registry.list(), ...registry.unadopted()]
      .filter(({ record }) => seesSandbox(caller, record))
      .map((machine) => machine.describe());
  return {
    /** The oldest first. Children of one fork have the same second, and an index each. */
    listSandboxes: async (
      ...[caller, order]: Asked<SandboxFilter & PageOrder>
    ): Promise<Page<SandboxInfo>> => {
      const chosen = describeSeen(caller).filter((info) => isChosen(info, order));
      return pageOf(chosen, order, (info) => [info.created_at_unix, info.child_index, info.id]);
    },

    describeSandbox: async (...[, { id }]: Asked<OneSandbox>): Promise<SandboxInfo> =>
      registry.look(id).describe(),

    /** Any machine, for what needs no agent, such as its logs. */
    lookAtSandbox: async (
      ...[, { id }]: Asked<OneSandbox>
    ): Promise<Sandbox | SuspendedSandbox | UnadoptedMachine> => registry.look(id),

    adoptSandbox: async (...[, { id }, options]: Asked<OneSandbox>): Promise<SandboxInfo> =>
      (await registry.adopt(id, options)).describe(),

    killSandbox: async (...[caller, { id }]: Asked<OneSandbox>): Promise<void> => kill(caller, id),

    /** Ends all machines, or those of one tag, or all but those on disk, and gives their ids. */
    async killSandboxes(
      ...[caller, { tag, keep_suspended: keeps = false }]: Asked<KillOrder>
    ): Promise<SandboxId[]> {
      const chosen = describeSeen(caller).filter(
        (info) => isChosen(info, { tag }) && !(keeps && info.status === "suspended"),
      );
      await Promise.all(chosen.map(({ id }) => kill(caller, id)));
      return chosen.map(({ id }) => id);
    },
  };
}

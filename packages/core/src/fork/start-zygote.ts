import { createSandboxId } from "@forkd/contract";
import type { Engine, Machine, Zygote } from "../ports/engine.ts";
import type { GuestConnector } from "../ports/guest.ts";
import type { MachineDirectories } from "../ports/machines.ts";
import type { CallOptions } from "../ports/options.ts";
import { cardKindOf } from "./child-network.ts";
import { describeRestore } from "./machine-source.ts";
import type { MachineSource } from "./machine-source.ts";
import { rehearseMore } from "./rehearse-more.ts";

export interface ZygotePorts {
  readonly engine: Engine;
  readonly connector: GuestConnector;
  /** For zygotes alone: a daemon removes what an earlier one left there. */
  readonly machines: MachineDirectories;
}

/**
 * Makes a zygote, in a directory like a machine's own. The agent stays connected, so that a copy's port has somebody
 * at its other end from the start.
 */
export async function startZygote(
  { engine, connector, machines }: ZygotePorts,
  source: MachineSource,
  options: CallOptions,
): Promise<Zygote | undefined> {
  await using stack = new AsyncDisposableStack();
  const name = createSandboxId();
  const directory = stack.use(await machines.create(name));
  const rehearse = async (machine: Machine): Promise<void> => {
    const stream = await machine.openAgentStream(options);
    const agent = stack.use(await connector.connectAndRehearse(stream, options));
    await rehearseMore(agent, source.snapshot, options);
  };
  const card = { kind: cardKindOf(source) };
  const spec = { ...describeRestore(source), card, name, directory: directory.path };
  const zygote = await engine.openZygote(spec, rehearse, options);
  if (!zygote) return undefined;
  stack.use(zygote);
  const resources = stack.move();
  return {
    pid: zygote.pid,
    exited: zygote.exited,
    fork: (copy, call) => zygote.fork(copy, call),
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

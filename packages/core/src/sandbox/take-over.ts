import { withTimeout } from "../concurrency/abort.ts";
import type { Engine } from "../ports/engine.ts";
import type { LimitProvider } from "../ports/limits.ts";
import type { Networks } from "../ports/network.ts";
import type { FoundMachine } from "../ports/machines.ts";
import type { CallOptions } from "../ports/options.ts";
import { adoptNetwork } from "../fork/child-network.ts";
import type { AgentLinkPorts } from "./agent-link.ts";
import { KeptRecord } from "./kept-record.ts";
import { Sandbox } from "./sandbox.ts";

export interface TakeOverPorts extends AgentLinkPorts {
  readonly engine: Pick<Engine, "adopt">;
  readonly limits: LimitProvider;
  readonly networks: Networks;
}

/** How long a monitor has to answer. */
const ANSWER_TIMEOUT_MS = 5000;
const NO_ANSWER =
  `its monitor did not answer within ${ANSWER_TIMEOUT_MS / 1000} s: ` +
  "its process is stopped, or another program has its monitor";

/** Makes a machine ours that an earlier daemon left and that runs. Throws why it cannot be. */
export async function takeOver(
  { id, state, directory, hasState }: FoundMachine,
  ports: TakeOverPorts,
  { signal }: CallOptions,
): Promise<Sandbox> {
  if (state.kind === "none") throw new Error("its record is gone");
  if (state.kind === "damaged") throw new Error(state.why);
  // Of one that runs, a suspension was given up.
  const record = { ...state.record, suspended: null };
  const group = await ports.limits.adoptGroup(id);
  const deadline = withTimeout(signal, ANSWER_TIMEOUT_MS);
  const machine = await ports.engine
    .adopt({ ...record, directory: directory.path }, { signal: deadline })
    .catch((error: unknown) => {
      throw deadline.aborted && !signal.aborted ? new Error(NO_ANSWER, { cause: error }) : error;
    });
  if (!machine) throw new Error(`another process than the recorded ${record.pid} works in its directory`);
  const network = await adoptNetwork(ports.networks, record, { signal });
  // It goes on from here: what a suspension or a resume left that came to no end is of an earlier moment.
  if (hasState) await directory.state.remove();
  const kept = new KeptRecord(record, (changed, durability) => directory.writeRecord(changed, durability));
  const sandbox = new Sandbox(kept, { machine, directory, group, network, agent: undefined }, ports);
  // The daemon that left it may have had it stand still.
  if (!record.paused) void sandbox.catchUp();
  return sandbox;
}

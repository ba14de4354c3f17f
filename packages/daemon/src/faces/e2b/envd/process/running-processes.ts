import { Code, ConnectError } from "@connectrpc/connect";
import { Semaphore } from "@forkd/core";
import type { CallOptions, GuestAgent, GuestProcess } from "@forkd/core";
import type { ProcessSelector } from "../../wire/process.gen.js";
import { readEnvironment } from "./process-environment.ts";
import type { ProcessEnvironment } from "./process-environment.ts";

/** How many processes a guest is asked about at once. */
const AT_ONCE = 16;

export type RunningProcess = GuestProcess & ProcessEnvironment;

export async function listRunning(agent: GuestAgent, options: CallOptions): Promise<RunningProcess[]> {
  const running = (await agent.listProcesses(options)).filter((process) => process.running);
  const slots = new Semaphore(AT_ONCE);
  const describe = async (process: GuestProcess): Promise<RunningProcess> => {
    using _slot = await slots.acquire("what processes were started with", options);
    return { ...process, ...(await readEnvironment(agent, process, options)) };
  };
  return await Promise.all(running.map(describe));
}

/** The process that a client means, if it runs. Throws `not_found`, `invalid_argument`. */
export async function findRunning(
  agent: GuestAgent,
  selector: ProcessSelector | undefined,
  options: CallOptions,
): Promise<GuestProcess> {
  const { case: kind, value } = requireSelector(selector);
  const processes = kind === "pid" ? await agent.listProcesses(options) : await listRunning(agent, options);
  const found = processes.findLast(
    (process) =>
      process.running && (kind === "pid" ? process.pid : (process as RunningProcess).tag) === value,
  );
  if (found) return found;
  throw new ConnectError(`no process with ${kind} ${value} runs in the sandbox`, Code.NotFound);
}

/** The same, of one whose pid is enough. */
export async function findPid(
  agent: GuestAgent,
  selector: ProcessSelector | undefined,
  options: CallOptions,
): Promise<number> {
  const { case: kind, value } = requireSelector(selector);
  return kind === "pid" ? value : (await findRunning(agent, selector, options)).pid;
}

function requireSelector(selector: ProcessSelector | undefined) {
  if (selector?.selector.case !== undefined) return selector.selector;
  throw new ConnectError("the request says neither the pid nor the tag of a process", Code.InvalidArgument);
}

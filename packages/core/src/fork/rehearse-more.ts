import { ForkdError } from "@forkd/contract";
import type { GuestAgent } from "../ports/guest.ts";
import type { CallOptions } from "../ports/options.ts";
import type { ForkableSnapshot } from "../ports/snapshots.ts";
import { OutputTail } from "../snapshot/output-tail.ts";

/** Longer than anything takes that children are to do quickly. */
const COMMAND_MS = 10_000;

/**
 * Has a zygote's guest do what its snapshot says that children do. Throws `warm_up_failed` for a command that fails,
 * `port_refused`: the machine is then of no use as a pattern.
 */
export async function rehearseMore(
  agent: Pick<GuestAgent, "exec" | "connectToPort">,
  { tag, manifest }: Pick<ForkableSnapshot, "tag" | "manifest">,
  options: CallOptions,
): Promise<void> {
  const { commands, ports } = manifest.recipe.rehearse ?? { commands: [], ports: [] };
  for (const port of ports) (await agent.connectToPort(port, options)).destroy();
  for (const args of commands) await rehearseCommand(agent, { tag, args }, options);
}

async function rehearseCommand(
  agent: Pick<GuestAgent, "exec">,
  { tag, args }: { readonly tag: string; readonly args: readonly string[] },
  options: CallOptions,
): Promise<void> {
  const output = new OutputTail();
  const command = { args, env: {}, stdin: "none", pty: null, timeoutMs: COMMAND_MS, detach: false } as const;
  for await (const event of agent.exec({ ...command, listed: false }, options)) {
    if ("data" in event) output.add(event.data);
    if (event.type !== "exit" || event.exitCode === 0) continue;
    const step = `rehearsal: ${args.join(" ")}`;
    throw new ForkdError("warm_up_failed", { tag, step, exitCode: event.exitCode, output: output.lines() });
  }
}

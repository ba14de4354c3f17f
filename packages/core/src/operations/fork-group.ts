import { sandboxRequestSchema } from "@forkd/contract";
import type { GroupRequest, SandboxInfo } from "@forkd/contract";
import { NEVER, throwIfAborted } from "../concurrency/abort.ts";
import { endChildren } from "../fork/fork-snapshot.ts";
import type { ProgressOptions } from "../ports/options.ts";
import type { Caller } from "./caller.ts";
import { startStored } from "./fork.ts";
import { handOver } from "./hand-over.ts";
import type { ForkResult } from "./hand-over.ts";
import type { OperationPorts } from "./ports.ts";

type Member = GroupRequest["members"][number];

/** Forking several snapshots at once, whose children are linked to each other. */
export function createGroupOperations(ports: OperationPorts) {
  return {
    /** All of them or none: they are their caller's once the last is ready. */
    async forkGroup(
      caller: Caller,
      { link, members }: GroupRequest,
      options: ProgressOptions,
    ): Promise<SandboxInfo[]> {
      using held = new DisposableStack();
      const failing = new AbortController();
      const signal = AbortSignal.any([options.signal, failing.signal]);
      const start = async (member: Member): Promise<ForkResult> => {
        const onProgress: ProgressOptions["onProgress"] = (step) =>
          options.onProgress({ ...step, message: `${member.name}: ${step.message}` });
        try {
          const order = { request: toFork(link, member), held };
          return await startStored(ports, caller, order, { signal, onProgress });
        } catch (error) {
          // The others are called off, and say no more than that.
          if (!failing.signal.aborted) failing.abort(error);
          throw error;
        }
      };
      const outcomes = await Promise.allSettled(members.map(start));
      const started = outcomes.flatMap((outcome) => (outcome.status === "fulfilled" ? [outcome.value] : []));
      try {
        throwIfAborted(options.signal, `forking the group ${link}`);
        if (failing.signal.aborted) throw failing.signal.reason;
      } catch (error) {
        await Promise.all(started.map(({ children }) => endChildren(children)));
        throw error;
      }
      const infos = started.map((result) => handOver(ports, caller, result, { signal: NEVER }));
      return (await Promise.all(infos)).flat();
    },
  };
}

function toFork(link: string, { egress, ...member }: Member) {
  return sandboxRequestSchema.parse({ ...member, network: { mode: "netns", egress, link } });
}

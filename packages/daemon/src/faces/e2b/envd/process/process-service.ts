import type { GuestAgent, Operations } from "@forkd/core";
import type { Services } from "../../../../services.ts";
import { Process } from "../../wire/process.gen.js";
import { callOf } from "../envd-call.ts";
import type { EnvdCall } from "../envd-call.ts";
import type { RpcService } from "../rpc.ts";

/** Commands of a sandbox, by `process.Process`. */
export function createProcessService({ operations }: Services): RpcService {
  return (router) =>
    router.service(Process, {
      list: async (_, context) => {
        const processes = await ask(operations, callOf(context), (agent, call) => agent.listProcesses(call));
        return { processes: processes.map(({ pid }) => ({ pid })) };
      },
    });
}

function ask<Reply>(
  operations: Operations,
  call: EnvdCall,
  question: (agent: GuestAgent, call: EnvdCall) => Promise<Reply>,
): Promise<Reply> {
  const order = { id: call.id, question: (agent: GuestAgent) => question(agent, call) };
  return operations.askGuest(call.caller, order, call);
}

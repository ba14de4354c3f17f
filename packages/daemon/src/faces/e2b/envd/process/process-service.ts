import { Code, ConnectError } from "@connectrpc/connect";
import type { HandlerContext } from "@connectrpc/connect";
import type { CallOptions, GuestAgent } from "@forkd/core";
import type { Services } from "../../../../services.ts";
import { Process, Signal } from "../../wire/process.gen.js";
import type { ProcessEvent } from "../../wire/process.gen.js";
import { askGuest } from "../ask-guest.ts";
import { callOf } from "../rpc-call.ts";
import { withKeepAlive } from "../../../../http/replies/keep-alive.ts";
import { KEEP_ALIVE_FIELD, keepAliveMs } from "../../keep-alive.ts";
import type { RpcService } from "../rpc.ts";
import { connectToProcess } from "./connect-to-process.ts";
import { KEEP_ALIVE } from "./process-event.ts";
import { closeStdin, sendInput, streamInput } from "./process-input.ts";
import { findPid, listRunning } from "./running-processes.ts";
import type { RunningProcess } from "./running-processes.ts";
import { startProcess, toSize } from "./start-process.ts";

const SIGNALS = new Map([
  [Signal.SIGTERM, "SIGTERM"],
  [Signal.SIGKILL, "SIGKILL"],
]);

/** Commands of a sandbox, by `process.Process`. */
export function createProcessService({ operations }: Services): RpcService {
  const ask = <Reply>(
    context: HandlerContext,
    question: (agent: GuestAgent, options: CallOptions) => Promise<Reply>,
  ): Promise<Reply> => askGuest(operations, callOf(context), question);

  return (router) =>
    router.service(Process, {
      list: async (_, context) => ({ processes: (await ask(context, listRunning)).map(describeProcess) }),

      start: (request, context) => stream(startProcess(operations, request, context), context),

      connect: (request, context) => stream(connectToProcess(operations, request, context), context),

      update: async ({ process, pty }, context) => {
        const size = toSize(pty);
        if (!size) throw new ConnectError("the request has no size of a terminal", Code.InvalidArgument);
        await ask(context, async (agent, options) =>
          agent.resize(await findPid(agent, process, options), size, options),
        );
        return {};
      },

      streamInput: async (requests, context) => {
        await ask(context, (agent, options) => streamInput(agent, requests, options));
        return {};
      },

      sendInput: async (request, context) => {
        await ask(context, (agent, options) => sendInput(agent, request, options));
        return {};
      },

      sendSignal: async ({ process, signal }, context) => {
        const name = SIGNALS.get(signal);
        if (name === undefined) throw new ConnectError(`there is no signal ${signal}`, Code.InvalidArgument);
        await ask(context, async (agent, options) =>
          agent.signal(await findPid(agent, process, options), name, true, options),
        );
        return {};
      },

      closeStdin: async ({ process }, context) => {
        await ask(context, (agent, options) => closeStdin(agent, process, options));
        return {};
      },
    });
}

async function* stream(events: AsyncIterable<ProcessEvent>, context: HandlerContext) {
  for await (const event of withKeepAlive(
    events,
    KEEP_ALIVE,
    keepAliveMs(context.requestHeader.get(KEEP_ALIVE_FIELD)),
  ))
    yield { event };
}

function describeProcess({ pid, args: [cmd = "", ...args], cwd, envs, tag }: RunningProcess) {
  return { pid, config: { cmd, args, envs, ...(cwd && { cwd }) }, ...(tag !== undefined && { tag }) };
}

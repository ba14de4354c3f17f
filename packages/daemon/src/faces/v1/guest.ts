import type { Operation, ProcessInfo, SandboxId, guestRoutes } from "@forkd/contract";
import type { Caller, CallOptions, GuestAgent, GuestProcess } from "@forkd/core";
import type { Handlers } from "../../http/handler.ts";
import { exitCodeOf } from "../../http/replies/exit-code.ts";
import type { Services } from "../../services.ts";

/** For output that is collected and has no limit of its own in the request. */
const ATTACH_LIMIT_BYTES = 8 * 1024 * 1024;

/** A request to one machine. */
interface GuestCall extends CallOptions {
  readonly caller: Caller;
  readonly params: { readonly id: SandboxId };
}

/** Commands, code and files inside of a guest. */
export function createGuestHandlers({ operations }: Services): Handlers<keyof typeof guestRoutes> {
  const ask = <Reply>(
    as: Operation,
    { caller, params, signal }: GuestCall,
    question: (agent: GuestAgent) => Promise<Reply>,
  ): Promise<Reply> => operations.askGuest(caller, { id: params.id, as, question }, { signal });
  return {
    ping: (call) => ask("ping", call, (agent) => agent.ping(call)),
    exec: async (call) => ({
      events: await operations.exec(call.caller, { id: call.params.id, request: call.body }, call),
      limitBytes: call.body.max_output_bytes,
      detach: call.body.detach,
    }),
    eval: async (call) => {
      const order = { id: call.params.id, request: call.body };
      return {
        collect: () => operations.evaluate(call.caller, order, call),
        stream: () => operations.evaluateStream(call.caller, order, call),
      };
    },
    listProcesses: async (call) => {
      const processes = await ask("listProcesses", call, (agent) => agent.listProcesses(call));
      return processes.map(describeProcess);
    },
    attach: async (call) => ({
      events: await operations.attach(
        call.caller,
        { ...call.params, fromOffset: call.query.from_offset },
        call,
      ),
      limitBytes: ATTACH_LIMIT_BYTES,
      detach: false,
    }),
    waitForProcess: async (call) => {
      const exit = await ask("waitForProcess", call, (agent) => agent.waitForProcess(call.params.pid, call));
      const { signal, timedOut: timed_out, durationMs: duration_ms } = exit;
      return { exit_code: exitCodeOf(exit), signal, timed_out, duration_ms };
    },
    writeStdin: async (call) => {
      const target = { pid: call.params.pid, more: call.query.more };
      await ask("writeStdin", call, (agent) => agent.writeStdin(target, call.body, call));
      return {};
    },
    signalProcess: async (call) => {
      const { signal, group } = call.body;
      await ask("signalProcess", call, (agent) => agent.signal(call.params.pid, signal, group, call));
      return {};
    },
    resizeTerminal: async (call) => {
      await ask("resizeTerminal", call, (agent) => agent.resize(call.params.pid, call.body, call));
      return {};
    },
  };
}

function describeProcess({ pid, args, running, signal, ...told }: GuestProcess): ProcessInfo {
  return {
    pid,
    args: [...args],
    running,
    exit_code: told.exitCode,
    signal,
    started_at_unix_ms: told.startedAtUnixMs ?? null,
    user: told.user ?? null,
    cwd: told.cwd ?? null,
    pty: told.pty ?? null,
    lossless: told.lossless ?? null,
    output_bytes: told.outputBytes ?? null,
  };
}

import { Readable } from "node:stream";
import type { ExecRequest, SandboxId, guestRoutes } from "@forkd/contract";
import type {
  CallOptions,
  GuestAgent,
  GuestCommand,
  GuestProcessEvent,
  Sandbox,
  SandboxRegistry,
} from "@forkd/core";
import type { Handlers } from "../http/handler.ts";

/** For output that is collected and has no limit of its own in the request. */
const ATTACH_LIMIT_BYTES = 8 * 1024 * 1024;

/** A request to one machine. */
interface GuestCall extends CallOptions {
  readonly params: { readonly id: SandboxId };
}

/** Commands, code and files inside of a guest. */
export function createGuestHandlers(registry: SandboxRegistry): Handlers<keyof typeof guestRoutes> {
  const find = (call: GuestCall): Promise<Sandbox> => registry.find(call.params.id, call);
  const ask = async <Reply>(
    call: GuestCall,
    question: (agent: GuestAgent) => Promise<Reply>,
  ): Promise<Reply> => (await find(call)).ask(question, call);
  return {
    ping: (call) => ask(call, (agent) => agent.ping(call)),
    exec: async (call) => ({
      events: (await find(call)).stream((agent) => runCommand(agent, call.body, call), call),
      limitBytes: call.body.max_output_bytes,
      detach: call.body.detach,
    }),
    eval: (call) => {
      const { language, code, mode, timeout_secs } = call.body;
      const evaluation = { language, code, mode, timeoutMs: Math.ceil(timeout_secs * 1000) };
      return ask(call, (agent) => agent.evaluate(evaluation, call));
    },
    listProcesses: async (call) => {
      const processes = await ask(call, (agent) => agent.listProcesses(call));
      return processes.map(({ pid, args, running, exitCode, signal }) => ({
        pid,
        args: [...args],
        running,
        exit_code: exitCode,
        signal,
      }));
    },
    attach: async (call) => ({
      events: (await find(call)).stream((agent) => agent.attach(call.params.pid, call), call),
      limitBytes: ATTACH_LIMIT_BYTES,
      detach: false,
    }),
    writeStdin: async (call) => {
      await ask(call, (agent) => agent.writeStdin(call.params.pid, call.body, call));
      return {};
    },
    signalProcess: async (call) => {
      const { signal, group } = call.body;
      await ask(call, (agent) => agent.signal(call.params.pid, signal, group, call));
      return {};
    },
    resizeTerminal: async (call) => {
      await ask(call, (agent) => agent.resize(call.params.pid, call.body, call));
      return {};
    },
    readFile: (call) => ask(call, (agent) => agent.readFile(call.query.path, call)),
    writeFile: async (call) => ({
      bytes: await ask(call, (agent) => agent.writeFile(call.query, call.body, call)),
    }),
  };
}

/** Runs a command; text for its standard input is fed as soon as it runs. */
async function* runCommand(
  agent: GuestAgent,
  request: ExecRequest,
  options: { signal: AbortSignal },
): AsyncGenerator<GuestProcessEvent> {
  const { stdin } = request;
  let feeding: Promise<void> | undefined;
  for await (const event of agent.exec(toCommand(request), options)) {
    if (event.type === "start" && stdin !== undefined) {
      // A command may end without reading its input; that is no failure of the command.
      feeding = agent.writeStdin(event.pid, Readable.from([Buffer.from(stdin)]), options).catch(() => {});
    }
    yield event;
  }
  await feeding;
}

function toCommand(request: ExecRequest): GuestCommand {
  const { args, env, cwd, user, pty, detach } = request;
  return {
    args,
    env,
    cwd,
    user,
    stdin: request.stdin_stream || request.stdin !== undefined ? "stream" : "none",
    pty,
    timeoutMs: request.timeout_secs === null ? 0 : Math.ceil(request.timeout_secs * 1000),
    detach,
  };
}

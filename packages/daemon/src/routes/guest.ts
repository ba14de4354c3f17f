import { Readable } from "node:stream";
import type { ExecRequest, guestRoutes } from "@forkd/contract";
import type { GuestAgent, GuestCommand, GuestProcessEvent, SandboxRegistry } from "@forkd/core";
import type { Handlers } from "../http/handler.ts";

/** For output that is collected and has no limit of its own in the request. */
const ATTACH_LIMIT_BYTES = 8 * 1024 * 1024;

/** Commands, code and files inside of a guest. */
export function createGuestHandlers(registry: SandboxRegistry): Handlers<keyof typeof guestRoutes> {
  return {
    ping: (call) => registry.get(call.params.id).ask((agent) => agent.ping(call), call),
    exec: async (call) => ({
      events: registry.get(call.params.id).stream((agent) => runCommand(agent, call.body, call), call),
      limitBytes: call.body.max_output_bytes,
      detach: call.body.detach,
    }),
    eval: (call) => {
      const { language, code, mode, timeout_secs } = call.body;
      const evaluation = { language, code, mode, timeoutMs: Math.ceil(timeout_secs * 1000) };
      return registry.get(call.params.id).ask((agent) => agent.evaluate(evaluation, call), call);
    },
    listProcesses: async (call) => {
      const processes = await registry.get(call.params.id).ask((agent) => agent.listProcesses(call), call);
      return processes.map(({ pid, args, running, exitCode, signal }) => ({
        pid,
        args: [...args],
        running,
        exit_code: exitCode,
        signal,
      }));
    },
    attach: async (call) => ({
      events: registry.get(call.params.id).stream((agent) => agent.attach(call.params.pid, call), call),
      limitBytes: ATTACH_LIMIT_BYTES,
      detach: false,
    }),
    writeStdin: async (call) => {
      const { id, pid } = call.params;
      await registry.get(id).ask((agent) => agent.writeStdin(pid, call.body, call), call);
      return {};
    },
    signalProcess: async (call) => {
      const { id, pid } = call.params;
      const { signal, group } = call.body;
      await registry.get(id).ask((agent) => agent.signal(pid, signal, group, call), call);
      return {};
    },
    resizeTerminal: async (call) => {
      const { id, pid } = call.params;
      await registry.get(id).ask((agent) => agent.resize(pid, call.body, call), call);
      return {};
    },
    readFile: (call) =>
      registry.get(call.params.id).ask((agent) => agent.readFile(call.query.path, call), call),
    writeFile: async (call) => ({
      bytes: await registry
        .get(call.params.id)
        .ask((agent) => agent.writeFile(call.query, call.body, call), call),
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

import type { PortForward, Sandbox } from "@forkd/sdk";
import { whileSandboxLives } from "../../daemon/while-sandbox-lives.ts";
import { printJson, printLine, printNote } from "../../output/print.ts";
import { parseAddress, parseForward } from "../../parse/port.ts";
import type { ForwardSpec } from "../../parse/port.ts";
import { lookAtDaemon } from "../../session.ts";
import { daemonCommand, example } from "../daemon-command.ts";

export function createForwardCommand() {
  return daemonCommand("forward")
    .summary("make ports of a sandbox ports of this machine")
    .description(
      "Listen on this machine for as long as this runs, and lead each connection to a port of a sandbox. 8080:80 " +
        "listens on 8080 for port 80; 80 listens on 80, or on any where that is taken; :80 on any. It outlives a restart " +
        "of the daemon.",
    )
    .argument("<id>", "the sandbox")
    .argument("<[local:]port...>", "the ports", parseForward)
    .option("--address <host>", "listen here; 0.0.0.0 is for other machines too", parseAddress, "127.0.0.1")
    .addHelpText("after", example("forkd port forward ID 8080:80", "forkd port forward ID 5432 :8000"))
    .action((id, forwards, options) =>
      lookAtDaemon(options, async ({ forkd, signal, find }) => {
        const sandbox = await find(id);
        await using stack = new AsyncDisposableStack();
        for (const spec of forwards) {
          const forward = stack.use(await listen(sandbox, spec, options.address));
          if (options.json) printJson({ port: spec.port, host: forward.host, local_port: forward.port });
          else printLine(`${forward.address} leads to port ${spec.port} of ${sandbox.id}`);
        }
        await whileSandboxLives(forkd, sandbox, { signal });
      }),
    );
}

/** Listens on the port that was asked for or, where none was, on the same or on any that is free. */
export async function listen(
  sandbox: Sandbox,
  { local, port }: ForwardSpec,
  host: string,
): Promise<PortForward> {
  const onError = (error: unknown): void =>
    printNote(`port ${port}: ${error instanceof Error ? error.message : String(error)}`);
  if (local !== "same") return sandbox.forward(port, { host, port: local, onError });
  try {
    return await sandbox.forward(port, { host, port, onError });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "EADDRINUSE" && code !== "EACCES") throw error;
    return sandbox.forward(port, { host, onError });
  }
}

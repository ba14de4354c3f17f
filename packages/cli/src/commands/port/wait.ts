import { printJson, printLine } from "../../output/print.ts";
import { parseSeconds } from "../../parse/seconds.ts";
import { parsePort } from "../../parse/port.ts";
import { lookAtDaemon } from "../../session.ts";
import { daemonCommand, example } from "../daemon-command.ts";

export function createWaitCommand() {
  return daemonCommand("wait")
    .summary("wait until something listens")
    .description("Wait until a program in a sandbox listens on a port.")
    .argument("<id>", "the sandbox")
    .argument("<port>", "the port", parsePort)
    .option("--timeout-secs <secs>", "give up after so long; 60 unless told", parseSeconds)
    .addHelpText("after", example("forkd port wait ID 8080"))
    .action((id, port, { json, timeoutSecs, ...options }) =>
      lookAtDaemon(options, async ({ signal, find }) => {
        const sandbox = await find(id);
        await sandbox.waitForPort(port, { timeoutSecs, signal });
        if (json) printJson({ port });
        else printLine(`something listens on port ${port}`);
      }),
    );
}

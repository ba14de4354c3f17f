import { whileSandboxLives } from "../../daemon/while-sandbox-lives.ts";
import { openInBrowser } from "../../terminal/open-in-browser.ts";
import { printLine, printNote } from "../../output/print.ts";
import { parsePort } from "../../parse/port.ts";
import { lookAtDaemon } from "../../session.ts";
import { daemonCommand, example } from "../daemon-command.ts";
import { listen } from "./forward.ts";

export function createOpenCommand() {
  return daemonCommand("open")
    .summary("open a web server of a sandbox in the browser")
    .description(
      "Make a port of a sandbox one of this machine, for as long as this runs, and open it in the browser, if there is one.",
    )
    .argument("<id>", "the sandbox")
    .argument("<port>", "the port", parsePort)
    .addHelpText("after", example("forkd port open ID 8888"))
    .action((id, port, options) =>
      lookAtDaemon(options, async ({ forkd, signal, find }) => {
        const sandbox = await find(id);
        await using forward = await listen(sandbox, { local: "same", port }, "127.0.0.1");
        const url = `http://${forward.address}/`;
        printLine(url);
        if (!(await openInBrowser(url))) printNote("no browser was found: open it yourself; Ctrl-C ends it");
        await whileSandboxLives(forkd, sandbox, { signal });
      }),
    );
}

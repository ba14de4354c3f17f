import { toWire } from "@forkd/sdk";
import type { Sandbox } from "@forkd/sdk";
import { CpuShares, READING_MS } from "../metrics/cpu-shares.ts";
import { intervalOption, isLive, noStreamOption } from "../options/live.ts";
import { showLive } from "../output/live.ts";
import { printJson, printLine } from "../output/print.ts";
import { renderTop } from "../output/top.ts";
import { lookAtDaemon } from "../session.ts";
import { sleep } from "../sleep.ts";
import { daemonCommand, example } from "./daemon-command.ts";

export function createCommand() {
  return daemonCommand("top")
    .description(
      "Show the processes of a guest, whoever started them, the busiest first. On a terminal they are told again and " +
        "again, until Ctrl-C. What exec started is listed by forkd processes.",
    )
    .argument("<id>", "the sandbox")
    .addOption(noStreamOption())
    .addOption(intervalOption())
    .addHelpText("after", example("forkd top web", "forkd top sb_4k2m9x7q0v3bz8wc --no-stream"))
    .action((id, options) =>
      lookAtDaemon(options, async ({ signal, find }) => {
        const sandbox = await find(id);
        if (options.json) return printJson(toWire(await sandbox.top({ signal })));
        const render = createRender(sandbox, signal);
        await render();
        await sleep(READING_MS, signal);
        if (isLive(options)) return showLive(render, { intervalMs: options.interval * 1000, signal });
        return (await render()).forEach(printLine);
      }),
    );
}

function createRender(sandbox: Sandbox, signal: AbortSignal): () => Promise<string[]> {
  const shares = new CpuShares();
  return async () => {
    const tasks = await sandbox.top({ signal });
    return renderTop(tasks, shares, performance.now());
  };
}

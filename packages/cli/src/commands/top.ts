import { Option } from "@commander-js/extra-typings";
import { toWire } from "@forkd/sdk";
import type { Sandbox } from "@forkd/sdk";
import { CpuShares, READING_MS } from "../metrics/cpu-shares.ts";
import { intervalOption, isLive, noStreamOption } from "../options/live.ts";
import { showLive } from "../output/live.ts";
import { printJson, printLine } from "../output/print.ts";
import { renderTop } from "../output/top.ts";
import { parseCount } from "../parse/arguments.ts";
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
    .addOption(new Option("-n, --iterations <times>", "end once it was told so often").argParser(parseCount))
    .addHelpText("after", example("forkd top web", "forkd top sb_4k2m9x7q0v3bz8wc --no-stream"))
    .action((id, options) =>
      lookAtDaemon(options, async ({ signal, find }) => {
        const sandbox = await find(id);
        if (options.json) return printJson(toWire(await sandbox.top({ signal })));
        const render = createRender(sandbox, signal);
        await render();
        await sleep(READING_MS, signal);
        const { iterations: times, interval } = options;
        if (times !== undefined || isLive(options))
          return showLive(render, { intervalMs: interval * 1000, signal, times });
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

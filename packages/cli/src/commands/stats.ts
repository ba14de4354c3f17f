import { toWire } from "@forkd/sdk";
import type { MetricsOptions, Sandbox, SandboxMetrics } from "@forkd/sdk";
import { intervalOption, isLive, noStreamOption } from "../options/live.ts";
import { showLive } from "../output/live.ts";
import { printJson, printLine, printNote } from "../output/print.ts";
import { CpuShares, READING_MS } from "../metrics/cpu-shares.ts";
import { renderHistory, renderStats } from "../output/stats.ts";
import { lookAtDaemon } from "../session.ts";
import type { Session } from "../session.ts";
import { sleep } from "../sleep.ts";
import { tryEach } from "../try-each.ts";
import { daemonCommand, example } from "./daemon-command.ts";

export function createCommand() {
  return daemonCommand("stats")
    .description(
      "Show what sandboxes use: CPU, memory and disk of the host, and what their guests say of theirs. On a terminal " +
        "it is told again and again, until Ctrl-C.",
    )
    .argument("[id...]", "sandboxes (default: all)")
    .addOption(noStreamOption())
    .addOption(intervalOption())
    .option("--history", "what they used in the last two hours, as the daemon looked at them each 30 s")
    .option("--no-guest", "do not ask the guests, which wakes those that are idle")
    .addHelpText(
      "after",
      example(
        "forkd stats",
        "forkd stats web --no-stream",
        "forkd stats web --history",
        "forkd stats --json | jq .[].now",
      ),
    )
    .action((ids, options) =>
      lookAtDaemon(options, async (session) => {
        const since = options.history ? 0 : Date.now() / 1000;
        const measure = () => measureAll(ids, { guest: options.guest && !options.history, since }, session);
        if (options.json) return printJson(toWire(await measure()));
        if (options.history) return printLines(renderHistory(await measure()));
        const shares = new CpuShares();
        const render = async (): Promise<string[]> => renderStats(await measure(), shares);
        if (isLive(options)) return showLive(render, { intervalMs: options.interval * 1000, ...session });
        const lines = await render();
        if (lines.length <= 1) return printLines(lines);
        await sleep(READING_MS, session.signal);
        return printLines(await render());
      }),
    );
}

/** A table, or that there is nothing in it. */
function printLines(lines: readonly string[]): void {
  if (lines.length <= 1) printNote("no sandboxes; fork some: forkd fork TAG");
  else lines.forEach((line) => printLine(line));
}

/** Of those that are named, a failure is told; of all, those that have ended meanwhile are left out. */
async function measureAll(
  words: readonly string[],
  asked: Pick<MetricsOptions, "guest" | "since">,
  { forkd, find, signal }: Session,
): Promise<SandboxMetrics[]> {
  const ask = (sandbox: Sandbox) => sandbox.metrics({ ...asked, signal });
  if (words.length > 0) return await Promise.all(words.map(async (word) => ask(await find(word))));
  const hasNone = new Set<string>(["dead", "suspended"]);
  const living = (await forkd.sandboxes.list({ signal })).filter(({ info }) => !hasNone.has(info.status));
  const { results, failure } = await tryEach(
    living.map(({ id }) => id),
    (id) => ask(forkd.sandboxes.at(id)),
  );
  if (results.length === 0 && failure !== undefined) throw failure.reason;
  return results;
}

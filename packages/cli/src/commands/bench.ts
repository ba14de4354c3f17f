import { toWire } from "@forkd/sdk";
import type { SnapshotInfo } from "@forkd/sdk";
import { runBench } from "../bench/run-bench.ts";
import { CliError } from "../cli-error.ts";
import { EXIT } from "../exit-codes.ts";
import { printBench } from "../output/bench.ts";
import { printJson } from "../output/print.ts";
import { parseCount } from "../parse/arguments.ts";
import { chooseOptionalName } from "../options/tag.ts";
import { withDaemon } from "../session.ts";
import type { Session } from "../session.ts";
import { daemonCommand, example } from "./daemon-command.ts";

export function createCommand() {
  return daemonCommand("bench")
    .description(
      "Measure forks, branches and round trips, each by its own clock. No sandbox and no snapshot of it stays, whatever " +
        "happens. On a slow host fewer runs are made: none of a clock begins after 15 seconds. " +
        "With --json all figures are in milliseconds.",
    )
    .argument("[tag]", "the snapshot (default: the first that is ready)")
    .option("--tag <tag>", "the same, as an option")
    .option("-n, --n <count>", "how many are forked at once", parseCount, 10)
    .option("--runs <count>", "how often one is forked, N are, and one is branched", parseCount, 10)
    .addHelpText("after", example("forkd bench", "forkd bench py -n 50 --runs 5"))
    .action((name, { tag, n, runs, ...options }) =>
      withDaemon(options, async ({ forkd, signal, track }) => {
        const snapshot = await chooseSnapshot({ forkd, signal }, chooseOptionalName(name, tag));
        const results = await track(({ onProgress }) =>
          runBench(snapshot, { n, runs }, { forkd, signal, onProgress }),
        );
        if (options.json) printJson(toWire(results));
        else printBench(results);
      }),
    );
}

async function chooseSnapshot(
  { forkd, signal }: Pick<Session, "forkd" | "signal">,
  tag: string | undefined,
): Promise<SnapshotInfo> {
  if (tag !== undefined) return await forkd.snapshots.get(tag, { signal });
  const snapshots = await forkd.snapshots.list({ signal });
  const ready = snapshots.find(({ status, bootable }) => status === "ready" && bootable);
  if (ready !== undefined) return ready;
  const message = `none of ${snapshots.length} snapshots is ready to be forked`;
  const hint = "forkd from-image py-numpy --tag py";
  throw new CliError("no_ready_snapshot", message, { hint, exitCode: EXIT.notFound });
}

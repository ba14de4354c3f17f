import { toWire } from "@forkd/sdk";
import type { SnapshotRequest } from "@forkd/sdk";
import { printSnapshotMade } from "../output/images.ts";
import { printJson } from "../output/print.ts";
import { parseCount, parseKeyValue, parseSeconds } from "../parse/arguments.ts";
import { withDaemon } from "../session.ts";
import { daemonCommand, example } from "./daemon-command.ts";

type WarmStep = NonNullable<SnapshotRequest["warm"]>[number];

export function createCommand() {
  // The steps of all four kinds run in the order in which they were given.
  const warm: WarmStep[] = [];
  const step = (make: (text: string) => WarmStep) => (text: string) => {
    warm.push(make(text));
    return warm;
  };
  return daemonCommand("snapshot")
    .description(
      "Boot an image, warm the machine up, wait until it is ready, and freeze it. Commands are lines of shell that " +
        "run in the guest; warm-up steps of all kinds run in the order in which they are given.",
    )
    .requiredOption("--tag <tag>", "the name of the snapshot")
    .requiredOption("--image <image>", "the image to boot, by name or id")
    .option("--memory-mib <n>", "guest memory in MiB (default: 256)", parseCount)
    .option("--vcpus <n>", "virtual CPUs (default: 1)", parseCount)
    .option(
      "--warm <cmd>",
      "run to its end",
      step((cmd) => ({ kind: "command", args: shell(cmd) })),
    )
    .option(
      "--warm-python <code>",
      "run in the warm Python",
      step((code) => ({ kind: "python", code })),
    )
    .option(
      "--warm-node <code>",
      "run in the warm Node.js",
      step((code) => ({ kind: "node", code })),
    )
    .option(
      "--service <cmd>",
      "start, and leave running",
      step((cmd) => ({ kind: "service", args: shell(cmd) })),
    )
    .option("--ready <cmd>", "tried until it succeeds; the machine is frozen then")
    .option("--env <key=value>", "for every step; may be repeated", parseKeyValue)
    .option("--timeout-secs <n>", "for all of it together (default: 300)", parseSeconds)
    .addHelpText(
      "after",
      example(
        "forkd snapshot --tag py --image py-numpy --warm-python 'import numpy'",
        "forkd snapshot --tag web --image app --service 'node /srv/app.js' --ready 'nc -z 127.0.0.1 80'",
      ),
    )
    .action((options) =>
      withDaemon(options, async ({ forkd, track }) => {
        const { tag, image, memoryMib, vcpus, ready, env, timeoutSecs } = options;
        const readiness = ready === undefined ? undefined : shell(ready);
        const request = { tag, image, memoryMib, vcpus, env, timeoutSecs, warm, ready: readiness };
        const snapshot = await track((call) => forkd.snapshots.create(request, call));
        if (options.json) printJson(toWire(snapshot));
        else printSnapshotMade(snapshot);
      }),
    );
}

function shell(command: string): string[] {
  return ["sh", "-c", command];
}

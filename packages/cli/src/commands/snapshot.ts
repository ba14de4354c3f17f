import { Option } from "@commander-js/extra-typings";
import { DEFAULT_TIMEOUT_SECS, toWire } from "@forkd/sdk";
import type { SnapshotRequest } from "@forkd/sdk";
import { usageError } from "../cli-error.ts";
import { autoOption, diffOption, fullOption, liveOption, modeOf, noWaitOption } from "../options/branch.ts";
import { envOption, memoryMibOption, vcpusOption } from "../options/machine.ts";
import { shell, warmOptions } from "../options/warm.ts";
import type { WarmStep } from "../options/warm.ts";
import { printSnapshotMade } from "../output/images.ts";
import { printJson } from "../output/print.ts";
import { collect } from "../parse/arguments.ts";
import { collectPort } from "../parse/port.ts";
import { parseSeconds } from "../parse/seconds.ts";
import { chooseOptionalName } from "../options/tag.ts";
import { withDaemon } from "../session.ts";
import type { DaemonOptions } from "../session.ts";
import { branchInSession } from "./branch.ts";
import { daemonCommand, example } from "./daemon-command.ts";

/** What a boot is told; a sandbox that runs already has it all. */
const OF_A_BOOT = [
  "image",
  "memoryMib",
  "vcpus",
  "ready",
  "env",
  "timeoutSecs",
  "warm",
  "warmPython",
  "warmNode",
  "rehearse",
  "rehearsePort",
  "service",
];

export function createCommand() {
  const warm: WarmStep[] = [];
  const command = daemonCommand("snapshot")
    .description(
      "Boot an image, warm the machine up, wait until it is ready, and freeze it; or, with --from-sandbox, branch a " +
        "running sandbox. Commands are lines of shell that run in the guest; warm-up steps of all kinds run in the " +
        "order in which they are given.",
    )
    .argument("[new]", "the name of the snapshot (default, of a sandbox alone: one is made up)")
    .option("--tag <new>", "the same, as an option")
    .option("--image <image>", "the image to boot, by name or id")
    .addOption(memoryMibOption("256"))
    .addOption(vcpusOption("1"))
    .option("--ready <cmd>", "tried until it succeeds; the machine is frozen then")
    .option(
      "--rehearse <cmd>",
      "what children will do first, done once in the machine they are copies of",
      collect,
    )
    .option("--rehearse-port <port>", "a port that they will be connected to, likewise", collectPort)
    .addOption(envOption("for every step"))
    .option(
      "--timeout-secs <n>",
      `for all of it together (default: ${DEFAULT_TIMEOUT_SECS.snapshot})`,
      parseSeconds,
    )
    .addOption(new Option("--from-sandbox <id>", "branch this sandbox, which runs on").conflicts(OF_A_BOOT))
    .addOption(fullOption())
    .addOption(diffOption())
    .addOption(liveOption())
    .addOption(autoOption())
    .addOption(noWaitOption())
    .addHelpText(
      "after",
      example(
        "forkd snapshot py --image py-numpy --warm-python 'import numpy'",
        "forkd snapshot web --image app --service 'node /srv/app.js' --ready 'nc -z 127.0.0.1 80'",
        "forkd snapshot web-2 --from-sandbox sb_4k2m9x7q0v3bz8wc --diff",
      ),
    )
    .action(async (name, { fromSandbox: id, tag: option, wait, json, ready, ...options }) => {
      const mode = modeOf(options);
      const tag = chooseOptionalName(name, option);
      if (id !== undefined) {
        const request = { tag, mode, wait };
        return await withDaemon(options, (session) => branchInSession(session, id, request, { json }));
      }
      if (mode !== undefined || !wait) throw onlyOfSandbox(mode);
      const { image, memoryMib, vcpus, env, timeoutSecs } = options;
      const { rehearse: commands = [], rehearsePort: ports = [] } = options;
      if (tag === undefined || image === undefined)
        throw missing(tag === undefined ? "the snapshot's name" : "option '--image'");
      const readiness = ready === undefined ? undefined : shell(ready);
      const rehearse = { commands: commands.map(shell), ports: [...ports] };
      const request = { tag, image, memoryMib, vcpus, env, timeoutSecs, warm, ready: readiness, rehearse };
      return await bootSnapshot(request, { ...options, json });
    });
  for (const option of warmOptions(warm)) command.addOption(option);
  return command;
}

function bootSnapshot(request: SnapshotRequest, options: DaemonOptions): Promise<void> {
  return withDaemon(options, async ({ forkd, track }) => {
    const snapshot = await track((call) => forkd.snapshots.create(request, call));
    if (options.json) printJson(toWire(snapshot));
    else printSnapshotMade(snapshot);
  });
}

function onlyOfSandbox(mode: string | undefined): Error {
  const option = mode === undefined ? "--no-wait" : `--${mode}`;
  return usageError(
    `option '${option}' says how a running sandbox is branched, and --from-sandbox names none`,
    `forkd snapshot --from-sandbox ID ${option}`,
  );
}

function missing(what: string): Error {
  return usageError(
    `${what} is missing`,
    "forkd snapshot TAG --image IMAGE, or forkd snapshot --from-sandbox ID",
  );
}

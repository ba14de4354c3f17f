import { Option } from "@commander-js/extra-typings";
import { toWire } from "@forkd/sdk";
import type { ForkOptions, SandboxGroup, SandboxInfo } from "@forkd/sdk";
import { usageError } from "../cli-error.ts";
import { chooseGroup, groupOption, toMembers } from "../options/group.ts";
import type { CalledMember } from "../options/group.ts";
import { idleTimeoutOption, onIdleOption, onTimeoutOption, ttlOption } from "../options/life.ts";
import * as limit from "../options/limits.ts";
import { envOption, labelOption } from "../options/machine.ts";
import { addNetworkOptions, perChildNetnsOption, splitNetwork } from "../options/network.ts";
import { chooseOptionalName } from "../options/tag.ts";
import { printJson, printLine, printNote } from "../output/print.ts";
import { printForked } from "../output/sandboxes.ts";
import { toSafeText } from "../output/text.ts";
import { formatDuration } from "../output/units.ts";
import { parseCount } from "../parse/arguments.ts";
import { meansSandbox } from "../sandbox-words.ts";
import { withDaemon, withoutDaemonOptions } from "../session.ts";
import type { Session } from "../session.ts";
import { daemonCommand, example } from "./daemon-command.ts";

export function createCommand() {
  const command = daemonCommand("fork")
    .description(
      "Fork sandboxes from a snapshot, or from a sandbox that runs on. Each is a machine of its own: clock, " +
        "randomness, names, disk.",
    )
    .argument("[tag]", "the snapshot; or the id of a running sandbox")
    .addOption(new Option("--tag <tag>", "the snapshot").conflicts("from"))
    .option("--from <id>", "the running sandbox, instead of a snapshot")
    .option("-n, --n <count>", "how many", parseCount, 1)
    .option("--name <name>", "what to call it; of several, name-0, name-1, and so on")
    .addOption(labelOption())
    .addOption(limit.memoryLimitOption());
  const limited = limit.addLimitOptions(command).addOption(envOption("of every child"));
  return addNetworkOptions(limited)
    .addOption(groupOption())
    .addOption(perChildNetnsOption())
    .addOption(ttlOption())
    .addOption(onTimeoutOption())
    .addOption(idleTimeoutOption())
    .addOption(onIdleOption())
    .addOption(onFailureOption())
    .addOption(waitOption())
    .option("--live-fork", "keep their memory where they can be branched live")
    .option(
      "--auto-resume",
      "resume a paused or suspended one when something needs its guest; else that is refused",
    )
    .option("--public-ports", "by TCP, let whoever knows a port's host name reach it without a token")
    .option("--prewarm", "accepted; a note says why it changes nothing")
    .option("--hugepages", "accepted; a note says what it changes")
    .option("-q, --quiet", "print only the ids")
    .addHelpText(
      "after",
      example(
        "forkd fork py -n 5",
        "forkd fork --tag py --name web --label team=shop --ttl 600",
        "forkd fork --from ID -n 5",
        "forkd fork postgres --publish 15432:5432",
        "forkd fork --link shop --group db=postgres web=py",
      ),
    )
    .action((name, { tag, from, quiet, ttl: ttlSecs, idleTimeout: idleTimeoutSecs, ...options }) => {
      const { group, link } = options;
      const source = group ? chooseGroup(group, link, name) : chooseSource(name, tag, from);
      return withDaemon(options, async (session) => {
        const { label: labels, group: _group, ...others } = withoutDaemonOptions(options);
        const { limits, net, ...wanted } = splitNetwork(limit.splitLimits(others));
        const request = { ...limits, ...wanted, ...net, labels, ttlSecs, idleTimeoutSecs };
        return await forkAndPrint(session, source, { request, quiet, ...options });
      });
    });
}

const onFailureOption = () =>
  new Option("--on-failure <what>", "to the others when one fails").choices(["undo", "keep"] as const);

const waitOption = () =>
  new Option("--wait <what>", "until the fork contract holds in every child")
    .choices(["ready"] as const)
    .default("ready" as const);

interface Printed extends Noted {
  readonly request: ForkOptions;
  readonly quiet?: true | undefined;
  readonly json?: true | undefined;
}

async function forkAndPrint(
  session: Session,
  source: Source,
  { request, quiet, json, ...noted }: Printed,
): Promise<void> {
  const startedAt = performance.now();
  const children = await session.track(({ signal, onProgress }) =>
    fork(session, source, { ...request, signal, onProgress: quiet ? undefined : onProgress }),
  );
  const infos = children.map(({ info }) => info);
  if (json) return printJson(toWire(infos));
  if (quiet) return infos.forEach(({ id }) => printLine(id));
  printChildren(infos, source, performance.now() - startedAt);
  await printOptionNotes(session, noted);
}

type Source =
  | { readonly kind: "snapshot" | "sandbox"; readonly name: string }
  | { readonly kind: "group"; readonly name: string; readonly members: readonly CalledMember[] };

function chooseSource(name: string | undefined, tag: string | undefined, from: string | undefined): Source {
  const isSandbox = from !== undefined || (name !== undefined && meansSandbox(name));
  const chosen = isSandbox ? chooseOptionalName(name, from ?? tag, "--from") : chooseOptionalName(name, tag);
  if (chosen !== undefined) return { kind: isSandbox ? "sandbox" : "snapshot", name: chosen };
  throw usageError("fork what?", "a snapshot: forkd fork TAG, or a running sandbox: forkd fork --from ID");
}

async function fork({ forkd, find }: Session, source: Source, options: ForkOptions): Promise<SandboxGroup> {
  switch (source.kind) {
    case "snapshot":
      return forkd.sandboxes.fork(source.name, options);
    case "sandbox":
      return (await find(source.name)).fork(options);
    case "group":
      return forkd.sandboxes.forkGroup(source.name, toMembers(source.members, options), options);
  }
}

function printChildren(infos: readonly SandboxInfo[], { name }: Source, tookMs: number): void {
  printForked(infos);
  const count = `${infos.length} ${infos.length === 1 ? "sandbox" : "sandboxes"} of ${name}`;
  printNote(`${count} in ${formatDuration(tookMs)}`);
}

interface Noted {
  readonly prewarm?: true | undefined;
  readonly hugepages?: true | undefined;
}

/** Says of options that change nothing on this host why that is. */
async function printOptionNotes({ forkd, signal }: Session, used: Noted): Promise<void> {
  const names = (["prewarm", "hugepages"] as const).filter((name) => used[name]);
  if (names.length === 0) return;
  const { optionNotes } = await forkd.capabilities({ signal });
  for (const name of names) {
    const note = optionNotes[name];
    if (note !== undefined) printNote(`note: --${name}: ${toSafeText(note)}`);
  }
}

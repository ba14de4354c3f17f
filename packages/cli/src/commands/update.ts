import { Option } from "@commander-js/extra-typings";
import type { Sandbox } from "@forkd/sdk";
import { usageError } from "../cli-error.ts";
import { changeEach } from "../each-sandbox.ts";
import { ACTIONS } from "../options/life.ts";
import { labelOption } from "../options/machine.ts";
import { egressOption } from "../options/network.ts";
import { collect } from "../parse/arguments.ts";
import { orNone } from "../parse/or-none.ts";
import { parseSeconds } from "../parse/seconds.ts";
import { withoutDaemonOptions } from "../session.ts";
import { daemonCommand, example } from "./daemon-command.ts";

type Update = Parameters<Sandbox["update"]>[0];

export function createCommand() {
  return daemonCommand("update")
    .description(
      "Change when sandboxes end, what is done then, what they may reach, their labels, or the name of one. All that is " +
        "not told stays as it is.",
    )
    .argument("<id...>", "sandboxes")
    .option(
      "--ttl <time>",
      "how long they live from now on, in seconds or as 90s, 10m, 2h; or none",
      orNone(parseSeconds),
    )
    .addOption(new Option("--on-timeout <what>", "what is done when --ttl is over").choices(ACTIONS))
    .option(
      "--idle-timeout <time>",
      "how long they may run without anybody using them; or none",
      orNone(parseSeconds),
    )
    .addOption(new Option("--on-idle <what>", "what is done when --idle-timeout is over").choices(ACTIONS))
    .addOption(egressOption())
    .option("--public-ports", "by TCP, let whoever knows a port's host name reach it without a token")
    .option("--no-public-ports", "want a token for its ports again")
    .addOption(labelOption())
    .option("--remove-label <key>", "a label to take away; may be repeated", collect)
    .option("--name <name>", "what to call it, in place of its last")
    .option("--no-name", "take its name away")
    .addHelpText(
      "after",
      example(
        "forkd update ID --ttl 2h",
        "forkd update ID --ttl none --idle-timeout 10m --on-idle suspend",
        "forkd update web --label team=shop --remove-label draft",
      ),
    )
    .action((ids, options) => {
      const update = toUpdate(withoutDaemonOptions(options));
      if (ids.length > 1 && update.name)
        throw usageError("a name is for one sandbox", "update them one by one");
      return changeEach(ids, options, {
        doing: "updating",
        done: "updated",
        change: (sandbox, { signal }) => sandbox.update({ ...update, signal }),
      });
    });
}

interface Wanted {
  readonly ttl?: number | "none" | undefined;
  readonly idleTimeout?: number | "none" | undefined;
  readonly onTimeout?: Update["onTimeout"];
  readonly onIdle?: Update["onIdle"];
  /** False: by `--no-public-ports`. */
  readonly publicPorts?: boolean | undefined;
  readonly egress?: NonNullable<Update["network"]>["egress"] | undefined;
  readonly label?: Readonly<Record<string, string>> | undefined;
  readonly removeLabel?: readonly string[] | undefined;
  /** False: by `--no-name`. */
  readonly name?: string | false | undefined;
}

function toUpdate({ ttl, idleTimeout, egress, label, removeLabel, name, ...actions }: Wanted): Update {
  const update = {
    ...actions,
    ttlSecs: ttl === "none" ? null : ttl,
    idleTimeoutSecs: idleTimeout === "none" ? null : idleTimeout,
    network: egress === undefined ? undefined : { egress },
    labels: label || removeLabel ? { ...toRemovals(removeLabel), ...label } : undefined,
    name: name === false ? null : name,
  };
  if (Object.values(update).every((value) => value === undefined))
    throw usageError("there is nothing to change", "say what: forkd update --help");
  return update;
}

function toRemovals(keys: readonly string[] = []): Record<string, null> {
  return Object.fromEntries(keys.map((key) => [key, null]));
}

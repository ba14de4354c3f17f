import { Option } from "@commander-js/extra-typings";
import { toWire } from "@forkd/sdk";
import { printAside, printJson, printLine } from "../../output/print.ts";
import { parseSeconds } from "../../parse/seconds.ts";
import { withDaemon } from "../../session.ts";
import { daemonCommand, example } from "../daemon-command.ts";

export function createCreateCommand() {
  return daemonCommand("create")
    .summary("make a token, and print it this once")
    .description(
      "Make a token, by which others use a daemon that listens by TCP (FORKD_BIND). It is printed this once, and kept " +
        "nowhere.",
    )
    .argument("<name>", "what events and lists call who has it")
    .addOption(
      new Option(
        "--scope <scope>",
        "read: look; use: work with sandboxes and snapshots too; admin: the daemon and its host too",
      )
        .choices(["read", "use", "admin"] as const)
        .default("use" as const),
    )
    .addOption(
      new Option(
        "--ttl <time>",
        "how long it is good, in seconds or as 90s, 10m, 2h (default: until revoked)",
      ).argParser(parseSeconds),
    )
    .option(
      "--tenant <name>",
      "its holder sees what is this tenant's and what is nobody's (default: all there is)",
    )
    .addHelpText(
      "after",
      example("forkd token create ci --ttl 24h", "forkd token create dashboard --scope read"),
    )
    .action((name, { scope, ttl: ttlSecs, tenant = null, ...options }) =>
      withDaemon(options, async ({ forkd, signal }) => {
        const made = await forkd.tokens.create({ name, scope, ttlSecs, tenant }, { signal });
        if (options.json) return printJson(toWire(made));
        printLine(made.token);
        printAside(`the token of ${name}, to ${scope}; it is not shown again`);
      }),
    );
}

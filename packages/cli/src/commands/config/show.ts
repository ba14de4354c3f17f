import { findDaemon } from "../../contexts/find-daemon.ts";
import { cacheDir, contextsPath, dataDir, hubUrl, readVariable } from "../../environment.ts";
import { printJson } from "../../output/print.ts";
import { printTable } from "../../output/table.ts";
import { daemonCommand, example } from "../daemon-command.ts";

interface Setting {
  readonly name: string;
  readonly value: string | null;
  /** Where the value comes from. */
  readonly origin: string;
}

export function createShowCommand() {
  return daemonCommand("show")
    .summary("show each setting, and where it comes from")
    .description(
      "Show each setting of the command line, and what a daemon that it starts would read: its value, and where that " +
        "comes from. A daemon that runs already has what it was started with. Secrets are not shown.",
    )
    .addHelpText("after", example("forkd config show", "forkd config show --json | jq -r '.[].origin'"))
    .action((options) => {
      const { url, token, decidedBy } = findDaemon(options);
      const settings: Setting[] = [
        { name: "url", value: url, origin: decidedBy },
        { name: "token", value: token === undefined ? null : "(set)", origin: originOfToken(options, token) },
        { name: "contexts", value: contextsPath(), origin: originOf("XDG_CONFIG_HOME") },
        { name: "hub", value: hubUrl() ?? null, origin: originOf("FORKD_HUB_URL") },
        ofVariable("FORKD_REGISTRY_USER"),
        { name: "data", value: dataDir(), origin: originOf("FORKD_DATA_DIR", "XDG_DATA_HOME") },
        { name: "cache", value: cacheDir(), origin: originOf("FORKD_CACHE_DIR", "XDG_CACHE_HOME") },
        ...OF_DAEMON.map(ofVariable),
      ];
      if (options.json) return printJson(settings);
      return printTable(settings, [
        { head: "SETTING", cell: ({ name }) => name },
        { head: "VALUE", cell: ({ value }) => value ?? "-" },
        { head: "FROM", cell: ({ origin }) => origin },
      ]);
    });
}

/** What a daemon reads of the environment that it is started with, beside its places. */
const OF_DAEMON = [
  "FORKD_MAX_SANDBOXES",
  "FORKD_PARALLELISM",
  "FORKD_ZYGOTES",
  "FORKD_CLOCK_SECS",
  "FORKD_UID_BASE",
  "FORKD_BRANCH_CONCURRENCY",
  "FORKD_MAX_PACK_GIB",
  "FORKD_DEBIAN_MIRROR",
  "FORKD_DOMAIN",
  "FORKD_LOG_LEVEL",
] as const;

/** `FORKD_MAX_SANDBOXES` is `max_sandboxes`. */
function ofVariable(variable: string): Setting {
  const name = variable.replace("FORKD_", "").toLowerCase();
  return { name, value: readVariable(variable) ?? null, origin: originOf(variable) };
}

function originOf(...variables: readonly string[]): string {
  return variables.find((name) => readVariable(name) !== undefined) ?? "default";
}

function originOfToken(
  { daemonToken }: { readonly daemonToken?: string | undefined },
  token: string | undefined,
): string {
  if (daemonToken !== undefined) return "--daemon-token";
  if (token === undefined) return "default";
  return readVariable("FORKD_TOKEN") === token ? "FORKD_TOKEN" : "the context";
}

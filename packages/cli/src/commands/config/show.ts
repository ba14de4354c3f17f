import { DAEMON_SETTINGS } from "@forkd/contract/daemon-settings";
import { readEnvironment } from "@forkd/sdk";
import { findDaemon } from "../../contexts/find-daemon.ts";
import type { DaemonChoice } from "../../contexts/find-daemon.ts";
import { cacheDir, contextsPath, dataDir, isRoot, readVariable } from "../../environment.ts";
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
      const settings = [...ofCommandLine(options), ...ofDaemon()];
      if (options.json) return printJson(settings);
      return printTable(settings, [
        { head: "SETTING", cell: ({ name }) => name },
        { head: "VALUE", cell: ({ value }) => value ?? "-" },
        { head: "FROM", cell: ({ origin }) => origin },
      ]);
    });
}

function ofCommandLine(options: DaemonChoice): Setting[] {
  const { url, token, decidedBy, tokenFrom } = findDaemon(options);
  return [
    { name: "url", value: url, origin: decidedBy },
    { name: "token", value: token === null ? null : "(set)", origin: tokenFrom },
    { name: "contexts", value: contextsPath(), origin: originOf("XDG_CONFIG_HOME") },
    ofVariable("hub", "FORKD_HUB_URL"),
    ofVariable("registry_user", "FORKD_REGISTRY_USER"),
    ofVariable("registry_password", "FORKD_REGISTRY_PASSWORD", "(set)"),
  ];
}

/** What a daemon reads of the environment that it is started with. */
function ofDaemon(): Setting[] {
  const { socketPath } = readEnvironment();
  return [
    { name: "socket", value: socketPath, origin: originOf("FORKD_SOCKET", ...ofUser("XDG_RUNTIME_DIR")) },
    { name: "data", value: dataDir(), origin: originOf("FORKD_DATA_DIR", ...ofUser("XDG_DATA_HOME")) },
    { name: "cache", value: cacheDir(), origin: originOf("FORKD_CACHE_DIR", ...ofUser("XDG_CACHE_HOME")) },
    ...Object.values(DAEMON_SETTINGS).map(({ variable, unset }) => {
      const setting = ofVariable(variable.replace("FORKD_", "").toLowerCase(), variable);
      return { ...setting, value: setting.value ?? String(unset) };
    }),
  ];
}

function ofVariable(name: string, variable: string, shown = readVariable(variable)): Setting {
  const isSet = readVariable(variable) !== undefined;
  return { name, value: isSet ? (shown ?? null) : null, origin: originOf(variable) };
}

function originOf(...variables: readonly string[]): string {
  return variables.find((name) => readVariable(name) !== undefined) ?? "default";
}

/** Variables that root's places do not come from. */
function ofUser(...variables: readonly string[]): readonly string[] {
  return isRoot() ? [] : variables;
}

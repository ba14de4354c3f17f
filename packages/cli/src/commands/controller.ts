import { Command, Option } from "@commander-js/extra-typings";
import { usageError } from "../cli-error.ts";
import { readVariable } from "../environment.ts";
import { createCommand as createServeCommand } from "./serve.ts";

/** Where the reference system's daemon listens. */
const BIND = "127.0.0.1:8889";

/** Its options that mean nothing here, and what to do instead. */
const REFUSED = {
  "--state": "leave it out: machines are found again by what is in FORKD_DATA_DIR",
  "--snapshot-root": "leave it out, and set FORKD_DATA_DIR: snapshots are in its directory snapshots",
  "--audit-log": "leave it out: FORKD_AUDIT=on records who asked for what, which forkd audit list shows",
  "--prewarm-scratch-dir": "leave it out: nothing is written there",
} as const;

/** What `forkd-controller` runs: the daemon, with the options of the reference system's. */
export function createCommand() {
  const serve = createServeCommand(readVariable("FORKD_BIND") ?? BIND);
  for (const [flag, hint] of Object.entries(REFUSED)) serve.addOption(refuse(flag, hint));
  return new Command("controller")
    .description("The daemon by the name of forkd-controller, and with its options.")
    .addCommand(serve);
}

function refuse(flag: string, hint: string): Option {
  return new Option(`${flag} <path>`, "not here").hideHelp().argParser(() => {
    throw usageError(`${flag} is not an option of this daemon`, hint);
  });
}

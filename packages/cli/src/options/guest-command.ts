import { Option } from "@commander-js/extra-typings";
import { DEFAULT_TIMEOUT_SECS } from "@forkd/sdk";
import { usageError } from "../cli-error.ts";
import { parseSeconds } from "../parse/arguments.ts";
import type { GuestRun } from "../terminal/run-in-guest.ts";

/** The options of every verb that runs a command in a guest as if it ran here. */
export const interactiveOption = () =>
  new Option("-i, --interactive", "send our standard input to the command");
export const ttyOption = () => new Option("-t, --tty", "run on a terminal, with our input and size");
export const cwdOption = () => new Option("--cwd <path>", "the working directory");
export const userOption = () =>
  new Option("--user <user>", "a user of the guest, by name or number (default: root)");
export const commandTimeoutOption = () =>
  new Option(
    "--timeout-secs <n>",
    `end the command after this many seconds (default: ${DEFAULT_TIMEOUT_SECS.exec ?? "never"})`,
  ).argParser(parseSeconds);

interface GuestCommandOptions extends Pick<GuestRun, "cwd" | "user" | "env"> {
  readonly interactive?: true | undefined;
  readonly tty?: true | undefined;
  readonly timeoutSecs?: number | undefined;
}

/** What the options say to run. Throws when there is no command; `usage` is how one is given. */
export function toGuestRun(
  args: readonly string[],
  { interactive, tty, env, cwd, user, timeoutSecs }: GuestCommandOptions,
  usage: string,
): GuestRun {
  if (args.length === 0) throw usageError("which command?", usage);
  return {
    args,
    env,
    cwd,
    user,
    timeoutSecs,
    input: tty ? "terminal" : interactive ? "forward" : "none",
  };
}

import { Option } from "@commander-js/extra-typings";
import { DEFAULT_TIMEOUT_SECS } from "@forkd/sdk";
import { usageError } from "../cli-error.ts";
import { parseSeconds } from "../parse/seconds.ts";
import { printNote } from "../output/print.ts";
import type { GuestRun } from "../terminal/run-in-guest.ts";

/** The options of every verb that runs a command in a guest as if it ran here. */
export const interactiveOption = () =>
  new Option("-i, --interactive", "send our standard input to the command");
export const ttyOption = () =>
  new Option(
    "-t, --tty",
    "run on a terminal, with our input and size; without one, where our input is no terminal",
  );
export const cwdOption = () => new Option("-w, --cwd <path>", "the working directory");
export const userOption = () =>
  new Option("-u, --user <user>", "a user of the guest, by name or number (default: root)");
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
    input: tty && hasTerminal() ? "terminal" : interactive || tty ? "forward" : "none",
  };
}

/**
 * Whether `-t` can be had, and a note where it cannot. A terminal has no end that a pipe could pass on, and a command on
 * it would wait for keys that nobody presses.
 */
export function hasTerminal(): boolean {
  if (process.stdin.isTTY) return true;
  printNote("note: standard input is no terminal, so the command gets none either (-i, without -t)");
  return false;
}

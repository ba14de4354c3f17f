import { constants } from "node:os";
import { printNote } from "./output/print.ts";

const BRAND = Symbol.for("forkd.interrupted");

/** Why the work was stopped from outside; carries the exit status that says so. */
export interface Interruption {
  readonly [BRAND]: true;
  readonly exitCode: number;
}

export function isInterruption(value: unknown): value is Interruption {
  return typeof value === "object" && value !== null && BRAND in value;
}

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Aborts its signal when the user or the system wants the program to end, or when nobody reads its output. */
export interface InterruptListener extends Disposable {
  readonly signal: AbortSignal;
}

/** What an interrupt ends: work that is then undone, or a look at what others do. */
export type Interruptible = "work" | "look";

/** Listens for interrupts. The first one aborts, so that work is undone; a second one ends the process at once. */
export function listenForInterrupts(of: Interruptible): InterruptListener {
  const controller = new AbortController();
  const onSignal = (name: (typeof SIGNALS)[number]): void => {
    const exitCode = 128 + constants.signals[name];
    if (controller.signal.aborted) process.exit(exitCode);
    // A terminal shows ^C and stays on its line.
    if (process.stderr.isTTY) printNote("");
    if (of === "work") printNote("interrupted: undoing what was begun (again: stop at once)");
    controller.abort({ [BRAND]: true, exitCode } satisfies Interruption);
  };
  const onOutputError = (error: NodeJS.ErrnoException): void => {
    if (error.code !== "EPIPE") return;
    const exitCode = 128 + constants.signals.SIGPIPE;
    controller.abort({ [BRAND]: true, exitCode } satisfies Interruption);
  };
  for (const name of SIGNALS) process.on(name, onSignal);
  process.stdout.on("error", onOutputError);
  return {
    signal: controller.signal,
    [Symbol.dispose]() {
      for (const name of SIGNALS) process.off(name, onSignal);
      process.stdout.off("error", onOutputError);
    },
  };
}

import { Forkd } from "@forkd/sdk";
import type { ProgressOptions, Sandbox } from "@forkd/sdk";
import { usageError } from "./cli-error.ts";
import { findDaemon } from "./contexts/find-daemon.ts";
import type { DaemonChoice, DaemonPlace } from "./contexts/find-daemon.ts";
import { ensureDaemon } from "./daemon/ensure-daemon.ts";
import { explainDefect } from "./daemon/explain-defect.ts";
import { listenForInterrupts } from "./interrupt.ts";
import type { Interruptible } from "./interrupt.ts";
import { openProgress } from "./output/progress.ts";
import { findSandbox } from "./sandbox-words.ts";

/** The options of every command that talks to a daemon. */
export interface DaemonOptions extends DaemonChoice {
  readonly json?: true | undefined;
}

/** The options that are a command's own. */
export function withoutDaemonOptions<Options extends DaemonOptions>(
  options: Options,
): Omit<Options, keyof DaemonOptions> {
  const { json: _json, url: _url, daemonUrl: _older, daemonToken: _token, daemon: _daemon, ...own } = options;
  return own;
}

/** What a command works with: a client, and the signal that says when to stop. */
export interface Session {
  readonly forkd: Forkd;
  readonly signal: AbortSignal;
  /** The sandbox that a word of the command line means: see `findSandbox`. */
  readonly find: (word: string) => Promise<Sandbox>;
  /** Does long work and shows its steps meanwhile. */
  readonly track: <Result>(work: (options: ProgressOptions) => Promise<Result>) => Promise<Result>;
}

/** The path of a local daemon's socket, or undefined when the daemon is elsewhere. */
export function localSocket(url: string): string | undefined {
  return url.startsWith("unix:") ? url.slice("unix:".length).replace(/^\/\/(?=\/)/, "") : undefined;
}

type Action = (session: Session) => Promise<void>;

/** Runs `action` with a client, starting a local daemon when none runs. Interrupts abort the session's signal. */
export async function withDaemon(options: DaemonOptions, action: Action): Promise<void> {
  await withSession(options, "work", startingDaemon(action));
}

/** As `withDaemon`, for a command that only looks: an interrupt of it has nothing to undo, and says nothing. */
export async function lookAtDaemon(options: DaemonOptions, action: Action): Promise<void> {
  await withSession(options, "look", startingDaemon(action));
}

/**
 * Runs `action` with a client of a daemon that may not be running: calls then throw `daemon_unreachable`. An interrupt
 * has nothing to undo.
 */
export async function withRunningDaemon(options: DaemonOptions, action: Action): Promise<void> {
  await withSession(options, "look", action);
}

function startingDaemon(action: Action): Action {
  return async (session) => {
    const socketPath = localSocket(session.forkd.baseUrl);
    if (socketPath !== undefined) {
      await session.track((options) => ensureDaemon(socketPath, { ...options, signal: session.signal }));
    }
    await action(session);
  };
}

async function withSession(options: DaemonOptions, kind: Interruptible, action: Action): Promise<void> {
  using interrupts = listenForInterrupts(kind);
  const { signal } = interrupts;
  await using forkd = createClient(findDaemon(options));
  const track: Session["track"] = async (work) => {
    using progress = openProgress();
    return await work({ signal, onProgress: (event) => progress.report(event) });
  };
  const find = async (word: string) => forkd.sandboxes.at(await findSandbox(forkd, word, { signal }));
  try {
    await action({ forkd, signal, find, track });
  } catch (error) {
    throw await explainDefect(error, forkd);
  }
}

/** A client; its only refusal is an address that it cannot speak to. */
export function createClient({ url, token, decidedBy }: DaemonPlace): Forkd {
  try {
    return new Forkd({ baseUrl: url, token, startDaemon: false });
  } catch (error) {
    throw usageError((error as Error).message, `mend what says so: ${decidedBy}`);
  }
}

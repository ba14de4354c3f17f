import { spawn } from "node:child_process";
import type { ChildProcessByStdio } from "node:child_process";
import { once } from "node:events";
import type { Readable, Writable } from "node:stream";
import { CliError } from "../cli-error.ts";

/** A `tar` of the host, ended by the signal. */
export interface HostTar {
  readonly stdin: Writable;
  readonly stdout: Readable;
  /** Resolves when it has ended well; rejects with what it said otherwise. */
  readonly done: Promise<void>;
}

const MAX_MESSAGE = 2000;

/** Runs the host's `tar`: directories have links, modes and times that single files do not carry. */
export function spawnTar(args: readonly string[], signal: AbortSignal): HostTar {
  const child = spawn("tar", args, { stdio: ["pipe", "pipe", "pipe"], signal });
  const done = waitForTar(child);
  // Whoever waits for it gets the failure; until then it must not count as unhandled.
  done.catch(() => {});
  return { stdin: child.stdin, stdout: child.stdout, done };
}

async function waitForTar(child: ChildProcessByStdio<Writable, Readable, Readable>): Promise<void> {
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    said = (said + text).slice(-MAX_MESSAGE);
  });
  // A broken pipe on its input says only that tar has ended: its status says why.
  child.stdin.on("error", () => child.stdin.destroy());
  const [status] = (await once(child, "close")) as [number | null];
  if (status !== 0) throw tarFailed("the host", said);
}

export function tarFailed(where: string, said: string): CliError {
  return new CliError("tar_failed", `tar failed on ${where}: ${said.trim() || "it was ended"}`, {
    hint: "check the paths and the space that is left on both sides",
  });
}

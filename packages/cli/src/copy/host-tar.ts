import { spawn } from "node:child_process";
import type { ChildProcessByStdio } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { tarMissing, TarNotes } from "./tar-notes.ts";

/** A `tar` of the host, ended by the signal. */
interface HostTar {
  readonly stdin: Writable;
  readonly stdout: Readable;
  /** Resolves when it has ended well; rejects with what it said otherwise. */
  readonly done: Promise<void>;
}

/** The host's directory as an archive, links, modes and times included. */
export async function* packHostDirectory(dir: string, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  // It starts with the first read: once a process has ended, Node throws away what nobody has begun to read.
  const tar = startTar(["-C", dir, "-cf", "-", "."], "settlePacking", signal);
  tar.stdin.end();
  yield* tar.stdout as AsyncIterable<Uint8Array>;
  await tar.done;
}

/** Unpacks an archive into an empty directory. Nothing in it writes outside, and nothing is anybody else's. */
export async function unpackOnHost(
  archive: AsyncIterable<Uint8Array>,
  dir: string,
  signal: AbortSignal,
): Promise<void> {
  // GNU tar takes a leading / off names, refuses .. in them, and makes links that point out only at the end.
  const tar = startTar(["-C", dir, "--no-same-owner", "-xf", "-"], "settle", signal);
  const [fed, ended] = await Promise.allSettled([pipeline(archive, tar.stdin), tar.done]);
  // A broken pipe says only that tar has ended: tar says why.
  if (fed.status === "rejected" && !isClosedPipe(fed.reason)) throw fed.reason;
  if (ended.status === "rejected") throw ended.reason;
}

function startTar(args: readonly string[], settle: "settle" | "settlePacking", signal: AbortSignal): HostTar {
  signal.throwIfAborted();
  const child = spawn("tar", args, { stdio: ["pipe", "pipe", "pipe"] });
  const end = (): void => void child.kill();
  signal.addEventListener("abort", end, { once: true });
  child.once("close", () => signal.removeEventListener("abort", end));
  const done = waitForTar(child, settle, signal);
  // Whoever waits for it gets the failure; until then it must not count as unhandled.
  done.catch(() => {});
  return { stdin: child.stdin, stdout: child.stdout, done };
}

async function waitForTar(
  child: ChildProcessByStdio<Writable, Readable, Readable>,
  settle: "settle" | "settlePacking",
  signal: AbortSignal,
): Promise<void> {
  const notes = new TarNotes("the host");
  child.stderr.on("data", (chunk: Buffer) => notes.add(chunk));
  child.stdin.on("error", () => child.stdin.destroy());
  const { promise: ended, resolve, reject } = Promise.withResolvers<number | null>();
  child.once("error", (cause) => reject(tarMissing(cause)));
  child.once("close", resolve);
  const status = await ended;
  signal.throwIfAborted();
  notes[settle](status);
}

function isClosedPipe(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === "EPIPE" || code === "ERR_STREAM_PREMATURE_CLOSE" || code === "ERR_STREAM_DESTROYED";
}

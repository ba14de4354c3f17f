import { spawn } from "node:child_process";
import type { ChildProcessByStdio } from "node:child_process";
import { once } from "node:events";
import { chown, mkdir, open, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";
import { ForkdError } from "@forkd/contract";
import { orCancelled, throwIfAborted, withTimeout } from "@forkd/core";
import type { CallOptions } from "@forkd/core";
import { findChild, findProcess, killRestOfGroup, readShortFile } from "@forkd/posix";
import { programPath } from "../../process/find-program.ts";
import { readLines } from "../../process/read-lines.ts";
import { LOGS, PLACE, READY, asUser, insideScript, pastaArgv } from "./passt-commands.ts";
import type { UserGrounds } from "./user-rules.ts";
import { writeNote } from "./user-note.ts";
import type { UserNote } from "./user-note.ts";

/** A hundred times what it takes. */
const READY_TIMEOUT_MS = 20_000;

export interface StartOptions {
  /** A new one, of this network alone. */
  readonly directory: string;
  readonly grounds: UserGrounds;
  readonly bootId: string;
  /** Whose its processes are, if not this process's user's. */
  readonly uid: number | undefined;
}

/**
 * Makes a namespace, whose packets pasta(1) sends on as this host does, and a passt(1) inside that waits for a machine.
 * Nothing can be reached at first. Throws `network_failed`, `cancelled`; nothing is left then.
 */
export async function startUserNetwork(
  { directory, grounds, bootId, uid }: StartOptions,
  { signal }: CallOptions,
): Promise<UserNote> {
  await using undo = new AsyncDisposableStack();
  const place = join(directory, PLACE);
  await mkdir(directory, { mode: 0o700 });
  undo.defer(() => rm(directory, { recursive: true, force: true }));
  await mkdir(place, { mode: 0o700 });
  if (uid !== undefined) await chown(place, uid, uid);
  const pasta = ["pasta", ...pastaArgv(grounds), "--", "sh", "-c", insideScript(grounds)];
  const child = await spawnIn(place, [...(uid === undefined ? [] : asUser(uid)), ...pasta]);
  undo.use(endWhenDisposed(child));
  await waitUntilReady(child, place, { signal });
  const note = { bootId, ...findProcesses(child) };
  await writeNote(directory, note);
  child.stdin.end("kept\n");
  child.stdout.destroy();
  child.unref();
  undo.move();
  return note;
}

const STAGE = "making a network";
const TOO_SLOW = `it was not ready within ${READY_TIMEOUT_MS / 1000} s`;
const LOG_LIMIT_BYTES = 2 * 1024 * 1024;
const LOG_LINES = 3;

type Starting = ChildProcessByStdio<Writable, Readable, null>;

/** Starts a program in a session of its own; what it complains of is in a file, since it outlives this process. */
async function spawnIn(place: string, [file = "", ...args]: readonly string[]): Promise<Starting> {
  await using log = await open(join(place, LOGS[0]), "w", 0o600);
  const child = spawn(file, args, {
    cwd: place,
    detached: true,
    env: { LC_ALL: "C.UTF-8", PATH: programPath() },
    stdio: ["pipe", "pipe", log.fd],
  }) as Starting;
  child.stdin.on("error", () => {}); // it has ended, which its output tells
  await once(child, "spawn");
  return child;
}

/** Waits until the shell inside says that all is there. */
async function waitUntilReady(child: Starting, place: string, { signal }: CallOptions): Promise<void> {
  const deadline = withTimeout(signal, READY_TIMEOUT_MS);
  // What it leaves behind may keep its output open.
  const ended = once(child, "exit").then(() => "");
  const first = Promise.race([readFirstLine(child.stdout), ended]);
  const line = await orCancelled(first, deadline, STAGE).catch((cause: unknown) => {
    throwIfAborted(signal, STAGE);
    throw new ForkdError("network_failed", { command: "pasta", why: TOO_SLOW }, { cause });
  });
  if (line === READY) return;
  throw new ForkdError("network_failed", { command: "pasta", why: await readComplaints(place) });
}

/** The one inside has another pid for itself, where pasta(1) gives it a namespace of pids. */
function findProcesses({ pid = 0 }: Starting): Pick<UserNote, "outside" | "inside"> {
  const outside = findProcess(pid);
  const inside = findChild(pid);
  if (outside && inside) return { outside, inside };
  throw new ForkdError("network_failed", { command: "pasta", why: "it is gone" });
}

async function readFirstLine(stream: Readable): Promise<string> {
  for await (const line of readLines(stream)) return line;
  return "";
}

/** What its programs said last. */
async function readComplaints(place: string): Promise<string> {
  const said = await Promise.all(
    LOGS.map(async (name) => {
      const text = await readShortFile(
        join(place, name),
        LOG_LIMIT_BYTES,
        (why) => new Error(`${name} ${why}`),
      );
      return text?.toString().trim().split("\n").slice(-LOG_LINES) ?? [];
    }),
  );
  return said.flat().filter(Boolean).join("; ") || "it ended without a word";
}

/** Ends all of them, and waits for it: they are a process group as long as nothing of theirs has a user. */
function endWhenDisposed(child: Starting): AsyncDisposable {
  let isClosed = false;
  const closed = once(child, "close").then(() => void (isClosed = true));
  return {
    async [Symbol.asyncDispose]() {
      child.stdin.destroy();
      // pasta(1) that fails leaves another process of it, which keeps its output open.
      if (child.pid !== undefined && !isClosed) killRestOfGroup(child.pid);
      await closed;
    },
  };
}

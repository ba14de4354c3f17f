import { createHash } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import type { Forkd, Sandbox } from "@forkd/sdk";
import { residentMib } from "../soak/memory.ts";

/** Much data in and out of a guest, many changes of many files, and output that is left and taken up again. */
export interface Data {
  readonly fileMib: number;
  readonly writeMs: number;
  readonly readMs: number;
  /** Of the daemon: before, and at most meanwhile. */
  readonly residentMib: { readonly before: number; readonly most: number };
  readonly watchedFiles: number;
  readonly changes: number;
  readonly changesTold: number;
  readonly outputMib: number;
  readonly outputMs: number;
  /** How often its reader left it. */
  readonly outputLeft: number;
}

const MIB = 1024 * 1024;
const FILE_MIB = 256;
const OUTPUT_MIB = 100;
const LEAVE_EACH_BYTES = 8 * MIB;
const DIRECTORIES = 100;
const FILES_EACH = 100;
const CHANGES = 5000;
const LARGE = "/root/large";
const WATCHED = "/root/watched";

export async function measureData(forkd: Forkd, tag: string, daemonPid: number): Promise<Data> {
  await using children = await forkd.sandboxes.fork(tag);
  const [child] = children;
  if (!child) throw new Error("the fork gave no child");
  const before = await residentMib(daemonPid);
  await using peak = watchMemory(daemonPid);
  const [written, writeMs] = await timed(() => writeLarge(child));
  const [read, readMs] = await timed(() => readLarge(child));
  if (read !== written.whole) throw new Error("the file came back as another");
  const most = peak.most;
  const changesTold = await countChanges(child);
  const [left, outputMs] = await timed(() => leaveAndTakeUp(child, written.begin));
  return {
    fileMib: FILE_MIB,
    writeMs,
    readMs,
    residentMib: { before, most },
    watchedFiles: DIRECTORIES * FILES_EACH,
    changes: CHANGES,
    changesTold,
    outputMib: OUTPUT_MIB,
    outputMs,
    outputLeft: left,
  };
}

async function timed<Result>(work: () => Promise<Result>): Promise<[Result, number]> {
  const startedAt = performance.now();
  const result = await work();
  return [result, performance.now() - startedAt];
}

/** Reads what a process has in memory until disposal. */
function watchMemory(pid: number): { readonly most: number } & AsyncDisposable {
  const seen = { most: 0 };
  const stop = new AbortController();
  const watching = (async () => {
    while (!stop.signal.aborted) {
      seen.most = Math.max(seen.most, await residentMib(pid));
      await delay(50);
    }
  })();
  return {
    get most() {
      return seen.most;
    },
    async [Symbol.asyncDispose]() {
      stop.abort();
      await watching;
    },
  };
}

/** A file of which each part is another; gives its digest, and that of what the output below is. */
async function writeLarge(child: Sandbox): Promise<{ readonly whole: string; readonly begin: string }> {
  const [whole, begin] = [createHash("sha256"), createHash("sha256")];
  async function* parts(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < FILE_MIB; at += 1) {
      const part = Buffer.alloc(MIB, `${at}, `);
      whole.update(part);
      if (at < OUTPUT_MIB) begin.update(part);
      yield part;
    }
  }
  await child.files.write(LARGE, parts());
  return { whole: whole.digest("hex"), begin: begin.digest("hex") };
}

async function readLarge(child: Sandbox): Promise<string> {
  const digest = createHash("sha256");
  for await (const part of await child.files.stream(LARGE)) digest.update(part);
  return digest.digest("hex");
}

const MAKE_TREE = `
import os
for d in range(${DIRECTORIES}):
    os.makedirs(f"${WATCHED}/{d}")
    for f in range(${FILES_EACH}):
        open(f"${WATCHED}/{d}/{f}", "w").close()
`;
const CHANGE = `
for change in range(${CHANGES}):
    with open(f"${WATCHED}/{change % ${DIRECTORIES}}/{change // ${DIRECTORIES}}", "w") as file:
        file.write("changed")
open("${WATCHED}/end", "w").close()
`;

/** Of how many files that were written, one after the other, a watch of them all tells. */
async function countChanges(child: Sandbox): Promise<number> {
  await child.exec(["python3", "-c", MAKE_TREE]);
  const changes = child.files.watchDir(WATCHED, { recursive: true });
  await changes.next();
  const changing = child.exec(["python3", "-c", CHANGE]);
  const told = new Set<string>();
  for await (const change of changes) {
    if (change.type === "create" && change.name === "end") break;
    if (change.type === "write" && change.name !== undefined) told.add(change.name);
  }
  await changing;
  told.delete("end");
  return told.size;
}

/** Reads output in pieces, by another reader each, and gives how often it was left. */
async function leaveAndTakeUp(child: Sandbox, expected: string): Promise<number> {
  const job = await child.spawn(["head", "-c", String(OUTPUT_MIB * MIB), LARGE], { lossless: true });
  const digest = createHash("sha256");
  let left = 0;
  for (let offset = 0; offset < OUTPUT_MIB * MIB; left += 1) {
    const until = offset + LEAVE_EACH_BYTES;
    for await (const { data, nextOffset } of job.output({ fromOffset: offset })) {
      digest.update(data);
      offset = nextOffset ?? offset + data.length;
      if (offset >= until) break;
    }
  }
  await job.wait();
  if (digest.digest("hex") !== expected) throw new Error("the output is not what was written");
  return left;
}

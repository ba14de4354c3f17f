import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import { sample, summarize } from "@forkd/cli";
import type { Summary } from "@forkd/cli";
import type { Forkd, Sandbox } from "@forkd/sdk";
import { residentMib } from "../soak/memory.ts";

/** Much data in and out of a guest, many changes of many files, and output that is left and taken up again. */
export interface Data {
  readonly fileMib: number;
  /** In ms, as are the next two. */
  readonly write: Summary;
  readonly read: Summary;
  readonly outputMib: number;
  readonly output: Summary;
  /** Of the daemon while files were written and read. */
  readonly residentMib: Summary;
  readonly watchedFiles: number;
  readonly changes: number;
  readonly changesTold: Summary;
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

export async function measureData(forkd: Forkd, tag: string, runs: number): Promise<Data> {
  await using children = await forkd.sandboxes.fork(tag);
  const [child] = children;
  if (!child) throw new Error("the fork gave no child");
  const { pid } = await forkd.version();
  const written = digestParts();
  const memory: number[] = [];
  const [write, read, changesTold, output]: [number[], number[], number[], number[]] = [[], [], [], []];
  for (let run = 0; run < runs; run += 1) {
    await notingMemory(pid, memory, async () => {
      write.push(...(await sample(1, () => child.files.write(LARGE, Readable.from(parts())))));
      read.push(...(await sample(1, () => readLarge(child, written.whole))));
    });
    output.push(...(await sample(1, () => leaveAndTakeUp(child, written.begin))));
    changesTold.push(await countChanges(child));
  }
  return {
    fileMib: FILE_MIB,
    write: summarize(write),
    read: summarize(read),
    outputMib: OUTPUT_MIB,
    output: summarize(output),
    residentMib: summarize(memory),
    watchedFiles: DIRECTORIES * FILES_EACH,
    changes: CHANGES,
    changesTold: summarize(changesTold),
  };
}

/** Does work, and notes what a process has in memory meanwhile, in MiB. */
async function notingMemory(pid: number, noted: number[], work: () => Promise<void>): Promise<void> {
  const over = new AbortController();
  const noting = async (): Promise<void> => {
    for (; !over.signal.aborted; await delay(50)) noted.push(await residentMib(pid));
  };
  await Promise.all([noting(), work().finally(() => over.abort())]);
}

/** A file of which each part is another. */
function* parts(): Generator<Uint8Array> {
  for (let at = 0; at < FILE_MIB; at += 1) yield Buffer.alloc(MIB, `${at}, `);
}

/** Of that file, and of as much of it as the output is. */
function digestParts(): { readonly whole: string; readonly begin: string } {
  const [whole, begin] = [createHash("sha256"), createHash("sha256")];
  let bytes = 0;
  for (const part of parts()) {
    whole.update(part);
    if (bytes < OUTPUT_MIB * MIB) begin.update(part);
    bytes += part.length;
  }
  return { whole: whole.digest("hex"), begin: begin.digest("hex") };
}

async function readLarge(child: Sandbox, expected: string): Promise<void> {
  const digest = createHash("sha256");
  for await (const part of await child.files.stream(LARGE)) digest.update(part);
  if (digest.digest("hex") !== expected) throw new Error("the file came back as another");
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
  await child.run(`rm -rf ${WATCHED}`);
  await child.exec(["python3", "-c", MAKE_TREE]);
  const changes = child.files.watchDir(WATCHED, { recursive: true });
  await changes.next();
  const changing = child.exec(["python3", "-c", CHANGE]);
  const told = new Set<string>();
  for await (const change of changes) {
    if (change.type === "overflow" || (change.type === "create" && change.name === "end")) break;
    if (change.type === "write" && change.name !== undefined) told.add(change.name);
  }
  await changing;
  told.delete("end");
  return told.size;
}

/** Reads output in pieces, by another reader each. */
async function leaveAndTakeUp(child: Sandbox, expected: string): Promise<void> {
  const job = await child.spawn(["head", "-c", String(OUTPUT_MIB * MIB), LARGE], { lossless: true });
  const digest = createHash("sha256");
  for (let offset = 0; offset < OUTPUT_MIB * MIB;) {
    const begin = offset;
    for await (const { data, nextOffset } of job.output({ fromOffset: offset })) {
      digest.update(data);
      offset = nextOffset ?? offset + data.length;
      if (offset >= begin + LEAVE_EACH_BYTES) break;
    }
    if (offset === begin) throw new Error(`the output ended after ${offset} bytes`);
  }
  await job.wait();
  if (digest.digest("hex") !== expected) throw new Error("the output is not what was written");
}

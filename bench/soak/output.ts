import { createHash } from "node:crypto";
import type { Hash } from "node:crypto";
import { Sandbox } from "e2b";
import { startForE2b } from "../../tests/harness/e2b.ts";
import { PARENT } from "../../tests/harness/parent.ts";
import { mostResidentMib, residentMib } from "./memory.ts";

const MIB = 1024 ** 2;
/** Each with its end. */
const LINE_BYTES = 10;
const FIRST = 100_000_000;
const LINES_AT_ONCE = 100_000;

/** So many MiB of a command's output through E2B's client. All of it must arrive, in its order. */
export async function soakOutput(mib: number): Promise<boolean> {
  await using e2b = await startForE2b("soak-output");
  const sandbox = await Sandbox.create(PARENT, { ...e2b.options, timeoutMs: 3_600_000 });
  await sandbox.commands.run("true");
  const last = FIRST + Math.ceil((mib * MIB) / LINE_BYTES) - 1;
  const before = await residentMib(e2b.daemon.pid);
  const startedAt = performance.now();
  const hash = createHash("sha256");
  let bytes = 0;
  await sandbox.commands.run(`seq ${FIRST} ${last}`, {
    onStdout: (text) => {
      bytes += text.length;
      hash.update(text, "latin1");
    },
    timeoutMs: 0,
    requestTimeoutMs: 0,
  });
  const seconds = (performance.now() - startedAt) / 1000;
  const isWhole = hash.digest("hex") === digestOf(last);
  const most = await mostResidentMib(e2b.daemon.pid);
  const after = await residentMib(e2b.daemon.pid);
  console.log(
    `==> ${(bytes / MIB).toFixed(1)} MiB of output in ${seconds.toFixed(1)} s, ${(bytes / MIB / seconds).toFixed(1)} MiB/s: ` +
      (isWhole ? "whole, in order" : "NOT what was printed"),
  );
  console.log(`==> the daemon's memory: ${before} MiB before, ${most} MiB at most, ${after} MiB after`);
  return isWhole;
}

/** Of all numbers up to `last`, as seq(1) prints them. */
function digestOf(last: number): string {
  const hash = createHash("sha256");
  for (let first = FIRST; first <= last; first += LINES_AT_ONCE)
    addLines(hash, first, Math.min(first + LINES_AT_ONCE - 1, last));
  return hash.digest("hex");
}

function addLines(hash: Hash, first: number, last: number): void {
  const lines = Array.from({ length: last - first + 1 }, (_, index) => `${first + index}\n`);
  hash.update(lines.join(""));
}

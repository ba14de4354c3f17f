import { createHash } from "node:crypto";
import type { Forkd, Sandbox } from "@forkd/sdk";
import { say } from "./output.ts";

/** A chain of digests, which cannot be told without computing every step of it. */
const CHAIN = `
import hashlib, time
digest = b"forkd"
for step in range(1, 151):
    digest = hashlib.sha256(digest).digest()
    print(step, digest.hex(), flush=True)
    time.sleep(0.01)
`;

/**
 * Branches a machine while a process of it computes, and shows that both go on to the same end. Leaves nothing.
 */
export async function branchMidway(forkd: Forkd, original: Sandbox, signal: AbortSignal): Promise<void> {
  const tag = `quickstart-${original.id.slice(3, 11)}`;
  const pid = await startChain(original, 20, signal);
  const branch = await original.branch({ tag, signal });
  try {
    await using copies = await forkd.sandboxes.fork(tag, { signal });
    const [copy] = copies;
    if (!copy) throw new Error("the branch has no child");
    const ends = await Promise.all([original, copy].map((machine) => followChain(machine, pid, signal)));
    say(
      `    ${original.id} stood still for ${branch.pauseMs.toFixed(1)} ms (${branch.mode}), in the middle of a loop.`,
    );
    for (const [index, end] of ends.entries()) {
      say(`    ${index === 0 ? "it" : `its copy ${copy.id}`} went on and finished: ${end}`);
    }
    if (!ends.every((end) => end === lastOfChain())) throw new Error("the branched computation went wrong");
  } finally {
    await forkd.snapshots.remove(tag, { force: true });
  }
}

/** Starts the chain in a process of the guest, and gives its pid once it has come to `step`. */
async function startChain(machine: Sandbox, step: number, signal: AbortSignal): Promise<number> {
  let pid = 0;
  for await (const event of machine.execStream(["python3", "-c", CHAIN], { detach: true, signal })) {
    if (event.type === "start") pid = event.pid;
    else if (event.type === "stdout" && Buffer.from(event.data).toString().includes(`\n${step} `)) break;
  }
  return pid;
}

/** Attaches to the chain's process, and gives its last line. */
async function followChain(machine: Sandbox, pid: number, signal: AbortSignal): Promise<string> {
  let text = "";
  for await (const event of machine.attach(pid, { signal })) {
    if (event.type === "stdout") text += Buffer.from(event.data).toString();
  }
  return text.trim().split("\n").at(-1) ?? "";
}

function lastOfChain(): string {
  let digest: Uint8Array = Buffer.from("forkd");
  for (let step = 1; step <= 150; step++) digest = createHash("sha256").update(digest).digest();
  return `150 ${Buffer.from(digest).toString("hex")}`;
}

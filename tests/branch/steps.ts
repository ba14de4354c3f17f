import type { Sandbox } from "@forkd/sdk";

/** Counts in memory until that is enough, and tells each step; what a guest is in the middle of when it is branched. */
const COUNT = `
import os, time
enough = "/run/enough"
if os.path.exists(enough): os.remove(enough)
step = 0
while not os.path.exists(enough):
    print(step, flush=True)
    step += 1
    time.sleep(0.02)
print("end", flush=True)
`;

/** Starts the counting process in a guest, detached, and gives its pid once it has come to its tenth step. */
export async function startCounting(child: Sandbox): Promise<number> {
  let pid: number | undefined;
  for await (const event of child.execStream(["python3", "-c", COUNT], { detach: true })) {
    if (event.type === "start") pid = event.pid;
    else if (event.type === "stdout" && Buffer.from(event.data).toString().includes("10\n")) break;
  }
  if (pid === undefined) throw new Error("the counting process did not start");
  return pid;
}

/** Has the counting process of this guest come to its end. */
export async function endCounting(child: Sandbox): Promise<void> {
  await child.run("touch /run/enough");
}

/**
 * Attaches to the counting process, ends it once it has counted on, and gives every step that it told from there on.
 * Throws when it did not end by that.
 */
export async function collectSteps(child: Sandbox, pid: number): Promise<number[]> {
  let text = "";
  let heard = 0;
  for await (const event of child.attach(pid)) {
    if (event.type !== "stdout") continue;
    text += Buffer.from(event.data).toString();
    heard += 1;
    // What comes first may have been told before.
    if (heard === 2) await endCounting(child);
  }
  return readSteps(text);
}

/** The steps in what the counting process has told to its end. Throws when that is not all of it. */
export function readSteps(text: string): number[] {
  const lines = text.trim().split("\n");
  if (lines.pop() !== "end") throw new Error(`the counting process did not come to its end:\n${text}`);
  return lines.map(Number);
}

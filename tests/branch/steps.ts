import type { Sandbox } from "@forkd/sdk";

/** Counts in memory, and tells each step; what a guest is in the middle of when it is branched. */
const COUNT = `
import time
for step in range(400):
    print(step, flush=True)
    time.sleep(0.02)
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

/** Attaches to the counting process, and gives every step that it told from there on to its end. */
export async function collectSteps(child: Sandbox, pid: number): Promise<number[]> {
  let text = "";
  for await (const event of child.attach(pid)) {
    if (event.type === "stdout") text += Buffer.from(event.data).toString();
  }
  return text.trim().split("\n").map(Number);
}

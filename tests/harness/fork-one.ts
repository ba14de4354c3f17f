import type { ForkOptions, Sandbox } from "@forkd/sdk";
import { PARENT } from "./parent.ts";
import type { TestDaemon } from "./test-daemon.ts";

/** One child of the parent that all tests share. */
export async function forkOne({ forkd }: TestDaemon, options: ForkOptions = {}): Promise<Sandbox> {
  const [child] = await forkd.sandboxes.fork(PARENT, options);
  if (!child) throw new Error("the fork gave no child");
  return child;
}

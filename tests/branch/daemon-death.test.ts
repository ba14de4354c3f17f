import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { findLeftovers } from "../harness/leftovers.ts";
import { PARENT } from "../harness/parent.ts";
import { TestDaemon } from "../harness/test-daemon.ts";

let daemon: TestDaemon;
beforeAll(async () => {
  daemon = await TestDaemon.start();
});
afterAll(() => daemon[Symbol.asyncDispose]());

/** From before the source is stopped until after the snapshot is stored, for each mode. */
const MOMENTS_MS = [0, 15, 40, 120, 400];

test.each(["full", "diff", "live"] as const)(
  "a daemon killed at any moment of a %s branch leaves the source running, and a whole snapshot or none",
  async (mode) => {
    const [source] = await daemon.forkd.sandboxes.fork(PARENT, { liveFork: true });
    await source?.eval("import numpy as np; block = np.random.bytes(60 << 20)", {
      mode: "run",
      timeoutSecs: 60,
    });
    for (const moment of MOMENTS_MS) {
      const tag = `torn-${mode}-${moment}`;
      const branch = source?.branch({ tag, mode }).catch(() => undefined);
      await delay(moment);
      await daemon.kill("SIGKILL");
      await branch;
      await daemon.start();
      expect((await source?.run("echo running"))?.stdout).toBe("running\n");
      expect(findLeftovers(daemon).drafts).toEqual([]);
      const found = (await daemon.forkd.snapshots.list()).find((snapshot) => snapshot.tag === tag);
      expect(found?.status ?? "ready").toBe("ready");
      if (!found) continue;
      await using children = await daemon.forkd.sandboxes.fork(tag);
      expect((await children[0]?.eval("len(block)"))?.resultJson).toBe(String(60 << 20));
      await children[Symbol.asyncDispose]();
      await daemon.forkd.snapshots.remove(tag, { force: true });
    }
    await source?.branch({ tag: "afterwards", mode });
    await daemon.forkd.snapshots.remove("afterwards", { force: true });
    await source?.kill();
  },
);

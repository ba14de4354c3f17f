import type { SnapshotRequest } from "@forkd/sdk";
import { afterAll, beforeAll, expect, test } from "vitest";
import { findLeftovers } from "../harness/leftovers.ts";
import { IMAGE } from "../harness/parent.ts";
import { TestDaemon } from "../harness/test-daemon.ts";

let daemon: TestDaemon;
beforeAll(async () => {
  daemon = await TestDaemon.start();
});
afterAll(() => daemon[Symbol.asyncDispose]());

const FAILURES: [what: string, request: Partial<SnapshotRequest>, code: string, message: RegExp][] = [
  [
    "a warm-up command that fails",
    { warm: [{ kind: "command", args: ["sh", "-c", "echo the reason >&2; exit 9"] }] },
    "warm_up_failed",
    /status 9.*the reason/s,
  ],
  [
    "warm-up code that raises",
    { warm: [{ kind: "python", code: "import nothing_of_that_name" }] },
    "warm_up_failed",
    /ModuleNotFoundError/,
  ],
  [
    "a parent that is never ready",
    {
      warm: [{ kind: "service", args: ["sh", "-c", "echo no licence; (sleep 1000 &)"] }],
      ready: ["sh", "-c", "echo not yet; false"],
      timeoutSecs: 30,
    },
    "never_ready",
    /30 s.*not yet.*no licence/s,
  ],
  [
    "a service that dies while it becomes ready",
    {
      warm: [{ kind: "service", args: ["sh", "-c", "sleep 1; echo FATAL: no such directory >&2; exit 2"] }],
      ready: ["sh", "-c", "sleep 0.5; false"],
    },
    "service_ended",
    /ended with status 2.*FATAL: no such directory/s,
  ],
  [
    "a warm-up that never ends",
    { warm: [{ kind: "command", args: ["sleep", "1000"] }], timeoutSecs: 15 },
    "warm_up_timeout",
    /15 s/,
  ],
  [
    "a parent that panics",
    { warm: [{ kind: "command", args: ["sh", "-c", "echo c > /proc/sysrq-trigger"] }] },
    "parent_died",
    /panic|reset/i,
  ],
  [
    "a parent that powers itself off",
    { warm: [{ kind: "command", args: ["sh", "-c", "echo o > /proc/sysrq-trigger; sleep 10"] }] },
    "parent_died",
    /power|reset|off/i,
  ],
];

test.each(FAILURES)(
  "says why %s made no snapshot, and leaves nothing",
  async (_what, request, code, message) => {
    const failure = await daemon.forkd.snapshots
      .create({ tag: "never", image: IMAGE, timeoutSecs: 60, ...request })
      .catch((error: unknown) => error);
    expect(failure).toMatchObject({ code, message: expect.stringMatching(message) as string });
    expect(findLeftovers(daemon)).toEqual({ vms: [], drafts: [], processes: [] });
    await expect(daemon.forkd.snapshots.get("never")).rejects.toMatchObject({ code: "snapshot_not_found" });
  },
);

test("undoes everything when the caller goes away", async () => {
  const caller = new AbortController();
  const request = { tag: "abandoned", image: IMAGE };
  const onProgress = ({ step }: { step: string }): void => void (step === "interpreter" && caller.abort());
  const making = daemon.forkd.snapshots.create(request, { signal: caller.signal, onProgress });
  await expect(making).rejects.toMatchObject({ name: "AbortError" });
  await expect.poll(() => findLeftovers(daemon)).toEqual({ vms: [], drafts: [], processes: [] });
});

import { mkdtempDisposable } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { expect, test } from "vitest";
import { isVmmBelow } from "../harness/processes.ts";
import { TestDaemon } from "../harness/test-daemon.ts";
import { TEST_HOST } from "../harness/test-host.ts";

const ASKED_AT_ONCE = 5;

test("a doctor who is asked by many at once boots what it boots for one, and answers them all", async () => {
  await using place = await mkdtempDisposable(join(tmpdir(), "forkd-doctor-"));
  await using daemon = await TestDaemon.start({ env: { TMPDIR: place.path } });
  const guestsOf = async (work: Promise<unknown>): Promise<number> => {
    const guests = new Set<number>();
    const over = new AbortController();
    const watch = async (): Promise<void> => {
      while (!over.signal.aborted) {
        for (const process of TEST_HOST.listProcesses())
          if (isVmmBelow(process, place.path)) guests.add(process.pid);
        await delay(20);
      }
    };
    await Promise.all([watch(), work.finally(() => over.abort())]);
    return guests.size;
  };
  const forOne = await guestsOf(daemon.forkd.doctor());
  const asked = Promise.all(Array.from({ length: ASKED_AT_ONCE }, () => daemon.forkd.doctor()));
  expect(await guestsOf(asked)).toBe(forOne);
  expect(forOne).toBeGreaterThan(0);
  for (const { checks } of await asked) expect(checks.map(({ name }) => name)).toContain("machine");
});

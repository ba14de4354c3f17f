import { mkdtempDisposable } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { expect, test } from "vitest";
import { isVmmBelow } from "../harness/processes.ts";
import { TestDaemon } from "../harness/test-daemon.ts";
import { TEST_HOST } from "../harness/test-host.ts";

const ASKED_AT_ONCE = 5;

test("a doctor who is asked by many boots one guest at a time, and answers them all", async () => {
  await using place = await mkdtempDisposable(join(tmpdir(), "forkd-doctor-"));
  await using daemon = await TestDaemon.start({ env: { TMPDIR: place.path } });
  const over = new AbortController();
  let most = 0;
  const watch = async (): Promise<void> => {
    while (!over.signal.aborted) {
      const guests = TEST_HOST.listProcesses().filter((process) => isVmmBelow(process, place.path));
      most = Math.max(most, guests.length);
      await delay(20);
    }
  };
  const watching = watch();
  const asked = Array.from({ length: ASKED_AT_ONCE }, () => daemon.forkd.doctor());
  const answers = await Promise.all(asked).finally(() => over.abort());
  await watching;
  expect(most).toBe(1);
  for (const { checks } of answers) expect(checks.map(({ name }) => name)).toContain("machine");
});

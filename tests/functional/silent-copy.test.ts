import { sandboxRequestSchema } from "@forkd/contract";
import { forkSnapshot } from "@forkd/core";
import type { ZygoteSource } from "@forkd/core";
import { composeServices, readConfig } from "@forkd/daemon";
import { pino } from "pino";
import { expect, test } from "vitest";
import { endKeptDaemon } from "../harness/kept-daemon.ts";
import { PARENT } from "../harness/parent.ts";
import { TEST_CACHE_DIR, TEST_DATA_DIR } from "../harness/test-daemon.ts";

const SUM = { language: "python", code: "6 * 7", mode: "auto", timeoutMs: 30_000 } as const;
const options = { signal: new AbortController().signal, onProgress: () => {} };

test("a copy whose agent is silent is ended, its child is restored, and that is counted and logged", async () => {
  const events: string[] = [];
  const log = pino({ level: "warn" }, { write: (line) => void events.push(line) });
  const config = readConfig({
    ...process.env,
    FORKD_CACHE_DIR: TEST_CACHE_DIR,
    FORKD_DATA_DIR: TEST_DATA_DIR,
  });
  await endKeptDaemon();
  const services = await composeServices({ config, log });
  await using real = services.zygotes;
  const copies: { exited: Promise<unknown> }[] = [];
  const zygotes: ZygoteSource = {
    prepare: (source) => real.prepare(source),
    reportSilent: (source, error) => real.reportSilent(source, error),
    // A machine that stands still: everything of it is there, and nothing answers.
    async copy(source, child, call) {
      const copy = await real.copy(source, child, { ...call, children: 8 });
      await copy?.pause(options);
      if (copy) copies.push(copy);
      return copy;
    },
  };
  const snapshot = await services.snapshots.open(PARENT, options);
  const { path: imagePath } = await services.images.open(snapshot.manifest.image.id, options);
  const source = { snapshot, imagePath, request: sandboxRequestSchema.parse({ snapshot_tag: PARENT, n: 2 }) };
  using journaled = services.forkJournal.open();
  await using stack = new AsyncDisposableStack();
  for (const child of await forkSnapshot({ ...services, zygotes, journaled }, source, options)) {
    if ("failure" in child) throw child.failure;
    const sandbox = stack.use(child.sandbox);
    const { result } = await sandbox.ask((agent) => agent.evaluate(SUM, options), options);
    expect(result).toBe("42");
    expect(sandbox.describe().ready_ms).toBeGreaterThan(2000);
  }
  expect(copies).toHaveLength(2);
  await Promise.all(copies.map(({ exited }) => exited));
  expect(real.silentCopies).toBe(2);
  expect(events.map((event) => (JSON.parse(event) as { msg: string }).msg)).toEqual([
    "zygote.copy_silent",
    "zygote.copy_silent",
  ]);
});

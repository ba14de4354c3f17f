import { mkdir, mkdtempDisposable } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Services } from "../services.ts";
import { recover } from "./recover.ts";

test("a process that does not end holds up nothing else of what is undone", async () => {
  await using root = await mkdtempDisposable(join(tmpdir(), "forkd-recover-"));
  await mkdir(join(root.path, "zygotes"));
  const done: string[] = [];
  const note = (what: string) => (): void => void done.push(what);
  const services = {
    config: { dataDir: root.path, cacheDir: root.path },
    log: { error: (_: unknown, event: string) => done.push(event), warn: note("warned") },
    registry: { describe: () => [] },
    limits: { removeStale: () => Promise.resolve() },
    networks: { removeStale: () => Promise.resolve() },
    snapshots: { recover: () => Promise.resolve({ removed: [] }).finally(note("recovered")) },
    processes: { list: () => Promise.resolve([]), end: () => Promise.reject(new Error("it hangs")) },
  } as unknown as Services;
  const strays = [{ pid: 1, startTicks: "1" }];
  const unanswered = { children: new Set<never>(), forget: () => Promise.resolve() };
  await recover(services, { machines: [], strays, unanswered }, { signal: new AbortController().signal });
  expect(done).toEqual(["stray.not_ended", "recovered"]);
});

import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EventStream, SandboxRegistry } from "@forkd/core";
import { expect, onTestFinished, test } from "vitest";
import { listLogDirectories } from "./trim-logs.ts";

test("looks after the logs of zygotes and of parents that are being made too", async () => {
  const dataDir = await mkdtemp(join(tmpdir(), "forkd-logs-"));
  onTestFinished(() => rm(dataDir, { recursive: true }));
  const registry = new SandboxRegistry({
    events: new EventStream(),
    onTime: async () => {},
    onError: () => {},
  });
  const services = { registry, config: { dataDir } } as Parameters<typeof listLogDirectories>[0];
  expect(await listLogDirectories(services)).toEqual([]);
  for (const path of ["drafts/sn_1/machine", "zygotes/sb_1"])
    await mkdir(join(dataDir, path), { recursive: true });
  expect(await listLogDirectories(services)).toEqual([
    join(dataDir, "drafts/sn_1/machine"),
    join(dataDir, "zygotes/sb_1"),
  ]);
});

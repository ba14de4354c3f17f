import { Sandbox } from "e2b";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startForE2b } from "../harness/e2b.ts";
import type { E2bDaemon } from "../harness/e2b.ts";
import { PARENT } from "../harness/parent.ts";

let e2b: E2bDaemon;

beforeAll(async () => {
  e2b = await startForE2b("e2b-control");
});
afterAll(() => e2b[Symbol.asyncDispose]());

const create = (opts: Parameters<typeof Sandbox.create>[1] = {}): Promise<Sandbox> =>
  Sandbox.create(PARENT, { ...e2b.options, ...opts });

test("a sandbox is made from a tag, looked at, and ended", async () => {
  const sandbox = await create({ metadata: { job: "one & only", "by/whom": "me=you" }, timeoutMs: 90_000 });
  const { options } = e2b;
  expect(await sandbox.isRunning()).toBe(true);
  const info = await sandbox.getInfo();
  expect(info).toMatchObject({
    sandboxId: sandbox.sandboxId,
    templateId: PARENT,
    name: PARENT,
    metadata: { job: "one & only", "by/whom": "me=you" },
    state: "running",
    cpuCount: 1,
    allowInternetAccess: false,
    lifecycle: { onTimeout: "kill", autoResume: false },
  });
  const left = info.endAt.getTime() - Date.now();
  expect(left).toBeGreaterThan(30_000);
  expect(left).toBeLessThanOrEqual(91_000);
  expect(await sandbox.kill()).toBe(true);
  expect(await Sandbox.kill(sandbox.sandboxId, options)).toBe(false);
  expect(await sandbox.isRunning()).toBe(false);
  await expect(Sandbox.getInfo(sandbox.sandboxId, options)).rejects.toMatchObject({
    name: "SandboxNotFoundError",
  });
});

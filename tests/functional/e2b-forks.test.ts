import { RateLimitError, Sandbox } from "e2b";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startForE2b } from "../harness/e2b.ts";
import type { E2bDaemon } from "../harness/e2b.ts";
import { PARENT } from "../harness/parent.ts";

const MAX_SANDBOXES = 6;

let e2b: E2bDaemon;
let sandbox: Sandbox;

beforeAll(async () => {
  e2b = await startForE2b("e2b-forks", { FORKD_MAX_SANDBOXES: String(MAX_SANDBOXES) });
  sandbox = await Sandbox.create(PARENT, { ...e2b.options, timeoutMs: 3_600_000 });
  await sandbox.files.write("/srv/kept", "kept");
});
afterAll(() => e2b[Symbol.asyncDispose]());

const countSandboxes = async (): Promise<number> => (await e2b.daemon.forkd.sandboxes.list()).length;

test("of forks that a quota has too few places for, some are made, and each of the others says why", async () => {
  const forks = await sandbox.fork({ count: 7, timeoutMs: 3_600_000, requestTimeoutMs: 0 });
  const made = forks.filter((fork) => fork instanceof Sandbox);
  const failed = forks.filter((fork) => fork instanceof Error);
  expect([made.length, failed.length]).toEqual([MAX_SANDBOXES - 1, 2]);
  expect(new Set(made.map(({ sandboxId }) => sandboxId)).size).toBe(made.length);
  for (const fork of made) expect(await fork.files.read("/srv/kept")).toBe("kept");
  for (const error of failed) {
    expect(error).toBeInstanceOf(RateLimitError);
    expect(error.message).toMatch(/would pass the limit of 6: 1 are running.*FORKD_MAX_SANDBOXES/);
  }
  expect(await countSandboxes()).toBe(MAX_SANDBOXES);

  const late = await sandbox.fork({ count: 2 });
  expect(late.map((fork) => fork instanceof RateLimitError)).toEqual([true, true]);
  expect(await sandbox.files.read("/srv/kept")).toBe("kept");
  for (const fork of made) await fork.kill();
});

test("a tenant has as many forks as its own quota leaves, and a branch counts once", async () => {
  const { tenants, tokens } = e2b.daemon.forkd;
  await tenants.set("e2b-forks", { sandboxes: 3, branchesPerMinute: 1 });
  await using stack = new AsyncDisposableStack();
  stack.defer(async () => void (await tenants.set("e2b-forks")));
  const { token } = await tokens.create({ name: "e2b-forks-tenant", scope: "use", tenant: "e2b-forks" });
  stack.defer(() => tokens.revoke("e2b-forks-tenant"));
  const options = { ...e2b.options, apiKey: token.replace(/^forkd_/, "e2b_") };
  const own = await Sandbox.create(PARENT, options);
  const forks = await own.fork({ count: 3, timeoutMs: 300_000 });
  expect(forks.map((fork) => fork instanceof Sandbox)).toEqual([true, true, false]);
  expect(forks[2]).toMatchObject({
    message: expect.stringMatching(/the tenant e2b-forks may have 3 sandboxes, has 1/) as string,
  });
  for (const fork of [own, ...forks]) if (fork instanceof Sandbox) await fork.kill();
});

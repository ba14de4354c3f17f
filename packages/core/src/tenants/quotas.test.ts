import { NEVER } from "../concurrency/abort.ts";
import { expect, test } from "vitest";
import { Quotas } from "./quotas.ts";
import type { TenantMachine } from "./quotas.ts";
import { TenantBook } from "./tenant-book.ts";

const NO_LIMITS = { sandboxes: null, memory_mib: null, disk_mib: null, branches_per_minute: null };
const RUNNING = { tenant: "acme", memoryMib: 256, isRunning: true };

async function limit(
  quota: Partial<typeof NO_LIMITS> | Record<string, number>,
  machines: TenantMachine[] = [],
) {
  const book = await TenantBook.open({ read: async () => [], write: async () => {} });
  await book.set({ name: "acme", quota: { ...NO_LIMITS, ...quota } }, { signal: NEVER });
  const clock = { ms: 0 };
  const sources = {
    listMachines: () => machines,
    measureDisk: async () => 3 * 1024 ** 2,
    now: () => clock.ms,
  };
  return { quotas: new Quotas(book, sources), clock };
}

const refused = (what: string, limit: number, used: number, wanted: number) =>
  expect.objectContaining({
    code: "tenant_quota",
    details: expect.objectContaining({ tenant: "acme", what, limit, used, wanted }) as object,
  }) as Error;

test("machines on disk and those that are being forked count as sandboxes", async () => {
  const { quotas } = await limit({ sandboxes: 4 }, [RUNNING, { ...RUNNING, isRunning: false }]);
  const fork = await quotas.admit("acme", { sandboxes: 2, memoryMib: 512 });
  const one = { sandboxes: 1, memoryMib: 256 };
  await expect(quotas.admit("acme", one)).rejects.toThrow(refused("sandboxes", 4, 4, 1));
  fork[Symbol.dispose]();
  await expect(quotas.admit("acme", one)).resolves.toBeDefined();
});

test("two forks at once are not both let in where there is room for one", async () => {
  const { quotas } = await limit({ sandboxes: 1, disk_mib: 10 });
  const one = { sandboxes: 1, memoryMib: 1 };
  const both = await Promise.allSettled([quotas.admit("acme", one), quotas.admit("acme", one)]);
  expect(both.map(({ status }) => status)).toEqual(["fulfilled", "rejected"]);
});

test("memory is that of guests that have a process", async () => {
  const { quotas } = await limit({ memory_mib: 600 }, [RUNNING, { ...RUNNING, isRunning: false }]);
  await expect(quotas.admit("acme", { sandboxes: 0, memoryMib: 512 })).rejects.toThrow(
    refused("MiB of memory", 600, 256, 512),
  );
});

test("nothing is let in once the disk is used up", async () => {
  const full = await limit({ disk_mib: 3 });
  await expect(full.quotas.admit("acme")).rejects.toThrow(refused("MiB on the disk", 3, 3, 0));
  const { quotas } = await limit({ disk_mib: 4 });
  await expect(quotas.admit("acme")).resolves.toBeDefined();
});

test("branches count for a minute, and it is said when there may be another", async () => {
  const { quotas, clock } = await limit({ branches_per_minute: 2 });
  quotas.countBranch("acme");
  clock.ms = 10_000;
  quotas.countBranch("acme");
  expect(() => quotas.countBranch("acme")).toThrow(
    expect.objectContaining({ details: expect.objectContaining({ retryAfterSecs: 50 }) as object }) as Error,
  );
  clock.ms = 60_000;
  quotas.countBranch("acme");
  expect(() => quotas.countBranch("acme")).toThrow(refused("branches a minute", 2, 2, 1));
});

test("what is left of a rate is told, and when there may be another", async () => {
  const { quotas, clock } = await limit({ branches_per_minute: 2 });
  expect(quotas.branchRate("acme")).toEqual({ limit: 2, remaining: 2, resetSecs: 0 });
  quotas.countBranch("acme");
  clock.ms = 10_000;
  expect(quotas.branchRate("acme")).toEqual({ limit: 2, remaining: 1, resetSecs: 0 });
  quotas.countBranch("acme");
  expect(quotas.branchRate("acme")).toEqual({ limit: 2, remaining: 0, resetSecs: 50 });
  clock.ms = 60_000;
  expect(quotas.branchRate("acme")).toEqual({ limit: 2, remaining: 1, resetSecs: 0 });
  expect(quotas.branchRate("other")).toBeUndefined();
  expect((await limit({ sandboxes: 2 })).quotas.branchRate("acme")).toBeUndefined();
});

test("whoever has no quota, or no tenant, is held up by none", async () => {
  const { quotas } = await limit({ sandboxes: 0, branches_per_minute: 0, disk_mib: 0 });
  for (const tenant of ["other", null, undefined]) {
    quotas.countBranch(tenant);
    await expect(quotas.admit(tenant, { sandboxes: 9, memoryMib: 9 })).resolves.toBeDefined();
  }
});

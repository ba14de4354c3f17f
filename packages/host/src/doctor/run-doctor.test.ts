import { doctorCheckSchema, ForkdError } from "@forkd/contract";
import { expect, test } from "vitest";
import { createLimitProvider } from "../limits/limit-provider.ts";
import type { Check } from "./check.ts";
import { judgeSpace } from "./directory-checks.ts";
import { countSubordinateIds } from "./privilege-checks.ts";
import { isAtLeast } from "./program-checks.ts";
import { runDoctor } from "./run-doctor.ts";

const context = {
  dataDir: "/nonexistent/data",
  cacheDir: "/tmp",
  socketPath: "/tmp/forkd.sock",
  limits: createLimitProvider({ dataDir: "/nonexistent/forkd-test" }),
  chooseAccelerator: async () => ({ accelerator: "tcg", reason: "of a test", qemuPath: "/q" }) as const,
  tryMachine: async () => ({ ok: false, why: "QEMU refused -sandbox" }),
  findConfinement: async () => ({ confinement: "filter", why: "mount: EPERM" }) as const,
  signal: new AbortController().signal,
};

test("gives a row for everything, and a hint where something is amiss", async () => {
  const rows = await runDoctor(context);
  expect(() => doctorCheckSchema.array().parse(rows)).not.toThrow();
  expect(new Set(rows.map(({ name }) => name)).size).toBe(rows.length);
  for (const row of rows) expect(row.hint === null).toBe(row.status === "pass" || row.status === "skip");
  expect(rows.find(({ name }) => name === "accelerator")).toMatchObject({ status: "warn" });
  expect(rows.find(({ name }) => name === "machine")).toMatchObject({
    status: "fail",
    detail: "QEMU refused -sandbox",
  });
  expect(rows.find(({ name }) => name === "confinement")).toMatchObject({
    status: "warn",
    detail: expect.stringContaining("mount: EPERM") as string,
  });
});

test("turns what a check throws, and one that never ends, into a failure of its row", async () => {
  const missing = new ForkdError("requirement_missing", { requirement: "x", why: "y", mend: "install it" });
  const checks: Check[] = [
    { name: "known", look: () => Promise.reject(missing) },
    { name: "unknown", look: () => Promise.reject(new Error("odd")) },
    { name: "endless", timeoutMs: 20, look: () => new Promise(() => {}) },
  ];
  expect(await runDoctor(context, checks)).toMatchObject([
    { name: "known", status: "fail", hint: expect.stringContaining("install it") as string },
    { name: "unknown", status: "fail", detail: expect.stringContaining("odd") as string },
    { name: "endless", status: "fail", detail: expect.stringContaining("20 ms") as string },
  ]);
});

test.each([
  [6, "pass"],
  [4, "warn"],
  [0.5, "fail"],
])("judges %s GiB of free space as %s", (gib, status) => {
  expect(judgeSpace("/d", gib * 1024 ** 3, "FORKD_DATA_DIR")).toMatchObject({ status });
});

test("counts the ids of a user by name and by number", () => {
  expect(countSubordinateIds("bob:100000:65536\n1000:200000:10\n", ["bob", "1000"])).toBe(65_536);
  expect(countSubordinateIds("bobby:100000:65536\n", ["bob"])).toBe(0);
});

test("compares versions of QEMU by number", () => {
  expect([isAtLeast("6.2.0"), isAtLeast("10.0"), isAtLeast("6.1.9"), isAtLeast("5.9")]).toEqual([
    true,
    true,
    false,
    false,
  ]);
});

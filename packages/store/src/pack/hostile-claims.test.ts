import { execFileSync } from "node:child_process";
import { afterAll, expect, test, vi } from "vitest";
import { ForgedPack, entry } from "../../test/forged-pack.ts";
import { forgeHole } from "../../test/forged-hole.ts";
import { openHost, packOrder, pullRequest, writeEntries } from "../../test/pack-fixture.ts";
import { listTree } from "../../test/scratch.ts";
import { PATIENT } from "../../test/snapshot-fixture.ts";

vi.setConfig({ testTimeout: 60_000 });

const GIB = 1024 ** 3;
const forged = await ForgedPack.create();
afterAll(() => forged[Symbol.asyncDispose]());

test("a pull stops in the middle of a hole when its caller leaves, and lets its tag go", async () => {
  await forgeHole(forged, 64 * GIB);
  const there = openHost(`${forged.directory}/cancelled`);
  await there.snapshots.recover();
  const before = await listTree(there.root);
  const pull = async (ms: number): Promise<unknown> => {
    const options = { ...PATIENT, signal: AbortSignal.timeout(ms) };
    return there.packs.pull(pullRequest(forged.file), options).catch((error: unknown) => error);
  };
  // Hashing all of it takes half a minute and more.
  expect(await pull(300)).toMatchObject({ code: "cancelled" });
  expect(await listTree(there.root)).toEqual(before);
  expect(await pull(300)).toMatchObject({ code: "cancelled" });
});

test("refuses an image larger than any that can be built, and a pack larger than the host allows", async () => {
  await forgeHole(forged, 900 * GIB);
  expect(await forged.refusal()).toMatch(/image.sizeBytes/);
  const there = openHost(`${forged.directory}/small`);
  const limited = pullRequest(forged.good, { limitBytes: 1024 ** 2 });
  await expect(there.packs.pull(limited, PATIENT)).rejects.toMatchObject({ code: "pack_too_large" });
});

test("refuses a manifest of brackets without parsing it, and answers others meanwhile", async () => {
  await writeEntries(forged.file, [entry("manifest.json", Buffer.alloc(46 * 1024 ** 2, "["))]);
  const before = process.memoryUsage().rss;
  let mostBytes = 0;
  const watch = setInterval(() => (mostBytes = Math.max(mostBytes, process.memoryUsage().rss)), 1);
  expect(await forged.refusal()).toMatch(/its manifest is nested more than 64 deep/);
  clearInterval(watch);
  expect(mostBytes - before).toBeLessThan(1024 ** 3);
  const many = Buffer.from(`[${"0,".repeat(20 * 1024 ** 2)}0]`);
  await writeEntries(forged.file, [entry("manifest.json", many)]);
  expect(await forged.refusal()).toMatch(/its manifest has more than 200000 values/);
});

test("opens only regular files, and reads none that says it is empty", async () => {
  const pipe = `${forged.directory}/pipe`;
  execFileSync("mkfifo", [pipe]);
  const there = openHost(`${forged.directory}/paths`);
  const outcome = (source: string): Promise<unknown> =>
    there.packs.pull(pullRequest(source), PATIENT).catch((error: unknown) => error);
  for (const source of [pipe, "/dev/zero", "/dev/tty", "/dev"])
    expect(await outcome(source)).toMatchObject({ message: expect.stringMatching(/is not a regular file/) });
  expect(await outcome(`${forged.directory}/none`)).toMatchObject({
    message: expect.stringMatching(/there is no file/),
  });
  expect(await outcome("/proc/kmsg")).toMatchObject({ code: expect.stringMatching(/pack_invalid|request/) });
});

test("does not put a pack in the place of a pipe, even when told to replace", async () => {
  const pipe = `${forged.directory}/output`;
  execFileSync("mkfifo", [pipe]);
  const here = openHost(`${forged.directory}/here`);
  const order = packOrder(pipe, { force: true });
  await expect(here.packs.pack("py-1", order, PATIENT)).rejects.toMatchObject({
    message: expect.stringMatching(/is a pipe, a socket or a device/),
  });
});

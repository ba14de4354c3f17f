import { expect, test } from "vitest";
import type { SandboxRecord } from "../model/sandbox-record.ts";
import { KeptRecord } from "./kept-record.ts";

const START = { branchCount: 0, paused: false } as SandboxRecord;

test("changes at once are written one after another, each with those before it", async () => {
  const written: SandboxRecord[] = [];
  const delays = [30, 10, 0];
  const record = new KeptRecord(START, async (changed) => {
    await new Promise((resolve) => setTimeout(resolve, delays.shift()));
    written.push(changed);
  });
  await Promise.all([
    record.change(({ branchCount }) => ({ branchCount: branchCount + 1 })),
    record.change(() => ({ paused: true })),
    record.change(({ branchCount }) => ({ branchCount: branchCount + 1 })),
  ]);
  expect(written).toMatchObject([
    { branchCount: 1, paused: false },
    { branchCount: 1, paused: true },
    { branchCount: 2, paused: true },
  ]);
  expect(record.current).toEqual(written.at(-1));
});

test("a change that cannot be written is none, and the next one is made all the same", async () => {
  const outcomes = [1, 2].map(() => Promise.reject(new Error("the disk is full")));
  const record = new KeptRecord(START, () => outcomes.shift() ?? Promise.resolve());
  await expect(record.change(() => ({ paused: true }))).rejects.toThrow("full");
  expect(record.current).toEqual(START);
  await record.change(() => ({ branchCount: 7 }));
  expect(record.current).toMatchObject({ branchCount: 7, paused: false });
});

test("what may be in its file though it could not be synced is replaced by what was", async () => {
  const file: SandboxRecord[] = [];
  const failures = [new Error("the directory cannot be synced")];
  const record = new KeptRecord(START, (written) => {
    file.push(written);
    const failure = failures.pop();
    return failure ? Promise.reject(failure) : Promise.resolve();
  });
  await expect(record.change(() => ({ paused: true }))).rejects.toThrow("synced");
  expect(file).toEqual([{ ...START, paused: true }, START]);
});

test("a record that is abandoned is not written again, and no write is under way", async () => {
  const writing = Promise.withResolvers<void>();
  let writes = 0;
  const record = new KeptRecord(START, () => {
    writes += 1;
    return writing.promise;
  });
  const events: string[] = [];
  const change = record.change(() => ({ paused: true })).then(() => events.push("changed"));
  const abandonment = record.abandon().then(() => events.push("abandoned"));
  await new Promise(setImmediate);
  writing.resolve();
  await Promise.all([change, abandonment]);
  await record.change(() => ({ paused: false }));
  expect([writes, events]).toEqual([1, ["changed", "abandoned"]]);
});

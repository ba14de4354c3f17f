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
  const outcomes = [Promise.reject(new Error("the disk is full")), Promise.resolve()];
  const record = new KeptRecord(START, () => outcomes.shift() ?? Promise.resolve());
  await expect(record.change(() => ({ paused: true }))).rejects.toThrow("full");
  expect(record.current).toEqual(START);
  await record.change(() => ({ branchCount: 7 }));
  expect(record.current).toMatchObject({ branchCount: 7, paused: false });
});

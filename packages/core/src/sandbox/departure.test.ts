import { expect, test } from "vitest";
import type { SandboxRecord, SuspendedState } from "../model/sandbox-record.ts";
import { Departure } from "./departure.ts";
import { KeptRecord } from "./kept-record.ts";

const RECORD = { suspended: null, paused: true } as SandboxRecord;
const STATE = { atUnix: 1 } as SuspendedState;

/** A record whose writes end as is told, in turn. */
function createRecord(...ends: Promise<void>[]) {
  const written: SandboxRecord[] = [];
  const record = new KeptRecord(RECORD, async (changed) => {
    await ends.shift();
    written.push(changed);
  });
  return { record, written };
}

test("a machine whose process ends while its record is written lives on if that succeeds", async () => {
  const writing = Promise.withResolvers<void>();
  const { record } = createRecord(writing.promise);
  const departure = new Departure();
  const departing = departure.depart(record, STATE);
  const end = departure.conclude();
  writing.resolve();
  await departing;
  expect([await end, departure.isDone, record.current.suspended]).toEqual([true, true, STATE]);
});

test("one whose record cannot be written is dead then, and its file is written as it was", async () => {
  const writing = Promise.withResolvers<void>();
  const { record, written } = createRecord(writing.promise);
  const departure = new Departure();
  const departing = departure.depart(record, STATE);
  const end = departure.conclude();
  writing.reject(new Error("the disk is full"));
  await expect(departing).rejects.toThrow("full");
  expect([await end, departure.isDone, written]).toEqual([false, false, [RECORD]]);
});

test("a process that has ended leaves nothing to depart from", async () => {
  const departure = new Departure();
  expect(departure.isTooLate).toBe(false);
  const end = departure.conclude();
  expect(departure.isTooLate).toBe(true);
  expect(await end).toBe(false);
});

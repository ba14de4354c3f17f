import { createSandboxId } from "@forkd/contract";
import { sha256Of } from "@forkd/posix";
import { expect, test } from "vitest";
import { createRecord } from "../../test/sandbox-record.ts";
import { formatRecord, parseRecord } from "./record-file.ts";

const BOOT = "boot";
const record = createRecord();
const text = formatRecord(record, BOOT);

test("a record is read as it was written", () => {
  expect(parseRecord(text, record.id)).toEqual({ record: { kind: "whole", record }, of: BOOT });
});

/** As daemons wrote it that knew nothing of boots. */
function formatOlder(version: number, older: object): string {
  return JSON.stringify({ version, sha256: sha256Of(JSON.stringify(older)), record: older });
}

test("a record that does not say of which boot its process is, is read", () => {
  const older = formatOlder(2, record);
  expect(parseRecord(older, record.id)).toEqual({ record: { kind: "whole", record } });
});

test("a record of a daemon that knew neither pauses nor names is read, as one that runs", () => {
  const { name: _name, labels: _labels, paused: _paused, autoResume: _autoResume, ...older } = record;
  expect(parseRecord(formatOlder(1, older), record.id)).toEqual({ record: { kind: "whole", record } });
});

test("a record with any one byte altered, or cut anywhere, is damaged and never believed", () => {
  for (let at = 0; at < text.length; at++) {
    const altered = String.fromCharCode(text.charCodeAt(at) ^ 1);
    const states = [text.slice(0, at) + altered + text.slice(at + 1), text.slice(0, at)].map(
      (damaged) => parseRecord(damaged, record.id).record,
    );
    expect(states.map(({ kind }) => kind)).toEqual(["damaged", "damaged"]);
  }
});

test("of a damaged record what can be read is kept, for people to see", () => {
  const { record: state } = parseRecord(text.replace('"pid":4711', '"pid":"4711"'), record.id);
  const { pid: _, ...known } = record;
  expect(state).toMatchObject({ kind: "damaged", known });
});

test("a record of another version, or of another machine, says so", () => {
  const why = ({ record: state }: ReturnType<typeof parseRecord>): unknown => (state as { why?: string }).why;
  expect(why(parseRecord(text.replace('"version":3', '"version":4'), record.id))).toMatch(/version 4/);
  expect(why(parseRecord(text, createSandboxId()))).toContain(record.id);
});

import { execFileSync } from "node:child_process";
import { mkdtempDisposable, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readNote, writeNote } from "./user-note.ts";

const NOTE = { bootId: "b", outside: { pid: 4711, startTicks: "1" }, inside: { pid: 4712, startTicks: "2" } };

test("a note is read as it was written, in the same boot", async () => {
  await using dir = await mkdtempDisposable(join(tmpdir(), "forkd-note-"));
  await writeNote(dir.path, NOTE);
  expect(await readNote(dir.path, "b")).toEqual(NOTE);
  expect(await readNote(dir.path, "another")).toBeUndefined();
});

test("what else may be in its place is no note", async () => {
  await using dir = await mkdtempDisposable(join(tmpdir(), "forkd-note-"));
  const path = join(dir.path, "processes.json");
  for (const text of ["{", '{"bootId":"b"}', JSON.stringify(NOTE) + " ".repeat(4096)]) {
    await writeFile(path, text);
    expect(await readNote(dir.path, "b")).toBeUndefined();
  }
  execFileSync("rm", [path]);
  execFileSync("mkfifo", [path]);
  expect(await readNote(dir.path, "b")).toBeUndefined();
});

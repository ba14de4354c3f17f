import { mkdtempDisposable, readFile, readdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createSandboxId } from "@forkd/contract";
import { expect, test } from "vitest";
import { ForkJournal } from "./fork-journal.ts";

const ids = [createSandboxId(), createSandboxId()] as const;

test("the children of a fork are unanswered until its order is closed", async () => {
  await using directory = await mkdtempDisposable(join(tmpdir(), "forkd-journal-"));
  const journal = new ForkJournal(directory.path);
  {
    using fork = journal.open();
    using _other = journal.open();
    await fork.note(ids);
    expect((await journal.listUnanswered()).children).toEqual(new Set(ids));
  }
  expect((await journal.listUnanswered()).children).toEqual(new Set());
});

test("those of an earlier daemon are forgotten, those that came since are not", async () => {
  await using directory = await mkdtempDisposable(join(tmpdir(), "forkd-journal-"));
  const journal = new ForkJournal(directory.path);
  await journal.open().note([ids[0]]);
  const left = await journal.listUnanswered();
  await journal.open().note([ids[1]]);
  await left.forget();
  expect((await journal.listUnanswered()).children).toEqual(new Set([ids[1]]));
});

test("a damaged line names no child, and the other lines do", async () => {
  await using directory = await mkdtempDisposable(join(tmpdir(), "forkd-journal-"));
  const journal = new ForkJournal(directory.path);
  await journal.open().note(ids);
  const [name = ""] = await readdir(directory.path);
  const path = join(directory.path, name);
  await writeFile(path, (await readFile(path, "utf8")).replace("sb_", "sb:"));
  expect((await journal.listUnanswered()).children).toEqual(new Set([ids[1]]));
});

import { mkdtempDisposable, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import type { MachineLogs, UnadoptedMachine } from "@forkd/core";
import { NEVER } from "@forkd/core";
import { expect, test } from "vitest";
import { readMachineLog } from "./read-log.ts";

const LOGS = { names: { console: "console.log", vmm: "vmm.log" } } as MachineLogs;
const LONG = "x".repeat(70_000);

test.each([
  ["a\nb\nc\n", 1, "c\n"],
  ["a\nb\nc\n", 2, "b\nc\n"],
  ["a\nb\nc", 1, "c"],
  ["a\nb\nc", 2, "b\nc"],
  ["a\nb\nc", 3, "a\nb\nc"],
  ["a\n\n", 1, "\n"],
  [`a\n${LONG}`, 1, LONG],
  [`a\n${LONG}\n`, 1, `${LONG}\n`],
  ["", 1, ""],
])("the last lines of %j, %i of them", async (log, tail, expected) => {
  await using directory = await mkdtempDisposable(join(tmpdir(), "forkd-log-"));
  await writeFile(join(directory.path, "console.log"), log);
  const machine = { directory: directory.path } as UnadoptedMachine;
  const query = { source: "console", tail, follow: false } as const;
  expect(await text(await readMachineLog(LOGS, machine, query, NEVER))).toBe(expected);
});

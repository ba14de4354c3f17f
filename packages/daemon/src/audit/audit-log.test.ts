import {
  appendFile,
  mkdir,
  mkdtempDisposable,
  readFile,
  readdir,
  rm,
  stat,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { NEVER } from "@forkd/core";
import type { AuditFacts } from "@forkd/core";
import { expect, test } from "vitest";
import { AuditLog } from "./audit-log.ts";
import { followEntries, listEntries } from "./list-entries.ts";
import { verifyChain } from "./verify-chain.ts";

const FACTS: AuditFacts = {
  stage: "asked",
  who: "ci",
  from: "192.0.2.7",
  request_id: "r/1",
  operation: "fork",
  object: "py",
  path: null,
  asked: null,
  code: null,
  made: [],
};
const FIRST = "000000000001.jsonl";

/** A directory, and what opens it again as the next daemon does. */
async function prepare(limitBytes = 1500) {
  const temporary = await mkdtempDisposable(join(tmpdir(), "forkd-audit-"));
  const directory = join(temporary.path, "audit");
  const write = async (times: number): Promise<AuditLog["head"]> => {
    using log = await AuditLog.open({ directory, limitBytes });
    for (let i = 0; i < times; i++) log.record(FACTS);
    return log.head;
  };
  const inFirst = (change: (lines: string[]) => string[]): Promise<void> =>
    readFile(join(directory, FIRST), "utf8").then((text) =>
      writeFile(join(directory, FIRST), `${change(text.trimEnd().split("\n")).join("\n")}\n`),
    );
  return { directory, write, inFirst, [Symbol.asyncDispose]: () => temporary.remove() };
}

test("the chain goes over files and over daemons, and is for its user alone", async () => {
  await using audit = await prepare();
  await audit.write(7);
  const head = await audit.write(5);
  const files = await readdir(audit.directory);
  expect(files.length).toBeGreaterThan(2);
  expect((await stat(join(audit.directory, FIRST))).mode & 0o777).toBe(0o600);
  const report = await verifyChain(audit.directory, { head });
  expect(report).toMatchObject({ sound: true, entries: 14, first_seq: 1, files: files.length, head });
  const entries = await Array.fromAsync(listEntries(audit.directory, 0));
  expect(entries.map(({ seq }) => seq)).toEqual(Array.from({ length: 14 }, (_, i) => i + 1));
  expect(entries.map(({ stage }) => stage).filter((stage) => stage === "opened")).toHaveLength(2);
  expect(await Array.fromAsync(listEntries(audit.directory, Date.now() + 60_000))).toEqual([]);
});

test.each([
  { what: "altered", change: (lines: string[]) => lines.map((line) => line.replace("ci", "me")), line: 3 },
  { what: "left out", change: ([first, ...others]: string[]) => [first!, ...others.slice(1)], line: 2 },
  { what: "not JSON", change: ([first, ...others]: string[]) => [first!, "{", ...others.slice(1)], line: 2 },
  { what: "of another", change: (lines: string[]) => [...lines, lines[0]!], line: 6 },
])("a line that is $what shows", async ({ change, line }) => {
  await using audit = await prepare();
  await audit.write(6);
  await audit.inFirst(change);
  const { sound, fault } = await verifyChain(audit.directory, {});
  expect({ sound, fault }).toMatchObject({ sound: false, fault: { file: FIRST, line } });
});

test("a file that is missing in the middle shows, and one at the beginning says where it begins", async () => {
  await using audit = await prepare();
  await audit.write(20);
  const [first, second, third] = await readdir(audit.directory);
  await rm(join(audit.directory, first!));
  const first_seq = Number.parseInt(second!, 10);
  expect(await verifyChain(audit.directory, {})).toMatchObject({ sound: true, first_seq });
  await rm(join(audit.directory, third!));
  expect((await verifyChain(audit.directory, {})).fault?.why).toMatch(/is line \d+ of the audit, where/);
});

test("last lines that are gone show to the daemon that wrote them, and to who has noted their digest", async () => {
  await using audit = await prepare();
  const head = await audit.write(1);
  await audit.inFirst((lines) => lines.slice(0, -1));
  expect((await verifyChain(audit.directory, { head })).fault?.why).toContain("has written up to 2");
  expect((await verifyChain(audit.directory, { contains: head.sha256 })).fault?.why).toContain(
    "none has the digest",
  );
  expect(await verifyChain(audit.directory, {})).toMatchObject({ sound: true, entries: 1 });
});

test("a reader that follows has the last line and each that comes, over files, until it leaves", async () => {
  await using audit = await prepare();
  const { seq: last } = await audit.write(9);
  using log = await AuditLog.open({ directory: audit.directory, limitBytes: 1500 });
  const leaving = new AbortController();
  const place = { directory: audit.directory, sinceUnixMs: Infinity };
  const following = followEntries(log, place, leaving);
  const next = async (): Promise<number | undefined> => (await following.next()).value?.seq;
  expect(await next()).toBe(last + 1);
  const files = (await readdir(audit.directory)).length;
  for (let seq = last + 2; seq < last + 12; seq += 1) {
    const coming = next();
    log.record(FACTS);
    expect(await coming).toBe(seq);
  }
  const many = Array.from({ length: 20 }, () => log.record(FACTS));
  for (const seq of many) expect(await next()).toBe(seq);
  expect((await readdir(audit.directory)).length).toBeGreaterThan(files + 3);
  const nothing = next();
  leaving.abort();
  expect(await nothing).toBeUndefined();
});

test("a reader that follows from a moment on has what came since then first", async () => {
  await using audit = await prepare();
  await audit.write(9);
  using log = await AuditLog.open({ directory: audit.directory, limitBytes: 1500 });
  const following = followEntries(log, { directory: audit.directory, sinceUnixMs: 0 }, { signal: NEVER });
  for (let seq = 1; seq <= log.head.seq; seq += 1) expect((await following.next()).value?.seq).toBe(seq);
  const coming = following.next();
  const seq = log.record(FACTS);
  expect((await coming).value?.seq).toBe(seq);
});

test("what is left of a line that was not written is no line, and the next goes in its place", async () => {
  await using audit = await prepare(1_000_000);
  await audit.write(2);
  await appendFile(join(audit.directory, FIRST), '{"seq":4,"at_u');
  await audit.write(1);
  expect(await verifyChain(audit.directory, {})).toMatchObject({ sound: true, entries: 5 });
});

test("a new file that has no line yet is gone on with", async () => {
  await using audit = await prepare(1_000_000);
  await audit.write(2);
  await writeFile(join(audit.directory, "000000000004.jsonl"), "");
  await audit.write(1);
  expect(await readdir(audit.directory)).toHaveLength(2);
  expect(await verifyChain(audit.directory, {})).toMatchObject({ sound: true, entries: 5 });
});

test("a line that cannot be written is an error, and breaks nothing of those after it", async () => {
  await using audit = await prepare(700);
  using log = await AuditLog.open({ directory: audit.directory, limitBytes: 700 });
  log.record(FACTS);
  await rm(audit.directory, { recursive: true });
  expect(() => log.record(FACTS)).toThrow(expect.objectContaining({ code: "audit_failed" }) as Error);
  await mkdir(audit.directory);
  expect(log.record(FACTS)).toBe(3);
  expect(await verifyChain(audit.directory, { head: log.head })).toMatchObject({ sound: true, first_seq: 3 });
});

import { execFileSync } from "node:child_process";
import { mkdir, readdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import type { FileMetadata, GuestFile } from "@forkd/core";
import { expect, it } from "vitest";
import { calm, failureOf } from "./dial.ts";
import { useAgent } from "./use-agent.ts";

const use = useAgent();

const place = (name: string): string => join(use.fixture.directory, name);
const write = (name: string, metadata?: FileMetadata): Promise<number> =>
  use.agent.files.write({ path: place(name), mode: "0644", metadata }, Readable.from(["x"]), calm);
const info = (name: string, follow = false): Promise<GuestFile> =>
  use.agent.files.info({ path: place(name), follow }, calm);

/** Sets attributes as a program of the guest would. */
const setAttributes = (path: string, attributes: Readonly<Record<string, string>>): void => {
  const code =
    "import os, sys, json\nfor k, v in json.load(sys.stdin).items(): os.setxattr(sys.argv[1], k, v.encode('latin-1'))";
  execFileSync("python3", ["-c", code, path], { input: JSON.stringify(attributes) });
};

it("is told of a file by what it is written with, and by no other", async () => {
  const metadata = { author: "ann", "x.y": "a = b & c%20+", empty: "" };
  expect(await write("noted", metadata)).toBe(1);
  expect((await info("noted")).metadata).toEqual(metadata);
  expect(
    execFileSync("python3", [
      "-c",
      `import os; print(os.getxattr(${JSON.stringify(place("noted"))}, "user.e2b.author"))`,
    ]).toString(),
  ).toBe("b'ann'\n");
  await write("noted", { other: "1" });
  expect((await info("noted")).metadata).toEqual({ other: "1" });
  await write("noted");
  expect((await info("noted")).metadata).toEqual({});
});

it("goes with a file that is moved, is told in listings, and of a link only where that is followed", async () => {
  await write("tree/a/noted", { key: "value" });
  await symlink("a/noted", place("tree/link"));
  const to = place("tree/b/moved");
  const moved = await use.agent.files.move({ from: place("tree/a/noted"), to }, calm);
  expect(moved.metadata).toEqual({ key: "value" });
  await symlink("b/moved", place("tree/other"));
  setAttributes(place("tree/b"), { "user.e2b.of": "a directory", "user.other": "x", "user.e2b.": "no key" });
  const found = await Array.fromAsync(use.agent.files.list({ path: place("tree"), depth: 2 }, calm));
  expect(Object.fromEntries(found.map(({ path, metadata }) => [path, metadata]))).toEqual({
    a: {},
    b: { of: "a directory" },
    "b/moved": { key: "value" },
    link: {},
    other: {},
  });
  expect((await info("tree/other", true)).metadata).toEqual({ key: "value" });
});

it("is there before the file is seen, and leaves nothing when the upload breaks off", async () => {
  await mkdir(place("half"));
  const input = new Readable({ read: () => undefined });
  input.push("half of it");
  const writing = failureOf(
    use.agent.files.write({ path: place("half/file"), mode: "0644", metadata: { a: "b" } }, input, calm),
  );
  const list = () => Array.fromAsync(use.agent.files.list({ path: place("half"), depth: 1 }, calm));
  await expect.poll(async () => (await list()).map(({ metadata }) => metadata)).toEqual([{ a: "b" }]);
  expect((await list())[0]?.path).toMatch(/^\.forkd-/);
  input.destroy(new Error("the client hung up"));
  expect(await writing).toMatchObject({ code: "cancelled" });
  await expect.poll(() => readdir(place("half"))).toEqual([]);
});

it("is as large as a file has room for, behind a path that is as long as it can be", async () => {
  const path = `many/${Array.from({ length: 14 }, () => "%".repeat(250)).join("/")}/file`;
  const metadata = Object.fromEntries(
    Array.from({ length: 100 }, (_, i) => [`%${i}`, i === 0 ? "%".repeat(1200) : "&="]),
  );
  await write(path, metadata);
  expect((await info(path)).metadata).toEqual(metadata);
});

it("that has no room is refused before the file is sent, which stays as it was", async () => {
  await write("full", { a: "b" });
  const content = new Readable({ read: () => undefined });
  const order = { path: place("full"), mode: "0644", metadata: { a: "c".repeat(8000) } };
  expect(await failureOf(use.agent.files.write(order, content, calm))).toMatchObject({
    code: "guest_refused",
    message: expect.stringMatching(/the metadata of .*full.*\((no_space|too_large)\)/) as string,
  });
  expect((await info("full")).metadata).toEqual({ a: "b" });
});

it("of others is told as far as it goes: no more than can be written, and U+FFFD for what is no UTF-8", async () => {
  await writeFile(place("foreign"), "");
  setAttributes(place("foreign"), { "user.e2b.bad": "a\u00FFb", "user.e2b.control": '\u0000\n"' });
  expect((await info("foreign")).metadata).toEqual({ bad: "a\uFFFDb", control: '\u0000\n"' });
  const shm = `/dev/shm/${use.fixture.pid}-metadata`;
  await writeFile(shm, "");
  try {
    setAttributes(shm, { "user.e2b.large": "x".repeat(10_000), "user.e2b.small": "y" });
    expect((await use.agent.files.info({ path: shm, follow: false }, calm)).metadata).toEqual({ small: "y" });
  } finally {
    await use.agent.files.remove({ path: shm, recursive: false }, calm);
  }
});

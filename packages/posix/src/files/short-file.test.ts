import { execFileSync } from "node:child_process";
import { mkdir, mkdtempDisposable, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readNamedFile } from "./named-file.ts";
import { readShortFile } from "./short-file.ts";

const makeError = (why: string): Error => new Error(`the file ${why}`);

async function createPlace() {
  const directory = await mkdtempDisposable(join(tmpdir(), "forkd-posix-"));
  const at = (name: string): string => join(directory.path, name);
  await writeFile(at("file"), "1234");
  await symlink("file", at("link"));
  await mkdir(at("directory"));
  execFileSync("mkfifo", [at("pipe")]);
  return { at, [Symbol.asyncDispose]: () => directory.remove() };
}

test("reads a file that is as long as it may be, and refuses a longer one", async () => {
  await using place = await createPlace();
  expect((await readShortFile(place.at("file"), 4, makeError))?.toString()).toBe("1234");
  await expect(readShortFile(place.at("file"), 3, makeError)).rejects.toThrow("has 4 bytes, more than 3");
  await expect(readNamedFile(place.at("file"), 3, makeError)).rejects.toThrow("has 4 bytes, more than 3");
});

test("gives nothing for a file that is missing, and refuses one that somebody named", async () => {
  await using place = await createPlace();
  expect(await readShortFile(place.at("none"), 4, makeError)).toBeUndefined();
  expect(await readShortFile(place.at("file/below"), 4, makeError)).toBeUndefined();
  await expect(readNamedFile(place.at("none"), 4, makeError)).rejects.toThrow("the file is missing");
});

test("follows a link only for who named it", async () => {
  await using place = await createPlace();
  await expect(readShortFile(place.at("link"), 4, makeError)).rejects.toThrow("is not a regular file");
  expect((await readNamedFile(place.at("link"), 4, makeError)).toString()).toBe("1234");
});

test.each(["pipe", "directory"])("refuses a %s, and waits for nobody", async (name) => {
  await using place = await createPlace();
  await expect(readShortFile(place.at(name), 4, makeError)).rejects.toThrow("is not a regular file");
  await expect(readNamedFile(place.at(name), 4, makeError)).rejects.toThrow("is not a regular file");
});

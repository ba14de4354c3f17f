import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { packHostDirectory, unpackOnHost } from "./host-tar.ts";

const { signal } = new AbortController();

async function makeDirectory(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), "forkd-tar-"));
  onTestFinished(() => rm(dir, { recursive: true }));
  await mkdir(join(dir, "from"));
  await mkdir(join(dir, "to"));
  await writeFile(join(dir, "from/file"), "content");
  await symlink("file", join(dir, "from/link"));
  return dir;
}

test("an archive that is read long after tar has ended is whole", async () => {
  const dir = await makeDirectory();
  const slowly = async function* slowly(): AsyncGenerator<Uint8Array> {
    const archive = packHostDirectory(join(dir, "from"), signal);
    await delay(100);
    for await (const chunk of archive) {
      await delay(100);
      yield chunk;
    }
  };
  await unpackOnHost(slowly(), join(dir, "to"), signal);
  expect(await readFile(join(dir, "to/link"), "utf8")).toBe("content");
});

test("what the archive fails with is what unpacking it fails with", async () => {
  const dir = await makeDirectory();
  const broken = async function* broken(): AsyncGenerator<Uint8Array> {
    yield Buffer.alloc(512, "x");
    await delay(1);
    throw new Error("the source is gone");
  };
  await expect(unpackOnHost(broken(), join(dir, "to"), signal)).rejects.toThrow("the source is gone");
});

test("what tar says is what it fails with", async () => {
  const dir = await makeDirectory();
  const noise = async function* noise(): AsyncGenerator<Uint8Array> {
    for (let i = 0; i < 1000; i++) yield Buffer.alloc(10_240, "not a tar archive");
  };
  await expect(unpackOnHost(noise(), join(dir, "to"), signal)).rejects.toThrow("tar failed on the host");
  await expect(Array.fromAsync(packHostDirectory(join(dir, "nowhere"), signal))).rejects.toThrow("nowhere");
});

test("an abort ends tar, and is the reason, once; later it is nobody's", async () => {
  const dir = await makeDirectory();
  const stop = new AbortController();
  const endless = async function* endless(): AsyncGenerator<Uint8Array> {
    yield Buffer.alloc(512);
    stop.abort("enough");
    await delay(1_000_000, undefined, { signal: AbortSignal.timeout(10) }).catch(() => {});
  };
  await expect(unpackOnHost(endless(), join(dir, "to"), stop.signal)).rejects.toBe("enough");
  const done = new AbortController();
  await Array.fromAsync(packHostDirectory(join(dir, "from"), done.signal));
  done.abort();
});

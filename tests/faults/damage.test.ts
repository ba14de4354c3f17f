import { chmod, open, readFile, rename, rm, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { IMAGE } from "../harness/parent.ts";
import { TestDaemon } from "../harness/test-daemon.ts";

const TAG = "to-be-damaged";
let daemon: TestDaemon;
let directory: string;

beforeAll(async () => {
  daemon = await TestDaemon.start();
});
afterAll(async () => {
  await daemon.forkd.snapshots.remove(TAG).catch(() => undefined);
  await daemon[Symbol.asyncDispose]();
});
beforeEach(async () => {
  await daemon.forkd.snapshots.remove(TAG).catch(() => undefined);
  directory = (await daemon.forkd.snapshots.create({ tag: TAG, image: IMAGE, memoryMib: 192 })).dir;
});

async function flipByte(path: string, position: number): Promise<void> {
  await chmod(path, 0o600);
  await using file = await open(path, "r+");
  const { buffer } = await file.read(Buffer.alloc(1), 0, 1, position);
  await file.write(Buffer.from([(buffer[0] ?? 0) ^ 1]), 0, 1, position);
}

const DAMAGES: [what: string, file: string, damage: (path: string) => Promise<void>][] = [
  ["a flipped bit in memory", "memory", (path) => flipByte(path, 50_000_000)],
  ["a shorter memory", "memory", (path) => truncate(path, 1_000_000)],
  ["a flipped bit in the device state", "device-state", (path) => flipByte(path, 1000)],
  ["a missing device state", "device-state", (path) => rm(path)],
  [
    "a manifest that is no JSON",
    "manifest.json",
    (path) => rename(path, `${path}.old`).then(() => writeFile(path, "{")),
  ],
  [
    "a manifest that lies about its memory",
    "manifest.json",
    async (path) => {
      const manifest = JSON.parse(await readFile(path, "utf8")) as { memoryMib: number };
      await chmod(path, 0o600);
      await writeFile(path, JSON.stringify({ ...manifest, memoryMib: manifest.memoryMib * 2 }));
    },
  ],
];

test.each(DAMAGES)("refuses a snapshot with %s, naming the file", async (_what, file, damage) => {
  await daemon.forkd.sandboxes.fork(TAG).then((children) => children[Symbol.asyncDispose]());
  await damage(join(directory, file));
  await expect(daemon.forkd.sandboxes.fork(TAG)).rejects.toMatchObject({
    code: "snapshot_corrupt",
    status: 409,
  });
  await daemon.forkd.snapshots.remove(TAG);
  await expect(daemon.forkd.snapshots.get(TAG)).rejects.toMatchObject({ code: "snapshot_not_found" });
});

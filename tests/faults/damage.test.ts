import { chmod, open, readFile, readdir, rename, rm, stat, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Sandbox } from "@forkd/sdk";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { PARENT } from "../harness/parent.ts";
import { TestDaemon } from "../harness/test-daemon.ts";

const TAG = "to-be-damaged";
let daemon: TestDaemon;
let source: Sandbox;
let directory: string;

beforeAll(async () => {
  daemon = await TestDaemon.start();
  const [child] = await daemon.forkd.sandboxes.fork(PARENT);
  if (!child) throw new Error("there is no child");
  source = child;
});
afterAll(async () => {
  await daemon.forkd.snapshots.remove(TAG).catch(() => undefined);
  await daemon[Symbol.asyncDispose]();
});
beforeEach(async () => {
  await daemon.forkd.snapshots.remove(TAG).catch(() => undefined);
  await source.branch({ tag: TAG, mode: "full" });
  directory = (await daemon.forkd.snapshots.get(TAG)).dir;
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

/** Which bytes the files of a directory have, as far as one can tell without reading them. */
async function describeFiles(path: string): Promise<Map<string, string>> {
  const names = await readdir(path);
  const facts = await Promise.all(names.map((name) => stat(join(path, name), { bigint: true })));
  return new Map(
    facts.map(({ ino, size, mtimeNs }, index) => [names[index] ?? "", `${ino} ${size} ${mtimeNs}`]),
  );
}

test.each(DAMAGES)(
  "refuses a snapshot with %s, naming the file, and alters no other",
  async (_what, file, damage) => {
    await daemon.forkd.sandboxes.fork(TAG).then((children) => children[Symbol.asyncDispose]());
    await damage(join(directory, file));
    const damaged = await describeFiles(directory);
    const refusal = daemon.forkd.sandboxes.fork(TAG);
    await expect(refusal).rejects.toMatchObject({
      code: "snapshot_corrupt",
      status: 409,
      details: { tag: TAG, file },
      message: expect.stringContaining(`${TAG} is damaged: ${file} `) as string,
    });
    expect(await describeFiles(directory)).toEqual(damaged);
    expect((await daemon.forkd.snapshots.get(PARENT)).status).toBe("ready");
    await using others = await daemon.forkd.sandboxes.fork(PARENT);
    expect((await others[0]?.run("echo whole"))?.stdout).toBe("whole\n");
    await daemon.forkd.snapshots.remove(TAG);
    await expect(daemon.forkd.snapshots.get(TAG)).rejects.toMatchObject({ code: "snapshot_not_found" });
  },
);

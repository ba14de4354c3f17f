import { basename } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { rewriteManifest } from "../../packages/store/test/rewrite-manifest.ts";
import { IMAGE } from "../harness/parent.ts";
import { removeSnapshot } from "../harness/remove-snapshots.ts";
import { TestDaemon } from "../harness/test-daemon.ts";

const TAG = "of-another-version";
let daemon: TestDaemon;
let id: string;

beforeAll(async () => {
  daemon = await TestDaemon.start();
});
afterAll(() => daemon[Symbol.asyncDispose]());
beforeEach(async () => {
  const { dir } = await daemon.forkd.snapshots.create({ tag: TAG, image: IMAGE, memoryMib: 192 });
  id = basename(dir);
  return () => removeSnapshot(daemon.forkd, TAG);
});

test("refuses a snapshot of a machine with a device that there is none of, before anything starts", async () => {
  await rewriteManifest(daemon.dataDir, { id, tag: TAG }, ({ devices, ...manifest }) => ({
    ...manifest,
    devices: [...(devices as unknown[]), { kind: "network-card", mac: "52:54:00:12:34:56" }],
  }));
  await expect(daemon.forkd.sandboxes.fork(TAG)).rejects.toMatchObject({
    code: "snapshot_incompatible",
    status: 409,
    message: expect.stringContaining("its device is network-card with mac") as string,
  });
});

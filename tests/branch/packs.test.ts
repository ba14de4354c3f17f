import { generateKeyPairSync } from "node:crypto";
import { mkdtemp, readFile, rm, stat, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { evaluate } from "../fork-contract/children.ts";
import { findLeftovers } from "../harness/leftovers.ts";
import { PARENT } from "../harness/parent.ts";
import { TestDaemon } from "../harness/test-daemon.ts";

let here: TestDaemon;
let elsewhere: TestDaemon;
let directory: string;
let pack: string;
let publicKey: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "forkd-packs-"));
  here = await TestDaemon.start();
  elsewhere = await TestDaemon.start({ dataDir: join(directory, "elsewhere") });
  pack = join(directory, "mid.tar.zst");
  publicKey = await makeBranchAndPack();
});
afterAll(async () => {
  await here.forkd.snapshots.remove("mid", { force: true });
  await Promise.all([here, elsewhere].map((daemon) => daemon[Symbol.asyncDispose]()));
  await rm(directory, { recursive: true });
});

/** A chain of two with state in memory and on disk, packed and signed. Gives the file of the public key. */
async function makeBranchAndPack(): Promise<string> {
  const [source] = await here.forkd.sandboxes.fork(PARENT);
  await source?.eval("travelled = 'from afar'", { mode: "run" });
  await source?.run("echo luggage > /root/luggage; sync");
  await source?.branch({ tag: "mid", mode: "diff" });
  await source?.kill();
  const keys = generateKeyPairSync("ed25519");
  const [sign, verify] = [join(directory, "key.pem"), join(directory, "key.pub")];
  await writeFile(sign, keys.privateKey.export({ format: "pem", type: "pkcs8" }), { mode: 0o600 });
  await writeFile(verify, keys.publicKey.export({ format: "pem", type: "spki" }));
  await here.forkd.snapshots.pack("mid", { output: pack, sign });
  return verify;
}

test("a pack forks where nothing of it was known, and its signature is checked", async () => {
  const pulled = await elsewhere.forkd.snapshots.pull({ source: pack, requireSignature: [publicKey] });
  expect(pulled).toMatchObject({ tag: "mid", links: 2, signedBy: publicKey });
  await using children = await elsewhere.forkd.sandboxes.fork("mid", { n: 2 });
  for (const child of children) {
    expect(await evaluate(child, "travelled")).toBe("from afar");
    expect((await child.run("cat /root/luggage")).stdout).toBe("luggage\n");
  }
  expect((await elsewhere.forkd.snapshots.detail("mid")).chainDepth).toBe(2);
});

test("a pack is far smaller than what is in it", async () => {
  const { size } = await stat(pack);
  expect(size).toBeLessThan(120 * 2 ** 20);
});

test("a pack that was cut short leaves nothing", async () => {
  const cut = join(directory, "cut.tar.zst");
  await writeFile(cut, await readFile(pack));
  await truncate(cut, Math.floor((await stat(pack)).size * 0.9));
  await expect(elsewhere.forkd.snapshots.pull({ source: cut, tag: "cut" })).rejects.toMatchObject({
    code: "pack_invalid",
  });
  expect((await elsewhere.forkd.snapshots.list()).map(({ tag }) => tag)).toEqual(["mid"]);
  expect(findLeftovers(elsewhere).drafts).toEqual([]);
});

test("a pack that nobody trusted has signed is refused", async () => {
  const stranger = join(directory, "stranger.pub");
  const keys = generateKeyPairSync("ed25519");
  await writeFile(stranger, keys.publicKey.export({ format: "pem", type: "spki" }));
  await expect(
    elsewhere.forkd.snapshots.pull({ source: pack, tag: "stranger", requireSignature: [stranger] }),
  ).rejects.toMatchObject({ code: "signature_invalid" });
});

test("a tag that is taken is kept, unless it is to be replaced", async () => {
  await expect(elsewhere.forkd.snapshots.pull({ source: pack })).rejects.toMatchObject({
    code: "snapshot_exists",
  });
  expect(await elsewhere.forkd.snapshots.pull({ source: pack, force: true })).toMatchObject({ tag: "mid" });
});

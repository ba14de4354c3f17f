import { readFile, readdir, rm, writeFile } from "node:fs/promises";
import { beforeAll, expect, test, vi } from "vitest";
import {
  HOST,
  openHost,
  packOrder,
  pullRequest,
  pushOrder,
  readSnapshotFiles,
  storePackable,
} from "../../../test/pack-fixture.ts";
import type { Host } from "../../../test/pack-fixture.ts";
import { BreakingProxy, startRegistry } from "../../../test/registry-fixture.ts";
import { createScratch, listTree } from "../../../test/scratch.ts";
import { PATIENT } from "../../../test/snapshot-fixture.ts";

vi.setConfig({ testTimeout: 60_000 });

const scratch = await createScratch();
const MIB = 1024 * 1024;

let registry: Awaited<ReturnType<typeof startRegistry>>;
let here: Host;
let hosts = 0;

/** A host that has nothing yet. */
async function newHost(): Promise<Host> {
  hosts += 1;
  const host = openHost(`${scratch.path}/host-${hosts}`);
  await host.snapshots.recover();
  return host;
}

async function listTransfers({ root }: Host): Promise<string[]> {
  return await readdir(`${root}/transfers`);
}

beforeAll(async () => {
  registry = await startRegistry(scratch.path);
  here = openHost(`${scratch.path}/here`);
  await storePackable(here, "py", 3);
  return async () => {
    await registry[Symbol.asyncDispose]();
    await scratch[Symbol.asyncDispose]();
  };
}, 60_000);

test("carries a chain through a registry by tag and by digest, byte for byte", async () => {
  const destination = `${registry.host}/team/py:v1`;
  const pushed = await here.packs.push("py-2", pushOrder(destination), PATIENT);
  // Ten layers and the config.
  expect(pushed).toMatchObject({ destination, blobs: 11, blobsSent: 11 });
  expect(await listTransfers(here)).toEqual([]);
  for (const source of [destination, pushed.reference]) {
    const there = await newHost();
    const pulled = await there.packs.pull(pullRequest(source), PATIENT);
    expect(pulled).toMatchObject({ tag: "py-2", links: 3, source, digest: pushed.digest });
    expect(pulled.bytesReceived).toBeGreaterThan(100_000);
    expect(await readSnapshotFiles(there, "py-2")).toEqual(await readSnapshotFiles(here, "py-2"));
    expect(await listTransfers(there)).toEqual([]);
  }
});

test("sends and gets only what is missing", async () => {
  const name = `${registry.host}/team/missing`;
  await here.packs.push("py-0", pushOrder(`${name}:base`), PATIENT);
  const pushed = await here.packs.push("py-1", pushOrder(`${name}:child`), PATIENT);
  // Memory layer, device state, disk and config of the child.
  expect(pushed).toMatchObject({ blobs: 8, blobsSent: 4 });
  const again = await here.packs.push("py-1", pushOrder(`${name}:again`), PATIENT);
  expect(again).toMatchObject({ digest: pushed.digest, blobsSent: 0, bytesSent: 0 });
  const there = await newHost();
  const base = await there.packs.pull(pullRequest(`${name}:base`), PATIENT);
  const child = await there.packs.pull(pullRequest(`${name}:child`), PATIENT);
  expect(child.bytesReceived).toBeLessThan(base.bytesReceived);
  expect(await readSnapshotFiles(there, "py-1")).toEqual(await readSnapshotFiles(here, "py-1"));
});

test("asks for what was compressed before, and compresses it only when the registry lacks it", async () => {
  const host = await newHost();
  const [id = ""] = await storePackable(host, "py");
  const push = (name: string) => host.packs.push("py-0", pushOrder(`${registry.host}/team/${name}`), PATIENT);
  const first = await push("records:1");
  const records = `${host.root}/snapshots/${id}/packed.json`;
  const known = JSON.parse(await readFile(records, "utf8")) as { blobs: { packed: unknown }[] };
  // Were they compressed, these would be found to be wrong.
  const [one, other] = known.blobs;
  if (one && other) [one.packed, other.packed] = [other.packed, one.packed];
  await writeFile(records, JSON.stringify(known));
  const swapped = await push("records:2");
  expect(swapped).toMatchObject({ digest: first.digest, bytesSent: 0 });
  expect(swapped.reference).not.toBe(first.reference);
  for (const damage of [() => rm(records), () => writeFile(records, "{")]) {
    await damage();
    expect(await push("records:3")).toMatchObject({ reference: first.reference, bytesSent: 0 });
  }
  const elsewhere = await push("elsewhere:1");
  expect(elsewhere.blobsSent).toBe(elsewhere.blobs);
  expect(elsewhere.reference.split("@")[1]).toBe(first.reference.split("@")[1]);
});

test("forgets what it kept of a blob that is found to be another", async () => {
  const host = await newHost();
  const [id = ""] = await storePackable(host, "py");
  const file = `${scratch.path}/records.tar.zst`;
  const packed = await host.packs.pack("py-0", packOrder(file), PATIENT);
  const records = `${host.root}/snapshots/${id}/packed.json`;
  const text = await readFile(records, "utf8");
  for (const change of [
    text.replace(/"sizeBytes":\d+/, '"sizeBytes":4096'),
    text.replace(/"sha256":"../, '"sha256":"00'),
  ]) {
    await writeFile(records, change);
    const again = () => host.packs.pack("py-0", packOrder(file, { force: true }), PATIENT);
    await expect(again()).rejects.toThrow(/is not what it was when it was looked at/);
    expect((await again()).digest).toBe(packed.digest);
  }
});

test("goes on with a pull that broke off, after a restart too", async () => {
  const name = "team/broken-pull:v1";
  const pushed = await here.packs.push("py-2", pushOrder(`${registry.host}/${name}`), PATIENT);
  await using proxy = await BreakingProxy.start(registry.port);
  const there = await newHost();
  const before = await listTree(there.root);
  proxy.allowed = 100_000;
  const broken = there.packs.pull(pullRequest(`${proxy.host}/${name}`), PATIENT);
  await expect(broken).rejects.toMatchObject({ code: "registry_failed" });
  const kept = await listTree(there.root);
  expect(kept.filter((path) => !path.startsWith("transfers"))).toEqual(before);
  proxy.mend();
  const restarted = openHost(there.root);
  await restarted.snapshots.recover();
  const pulled = await restarted.packs.pull(pullRequest(`${proxy.host}/${name}`), PATIENT);
  expect(pulled.bytesReceived).toBeGreaterThan(0);
  expect(pulled.bytesReceived).toBeLessThan(pushed.bytesSent - 60_000);
  expect(await readSnapshotFiles(restarted, "py-2")).toEqual(await readSnapshotFiles(here, "py-2"));
});

test("gets a download anew when what was kept of it is damaged", async () => {
  const source = `${registry.host}/team/damaged:v1`;
  await here.packs.push("py-0", pushOrder(source), PATIENT);
  await using proxy = await BreakingProxy.start(registry.port);
  const there = await newHost();
  proxy.allowed = 60_000;
  const broken = there.packs.pull(pullRequest(`${proxy.host}/team/damaged:v1`), PATIENT);
  await expect(broken).rejects.toMatchObject({ code: "registry_failed" });
  const kept = await listTransfers(there);
  expect(kept.length).toBeGreaterThan(1);
  for (const name of kept) await writeFile(`${there.root}/transfers/${name}`, Buffer.alloc(1000, 7));
  await there.packs.pull(pullRequest(source), PATIENT);
  expect(await readSnapshotFiles(there, "py-0")).toEqual(await readSnapshotFiles(here, "py-0"));
});

test("goes on with a push that broke off, after a restart too", async () => {
  await using proxy = await BreakingProxy.start(registry.port);
  const host = await newHost();
  await storePackable(host, "large", 1, 30 * MIB);
  const destination = `${proxy.host}/team/large:v1`;
  // Two small blobs, then the upload of the large one and two of its chunks of 8 MiB.
  proxy.acceptances = 4 + 3;
  const broken = host.packs.push("large-0", pushOrder(destination), PATIENT);
  await expect(broken).rejects.toMatchObject({ code: "registry_failed" });
  expect((await listTransfers(host)).map((name) => name.slice(0, 7))).toEqual(["upload-"]);
  proxy.mend();
  const pushed = await openHost(host.root).packs.push("large-0", pushOrder(destination), PATIENT);
  expect(pushed.bytesSent).toBeLessThan(15 * MIB);
  const there = await newHost();
  await there.packs.pull(pullRequest(destination), PATIENT);
  expect(await readSnapshotFiles(there, "large-0")).toEqual(await readSnapshotFiles(host, "large-0"));
});

test("sends a blob anew when the registry does not take the rest of it", async () => {
  await using proxy = await BreakingProxy.start(registry.port);
  const host = await newHost();
  await storePackable(host, "large", 1, 20 * MIB);
  const destination = `${proxy.host}/team/anew:v1`;
  // In the middle of a chunk, of which the registry then keeps a part and refuses to go on.
  proxy.allowed = 12 * MIB;
  setTimeout(() => proxy.mend(), 1500);
  await host.packs.push("large-0", pushOrder(destination), PATIENT);
  const there = await newHost();
  await there.packs.pull(pullRequest(destination), PATIENT);
  expect(await readSnapshotFiles(there, "large-0")).toEqual(await readSnapshotFiles(host, "large-0"));
  expect(await listTransfers(host)).toEqual([]);
});

test("refuses an incompatible pack before it gets a layer", async () => {
  const source = `${registry.host}/team/incompatible:v1`;
  await here.packs.push("py-2", pushOrder(source), PATIENT);
  const there = await newHost();
  const before = await listTree(there.root);
  await using proxy = await BreakingProxy.start(registry.port);
  const other = { engine: { ...HOST, version: "9.0.0" }, deviceKinds: [] };
  const pull = there.packs.pull(pullRequest(`${proxy.host}/team/incompatible:v1`, { host: other }), PATIENT);
  await expect(pull).rejects.toMatchObject({ code: "pack_incompatible", details: { field: "version" } });
  expect(proxy.passed).toBeLessThan(20_000);
  expect((await listTree(there.root)).filter((path) => path !== "transfers")).toEqual(before);
});

test("says what the registry does not have", async () => {
  const there = await newHost();
  const pull = there.packs.pull(pullRequest(`${registry.host}/team/none:v1`), PATIENT);
  const message = expect.stringMatching(/manifests\/v1 gave status 404: MANIFEST_UNKNOWN/) as string;
  await expect(pull).rejects.toMatchObject({ code: "registry_failed", message });
  const nobody = there.packs.pull(pullRequest("127.0.0.1:1/team/none:v1"), PATIENT);
  await expect(nobody).rejects.toMatchObject({ code: "registry_failed" });
});

test("shows its password to a registry that wants one, from the caller or a file as of docker login", async () => {
  await using locked = await createScratch();
  await using guarded = await startRegistry(locked.path, { withPassword: true });
  const destination = `${guarded.host}/team/py:v1`;
  await expect(here.packs.push("py-0", pushOrder(destination), PATIENT)).rejects.toMatchObject({
    code: "registry_failed",
    message: expect.stringContaining("wants a user name and a password") as string,
  });
  const wrong = { credentials: { username: "user", password: "wrong-hunter2" } };
  const refused = await here.packs
    .push("py-0", pushOrder(destination, wrong), PATIENT)
    .catch((error: unknown) => error);
  expect(refused).toMatchObject({ code: "registry_failed" });
  expect(JSON.stringify(refused) + String(refused)).not.toContain("hunter2");
  const right = { credentials: { username: "user", password: "secret" } };
  await here.packs.push("py-0", pushOrder(destination, right), PATIENT);
  const there = await newHost();
  const auths = { [guarded.host]: { auth: Buffer.from("user:secret").toString("base64") } };
  await writeFile(`${there.root}/no-docker-config.json`, JSON.stringify({ auths }));
  await there.packs.pull(pullRequest(destination), PATIENT);
});

test("keeps a signature with the pack, and wants one when it is told to", async () => {
  const { generateKeyPairSync } = await import("node:crypto");
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  const sign = { name: "k", pem: privateKey.export({ type: "pkcs8", format: "pem" }).toString() };
  const requireSignature = [
    { name: "k.pub", pem: publicKey.export({ type: "spki", format: "pem" }).toString() },
  ];
  const name = `${registry.host}/team/signed`;
  await here.packs.push("py-0", pushOrder(`${name}:yes`, { sign }), PATIENT);
  await here.packs.push("py-0", pushOrder(`${name}:no`), PATIENT);
  const there = await newHost();
  const unsigned = there.packs.pull(pullRequest(`${name}:no`, { requireSignature }), PATIENT);
  await expect(unsigned).rejects.toMatchObject({ code: "signature_required" });
  const pulled = await there.packs.pull(pullRequest(`${name}:yes`, { requireSignature }), PATIENT);
  expect(pulled.signedBy).toBe("k.pub");
});

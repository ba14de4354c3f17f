import { readFile, writeFile } from "node:fs/promises";
import { zstdCompressSync } from "node:zlib";
import { afterAll, expect, test, vi } from "vitest";
import { ForgedPack, entry, sha256Of } from "../../test/forged-pack.ts";
import { openHost, pullRequest, tarOf, writeEntries } from "../../test/pack-fixture.ts";
import { PATIENT } from "../../test/snapshot-fixture.ts";
import type { PackManifest } from "./format/pack-manifest.ts";

vi.setConfig({ testTimeout: 60_000 });

const forged = await ForgedPack.create();
afterAll(() => forged[Symbol.asyncDispose]());

const same = (manifest: PackManifest): PackManifest => manifest;

test.each([
  ["../../etc/cron.d/x"],
  ["/etc/cron.d/x"],
  ["blobs/../manifest.json"],
  [`blobs/${"0".repeat(64)}`],
  [`./blobs/${"a".repeat(64)}`],
  ["manifest.json"],
  ["blobs/\u0000"],
])("refuses an entry of the name %j, in the place of a blob and after the last", async (name) => {
  await forged.forge(same, (blobs) => [entry(name), ...blobs.slice(1)]);
  expect(await forged.refusal()).toMatch(/in the place of blobs\//);
  await forged.forge(same, (blobs) => [...blobs, entry(name)]);
  expect(await forged.refusal()).toMatch(/after its last blob|more in it than it declares/);
});

test.each([
  "symlink",
  "link",
  "directory",
  "fifo",
  "character-device",
  "block-device",
  "contiguous-file",
] as const)("refuses an entry of the type %s", async (type) => {
  const linkname = type.endsWith("link") ? { linkname: "/etc/passwd" } : {};
  await forged.forge(same, ([first, ...others]) => [
    entry(first?.header.name ?? "", Buffer.alloc(0), { type, ...linkname }),
    ...others,
  ]);
  expect(await forged.refusal()).toMatch(/is no plain file|in the place of/);
});

test("refuses blobs that are missing, twice, out of order, or undeclared", async () => {
  await forged.forge(same, (blobs) => blobs.slice(0, -1));
  expect(await forged.refusal()).toMatch(/ends before blobs\//);
  await forged.forge(same, ([first, ...others]) =>
    [first, first, ...others].filter((blob) => blob !== undefined),
  );
  expect(await forged.refusal()).toMatch(/in the place of/);
  await forged.forge(same, (blobs) => blobs.toReversed());
  expect(await forged.refusal()).toMatch(/in the place of/);
  await forged.forge((manifest) => ({ ...manifest, blobs: manifest.blobs.slice(0, -1) }));
  expect(await forged.refusal()).toMatch(/the file [0-9a-f]{64} is missing/);
  await forged.forge((manifest) => ({ ...manifest, blobs: [...manifest.blobs, manifest.blobs[1]] }));
  expect(await forged.refusal()).toMatch(/is not what any file needs/);
});

test("refuses a blob whose bytes are not those that its name promises", async () => {
  for (const [index, { content }] of forged.entries.entries()) {
    if (index === 0) continue;
    const altered = Buffer.from(content);
    altered.writeUInt8(altered.readUInt8(altered.length - 1) ^ 1, altered.length - 1);
    await forged.forge(same, (blobs) =>
      blobs.map((blob, at) => (at === index - 1 ? { ...blob, content: altered } : blob)),
    );
    expect(await forged.refusal()).toMatch(/has the digest/);
  }
});

test("refuses contents that do not become what a blob with the right digest promises", async () => {
  for (const index of [0, 1]) {
    const altered = Buffer.from(forged.entries[index + 1]?.content ?? "");
    altered.writeUInt8(altered.readUInt8(altered.length - 1) ^ 1, altered.length - 1);
    const sha256 = sha256Of(altered);
    await forged.forge(
      (manifest) => ({
        ...manifest,
        blobs: manifest.blobs.map((blob, at) => (at === index ? { ...blob, sha256 } : blob)),
      }),
      (blobs) => blobs.map((blob, at) => (at === index ? entry(`blobs/${sha256}`, altered) : blob)),
    );
    expect(await forged.refusal()).toMatch(/becomes|has the digest/);
  }
});

test("refuses archives that are no pack, and those of another system", async () => {
  await writeEntries(forged.file, [entry("manifest.toml")]);
  expect(await forged.refusal("pack_incompatible")).toMatch(/Firecracker/);
  await writeEntries(forged.file, [entry("other"), ...forged.entries]);
  expect(await forged.refusal()).toMatch(/begins with "other"/);
  await writeEntries(forged.file, []);
  expect(await forged.refusal()).toMatch(/is empty/);
  for (const bytes of [
    Buffer.alloc(0),
    Buffer.from("nonsense"),
    Buffer.alloc(4096),
    zstdCompressSync(Buffer.from("no tar")),
  ]) {
    await writeFile(forged.file, bytes);
    expect(await forged.refusal()).toMatch(/./);
  }
});

test("stops a decompression bomb at what was declared", async () => {
  const [manifest] = forged.entries;
  const head = await tarOf(manifest === undefined ? [] : [manifest]);
  const zeros = Buffer.alloc(512 * 1024 * 1024);
  const bomb = zstdCompressSync(Buffer.concat([head.subarray(0, -1024), zeros]));
  expect(bomb.length).toBeLessThan(200_000);
  await writeFile(forged.file, bomb);
  expect(await forged.refusal()).toMatch(/more in it than it declares|ends before/);
  const endless = zstdCompressSync(Buffer.concat([await tarOf(forged.entries), zeros]));
  await writeFile(forged.file, endless);
  expect(await forged.refusal()).toMatch(/more in it than it declares/);
});

test("refuses a pack that was cut short anywhere", async () => {
  const whole = await readFile(forged.good);
  // The last bytes are the end of an empty archive and the checksum of zstd: without them nothing is missing.
  const cuts = new Set([0, 1, 4, 100, whole.length - 64]);
  for (let at = 0; at < 24; at += 1) cuts.add(Math.floor((whole.length * at) / 24));
  for (const cut of cuts) {
    await writeFile(forged.file, whole.subarray(0, cut));
    expect(await forged.refusal()).toMatch(/./);
  }
});

test("refuses a pack with a bit turned anywhere", async () => {
  const whole = await readFile(forged.good);
  for (let at = 0; at < 24; at += 1) {
    const altered = Buffer.from(whole);
    const position = Math.floor((whole.length * (at + 0.5)) / 24);
    altered.writeUInt8(altered.readUInt8(position) ^ 4, position);
    await writeFile(forged.file, altered);
    expect(await forged.refusal()).toMatch(/./);
  }
});

test("takes the same pack in once it is right", async () => {
  await writeEntries(forged.file, forged.entries);
  const host = openHost(`${forged.directory}/right`);
  await expect(host.packs.pull(pullRequest(forged.file), PATIENT)).resolves.toMatchObject({
    tag: "py-1",
    links: 2,
  });
});

import { afterAll, expect, test, vi } from "vitest";
import type { ImageId } from "@forkd/contract";
import { ForgedPack, entry, sha256Of } from "../../test/forged-pack.ts";
import { overlay, writeEntries } from "../../test/pack-fixture.ts";
import type { PackManifest } from "./format/pack-manifest.ts";

vi.setConfig({ testTimeout: 60_000 });

const forged = await ForgedPack.create();
afterAll(() => forged[Symbol.asyncDispose]());

test("refuses sizes that lie, in the manifest and in the archive", async () => {
  const resize = (by: number) => (manifest: PackManifest) => ({
    ...manifest,
    blobs: manifest.blobs.map((blob, at) => (at === 1 ? { ...blob, sizeBytes: blob.sizeBytes + by } : blob)),
  });
  for (const by of [1, -1]) {
    await forged.forge(resize(by));
    expect(await forged.refusal()).toMatch(/bytes instead of/);
  }
  await forged.forge(resize(2 ** 39));
  expect(await forged.refusal()).toMatch(/cannot be the pages of a file/);
  await forged.forge(resize(2 ** 60));
  expect(await forged.refusal()).toMatch(/sizeBytes/);
});

test("refuses manifests that are wrong, too large, or do not agree with themselves", async () => {
  const otherImage = "0".repeat(64) as ImageId;
  const changes: [(manifest: PackManifest) => unknown, RegExp, string?][] = [
    [() => null, /is not valid/],
    [() => [], /is not valid/],
    [(manifest) => ({ ...manifest, extra: 1 }), /extra/],
    [
      (manifest) => ({ ...manifest, formatVersion: 3 }),
      /cannot run here: its pack format is 3/,
      "pack_incompatible",
    ],
    [(manifest) => ({ ...manifest, formatVersion: 0 }), /formatVersion/],
    [(manifest) => ({ ...manifest, tag: "../x" }), /tag/],
    [(manifest) => ({ ...manifest, links: [] }), /links/],
    [(manifest) => ({ ...manifest, links: ["{}"] }), /manifest of its snapshot 0/],
    [(manifest) => ({ ...manifest, links: ["nonsense"] }), /is not JSON/],
    [(manifest) => ({ ...manifest, links: manifest.links.toReversed() }), /has the parent/],
    [
      (manifest) => ({ ...manifest, links: [manifest.links[0], manifest.links[0]] }),
      /is not what any file needs/,
    ],
    [(manifest) => ({ ...manifest, links: Array(33).fill(manifest.links[0]) }), /links/],
    [
      (manifest) => ({ ...manifest, image: { ...manifest.image, id: otherImage } }),
      /stands on another image/,
    ],
    [
      (manifest) => ({ ...manifest, image: { ...manifest.image, sizeBytes: 4096 } }),
      /stands on another image/,
    ],
    [(manifest) => ({ ...manifest, blobs: manifest.blobs.toReversed() }), /first blob is not the root image/],
    [
      (manifest) => ({
        ...manifest,
        links: manifest.links.map((link) => link.replace('"buildMs":4000', '"buildMs":4001')),
      }),
      /pins another manifest/,
    ],
  ];
  for (const [change, why, code] of changes) {
    await forged.forge(change);
    expect(await forged.refusal(code)).toMatch(why);
  }
  await writeEntries(forged.file, [entry("manifest.json", Buffer.from("{")), ...forged.entries.slice(1)]);
  expect(await forged.refusal()).toMatch(/is not JSON/);
  await writeEntries(forged.file, [entry("manifest.json", Buffer.alloc(49 * 1024 * 1024, " "))]);
  expect(await forged.refusal()).toMatch(/more than|more in it than it declares/);
});

test("refuses an overlay that names files of the host, or is none", async () => {
  const index = forged.entries.length - 1;
  const disks: [(disk: Buffer) => unknown, RegExp][] = [
    [(disk) => disk.write("nope", 0), /is not a qcow2 image/],
    [(disk) => disk.writeUInt32BE(2, 4), /is not a qcow2 image/],
    [(disk) => disk.writeBigUInt64BE(512n, 8) && disk.write("/etc/shadow", 512), /names a backing file/],
    [(disk) => disk.writeUInt32BE(11, 16), /names a backing file/],
    [(disk) => disk.writeBigUInt64BE(2n ** 40n, 24), /bytes on an image of/],
    [(disk) => disk.writeUInt32BE(2, 32), /is encrypted/],
    [(disk) => disk.writeBigUInt64BE(0x14n, 72), /needs the features/],
  ];
  for (const [spoil, why] of disks) {
    const disk = overlay();
    spoil(disk);
    const old = forged.entries[index]?.content ?? Buffer.alloc(0);
    const [oldSha, sha256] = [sha256Of(old), sha256Of(disk)];
    await forged.forge(
      (manifest) =>
        JSON.parse(
          JSON.stringify(manifest)
            .replaceAll(oldSha, sha256)
            .replaceAll(String(old.length), String(disk.length)),
        ) as unknown,
      (blobs) => blobs.map((blob, at) => (at === index - 1 ? entry(`blobs/${sha256}`, disk) : blob)),
    );
    expect(await forged.refusal()).toMatch(why);
  }
});

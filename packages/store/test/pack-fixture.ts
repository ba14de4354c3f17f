import { createHash, randomBytes } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { zstdCompressSync, zstdDecompressSync } from "node:zlib";
import { extract, pack as createTar } from "tar-stream";
import type { Header } from "tar-stream";
import type { ImageId, SnapshotId } from "@forkd/contract";
import { Claims, PAGE_SIZE, STANDARD_DEVICES } from "@forkd/core";
import type {
  ImageBuilder,
  PackOrder,
  PullRequest,
  PushOrder,
  SnapshotDescription,
  SnapshotDraft,
} from "@forkd/core";
import { createImageStore, createPacks, createSnapshotStore } from "../src/index.ts";
import { recipeOf } from "./image-fixture.ts";
import { PATIENT, describeSnapshot, encodeLayer, randomPages } from "./snapshot-fixture.ts";

const MIB = 1024 * 1024;
const IMAGE_BYTES = 2 * MIB;

/** What a host offers that runs the snapshots of the fixtures. */
export const HOST = describeSnapshot("sn_0000000000000000" as SnapshotId).engine;

/** Writes a sparse image with some random blocks, the same for the same recipe in one process. */
class SparseImageBuilder implements ImageBuilder {
  readonly #images = new Map<string, Buffer>();

  async build(...[, recipe, outputPath]: Parameters<ImageBuilder["build"]>): Promise<void> {
    const key = recipe.packages.join();
    const image = this.#images.get(key) ?? sparse(IMAGE_BYTES, [0, 1, 2, 17, 300, 511]);
    this.#images.set(key, image);
    await writeFile(outputPath, image);
  }
}

const builder = new SparseImageBuilder();

export type Host = ReturnType<typeof openHost>;

/** The stores of one host. */
export function openHost(root: string) {
  const claims = new Claims();
  const images = createImageStore({ root, builder, claims });
  const snapshots = createSnapshotStore({ root, claims });
  const packs = createPacks({ root, images, snapshots, dockerConfigPath: `${root}/no-docker-config.json` });
  return { root, claims, images, snapshots, packs };
}

/** Stores snapshots on one image, each on the one before: `tag-0`, `tag-1`, … Gives their ids. */
export async function storePackable(
  host: Host,
  tag: string,
  depth = 1,
  deviceStateBytes = 17_000,
): Promise<SnapshotId[]> {
  const { id: imageId } = await host.images.build("py", recipeOf("python3"), PATIENT);
  const image = await readFile((await host.images.open(imageId, PATIENT)).path);
  const ids: SnapshotId[] = [];
  for (let level = 0; level < depth; level += 1) {
    await using draft = await host.snapshots.begin(`${tag}-${level}`);
    const parentId = ids[level - 1] ?? null;
    await fill(draft, { image, parentId, deviceStateBytes });
    await draft.commit(describe(draft.id, imageId, parentId), PATIENT);
    ids.push(draft.id);
  }
  return ids;
}

function describe(id: SnapshotId, imageId: ImageId, parentId: SnapshotId | null): SnapshotDescription {
  const image = { id: imageId, sizeBytes: IMAGE_BYTES };
  return { ...describeSnapshot(id), image, parentId, memory: { kind: parentId === null ? "full" : "diff" } };
}

interface Filling {
  readonly image: Buffer;
  readonly parentId: SnapshotId | null;
  readonly deviceStateBytes: number;
}

async function fill(draft: SnapshotDraft, { image, parentId, deviceStateBytes }: Filling): Promise<void> {
  await writeFile(draft.memoryPath, parentId === null ? memoryOn(image) : encodeLayer(1, randomPages(1, 5)));
  await writeFile(draft.deviceStatePath, randomBytes(deviceStateBytes));
  await writeFile(draft.diskPath, overlay());
}

/** Memory with the image's first blocks in its page cache. */
function memoryOn(image: Buffer): Buffer {
  const memory = sparse(MIB, [3, 4, 200]);
  image.copy(memory, 100 * PAGE_SIZE, 0, 3 * PAGE_SIZE);
  image.copy(memory, 50 * PAGE_SIZE, 300 * PAGE_SIZE, 301 * PAGE_SIZE);
  return memory;
}

/** A qcow2 header of version 3 with extended L2 entries, and something after it. */
export function overlay(): Buffer {
  const bytes = Buffer.concat([Buffer.alloc(PAGE_SIZE), randomBytes(50_000)]);
  bytes.writeUInt32BE(0x514649fb, 0);
  bytes.writeUInt32BE(3, 4);
  bytes.writeBigUInt64BE(BigInt(IMAGE_BYTES), 24);
  bytes.writeBigUInt64BE(0x10n, 72);
  return bytes;
}

function sparse(sizeBytes: number, pages: readonly number[]): Buffer {
  const bytes = Buffer.alloc(sizeBytes);
  for (const page of pages) randomBytes(PAGE_SIZE).copy(bytes, page * PAGE_SIZE);
  return bytes;
}

export function packOrder(output: string, change: Partial<PackOrder> = {}): PackOrder {
  return { output, force: false, description: "", sign: null, ...change };
}

export function pullRequest(source: string, change: Partial<PullRequest> = {}): PullRequest {
  return {
    source,
    tag: null,
    force: false,
    host: { engine: HOST, deviceKinds: STANDARD_DEVICES.map(({ kind }) => kind) },
    requireSignature: [],
    limitBytes: 2 ** 40,
    sha256: null,
    indexUrl: "http://127.0.0.1:9/registry.json",
    plainHttp: false,
    credentials: null,
    ...change,
  };
}

export function pushOrder(destination: string, change: Partial<PushOrder> = {}): PushOrder {
  return { destination, description: "", sign: null, plainHttp: false, credentials: null, ...change };
}

/** One entry of a tar archive; `size` may lie. */
export interface ForgedEntry {
  readonly header: Partial<Header> & { name: string };
  readonly content: Buffer;
}

/** Takes an archive apart. */
export async function readEntries(path: string): Promise<ForgedEntry[]> {
  const tar = extract();
  tar.end(zstdDecompressSync(await readFile(path)));
  const entries: ForgedEntry[] = [];
  for await (const entry of tar) {
    const chunks: Buffer[] = [];
    for await (const chunk of entry) chunks.push(chunk as Buffer);
    entries.push({
      header: { name: entry.header.name, type: entry.header.type },
      content: Buffer.concat(chunks),
    });
  }
  return entries;
}

/** Puts one together, whatever is in it. */
export async function writeEntries(path: string, entries: readonly ForgedEntry[]): Promise<void> {
  await writeFile(path, zstdCompressSync(await tarOf(entries)));
}

export async function tarOf(entries: readonly ForgedEntry[]): Promise<Buffer> {
  const tar = createTar();
  for (const { header, content } of entries) tar.entry(header, content);
  tar.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of tar) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** The digests of all that a snapshot opens with, its image and its manifest. */
export async function readSnapshotFiles(host: Host, reference: string): Promise<string[]> {
  const stored = await host.snapshots.open(reference, PATIENT);
  const image = await host.images.open(stored.manifest.image.id, PATIENT);
  const paths = [stored.memoryPath, stored.deviceStatePath, ...stored.diskPaths, image.path];
  const files = await Promise.all(
    [...paths, `${stored.directory}/manifest.json`].map((path) => readFile(path)),
  );
  return files.map((bytes) => createHash("sha256").update(bytes).digest("hex"));
}

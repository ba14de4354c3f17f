import { createHash } from "node:crypto";
import { open } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { ForkdError } from "@forkd/contract";
import { PAGE_SIZE } from "@forkd/core";
import type { CallOptions } from "@forkd/core";
import { BlockIndex } from "../pages/block-index.ts";
import { readChunks } from "../pages/file-pages.ts";
import { planPageBlob } from "../pages/page-blob.ts";
import type { PageBlob } from "../pages/page-blob.ts";
import { BlobRecords } from "./blob-records.ts";
import type { BlobRecord } from "./blob-records.ts";
import type { PackBlob } from "./pack-manifest.ts";

/** What a blob is once it is compressed. */
export type CompressedBlob = NonNullable<BlobRecord["packed"]>;

/** A blob, with its bytes. */
export interface PlannedBlob extends PackBlob {
  /** What it was compressed to when it was pushed before. */
  readonly packed: CompressedBlob | null;
  read(options: CallOptions): AsyncGenerator<Buffer>;
  /** Keeps what it was compressed to. */
  notePacked(packed: CompressedBlob): Promise<void>;
  /** Forgets what is kept of it, since its bytes are others, and gives the error that says so. */
  refute(): Promise<ForkdError>;
}

export interface FileToPack {
  readonly path: string;
  readonly sha256: string;
  readonly sizeBytes: number;
}

interface Image {
  readonly id: string;
  /** Looks at its blocks, once. */
  readonly look: (options: CallOptions) => Promise<{ readonly index: BlockIndex; readonly blob: PageBlob }>;
}

type PlanPages = (options: CallOptions) => Promise<PageBlob>;

/** Makes blobs of files. What was looked at in an earlier pack or push is not looked at again until it is read. */
export class BlobPlanner {
  readonly blobs: PlannedBlob[] = [];
  readonly #undo: AsyncDisposableStack;
  readonly #options: CallOptions;
  readonly #records = new BlobRecords();
  #image: Image | undefined;

  constructor(undo: AsyncDisposableStack, options: CallOptions) {
    this.#undo = undo;
    this.#options = options;
  }

  async addImage(file: FileToPack): Promise<void> {
    const { path, sha256, sizeBytes } = file;
    if (sizeBytes % PAGE_SIZE !== 0) return this.addFile({ role: "image", ...file });
    const handle = await this.#open(path);
    const look = once(async (options) => {
      const index = new BlockIndex({ handle, sizeBytes });
      return { index, blob: await planPageBlob({ handle, sizeBytes }, { ...options, index }) };
    });
    this.#image = { id: sha256, look };
    await this.#addPages("pages", file, async (options) => (await look(options)).blob);
  }

  /** The same content travels once, however many files have it. */
  async addFile({ role, ...file }: FileToPack & { role: string }): Promise<void> {
    const { path, sha256, sizeBytes } = file;
    if (this.blobs.some(({ content }) => content.sha256 === sha256)) return;
    const handle = await this.#open(path);
    if (role === "memory") {
      const image = this.#image;
      const plan: PlanPages = async (options) => {
        const base = (await image?.look(options))?.index;
        return planPageBlob({ handle, sizeBytes }, { ...options, base });
      };
      return this.#addPages(image === undefined ? "pages" : "pages-on-image", file, plan);
    }
    const fresh: BlobRecord = { content: sha256, imageId: null, sha256, sizeBytes, packed: null };
    const record = (await this.#records.find(path, fresh)) ?? fresh;
    this.#add("file", file, record, (options) => readChunks(handle, sizeBytes, options));
  }

  async #addPages(kind: PackBlob["kind"], file: FileToPack, look: PlanPages): Promise<void> {
    const plan = once(look);
    const imageId = kind === "pages-on-image" ? (this.#image?.id ?? null) : null;
    const key = { content: file.sha256, imageId };
    const known = await this.#records.find(file.path, key);
    const record = known ?? { ...key, ...(await this.#measure(await plan(this.#options))), packed: null };
    if (known === undefined) await this.#records.note(file.path, record);
    const blob = this.#add(kind, file, record, async function* (options) {
      const planned = await plan(options);
      if (planned.sizeBytes !== record.sizeBytes) throw await blob.refute();
      yield* planned.read(options);
    });
  }

  #add(kind: PackBlob["kind"], file: FileToPack, record: BlobRecord, read: PlannedBlob["read"]): PlannedBlob {
    const records = this.#records;
    const { path, sha256, sizeBytes } = file;
    const blob: PlannedBlob = {
      kind,
      sha256: record.sha256,
      sizeBytes: record.sizeBytes,
      content: { sha256, sizeBytes },
      packed: record.packed,
      read,
      notePacked: (packed) => records.note(path, { ...record, packed }),
      async refute() {
        await records.forget(path, record);
        const reason = `the blob ${record.sha256} is not what it was when it was looked at; try again`;
        return new ForkdError("internal", { reason });
      },
    };
    this.blobs.push(blob);
    return blob;
  }

  async #measure(blob: PageBlob): Promise<{ sha256: string; sizeBytes: number }> {
    const hash = createHash("sha256");
    for await (const chunk of blob.read(this.#options)) hash.update(chunk);
    return { sha256: hash.digest("hex"), sizeBytes: blob.sizeBytes };
  }

  async #open(path: string): Promise<FileHandle> {
    return this.#undo.use(await open(path));
  }
}

function once<Value>(
  work: (options: CallOptions) => Promise<Value>,
): (options: CallOptions) => Promise<Value> {
  let done: Promise<Value> | undefined;
  return (options) => (done ??= work(options));
}

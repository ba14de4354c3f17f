import { open, rm } from "node:fs/promises";
import { basename } from "node:path";
import type { CallOptions, ProgressOptions } from "@forkd/core";
import { hashFile } from "../../files/hash-file.ts";
import { decompressFile } from "../archive/decompress-file.ts";
import { readSmallBody } from "../download/http.ts";
import { resumeDownload } from "../download/resume-download.ts";
import type { TransferPlace } from "../../transfers/transfer-place.ts";
import type { OpenPack } from "../format/open-pack.ts";
import { PackFormatError } from "../format/pack-format-error.ts";
import { ARTIFACT_LIMIT_BYTES, MANIFEST_MEDIA_TYPE, pairLayers, parseArtifact } from "./artifact.ts";
import type { Descriptor } from "./artifact.ts";
import { isDigest } from "./reference.ts";
import type { RegistryReference } from "./reference.ts";
import type { RegistryClient } from "./registry-client.ts";
import { digestOf } from "../../files/digest.ts";

export interface PullSource {
  readonly client: RegistryClient;
  readonly reference: RegistryReference;
  readonly place: TransferPlace;
}

/** A pack in a registry. */
export interface RegistryPack extends OpenPack {
  /** Bytes that came so far. */
  readonly bytesReceived: () => number;
  /** Forgets the downloads, once they are no longer of use. */
  readonly dropDownloads: () => Promise<void>;
}

/** Gets the manifests alone. Throws `PackFormatError`, `registry_failed`, `cancelled`. */
export async function openRegistryPack(source: PullSource, options: ProgressOptions): Promise<RegistryPack> {
  const { client, reference } = source;
  const artifact = await parseArtifact(await fetchManifest(source, options), options);
  const fetchBlob = (descriptor: Descriptor): Promise<Buffer> => fetchSmallBlob(client, descriptor, options);
  const manifest = await fetchBlob(artifact.config);
  const signature = artifact.signature && (await fetchBlob(artifact.signature));
  const downloads = new LayerDownloads(source);
  return {
    source: reference.text,
    manifest,
    signature,
    bytesReceived: () => downloads.bytesReceived,
    dropDownloads: () => downloads.drop(),
    async readBlobs(pack, isWanted, take, readOptions) {
      for (const { blob, layer } of pairLayers(pack, artifact)) {
        if (!isWanted(blob)) continue;
        options.onProgress({ step: "pull", message: `getting ${layer.digest} of ${layer.size} bytes` });
        using _ = await downloads.lock(layer, readOptions);
        const path = await downloads.get(layer, readOptions);
        await take(blob, decompressFile(path, readOptions));
      }
    },
  };
}

async function fetchManifest({ client, reference }: PullSource, options: CallOptions): Promise<Buffer> {
  const url = client.urlOf(`manifests/${reference.target}`);
  const headers = { accept: MANIFEST_MEDIA_TYPE };
  const response = await client.call({ method: "GET", url, headers }, [200], options);
  const bytes = await readSmallBody(response, { url, limitBytes: ARTIFACT_LIMIT_BYTES }, options);
  if (isDigest(reference.target) && digestOf(bytes) !== reference.target)
    throw new PackFormatError(`its OCI manifest has the digest ${digestOf(bytes)}`);
  return bytes;
}

async function fetchSmallBlob(
  client: RegistryClient,
  { digest, size }: Descriptor,
  options: CallOptions,
): Promise<Buffer> {
  const url = client.urlOf(`blobs/${digest}`);
  const response = await client.call({ method: "GET", url }, [200], options);
  const bytes = await readSmallBody(response, { url, limitBytes: size }, options);
  if (digestOf(bytes) !== digest) throw new PackFormatError(`${digest} has the digest ${digestOf(bytes)}`);
  return bytes;
}

/** Layers in files that outlast a failure. */
class LayerDownloads {
  bytesReceived = 0;
  readonly #source: PullSource;
  readonly #paths = new Set<string>();

  constructor(source: PullSource) {
    this.#source = source;
  }

  /** Only one pull at a time gets and reads a layer; the next one finds it there. */
  lock(layer: Descriptor, options: CallOptions): Promise<Disposable> {
    return this.#source.place.lock(this.#pathOf(layer), options);
  }

  /** The file of a layer, whole and with the right digest. */
  async get(layer: Descriptor, options: CallOptions): Promise<string> {
    const path = this.#pathOf(layer);
    this.#paths.add(path);
    // What an earlier attempt kept may have been damaged when the host went down.
    for (let isLast = await this.#isNew(path); ; isLast = true) {
      await this.#download(path, layer, options);
      const digest = await digestOfFile(path, options);
      if (digest === layer.digest) return path;
      await rm(path, { force: true });
      if (isLast) throw new PackFormatError(`the layer ${layer.digest} has the digest ${digest}`);
    }
  }

  /** Those that another pull uses are left to that one. */
  async drop(): Promise<void> {
    await Promise.all([...this.#paths].map((path) => this.#source.place.remove(basename(path))));
  }

  #pathOf({ digest }: Descriptor): string {
    return this.#source.place.pathOf("download", digest);
  }

  async #isNew(path: string): Promise<boolean> {
    try {
      await using _ = await open(path, "r");
      return false;
    } catch {
      return true;
    }
  }

  async #download(path: string, { digest, size }: Descriptor, options: CallOptions): Promise<void> {
    const { client } = this.#source;
    const url = client.urlOf(`blobs/${digest}`);
    const request = (offset: number, requestOptions: CallOptions): Promise<Response> => {
      const headers = offset > 0 ? { range: `bytes=${offset}-` } : {};
      return client.call({ method: "GET", url, headers }, [200, 206], requestOptions);
    };
    const onBytes = (count: number): void => {
      this.bytesReceived += count;
    };
    await resumeDownload({ url, path, sizeBytes: size, limitBytes: size, request, onBytes }, options);
  }
}

async function digestOfFile(path: string, { signal }: CallOptions): Promise<string> {
  await using handle = await open(path, "r");
  const makeError = (why: string): Error => new PackFormatError(`a download ${why}`);
  return `sha256:${(await hashFile(handle, { signal, makeError })).sha256}`;
}

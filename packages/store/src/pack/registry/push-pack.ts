import { createHash, randomBytes } from "node:crypto";
import { open, rm } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { ForkdError } from "@forkd/contract";
import type { CallOptions, ProgressOptions } from "@forkd/core";
import { writeFully } from "@forkd/posix";
import { createCompressor } from "../archive/zstd.ts";
import { readVerified } from "../archive/write-pack-file.ts";
import type { TransferPlace } from "../../transfers/transfer-place.ts";
import type { PlannedBlob } from "../format/blob-planner.ts";
import type { PackPlan } from "../format/plan-pack.ts";
import { ENVELOPE_MEDIA_TYPE } from "../signature/envelope.ts";
import { byteProgress } from "../../verify/byte-progress.ts";
import {
  ARTIFACT_LIMIT_BYTES,
  CONFIG_MEDIA_TYPE,
  MANIFEST_MEDIA_TYPE,
  encodeArtifact,
  mediaTypeOf,
} from "./artifact.ts";
import type { Descriptor } from "./artifact.ts";
import type { RegistryReference } from "./reference.ts";
import type { RegistryClient } from "./registry-client.ts";
import { hasBlob, uploadBlob } from "./upload-blob.ts";
import { digestOf } from "../../files/digest.ts";

export interface PushedPack {
  /** Of the OCI manifest: what to pull it by. */
  readonly digest: string;
  readonly blobs: number;
  readonly blobsSent: number;
  readonly bytesSent: number;
}

export interface PushDestination {
  readonly client: RegistryClient;
  readonly reference: RegistryReference;
  readonly place: TransferPlace;
}

/** Sends the blobs that the registry lacks, then the manifest. Throws `registry_failed`, `disk_full`, `cancelled`. */
export async function pushPack(
  plan: PackPlan,
  destination: PushDestination,
  { signature, ...options }: ProgressOptions & { signature: Buffer | undefined },
): Promise<PushedPack> {
  const sender = new BlobSender(destination, options);
  const onBytes = byteProgress({ step: "push", doing: "compressing and sending" }, plan.blobs, options);
  const layers: Descriptor[] = [];
  for (const blob of plan.blobs) layers.push(await sender.sendCompressed(blob, onBytes));
  const signed = signature && (await sender.sendBytes(ENVELOPE_MEDIA_TYPE, signature));
  const config = await sender.sendBytes(CONFIG_MEDIA_TYPE, plan.manifestBytes);
  const artifact = encodeArtifact({ manifest: plan.manifest, config, layers, signature: signed });
  const digest = await putManifest(destination, artifact, options);
  return { digest, ...sender.report };
}

class BlobSender {
  readonly report = { blobs: 0, blobsSent: 0, bytesSent: 0 };
  readonly #destination: PushDestination;
  readonly #options: CallOptions;

  constructor(destination: PushDestination, options: CallOptions) {
    this.#destination = destination;
    this.#options = options;
  }

  /** One that was compressed before is compressed again only when the registry lacks it. */
  async sendCompressed(blob: PlannedBlob, onBytes: (count: number) => void): Promise<Descriptor> {
    const mediaType = mediaTypeOf(blob);
    const { packed } = blob;
    if (packed !== null && (await hasBlob(this.#destination.client, packed, this.#options))) {
      this.report.blobs += 1;
      onBytes(blob.sizeBytes);
      return { mediaType, ...packed };
    }
    const bytes = readVerified(blob, onBytes, this.#options);
    const sent = await this.#send(mediaType, (handle) => compress(bytes, handle, this.#options));
    await blob.notePacked({ digest: sent.digest, size: sent.size });
    return sent;
  }

  sendBytes(mediaType: string, bytes: Buffer): Promise<Descriptor> {
    return this.#send(mediaType, async (handle) => {
      await writeFully(handle, bytes, 0);
      return { digest: digestOf(bytes), size: bytes.length };
    });
  }

  /** Goes by way of a file, since the digest has to be known before anything is sent. */
  async #send(
    mediaType: string,
    write: (handle: FileHandle) => Promise<{ digest: string; size: number }>,
  ): Promise<Descriptor> {
    const { place } = this.#destination;
    const path = join(place.directory, `blob-${randomBytes(8).toString("hex")}`);
    using _file = await place.lock(path, this.#options);
    await using undo = new AsyncDisposableStack();
    const handle = undo.use(await open(path, "wx+", 0o600));
    undo.defer(() => rm(path, { force: true }));
    const { digest, size } = await write(handle);
    this.report.blobs += 1;
    await this.#upload({ digest, size, handle });
    return { mediaType, digest, size };
  }

  /** Unless the registry has it, perhaps since another push sent it just now. */
  async #upload(blob: { digest: string; size: number; handle: FileHandle }): Promise<void> {
    const { client, reference, place } = this.#destination;
    const statePath = place.pathOf("upload", reference.origin, reference.repository, blob.digest);
    using _state = await place.lock(statePath, this.#options);
    if (await hasBlob(client, blob, this.#options)) return;
    const onBytes = (count: number): void => {
      this.report.bytesSent += count;
    };
    await uploadBlob(client, { ...blob, sizeBytes: blob.size, statePath, onBytes }, this.#options);
    this.report.blobsSent += 1;
  }
}

async function compress(
  bytes: AsyncIterable<Buffer>,
  handle: FileHandle,
  { signal }: CallOptions,
): Promise<{ digest: string; size: number }> {
  const hash = createHash("sha256");
  let size = 0;
  const write = async (chunks: AsyncIterable<Buffer>): Promise<void> => {
    for await (const chunk of chunks) {
      hash.update(chunk);
      await writeFully(handle, chunk, size);
      size += chunk.length;
    }
  };
  await pipeline(bytes, createCompressor(), write, { signal });
  return { digest: `sha256:${hash.digest("hex")}`, size };
}

async function putManifest(
  { client, reference }: PushDestination,
  artifact: Buffer,
  options: CallOptions,
): Promise<string> {
  if (artifact.length > ARTIFACT_LIMIT_BYTES) {
    const reason = `the OCI manifest has ${artifact.length} bytes, and a registry takes ${ARTIFACT_LIMIT_BYTES}`;
    throw new ForkdError("internal", { reason });
  }
  const url = client.urlOf(`manifests/${reference.target}`);
  const headers = { "content-type": MANIFEST_MEDIA_TYPE };
  await client.command({ method: "PUT", url, headers, body: new Uint8Array(artifact) }, [201], options);
  return digestOf(artifact);
}

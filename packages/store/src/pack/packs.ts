import { isForkdError } from "@forkd/contract";
import { throwIfAborted } from "@forkd/core";
import type {
  CallOptions,
  ImageStore,
  NamedKey,
  PackInfo,
  PackOrder,
  Packs,
  ProgressOptions,
  PullInfo,
  PullRequest,
  PushInfo,
  PushOrder,
  RegistryAccessOptions,
} from "@forkd/core";
import { createPortableImages } from "../images/portable-images.ts";
import type { PortableSnapshots } from "../snapshots/portable-snapshots.ts";
import { requireOutput } from "./archive/pack-output.ts";
import { writePackFile } from "./archive/write-pack-file.ts";
import { lookUpPack } from "./download/pack-index.ts";
import { parsePackSource } from "./download/pack-source.ts";
import { planPack } from "./format/plan-pack.ts";
import type { PackPlan } from "./format/plan-pack.ts";
import type { PackStore } from "./pack-store.ts";
import { pullFromFile, pullFromRegistry, pullFromUrl } from "./import/pull-from.ts";
import type { PulledPack } from "./import/pull-from.ts";
import { findCredentials } from "./registry/credentials.ts";
import { pushPack } from "./registry/push-pack.ts";
import type { PushDestination } from "./registry/push-pack.ts";
import { parseRegistryReference } from "./registry/reference.ts";
import { RegistryClient } from "./registry/registry-client.ts";
import type { RegistryAccess } from "./registry/registry-client.ts";
import { signManifest } from "./signature/envelope.ts";
import { parsePrivateKey } from "./signature/keys.ts";

export interface PacksOptions {
  /** The data root, where `snapshots` and `images` keep what they have. */
  readonly root: string;
  readonly snapshots: PortableSnapshots;
  readonly images: ImageStore;
  /** A file like `~/.docker/config.json`, which need not be there. */
  readonly dockerConfigPath: string;
}

/** Only one process may use a root at a time. */
export function createPacks(options: PacksOptions): Packs {
  return new StorePacks(options);
}

class StorePacks implements Packs {
  readonly #store: PackStore;
  readonly #dockerConfigPath: string;

  constructor({ root, snapshots, images, dockerConfigPath }: PacksOptions) {
    this.#store = { root, snapshots, images: createPortableImages({ root, images }) };
    this.#dockerConfigPath = dockerConfigPath;
  }

  async pack(reference: string, order: PackOrder, options: ProgressOptions): Promise<PackInfo> {
    return orCancelled(`packing ${reference}`, options, async () => {
      await requireOutput({ path: order.output, force: order.force });
      requireKey(order.sign);
      await using plan = await planPack(this.#store, { reference, description: order.description }, options);
      const signature = sign(plan, order.sign);
      const file = { path: order.output, force: order.force, signature, root: this.#store.root };
      const packedBytes = await writePackFile(plan, file, options);
      const { manifest, head, digest } = plan;
      const logicalBytes = manifest.blobs.reduce((sum, { content }) => sum + content.sizeBytes, 0);
      return { ...head, path: order.output, digest, links: manifest.links.length, logicalBytes, packedBytes };
    });
  }

  async push(reference: string, order: PushOrder, options: ProgressOptions): Promise<PushInfo> {
    return orCancelled(`pushing ${reference}`, options, async () => {
      const destination = await this.#reach(order.destination, "pull,push", order);
      requireKey(order.sign);
      await destination.client.requireAccess(destination.reference.target, options);
      await destination.place.prepare();
      await using plan = await planPack(this.#store, { reference, description: order.description }, options);
      const signature = sign(plan, order.sign);
      const { digest, ...sent } = await pushPack(plan, destination, { ...options, signature });
      const { host, repository } = destination.reference;
      const pinned = `oci://${host}/${repository}@${digest}`;
      return { destination: order.destination, digest: plan.digest, reference: pinned, ...sent };
    });
  }

  async pull(request: PullRequest, options: ProgressOptions): Promise<PullInfo> {
    const { source, stored, checked, bytesReceived } = await this.#pullFrom(request, options);
    const { digest, signedBy, manifest } = checked;
    const { tag } = stored;
    const links = manifest.links.length;
    return { tag, id: stored.manifest.id, source, digest, links, signedBy, bytesReceived };
  }

  async #pullFrom(request: PullRequest, options: ProgressOptions): Promise<PulledPack> {
    const source = parsePackSource(request.source);
    const store = this.#store;
    const sha256 = request.sha256 ?? undefined;
    const place = store.snapshots.transfers;
    switch (source.kind) {
      case "file":
        return pullFromFile(store, { path: source.path, sha256, order: request }, options);
      case "url":
        return pullFromUrl(store, { download: { url: source.url, sha256, place }, order: request }, options);
      case "registry": {
        const reached = await this.#reach(source.reference, "pull", request);
        return pullFromRegistry(store, { source: reached, order: request }, options);
      }
      case "index": {
        const found = await lookUpPack(new URL(request.indexUrl), source, options);
        const download = { url: found.url, sha256: sha256 ?? found.sha256, place };
        return pullFromUrl(store, { download, order: request }, options);
      }
    }
  }

  async #reach(
    text: string,
    access: RegistryAccess,
    { plainHttp, credentials }: RegistryAccessOptions,
  ): Promise<PushDestination> {
    const reference = parseRegistryReference(text, { plainHttp });
    const { origin, host, repository } = reference;
    const known = credentials ?? (await findCredentials(this.#dockerConfigPath, host));
    const client = new RegistryClient({ origin, repository, access, credentials: known });
    return { client, reference, place: this.#store.snapshots.transfers };
  }
}

/** Throws `invalid_request` for a key that nothing can be signed with. */
function requireKey(key: NamedKey | null): void {
  if (key !== null) parsePrivateKey(key);
}

function sign({ manifestBytes, head }: PackPlan, key: NamedKey | null): Buffer | undefined {
  return key === null ? undefined : signManifest(manifestBytes, head.tag, key);
}

/** Streams that are aborted throw errors of their own. */
async function orCancelled<Value>(
  stage: string,
  { signal }: CallOptions,
  work: () => Promise<Value>,
): Promise<Value> {
  try {
    return await work();
  } catch (error) {
    if (!isForkdError(error)) throwIfAborted(signal, stage);
    throw error;
  }
}

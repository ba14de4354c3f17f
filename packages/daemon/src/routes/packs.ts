import { ForkdError } from "@forkd/contract";
import type { packRoutes } from "@forkd/contract";
import { describeHost } from "@forkd/core";
import { readNamedFile } from "@forkd/posix";
import type { NamedKey } from "@forkd/store";
import type { Handlers } from "../http/handler.ts";
import type { Services } from "../services.ts";

/** The index of the reference, whose packs this engine refuses; a user of an index of their own names it. */
const DEFAULT_INDEX = "https://raw.githubusercontent.com/deeplethe/forkd/main/registry.json";
const GIB = 1024 ** 3;
const KEY_LIMIT_BYTES = 64 * 1024;

/** Snapshots in files and registries. */
export function createPackHandlers(services: Services): Handlers<keyof typeof packRoutes> {
  const { packs, engine, config, log } = services;
  return {
    packSnapshot: async (call) => {
      const { output, force, description, sign } = call.body;
      const order = { output, force, description, sign: sign === null ? null : await readKey(sign) };
      const info = await packs.pack(call.params.tag, order, call);
      log.info({ ...info }, "snapshot.packed");
      const { tag, id, path, digest, links, logicalBytes, packedBytes } = info;
      return { tag, id, path, digest, links, logical_bytes: logicalBytes, packed_bytes: packedBytes };
    },
    pushSnapshot: async (call) => {
      const { destination, description, sign, plain_http: plainHttp, credentials } = call.body;
      const order = { destination, description, plainHttp, credentials };
      const key = sign === null ? null : await readKey(sign);
      const pushed = await packs.push(call.params.tag, { ...order, sign: key }, call);
      log.info({ ...pushed }, "snapshot.pushed");
      const { digest, reference, blobs, blobsSent, bytesSent } = pushed;
      return { destination, digest, reference, blobs, blobs_sent: blobsSent, bytes_sent: bytesSent };
    },
    pullSnapshot: async (call) => {
      const { source, tag, force, sha256, index, plain_http: plainHttp, credentials } = call.body;
      const requireSignature = await Promise.all(call.body.require_signature.map(readKey));
      const limitBytes = config.maxPackGib * GIB;
      const rules = { host: await describeHost(engine, call), requireSignature, limitBytes };
      const order = { ...rules, source, tag, force, sha256, plainHttp, credentials };
      const pulled = await packs.pull({ ...order, indexUrl: index ?? DEFAULT_INDEX }, call);
      log.info({ ...pulled }, "snapshot.pulled");
      const { id, digest, links, signedBy, bytesReceived } = pulled;
      return {
        tag: pulled.tag,
        id,
        source: pulled.source,
        digest,
        links,
        signed_by: signedBy,
        bytes_received: bytesReceived,
      };
    },
  };
}

/** A key, or one in a file of this host. Throws `invalid_request` when that cannot be read. */
async function readKey(key: string | NamedKey): Promise<NamedKey> {
  if (typeof key !== "string") return key;
  const path = key;
  const makeError = (why: string): ForkdError =>
    new ForkdError("invalid_request", { issues: [{ path: "", message: `the key ${path} ${why}` }] });
  return { name: path, pem: (await readNamedFile(path, KEY_LIMIT_BYTES, makeError)).toString() };
}

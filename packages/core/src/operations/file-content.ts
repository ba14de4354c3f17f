import type { Readable } from "node:stream";
import { ForkdError } from "@forkd/contract";
import type { SandboxId, SignRequest, SignedUrl } from "@forkd/contract";
import type { FileMetadata, FileRange, GuestFileContent, GuestFileWrite } from "../ports/guest-files.ts";
import type { Asked } from "./caller.ts";
import { requireMetadata } from "./file-metadata.ts";
import { findAwake } from "./life.ts";
import type { OperationPorts } from "./ports.ts";
import { requireSignature, signAccess } from "./url-signature.ts";
import type { UrlSignature } from "./url-signature.ts";

interface FileRead extends UrlSignature {
  readonly id: SandboxId;
  readonly path: string;
  readonly range: FileRange | undefined;
}

interface FileWrite extends UrlSignature, GuestFileWrite {
  readonly id: SandboxId;
  readonly offset?: number | undefined;
  readonly append: boolean;
  readonly metadata?: FileMetadata | undefined;
  readonly content: Readable;
}

/** What is in the files of a guest, also by URLs that were signed. */
export function createFileContentOperations(ports: OperationPorts) {
  return {
    /** A file, or a part of it. Throws `signature_refused` before it asks the guest anything. */
    async readFile(...[caller, order, options]: Asked<FileRead>): Promise<GuestFileContent> {
      const { id, path } = order;
      await checkSignature(ports, order, { method: "GET", id, path });
      const sandbox = await findAwake(ports, caller, id, options);
      return await sandbox.ask(({ files }) => files.read(order, options), options);
    },

    /**
     * A whole file, or a part of one. Throws `invalid_request` for metadata that no file has, and `signature_refused`, before
     * it asks the guest anything.
     */
    async writeFile(...[caller, order, options]: Asked<FileWrite>): Promise<number> {
      const { id, path, user, content, append, offset } = order;
      await checkSignature(ports, order, { method: "PUT", id, path, user });
      const isPart = append || offset !== undefined;
      requireMetadata(order.metadata, { isPart });
      const sandbox = await findAwake(ports, caller, id, options);
      return await sandbox.ask(
        ({ files }) =>
          isPart ? files.writePart(order, content, options) : files.write(order, content, options),
        options,
      );
    },

    signFileUrl: async (...[, { id, request }]: Asked<{ id: SandboxId; request: SignRequest }>) => {
      ports.registry.look(id);
      return await signUrl(ports, id, request);
    },
  };
}

/** A URL for whoever reaches this daemon; the guest is not asked. */
async function signUrl(
  { urlKey }: OperationPorts,
  id: SandboxId,
  { path, user, access, expires_secs }: SignRequest,
): Promise<SignedUrl> {
  const method = access === "read" ? "GET" : "PUT";
  const expiresAtUnix = Math.floor(Date.now() / 1000) + expires_secs;
  const ofWrite = method === "PUT" && user !== undefined ? { user } : {};
  const signature = signAccess(await urlKey(), { method, id, path, expiresAtUnix, ...ofWrite });
  const query = { path, ...ofWrite, signature, signature_expiration: String(expiresAtUnix) };
  const url = `/v1/sandboxes/${id}/files?${new URLSearchParams(query).toString()}`;
  return { url, method, signature, expires_at_unix: expiresAtUnix };
}

/** Of a file that is written without one. */
const DEFAULT_MODE = "0644";

/** What has no signature is for the one who asks it to be allowed. One that has may do what was signed and no more. */
async function checkSignature(
  { urlKey }: OperationPorts,
  order: FileRead | FileWrite,
  access: Parameters<typeof requireSignature>[2],
): Promise<void> {
  if (order.signature === undefined && order.signature_expiration === undefined) return;
  requireSignature(await urlKey(), order, access);
  if (!("content" in order)) return;
  const isPlain = order.mode === DEFAULT_MODE && order.metadata === undefined;
  if (order.append || order.offset !== undefined || !isPlain)
    throw new ForkdError("signature_refused", { why: "it is of whole files, without a mode or metadata" });
}

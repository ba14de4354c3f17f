import { z } from "zod";
import { ForkdError, sha256Schema } from "@forkd/contract";
import { JsonError, parseJson } from "@forkd/core";
import type { CallOptions } from "@forkd/core";
import { UnexpectedStatus, failed, readSmallBody, resolveLocation, sendRequest } from "./http.ts";

const INDEX_LIMIT_BYTES = 8 * 1024 * 1024;

const indexSchema = z.object({
  schema_version: z.literal(1),
  packages: z.record(
    z.string(),
    z.object({
      versions: z.record(
        z.string(),
        z.object({
          url: z.string().max(4096),
          sha256: sha256Schema.nullish(),
          size_bytes: z.int().nonnegative().nullish(),
        }),
      ),
    }),
  ),
});

/** Where an index says that a pack is. */
export interface IndexedPack {
  readonly url: URL;
  readonly sha256: string | undefined;
}

/** Looks a pack up in an index. Throws `registry_failed`, `invalid_request` when it has no such name or version. */
export async function lookUpPack(
  indexUrl: URL,
  { name, version }: { name: string; version: string },
  options: CallOptions,
): Promise<IndexedPack> {
  const { packages } = await fetchIndex(indexUrl, options);
  const versions = own(packages, name)?.versions;
  if (versions === undefined) throw unknown(`${indexUrl.host} has no pack ${name}`, Object.keys(packages));
  const found = own(versions, version);
  if (found === undefined) throw unknown(`${name} has no version ${version}`, Object.keys(versions));
  return { url: resolveLocation(indexUrl, found.url), sha256: found.sha256 ?? undefined };
}

async function fetchIndex(url: URL, options: CallOptions): Promise<z.output<typeof indexSchema>> {
  const response = await sendRequest({ method: "GET", url }, options);
  if (response.status !== 200) {
    await response.body?.cancel();
    const why = `the index gave status ${response.status}`;
    throw failed(url, why, new UnexpectedStatus(response.status));
  }
  const body = await readSmallBody(response, { url, limitBytes: INDEX_LIMIT_BYTES }, options);
  const document = await parseJson(body, options).catch((error: unknown) => {
    if (error instanceof JsonError) throw failed(url, `what it gave ${error.message}`, error);
    throw error;
  });
  const index = indexSchema.safeParse(document);
  if (index.success) return index.data;
  throw failed(url, "what it gave is not an index of packs");
}

function own<Value>(record: Record<string, Value>, key: string): Value | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

function unknown(what: string, known: readonly string[]): ForkdError {
  const message = `${what}; it has ${known.slice(0, 20).join(", ") || "none"}`;
  return new ForkdError("invalid_request", { issues: [{ path: "source", message }] });
}

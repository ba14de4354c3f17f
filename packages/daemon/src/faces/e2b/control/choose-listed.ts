import type { SandboxInfo } from "@forkd/contract";
import { pageOf } from "@forkd/core";
import type { Page } from "@forkd/core";
import { z } from "zod";
import { pageQuery } from "./paths.ts";
import { isListed, isPaused } from "./views.ts";

const stateSchema = z.enum(["running", "paused"]);

/** `key=value&…`, each part of it encoded once more than the query is. */
const metadataSchema = z
  .string()
  .max(65_536)
  .transform((text) =>
    [...new URLSearchParams(text)].map(([key, value]) => [decode(key), decode(value)] as const),
  );

export const listQuery = pageQuery.extend({
  metadata: metadataSchema.optional(),
  state: z
    .string()
    .transform((text) => text.split(","))
    .pipe(z.array(stateSchema))
    .optional(),
  startedAfter: z.coerce.date().optional(),
  template: z.string().max(512).optional(),
  order: z.enum(["asc", "desc"]).default("desc"),
});

/** A page of those that are wanted, by when they were made. */
export function chooseListed(
  infos: readonly SandboxInfo[],
  query: z.output<typeof listQuery>,
): Page<SandboxInfo> {
  const sign = query.order === "asc" ? 1 : -1;
  return pageOf(
    infos.filter((info) => isListed(info) && isWanted(info, query)),
    { limit: query.limit, cursor: query.nextToken },
    (info) => [sign * info.created_at_unix, sign * info.child_index, info.id],
  );
}

function isWanted(
  info: SandboxInfo,
  { metadata = [], state, startedAfter, template }: z.output<typeof listQuery>,
): boolean {
  return (
    metadata.every(([key, value]) => Object.hasOwn(info.labels, key) && info.labels[key] === value) &&
    (state === undefined || state.includes(isPaused(info) ? "paused" : "running")) &&
    (startedAfter === undefined || info.created_at_unix * 1000 > startedAfter.getTime()) &&
    (template === undefined || info.snapshot_tag === template)
  );
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

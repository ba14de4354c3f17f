import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { CallOptions } from "@forkd/core";
import { sha256Of } from "@forkd/posix";
import { layerSetOf } from "./chain.ts";
import type { Link } from "./chain.ts";
import type { StoreParts } from "./store-parts.ts";
import { readGraph } from "./graph.ts";
import { SNAPSHOT_FILES, layersOf } from "./manifest.ts";
import { holdSnapshot } from "./hold.ts";
import type { ExportedChain, ExportedLink } from "./portable-snapshots.ts";

/** The links of a chain, every file of them verified, and held. */
export async function exportChain(
  parts: StoreParts,
  reference: string,
  options: CallOptions,
): Promise<ExportedChain> {
  using undo = new DisposableStack();
  const { pointer } = undo.use(await holdSnapshot(parts, reference, "packing or pushing it", options));
  const { catalogue, opener } = parts;
  const chain = await opener.read(reference, pointer);
  const sets = chain.links.map((link) => layerSetOf(link, () => true));
  await opener.verify(reference, sets, options);
  const graph = await readGraph(catalogue);
  const tagOf = (link: Link): string | undefined =>
    (link === chain.head ? pointer.tag : null) ?? graph.tagsOf(link.manifest.id)[0];
  const exported = await Promise.all(chain.links.map((link) => exportLink(link, tagOf(link))));
  const hold = undo.move();
  return { links: exported, [Symbol.dispose]: () => hold.dispose() };
}

async function exportLink(link: Link, tag: string | undefined): Promise<ExportedLink> {
  const { manifest, manifestSha256, directory, makeError } = link;
  const manifestText = await readFile(join(directory, SNAPSHOT_FILES.manifest), "utf8");
  if (sha256Of(manifestText) !== manifestSha256)
    throw makeError(SNAPSHOT_FILES.manifest, "changed while it was read");
  const files = layersOf(manifest).map((layer) => ({ ...layer, path: join(directory, layer.name) }));
  return { tag: tag ?? null, manifest, manifestText, manifestSha256, files };
}

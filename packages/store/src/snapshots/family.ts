import { join } from "node:path";
import type { ChainLink, SnapshotFamily, SnapshotManifest } from "@forkd/core";
import { measureFile } from "../files/measure.ts";
import type { SnapshotCatalogue } from "./catalogue.ts";
import type { StoreParts } from "./store-parts.ts";
import { listDependents, nameOf, readGraph } from "./graph.ts";
import { layersOf } from "./manifest.ts";
import { whileStored } from "./resolve.ts";

/** Every snapshot whose manifest can be read. */
export async function listLinks({ catalogue }: StoreParts): Promise<ChainLink[]> {
  const graph = await readGraph(catalogue);
  return Promise.all(
    graph.manifests
      .entries()
      .map(([id, manifest]) => describeLink(catalogue, graph.tagsOf(id), manifest))
      .toArray(),
  );
}

/** A snapshot among its relatives. Throws `snapshot_not_found`, `snapshot_corrupt`. */
export async function describeFamily(
  { catalogue, opener, hot }: StoreParts,
  reference: string,
): Promise<SnapshotFamily> {
  return whileStored(catalogue, reference, async () => {
    const { head, links } = await opener.read(reference);
    const graph = await readGraph(catalogue);
    const { id } = head.manifest;
    return {
      chain: await Promise.all(
        links.map(({ manifest }) => describeLink(catalogue, graph.tagsOf(manifest.id), manifest)),
      ),
      dependents: listDependents(graph, id).map((dependent) => nameOf(graph, dependent)),
      hotBytes: (await hot.file.measure(id)) + (await hot["shared-memory"].measure(id)),
    };
  });
}

async function describeLink(
  catalogue: SnapshotCatalogue,
  tags: readonly string[],
  manifest: SnapshotManifest,
): Promise<ChainLink> {
  const directory = catalogue.directoryOf(manifest.id);
  const sizes = layersOf(manifest).map(({ name }) => measureFile(join(directory, name)));
  const physicalBytes = (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
  return { tag: tags[0] ?? null, tags, manifest, directory, physicalBytes };
}

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parseJsonNow } from "@forkd/core";
import * as fc from "fast-check";
import { PackFormatError } from "../../packages/store/src/pack/format/pack-format-error.ts";
import { fit, parsePackManifest, readDocument } from "../../packages/store/src/pack/format/pack-manifest.ts";
import { layersOf, snapshotManifestSchema } from "../../packages/store/src/snapshots/manifest.ts";
import { createSnapshotStore } from "../../packages/store/src/index.ts";
import { ForgedPack } from "../../packages/store/test/forged-pack.ts";
import { createScratch } from "../../packages/store/test/scratch.ts";
import { storeSnapshot } from "../../packages/store/test/snapshot-fixture.ts";
import { mutatedJson } from "../mutate-json.ts";
import { alone } from "../target.ts";
import type { FuzzTarget } from "../target.ts";
import { outcomeOf, require, requireKind } from "../verdict.ts";

const options = { signal: new AbortController().signal };
const PLAIN_NAME = /^[a-z0-9.-]+$/;

/** `manifest.json` of a snapshot. */
export const snapshotManifest: FuzzTarget = {
  name: "snapshot-manifest",
  async open() {
    await using scratch = await createScratch();
    const { directory } = await storeSnapshot(createSnapshotStore({ root: scratch.path }), "py");
    const seed = parseJsonNow(await readFile(join(directory, "manifest.json")));
    const property = fc.asyncProperty(mutatedJson([seed]), async (bytes) => {
      const outcome = await outcomeOf(async () => {
        const manifest = fit(snapshotManifestSchema, await readDocument(bytes, "it", options), "it");
        for (const { name } of layersOf(manifest))
          require(PLAIN_NAME.test(name), `a layer is called ${name}`);
      });
      requireKind(outcome, PackFormatError);
    });
    return alone(property);
  },
};

/** The manifest of a pack, with those of the snapshots in it. */
export const packManifest: FuzzTarget = {
  name: "pack-manifest",
  async open() {
    await using forged = await ForgedPack.create();
    const seed = parseJsonNow(forged.entries[0]?.content ?? Buffer.alloc(0));
    const property = fc.asyncProperty(mutatedJson([seed]), async (bytes) => {
      const outcome = await outcomeOf(() => parsePackManifest(bytes, "a pack", options));
      requireKind(outcome, PackFormatError);
    });
    return alone(property);
  },
};

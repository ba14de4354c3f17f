import { readFile, writeFile } from "node:fs/promises";
import { zstdCompressSync, zstdDecompressSync } from "node:zlib";
import * as fc from "fast-check";
import { ForgedPack } from "../../packages/store/test/forged-pack.ts";
import { openHost, pullRequest } from "../../packages/store/test/pack-fixture.ts";
import type { Host } from "../../packages/store/test/pack-fixture.ts";
import { createScratch, listTree } from "../../packages/store/test/scratch.ts";
import { PATIENT } from "../../packages/store/test/snapshot-fixture.ts";
import { mutated } from "../mutate.ts";
import type { FuzzTarget } from "../target.ts";
import { outcomeOf, require, requireOurs } from "../verdict.ts";

/** What an import may keep of a pack that it refuses: an image whose digest was right. */
const WHOLE_IMAGE = /^images\/[0-9a-f]{64}/;

/** A whole pack: its compression, its archive, and what is in it. */
export const packArchive: FuzzTarget = {
  name: "pack-archive",
  async open() {
    await using undo = new AsyncDisposableStack();
    const forged = undo.use(await ForgedPack.create());
    const scratch = undo.use(await createScratch());
    const host = openHost(`${scratch.path}/host`);
    await host.snapshots.recover();
    const before = new Set(await listTree(host.root));
    const file = `${scratch.path}/pack.tar.zst`;
    const packed = await readFile(forged.good);
    const packs = fc.oneof(
      mutated([packed]),
      mutated([zstdDecompressSync(packed)]).map((archive) => zstdCompressSync(archive)),
    );
    const resources = undo.move();
    return {
      property: fc.asyncProperty(packs, async (bytes) => {
        await writeFile(file, bytes);
        const outcome = await outcomeOf(() => host.packs.pull(pullRequest(file), PATIENT));
        requireOurs(outcome);
        for (const tag of await listTags(host)) await host.snapshots.remove(tag, { dependents: "cascade" });
        const left = (await listTree(host.root)).filter(
          (path) => !before.has(path) && !WHOLE_IMAGE.test(path),
        );
        require("value" in outcome || left.length === 0, `it left ${left.join(", ")}`);
      }),
      [Symbol.asyncDispose]: () => resources.disposeAsync(),
    };
  },
};

async function listTags({ snapshots }: Host): Promise<string[]> {
  const entries = await snapshots.list();
  return entries.map((entry) => (entry.status === "ready" ? entry.snapshot.tag : entry.tag));
}

import { dirname, join } from "node:path";
import type { ForkdError } from "@forkd/contract";
import type { ProgressOptions } from "@forkd/core";
import { inspectRegularFile, openRegularFile } from "@forkd/posix";
import { hashFile } from "../files/hash-file.ts";
import { DIGESTING, byteProgress } from "./byte-progress.ts";
import { readVerified, writeVerified } from "./verified-record.ts";
import type { KnownDigest } from "./verified-record.ts";

/** One file of a directory, as its manifest says that it is. */
export interface Layer {
  readonly name: string;
  readonly sha256: string;
  readonly sizeBytes: number;
}

/** A directory of immutable files, and the error for when one of them is not as it was stored. */
export interface LayerSet {
  readonly directory: string;
  readonly layers: readonly Layer[];
  readonly makeError: (file: string, why: string) => ForkdError;
}

export interface LayerInspection {
  readonly physicalBytes: number;
  /** Those whose bytes nobody looked at since they last changed. */
  readonly unverified: readonly Layer[];
}

/** Says whether stored files are what their manifest says, and hashes a file only when it changed. */
export class LayerVerifier {
  readonly #digests = new Map<string, KnownDigest>();

  /** Looks at sizes and at the digests that are known already; reads no content. Throws what `makeError` makes. */
  async inspect(set: LayerSet): Promise<LayerInspection> {
    const facts = await Promise.all(
      set.layers.map(async (layer) => {
        const makeError = (why: string): ForkdError => set.makeError(layer.name, why);
        const found = await inspectRegularFile(join(set.directory, layer.name), makeError);
        if (found.sizeBytes !== layer.sizeBytes)
          throw makeError(`has ${found.sizeBytes} bytes instead of ${layer.sizeBytes}`);
        return { layer, ...found };
      }),
    );
    const unverified = facts.filter(({ layer, signature }) => !this.#isVerified(set, layer, signature));
    return {
      physicalBytes: facts.reduce((sum, { physicalBytes }) => sum + physicalBytes, 0),
      unverified: unverified.map(({ layer }) => layer),
    };
  }

  /** Computes the digests that are not known, compares all, and records them. Throws what `makeError` makes. */
  async verify(set: LayerSet, options: ProgressOptions): Promise<void> {
    const known = new Map(await readVerified(set.directory));
    this.#remember(set, known);
    const { unverified } = await this.inspect(set);
    const onBytes = byteProgress(DIGESTING, unverified, options);
    for (const layer of unverified) {
      const path = join(set.directory, layer.name);
      const makeError = (why: string): ForkdError => set.makeError(layer.name, why);
      await using handle = await openRegularFile(path, makeError);
      const { sha256, facts } = await hashFile(handle, { signal: options.signal, makeError, onBytes });
      this.#digests.set(path, { sha256, signature: facts.signature });
      known.set(layer.name, { sha256, signature: facts.signature });
    }
    await this.inspect(set);
    // With the digests of the directory's other files, which another set may be about.
    if (unverified.length > 0) await writeVerified(set.directory, known);
  }

  /** Takes over digests by file name. Each holds for as long as its file's signature does. */
  #remember(set: LayerSet, digests: ReadonlyMap<string, KnownDigest>): void {
    for (const { name } of set.layers) {
      const known = digests.get(name);
      if (known !== undefined) this.#digests.set(join(set.directory, name), known);
    }
  }

  /** Drops what is known of a directory that is removed. */
  forget(directory: string): void {
    for (const path of this.#digests.keys()) if (dirname(path) === directory) this.#digests.delete(path);
  }

  #isVerified(set: LayerSet, layer: Layer, signature: string): boolean {
    const known = this.#digests.get(join(set.directory, layer.name));
    if (known?.signature !== signature) return false;
    if (known.sha256 !== layer.sha256)
      throw set.makeError(layer.name, `has the digest ${known.sha256} instead of ${layer.sha256}`);
    return true;
  }
}

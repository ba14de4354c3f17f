import { randomBytes } from "node:crypto";
import { rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { SNAPSHOT_ID_PATTERN } from "@forkd/contract";
import type { SnapshotId } from "@forkd/contract";
import type { CallOptions } from "@forkd/core";
import { SingleFlight } from "@forkd/core";
import { findRegularFile, inspectRegularFile, listDirectory } from "@forkd/posix";
import type { FileFacts } from "@forkd/posix";
import { composeFile } from "../memory/compose-file.ts";
import type { Composition } from "../memory/compose-file.ts";
import type { HotPlace } from "./place.ts";

/** What to make a hot image of. */
export interface HotPlan extends Omit<Composition, "holes"> {
  /** Throws when what was read was not what it had to be. */
  readonly check: () => Promise<void>;
}

interface HotImage {
  readonly signature: string;
  readonly physicalBytes: number;
  usedAt: number;
}

class NoImage extends Error {}

/**
 * Whole memories of snapshots, assembled once and shared by all later forks. It is a cache of this process: a file
 * that it did not write, or that changed since, is not used, and any may be removed at any time, since machines
 * keep what they have mapped. The least recently used go when room is needed, but none within `graceMs` of its
 * last use: somebody was told its path and may not have opened it yet.
 */
export class HotImages {
  readonly #place: HotPlace;
  readonly #graceMs: number;
  readonly #images = new Map<SnapshotId, HotImage>();
  readonly #assemblies = new SingleFlight<string>();

  constructor(place: HotPlace, graceMs: number) {
    this.#place = place;
    this.#graceMs = graceMs;
  }

  /** Where the memory of a snapshot lies, or undefined when it must be made. */
  async find(id: SnapshotId): Promise<string | undefined> {
    const image = this.#images.get(id);
    if (image === undefined) return undefined;
    const facts = await this.#factsOf(id);
    if (facts?.signature !== image.signature) return undefined;
    image.usedAt = performance.now();
    return this.#pathOf(id);
  }

  /** Gives the memory of a snapshot, and makes it first when it must; once for all who ask at the same time. */
  ensure(id: SnapshotId, plan: () => Promise<HotPlan>, { signal }: CallOptions): Promise<string> {
    const stage = `assembling the memory of ${id}`;
    return this.#assemblies.run(id, { signal, stage, onProgress: () => undefined }, async (shared) => {
      const ready = await this.find(id);
      if (ready !== undefined) return ready;
      const assemble = async (): Promise<string> => {
        await this.#place.prepare();
        const sources = await plan();
        await this.#makeRoom(id, sources.sizeBytes);
        return this.#assemble(id, sources, { ...shared, stage });
      };
      return this.#place.guard(id, assemble, shared);
    });
  }

  /** Those that nobody asked for lately, with what they take; leftovers too. */
  async listCold(): Promise<{ id: SnapshotId; bytes: number }[]> {
    const cold: { id: SnapshotId; bytes: number }[] = [];
    for (const id of await this.#listIds())
      if (!this.#isWarm(this.#images.get(id))) cold.push({ id, bytes: await this.measure(id) });
    return cold;
  }

  /** What the image of a snapshot takes, or 0 when there is none. */
  async measure(id: SnapshotId): Promise<number> {
    const facts = await this.#factsOf(id);
    return facts?.physicalBytes ?? 0;
  }

  async remove(id: SnapshotId): Promise<void> {
    this.#images.delete(id);
    if (await this.#place.isOurs()) await rm(this.#pathOf(id), { recursive: true, force: true });
  }

  /** Removes all, whoever made them, and gives their paths. */
  async clear(): Promise<string[]> {
    this.#images.clear();
    if (!(await this.#place.isOurs())) return [];
    const paths = (await listDirectory(this.#place.directory)).map((name) =>
      join(this.#place.directory, name),
    );
    await Promise.all(paths.map((path) => rm(path, { recursive: true, force: true })));
    await this.#place.leave();
    return paths;
  }

  async #assemble(
    id: SnapshotId,
    { check, ...composition }: HotPlan,
    options: CallOptions & { stage: string },
  ): Promise<string> {
    const path = this.#pathOf(id);
    const temporary = join(this.#place.directory, `.${id}.${randomBytes(8).toString("hex")}.tmp`);
    await using undo = new AsyncDisposableStack();
    undo.defer(() => rm(temporary, { force: true }));
    await composeFile(temporary, { ...composition, holes: this.#place.holes }, options);
    await check();
    await rename(temporary, path);
    const { signature, physicalBytes } = await inspectRegularFile(path, (why) => new Error(`${path} ${why}`));
    this.#images.set(id, { signature, physicalBytes, usedAt: performance.now() });
    return path;
  }

  async #makeRoom(id: SnapshotId, bytes: number): Promise<void> {
    const byAge = [...this.#images].toSorted(([, a], [, b]) => a.usedAt - b.usedAt);
    for (const [candidate, image] of byAge) {
      if (await this.#place.hasRoom(bytes, this.#usedBytes())) return;
      if (!this.#isWarm(image)) await this.remove(candidate);
    }
    await this.#place.refuse(id, bytes);
  }

  #isWarm(image: HotImage | undefined): boolean {
    return image !== undefined && performance.now() - image.usedAt < this.#graceMs;
  }

  #usedBytes(): number {
    return this.#images.values().reduce((sum, { physicalBytes }) => sum + physicalBytes, 0);
  }

  async #listIds(): Promise<SnapshotId[]> {
    const names = (await this.#place.isOurs()) ? await listDirectory(this.#place.directory) : [];
    return names.filter((name): name is SnapshotId => SNAPSHOT_ID_PATTERN.test(name));
  }

  /** Undefined when there is no image, or something else in its place. */
  async #factsOf(id: SnapshotId): Promise<FileFacts | undefined> {
    try {
      return await findRegularFile(this.#pathOf(id), (why) => new NoImage(why));
    } catch (error) {
      if (error instanceof NoImage) return undefined;
      throw error;
    }
  }

  #pathOf(id: SnapshotId): string {
    return join(this.#place.directory, id);
  }
}

/** By where assembled memory lies: on the file system of the store, or on tmpfs. */
export interface HotCaches {
  readonly file: HotImages;
  readonly "shared-memory": HotImages;
}

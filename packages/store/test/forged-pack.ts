import { createHash } from "node:crypto";
import { isForkdError } from "@forkd/contract";
import type { PackManifest } from "../src/pack/format/pack-manifest.ts";
import {
  openHost,
  packOrder,
  pullRequest,
  readEntries,
  storePackable,
  writeEntries,
} from "./pack-fixture.ts";
import type { ForgedEntry, Host } from "./pack-fixture.ts";
import { createScratch, listTree } from "./scratch.ts";
import type { Scratch } from "./scratch.ts";
import { PATIENT } from "./snapshot-fixture.ts";

/** A pack of a chain of two, of which hostile ones are made, in a directory that disposal removes. */
export class ForgedPack implements AsyncDisposable {
  readonly directory: string;
  /** A pack that is right, and the place for those that are not. */
  readonly good: string;
  readonly file: string;
  readonly entries: readonly ForgedEntry[];
  readonly #scratch: Scratch;
  readonly #there: Host;
  readonly #before: readonly string[];

  private constructor(scratch: Scratch, there: Host, found: { entries: ForgedEntry[]; before: string[] }) {
    this.directory = scratch.path;
    this.good = `${scratch.path}/good.tar.zst`;
    this.file = `${scratch.path}/pack.tar.zst`;
    this.entries = found.entries;
    this.#scratch = scratch;
    this.#there = there;
    this.#before = found.before;
  }

  static async create(): Promise<ForgedPack> {
    await using undo = new AsyncDisposableStack();
    const scratch = undo.use(await createScratch());
    const directory = scratch.path;
    const here = openHost(`${directory}/here`);
    const there = openHost(`${directory}/there`);
    await there.snapshots.recover();
    await storePackable(here, "py", 2);
    const good = `${directory}/good.tar.zst`;
    await here.packs.pack("py-1", packOrder(good), PATIENT);
    const found = { entries: await readEntries(good), before: await listTree(there.root) };
    undo.move();
    return new ForgedPack(scratch, there, found);
  }

  [Symbol.asyncDispose](): PromiseLike<void> {
    return this.#scratch[Symbol.asyncDispose]();
  }

  /** Writes the pack with another manifest, and other entries after it. */
  async forge(
    change: (manifest: PackManifest) => unknown,
    rest: (blobs: ForgedEntry[]) => ForgedEntry[] = (blobs) => blobs,
  ): Promise<void> {
    const [first, ...blobs] = this.entries;
    const manifest = JSON.parse(first?.content.toString() ?? "") as PackManifest;
    const content = Buffer.from(JSON.stringify(change(manifest)));
    await writeEntries(this.file, [{ header: { name: "manifest.json" }, content }, ...rest(blobs)]);
  }

  /** Why `file` is refused. Throws unless that is with this code, and leaves nothing but at most a whole image. */
  async refusal(code = "pack_invalid"): Promise<string> {
    const outcome = await this.#there.packs
      .pull(pullRequest(this.file), PATIENT)
      .catch((error: unknown) => error);
    if (!isForkdError(outcome) || outcome.code !== code)
      throw new Error("not refused so", { cause: outcome });
    const paths = await listTree(this.#there.root);
    const left = paths.filter((path) => !/^images\/[0-9a-f]{64}/.test(path) && !this.#before.includes(path));
    if (left.length > 0) throw new Error(`left ${left.join(", ")}`);
    return outcome.message;
  }
}

export function sha256Of(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}

export function entry(
  name: string,
  content: Buffer = Buffer.from("x"),
  header: Partial<ForgedEntry["header"]> = {},
): ForgedEntry {
  return { header: { ...header, name }, content };
}

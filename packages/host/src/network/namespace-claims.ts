import { mkdir, readdir, readlink, rename, stat, symlink, unlink } from "node:fs/promises";
import { join } from "node:path";
import { ForkdError } from "@forkd/contract";
import { hasErrno, unlessMissing } from "@forkd/posix";
import { namespacePath } from "./host-commands.ts";
import { indexOfName, nameOfIndex } from "./namespace-kinds.ts";
import type { NamespaceKind } from "./namespace-kinds.ts";

/**
 * A namespace that a daemon has, and for whom: its data directory, the directory of one of its machines, or what stands
 * in there for a group.
 */
export interface NamespaceClaim {
  readonly index: number;
  readonly holder: string;
}

/**
 * Which namespaces of a kind daemons of this host have. Each is claimed by a symbolic link before anything of it is made, until
 * all of it is removed; links are made whole or not at all, and go with the host as namespaces do.
 */
export class NamespaceClaims {
  readonly #root: string;
  readonly #kind: NamespaceKind;

  constructor(root: string, kind: NamespaceKind) {
    this.#root = root;
    this.#kind = kind;
  }

  /** Claims the first that nobody has. Throws `out_of_resources`. */
  async claim(holder: string): Promise<number> {
    await mkdir(this.#root, { recursive: true, mode: 0o755 });
    const taken = new Set((await this.list()).map(({ index }) => index));
    const { most, what: resource } = this.#kind;
    for (let index = 1; index <= most; index += 1)
      if (!taken.has(index) && (await this.#tryClaim(index, holder))) return index;
    throw new ForkdError("out_of_resources", { resource, why: `all ${most} are taken` });
  }

  /** Notes for whom one is from now on. */
  async pass(index: number, holder: string): Promise<void> {
    const draft = join(this.#root, `.${nameOfIndex(this.#kind, index)}`);
    await unlessMissing(unlink(draft));
    await symlink(holder, draft);
    await rename(draft, this.#linkOf(index));
  }

  async release(index: number): Promise<void> {
    await unlessMissing(unlink(this.#linkOf(index)));
  }

  /** Those of all daemons. */
  async list(): Promise<NamespaceClaim[]> {
    const names = (await unlessMissing(readdir(this.#root))) ?? [];
    const claims = await Promise.all(
      names.map(async (name) => {
        const index = indexOfName(this.#kind, name);
        if (index === undefined) return [];
        const holder = await unlessMissing(readlink(join(this.#root, name)));
        return holder === undefined ? [] : [{ index, holder }];
      }),
    );
    return claims.flat();
  }

  async #tryClaim(index: number, holder: string): Promise<boolean> {
    try {
      await symlink(holder, this.#linkOf(index));
    } catch (error) {
      if (hasErrno(error, "EEXIST")) return false;
      throw error;
    }
    // One of that name may be somebody else's.
    if (!(await isThere(nameOfIndex(this.#kind, index)))) return true;
    await this.release(index);
    return false;
  }

  #linkOf(index: number): string {
    return join(this.#root, nameOfIndex(this.#kind, index));
  }
}

async function isThere(name: string): Promise<boolean> {
  return (await unlessMissing(stat(namespacePath(name)))) !== undefined;
}

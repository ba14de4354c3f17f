import { mkdir, readdir, readlink, rename, stat, symlink, unlink } from "node:fs/promises";
import { join } from "node:path";
import { ForkdError } from "@forkd/contract";
import { hasErrno, unlessMissing } from "@forkd/posix";
import { MAX_NAMESPACES, indexOfName } from "./address-plan.ts";
import { namespacePath } from "./host-commands.ts";

/** A namespace that a daemon has, and for whom: its data directory, or the directory of one of its machines. */
export interface NamespaceClaim {
  readonly index: number;
  readonly holder: string;
}

/**
 * Which namespaces daemons of this host have. Each is claimed by a symbolic link before anything of it is made, until
 * all of it is removed; links are made whole or not at all, and go with the host as namespaces do.
 */
export class NamespaceClaims {
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
  }

  /** Claims the first that nobody has. Throws `out_of_resources`. */
  async claim(holder: string): Promise<number> {
    await mkdir(this.#root, { recursive: true, mode: 0o755 });
    const taken = new Set((await this.list()).map(({ index }) => index));
    for (let index = 1; index <= MAX_NAMESPACES; index += 1)
      if (!taken.has(index) && (await this.#tryClaim(index, holder))) return index;
    const why = `all ${MAX_NAMESPACES} are taken`;
    throw new ForkdError("out_of_resources", { resource: "network namespace", why });
  }

  /** Notes for whom one is from now on. */
  async pass(index: number, holder: string): Promise<void> {
    const draft = join(this.#root, `.${index}`);
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
        const index = indexOfName(name);
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
    if (!(await isThere(index))) return true;
    await this.release(index);
    return false;
  }

  #linkOf(index: number): string {
    return join(this.#root, `forkd-child-${index}`);
  }
}

async function isThere(index: number): Promise<boolean> {
  const path = namespacePath(`forkd-child-${index}`);
  return (await unlessMissing(stat(path))) !== undefined;
}

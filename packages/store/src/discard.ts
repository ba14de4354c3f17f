import { randomBytes } from "node:crypto";
import { rename } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { isMissing, syncDirectory } from "@forkd/posix";
import type { DataRoot } from "./data-root.ts";
import { removeTree } from "./files/remove-tree.ts";

/**
 * Removes a published directory: in one step out of sight among the drafts, then for good. A crash in between
 * leaves only rubbish. Nothing when it is gone already.
 */
export async function discardDirectory(root: DataRoot, path: string): Promise<void> {
  const rubbish = join(root.drafts, `${basename(path)}.${randomBytes(8).toString("hex")}`);
  try {
    await rename(path, rubbish);
  } catch (error) {
    if (isMissing(error)) return;
    throw error;
  }
  await syncDirectory(dirname(path));
  await removeTree(rubbish);
}

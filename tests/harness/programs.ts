import { rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { bundlePrograms } from "../../scripts/package/bundle.ts";

/** The root of the repository. */
export const CHECKOUT = resolve(import.meta.dirname, "../..");
/** Below the root, as in a package, since programs look for files by where they lie themselves. */
export const BUILD = "build";

/**
 * Builds the programs as their users have them. A daemon that is loaded from its sources takes twice as long to start,
 * and tests start some three hundred.
 */
export async function buildPrograms(): Promise<void> {
  const directory = join(CHECKOUT, BUILD);
  await rm(directory, { recursive: true, force: true });
  await bundlePrograms(CHECKOUT, directory);
}

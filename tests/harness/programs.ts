import { join, resolve } from "node:path";

/** The root of the repository. */
export const CHECKOUT = resolve(import.meta.dirname, "../..");
/** Below the root, as in a package, since programs look for files by where they lie themselves. */
export const BUILD = "build";

/**
 * Builds the programs as their users have them. A daemon that is loaded from its sources takes twice as long to start,
 * and tests start some three hundred. What is there stays, since another run may use it.
 */
export async function buildPrograms(): Promise<void> {
  const { bundlePrograms } = await import("../../scripts/package/bundle.ts");
  await bundlePrograms(CHECKOUT, join(CHECKOUT, BUILD));
}

import type { TestProject } from "vitest/node";
import { prepareTests } from "./global-setup.ts";
import { keepDaemons } from "./kept-daemon.ts";
import { findParent } from "./parent.ts";

/** Before one file of tests that boot machines: the parent of an earlier run, as it was made then. */
export default async function setup({ vitest }: TestProject): Promise<() => Promise<void>> {
  await prepareTests(async (forkd) => {
    const { createdAtUnix } = await findParent(forkd);
    const madeAt = new Date(createdAtUnix * 1000).toISOString();
    vitest.logger.log(`the parent is that of ${madeAt}; \`npm test -- FILE\` makes it anew`);
  });
  return keepDaemons();
}

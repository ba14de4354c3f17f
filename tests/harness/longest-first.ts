import { BaseSequencer } from "vitest/node";
import type { TestSpecification } from "vitest/node";

/** Whichever of them came last would have all other CPUs wait for it. */
const LONG = [
  "image-builder.build.test.ts",
  "pages.test.ts",
  "modes.test.ts",
  "warm-up.test.ts",
  "postgres.test.ts",
  "zygote.machine.test.ts",
  "zygotes.test.ts",
  "capture-invariant.machine.test.ts",
];

/** Files that take long first, as a clean clone does not know them by earlier runs. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return (await BaseSequencer.prototype.sort.call(this, files)).toSorted((a, b) => rank(a) - rank(b));
  }
}

function rank({ moduleId }: TestSpecification): number {
  const index = LONG.findIndex((name) => moduleId.endsWith(`/${name}`));
  return index === -1 ? LONG.length : index;
}

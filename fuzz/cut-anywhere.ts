import * as fc from "fast-check";
import { mutated } from "./mutate.ts";
import type { OpenTarget } from "./target.ts";
import { outcomeOf, require, requireOurs } from "./verdict.ts";

/** That what is read of a stream of bytes, as one text, does not depend on the pieces of `size` bytes that it comes in. */
export function cutAnywhere(
  seeds: readonly Buffer[],
  read: (bytes: Buffer, size: number) => string | Promise<string>,
): OpenTarget["property"] {
  const inputs = fc.record({ bytes: mutated(seeds), size: fc.integer({ min: 1, max: 600 }) });
  return fc.asyncProperty(inputs, async ({ bytes, size }) => {
    const whole = await outcomeOf(() => read(bytes, bytes.length || 1));
    const inPieces = await outcomeOf(() => read(bytes, size));
    requireOurs(whole);
    require("error" in whole === "error" in inPieces, "it depends on how the bytes are cut");
    if ("value" in whole && "value" in inPieces)
      require(whole.value === inPieces.value, "the events depend on how the bytes are cut");
  });
}

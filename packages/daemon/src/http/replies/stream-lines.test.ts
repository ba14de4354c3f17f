import { once } from "node:events";
import { ForkdError } from "@forkd/contract";
import { expect, test } from "vitest";
import { streamLines } from "./stream-lines.ts";

test("who leaves before the first line is read ends what the lines are of", async () => {
  const ends: string[] = [];
  const values = (async function* count() {
    try {
      for (let value = 1; ; value++) yield { value };
    } finally {
      ends.push("ended");
    }
  })();
  await values.next();
  const lines = streamLines(values, () => new ForkdError("internal", { reason: "" }), "1");
  lines.destroy();
  await once(lines, "close");
  await new Promise(setImmediate);
  expect(ends).toEqual(["ended"]);
});

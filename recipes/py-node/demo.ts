import { equal } from "node:assert/strict";
import { Forkd } from "@forkd/sdk";

// Two interpreters in one machine, both warm: what one writes the other reads.
const { FORKD_RECIPE_TAG: tag = "py-node" } = process.env;
await using forkd = new Forkd();
await using children = await forkd.sandboxes.fork(tag, { n: 3 });

await Promise.all(
  children.map(async (child, index) => {
    await child.eval(`open("/tmp/n", "w").write(str(np.arange(${index} + 4).sum()))`);
    const { resultJson } = await child.eval("Number(require('node:fs').readFileSync('/tmp/n'))", {
      language: "node",
    });
    equal(Number(resultJson), ((index + 3) * (index + 4)) / 2);
  }),
);
console.log(`in ${children.length} children Node.js read what numpy had summed up`);

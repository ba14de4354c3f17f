import { deepEqual } from "node:assert/strict";
import { Forkd } from "@forkd/sdk";

// Five forks of one warm interpreter: each computes for itself, and keeps what it has to itself.
const { FORKD_RECIPE_TAG: tag = "py-numpy" } = process.env;
await using forkd = new Forkd();
await using children = await forkd.sandboxes.fork(tag, { n: 5 });

const products = await Promise.all(
  children.map(async (child, index) => {
    await child.eval(`mine = np.full(3, ${index})`);
    const { resultJson } = await child.eval("int(mine @ np.ones(3))");
    return Number(resultJson);
  }),
);
deepEqual(products, [0, 3, 6, 9, 12]);
console.log(
  `${children.length} children computed ${products.join(", ")}, each with a numpy that was imported once`,
);

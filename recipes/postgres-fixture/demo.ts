import { Forkd } from "@forkd/sdk";
import { showDatabases } from "./demos/databases.ts";
import { rehearseMigration } from "./demos/rehearsal.ts";

// `forkd recipe run postgres-fixture [COUNT...]`, or `... rehearse [COUNT]`
const { FORKD_RECIPE_TAG: tag = "postgres-fixture" } = process.env;
const [first, ...rest] = process.argv.slice(2);
await using forkd = new Forkd();
if (first === "rehearse") {
  await rehearseMigration(forkd, tag, Number(rest[0] ?? 5));
} else {
  for (const count of first === undefined ? [10, 100] : [first, ...rest].map(Number))
    await showDatabases(forkd, tag, count);
}

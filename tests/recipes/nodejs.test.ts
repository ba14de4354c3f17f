import { expect, test } from "vitest";
import { requireRecipe } from "../../packages/cli/src/recipes/load-recipe.ts";
import { forkOne } from "../harness/fork-one.ts";
import { removeSnapshot } from "../harness/remove-snapshots.ts";
import { TestDaemon } from "../harness/test-daemon.ts";
import { runRecipe } from "./run-recipe.ts";

const TAG = "nodejs-demo";

test("the demo of nodejs counts in children what its warm-up has compiled", async () => {
  await using daemon = await TestDaemon.start();
  await removeSnapshot(daemon.forkd, TAG);
  const { snapshot } = await requireRecipe("nodejs");
  const parent = await forkOne(daemon);
  for (const step of snapshot.warm ?? [])
    if (step.kind === "node") await parent.eval(step.code, { language: "node" });
  await parent.branch({ tag: TAG });
  expect(await runRecipe(daemon, "run", "nodejs", "--tag", TAG, "2")).toMatch(
    /^2 children found 9592 primes/,
  );
  await removeSnapshot(daemon.forkd, TAG);
});

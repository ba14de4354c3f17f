import { join } from "node:path";
import { expect, test } from "vitest";
import { removeAllSnapshots } from "../harness/remove-snapshots.ts";
import { TEST_CACHE_DIR, TestDaemon } from "../harness/test-daemon.ts";
import { runRecipe } from "./run-recipe.ts";

/** Its image stays here from run to run. */
const DATA_DIR = join(TEST_CACHE_DIR, "pytest-data");
/** An image of a hundred packages, and their import in an emulated guest. */
const BUILD_MS = 900_000;

test(
  "the demo of ci-parallel-pytest has the same outcomes in one fork, split over forks, and in cold processes",
  { timeout: BUILD_MS },
  async () => {
    await using daemon = await TestDaemon.start({ dataDir: DATA_DIR });
    await removeAllSnapshots(daemon.forkd);
    expect(await runRecipe(daemon, "run", "ci-parallel-pytest", "2")).toMatch(
      /^32 tests passed each time:$/m,
    );
  },
);

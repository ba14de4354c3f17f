import { defineConfig } from "vitest/config";
import { LANES } from "./tests/harness/lanes.ts";
import { LongestFirst } from "./tests/harness/longest-first.ts";

/** Our own packages run from their sources, also those that are built for others. */
const ssr = { resolve: { conditions: ["@forkd/source", "module", "node", "development|production"] } };
/** That of what runs once for all tests. */
const environments = { __vitest__: ssr };
/** What is waited for comes within a second on a host at rest. On a busy one anything takes longer, and that is no failure. */
const expect = { poll: { timeout: 60_000 } };
/** Nothing in a test of machines takes as long, also beside others. */
const patience = { expect, testTimeout: 120_000, hookTimeout: 300_000 };
const machines = {
  include: ["packages/*/{src,test}/**/*.machine.test.ts", "tests/**/*.test.ts"],
  setupFiles: ["tests/harness/end-of-file.ts"],
  ...patience,
};

export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        ssr,
        environments,
        test: {
          name: "unit",
          include: [
            "packages/*/src/**/*.test.ts",
            "packages/*/test/**/*.test.ts",
            "scripts/**/*.test.ts",
            "fuzz/*.test.ts",
          ],
          exclude: ["**/*.{machine,build}.test.ts", "**/node_modules/**"],
          // What a file imports is loaded once for all files of a process: a quarter of the work.
          isolate: false,
          setupFiles: ["tests/harness/left-as-found.ts"],
          // Nothing here takes long; a host that is busy with other things makes anything take longer.
          testTimeout: 60_000,
          hookTimeout: 60_000,
          expect,
        },
      },
      {
        ssr,
        environments,
        // What builds images needs the tools for that, and no machine.
        test: {
          name: "builds",
          include: ["packages/*/src/**/*.build.test.ts"],
          testTimeout: 300_000,
        },
      },
      {
        ssr,
        environments,
        test: {
          ...machines,
          name: "machines",
          globalSetup: ["tests/harness/global-setup.ts"],
          maxWorkers: LANES,
        },
      },
      {
        ssr,
        environments,
        // Never a part of `npm test`, whose parent is made by the code under test.
        test: {
          ...machines,
          name: "one",
          globalSetup: ["tests/harness/one-file-setup.ts"],
          fileParallelism: false,
        },
      },
      {
        ssr,
        environments,
        test: {
          name: "kvm",
          include: [
            "tests/fork-contract/*.test.ts",
            "tests/functional/{eval,exec,files,pause,suspend}.test.ts",
            "tests/branch/modes.test.ts",
          ],
          globalSetup: ["tests/kvm/global-setup.ts"],
          fileParallelism: false,
          ...patience,
        },
      },
    ],
  },
});

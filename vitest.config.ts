import { defineConfig } from "vitest/config";

/** Our own packages run from their sources, also those that are built for others. */
const ssr = { resolve: { conditions: ["@forkd/source", "module", "node", "development|production"] } };
/** That of what runs once for all tests. */
const environments = { __vitest__: ssr };
/** Tests on real machines, one file at a time. */
const machines = {
  include: ["packages/*/{src,test}/**/*.machine.test.ts", "tests/**/*.test.ts"],
  setupFiles: ["tests/harness/end-of-file.ts"],
  fileParallelism: false,
  testTimeout: 120_000,
  hookTimeout: 300_000,
};

export default defineConfig({
  test: {
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
          exclude: ["**/*.machine.test.ts", "**/node_modules/**"],
          // Nothing here takes long; a host that is busy with other things makes anything take longer.
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        ssr,
        environments,
        test: { ...machines, name: "machines", globalSetup: ["tests/harness/global-setup.ts"] },
      },
      {
        ssr,
        environments,
        // Never a part of `npm test`, whose parent is made by the code under test.
        test: { ...machines, name: "one", globalSetup: ["tests/harness/one-file-setup.ts"] },
      },
      {
        ssr,
        environments,
        test: {
          name: "kvm",
          include: [
            "tests/fork-contract/*.test.ts",
            "tests/functional/{eval,exec,files}.test.ts",
            "tests/branch/modes.test.ts",
          ],
          globalSetup: ["tests/kvm/global-setup.ts"],
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 300_000,
        },
      },
    ],
  },
});

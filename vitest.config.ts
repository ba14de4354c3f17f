import { defineConfig } from "vitest/config";

/** Our own packages run from their sources, also those that are built for others. */
const ssr = { resolve: { conditions: ["@forkd/source", "module", "node", "development|production"] } };
/** That of what runs once for all tests. */
const environments = { __vitest__: ssr };

export default defineConfig({
  test: {
    projects: [
      {
        ssr,
        environments,
        test: {
          name: "unit",
          include: ["packages/*/src/**/*.test.ts", "packages/*/test/**/*.test.ts", "scripts/**/*.test.ts"],
          exclude: ["**/*.machine.test.ts", "**/node_modules/**"],
        },
      },
      {
        ssr,
        environments,
        test: {
          name: "machines",
          include: ["packages/*/{src,test}/**/*.machine.test.ts", "tests/**/*.test.ts"],
          globalSetup: ["tests/harness/global-setup.ts"],
          setupFiles: ["tests/harness/end-of-file.ts"],
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 300_000,
        },
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

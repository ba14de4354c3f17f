import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: ["packages/*/src/**/*.test.ts", "packages/*/test/**/*.test.ts", "scripts/**/*.test.ts"],
          exclude: ["**/*.machine.test.ts", "**/node_modules/**"],
        },
      },
      {
        test: {
          name: "machines",
          include: ["packages/*/{src,test}/**/*.machine.test.ts", "tests/**/*.test.ts"],
          globalSetup: ["tests/harness/global-setup.ts"],
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 300_000,
        },
      },
    ],
  },
});

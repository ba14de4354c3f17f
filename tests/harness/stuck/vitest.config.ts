import { defineConfig } from "vitest/config";

/** For a file whose hook times out, run by the test beside it. */
export default defineConfig({
  test: {
    include: ["tests/harness/stuck/hook.case.ts"],
    setupFiles: ["tests/harness/end-of-file.ts"],
    hookTimeout: 30_000,
  },
});

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { runCli } from "../run.ts";

let stdout = "";
let stderr = "";
beforeEach(() => {
  stdout = stderr = "";
  vi.spyOn(process.stdout, "write").mockImplementation((text) => ((stdout += String(text)), true));
  vi.spyOn(process.stderr, "write").mockImplementation((text) => ((stderr += String(text)), true));
});
afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
});

test("it listens where the reference system does", async () => {
  await runCli(["controller", "serve", "--help"]);
  expect(stdout).toContain('(default: "127.0.0.1:8889")');
  expect(stdout).toContain("--branch-concurrency");
});

test.each(["--state", "--snapshot-root", "--audit-log", "--prewarm-scratch-dir"])(
  "%s is refused, with what to do instead",
  async (flag) => {
    await runCli(["controller", "serve", flag, "/srv/x"]);
    expect(stderr).toMatch(
      new RegExp(`^error: ${flag} is not an option of this daemon\n  try: leave it out`),
    );
    expect(process.exitCode).toBe(2);
  },
);

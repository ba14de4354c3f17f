/** `npm test`: the checks that need no machine first, then the tests, real machines included. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CHECKS, CHECK_OPTIONS, verdict } from "./checks.ts";
import type { Check } from "./checks.ts";

const directory = mkdtempSync(join(tmpdir(), "forkd-test-"));
const report = join(directory, "report.json");
const filters = process.argv.slice(2);

const tests: Check = {
  name: "tests",
  command: [
    "vitest",
    "run",
    "--project=unit",
    "--project=machines",
    "--reporter=default",
    "--reporter=json",
    `--outputFile.json=${report}`,
    ...filters,
  ],
};

let failed = 0;
for (const check of [...CHECKS, tests]) {
  const [program, ...args] = check.command;
  console.log(`==> ${check.name}`);
  const startedAt = performance.now();
  const { status } = spawnSync(program, args, { ...CHECK_OPTIONS, stdio: ["ignore", "inherit", "inherit"] });
  console.log(verdict(check, status, startedAt));
  if (status !== 0) failed += 1;
}
const counts = readReport();
rmSync(directory, { recursive: true });
console.log(`${counts.passed} passed, ${counts.failed} failed`);
process.exitCode = failed === 0 && counts.passed > 0 ? 0 : 1;

function readReport(): { passed: number; failed: number } {
  try {
    const { numPassedTests, numFailedTests } = JSON.parse(readFileSync(report, "utf8")) as Record<
      string,
      number
    >;
    return { passed: numPassedTests ?? 0, failed: numFailedTests ?? 0 };
  } catch {
    return { passed: 0, failed: 0 };
  }
}

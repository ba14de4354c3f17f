/** `npm test`: the checks that need no machine first, then the tests, real machines included. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const directory = mkdtempSync(join(tmpdir(), "forkd-test-"));
const report = join(directory, "report.json");
const filters = process.argv.slice(2);

const checks: [name: string, command: string, ...args: string[]][] = [
  ["generated files", process.execPath, "scripts/generate.ts", "--check"],
  ["format", "prettier", "--check", "--log-level=warn", "."],
  ["lint", "oxlint", "--deny-warnings", "--quiet"],
  ["types", "tsc", "--noEmit"],
  ["unused code", "knip", "--no-progress", "--no-config-hints"],
  [
    "tests",
    "vitest",
    "run",
    "--project=unit",
    "--project=machines",
    "--reporter=default",
    "--reporter=json",
    `--outputFile.json=${report}`,
    ...filters,
  ],
];

let failed = 0;
for (const [name, command, ...args] of checks) {
  console.log(`==> ${name}`);
  const startedAt = performance.now();
  const { status } = spawnSync(command, args, {
    stdio: ["ignore", "inherit", "inherit"],
    env: withLocalTools(),
  });
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  console.log(`==> ${name}: ${status === 0 ? "passed" : "FAILED"} in ${seconds} s`);
  if (status !== 0) failed += 1;
}
const tests = readReport();
rmSync(directory, { recursive: true });
console.log(`${tests.passed} passed, ${tests.failed} failed`);
process.exitCode = failed === 0 && tests.passed > 0 ? 0 : 1;

function withLocalTools(): NodeJS.ProcessEnv {
  return { ...process.env, PATH: `${join(process.cwd(), "node_modules/.bin")}:${process.env["PATH"] ?? ""}` };
}

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

/** `npm test`: the checks that need no machine first, then the tests, real machines included. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CHECKS, CHECK_OPTIONS, verdict } from "./checks.ts";
import type { Check } from "./checks.ts";

const directory = mkdtempSync(join(tmpdir(), "forkd-test-"));
const breakdown = join(directory, "breakdown");
const filters = process.argv.slice(2);

const TESTS = vitest("tests", "--project=unit", "--project=machines", ...filters);
/** What depends on it most; `npm run test:kvm` has the rest. */
const KVM_TESTS = vitest("tests through KVM", "--project=kvm", "--bail=1", "tests/fork-contract");

/** Three times what they take. Where the emulated host stands still, nothing else may end them. */
const KVM_LIMIT_MS = 900_000;

let failed = 0;
for (const check of CHECKS) failed += run(check) ? 0 : 1;
failed += run(TESTS) ? 0 : 1;
const counts = readReport(TESTS);
if (filters.length === 0) {
  let isGood = run(KVM_TESTS, KVM_LIMIT_MS);
  if (!isGood && existsSync(breakdown)) {
    console.log(`==> ${KVM_TESTS.name}: once more, since ${readFileSync(breakdown, "utf8")}`);
    isGood = run(KVM_TESTS, KVM_LIMIT_MS);
  }
  failed += isGood ? 0 : 1;
  const more = readReport(KVM_TESTS);
  counts.passed += more.passed;
  counts.failed += more.failed;
}
rmSync(directory, { recursive: true });
console.log(`${counts.passed} passed, ${counts.failed} failed`);
process.exitCode = failed === 0 && counts.passed > 0 ? 0 : 1;

function vitest(name: string, ...words: string[]): Check {
  const report = `--outputFile.json=${reportOf(name)}`;
  return { name, command: ["vitest", "run", "--reporter=default", "--reporter=json", report, ...words] };
}

function reportOf(name: string): string {
  return join(directory, `${name}.json`);
}

function run(check: Check, timeout?: number): boolean {
  const [program, ...args] = check.command;
  console.log(`==> ${check.name}`);
  const startedAt = performance.now();
  const { status } = spawnSync(program, args, {
    ...CHECK_OPTIONS,
    env: { ...CHECK_OPTIONS.env, FORKD_TEST_BREAKDOWN: breakdown },
    stdio: ["ignore", "inherit", "inherit"],
    ...(timeout !== undefined && { timeout }),
  });
  console.log(verdict(check, status, startedAt));
  return status === 0;
}

function readReport({ name }: Check): { passed: number; failed: number } {
  try {
    const { numPassedTests, numFailedTests } = JSON.parse(readFileSync(reportOf(name), "utf8")) as Record<
      string,
      number
    >;
    return { passed: numPassedTests ?? 0, failed: numFailedTests ?? 0 };
  } catch {
    return { passed: 0, failed: 0 };
  }
}

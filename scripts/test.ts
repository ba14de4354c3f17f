/** `npm test [-- FILE...]`: the checks that need no machine first, then the tests, real machines included. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CHECKS, CHECK_OPTIONS } from "./checks.ts";
import type { Check } from "./checks.ts";
import { readReport } from "./read-report.ts";
import { runCheck } from "./run-check.ts";

const directory = mkdtempSync(join(tmpdir(), "forkd-test-"));
const breakdown = join(directory, "breakdown");
const filters = process.argv.slice(2);
const isWhole = filters.length === 0;

const MACHINES = vitest("tests on machines", "--project=machines", "--passWithNoTests", ...filters);
/** All that needs no machine. */
const UNIT = vitest("tests", "--project=unit", "--project=builds", "--passWithNoTests", ...filters);
/** What depends on it most; `npm run test:kvm` has the rest. */
const KVM = vitest("tests through KVM", "--project=kvm", "--bail=1", "tests/fork-contract");

/** Three times what they take. Where the emulated host stands still, nothing else may end them. */
const KVM_LIMIT_MS = 900_000;

const passes = await Promise.all(CHECKS.map((check) => runCheck(check)));
passes.push(await runCheck(MACHINES, { isLive: true }));
// An emulated host has one CPU, and the others leave it that.
passes.push(
  ...(await Promise.all([runCheck(UNIT, { isLive: true }), ...(isWhole ? [testThroughKvm()] : [])])),
);
const reports = [MACHINES, UNIT, KVM].map(({ name }) => readReport(reportOf(name), CHECK_OPTIONS.cwd));
rmSync(directory, { recursive: true });
const passed = reports.reduce((sum, report) => sum + report.passed, 0);
for (const failure of reports.flatMap(({ failures }) => failures)) console.log(`FAILED ${failure}`);
console.log(`${passed} passed, ${reports.reduce((sum, { failed }) => sum + failed, 0)} failed`);
process.exitCode = passes.every(Boolean) && passed > 0 ? 0 : 1;

async function testThroughKvm(): Promise<boolean> {
  const options = { timeoutMs: KVM_LIMIT_MS, env: { FORKD_TEST_BREAKDOWN: breakdown } };
  if (await runCheck(KVM, options)) return true;
  if (!existsSync(breakdown)) return false;
  console.log(`==> ${KVM.name}: once more, since ${readFileSync(breakdown, "utf8")}`);
  return runCheck(KVM, options);
}

function vitest(name: string, ...words: string[]): Check {
  const report = `--outputFile.json=${reportOf(name)}`;
  return { name, command: ["vitest", "run", "--reporter=default", "--reporter=json", report, ...words] };
}

function reportOf(name: string): string {
  return join(directory, `${name}.json`);
}

/** `npm test`: the checks that need no machine first, then the tests, real machines included. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findVirtualisationFlag, readCpuInfo } from "../packages/host/src/accelerator/cpu.ts";
import { explainKvmRefusal } from "../packages/host/src/accelerator/kvm-device.ts";

const directory = mkdtempSync(join(tmpdir(), "forkd-test-"));
const filters = process.argv.slice(2);

/** The suites through KVM have 4 minutes of an idle host, most of them for the emulated host to come up. */
const KVM_LIMIT_MS = 900_000;

const checks: [name: string, command: string, ...args: string[]][] = [
  ["generated files", process.execPath, "scripts/generate.ts", "--check"],
  ["format", "prettier", "--check", "--log-level=warn", "."],
  ["lint", "oxlint", "--deny-warnings", "--quiet"],
  ["types", "tsc", "--noEmit"],
  ["unused code", "knip", "--no-progress", "--no-config-hints"],
  ["tests", ...runTests("unit", "machines")],
];
if (await hasKvm())
  console.log("==> tests with KVM: this host has it, so the tests of machines run through it");
else checks.push(["tests with KVM", ...runTests("kvm")]);

let failed = 0;
for (const [name, command, ...args] of checks) {
  console.log(`==> ${name}`);
  const startedAt = performance.now();
  const { status } = spawnSync(command, args, {
    stdio: ["ignore", "inherit", "inherit"],
    env: withLocalTools(),
    ...(name === "tests with KVM" && { timeout: KVM_LIMIT_MS }),
  });
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  console.log(`==> ${name}: ${status === 0 ? "passed" : "FAILED"} in ${seconds} s`);
  if (status !== 0) failed += 1;
}
const reports = readdirSync(directory).map(readReport);
const tests = {
  passed: reports.reduce((sum, { passed }) => sum + passed, 0),
  failed: reports.reduce((sum, { failed }) => sum + failed, 0),
};
rmSync(directory, { recursive: true });
console.log(`${tests.passed} passed, ${tests.failed} failed`);
process.exitCode = failed === 0 && tests.passed > 0 ? 0 : 1;

function withLocalTools(): NodeJS.ProcessEnv {
  return { ...process.env, PATH: `${join(process.cwd(), "node_modules/.bin")}:${process.env["PATH"] ?? ""}` };
}

function runTests(...projects: string[]): [string, ...string[]] {
  return [
    "vitest",
    "run",
    ...projects.map((project) => `--project=${project}`),
    "--passWithNoTests",
    "--reporter=default",
    "--reporter=json",
    `--outputFile.json=${join(directory, `${projects.join("-")}.json`)}`,
    ...filters,
  ];
}

/** Whether machines can be expected to be run by hardware here; else an emulated host shows that they are. */
async function hasKvm(): Promise<boolean> {
  return (
    findVirtualisationFlag(await readCpuInfo()) !== undefined && (await explainKvmRefusal()) === undefined
  );
}

function readReport(name: string): { passed: number; failed: number } {
  try {
    const { numPassedTests, numFailedTests } = JSON.parse(
      readFileSync(join(directory, name), "utf8"),
    ) as Record<string, number>;
    return { passed: numPassedTests ?? 0, failed: numFailedTests ?? 0 };
  } catch {
    return { passed: 0, failed: 0 };
  }
}

import { readFileSync } from "node:fs";
import { relative } from "node:path";

/** What came of the tests of one run. */
export interface TestReport {
  readonly passed: number;
  readonly failed: number;
  /** For each that failed: its file, its name, and how its message begins. */
  readonly failures: readonly string[];
}

/** The part of Vitest's report as JSON that is used here. */
interface JsonReport {
  readonly numPassedTests?: number;
  readonly numFailedTests?: number;
  readonly testResults?: readonly JsonFile[];
}

interface JsonFile {
  readonly name: string;
  readonly status: string;
  readonly message?: string;
  readonly assertionResults: readonly JsonTest[];
}

interface JsonTest {
  readonly status: string;
  readonly fullName: string;
  readonly failureMessages?: readonly string[] | null;
}

const NONE: TestReport = { passed: 0, failed: 0, failures: [] };
/** What is whole stands above, where it happened. */
const MESSAGE_LINES = 12;

/** Reads the report that Vitest wrote to `path`. A run that ended before it wrote one has no tests. */
export function readReport(path: string, root: string): TestReport {
  try {
    const report = JSON.parse(readFileSync(path, "utf8")) as JsonReport;
    const files = report.testResults ?? [];
    return {
      passed: report.numPassedTests ?? 0,
      failed: report.numFailedTests ?? 0,
      failures: files.flatMap((file) => describeFailures(file, root)),
    };
  } catch {
    return NONE;
  }
}

/** A file may fail without a test of it, as when it cannot be loaded or leaves something behind. */
function describeFailures({ name, status, message, assertionResults }: JsonFile, root: string): string[] {
  const file = relative(root, name);
  const failed = assertionResults.filter((test) => test.status === "failed");
  // One without a message was not begun, since another had failed.
  if (failed.length === 0) return status === "failed" && message ? [`${file}\n${shorten(message)}`] : [];
  return failed.map(
    (test) => `${file} > ${test.fullName}\n${shorten((test.failureMessages ?? []).join("\n"))}`,
  );
}

function shorten(message: string): string {
  const lines = message.split("\n").slice(0, MESSAGE_LINES);
  return lines.map((line) => `    ${line}`).join("\n");
}

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { readReport } from "./read-report.ts";

const directory = mkdtempSync(join(tmpdir(), "forkd-report-"));
afterAll(() => rmSync(directory, { recursive: true }));

test("a failure is told with its file, its name and how its message begins", () => {
  const path = write({
    numPassedTests: 3,
    numFailedTests: 1,
    testResults: [
      { name: "/root/a.test.ts", status: "passed", message: "", assertionResults: [passed("one")] },
      {
        name: "/root/tests/b.test.ts",
        status: "failed",
        message: "",
        assertionResults: [
          passed("two"),
          { status: "failed", fullName: "b three", failureMessages: [lines(30)] },
        ],
      },
    ],
  });
  const { passed: count, failed, failures } = readReport(path, "/root");
  expect([count, failed]).toEqual([3, 1]);
  expect(failures).toHaveLength(1);
  expect(failures[0]).toMatch(/^tests\/b\.test\.ts > b three\n {4}line 0\n {4}line 1\n/);
  expect(failures[0]).not.toContain("line 20");
});

test("a file that fails without a test of it is told too", () => {
  const file = { name: "/root/c.test.ts", status: "failed", message: "no such module", assertionResults: [] };
  const path = write({ testResults: [file] });
  expect(readReport(path, "/root").failures).toEqual(["c.test.ts\n    no such module"]);
});

test("a file that was not begun, since another had failed, is no failure", () => {
  const path = write({
    testResults: [{ name: "/root/d.test.ts", status: "failed", message: "", assertionResults: [] }],
  });
  expect(readReport(path, "/root").failures).toEqual([]);
});

test("a run that wrote no report has no tests", () => {
  expect(readReport(join(directory, "none"), "/root")).toEqual({ passed: 0, failed: 0, failures: [] });
});

function passed(fullName: string) {
  return { status: "passed", fullName, failureMessages: [] };
}

function lines(count: number): string {
  return Array.from({ length: count }, (_, index) => `line ${index}`).join("\n");
}

function write(report: object): string {
  const path = join(directory, "report.json");
  writeFileSync(path, JSON.stringify(report));
  return path;
}

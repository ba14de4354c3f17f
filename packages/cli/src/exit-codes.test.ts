import { expect, test } from "vitest";
import { exitCodeOf } from "./exit-codes.ts";

test.each([
  ["snapshot_not_found", 404, 3],
  ["snapshot_not_ready", 409, 4],
  ["sandbox_quota", 429, 4],
  ["branch_busy", 503, 4],
  ["invalid_request", 400, 2],
  ["requirement_missing", 503, 5],
  ["disk_full", 507, 5],
  ["memory_limit_unavailable", 409, 5],
  ["command_not_found", 422, 127],
  ["agent_timeout", 504, 124],
  ["cancelled", 499, 130],
  ["internal", 500, 1],
  ["daemon_unreachable", 0, 1],
  ["a_code_of_the_future", 409, 4],
])("%s (%d) ends with %d", (code, status, exitCode) => {
  expect(exitCodeOf({ code, status })).toBe(exitCode);
});

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { afterAll, vi } from "vitest";

/** What a test could have altered of its process, which it shares with other files. */
function readState() {
  return {
    environment: { ...process.env },
    directory: process.cwd(),
    umask: /^Umask:.*$/m.exec(readFileSync("/proc/self/status", "utf8"))?.[0],
    exitCode: process.exitCode,
    isTimeFake: vi.isFakeTimers(),
  };
}

const found = readState();

/** Behind all hooks of the file: the next one is to find its process as this one did. */
afterAll(() => assert.deepEqual(readState(), found));

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import { openInBrowser } from "./open-in-browser.ts";

afterEach(() => void vi.unstubAllEnvs());

test.skipIf(process.platform !== "linux").each([
  ["opens a page", "exit 0", true, 60_000],
  ["goes on as long as its browser", "exec sleep 20", true, 100],
  ["finds no browser", "exit 3", false, 60_000],
])("a program that %s is taken at its word", async (_, script, isOpened, patienceMs) => {
  await using stack = new AsyncDisposableStack();
  const directory = stack.adopt(await mkdtemp(join(tmpdir(), "forkd-open-")), (path) =>
    rm(path, { recursive: true }),
  );
  await writeFile(join(directory, "xdg-open"), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  vi.stubEnv("PATH", `${directory}:${process.env["PATH"]}`);
  vi.stubEnv("DISPLAY", ":0");
  expect(await openInBrowser("http://127.0.0.1/", patienceMs)).toBe(isOpened);
});

test("without a program that opens pages none is opened", async () => {
  vi.stubEnv("PATH", "/nowhere");
  vi.stubEnv("DISPLAY", ":0");
  expect(await openInBrowser("http://127.0.0.1/")).toBe(false);
});

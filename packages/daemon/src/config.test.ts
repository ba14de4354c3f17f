import { expect, test } from "vitest";
import { readConfig } from "./config.ts";

test("takes every setting from its variable", () => {
  const config = readConfig({
    FORKD_DATA_DIR: "/d",
    FORKD_CACHE_DIR: "/c",
    FORKD_SOCKET: "/s",
    FORKD_MAX_SANDBOXES: "7",
    FORKD_PARALLELISM: "3",
    FORKD_ZYGOTES: "0",
    FORKD_CLOCK_SECS: "30",
    FORKD_BRANCH_CONCURRENCY: "2",
    FORKD_MAX_PACK_GIB: "8",
    FORKD_DEBIAN_MIRROR: "http://mirror.example/debian",
    FORKD_LOG_LEVEL: "debug",
    FORKD_UID_BASE: "300000",
    FORKD_DOMAIN: "sandboxes.example",
  });
  expect(config).toEqual({
    dataDir: "/d",
    cacheDir: "/c",
    socketPath: "/s",
    maxSandboxes: 7,
    parallelism: 3,
    zygotes: 0,
    clockSecs: 30,
    branchConcurrency: 2,
    maxPackGib: 8,
    debianMirror: "http://mirror.example/debian",
    domain: "sandboxes.example",
    logLevel: "debug",
    uidBase: 300_000,
  });
});

test.each([
  ["FORKD_DATA_DIR", "relative/path"],
  ["FORKD_SOCKET", `/${"long/".repeat(30)}forkd.sock`],
  ["FORKD_SOCKET", `/${"ö".repeat(60)}.sock`],
  ["FORKD_MAX_SANDBOXES", "0"],
  ["FORKD_ZYGOTES", "-1"],
  ["FORKD_CLOCK_SECS", "soon"],
  ["FORKD_DEBIAN_MIRROR", "file:///etc"],
])("refuses %s=%s, and names the variable", (name, value) => {
  expect(() => readConfig({ [name]: value })).toThrow(
    expect.objectContaining({
      code: "invalid_configuration",
      details: expect.objectContaining({ variable: name }) as unknown,
    }),
  );
});

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { DAEMON_SETTINGS } from "@forkd/contract/daemon-settings";
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
    FORKD_SOCKET_MODE: "0660",
    FORKD_NETNS_POOL: "12",
    FORKD_NETNS_RANGE: "10.99.0.0/16",
    FORKD_NAME_SERVERS: "9.9.9.9, [::1]:5353",
    FORKD_DOMAIN: "sandboxes.example",
    FORKD_BIND: "[::1]:8889",
    FORKD_TLS_CERT: "/cert.pem",
    FORKD_TLS_KEY: "/key.pem",
    FORKD_TOKEN_FILE: "/token",
    FORKD_ON_EXIT: "suspend",
    FORKD_ADMISSION: "off",
    FORKD_RESERVE_MEMORY_MIB: "0",
    FORKD_RESERVE_DISK_MIB: "1024",
    FORKD_EXIT_SECS: "30",
    FORKD_AUDIT: "sync",
  });
  expect(config).toEqual({
    dataDir: "/d",
    audit: "sync",
    cacheDir: "/c",
    socketPath: "/s",
    socketMode: 0o660,
    maxSandboxes: 7,
    parallelism: 3,
    zygotes: 0,
    clockSecs: 30,
    branchConcurrency: 2,
    maxPackGib: 8,
    debianMirror: "http://mirror.example/debian",
    netnsPool: 12,
    netnsRange: "10.99.0.0/16",
    nameServers: ["9.9.9.9", "[::1]:5353"],
    domain: "sandboxes.example",
    bind: { host: "::1", port: 8889 },
    tlsCert: "/cert.pem",
    tlsKey: "/key.pem",
    tokenFile: "/token",
    onExit: "suspend",
    admission: "off",
    reserveMemoryMib: 0,
    reserveDiskMib: 1024,
    exitSecs: 30,
    logLevel: "debug",
    uidBase: 300_000,
  });
  const places = ["dataDir", "cacheDir", "socketPath"];
  expect(Object.keys(config).toSorted()).toEqual([...Object.keys(DAEMON_SETTINGS), ...places].toSorted());
});

test("what is unset or empty is as the table of settings says", () => {
  const empty = Object.values(DAEMON_SETTINGS).map(({ variable }) => [variable, ""]);
  const config = readConfig(Object.fromEntries(empty));
  expect(config).toEqual(readConfig({}));
  // The others say in words what holds.
  const told = [
    "maxSandboxes",
    "zygotes",
    "clockSecs",
    "uidBase",
    "branchConcurrency",
    "maxPackGib",
    "netnsPool",
    "domain",
    "logLevel",
  ];
  const unset = Object.entries(DAEMON_SETTINGS).filter(([name]) => told.includes(name));
  expect(unset).toHaveLength(told.length);
  expect(config).toMatchObject(Object.fromEntries(unset.map(([name, setting]) => [name, setting.unset])));
});

test("traces are wanted where OpenTelemetry's own variables say so", () => {
  expect(readConfig({})).not.toHaveProperty("traces");
  expect(readConfig({ OTEL_EXPORTER_OTLP_ENDPOINT: "http://collector:4318" }).traces).toBeDefined();
});

test("the page on configuration has every setting with its default", async () => {
  const page = await readFile(join(import.meta.dirname, "../../../docs/reference/configuration.md"), "utf8");
  for (const { variable, unset } of Object.values(DAEMON_SETTINGS))
    expect(page).toMatch(new RegExp(`^\\| \`${variable}\` \\| \`?${unset}`, "m"));
});

test.each([
  ["FORKD_DATA_DIR", "relative/path"],
  ["FORKD_SOCKET", `/${"long/".repeat(30)}forkd.sock`],
  ["FORKD_SOCKET", `/${"ö".repeat(60)}.sock`],
  ["FORKD_SOCKET_MODE", "0666"],
  ["FORKD_MAX_SANDBOXES", "0"],
  ["FORKD_ZYGOTES", "-1"],
  ["FORKD_CLOCK_SECS", "soon"],
  ["FORKD_NAME_SERVERS", "9.9.9.9,dns.example"],
  ["FORKD_DEBIAN_MIRROR", "file:///etc"],
])("refuses %s=%s, and names the variable", (name, value) => {
  expect(() => readConfig({ [name]: value })).toThrow(
    expect.objectContaining({
      code: "invalid_configuration",
      details: expect.objectContaining({ variable: name }) as unknown,
    }),
  );
});

test.each([
  [{ FORKD_BIND: "8889" }, "FORKD_BIND", "is not HOST:PORT"],
  [{ FORKD_BIND: "127.0.0.1:99999" }, "FORKD_BIND", "is not HOST:PORT"],
  [{ FORKD_BIND: "[127.0.0.1]:8889" }, "FORKD_BIND", "is not HOST:PORT"],
  [{ FORKD_BIND: "0.0.0.0:8889" }, "FORKD_BIND", "can be reached from other hosts"],
  [{ FORKD_BIND: "lab.example:8889" }, "FORKD_BIND", "can be reached from other hosts"],
  [{ FORKD_TLS_CERT: "/cert.pem" }, "FORKD_TLS_KEY", "is not set, and FORKD_TLS_CERT is"],
  [{ FORKD_TLS_KEY: "/key.pem" }, "FORKD_TLS_CERT", "is not set, and FORKD_TLS_KEY is"],
])("refuses to listen as %j says", (env, variable, why) => {
  expect(() => readConfig(env)).toThrow(
    expect.objectContaining({ details: expect.objectContaining({ variable }) as unknown }),
  );
  expect(() => readConfig(env)).toThrow(why);
});

test.each(["127.0.0.1:1", "127.9.9.9:0", "localhost:8889", "[::1]:8889"])(
  "listens on %s without TLS",
  (bind) => {
    expect(readConfig({ FORKD_BIND: bind }).bind).toBeDefined();
  },
);

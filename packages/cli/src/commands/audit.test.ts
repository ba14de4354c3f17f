import { expect, test } from "vitest";
import { serveRoutes } from "../../test/recording-daemon.ts";
import { forkd } from "../../test/run-forkd.ts";

const ENTRY = {
  seq: 41,
  at_unix_ms: 1_700_000_000_123,
  stage: "asked",
  who: "ci",
  from: "203.0.113.9",
  request_id: "ci/4711",
  operation: "fork",
  object: "py\u001B[2J",
  path: null,
  asked: null,
  code: null,
  made: [],
  prev: "0".repeat(64),
};

test("a line of the audit is told with nothing that a terminal obeys, the last of them and what follows too", async () => {
  const line = "2023-11-14T22:13:20.123Z  41  asked    ci@203.0.113.9  fork py request=ci/4711\n";
  await using daemon = await serveRoutes({
    "GET /v1/audit": { lines: [ENTRY] },
    "GET /v1/audit?follow=true": { lines: [ENTRY, { ...ENTRY, seq: 42 }] },
    "GET /v1/audit?since_unix_ms=1700000000000&follow=true": { lines: [] },
  });
  expect(await forkd(daemon.url, "audit", "list")).toMatchObject({ status: 0, stdout: line });
  const followed = await forkd(daemon.url, "audit", "list", "-f");
  expect(followed.stdout).toBe(line + line.replace("41", "42"));
  const json = await forkd(daemon.url, "audit", "list", "-f", "--json");
  expect(json.stdout.trimEnd().split("\n")).toHaveLength(2);
  const none = await forkd(daemon.url, "audit", "list", "--follow", "--since", "1700000000");
  expect(none).toMatchObject({
    status: 0,
    stdout: "",
    stderr: "this daemon records nothing (FORKD_AUDIT)\n",
  });
});

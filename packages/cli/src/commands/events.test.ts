import { expect, test } from "vitest";
import { serveRoutes } from "../../test/recording-daemon.ts";
import { forkd } from "../../test/run-forkd.ts";

const common = { at_unix_ms: 1_700_000_000_123, caller: null };
const LINES = [
  { type: "stream.opened", cursor: "a-2", is_whole: true },
  {
    ...common,
    type: "sandbox.forked",
    cursor: "a-1",
    snapshot_tag: "py",
    snapshot_id: "sn_0000000000000000",
    from: null,
    ids: ["sb_0000000000000001", "sb_0000000000000002"],
    wall_ms: 98,
  },
  {
    ...common,
    type: "sandbox.died",
    cursor: "a-2",
    id: "sb_0000000000000001",
    why: "it said \u001B[2J goodbye",
  },
];

test("events are a line each, with nothing that a terminal obeys", async () => {
  await using daemon = await serveRoutes({
    "GET /v1/events?types=sandbox%2Cjob.failed&follow=false": { lines: LINES },
  });
  const { status, stdout } = await forkd(daemon.url, "events", "--type", "sandbox", "job.failed");
  expect(stdout).toBe(
    "2023-11-14T22:13:20.123Z  sandbox.forked      snapshotTag=py snapshotId=sn_0000000000000000 " +
      "ids=sb_0000000000000001,sb_0000000000000002 wallMs=98\n" +
      '2023-11-14T22:13:20.123Z  sandbox.died        id=sb_0000000000000001 why="it said goodbye"\n',
  );
  expect(status).toBe(0);
});

test("only what came since is told, and what follows behind all that is kept", async () => {
  const [opened, forked, died] = LINES;
  const late = { ...died, at_unix_ms: 1_700_000_001_000 };
  await using daemon = await serveRoutes({
    "GET /v1/events?follow=false": { lines: [opened, forked, late] },
    "GET /v1/events?after=a-2&follow=true": { lines: [opened, { ...late, cursor: "a-3" }] },
  });
  const cursorsOf = async (...args: string[]): Promise<unknown[]> => {
    const { stdout } = await forkd(daemon.url, "events", "--since", "1700000001", "--json", ...args);
    return stdout
      .trimEnd()
      .split("\n")
      .map((line) => (JSON.parse(line) as { cursor: string }).cursor);
  };
  expect(await cursorsOf()).toEqual(["a-2"]);
  expect(await cursorsOf("-f")).toEqual(["a-2", "a-3"]);
});

test("events as JSON have the names of the API", async () => {
  await using daemon = await serveRoutes({ "GET /v1/events?follow=true": { lines: LINES } });
  const { stdout } = await forkd(daemon.url, "events", "--follow", "--json");
  const printed = stdout.trimEnd().split("\n");
  expect(printed.map((line) => JSON.parse(line) as unknown)).toEqual(LINES.slice(1));
});

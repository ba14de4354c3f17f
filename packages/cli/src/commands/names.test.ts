import { expect, test } from "vitest";
import { forkd } from "../../test/run-forkd.ts";
import { result, serveRoutes } from "../../test/recording-daemon.ts";
import { sandboxReply } from "../../test/replies.ts";

const ID = "sb_4k2m9x7q0v3bz8wc";
const NAMED = sandboxReply({ id: ID, name: "web", labels: { team: "shop" } });

test("fork gives a name, labels and auto-resume", async () => {
  await using daemon = await serveRoutes({ "POST /v1/sandboxes": result([NAMED]) });
  const given = [
    "--name",
    "web",
    "--label",
    "team=shop",
    "--label",
    "odd=a=b",
    "--auto-resume",
    "--public-ports",
    "-q",
  ];
  const { stdout } = await forkd(daemon.url, "fork", "py", ...given);
  expect(stdout).toBe(`${ID}\n`);
  const labels = { team: "shop", odd: "a=b" };
  expect(daemon.requests[0]?.body).toMatchObject({
    name: "web",
    labels,
    auto_resume: true,
    public_ports: true,
    snapshot_tag: "py",
  });
});

test("rename changes the name alone", async () => {
  await using daemon = await serveRoutes({ "PATCH /v1/sandboxes/old": { json: NAMED } });
  expect((await forkd(daemon.url, "rename", "old", "web")).stdout).toBe(`${ID} is web\n`);
  expect(daemon.requests[0]?.body).toEqual({ name: "web" });
});

test("ps asks the daemon for those that are wanted, and has a column for names", async () => {
  const query = "label=team%3Dshop&label=nightly&status=paused&name=web&tag=py";
  await using daemon = await serveRoutes({ [`GET /v1/sandboxes?${query}`]: { json: [NAMED] } });
  const filters = ["label=team=shop", "label=nightly", "status=paused", "name=web"];
  const { stdout } = await forkd(
    daemon.url,
    "ps",
    "py",
    ...filters.flatMap((filter) => ["--filter", filter]),
  );
  expect(stdout).toMatch(/SANDBOX +NAME +SNAPSHOT/);
  expect(stdout).toMatch(new RegExp(`${ID} +web +py`));
});

test("ps says that none is as was asked for, and not that there are none", async () => {
  await using daemon = await serveRoutes({ "GET /v1/sandboxes?name=web&tag=py": { json: [] } });
  const { stderr } = await forkd(daemon.url, "ps", "py", "--filter", "name=web");
  expect(stderr).toBe("no sandbox matches; see all: forkd ps\n");
});

test("ps refuses two snapshots", async () => {
  await using daemon = await serveRoutes({});
  const { stderr, status } = await forkd(daemon.url, "ps", "py", "--filter", "tag=other");
  expect(stderr).toContain("are two names");
  expect(status).toBe(2);
});

test.each([
  ["colour=red", "one of status="],
  ["names", "one of status="],
  ["statusx", "one of status="],
  ["label", "one of status="],
  ["status=paused --filter status=dead", "two values of status"],
])("ps refuses --filter %s", async (filter, why) => {
  await using daemon = await serveRoutes({});
  const { stderr, status } = await forkd(daemon.url, "ps", "--filter", ...filter.split(" "));
  expect(stderr).toContain(why);
  expect(status).toBe(2);
});

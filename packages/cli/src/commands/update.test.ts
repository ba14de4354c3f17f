import { expect, test } from "vitest";
import { serveRoutes } from "../../test/recording-daemon.ts";
import { sandboxReply } from "../../test/replies.ts";
import { forkd } from "../../test/run-forkd.ts";

const WEB = sandboxReply({ id: "sb_4k2m9x7q0v3bz8wc", name: "web" });
const API = sandboxReply({ id: "sb_5k2m9x7q0v3bz8wc", name: "api" });

const serve = () =>
  serveRoutes({ "PATCH /v1/sandboxes/web": { json: WEB }, "PATCH /v1/sandboxes/api": { json: API } });

test.each([
  [["--ttl", "2h", "--on-timeout", "suspend"], { ttl_secs: 7200, on_timeout: "suspend" }],
  [
    ["--ttl", "none", "--idle-timeout", "600", "--on-idle", "pause"],
    { ttl_secs: null, idle_timeout_secs: 600, on_idle: "pause" },
  ],
  [["--label", "team=shop", "--remove-label", "draft"], { labels: { team: "shop", draft: null } }],
  [["--name", "shop"], { name: "shop" }],
  [["--no-name"], { name: null }],
  [["--public-ports"], { public_ports: true }],
  [["--no-public-ports"], { public_ports: false }],
])("update %j changes that alone", async (options, body) => {
  await using daemon = await serve();
  const { stdout } = await forkd(daemon.url, "update", "web", ...options);
  expect(stdout).toBe(`updated ${WEB.id}\n`);
  expect(daemon.requests.map((request) => request.body)).toEqual([body]);
});

test("several are updated alike, and what fails with one is told behind the others", async () => {
  await using daemon = await serve();
  const { stdout, stderr, status } = await forkd(daemon.url, "update", "web", "gone", "api", "--ttl", "10m");
  expect(stdout).toBe(`updated ${WEB.id}\nupdated ${API.id}\n`);
  expect(stderr).toContain("PATCH /v1/sandboxes/gone");
  expect(status).not.toBe(0);
});

test.each([
  [["web"], "there is nothing to change"],
  [["web", "api", "--name", "x"], "a name is for one sandbox"],
  [["web", "--ttl", "soon"], "90s, 10m or 1h30m"],
  [["web", "--on-idle", "stop"], "kill, pause, suspend"],
])("update %j is refused, and nothing is asked", async (words, why) => {
  await using daemon = await serve();
  const { stderr, status } = await forkd(daemon.url, "update", ...words);
  expect(stderr).toContain(why);
  expect(status).toBe(2);
  expect(daemon.requests).toEqual([]);
});

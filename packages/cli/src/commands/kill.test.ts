import { expect, test } from "vitest";
import { serveRoutes } from "../../test/recording-daemon.ts";
import { sandboxReply } from "../../test/replies.ts";
import { forkd } from "../../test/run-forkd.ts";

const [WEB, OTHER] = ["sb_4k2m9x7q0v3bz8wc", "sb_7k2m9x7q0v3bz8wc"];
const LISTED = [sandboxReply({ id: WEB, name: "web" }), sandboxReply({ id: OTHER })];
const ROUTES = {
  "GET /v1/sandboxes": { json: LISTED },
  "GET /v1/sandboxes/web": { json: LISTED[0] },
  [`DELETE /v1/sandboxes/${WEB}`]: { status: 204 },
  [`DELETE /v1/sandboxes/${OTHER}`]: { status: 204 },
};

test("kill ends by id what was named, and tells the ids", async () => {
  await using daemon = await serveRoutes(ROUTES);
  const { stdout } = await forkd(daemon.url, "kill", "web", "sb_7k", "--json");
  expect(JSON.parse(stdout)).toEqual({ killed: [WEB, OTHER] });
  expect((await forkd(daemon.url, "kill", "web")).stdout).toBe(`ended ${WEB}\n`);
});

test("kill asks nothing about an id", async () => {
  await using daemon = await serveRoutes(ROUTES);
  await forkd(daemon.url, "kill", WEB);
  expect(daemon.requests.map(({ route }) => route).filter((route) => route.includes("sandboxes"))).toEqual([
    `DELETE /v1/sandboxes/${WEB}`,
  ]);
});

test("of several, those that were ended are told by id beside the failure", async () => {
  await using daemon = await serveRoutes(ROUTES);
  const { stderr, status } = await forkd(daemon.url, "kill", "web", "none");
  expect(stderr).toContain(`ended ${WEB}`);
  expect(status).not.toBe(0);
});

test.each([
  [["--all"], "keep_suspended=true", "kept one that is suspended; to end it too: forkd kill --all --force\n"],
  [
    ["--tag", "py"],
    "tag=py&keep_suspended=true",
    "kept one that is suspended; to end it too: forkd kill --tag py --force\n",
  ],
  [["--all", "--force"], undefined, ""],
])("kill %j asks for %s", async (options, query, said) => {
  await using daemon = await serveRoutes({
    "GET /v1/sandboxes": { json: [sandboxReply({ id: OTHER, status: "suspended" })] },
    "DELETE /v1/sandboxes": { json: { killed: [WEB] } },
  });
  const { stdout, stderr } = await forkd(daemon.url, "kill", ...options);
  expect(daemon.requests.map(({ route }) => route)).toContain(
    `DELETE /v1/sandboxes${query ? `?${query}` : ""}`,
  );
  expect(stdout).toBe(`ended ${WEB}\n`);
  expect(stderr).toBe(said);
});

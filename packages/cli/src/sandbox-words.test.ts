import { expect, test } from "vitest";
import { forkd } from "../test/run-forkd.ts";
import { serveRoutes } from "../test/recording-daemon.ts";
import { sandboxReply } from "../test/replies.ts";

const [OLD, NEW, DEAD] = ["sb_4k2m9x7q0v3bz8wc", "sb_4k3m9x7q0v3bz8wc", "sb_7k2m9x7q0v3bz8wc"];
const died = { at_unix: 9, why: "it was ended", console: [] };
const LISTED = [
  sandboxReply({ id: NEW, created_at_unix: 5 }),
  sandboxReply({ id: OLD, created_at_unix: 4, name: "web" }),
  sandboxReply({ id: DEAD, created_at_unix: 6, status: "dead", died }),
];

/** The path that was asked to be paused, or what was said instead. */
async function pause(word: string): Promise<string> {
  const names = [OLD, NEW, DEAD, "web", "sb_9z"];
  const routes = names.map(
    (name) => [`POST /v1/sandboxes/${name}/pause`, { json: sandboxReply({}) }] as const,
  );
  await using daemon = await serveRoutes({
    "GET /v1/sandboxes": { json: LISTED },
    ...Object.fromEntries(routes),
  });
  const { stderr } = await forkd(daemon.url, "pause", word);
  return daemon.requests.find(({ route }) => route.startsWith("POST"))?.route.split("/")[3] ?? stderr;
}

test.each([
  ["an id", OLD, OLD],
  ["a name", "web", "web"],
  ["the beginning of one id", "sb_4k3", NEW],
  ["the beginning of a dead one's id", "sb_7k", DEAD],
  ["the one that was forked last and is not dead", "@last", NEW],
  ["what begins no id, for the daemon to refuse", "sb_9z", "sb_9z"],
])("a sandbox is meant by %s", async (_, word, meant) => expect(await pause(word)).toBe(meant));

test.each(["sb_", "sb_7"])("%s is too little of an id to mean the only one that begins so", async (word) => {
  const json = [sandboxReply({ id: DEAD })];
  await using daemon = await serveRoutes({ "GET /v1/sandboxes": { json } });
  const { stderr, status } = await forkd(daemon.url, "pause", word);
  expect(stderr).toContain(`${word} is too short for the beginning of an id`);
  expect(status).toBe(2);
  expect(daemon.requests.filter(({ route }) => route.startsWith("POST"))).toEqual([]);
});

test("the beginning of several ids is refused, with those", async () => {
  const said = await pause("sb_4k");
  expect(said).toContain("begins 2 ids");
  expect(said).toContain(OLD);
});

test.each([
  [0, 1],
  [1, 0],
])("of those forked in one second, in any order, the last is that of the greatest index", async (a, b) => {
  const forked = [a, b].map((index) =>
    sandboxReply({ id: index === 0 ? OLD : NEW, created_at_unix: 5, child_index: index }),
  );
  const route = `POST /v1/sandboxes/${NEW}/pause`;
  await using daemon = await serveRoutes({
    "GET /v1/sandboxes": { json: forked },
    [route]: { json: forked[0] },
  });
  await forkd(daemon.url, "pause", "@last");
  expect(daemon.requests.map((request) => request.route)).toContain(route);
});

test("there is no last sandbox where there is none", async () => {
  await using daemon = await serveRoutes({ "GET /v1/sandboxes": { json: [] } });
  const { stderr, status } = await forkd(daemon.url, "pause", "@last");
  expect(stderr).toContain("no sandbox yet");
  expect(status).toBe(2);
});

import { expect, test } from "vitest";
import { answerJson, serveHttp } from "../../../sdk/test/http-fixture.ts";
import { finish, forkd, startForkd } from "../../test/run-forkd.ts";
import { serveRoutes } from "../../test/recording-daemon.ts";
import { sandboxReply } from "../../test/replies.ts";

const [GOOD, BAD] = ["sb_4k2m9x7q0v3bz8wc", "sb_0000000000000000"];
const INFO = sandboxReply({ id: GOOD });
const REFUSAL = { error: `there is no sandbox ${BAD}`, code: "sandbox_not_found", hint: "list them" };

test.each([
  ["pause", "paused"],
  ["suspend", "suspended"],
  ["resume", "resumed"],
])("%s changes those that are there, and says which is not", async (verb, done) => {
  await using daemon = await serveRoutes({
    [`POST /v1/sandboxes/${GOOD}/${verb}`]: { json: INFO },
    [`POST /v1/sandboxes/${BAD}/${verb}`]: { status: 404, json: REFUSAL },
  });
  const { stdout, stderr, status } = await forkd(daemon.url, verb, BAD, GOOD);
  expect(stdout).toBe(`${done} ${GOOD}\n`);
  expect(stderr).toContain(BAD);
  expect(status).toBe(3);
});

test("what takes long is told meanwhile", async () => {
  const told = Promise.withResolvers<void>();
  await using daemon = await serveHttp("unix", (_, response) => {
    void told.promise.then(() => answerJson(response, 200, INFO));
  });
  const child = startForkd(daemon.url, ["suspend", GOOD]);
  child.stderr.once("data", () => told.resolve());
  const { stdout, stderr } = await finish(child);
  expect(stdout).toBe(`suspended ${GOOD}\n`);
  expect(stderr).toContain(`suspending: ${GOOD}\n`);
});

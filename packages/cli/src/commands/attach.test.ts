import { expect, test } from "vitest";
import { serveRoutes } from "../../test/recording-daemon.ts";
import { finish, forkd, startForkd } from "../../test/run-forkd.ts";
import { answerLines, serveHttp } from "../../../sdk/test/http-fixture.ts";

const ID = "sb_4k2m9x7q0v3bz8wc";
const OUTPUT = `/v1/sandboxes/${ID}/processes/12/output`;
const EXIT = { type: "exit", exit_code: 7, signal: null, timed_out: false, duration_ms: 5 };
const start = (offset: number) => ({ type: "start", pid: 12, dropped: 0, offset });
const out = (text: string) => ({ type: "stdout", data: Buffer.from(text).toString("base64") });

test("attach asks for each next piece once it has written the last", async () => {
  await using daemon = await serveRoutes({
    [`GET ${OUTPUT}?from_offset=3`]: { lines: [start(3), out("de"), { type: "more", offset: 5 }] },
    [`GET ${OUTPUT}?from_offset=5`]: { lines: [start(5), out("f"), EXIT] },
  });
  const { stdout, status } = await forkd(daemon.url, "attach", ID, "12", "--from-offset", "3");
  expect({ stdout, status }).toEqual({ stdout: "def", status: 7 });
});

test("attach says on Ctrl-C where to go on", async () => {
  await using daemon = await serveHttp("unix", (_, response) => {
    response.write([start(0), out("abc")].map((line) => `${JSON.stringify(line)}\n`).join(""));
  });
  const child = startForkd(daemon.url, ["attach", ID, "12"]);
  child.stdout.once("data", () => child.kill("SIGINT"));
  const { status, stderr } = await finish(child);
  expect({ status, stderr }).toEqual({
    status: 130,
    stderr: `go on: forkd attach ${ID} 12 --from-offset 3\n`,
  });
});

test("attach shows lost output as what it is", async () => {
  await using daemon = await serveHttp("unix", (_, response) =>
    answerLines(response, [{ ...start(9), dropped: 9 }, EXIT]),
  );
  const { stderr } = await forkd(daemon.url, "attach", ID, "12");
  expect(stderr).toBe("(9 bytes of earlier output are lost)\n");
});

test("lossless is for what is detached", async () => {
  const { status, stderr } = await forkd("http://127.0.0.1:1", "exec", ID, "--lossless", "--", "ls");
  expect(status).toBe(2);
  expect(stderr).toContain("give --detach too");
});

import { spawn } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";
import { answerJson, serveHttp } from "../../../sdk/test/http-fixture.ts";

const LAUNCHER = resolve(import.meta.dirname, "../../../../bin/forkd");

test("a benchmark without a snapshot that is ready says how to make one", async () => {
  const writing = { tag: "py", status: "writing", bootable: false };
  await using server = await serveHttp("tcp", (_, response) => answerJson(response, 200, [writing]));
  const env = { ...process.env, FORKD_URL: server.url, NO_COLOR: "1" };
  const child = spawn(LAUNCHER, ["bench"], { env, stdio: ["ignore", "pipe", "pipe"] });
  const [stdout, stderr, [status]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "close"),
  ]);
  expect({ stdout, status }).toEqual({ stdout: "", status: 3 });
  expect(stderr).toContain("error: none of 1 snapshots is ready to be forked\n");
  expect(stderr).toContain("try: forkd from-image py-numpy --tag py\n");
});

import type { ExecResult } from "@forkd/contract";
import { expect, test } from "vitest";
import { serveRoutes } from "../test/recording-daemon.ts";
import { forkd } from "../test/run-forkd.ts";

const ID = "sb_4k2m9x7q0v3bz8wc";
const FAILED: ExecResult = {
  stdout: "",
  stderr: "",
  exit_code: 1,
  signal: null,
  timed_out: false,
  truncated: false,
  running: false,
  pid: 12,
  duration_ms: 1,
  next_offset: null,
};

test("what a hint tells to type can be typed, whatever is in the names", async () => {
  await using daemon = await serveRoutes({ [`POST /v1/sandboxes/${ID}/exec`]: { json: FAILED } });
  const copy = await forkd(daemon.url, "cp", `${ID}:/my data/it's`, ".");
  expect(copy.stderr).toContain(`try: look with: forkd exec ${ID} -- ls -la '/my data'\n`);
  const build = await forkd(daemon.url, "image", "build", "my image");
  expect(build.stderr).toContain("forkd image build 'my image' --package …");
  const make = await forkd(daemon.url, "from-image", "./my recipe");
  expect(make.stderr).toContain("try: forkd from-image './my recipe' TAG\n");
  const push = await forkd(daemon.url, "push", "registry.example.com/my team/x", "py");
  expect(push.stderr).toContain("try: forkd push py 'registry.example.com/my team/x'\n");
});

import { Forkd } from "@forkd/sdk";
import { expect, test } from "vitest";
import { serveTunnels } from "../../../sdk/test/tunnel-fixture.ts";
import { whileSandboxLives } from "./while-sandbox-lives.ts";

const follow = async () => {
  const daemon = await serveTunnels(() => {});
  const forkd = new Forkd({ baseUrl: daemon.url, startDaemon: false });
  const abort = new AbortController();
  const waiting = whileSandboxLives(forkd, forkd.sandboxes.at("sb_4k2m9x7q0v3bz8wc"), {
    signal: abort.signal,
    returnMs: 300,
  });
  await expect.poll(() => daemon.followers).toBe(1);
  return { daemon, forkd, abort, waiting };
};

test("an interrupt ends it without an error", async () => {
  const { daemon, forkd, abort, waiting } = await follow();
  abort.abort("enough");
  await expect(waiting).resolves.toBeUndefined();
  await forkd[Symbol.asyncDispose]();
  await daemon[Symbol.asyncDispose]();
});

test("a daemon that goes and stays away is an error that says so", async () => {
  const { daemon, forkd, waiting } = await follow();
  await Promise.all([
    expect(waiting).rejects.toMatchObject({
      code: "daemon_lost",
      message: `the daemon at ${daemon.url} has gone, and none answered in 0.3 s`,
    }),
    daemon[Symbol.asyncDispose](),
  ]);
  await forkd[Symbol.asyncDispose]();
});

import { Forkd } from "@forkd/sdk";
import { afterAll, beforeAll, expect, test } from "vitest";
import { PARENT } from "../harness/parent.ts";
import { TestDaemon } from "../harness/test-daemon.ts";
import { findFreePort } from "../harness/free-port.ts";

let daemon: TestDaemon;
let baseUrl: string;

/** A client by TCP. */
const asHolderOf = (token: string | null): Forkd => new Forkd({ baseUrl, token });

/** They would outlive the test: the data directory is that of others, too. */
async function revokeAll(): Promise<void> {
  for (const { name } of await daemon.forkd.tokens.list()) await daemon.forkd.tokens.revoke(name);
}

beforeAll(async () => {
  const bind = `127.0.0.1:${await findFreePort()}`;
  baseUrl = `http://${bind}`;
  daemon = await TestDaemon.start({ env: { FORKD_BIND: bind } });
  await revokeAll();
});
afterAll(async () => {
  await revokeAll();
  await daemon[Symbol.asyncDispose]();
});

test("whoever has no token is told so, and what is open to all is not much", async () => {
  await using nobody = asHolderOf(null);
  await nobody.health();
  await expect(nobody.sandboxes.list()).rejects.toMatchObject({ code: "unauthenticated", status: 401 });
  await expect(nobody.stop()).rejects.toMatchObject({ code: "unauthenticated" });
});

test("a token does what it is for, stands in events, and ends at once when it is revoked", async () => {
  const { token } = await daemon.forkd.tokens.create({ name: "ci", scope: "use" });
  await using ci = asHolderOf(token);
  // It may no longer end it itself.
  const [child] = await ci.sandboxes.fork(PARENT, { n: 1 });
  expect((await child!.eval("6 * 7")).result).toBe("42");
  expect((await daemon.forkd.events.list({ types: ["sandbox.forked"] })).at(-1)).toMatchObject({
    caller: "ci",
  });
  await expect(ci.tokens.list()).rejects.toMatchObject({ code: "not_permitted", status: 403 });
  await expect(ci.snapshots.pack(PARENT, { output: "/tmp/never.tar.zst" })).rejects.toMatchObject({
    code: "not_permitted",
  });
  const output = child!.execStream(["sh", "-c", "echo begun; sleep 600"]);
  const events = output[Symbol.asyncIterator]();
  for (;;) {
    const { value } = await events.next();
    if (value?.type === "stdout") break;
  }
  await daemon.forkd.tokens.revoke("ci");
  await expect(events.next()).rejects.toMatchObject({ code: "daemon_lost" });
  await expect(ci.sandboxes.list()).rejects.toMatchObject({ code: "unauthenticated" });
  const { info } = await daemon.forkd.sandboxes.get(child!.id);
  expect(info.status).toBe("running");
  await daemon.forkd.sandboxes.kill(child!.id);
});

test("a token to read looks, and changes nothing", async () => {
  const { token } = await daemon.forkd.tokens.create({ name: "dashboard", scope: "read" });
  await using children = await daemon.forkd.sandboxes.fork(PARENT, { n: 1 });
  const [child] = children;
  await using dashboard = asHolderOf(token);
  const seen = dashboard.sandboxes.at(child!.id);
  expect((await dashboard.sandboxes.list()).map(({ id }) => id)).toContain(child!.id);
  for (const attempt of [
    () => seen.run("true"),
    () => seen.files.read("/etc/hostname"),
    () => seen.kill(),
    () => dashboard.sandboxes.fork(PARENT, { n: 1 }),
  ])
    await expect(attempt()).rejects.toMatchObject({ code: "not_permitted" });
  const { url } = await child!.downloadUrl("/etc/hostname");
  const answer = await fetch(new URL(url, baseUrl));
  expect(await answer.text()).toContain("sb-");
});

test("tokens are there after a restart, and the daemon has no secret of any", async () => {
  const { token } = await daemon.forkd.tokens.create({ name: "kept", scope: "admin", ttlSecs: 3600 });
  await daemon.kill();
  await daemon.start();
  await using kept = asHolderOf(token);
  const names = (await kept.tokens.list()).map(({ name }) => name);
  expect(names).toContain("kept");
});

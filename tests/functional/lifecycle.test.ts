import { expect, test } from "vitest";
import { useChild } from "../harness/one-child.ts";
import { PARENT } from "../harness/parent.ts";
import { TEST_HOST } from "../harness/test-host.ts";
import { pidOf } from "../harness/pid-of.ts";
import { clockErrorOf } from "../harness/clock-error.ts";

const used = useChild();

test("lists machines with their process, and forgets those that were ended", async () => {
  const { forkd } = used.daemon;
  const [extra] = await forkd.sandboxes.fork(PARENT);
  const pid = pidOf(extra);
  expect(TEST_HOST.isAlive(pid)).toBe(true);
  await extra?.kill();
  expect(TEST_HOST.isAlive(pid)).toBe(false);
  expect((await forkd.sandboxes.list()).map(({ id }) => id)).not.toContain(extra?.id);
});

test("ends a machine when its time is over", async () => {
  const { forkd } = used.daemon;
  const [brief] = await forkd.sandboxes.fork(PARENT, { ttlSecs: 1 });
  expect(brief?.info.expiresAtUnix).toBeGreaterThan(0);
  const look = () =>
    forkd.sandboxes.get(brief?.id ?? "").then(
      () => "there",
      ({ code }) => code as string,
    );
  await expect.poll(look).toBe("sandbox_not_found");
});

test("answers a ping with the state of agent, clock and interpreters", async () => {
  const pong = await used.child.ping();
  expect(pong).toMatchObject({
    pong: true,
    interpreters: { python: { state: "ready" }, node: { state: "ready" } },
  });
  expect(await clockErrorOf(used.child)).toBeLessThan(50);
});

test("gives the console, with what a service that its parent started prints", async () => {
  const readLog = async (): Promise<string> => {
    let text = "";
    for await (const chunk of await used.child.logs()) text += Buffer.from(chunk).toString();
    return text;
  };
  await expect.poll(readLog).toMatch(/tick\r?\ntick/);
});

test("lists the snapshot with how many run from it, and refuses to remove it under them", async () => {
  const { snapshots } = used.daemon.forkd;
  expect(await snapshots.get(PARENT)).toMatchObject({ status: "ready", bootable: true, sandboxes: 1 });
  await expect(snapshots.remove(PARENT)).rejects.toMatchObject({ code: "snapshot_in_use", status: 409 });
});

test("says what the host can do and why", async () => {
  const capabilities = await used.daemon.forkd.capabilities();
  expect(capabilities).toMatchObject({ engine: "qemu" });
  expect(capabilities.acceleratorReason.length).toBeGreaterThan(10);
});

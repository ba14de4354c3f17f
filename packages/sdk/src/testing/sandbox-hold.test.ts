import { expect, test } from "vitest";
import { FakeDaemon } from "./fake/fake-daemon.ts";
import { refusal } from "./fake/refusal.ts";
import { PostgresFixture } from "./postgres-fixture.ts";
import { openHold } from "./sandbox-hold.ts";

async function forkOne({ forkd }: FakeDaemon) {
  const [sandbox] = await forkd.sandboxes.fork("warm", { ttlSecs: 1 });
  return sandbox!;
}

const renewals = ({ requests }: FakeDaemon): number =>
  requests.filter(({ operation }) => operation === "updateSandbox").length;

test("a sandbox that is held has its time renewed until it is let go", async () => {
  const daemon = new FakeDaemon({ snapshots: ["warm"] });
  const { release } = await openHold(() => forkOne(daemon), 0.03);
  await expect.poll(() => renewals(daemon)).toBeGreaterThan(3);
  await release();
  const told = renewals(daemon);
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(renewals(daemon)).toBe(told);
});

test("one whose time ran out while it waited is replaced, and another failure is told", async () => {
  const daemon = new FakeDaemon({ snapshots: ["warm"] });
  let taken = 0;
  const take = async () => {
    const sandbox = await forkOne(daemon);
    if (++taken <= 2) await sandbox.kill();
    return sandbox;
  };
  const { sandbox, release } = await openHold(take, 3600);
  await release();
  expect((await daemon.forkd.sandboxes.list()).map(({ id }) => id)).toEqual([sandbox.id]);
  daemon.on("updateSandbox", () => {
    throw refusal(507, "disk_full", "no room for its record");
  });
  await expect(openHold(take, 3600)).rejects.toMatchObject({ code: "disk_full" });
  expect(await daemon.forkd.sandboxes.list()).toHaveLength(1);
});

test("a database is taken with all of its time, and a login that could not be read is read again", async () => {
  const daemon = new FakeDaemon({ snapshots: ["postgres-fixture"] });
  let asked = 0;
  daemon.on("exec", () => {
    if (++asked === 1) throw refusal(503, "agent_unreachable", "its guest is busy");
    return "me\nsecret\nshop\n";
  });
  daemon.listen(5432, (connection) => connection.destroy());
  await using postgres = new PostgresFixture({ forkd: daemon.forkd, ready: 0 });
  await expect(postgres.take()).rejects.toMatchObject({ code: "agent_unreachable" });
  expect(await daemon.forkd.sandboxes.list()).toEqual([]);
  await using database = await postgres.take();
  expect(database).toMatchObject({ user: "me", password: "secret", database: "shop" });
  expect(renewals(daemon)).toBe(2);
});

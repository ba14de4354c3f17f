import { afterAll, beforeAll, expect, test } from "vitest";
import { PARENT } from "../harness/parent.ts";
import { TestDaemon } from "../harness/test-daemon.ts";
import { pidOf } from "../harness/pid-of.ts";

let daemon: TestDaemon;
beforeAll(async () => {
  daemon = await TestDaemon.start();
});
afterAll(() => daemon[Symbol.asyncDispose]());

test("names, labels and time to live outlast the daemon, and a name is taken from the next one's first moment", async () => {
  const [web, db] = await Promise.all(
    ["web", "db"].map(async (name) => (await daemon.forkd.sandboxes.fork(PARENT, { name }))[0]),
  );
  const { expiresAtUnix } = (await web?.update({ labels: { team: "shop" }, ttlSecs: 3600 })) ?? {};
  await db?.update({ name: "data" });
  // Whose monitor does not answer is adopted late, and has its name all the same.
  process.kill(pidOf(db), "SIGSTOP");
  await daemon.kill();
  await daemon.serve();
  await expect(daemon.forkd.sandboxes.fork(PARENT, { name: "data" })).rejects.toMatchObject({
    code: "name_taken",
  });
  expect(await daemon.forkd.sandboxes.get("data")).toMatchObject({
    id: db?.id,
    info: { status: "adopting" },
  });
  process.kill(pidOf(db), "SIGCONT");
  expect((await daemon.forkd.sandboxes.at("web").run("echo here")).stdout).toBe("here\n");
  expect(await web?.refresh()).toMatchObject({ name: "web", labels: { team: "shop" }, expiresAtUnix });
  await expect(web?.update({ name: "data" })).rejects.toMatchObject({ code: "name_taken" });
});

test("of renames at once no two sandboxes get one name, and the same rename twice is none", async () => {
  const [first, second] = await daemon.forkd.sandboxes.fork(PARENT, { n: 2 });
  const rename = async (child: typeof first, name: string): Promise<string | undefined> =>
    child?.update({ name }).then(
      () => undefined,
      (error: { code?: string }) => error.code,
    );
  for (let round = 0; round < 40; round++) {
    await Promise.all([rename(first, "x"), rename(second, "z")]);
    const codes = await Promise.all([
      rename(first, "y"),
      rename(first, "x"),
      ...Array.from({ length: 4 }, () => rename(second, "x")),
    ]);
    expect(codes.slice(0, 2)).toEqual([undefined, undefined]);
    expect((await daemon.forkd.sandboxes.list({ name: "x" })).length).toBeLessThan(2);
    await Promise.all([rename(first, `first-${round}`), rename(second, `second-${round}`)]);
  }
  expect(await Promise.all([rename(first, "again"), rename(first, "again")])).toEqual([undefined, undefined]);
});

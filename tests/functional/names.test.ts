import { setTimeout as delay } from "node:timers/promises";
import type { ForkOptions, ListOptions, Sandbox } from "@forkd/sdk";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { PARENT } from "../harness/parent.ts";
import { TestDaemon } from "../harness/test-daemon.ts";
import { pidOf } from "../harness/pid-of.ts";

let daemon: TestDaemon;
beforeAll(async () => {
  daemon = await TestDaemon.start();
});
afterEach(() => daemon.forkd.sandboxes.killAll());
afterAll(() => daemon[Symbol.asyncDispose]());

const fork = (options: ForkOptions = {}): Promise<readonly Sandbox[]> =>
  daemon.forkd.sandboxes.fork(PARENT, options);
/** The names of the machines that are listed, `-` for one that has none. */
async function namesOf(query: ListOptions = {}): Promise<string[]> {
  return (await daemon.forkd.sandboxes.list(query))
    .map(({ name }) => name ?? "-")
    .toSorted((a, b) => (a < b ? -1 : 1));
}

test("a machine is called by its name wherever it is called by its id", async () => {
  const [child] = await fork({ name: "web", labels: { team: "shop" } });
  expect(child?.info).toMatchObject({ name: "web", labels: { team: "shop" } });
  const web = daemon.forkd.sandboxes.at("web");
  expect((await web.run("hostname")).stdout).toBe(`${child?.info.hostname}\n`);
  expect((await web.eval("6 * 7")).result).toBe("42");
  await web.files.write("/root/x", "x");
  expect(await web.files.readText("/root/x")).toBe("x");
  expect(await web.processes()).toEqual(expect.any(Array));
  for await (const _ of await web.logs()) break;
  expect(await web.pause()).toMatchObject({ id: child?.id, status: "paused" });
  expect((await web.branch({ tag: "of-web" })).branchedFrom).toBe(child?.id);
  const [grandchild] = await web.fork();
  expect(grandchild?.name).toBeNull();
  expect(await web.resume()).toMatchObject({ id: child?.id, status: "running" });
  await web.kill();
  await grandchild?.kill();
  expect(await daemon.forkd.sandboxes.list()).toEqual([]);
  await daemon.forkd.snapshots.remove("of-web");
});

test("a list in pages gives each of those that are as was asked once, while others come and go", async () => {
  await fork({ name: "page", n: 3, labels: { team: "shop" } });
  const read: string[] = [];
  for await (const page of daemon.forkd.sandboxes.pages({ limit: 1, label: "team" })) {
    read.push(...page.map(({ name }) => name ?? "-"));
    await page[0]?.kill();
    await fork();
  }
  expect(read).toEqual(["page-0", "page-1", "page-2"]);
});

test("what is nearly a name is told with the name", async () => {
  await fork({ name: "frontend" });
  await expect(daemon.forkd.sandboxes.get("fronted")).rejects.toMatchObject({
    code: "sandbox_not_found",
    hint: expect.stringContaining("did you mean frontend?") as string,
  });
  await expect(fork({ n: 1 }).then(() => daemon.forkd.sandboxes.fork("frontend"))).rejects.toMatchObject({
    code: "snapshot_not_found",
    message: expect.stringContaining("that is a sandbox") as string,
  });
});

test("of forks at once that want one name, one has it", async () => {
  const forks = await Promise.allSettled([1, 2, 3, 4].map(() => fork({ name: "web", n: 2 })));
  const failures = forks.filter((outcome) => outcome.status === "rejected");
  expect(failures.map(({ reason }) => (reason as { code: string }).code)).toEqual(
    Array(3).fill("name_taken"),
  );
  expect(await namesOf()).toEqual(["web-0", "web-1"]);
});

test("a name is free again when its machine is killed or dies, or its fork fails", async () => {
  const [first] = await fork({ name: "web" });
  await expect(fork({ name: "web" })).rejects.toMatchObject({ code: "name_taken", status: 409 });
  process.kill(pidOf(first), "SIGKILL");
  await expect.poll(async () => (await first?.refresh())?.status).toBe("dead");
  const [second] = await fork({ name: "web" });
  expect((await daemon.forkd.sandboxes.get("web")).id).toBe(second?.id);
  await second?.kill();
  expect((await daemon.forkd.sandboxes.get("web")).id).toBe(first?.id);
  await expect(daemon.forkd.sandboxes.fork("no-such", { name: "web" })).rejects.toMatchObject({
    code: "snapshot_not_found",
  });
  await expect(fork({ name: "web", memoryLimitMib: 1 })).rejects.toMatchObject({
    code: "memory_limit_too_small",
  });
  const caller = new AbortController();
  const given = fork({ name: "web", n: 8, signal: caller.signal, onProgress: () => caller.abort() });
  await expect(given).rejects.toHaveProperty("name", "AbortError");
  await expect.poll(() => fork({ name: "web" })).toHaveLength(1);
});

test("name, labels and time to live are changed, each by itself", async () => {
  const [child, other] = await Promise.all([fork({ name: "web" }), fork({ name: "db" })]).then((all) =>
    all.flat(),
  );
  if (!child) throw new Error("there is no child");
  await child.update({ labels: { team: "shop", draft: "yes" } });
  await child.update({ labels: { draft: null, tier: "1" } });
  expect(await child.update({ name: "front" })).toMatchObject({
    name: "front",
    labels: { team: "shop", tier: "1" },
  });
  await expect(child.update({ name: "db" })).rejects.toMatchObject({ code: "name_taken" });
  expect((await other?.update({ name: "web" }))?.name).toBe("web");
  const tooMany = Object.fromEntries(Array.from({ length: 31 }, (_, i) => [`k${i}`, ""]));
  await expect(child.update({ labels: tooMany })).rejects.toMatchObject({ code: "invalid_request" });
  expect((await child.update({ labels: null, name: null })).labels).toEqual({});
  expect(child.name).toBeNull();
  const events = await daemon.forkd.events.list({ types: ["sandbox.updated"] });
  expect(events.filter((event) => "id" in event && event.id === child.id).at(-1)).toMatchObject({
    changed: ["name", "labels"],
    caller: "local",
  });
});

test("a time to live counts from when it is set, and can be taken away", async () => {
  const [sooner, never] = await fork({ n: 2, ttlSecs: 30 });
  await never?.setTimeout(null);
  expect((await sooner?.setTimeout(1))?.expiresAtUnix).toBeLessThanOrEqual(Date.now() / 1000 + 2);
  await expect.poll(() => namesOf()).toHaveLength(1);
  await delay(3000);
  expect((await daemon.forkd.sandboxes.list()).map(({ id }) => id)).toEqual([never?.id]);
});

test("a list is of those that are as was asked", async () => {
  await fork({ name: "web", n: 2, labels: { team: "shop", tier: "1" } });
  await fork({ name: "db", labels: { team: "data" } });
  await daemon.forkd.sandboxes.pause("web-1");
  expect(await namesOf({ label: "team=shop" })).toEqual(["web-0", "web-1"]);
  expect(await namesOf({ label: ["team", "tier=1"], status: "paused" })).toEqual(["web-1"]);
  expect(await namesOf({ name: "db" })).toEqual(["db"]);
  expect(await namesOf({ tag: "other" })).toEqual([]);
});

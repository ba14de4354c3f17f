import type { ForkdApiError } from "@forkd/sdk";
import { afterAll, beforeAll, expect, test } from "vitest";
import { IMAGE, PARENT } from "../harness/parent.ts";
import { TestDaemon } from "../harness/test-daemon.ts";

const BASE = "held-base";
const ALIAS = "held-alias";

let daemon: TestDaemon;
beforeAll(async () => {
  daemon = await TestDaemon.start();
});
afterAll(async () => {
  await daemon.forkd.snapshots.remove(BASE, { cascade: true }).catch(() => {});
  await daemon[Symbol.asyncDispose]();
});

test("an acknowledged branch is stored, though its machine is killed and its base removed", async () => {
  const { forkd } = daemon;
  await forkd.snapshots.compact(PARENT, BASE);
  const [source] = await forkd.sandboxes.fork(BASE);
  const filled = await source?.eval("block = b'x' * (60 << 20)", { mode: "run" });
  expect(filled?.error).toBeNull();
  const early = await source?.branch({ tag: "held", mode: "diff", wait: false });
  await source?.kill();
  const refused = forkd.snapshots.remove(BASE, { cascade: true });
  await expect(refused).rejects.toMatchObject({ code: "snapshot_in_use", status: 409 });
  await forkd.snapshots.remove(BASE, { force: true });
  expect(await waitUntilEnded(early?.jobId ?? "")).toBe("done");
  await using children = await forkd.sandboxes.fork("held");
  expect(await children[0]?.eval("len(block)")).toMatchObject({ resultJson: String(60 << 20) });
  await forkd.snapshots.remove("held", { force: true });
});

test("forks against the removal of their snapshot succeed, or are told that it is gone", async () => {
  const { forkd } = daemon;
  const failures = new Set<unknown>();
  for (let round = 0; round < 2; round += 1) {
    await forkd.snapshots.compact(PARENT, BASE);
    const forks = Array.from({ length: 4 }, () => forkd.sandboxes.fork(BASE));
    await forkd.snapshots.remove(BASE, { force: true });
    for (const result of await Promise.allSettled(forks))
      if (result.status === "rejected") failures.add((result.reason as ForkdApiError).code);
    await forkd.sandboxes.killAll();
  }
  expect(["snapshot_not_found"]).toEqual(expect.arrayContaining([...failures]));
});

test("an image is kept for a snapshot that is being made of it, by whichever name", async () => {
  const { forkd } = daemon;
  const { recipe, id } = (await forkd.images.list()).find(({ names }) => names.includes(IMAGE)) ?? {};
  await forkd.images.build({ name: ALIAS, recipe: recipe ?? {} });
  const giveUp = new AbortController();
  const isBooting = Promise.withResolvers<void>();
  const creation = forkd.snapshots.create(
    { tag: BASE, image: ALIAS, memoryMib: 256 },
    { signal: giveUp.signal, onProgress: ({ step }) => step === "boot" && isBooting.resolve() },
  );
  await Promise.race([isBooting.promise, creation]);
  for (const image of [IMAGE, ALIAS, id ?? ""])
    await expect(forkd.images.remove(image)).rejects.toMatchObject({
      code: "image_in_use",
      details: { users: [`snapshot ${BASE}`] },
    });
  giveUp.abort();
  await expect(creation).rejects.toThrow(/abort/i);
});

async function waitUntilEnded(id: string): Promise<string> {
  for await (const job of daemon.forkd.jobs.watch()) {
    if (job.id === id && job.status !== "running") return job.status;
  }
  throw new Error("the daemon ended");
}

import { setTimeout as delay } from "node:timers/promises";
import { isForkdApiError } from "@forkd/sdk";
import { afterAll, beforeAll, expect, test } from "vitest";
import { findLeftovers, findMachines } from "../harness/leftovers.ts";
import { IMAGE, PARENT } from "../harness/parent.ts";
import { TestDaemon } from "../harness/test-daemon.ts";
import { pidOf } from "../harness/pid-of.ts";

let daemon: TestDaemon;
beforeAll(async () => {
  daemon = await TestDaemon.start();
});
afterAll(() => daemon[Symbol.asyncDispose]());

const NOTHING = { vms: [], drafts: [], processes: [] };

const MOST_TRIES = 4;

type Work = (onProgress: (progress: { step: string }) => void) => Promise<unknown>;

/**
 * Kills the daemon when `work` says that it has come to `step`, and starts it again. Where the work had come further
 * before the daemon was dead, `tidy` takes back what it did, and it is tried again.
 */
async function crashDuring(step: string, work: Work, tidy: () => Promise<unknown>): Promise<void> {
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const steps: string[] = [];
    const reached = Promise.withResolvers<void>();
    const outcome = work((progress) => {
      steps.push(progress.step);
      if (progress.step === step) reached.resolve();
    }).catch((error: unknown) => error);
    const early = outcome.then((end) => {
      throw new Error(`the work ended before its step ${step}, behind ${steps.join(", ")}`, { cause: end });
    });
    await Promise.race([reached.promise, early]);
    early.catch(() => {});
    await daemon.kill("SIGKILL");
    await daemon.start();
    const end = await outcome;
    if (steps.at(-1) === step && isForkdApiError(end) && end.code === "daemon_lost") return;
    await tidy();
  }
  throw new Error(`the daemon never died in the step ${step}`);
}

test("a restarted daemon adopts its machines, with the state of their interpreters", async () => {
  const children = await daemon.forkd.sandboxes.fork(PARENT, { n: 3 });
  await children[1]?.eval("remembered = 12345", { mode: "run" });
  await daemon.kill("SIGKILL");
  expect(findMachines(daemon.dataDir)).toHaveLength(3);
  await daemon.start();
  expect((await daemon.forkd.sandboxes.list()).map(({ id }) => id).toSorted()).toEqual(
    children.map(({ id }) => id).toSorted(),
  );
  expect(await children[1]?.eval("remembered")).toMatchObject({ resultJson: "12345" });
  await daemon.forkd.sandboxes.killAll();
  expect(findLeftovers(daemon)).toEqual(NOTHING);
});

test("a daemon that is told to stop leaves its machines to the next", async () => {
  const [child] = await daemon.forkd.sandboxes.fork(PARENT);
  await daemon.kill("SIGTERM");
  expect(findMachines(daemon.dataDir)).toHaveLength(1);
  await daemon.start();
  expect((await child?.run("echo still here"))?.stdout).toBe("still here\n");
  await child?.kill();
});

test("a machine that died while no daemon ran is freed", async () => {
  const [child] = await daemon.forkd.sandboxes.fork(PARENT);
  await daemon.kill("SIGKILL");
  process.kill(pidOf(child), "SIGKILL");
  await delay(200);
  await daemon.start();
  expect(await daemon.forkd.sandboxes.list()).toEqual([]);
  expect(findLeftovers(daemon)).toEqual(NOTHING);
});

test.each(["boot", "interpreter", "freeze", "store"])(
  "a daemon killed in a snapshot's step '%s' leaves nothing",
  async (step) => {
    const { snapshots } = daemon.forkd;
    await crashDuring(
      step,
      (onProgress) => snapshots.create({ tag: "crashed", image: IMAGE }, { onProgress }),
      () => snapshots.remove("crashed"),
    );
    expect(findLeftovers(daemon)).toEqual(NOTHING);
    expect((await daemon.forkd.snapshots.list()).map(({ tag }) => tag)).toEqual([PARENT]);
  },
);

test.each(["undo", "keep"] as const)(
  "a fork with on_failure '%s' in whose middle the daemon is killed is undone, and one that was answered is not",
  async (onFailure) => {
    const [answered] = await daemon.forkd.sandboxes.fork(PARENT);
    const { sandboxes } = daemon.forkd;
    await crashDuring(
      "fork",
      (onProgress) => sandboxes.fork(PARENT, { n: 12, onFailure, onProgress }),
      async () => {
        const more = (await sandboxes.list()).filter(({ id }) => id !== answered?.id);
        await Promise.all(more.map((child) => child.kill()));
      },
    );
    expect((await daemon.forkd.sandboxes.list()).map(({ id }) => id)).toEqual([answered?.id]);
    expect(findMachines(daemon.dataDir)).toEqual([answered?.info.pid]);
    expect((await answered?.run("echo whole"))?.stdout).toBe("whole\n");
    await daemon.forkd.sandboxes.killAll();
    expect(findLeftovers(daemon)).toEqual(NOTHING);
  },
);

test("a fork whose caller goes away leaves no child, also one that keeps those that start", async () => {
  const lastStatus = async () => (await daemon.forkd.jobs.list()).at(-1)?.status;
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    const caller = new AbortController();
    const fork = daemon.forkd.sandboxes.fork(PARENT, {
      n: 12,
      onFailure: "keep",
      signal: caller.signal,
      onProgress: ({ step }) => step === "fork" && caller.abort(),
    });
    await expect(fork).rejects.toHaveProperty("name", "AbortError");
    await expect.poll(lastStatus).not.toBe("running");
    if ((await lastStatus()) === "cancelled") break;
    // All of them were there before the abort was.
    await daemon.forkd.sandboxes.killAll();
  }
  expect(await lastStatus()).toBe("cancelled");
  expect(await daemon.forkd.sandboxes.list()).toEqual([]);
  expect(findLeftovers(daemon)).toEqual(NOTHING);
});

test("a daemon killed in the middle of an image's build leaves nothing", async () => {
  const name = `crashed-${crypto.randomUUID()}`;
  const recipe = { files: [{ path: "/unique", contentBase64: btoa(name) }] };
  const { images } = daemon.forkd;
  await crashDuring(
    "base",
    (onProgress) => images.build({ name, recipe }, { onProgress }),
    () => images.remove(name),
  );
  expect(findLeftovers(daemon)).toEqual(NOTHING);
  expect((await daemon.forkd.images.list()).flatMap(({ names }) => names)).not.toContain(name);
});

test("a second daemon on the same data is refused, and the first serves on", async () => {
  // One that has gone on from an earlier file would be taken for the second.
  await daemon.kill();
  await daemon.start();
  const startSecond = async (): Promise<void> => {
    await using _second = await TestDaemon.start({ dataDir: daemon.dataDir });
  };
  await expect(startSecond()).rejects.toThrow(/another daemon \(pid \d+\) is running/);
  await daemon.forkd.health();
});

import { setTimeout as delay } from "node:timers/promises";
import { ForkdError } from "@forkd/contract";
import type { ForkdEvent, Job } from "@forkd/contract";
import { expect, test } from "vitest";
import { EventStream } from "../events/event-stream.ts";
import type { ProgressOptions } from "../ports/options.ts";
import { JobRegistry } from "./job-registry.ts";

const name = { kind: "branchSandbox", subject: "mid" };
const caller = { name: "someone" };
const never = { signal: new AbortController().signal, onProgress: () => {} };

/** Work that ends when its signal aborts, after having undone what it did. */
function untilAborted(undone: () => void) {
  return async ({ signal }: ProgressOptions): Promise<never> => {
    await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
    await Promise.resolve();
    undone();
    throw new ForkdError("cancelled", { stage: "waiting" });
  };
}

test("lists a job from its start to its end, with its progress", async () => {
  const jobs = new JobRegistry(new EventStream());
  const goOn = Promise.withResolvers<void>();
  const { id, result } = jobs.start(name, caller, never, async ({ onProgress }) => {
    onProgress({ step: "capture", message: "half of it", done: 1, total: 2 });
    await goOn.promise;
    return "done";
  });
  expect(jobs.get(id)).toMatchObject({ ...name, status: "running", progress: { done: 1, total: 2 } });
  goOn.resolve();
  await expect(result).resolves.toBe("done");
  expect(jobs.list()).toMatchObject([{ id, status: "done", error: null }]);
});

test("keeps the error of a job that failed", async () => {
  const jobs = new JobRegistry(new EventStream());
  const { id, result } = jobs.start(name, caller, never, () =>
    Promise.reject(new ForkdError("snapshot_exists", { tag: "mid" })),
  );
  await expect(result).rejects.toMatchObject({ code: "snapshot_exists" });
  expect(jobs.get(id)).toMatchObject({
    status: "failed",
    error: { code: "snapshot_exists", hint_parts: expect.any(Array) as unknown },
  });
});

test("cancels a job, and waits until it is undone", async () => {
  const jobs = new JobRegistry(new EventStream());
  const order: string[] = [];
  const { id, result } = jobs.start(
    name,
    caller,
    never,
    untilAborted(() => order.push("undone")),
  );
  const answered = jobs.cancel(id).then((job) => {
    order.push("answered");
    return job;
  });
  await expect(result).rejects.toMatchObject({ code: "cancelled" });
  expect((await answered).status).toBe("cancelled");
  expect(order).toEqual(["undone", "answered"]);
});

test("ends a job whose caller leaves", async () => {
  const jobs = new JobRegistry(new EventStream());
  const leaving = new AbortController();
  const { id, result } = jobs.start(
    name,
    caller,
    { ...never, signal: leaving.signal },
    untilAborted(() => {}),
  );
  leaving.abort();
  await expect(result).rejects.toMatchObject({ code: "cancelled" });
  expect(jobs.get(id).status).toBe("cancelled");
});

test("a job that was aborted by the platform's own error is cancelled, and no defect", async () => {
  const jobs = new JobRegistry(new EventStream());
  const { id, result } = jobs.start(name, caller, never, ({ signal }) =>
    delay(60_000, undefined, { signal }),
  );
  result.catch(() => {});
  await jobs.cancel(id);
  await expect(result).rejects.toMatchObject({ code: "cancelled" });
  expect(jobs.get(id)).toMatchObject({ status: "cancelled", error: { code: "cancelled" } });
});

test("tells of its start, its progress and its end, and who asked for it", async () => {
  const events = new EventStream();
  const jobs = new JobRegistry(events);
  const seen: ForkdEvent[] = [];
  using _ = events.listen((event) => seen.push(event));
  const told: string[] = [];
  const onProgress = ({ step }: { step: string }): void => void told.push(step);
  await jobs.start(name, caller, { ...never, onProgress }, async (options) => {
    options.onProgress({ step: "capture", message: "half of it" });
    await Promise.resolve();
  }).result;
  expect(seen.map(({ type, caller }) => [type, caller])).toEqual([
    ["job.started", "someone"],
    ["job.progress", "someone"],
    ["job.done", "someone"],
  ]);
  expect(told).toEqual(["capture"]);
});

test("does not know a job that never was", () => {
  const id = "job_0000000000000000" as Job["id"];
  expect(() => new JobRegistry(new EventStream()).get(id)).toThrow(
    expect.objectContaining({ code: "job_not_found" }),
  );
});

test("takes no more work once it is closed, after having undone what was under way", async () => {
  const jobs = new JobRegistry(new EventStream());
  let isUndone = false;
  const { result } = jobs.start(
    name,
    caller,
    never,
    untilAborted(() => {
      isUndone = true;
    }),
  );
  const closed = jobs.close();
  await expect(result).rejects.toMatchObject({ code: "cancelled" });
  await closed;
  expect(isUndone).toBe(true);
  expect(() => jobs.start(name, caller, never, () => Promise.resolve())).toThrow(
    expect.objectContaining({ code: "cancelled" }),
  );
});

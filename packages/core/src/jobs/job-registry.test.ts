import { ForkdError } from "@forkd/contract";
import type { Job } from "@forkd/contract";
import { expect, test } from "vitest";
import type { ProgressOptions } from "../ports/options.ts";
import { JobRegistry } from "./job-registry.ts";

const name = { kind: "branchSandbox", subject: "mid" };
const never = new AbortController().signal;

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
  const jobs = new JobRegistry();
  const goOn = Promise.withResolvers<void>();
  const { id, result } = jobs.start(name, never, async ({ onProgress }) => {
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
  const jobs = new JobRegistry();
  const { id, result } = jobs.start(name, never, () =>
    Promise.reject(new ForkdError("snapshot_exists", { tag: "mid" })),
  );
  await expect(result).rejects.toMatchObject({ code: "snapshot_exists" });
  expect(jobs.get(id)).toMatchObject({
    status: "failed",
    error: { code: "snapshot_exists", hint_parts: expect.any(Array) as unknown },
  });
});

test("cancels a job, and waits until it is undone", async () => {
  const jobs = new JobRegistry();
  const order: string[] = [];
  const { id, result } = jobs.start(
    name,
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
  const jobs = new JobRegistry();
  const caller = new AbortController();
  const { id, result } = jobs.start(
    name,
    caller.signal,
    untilAborted(() => {}),
  );
  caller.abort();
  await expect(result).rejects.toMatchObject({ code: "cancelled" });
  expect(jobs.get(id).status).toBe("cancelled");
});

test("tells a watcher what there is, then every change, until it leaves", async () => {
  const jobs = new JobRegistry();
  await jobs.start(name, never, () => Promise.resolve()).result;
  const seen: Job["status"][] = [];
  const watch = jobs.watch(({ status }) => seen.push(status));
  await jobs.start(name, never, () => Promise.resolve()).result;
  watch[Symbol.dispose]();
  await jobs.start(name, never, () => Promise.resolve()).result;
  expect(seen).toEqual(["done", "running", "done"]);
});

test("does not know a job that never was", () => {
  const id = "job_0000000000000000" as Job["id"];
  expect(() => new JobRegistry().get(id)).toThrow(expect.objectContaining({ code: "job_not_found" }));
});

test("takes no more work once it is closed, after having undone what was under way", async () => {
  const jobs = new JobRegistry();
  let isUndone = false;
  const { result } = jobs.start(
    name,
    never,
    untilAborted(() => {
      isUndone = true;
    }),
  );
  const closed = jobs.close();
  await expect(result).rejects.toMatchObject({ code: "cancelled" });
  await closed;
  expect(isUndone).toBe(true);
  expect(() => jobs.start(name, never, () => Promise.resolve())).toThrow(
    expect.objectContaining({ code: "cancelled" }),
  );
});

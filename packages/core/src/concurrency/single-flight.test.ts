import { expect, test } from "vitest";
import { SingleFlight } from "./single-flight.ts";

const onProgress = (): void => undefined;
const { signal: patient } = new AbortController();

test("does the work of one key once for all who wait", async () => {
  const shared = new SingleFlight<number>();
  let runs = 0;
  const work = (): Promise<number> => Promise.resolve((runs += 1));
  const ask = (key: string) => shared.run(key, { signal: patient, onProgress, stage: "working" }, work);
  expect(await Promise.all([ask("a"), ask("a"), ask("b")])).toEqual([1, 1, 2]);
  expect(await ask("a")).toBe(3);
});

test("goes on for the others when the first caller aborts", async () => {
  const shared = new SingleFlight<string>();
  const gate = Promise.withResolvers<string>();
  const caller = new AbortController();
  let isAborted = false;
  const ask = (signal: AbortSignal) =>
    shared.run("a", { signal, onProgress, stage: "building" }, (options) => {
      options.signal.addEventListener("abort", () => (isAborted = true));
      return gate.promise;
    });
  const first = ask(caller.signal);
  const second = ask(patient);
  caller.abort();
  await expect(first).rejects.toMatchObject({ code: "cancelled", details: { stage: "building" } });
  gate.resolve("done");
  expect(await second).toBe("done");
  expect(isAborted).toBe(false);
});

test("aborts the work when the last caller leaves, and lets that one wait until it is undone", async () => {
  const shared = new SingleFlight<string>();
  const caller = new AbortController();
  const aborted = Promise.withResolvers<void>();
  const undone = Promise.withResolvers<void>();
  let hasUndone = false;
  const asked = shared.run("a", { signal: caller.signal, onProgress, stage: "building" }, async (options) => {
    options.signal.addEventListener("abort", () => aborted.resolve());
    await aborted.promise;
    await undone.promise;
    hasUndone = true;
    throw new Error("undone");
  });
  caller.abort();
  await aborted.promise;
  const next = shared.run("a", { signal: patient, onProgress, stage: "building" }, () =>
    Promise.resolve(hasUndone ? "after" : "too early"),
  );
  undone.resolve();
  await expect(asked).rejects.toMatchObject({ code: "cancelled" });
  expect(hasUndone).toBe(true);
  expect(await next).toBe("after");
});

test("tells progress to everybody who waits", async () => {
  const shared = new SingleFlight<void>();
  const told: string[] = [];
  const gate = Promise.withResolvers<void>();
  const ask = (name: string) =>
    shared.run(
      "a",
      { signal: patient, stage: "building", onProgress: ({ step }) => told.push(`${name}: ${step}`) },
      async (options) => {
        await gate.promise;
        options.onProgress({ step: "half", message: "half done" });
      },
    );
  const asked = [ask("first"), ask("second")];
  gate.resolve();
  await Promise.all(asked);
  expect(told).toEqual(["first: half", "second: half"]);
});

import { createSandboxId } from "@forkd/contract";
import type { EventFacts, ForkdEvent, Job } from "@forkd/contract";
import { expect, test } from "vitest";
import { EventStream } from "./event-stream.ts";

const id = createSandboxId();
const died: EventFacts = { type: "sandbox.died", id, why: "it was killed" };
const progress: EventFacts = { type: "job.progress", job: {} as Job };

const typesOf = (events: readonly ForkdEvent[]): string[] => events.map(({ type }) => type);

test("keeps what happened, with who asked for it, and gives what came behind a cursor", () => {
  const stream = new EventStream();
  stream.emit(died);
  const { cursor } = stream;
  stream.emit({ type: "sandbox.killed", id }, { name: "someone" });
  expect(stream.read().events).toMatchObject([
    { type: "sandbox.died", id, caller: null, cursor },
    { type: "sandbox.killed", id, caller: "someone" },
  ]);
  expect(typesOf(stream.read({ after: cursor }).events)).toEqual(["sandbox.killed"]);
  expect(typesOf(stream.read({ types: ["sandbox.died", "job"] }).events)).toEqual(["sandbox.died"]);
  expect(typesOf(stream.read({ types: ["sand"] }).events)).toEqual([]);
});

test("says when events behind a cursor are no longer kept, or it is another daemon's", () => {
  const stream = new EventStream();
  stream.emit(died);
  const first = stream.cursor;
  stream.emit(died);
  const second = stream.cursor;
  for (let i = 0; i < 4096; i++) stream.emit(died);
  expect(stream.read({ after: first }).isWhole).toBe(false);
  expect(stream.read({ after: second })).toMatchObject({ isWhole: true });
  expect(stream.read({ after: second }).events).toHaveLength(4096);
  for (const foreign of ["0-1", "", "nonsense", `${second}9999`])
    expect(stream.read({ after: foreign })).toMatchObject({ isWhole: false, cursor: second });
});

test("tells the progress of jobs to who follows, and keeps no room for it", () => {
  const stream = new EventStream();
  const heard: ForkdEvent[] = [];
  const listening = stream.listen((event) => heard.push(event));
  stream.emit(died);
  const { cursor } = stream;
  for (let i = 0; i < 10_000; i++) stream.emit(progress);
  listening[Symbol.dispose]();
  stream.emit(died);
  expect(heard).toHaveLength(10_001);
  expect(stream.read({ after: cursor })).toMatchObject({ isWhole: true, events: [{ type: "sandbox.died" }] });
});

test("follows from a cursor on, without a gap, until the signal aborts", async () => {
  const stream = new EventStream();
  stream.emit(died);
  const after = stream.cursor;
  stream.emit({ type: "sandbox.killed", id });
  const abort = new AbortController();
  const feed = stream.follow({ after }, { signal: abort.signal });
  stream.emit({ type: "sandbox.expired", reason: "timeout", id });
  const seen: string[] = [];
  for await (const { type } of feed.events) {
    seen.push(type);
    if (type === "sandbox.expired") setImmediate(() => stream.emit({ type: "sandbox.adopted", id }));
    if (type === "sandbox.adopted") abort.abort();
  }
  expect(feed).toMatchObject({ isWhole: true, cursor: after });
  expect(seen).toEqual(["sandbox.killed", "sandbox.expired", "sandbox.adopted"]);
});

test("lets go of a reader that does not keep up, and of one that leaves", async () => {
  const stream = new EventStream();
  const { signal } = new AbortController();
  const slow = stream.follow({}, { signal });
  for (let i = 0; i < 9000; i++) stream.emit(died);
  let count = 0;
  const reading = async (): Promise<void> => {
    for await (const _ of slow.events) count += 1;
  };
  await expect(reading()).rejects.toMatchObject({ code: "cancelled" });
  expect(count).toBe(8192);
  for await (const _ of stream.follow({ after: "" }, { signal }).events) break;
});

import { createSandboxId, createSnapshotId } from "@forkd/contract";
import { expect, test } from "vitest";
import { Holds } from "./holds.ts";
import type { SnapshotUser } from "./holds.ts";

const patient = { signal: new AbortController().signal };

test("names who needs what: machines that live, and work until the last of it is over", async () => {
  const machine = { id: createSandboxId(), snapshotId: createSnapshotId() };
  const machines = [machine];
  const holds = new Holds(() => machines);
  const id = createSnapshotId();
  const first = await holds.take(id, "a fork", patient);
  {
    using _second = await holds.take(id, "a fork", patient);
    using _third = await holds.take(id, "branch one", patient);
    expect(holds.users()).toEqual(
      new Map([
        [machine.snapshotId, { sandboxes: [machine.id], work: [] }],
        [id, { sandboxes: [], work: ["a fork", "branch one"] }],
      ]),
    );
  }
  expect(holds.users().get(id)?.work).toEqual(["a fork"]);
  first[Symbol.dispose]();
  machines.pop();
  expect(holds.users().size).toBe(0);
});

test("tells whose memory is needed: not that of a machine that is suspended", async () => {
  const id = createSnapshotId();
  const [sleeper, runner] = [true, false].map((isSuspended) => ({
    id: createSandboxId(),
    snapshotId: id,
    isSuspended,
  }));
  const machines = [sleeper, runner].filter((machine) => machine !== undefined);
  const holds = new Holds(() => machines);
  expect(holds.needsMemory(id)).toBe(true);
  machines.pop();
  expect([holds.needsMemory(id), holds.users().has(id)]).toEqual([false, true]);
  using _work = await holds.take(id, "a fork", patient);
  expect(holds.needsMemory(id)).toBe(true);
});

test("a suspended machine whose record is damaged may need anything, and one that runs has what it needs", () => {
  const [id, other] = [createSnapshotId(), createSnapshotId()];
  const [user, damaged] = [createSandboxId(), createSandboxId()];
  const unknown = { id: damaged, snapshotId: undefined };
  const machines: SnapshotUser[] = [{ id: user, snapshotId: id }, unknown];
  const holds = new Holds(() => machines);
  expect([holds.users().has(id), holds.users().has(other)]).toEqual([true, false]);
  machines.splice(1, 1, { ...unknown, isSuspended: true });
  expect(holds.users().get(id)).toEqual({ sandboxes: [user, damaged], work: [] });
  expect([holds.users().has(other), holds.users().get(other)?.sandboxes]).toEqual([true, [damaged]]);
});

test("lets who wants to hold something wait for its removal, but not longer than they like", async () => {
  const holds = new Holds();
  const [id, other] = [createSnapshotId(), createSnapshotId()];
  const removal = holds.close([id]);
  const again = holds.close([id]);
  const impatient = new AbortController();
  const given = holds.take(id, "a fork", { signal: impatient.signal });
  const waiting = holds.take(id, "a fork", patient);
  using _free = await holds.take(other, "a fork", patient);
  impatient.abort();
  await expect(given).rejects.toMatchObject({ code: "cancelled" });
  removal[Symbol.dispose]();
  await new Promise(setImmediate);
  expect(holds.users().has(id)).toBe(false);
  again[Symbol.dispose]();
  using _held = await waiting;
  expect(holds.users().has(id)).toBe(true);
});

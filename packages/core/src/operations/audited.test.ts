import { ForkdError } from "@forkd/contract";
import { expect, test } from "vitest";
import type { AuditFacts } from "../ports/audit.ts";
import { doAudited } from "./audited.ts";

const CI = { name: "ci", scope: "use", request: { id: "r/1", from: "192.0.2.7" } } as const;
const FULL = new ForkdError("audit_failed", { directory: "/a", why: "ENOSPC" });

/** An audit whose first `room` lines are kept. */
function keep(room = Infinity) {
  const lines: AuditFacts[] = [];
  const errors: unknown[] = [];
  const record = (facts: AuditFacts): number => {
    if (lines.length >= room) throw FULL;
    return lines.push(facts);
  };
  return { lines, errors, audit: { record }, onError: (error: unknown) => void errors.push(error) };
}

test("what is asked for is recorded before it is done, and then what became of it", async () => {
  const { audit, onError, lines } = keep();
  const order = { snapshot_tag: "py", env: { SECRET: "hush" } };
  await doAudited(audit, onError, { caller: CI, operation: "fork", order }, async () => {
    expect(lines).toHaveLength(1);
    return [{ id: "sb_1" }, { id: "sb_2" }];
  });
  const known = {
    who: "ci",
    from: "192.0.2.7",
    request_id: "r/1",
    operation: "fork",
    object: "py",
    path: null,
  };
  expect(lines).toEqual([
    { ...known, stage: "asked", asked: null, code: null, made: [] },
    { ...known, stage: "done", asked: 1, code: null, made: ["sb_1", "sb_2"] },
  ]);
  expect(JSON.stringify(lines)).not.toContain("hush");
});

test("a failure is recorded with its code", async () => {
  const { audit, onError, lines } = keep();
  const failure = new ForkdError("sandbox_not_found", { id: "sb_1" });
  const act = { caller: CI, operation: "removeFile", order: { id: "sb_1", order: { path: "/etc/x" } } };
  await expect(doAudited(audit, onError, act, () => Promise.reject(failure))).rejects.toBe(failure);
  expect(lines[1]).toMatchObject({
    stage: "done",
    object: "sb_1",
    path: "/etc/x",
    code: "sandbox_not_found",
  });
});

test.each([
  ["signFileUrl", { id: "sb_1", request: { path: "/etc/x", access: "read" } }, "sb_1", "/etc/x"],
  ["readFile", { id: "sb_1", path: "/etc/x" }, "sb_1", "/etc/x"],
  ["cancelJob", { job: "job_1" }, "job_1", null],
])("%s is recorded with what it is about", async (operation, order, object, path) => {
  const { audit, onError, lines } = keep();
  await doAudited(audit, onError, { caller: CI, operation, order }, async () => ({}));
  expect(lines[0]).toMatchObject({ operation, object, path });
});

test("what cannot be recorded is not done", async () => {
  const { audit, onError } = keep(0);
  const act = { caller: CI, operation: "killSandbox", order: { id: "sb_1" } };
  const work = (): Promise<never> => Promise.reject(new Error("it was done"));
  await expect(doAudited(audit, onError, act, work)).rejects.toBe(FULL);
});

test("what became of it is not undone where that cannot be recorded, and somebody hears of it", async () => {
  const { audit, onError, errors } = keep(1);
  const act = { caller: CI, operation: "killSandbox", order: { id: "sb_1" } };
  expect(await doAudited(audit, onError, act, async () => "done")).toBe("done");
  expect(errors).toEqual([FULL]);
});

test.each([
  { operation: "listSandboxes", order: {} },
  { operation: "askGuest", order: { id: "sb_1", as: "listProcesses" } },
])("a look is not recorded: $operation $order.as", async (act) => {
  const { audit, onError, lines } = keep(0);
  expect(await doAudited(audit, onError, { caller: CI, ...act }, async () => 1)).toBe(1);
  expect(lines).toEqual([]);
});

test("the address of what is pulled has no password in it", async () => {
  const { audit, onError, lines } = keep();
  const order = { source: "https://me:hush@example.org/p.tar" };
  await doAudited(audit, onError, { caller: CI, operation: "pullSnapshot", order }, async () => ({}));
  expect(lines[0]?.object).toContain("example.org");
  expect(JSON.stringify(lines)).not.toContain("hush");
});

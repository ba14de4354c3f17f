import { join } from "node:path";
import type { JobId } from "@forkd/contract";
import { LOCAL_USER, NEVER } from "@forkd/core";
import { expect, test } from "vitest";
import { composeUnstarted } from "../../test/unstarted-daemon.ts";
import { createAuditHandlers } from "../faces/v1/audit.ts";
import { createJobHandlers } from "../faces/v1/jobs.ts";
import { listEntries } from "./list-entries.ts";

const CALL = { caller: LOCAL_USER, params: undefined, body: undefined, range: undefined };
const OPTIONS = { signal: NEVER, onProgress: () => {} };

test("a daemon that is told to records what it is asked for, and what came of it", async () => {
  await using daemon = await composeUnstarted({ FORKD_AUDIT: "on" });
  const { services } = daemon;
  const caller = { ...LOCAL_USER, request: { id: "r/1", from: "unix" } };
  await services.operations.listTokens(caller, {}, OPTIONS);
  const request = { name: "ci", scope: "use", ttl_secs: null, tenant: null } as const;
  const { token } = await services.operations.createToken(caller, request, OPTIONS);
  await expect(
    services.operations.killSandbox(caller, { id: "sb_nobody" as never }, OPTIONS),
  ).rejects.toThrow("sb_nobody");
  const jobs = createJobHandlers(services);
  const job = { id: "job_0123456789abcdef" as JobId };
  await expect(
    jobs.cancelJob({ ...CALL, ...OPTIONS, caller, query: undefined, params: job }),
  ).rejects.toMatchObject({ code: "job_not_found" });
  const entries = await Array.fromAsync(listEntries(join(services.config.dataDir, "audit"), 0));
  expect(entries.map(({ stage, operation, object, code }) => [stage, operation, object, code])).toEqual([
    ["opened", "serve", null, null],
    ["asked", "createToken", "ci", null],
    ["done", "createToken", "ci", null],
    ["asked", "killSandbox", "sb_nobody", null],
    ["done", "killSandbox", "sb_nobody", "sandbox_not_found"],
    ["asked", "cancelJob", job.id, null],
    ["done", "cancelJob", job.id, "job_not_found"],
  ]);
  expect(entries[1]).toMatchObject({ who: "local", from: "unix", request_id: "r/1" });
  expect(JSON.stringify(entries)).not.toContain(token);
  const handlers = createAuditHandlers(services);
  const report = await handlers.verifyAudit({ ...CALL, ...OPTIONS, query: {} });
  expect(report).toMatchObject({ recording: true, sound: true, entries: 7, head: services.audit!.head });
});

test("a daemon records nothing unless it is told to", async () => {
  await using daemon = await composeUnstarted();
  const handlers = createAuditHandlers(daemon.services);
  const report = await handlers.verifyAudit({ ...CALL, ...OPTIONS, query: {} });
  expect(report).toMatchObject({ recording: false, sound: true, entries: 0, head: null, first_seq: null });
  const followed = await handlers.listAudit({ ...CALL, ...OPTIONS, query: { follow: true } });
  expect(await Array.fromAsync(followed)).toEqual([]);
});

import { text } from "node:stream/consumers";
import { ForkdError } from "@forkd/contract";
import type { AuditFacts } from "@forkd/core";
import { expect, test } from "vitest";
import { askApi, serveApi } from "../../test/api-fixture.ts";
import { recordRefusals } from "./refusals.ts";

test("who may not do what they ask for is recorded, and what fails otherwise is not", async () => {
  const lines: AuditFacts[] = [];
  using refusals = recordRefusals({ record: (facts) => lines.push(facts) }, () => {});
  const refused = new ForkdError("not_permitted", { token: "ci", scope: "use", needed: "admin" });
  const failures: Error[] = [refused, new ForkdError("job_not_found", { id: "job_1" })];
  await using api = await serveApi(() => Promise.reject(failures.shift()!), refusals.watch);
  for (const id of ["r/1", "r/2"])
    await askApi(api.socketPath, { path: "/v1/tokens", headers: { "x-request-id": id } });
  await expect.poll(() => lines).toHaveLength(1);
  expect(lines[0]).toMatchObject({
    stage: "refused",
    who: "local",
    from: "unix",
    request_id: "r/1",
    operation: "GET /v1/tokens",
    code: "not_permitted",
  });
});

test("of many refusals the first are recorded, and then how many there were more", async () => {
  const lines: AuditFacts[] = [];
  const refusals = recordRefusals({ record: (facts) => lines.push(facts) }, () => {});
  const refused = new ForkdError("unauthenticated", { why: "it has no token" });
  await using api = await serveApi(() => Promise.reject(refused), refusals.watch);
  const ask = async () => text(await askApi(api.socketPath, { path: "/v1/tokens" }));
  for (let i = 0; i < 23; i++) await ask();
  await expect.poll(() => lines).toHaveLength(20);
  refusals[Symbol.dispose]();
  expect(lines).toHaveLength(21);
  expect(lines[20]).toMatchObject({ stage: "refused", who: "unknown", from: "unix", operation: "3 more" });
});

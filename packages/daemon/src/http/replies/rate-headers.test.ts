import { NEVER } from "@forkd/core";
import { expect, test } from "vitest";
import { serveTenants } from "../../../test/tenant-fixture.ts";

test("each answer to a tenant that is held to a rate tells what is left of it, on every face", async () => {
  await using daemon = await serveTenants();
  const { quotas, tenants } = daemon.services;
  const quota = { sandboxes: null, memory_mib: null, disk_mib: null, branches_per_minute: 2 };
  await tenants.set({ name: "acme", quota }, { signal: NEVER });
  const toldBy = async (who: "acme" | "other", path: string): Promise<(string | null)[]> => {
    const { headers } = await daemon.ask(who, "GET", path);
    return ["ratelimit-policy", "ratelimit"].map((name) => headers.get(name));
  };
  const policy = '"branches";q=2;w=60';
  for (const path of ["/v1/sandboxes", "/v2/sandboxes", "/v1/sandboxes/none"])
    expect(await toldBy("acme", path)).toEqual([policy, '"branches";r=2;t=0']);
  quotas.countBranch("acme");
  quotas.countBranch("acme");
  const spent = expect.stringMatching(/^"branches";r=0;t=[1-6]\d$/) as string;
  expect(await toldBy("acme", "/v1/sandboxes")).toEqual([policy, spent]);
  expect(await toldBy("other", "/v1/sandboxes")).toEqual([null, null]);
});

import { ForkdError } from "@forkd/contract";
import type { SandboxInfo } from "@forkd/contract";
import { assert, asyncProperty, integer, nat, record } from "fast-check";
import { expect, test } from "vitest";
import { forkSome } from "./fork-some.ts";

const infos = (n: number): SandboxInfo[] => Array.from({ length: n }, () => ({}) as SandboxInfo);

test("as many are made as fit, whatever bounds them", async () => {
  const count = integer({ min: 0, max: 120 });
  const each = integer({ min: 1, max: 4096 });
  const bounds = record({ n: integer({ min: 1, max: 100 }), left: count, used: count, each });
  await assert(
    asyncProperty(bounds, nat(2), async ({ n, left, used, each: eachMib }, kind) => {
      const refuse = (wanted: number): ForkdError =>
        [
          new ForkdError("sandbox_quota", { limit: used + left, running: used, wanted }),
          new ForkdError("tenant_quota", {
            tenant: "t",
            what: "MiB of memory",
            limit: (used + left) * eachMib,
            used: used * eachMib,
            wanted: wanted * eachMib,
            retryAfterSecs: 1,
          }),
          new ForkdError("no_memory", {
            tag: "t",
            n: wanted,
            eachMib,
            siblings: 1,
            availableMib: left * eachMib + 64,
            reserveMib: 64,
          }),
        ][kind]!;
      const fork = async (wanted: number): Promise<SandboxInfo[]> => {
        if (wanted > left) throw refuse(wanted);
        return infos(wanted);
      };
      const { made, refused } = await forkSome(n, fork);
      expect(made).toHaveLength(Math.min(n, left));
      expect(refused === undefined).toBe(n <= left);
    }),
  );
});

test("where there is no room for one, all are refused, and what is no want of room is thrown", async () => {
  const details = { tenant: "t", what: "MiB on the disk", limit: 1, used: 2, wanted: 0, retryAfterSecs: 1 };
  const full = new ForkdError("tenant_quota", details);
  expect(await forkSome(3, () => Promise.reject(full))).toEqual({ made: [], refused: full });
  const gone = new ForkdError("sandbox_not_found", { id: "sb_0000000000000000" });
  await expect(forkSome(3, () => Promise.reject(gone))).rejects.toBe(gone);
});

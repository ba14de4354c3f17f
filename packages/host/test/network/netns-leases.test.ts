import { NEVER } from "@forkd/core";
import { describe, expect, test } from "vitest";
import { hasNamespaces } from "./fake-guest.ts";
import { leaseUntilKilled } from "./lease-until-killed.ts";
import { TestNetworks, orderOf } from "./test-networks.ts";
import { listOurs } from "./what-is-there.ts";

describe.runIf(hasNamespaces)("leases of network namespaces", () => {
  test("are of namespaces that nobody else has, and leave nothing", async () => {
    await using all = await TestNetworks.create(3);
    const leases = await Promise.all(
      ["a", "b", "c", "d", "e"].map((name) => all.lease(name, ["10.0.0.0/8"])),
    );
    expect(new Set(leases.map(({ netns }) => netns)).size).toBe(5);
    expect(new Set(leases.map(({ address }) => address)).size).toBe(5);
    await Promise.all(leases.map((lease) => lease[Symbol.asyncDispose]()));
    await all.networks[Symbol.asyncDispose]();
    expect(listOurs(all.dataDir)).toEqual([]);
  });

  test("take one that is ready, and have another made meanwhile", async () => {
    await using all = await TestNetworks.create();
    await all.networks.setUp(2);
    const ready = await all.networks.list();
    await using lease = await all.lease("a");
    expect(ready.map(({ name }) => name)).toContain(lease.netns);
    expect(await all.networks.list()).toContainEqual({ name: lease.netns, sandboxId: "sb_a" });
    await expect.poll(async () => (await all.networks.list()).length).toBe(3);
    await all.networks.setUp(0);
    expect((await all.networks.list()).length).toBe(1);
  });

  test("are taken over by the next daemon, which removes those that no machine has", async () => {
    await using all = await TestNetworks.create();
    const kept = await all.lease("kept");
    await all.lease("dead", ["10.0.0.0/8"]);
    await using next = all.open();
    await next.removeStale(new Set(["sb_kept"]));
    expect(await next.list()).toEqual([{ name: kept.netns, sandboxId: "sb_kept" }]);
    expect(await next.adopt(orderOf("dead"), { signal: NEVER })).toBeUndefined();
    const adopted = await next.adopt(orderOf("kept", "allow"), { signal: NEVER });
    expect(adopted).toMatchObject({ netns: kept.netns, address: kept.address, guest: kept.guest });
    await adopted?.[Symbol.asyncDispose]();
    expect(listOurs(all.dataDir)).toEqual([]);
  });

  const STEPS = [2, 3, 4, 6, 8, 9];
  test("leave nothing of a daemon that is killed at any of their steps", async () => {
    await using all = await TestNetworks.create();
    const outcomes: (string | null)[] = [];
    for (const step of STEPS) {
      outcomes.push(await leaseUntilKilled(all.dataDir, step));
      const next = all.open();
      await next.removeStale(new Set());
      expect([step, listOurs(all.dataDir)]).toEqual([step, []]);
    }
    expect(outcomes).toEqual(STEPS.map(() => "SIGKILL"));
  });
});

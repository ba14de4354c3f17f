import { describe, expect, it } from "vitest";
import type { EngineBench } from "./engine-bench.ts";
import { ask, soon } from "./engine-rig.ts";

/** How machines are taken over by another daemon. */
export function testAdoption(open: () => Promise<EngineBench>): void {
  describe("a machine of a daemon that is gone", () => {
    it("is adopted when it outlived its daemon, and its end is noticed", async () => {
      const { rig, parent, watch } = await open();
      const record = await rig.restoreElsewhere(await rig.describeRestore(parent));
      await watch(record.pid);
      const adopted = await rig.engine.adopt(record, soon());
      if (!adopted) throw new Error("it is gone");
      await expect(ask(rig, adopted, "cat /run/memory")).resolves.toBe("of the parent");
      process.kill(record.pid, "SIGKILL");
      await expect(adopted.exited).resolves.toMatchObject({ why: "the VMM is gone" });
      await expect(rig.engine.adopt(record, soon())).resolves.toBeUndefined();
    });

    it("is killed by who adopted it", async () => {
      const { rig, parent, watch } = await open();
      const record = await rig.restoreElsewhere(await rig.describeRestore(parent));
      await watch(record.pid);
      await (await rig.engine.adopt(record, soon()))?.kill();
      await expect(rig.engine.adopt(record, soon())).resolves.toBeUndefined();
    });

    it("is not somebody else's process that has its pid", async () => {
      const { rig } = await open();
      const record = { pid: process.pid, startTicks: "1", directory: rig.newFile("nowhere"), paused: false };
      await expect(rig.engine.adopt(record, soon())).resolves.toBeUndefined();
    });
  });
}

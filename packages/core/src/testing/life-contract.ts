import { describe, expect, it } from "vitest";
import { digestAll } from "./engine-bench.ts";
import type { EngineBench } from "./engine-bench.ts";
import { ask, isAlive, soon } from "./engine-rig.ts";

/** How machines are restored and ended. */
export function testLife(open: () => Promise<EngineBench>): void {
  describe("a machine", () => {
    it("runs on after its state was saved", async () => {
      const { saidAfterResume } = await open();
      expect(saidAfterResume).toBe("of the parent");
    });

    it("is restored three times, each apart from the others, and from what it was restored from", async () => {
      const { rig, parent, restore } = await open();
      const before = await digestAll(parent);
      const machines = await Promise.all([restore(), restore(), restore()]);
      for (const [index, machine] of machines.entries())
        await ask(rig, machine, `echo of child ${index} | tee /root/disk >/run/memory; sync`);
      for (const [index, machine] of machines.entries())
        await expect(ask(rig, machine, "sort -u /root/disk /run/memory")).resolves.toBe(`of child ${index}`);
      await Promise.all(machines.map((machine) => machine.kill()));
      expect(await digestAll(parent)).toEqual(before);
    });

    it("runs onSpawn before guest code, and ends when that fails", async () => {
      const { restore } = await open();
      let pid = 0;
      const onSpawn = async (spawned: number): Promise<void> => {
        pid = spawned;
        throw new Error("no limit can be set");
      };
      await expect(restore(undefined, { onSpawn })).rejects.toMatchObject({
        code: "restore_failed",
        message: expect.stringContaining("no limit can be set") as string,
      });
      expect(isAlive(pid)).toBe(false);
    });

    it("has one agent stream at a time", async () => {
      const { rig, restore } = await open();
      await using machine = await restore();
      const stream = await machine.openAgentStream(soon());
      await expect(machine.openAgentStream(soon())).rejects.toMatchObject({ code: "agent_unreachable" });
      stream.destroy();
      await expect(ask(rig, machine, "echo again")).resolves.toBe("again");
    });

    it("is killed, whether once or twice", async () => {
      const { restore } = await open();
      const machine = await restore();
      const [first, second] = await Promise.all([machine.kill(), machine.kill()]);
      expect(first).toMatchObject({ signal: "SIGKILL", why: "the VMM was killed by SIGKILL" });
      expect(second).toEqual(first);
      await expect(machine.kill()).resolves.toEqual(first);
      expect(isAlive(machine.pid)).toBe(false);
    });

    it("says that its guest powered itself off", async () => {
      const { rig, restore } = await open();
      await using machine = await restore();
      await ask(rig, machine, "echo o >/proc/sysrq-trigger").catch(() => "");
      await expect(machine.exited).resolves.toMatchObject({ code: 0, why: "the guest powered itself off" });
    });
  });
}

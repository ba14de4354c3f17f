import { describe, expect, it } from "vitest";
import type { Machine, ReviveSpec } from "../ports/engine.ts";
import type { EngineBench } from "./engine-bench.ts";
import { ask, isAlive, soon } from "./engine-rig.ts";

const REMEMBERED = "sort -u /root/disk /run/memory";

/** How machines are ended for a while, and go on. */
export function testRevivals(open: () => Promise<EngineBench>): void {
  /** A machine that was saved and ended: what it is revived of. */
  const saveAndEnd = async (machine: Machine, from: Omit<ReviveSpec, "layerPath">): Promise<ReviveSpec> => {
    const { rig } = await open();
    await machine.pause(soon());
    const files = { memoryPath: rig.newFile("layer"), deviceStatePath: rig.newFile("device-state") };
    await machine.save({ ...files, memoryMib: from.memoryMib }, soon());
    await machine.kill();
    return { ...from, layerPath: files.memoryPath, deviceStatePath: files.deviceStatePath };
  };

  describe("a machine that was saved and ended", () => {
    it("goes on where it was, again and again, on the memory that it was first made of", async () => {
      const { rig, parent, restore, watch } = await open();
      const spec = await rig.describeRestore(parent);
      let machine = await restore(parent, spec);
      for (const word of ["first", "second"]) {
        await ask(rig, machine, `echo ${word} | tee /root/disk >/run/memory`);
        machine = await rig.engine.revive(await saveAndEnd(machine, spec), soon());
        await watch(machine.pid);
        await machine.resume(soon());
        await expect(ask(rig, machine, REMEMBERED)).resolves.toBe(word);
      }
      await machine.kill();
      await using sibling = await restore(parent);
      await expect(ask(rig, sibling, REMEMBERED)).resolves.toBe("of the parent");
    });

    it("is left as it was by a revival that fails", async () => {
      const { rig, parent, restore } = await open();
      const spec = await rig.describeRestore(parent);
      await using source = await restore(parent, spec);
      await ask(rig, source, "echo whole | tee /root/disk >/run/memory");
      const saved = await saveAndEnd(source, spec);
      const pids: number[] = [];
      const onSpawn = (pid: number): Promise<void> => Promise.resolve(void pids.push(pid));
      const attempt = rig.engine.revive({ ...saved, layerPath: saved.deviceStatePath, onSpawn }, soon());
      await expect(attempt).rejects.toMatchObject({ code: "restore_failed" });
      expect(pids.filter(isAlive)).toEqual([]);
      await using machine = await rig.engine.revive(saved, soon());
      await machine.resume(soon());
      await expect(ask(rig, machine, REMEMBERED)).resolves.toBe("whole");
    });
  });
}

import { copyFile, readdir, stat, truncate, writeFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import type { EngineBench } from "./engine-bench.ts";
import { isAlive, soon } from "./engine-rig.ts";

/** What is refused or given up, and by which code. */
export function testRefusals(open: () => Promise<EngineBench>): void {
  describe("what cannot be a machine", () => {
    it("is refused with a device that the engine does not know, before anything starts", async () => {
      const { rig, parent, boot } = await open();
      const kinds = await rig.engine.listDeviceKinds(soon());
      expect(boot.devices.map(({ kind }) => kind)).toEqual(expect.arrayContaining([...kinds]));
      const devices = [...boot.devices, { kind: "time-machine" }];
      const refusal = { code: "snapshot_incompatible", details: { snapshot: "time-machine" } };
      const [one, other] = [await rig.describeRestore(parent), await rig.describeBoot()];
      await expect(rig.engine.restore({ ...one, devices }, soon())).rejects.toMatchObject(refusal);
      await expect(rig.engine.boot({ ...other, devices }, soon())).rejects.toMatchObject(refusal);
      for (const { directory } of [one, other]) expect(await readdir(directory)).toEqual([]);
    });

    it("is refused when its device state is none, or was cut off", async () => {
      const { rig, parent, restore } = await open();
      const [garbage, cut] = [rig.newFile("garbage"), rig.newFile("cut")];
      await writeFile(garbage, Buffer.alloc(20_000, 7));
      await copyFile(parent.deviceStatePath, cut);
      await truncate(cut, Math.floor((await stat(cut)).size / 2));
      for (const deviceStatePath of [garbage, cut])
        await expect(restore({ ...parent, deviceStatePath })).rejects.toMatchObject({
          code: "restore_failed",
        });
    });

    it("is refused with memory of another size, which stays as it is", async () => {
      const { rig, parent, restore } = await open();
      const memoryPath = rig.newFile("short");
      await writeFile(memoryPath, Buffer.alloc(4096));
      await expect(restore({ ...parent, memoryPath })).rejects.toMatchObject({
        code: "restore_failed",
        message: expect.stringContaining("4096 bytes instead of") as string,
      });
      expect((await stat(memoryPath)).size).toBe(4096);
    });

    it("does not boot a kernel that is none", async () => {
      const { rig } = await open();
      const spec = await rig.describeBoot();
      const kernelPath = rig.newFile("no-kernel");
      await writeFile(kernelPath, "MZ");
      await expect(rig.engine.boot({ ...spec, kernelPath }, soon())).rejects.toMatchObject({
        code: "boot_failed",
        details: { image: spec.name },
      });
    });

    it("is ended when its restore is cancelled", async () => {
      const { rig, parent } = await open();
      const giveUp = new AbortController();
      let pid = 0;
      const onSpawn = async (spawned: number): Promise<void> => {
        pid = spawned;
        giveUp.abort();
      };
      const spec = { ...(await rig.describeRestore(parent)), onSpawn };
      await expect(rig.engine.restore(spec, { signal: giveUp.signal })).rejects.toMatchObject({
        code: "cancelled",
      });
      expect(isAlive(pid)).toBe(false);
    });
  });
}

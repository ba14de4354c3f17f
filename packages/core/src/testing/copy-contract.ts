import { describe, expect, it } from "vitest";
import { copy, raise } from "./copies.ts";
import type { EngineBench } from "./engine-bench.ts";
import { ask, isAlive, soon } from "./engine-rig.ts";
import type { EngineOffer } from "./engine-rig.ts";

/** How machines are copied. An engine that does not offer it gives none to copy. */
export function testCopies(open: () => Promise<EngineBench>, { copies: offered }: EngineOffer): void {
  it.skipIf(offered)("gives no machine to copy", async () => {
    const { rig, parent } = await open();
    const rehearse = async (): Promise<void> => {};
    const spec = await rig.describeRestore(parent);
    await expect(rig.engine.openZygote(spec, rehearse, soon())).resolves.toBeUndefined();
  });

  describe.runIf(offered)("a machine that is to be copied", () => {
    it("is copied eight times at once, each apart from the others", async () => {
      const bench = await open();
      const { rig } = bench;
      await using zygote = await raise(bench);
      const copies = await Promise.all(Array.from({ length: 8 }, () => copy(bench, zygote)));
      for (const [index, machine] of copies.entries()) {
        await expect(ask(rig, machine, "sort -u /root/disk /run/memory")).resolves.toBe("of the zygote");
        await ask(rig, machine, `echo of copy ${index} | tee /root/disk >/run/memory; sync`);
      }
      const script = "echo 3 >/proc/sys/vm/drop_caches; sort -u /root/disk /run/memory";
      for (const [index, machine] of copies.entries())
        await expect(ask(rig, machine, script)).resolves.toBe(`of copy ${index}`);
      await Promise.all(copies.map((machine) => machine.kill()));
    });

    it("runs onSpawn before the guest code of a copy, and ends it when that fails", async () => {
      const bench = await open();
      const { rig, parent } = bench;
      await using zygote = await raise(bench);
      let pid = 0;
      const { name, directory } = await rig.describeRestore(parent);
      const onSpawn = async (spawned: number): Promise<void> => {
        pid = spawned;
        throw new Error("no limit can be set");
      };
      await expect(zygote.fork({ name, directory, onSpawn }, soon())).rejects.toMatchObject({
        code: "restore_failed",
        message: expect.stringContaining("no limit can be set") as string,
      });
      expect(isAlive(pid)).toBe(false);
    });

    it("says why it was not copied, and still can be", async () => {
      const bench = await open();
      await using zygote = await raise(bench);
      const directory = bench.rig.newFile("missing");
      await expect(zygote.fork({ name: "missing", directory }, soon())).rejects.toMatchObject({
        code: "vmm_failed",
        message: expect.stringContaining("No such file or directory") as string,
      });
      await using machine = await copy(bench, zygote);
      await expect(ask(bench.rig, machine, "cat /run/memory")).resolves.toBe("of the zygote");
    });
  });
}

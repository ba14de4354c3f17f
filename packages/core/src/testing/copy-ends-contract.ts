import { describe, expect, it } from "vitest";
import { copy, raise } from "./copies.ts";
import type { EngineBench } from "./engine-bench.ts";
import { ask, isAlive, soon } from "./engine-rig.ts";
import type { EngineOffer } from "./engine-rig.ts";

/** How copies end, and what becomes of them when what they were copied of ends. */
export function testCopyEnds(open: () => Promise<EngineBench>, { copies: offered }: EngineOffer): void {
  describe.runIf(offered)("a copy of a machine", () => {
    it("is outlived by its copies, whose ends are told while it lives", async () => {
      const bench = await open();
      await using zygote = await raise(bench);
      const killed = await copy(bench, zygote);
      process.kill(killed.pid, "SIGKILL");
      await expect(killed.exited).resolves.toMatchObject({ signal: "SIGKILL" });
      await using off = await copy(bench, zygote);
      await ask(bench.rig, off, "echo o >/proc/sysrq-trigger").catch(() => {});
      await expect(off.exited).resolves.toMatchObject({ code: 0, why: "the guest powered itself off" });
      await using outliving = await copy(bench, zygote);
      process.kill(zygote.pid, "SIGKILL");
      await zygote.exited;
      await expect(copy(bench, zygote)).rejects.toMatchObject({ code: "vmm_failed" });
      await expect(ask(bench.rig, outliving, "cat /run/memory")).resolves.toBe("of the zygote");
      await expect(outliving.kill()).resolves.toMatchObject({ why: "the VMM is gone" });
    });

    it("leaves copies to the next daemon, which adopts them", async () => {
      const { rig, parent, watch } = await open();
      const { name, directory } = await rig.describeRestore(parent);
      const { record, zygotePid } = await rig.copyElsewhere(await rig.describeRestore(parent), {
        name,
        directory,
      });
      await watch(record.pid);
      await expect.poll(() => isAlive(zygotePid)).toBe(false);
      await using adopted = await rig.engine.adopt(record, soon());
      if (!adopted) throw new Error("the copy is gone");
      await expect(ask(rig, adopted, "cat /run/memory")).resolves.toBe("of another daemon");
      await expect(adopted.kill()).resolves.toMatchObject({ why: "the VMM is gone" });
    });
  });
}

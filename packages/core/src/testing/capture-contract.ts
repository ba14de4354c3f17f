import { stat } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { frozenBy } from "./frozen-machine.ts";
import type { EngineBench } from "./engine-bench.ts";
import { ask, captureSpec, soon } from "./engine-rig.ts";
import type { EngineOffer } from "./engine-rig.ts";

/** How running machines are captured, in the modes that are offered. */
export function testCapture(open: () => Promise<EngineBench>, { modes }: EngineOffer): void {
  describe("a running machine", () => {
    it.each(modes)("is captured %s, and restored as it was", async (mode) => {
      const { rig, parent, boot, restore } = await open();
      await using source = await restore();
      await ask(rig, source, `echo ${mode} >/root/disk; sync; echo ${mode} >/run/memory`);
      const spec = captureSpec(rig, mode, boot.memoryMib);
      const report = await source.capture(spec, soon());
      await ask(rig, source, "echo later >/root/disk; sync; echo later >/run/memory");
      await using child = await restore(await frozenBy(spec, parent));
      const script = "echo 3 >/proc/sys/vm/drop_caches; sort -u /root/disk /run/memory";
      await expect(ask(rig, child, script)).resolves.toBe(mode);
      await expect(ask(rig, source, script)).resolves.toBe("later");
      expect(report.pauseMs).toBeGreaterThan(0);
      for (const path of [spec.memoryPath, spec.deviceStatePath, spec.diskPath])
        expect((await stat(path)).mode & 0o777).toBe(0o600);
    });

    it("is captured again from what was captured of it", async () => {
      const { rig, parent, boot, restore } = await open();
      let snapshot = parent;
      for (const [generation, mode] of (["diff", "diff", "full"] as const).entries()) {
        await using machine = await restore(snapshot);
        await ask(rig, machine, `echo ${generation} | tee -a /root/history >>/run/history; sync`);
        const spec = captureSpec(rig, mode, boot.memoryMib);
        await machine.capture(spec, soon());
        snapshot = await frozenBy(spec, snapshot);
      }
      await using last = await restore(snapshot);
      await expect(ask(rig, last, "cat /root/history /run/history")).resolves.toBe("0\n1\n2\n0\n1\n2");
    });

    it("says what a capture would cost, and whether it can be live", async () => {
      const { rig, restore } = await open();
      await using machine = await restore();
      await ask(rig, machine, "true");
      const outlook = await machine.assessCapture(soon());
      expect(outlook.dirtyPages).toBeGreaterThan(100);
      expect(outlook.liveBlocker === undefined).toBe(modes.includes("live"));
      await expect(machine.findLiveBlocker(soon())).resolves.toBe(outlook.liveBlocker);
    });
  });
}

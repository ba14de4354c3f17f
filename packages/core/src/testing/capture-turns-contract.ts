import { describe, expect, it } from "vitest";
import type { EngineBench } from "./engine-bench.ts";
import { ask, captureSpec, soon } from "./engine-rig.ts";

/** Who waits for whom when a machine is captured more than once. */
export function testCaptureTurns(open: () => Promise<EngineBench>): void {
  describe("a machine that several ask to capture", () => {
    it("is captured once at a time, in the order of asking", async () => {
      const { rig, boot, restore } = await open();
      await using machine = await restore();
      const order: string[] = [];
      const note = (name: string, work: Promise<unknown>): Promise<unknown> =>
        work.finally(() => order.push(name));
      await Promise.all([
        note("full", machine.capture(captureSpec(rig, "full", boot.memoryMib), soon())),
        note("diff", machine.capture(captureSpec(rig, "diff", boot.memoryMib), soon())),
        note("outlook", machine.assessCapture(soon())),
      ]);
      expect(order).toEqual(["full", "diff", "outlook"]);
      await expect(ask(rig, machine, "echo runs on")).resolves.toBe("runs on");
    });

    it("is waited for neither by who gives up nor by who counts its pages", async () => {
      const { rig, boot, restore } = await open();
      await using machine = await restore();
      await ask(rig, machine, "true");
      let isDone = false;
      const spec = captureSpec(rig, "full", boot.memoryMib);
      const first = machine.capture(spec, soon()).finally(() => (isDone = true));
      const second = captureSpec(rig, "diff", boot.memoryMib);
      await expect(machine.capture(second, { signal: AbortSignal.timeout(1) })).rejects.toMatchObject({
        code: "cancelled",
      });
      await expect(machine.countPrivatePages(boot.memoryMib, soon())).resolves.toBeGreaterThan(100);
      expect(isDone).toBe(false);
      await first;
    });
  });
}

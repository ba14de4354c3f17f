import { describe, expect, it } from "vitest";
import type { Machine } from "../ports/engine.ts";
import { frozenBy } from "./frozen-machine.ts";
import type { EngineBench } from "./engine-bench.ts";
import { ask, captureSpec, soon } from "./engine-rig.ts";
import type { EngineOffer, EngineRig } from "./engine-rig.ts";

/** An agent that answers does so in a hundredth of this. */
const SILENCE_MS = 1500;

/** How machines are paused, and what can be done with them meanwhile. */
export function testPauses(open: () => Promise<EngineBench>, { modes }: EngineOffer): void {
  describe("a paused machine", () => {
    it("stands still until it is resumed, however often it was paused", async () => {
      const { rig, restore } = await open();
      await using machine = await restore();
      await machine.pause(soon());
      await machine.pause(soon());
      await expectSilence(rig, machine);
      await machine.resume(soon());
      await machine.resume(soon());
      await expect(ask(rig, machine, "echo runs on")).resolves.toBe("runs on");
    });

    it.each(modes)("is captured %s as it stands, and stands still behind it", async (mode) => {
      const { rig, parent, boot, restore } = await open();
      await using source = await restore();
      await ask(rig, source, `echo ${mode} | tee /root/disk >/run/memory; sync`);
      await source.pause(soon());
      const spec = captureSpec(rig, mode, boot.memoryMib);
      await expect(source.capture(spec, soon())).resolves.toMatchObject({ pauseMs: 0 });
      await expectSilence(rig, source);
      await using child = await restore(await frozenBy(spec, parent));
      await expect(ask(rig, child, "sort -u /root/disk /run/memory")).resolves.toBe(mode);
      await source.resume(soon());
      await expect(ask(rig, source, "sort -u /root/disk /run/memory")).resolves.toBe(mode);
    });

    it("is best captured while it stands, not live", async () => {
      const { restore } = await open();
      await using machine = await restore();
      await machine.pause(soon());
      await expect(machine.assessCapture(soon())).resolves.toMatchObject({
        liveBlocker: expect.stringContaining("paused") as string,
      });
    });

    it("was captured before, by who asked first", async () => {
      const { rig, boot, restore } = await open();
      await using machine = await restore();
      const order: string[] = [];
      const capture = machine.capture(captureSpec(rig, "full", boot.memoryMib), soon());
      const pause = machine.pause(soon()).then(() => order.push("pause"));
      await Promise.all([capture.then(() => order.push("capture")), pause]);
      expect(order).toEqual(["capture", "pause"]);
      await expectSilence(rig, machine);
    });

    it.each([true, false])("is adopted as its record says (paused: %s)", async (paused) => {
      const { rig, parent, watch } = await open();
      const record = await rig.restoreElsewhere(await rig.describeRestore(parent));
      await watch(record.pid);
      await using adopted = await rig.engine.adopt({ ...record, paused }, soon());
      if (!adopted) throw new Error("it is gone");
      if (paused) await expectSilence(rig, adopted);
      await adopted.resume(soon());
      await expect(ask(rig, adopted, "cat /run/memory")).resolves.toBe("of the parent");
    });
  });
}

/** Its agent does not answer, and the connection is given up. */
async function expectSilence({ connector }: EngineRig, machine: Machine): Promise<void> {
  const stream = await machine.openAgentStream(soon());
  await expect(connector.connect(stream, soon(SILENCE_MS))).rejects.toMatchObject({ code: "cancelled" });
}

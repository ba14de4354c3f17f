import { expect, it } from "vitest";
import type { EngineBench } from "./engine-bench.ts";
import { ask, soon } from "./engine-rig.ts";

/** What is known of a machine from its host alone. */
export function testMeasuring(open: () => Promise<EngineBench>): void {
  it("a machine is measured from outside, also while it stands still", async () => {
    const { rig, restore } = await open();
    await using machine = await restore();
    await ask(rig, machine, "head -c 8388608 /dev/urandom > /root/x; sync");
    const usage = await machine.measure();
    expect(usage.cpuMs).toBeGreaterThan(0);
    expect(usage.privateBytes).toBeGreaterThan(8 * 1024 * 1024);
    expect(usage.diskBytes).toBeGreaterThan(8 * 1024 * 1024);
    await machine.pause(soon());
    const [first, second] = [await machine.measure(), await machine.measure()];
    expect(second.cpuMs - first.cpuMs).toBeLessThan(50);
    await machine.kill();
    await expect(machine.measure()).rejects.toBeInstanceOf(Error);
  });
}

import { afterAll, beforeAll, describe } from "vitest";
import type { Machine } from "../ports/engine.ts";
import type { EngineBench } from "./engine-bench.ts";
import { testAdoption } from "./adoption-contract.ts";
import { testCapture } from "./capture-contract.ts";
import { testCaptureTurns } from "./capture-turns-contract.ts";
import { testCopies } from "./copy-contract.ts";
import { testCopyEnds } from "./copy-ends-contract.ts";
import { ask, isAlive, soon } from "./engine-rig.ts";
import type { EngineOffer, EngineRig } from "./engine-rig.ts";
import { testLife } from "./life-contract.ts";
import { testMeasuring } from "./measure-contract.ts";
import { testPauses } from "./pause-contract.ts";
import { testRevivals } from "./revival-contract.ts";
import { testRefusals } from "./refusal-contract.ts";

/**
 * What every engine does, whatever its VMM: what is its alone is tested beside it. `create` is called once, and what it
 * gave is disposed of in the end. No process may be left then.
 */
export function testEngine(name: string, offer: EngineOffer, create: () => Promise<EngineRig>): void {
  describe(`the engine ${name}`, () => {
    const opened = Promise.withResolvers<EngineBench>();
    const machines: Machine[] = [];
    const pids: number[] = [];

    beforeAll(async () => {
      try {
        const rig = await create();
        const watch = (pid: number): Promise<void> => Promise.resolve(void pids.push(pid));
        opened.resolve({ ...(await freezeParent(rig)), restore: restoreBy(rig), watch });
      } catch (error) {
        opened.reject(error);
        throw error;
      }

      function restoreBy(rig: EngineRig): EngineBench["restore"] {
        return async (from, changes = {}) => {
          const { parent } = await opened.promise;
          const spec = { ...(await rig.describeRestore(from ?? parent)), ...changes };
          const machine = await rig.engine.restore(spec, soon());
          machines.push(machine);
          pids.push(machine.pid);
          return machine;
        };
      }
    });

    afterAll(async () => {
      const { rig } = await opened.promise;
      await Promise.all(machines.map((machine) => machine.kill()));
      const left = pids.filter(isAlive);
      await rig[Symbol.asyncDispose]();
      if (left.length > 0) throw new Error(`the processes ${left.join(", ")} were left`);
    });

    const bench = (): Promise<EngineBench> => opened.promise;
    testLife(bench);
    testMeasuring(bench);
    testAdoption(bench);
    testRefusals(bench);
    testCapture(bench, offer);
    testCaptureTurns(bench);
    testPauses(bench, offer);
    testRevivals(bench);
    testCopies(bench, offer);
    testCopyEnds(bench, offer);
  });
}

/** Boots a machine, saves its state, lets it run again, and freezes it for good. */
async function freezeParent(rig: EngineRig): Promise<Omit<EngineBench, "restore" | "watch">> {
  const boot = await rig.describeBoot();
  await using machine = await rig.engine.boot(boot, soon());
  await ask(rig, machine, "echo of the parent | tee /root/disk >/run/memory; sync");
  const paused = await machine.pause(soon());
  await paused.saveDeviceState(rig.newFile("first"), soon());
  await machine.resume(soon());
  const saidAfterResume = await ask(rig, machine, "sort -u /root/disk /run/memory");
  const again = await machine.pause(soon());
  const [deviceStatePath, layer] = [rig.newFile("device-state"), rig.newFile("layer")];
  await again.saveDeviceState(deviceStatePath, soon());
  await again.endInto(layer);
  const parent = { memoryPath: boot.memoryPath, deviceStatePath, layers: [layer] };
  return { rig, parent, boot, saidAfterResume };
}

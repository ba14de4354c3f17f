import type { Machine, Zygote } from "../ports/engine.ts";
import type { EngineBench } from "./engine-bench.ts";
import { ask, soon } from "./engine-rig.ts";

/** A machine to be copied, whose guest leaves a mark by which its copies are known. */
export async function raise({ rig, parent, watch }: EngineBench): Promise<Zygote> {
  const rehearse = async (machine: Machine): Promise<void> => {
    await ask(rig, machine, "echo of the zygote | tee /root/disk >/run/memory; sync");
  };
  const zygote = await rig.engine.openZygote(await rig.describeRestore(parent), rehearse, soon());
  if (!zygote) throw new Error("this engine copies no machines");
  await watch(zygote.pid);
  return zygote;
}

export async function copy({ rig, parent, watch }: EngineBench, zygote: Zygote): Promise<Machine> {
  const { name, directory } = await rig.describeRestore(parent);
  return zygote.fork({ name, directory, onSpawn: watch }, soon());
}

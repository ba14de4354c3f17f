import type { Machine } from "@forkd/core";
import { CaptureScene, shell } from "../../packages/engine-qemu/test/capture-fixture.ts";
import { soon } from "../../packages/engine-qemu/test/fixture.ts";
import { reconnect } from "../../packages/engine-qemu/test/reconnects.ts";
import { createGuestConnector } from "@forkd/guest-client";

const REPORT_EVERY = 1000;

/** Reconnects quickly to the agent of a restored and of a copied machine. Each time it must answer. */
export async function soakReconnects(rounds: number): Promise<boolean> {
  await using scene = await CaptureScene.create();
  const isRestoredWell = await soak("restored", await scene.restore(), rounds);
  const isCopiedWell = await soakCopy(scene, rounds);
  return isRestoredWell && isCopiedWell;
}

async function soak(kind: string, machine: Machine, rounds: number): Promise<boolean> {
  const { failures, slowestMs } = await reconnect(machine, rounds, (done) => {
    if (done % REPORT_EVERY === 0) console.log(`${kind}: ${done} of ${rounds}`);
  });
  for (const failure of failures) console.log(`${kind}: ${failure}`);
  console.log(
    `==> ${kind}: ${rounds} reconnects, ${failures.length} without an answer, slowest ${slowestMs.toFixed(0)} ms`,
  );
  return failures.length === 0;
}

async function soakCopy(scene: CaptureScene, rounds: number): Promise<boolean> {
  await using stack = new AsyncDisposableStack();
  const rehearse = async (machine: Machine): Promise<void> => {
    const stream = await machine.openAgentStream(soon());
    await shell(stack.use(await createGuestConnector().connect(stream, soon())), "true");
  };
  const zygote = await scene.engine.openZygote(await scene.describe(scene.base), rehearse, soon());
  if (!zygote) throw new Error("this engine copies no machines");
  stack.use(zygote);
  const { name, directory } = await scene.describe(scene.base);
  return await soak("copied", stack.use(await zygote.fork({ name, directory }, soon())), rounds);
}

/** `npm run soak:reconnects -- [ROUNDS]`: quick reconnects to the agent of a restored and of a copied machine, and what became of them. */
import type { Machine } from "@forkd/core";
import { CaptureScene, shell } from "../packages/engine-qemu/test/capture-fixture.ts";
import { soon } from "../packages/engine-qemu/test/fixture.ts";
import { reconnect } from "../packages/engine-qemu/test/reconnects.ts";
import { createGuestConnector } from "@forkd/guest-client";
import setup from "../tests/harness/global-setup.ts";

const DEFAULT_ROUNDS = 10_000;
const REPORT_EVERY = 1000;

const rounds = Number(process.argv[2] ?? DEFAULT_ROUNDS);
if (!Number.isSafeInteger(rounds) || rounds < 1) throw new RangeError(`not a number of rounds: ${rounds}`);
console.log("==> the parent");
await setup();
await using scene = await CaptureScene.create();
await soak("restored", await scene.restore());
await soakCopy();

async function soak(kind: string, machine: Machine): Promise<void> {
  const { failures, slowestMs } = await reconnect(machine, rounds, (done) => {
    if (done % REPORT_EVERY === 0) console.log(`${kind}: ${done} of ${rounds}`);
  });
  for (const failure of failures) console.log(`${kind}: ${failure}`);
  console.log(
    `==> ${kind}: ${rounds} reconnects, ${failures.length} without an answer, slowest ${slowestMs.toFixed(0)} ms`,
  );
  if (failures.length > 0) process.exitCode = 1;
}

async function soakCopy(): Promise<void> {
  await using stack = new AsyncDisposableStack();
  const rehearse = async (machine: Machine): Promise<void> => {
    const stream = await machine.openAgentStream(soon());
    await shell(stack.use(await createGuestConnector().connect(stream, soon())), "true");
  };
  const zygote = await scene.engine.openZygote(await scene.describe(scene.base), rehearse, soon());
  if (!zygote) throw new Error("this engine copies no machines");
  stack.use(zygote);
  const { name, directory } = await scene.describe(scene.base);
  await soak("copied", stack.use(await zygote.fork({ name, directory }, soon())));
}

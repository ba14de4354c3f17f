import { setTimeout as delay } from "node:timers/promises";
import { PARENT } from "../../tests/harness/parent.ts";
import { TestDaemon } from "../../tests/harness/test-daemon.ts";
import { mostResidentMib, residentMib } from "./memory.ts";

const CLIENTS = 4;
/** How much more the daemon may have in memory afterwards. */
const ALLOWED_MIB = 40;
/** A heap is given back when nothing happens. */
const REST_MS = 30_000;
const REPORT_EVERY = 50;

/** Forks, asks and ends children from several clients at once. None may fail, and the memory must be given back. */
export async function soakForks(count: number): Promise<boolean> {
  await using daemon = await TestDaemon.start();
  const errors: unknown[] = [];
  let begun = 0;
  const forkOne = async (): Promise<void> => {
    await using children = await daemon.forkd.sandboxes.fork(PARENT, { n: 1 });
    const answer = await children[0]?.eval("6 * 7");
    if (answer?.result !== "42") throw new Error(`a child answered ${answer?.result}`);
  };
  const client = async (): Promise<void> => {
    while (begun < count) {
      begun += 1;
      if (begun % REPORT_EVERY === 0)
        console.log(`${begun} of ${count}: ${await residentMib(daemon.pid)} MiB`);
      await forkOne().catch((error: unknown) => errors.push(error));
    }
  };
  await forkOne();
  const before = await residentMib(daemon.pid);
  await Promise.all(Array.from({ length: CLIENTS }, client));
  const most = await mostResidentMib(daemon.pid);
  await delay(REST_MS);
  const after = await residentMib(daemon.pid);
  for (const error of errors.slice(0, 10)) console.log(error);
  console.log(`==> ${count} forks with ${CLIENTS} clients: ${errors.length} errors`);
  console.log(`==> the daemon's memory: ${before} MiB before, at most ${most}, ${after} afterwards`);
  return errors.length === 0 && after - before <= ALLOWED_MIB;
}

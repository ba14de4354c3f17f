import { Worker } from "node:worker_threads";

const STUCK_MS = 30_000;
const LOOK_MS = 1000;

/** What the thread runs: it ends the process when the count stands still, since nothing else can stop a loop in it. */
const WATCH = `
const { workerData: { count, stuckMs, lookMs, again } } = require("node:worker_threads");
let [seen, since] = [-1, Date.now()];
setInterval(() => {
  const now = Atomics.load(count, 0);
  if (now !== seen) [seen, since] = [now, Date.now()];
  if (Date.now() - since < stuckMs) return;
  require("node:fs").writeSync(2, "stuck on one input. again: " + again + " --path " + (now - 1) + "\\n");
  process.kill(process.pid, "SIGKILL");
}, lookMs);
`;

/** Ends the process, and says how to have the input again, when one input takes longer than any may. */
export class Watchdog implements AsyncDisposable {
  readonly #count = new Int32Array(new SharedArrayBuffer(4));
  readonly #worker: Worker;

  constructor(again: string) {
    const workerData = { count: this.#count, stuckMs: STUCK_MS, lookMs: LOOK_MS, again };
    this.#worker = new Worker(WATCH, { eval: true, workerData });
    this.#worker.unref();
  }

  /** Says that the next input is tried. */
  next(): void {
    Atomics.add(this.#count, 0, 1);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#worker.terminate();
  }
}

import { setTimeout as delay } from "node:timers/promises";
import type { QmpClient } from "../qmp/client.ts";

const CAPABILITY = "background-snapshot";
/** In bytes a second: as fast as can be. */
const MAX_BANDWIDTH = 2 ** 40;
const POLL_MS = 10;
const ANSWER_TIMEOUT_MS = 10_000;
/** How long a stream may go on that a daemon which has died left behind; its receiver takes what comes. */
const PREDECESSOR_TIMEOUT_MS = 10_000;

/** Why QEMU cannot copy this machine's memory while it runs; undefined when it can. */
export async function findMigrationBlocker(qmp: QmpClient, signal: AbortSignal): Promise<string | undefined> {
  await waitForPredecessor(qmp, signal);
  try {
    await setCapability(qmp, true, signal);
  } catch (error) {
    if (!signal.aborted && !qmp.isClosed) return (error as Error).message;
    await switchOff(qmp);
    throw error;
  }
  await switchOff(qmp);
  return undefined;
}

/** QEMU's own copier of memory that changes. Disposal puts QEMU back as it was. */
export class BackgroundMigration implements AsyncDisposable {
  readonly #qmp: QmpClient;

  private constructor(qmp: QmpClient) {
    this.#qmp = qmp;
  }

  /** Makes QEMU ready; the machine runs as before. */
  static async prepare(qmp: QmpClient, signal: AbortSignal): Promise<BackgroundMigration> {
    await waitForPredecessor(qmp, signal);
    await using stack = new AsyncDisposableStack();
    const migration = stack.use(new BackgroundMigration(qmp));
    await setCapability(qmp, true, signal);
    await qmp.execute("migrate-set-parameters", { "max-bandwidth": MAX_BANDWIDTH }, { signal });
    stack.move();
    return migration;
  }

  /** Starts the stream, to a socket whose path is relative to the machine's directory. */
  async start(socketPath: string, signal: AbortSignal): Promise<void> {
    await this.#qmp.execute("migrate", { uri: `unix:${socketPath}` }, { signal });
  }

  /** Waits until QEMU is done. Throws when it failed. */
  async waitForEnd(signal: AbortSignal): Promise<void> {
    const { status, why } = await waitForEnd(this.#qmp, signal);
    if (status !== "completed") throw new Error(`QEMU's copy of memory ${status}${why}`);
  }

  /** Waits until QEMU has let go of the machine's memory, if it ever took it. Throws when that takes longer. */
  async settle(timeoutMs: number): Promise<void> {
    if (!this.#qmp.isClosed) await waitForEnd(this.#qmp, AbortSignal.timeout(timeoutMs));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await switchOff(this.#qmp);
  }
}

/** Nobody can say why it is still there better than QEMU, which refuses what comes next then. */
async function waitForPredecessor(qmp: QmpClient, signal: AbortSignal): Promise<void> {
  const patience = AbortSignal.timeout(PREDECESSOR_TIMEOUT_MS);
  try {
    await waitForEnd(qmp, AbortSignal.any([signal, patience]));
  } catch (error) {
    if (signal.aborted || !patience.aborted) throw error;
  }
}

async function waitForEnd(qmp: QmpClient, signal: AbortSignal): Promise<{ status: string; why: string }> {
  for (;;) {
    const answer = (await qmp.execute("query-migrate", {}, { signal })) as Record<string, unknown>;
    const { status = "none", "error-desc": why = "" } = answer;
    switch (status) {
      case "none":
      case "completed":
      case "failed":
      case "cancelled":
        return { status, why: why === "" ? "" : `: ${String(why)}` };
      default:
        await delay(POLL_MS);
    }
  }
}

/** Whoever has left meanwhile: QEMU runs an aborted command all the same. */
async function switchOff(qmp: QmpClient): Promise<void> {
  if (!qmp.isClosed) await setCapability(qmp, false, AbortSignal.timeout(ANSWER_TIMEOUT_MS));
}

async function setCapability(qmp: QmpClient, state: boolean, signal: AbortSignal): Promise<void> {
  const capabilities = [{ capability: CAPABILITY, state }];
  await qmp.execute("migrate-set-capabilities", { capabilities }, { signal });
}

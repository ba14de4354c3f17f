import type { QmpClient } from "../qmp/client.ts";

/** Adds up for how long the vCPUs stand still, by QEMU's own clock: we may be late to hear of it. */
export class PauseClock implements Disposable {
  readonly #subscription: Disposable;
  #stoppedAt: number | undefined;
  #totalMs = 0;

  constructor(qmp: QmpClient) {
    this.#subscription = qmp.onEvent(({ name, atMs = Date.now() }) => {
      if (name === "STOP") this.#stoppedAt ??= atMs;
      if (name !== "RESUME" || this.#stoppedAt === undefined) return;
      this.#totalMs += atMs - this.#stoppedAt;
      this.#stoppedAt = undefined;
    });
  }

  get totalMs(): number {
    return this.#totalMs;
  }

  [Symbol.dispose](): void {
    this.#subscription[Symbol.dispose]();
  }
}

import type { CapturePhase } from "@forkd/core";

/** Times the phases of a capture, some of which run side by side, and remembers the one that failed first. */
export class Phases {
  readonly #done: CapturePhase[] = [];
  #failed: string | undefined;

  /** In the order in which they ended. */
  get done(): readonly CapturePhase[] {
    return this.#done;
  }

  get failed(): string {
    return this.#failed ?? "its beginning";
  }

  async time<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
    const startedAtMs = performance.now();
    try {
      const result = await work();
      this.#done.push({ name, startedAtMs, ms: roundMs(performance.now() - startedAtMs) });
      return result;
    } catch (error) {
      this.#failed ??= name;
      throw error;
    }
  }
}

/** To hundredths. */
export function roundMs(ms: number): number {
  return Math.round(ms * 100) / 100;
}

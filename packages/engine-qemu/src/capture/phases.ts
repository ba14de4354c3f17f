import type { CaptureReport } from "@forkd/core";

/** Times the phases of a capture, some of which run side by side, and remembers the one that failed first. */
export class Phases {
  readonly #done: { readonly name: string; readonly ms: number }[] = [];
  #failed: string | undefined;

  /** In the order in which they ended. */
  get done(): CaptureReport["phases"] {
    return this.#done;
  }

  get failed(): string {
    return this.#failed ?? "its beginning";
  }

  async time<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
    const startedAt = performance.now();
    try {
      const result = await work();
      this.#done.push({ name, ms: roundMs(performance.now() - startedAt) });
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

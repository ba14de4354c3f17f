import type { Clock } from "../src/concurrency/clock.ts";

/** A clock that goes on when a test says so. */
export class TestClock implements Clock {
  #now = 1000;
  readonly #alarms = new Set<{ at: number; work: () => void }>();

  now(): number {
    return this.#now;
  }

  schedule(ms: number, work: () => void): Disposable {
    const alarm = { at: this.#now + ms, work };
    this.#alarms.add(alarm);
    return { [Symbol.dispose]: () => void this.#alarms.delete(alarm) };
  }

  pass(ms: number): void {
    this.#now += ms;
    for (const alarm of this.#alarms) {
      if (alarm.at > this.#now) continue;
      this.#alarms.delete(alarm);
      alarm.work();
    }
  }
}

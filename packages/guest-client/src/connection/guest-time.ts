interface Alarm {
  readonly ring: () => void;
  /** In the time of the guest. */
  readonly atMs: number;
  timer: NodeJS.Timeout | undefined;
}

/** The time that counts for what a guest was asked: none of it passes while the guest stands still. */
export class GuestTime {
  readonly #alarms = new Set<Alarm>();
  #lostMs = 0;
  #stoppedAt: number | undefined;

  /** In ms, since some moment. */
  now(): number {
    return (this.#stoppedAt ?? performance.now()) - this.#lostMs;
  }

  /** Calls `ring` once after so many ms, unless it is disposed before. */
  setAlarm(ms: number, ring: () => void): Disposable {
    const alarm: Alarm = { ring, atMs: this.now() + ms, timer: undefined };
    this.#alarms.add(alarm);
    if (this.#stoppedAt === undefined) this.#wind(alarm);
    return {
      [Symbol.dispose]: () => {
        clearTimeout(alarm.timer);
        this.#alarms.delete(alarm);
      },
    };
  }

  stop(): void {
    this.#stoppedAt ??= performance.now();
    for (const { timer } of this.#alarms) clearTimeout(timer);
  }

  goOn(): void {
    if (this.#stoppedAt === undefined) return;
    this.#lostMs += performance.now() - this.#stoppedAt;
    this.#stoppedAt = undefined;
    for (const alarm of this.#alarms) this.#wind(alarm);
  }

  #wind(alarm: Alarm): void {
    const onTimer = (): void => {
      this.#alarms.delete(alarm);
      alarm.ring();
    };
    alarm.timer = setTimeout(onTimer, Math.max(alarm.atMs - this.now(), 0));
  }
}

const SPAN_MS = 60_000;
const LEAST_BYTES_PER_SECOND = 1024;

/** Notices a server that goes on sending, but too little. Only the time counts in which it was waited for. */
export class MinimumRate {
  #waitedMs = 0;
  #bytes = 0;

  /** Says what is wrong when too little came in the last minute of waiting. */
  note(bytes: number, waitedMs: number): string | undefined {
    this.#bytes += bytes;
    this.#waitedMs += waitedMs;
    if (this.#waitedMs < SPAN_MS) return undefined;
    const span = { bytes: this.#bytes, seconds: this.#waitedMs / 1000 };
    this.#bytes = 0;
    this.#waitedMs = 0;
    if (span.bytes >= span.seconds * LEAST_BYTES_PER_SECOND) return undefined;
    return `only ${span.bytes} bytes came in ${Math.round(span.seconds)} s`;
  }
}

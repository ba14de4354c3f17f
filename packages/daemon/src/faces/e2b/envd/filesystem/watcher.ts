import type { CallOptions } from "@forkd/core";
import { charsOf } from "./entry-info.ts";
import type { FileEvent } from "./watch-events.ts";

type News = "opened" | FileEvent;

/** What is kept for a client that does not ask; from there on the guest waits. */
const MAX_KEPT_CHARS = 1024 * 1024;
/** Beside its texts. */
const EVENT_CHARS = 256;

/** Keeps what happens below a directory until somebody asks. Disposal ends it. */
export class Watcher implements Disposable {
  readonly #ending = new AbortController();
  #kept: FileEvent[] = [];
  #keptChars = 0;
  #room = Promise.withResolvers<void>();
  #failure: unknown;

  /** Settles once all that is there is watched; the signal is of no more use then. Throws what `watch` does. */
  async begin(watch: (signal: AbortSignal) => AsyncGenerator<News>, { signal }: CallOptions): Promise<void> {
    const onAbort = (): void => this.#ending.abort(signal.reason);
    signal.addEventListener("abort", onAbort);
    try {
      const news = watch(this.#ending.signal);
      await news.next();
      void this.#keep(news);
    } finally {
      signal.removeEventListener("abort", onAbort);
    }
  }

  /** What has happened since it was asked last; behind all of that, throws what ended it. */
  take(): FileEvent[] {
    const taken = this.#kept;
    if (taken.length === 0 && this.#failure !== undefined) throw this.#failure;
    this.#kept = [];
    this.#keptChars = 0;
    this.#room.resolve();
    this.#room = Promise.withResolvers();
    return taken;
  }

  [Symbol.dispose](): void {
    this.#ending.abort();
    this.#room.resolve();
  }

  async #keep(news: AsyncGenerator<News>): Promise<void> {
    try {
      for await (const event of news) {
        if (this.#ending.signal.aborted) return;
        if (event === "opened") continue;
        this.#kept.push(event);
        this.#keptChars += sizeOf(event);
        if (this.#keptChars >= MAX_KEPT_CHARS) await this.#room.promise;
      }
    } catch (error) {
      this.#failure = error;
    }
  }
}

function sizeOf({ name = "", entry }: FileEvent): number {
  const { path = "", symlinkTarget = "", metadata = {} } = entry ?? {};
  return EVENT_CHARS + name.length + path.length + symlinkTarget.length + charsOf(metadata);
}

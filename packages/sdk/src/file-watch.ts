import type { FileChange } from "./api.gen.ts";
import type { CallOptions } from "./options.ts";

export interface WatchOptions extends CallOptions {
  /** Also below the directory. */
  readonly recursive?: boolean | undefined;
}

/** Told of each change. A promise is waited for before the next is taken. */
export type ChangeListener = (event: FileChange) => unknown;

export interface FollowFilesOptions extends WatchOptions {
  /**
   * Told when the watch has ended: with the error, unless it was stopped or the directory went away. Without it, an error
   * is one that nobody handles.
   */
  readonly onExit?: ((error?: unknown) => unknown) | undefined;
}

/** A watch that tells a listener. Disposal stops it. */
export interface FileWatch extends Disposable {
  /** Nothing is told any more. */
  stop(): void;
}

/** Resolves once the directory is watched; throws when it cannot be. */
export async function startWatch(
  open: (options: CallOptions) => AsyncIterable<FileChange>,
  listener: ChangeListener,
  { signal, onExit }: Pick<FollowFilesOptions, "signal" | "onExit"> = {},
): Promise<FileWatch> {
  const stopping = new AbortController();
  const ending = signal === undefined ? stopping.signal : AbortSignal.any([stopping.signal, signal]);
  const events = open({ signal: ending })[Symbol.asyncIterator]();
  await events.next();
  const following = follow({ [Symbol.asyncIterator]: () => events }, listener, ending);
  if (onExit === undefined) void following;
  else void following.then(() => onExit(), onExit);
  const stop = (): void => stopping.abort();
  return { stop, [Symbol.dispose]: stop };
}

async function follow(
  events: AsyncIterable<FileChange>,
  listener: ChangeListener,
  ending: AbortSignal,
): Promise<void> {
  try {
    for await (const event of events) {
      if (ending.aborted) return;
      await listener(event);
    }
  } catch (error) {
    if (!ending.aborted) throw error;
  }
}

import { createReadStream, watch } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { Sandbox } from "@forkd/core";
import type { LogSource, MachineLogs, SuspendedSandbox, UnadoptedMachine } from "@forkd/core";

interface LogQuery {
  readonly source: LogSource;
  readonly tail?: number | undefined;
  readonly follow: boolean;
}

const CHUNK_BYTES = 65_536;

/** A machine's log as bytes: all of it or its last lines, and, if wanted, what comes until the machine ends. */
export async function readMachineLog(
  logs: MachineLogs,
  machine: Sandbox | SuspendedSandbox | UnadoptedMachine,
  query: LogQuery,
  signal: AbortSignal,
): Promise<Readable> {
  const path = join(machine.directory, logs.names[query.source]);
  const start = query.tail === undefined ? 0 : await findTail(path, query.tail);
  // Nothing comes of a machine that is suspended, and nobody hears of the end of one that is not managed.
  if (!query.follow || !(machine instanceof Sandbox) || machine.isDead)
    return createReadStream(path, { start });
  const ended = new AbortController();
  void machine.gone.then(() => ended.abort());
  return Readable.from(follow(path, start, AbortSignal.any([signal, ended.signal])));
}

/** The offset at which the last `lines` lines begin. */
async function findTail(path: string, lines: number): Promise<number> {
  await using file = await open(path);
  const { size } = await file.stat();
  let position = size;
  let found = 0;
  while (position > 0) {
    const length = Math.min(CHUNK_BYTES, position);
    position -= length;
    const { buffer } = await file.read(Buffer.alloc(length), 0, length, position);
    for (let i = length - 1; i >= 0; i--) {
      const isBetween = buffer[i] === 10 && position + i < size - 1;
      if (isBetween && ++found === lines) return position + i + 1;
    }
  }
  return 0;
}

/** Reads what is there, then waits for the file to change. A file that was cut short is read from its start. */
async function* follow(path: string, start: number, signal: AbortSignal): AsyncGenerator<Buffer> {
  await using file = await open(path);
  let changed = Promise.withResolvers<void>();
  const wake = (): void => changed.resolve();
  using _watcher = watchFile(path, wake);
  signal.addEventListener("abort", wake, { once: true });
  let position = start;
  for (;;) {
    if ((await file.stat()).size < position) position = 0;
    const { bytesRead, buffer } = await file.read(Buffer.alloc(CHUNK_BYTES), 0, CHUNK_BYTES, position);
    if (bytesRead > 0) {
      position += bytesRead;
      yield buffer.subarray(0, bytesRead);
      continue;
    }
    if (signal.aborted) return;
    await changed.promise;
    changed = Promise.withResolvers<void>();
  }
}

function watchFile(path: string, onChange: () => void): Disposable {
  const watcher = watch(path, onChange);
  return { [Symbol.dispose]: () => watcher.close() };
}

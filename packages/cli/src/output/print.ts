/** Prints a line of the result. */
export function printLine(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Prints text that has its own line ends. */
export function printText(text: string): void {
  process.stdout.write(text);
}

/** Prints a line about the work, which is not the result. */
export function printNote(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** Prints a note only where somebody reads along. */
export function printAside(text: string): void {
  if (process.stderr.isTTY) printNote(text);
}

/** Prints a value as the wire has it: indented for people, on one line for programs. */
export function printJson(value: unknown): void {
  printLine(JSON.stringify(value, null, process.stdout.isTTY ? 2 : undefined));
}

/** Writes raw bytes, and waits while the reader is behind. */
export async function writeRaw(target: "stdout" | "stderr", data: Uint8Array): Promise<void> {
  if (!process[target].write(data)) await waitForReader(target);
}

/** Waits while the reader of what was printed is behind. */
export async function waitForReader(target: "stdout" | "stderr"): Promise<void> {
  const stream = process[target];
  if (!stream.writableNeedDrain || stream.destroyed) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  // A reader that went away never drains; its error is told by the stream's listener.
  stream.on("drain", resolve).on("close", resolve);
  await promise;
  stream.off("drain", resolve).off("close", resolve);
}

const SIGPIPE_STATUS = 141;

/** A reader that goes away, as `head` does, is no failure: the program ends as if by SIGPIPE, without a word. */
export function surviveClosedOutput(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE") throw error;
      process.exitCode = SIGPIPE_STATUS;
    });
  }
}

import type { ExecEvent, Sandbox } from "@forkd/sdk";
import { expect } from "vitest";
import type { TestDaemon } from "../harness/test-daemon.ts";

/** What a call works with. */
export interface Place {
  readonly daemon: TestDaemon;
  readonly child: Sandbox;
  /** Settles when what is sent may go on. In the guest a file says so. */
  readonly go: Promise<void>;
  /** Settles when what has happened has happened, and downloads are read on. */
  readonly happened: Promise<void>;
}

/** Reads what a command writes, which has begun when this settles. */
export async function follow(events: AsyncIterable<ExecEvent>): Promise<{ end: Promise<string> }> {
  const begun = Promise.withResolvers<void>();
  const readAll = async (): Promise<string> => {
    let said = "";
    for await (const event of events) {
      if (!("data" in event)) continue;
      said += Buffer.from(event.data).toString();
      begun.resolve();
    }
    return said;
  };
  const end = readAll();
  await Promise.race([begun.promise, end]);
  return { end };
}

/** Takes the first of what is downloaded, and the rest when something has happened. */
export async function download(
  body: AsyncIterable<Uint8Array>,
  { happened }: Place,
  describe: (bytes: Buffer) => unknown,
): Promise<{ end: Promise<unknown> }> {
  const parts = body[Symbol.asyncIterator]();
  const { value: first } = (await parts.next()) as IteratorYieldResult<Uint8Array>;
  const readOn = async (): Promise<unknown> => {
    const rest = await Array.fromAsync({ [Symbol.asyncIterator]: () => parts });
    return describe(Buffer.concat([first, ...rest]));
  };
  return { end: happened.then(readOn) };
}

/** Content of which the last byte comes when all may go on. */
export async function* slowly(content: Buffer, go: Promise<void>): AsyncGenerator<Uint8Array> {
  yield content.subarray(0, -1);
  await go;
  yield content.subarray(-1);
}

/** Until a file is there. */
export const isThere = ({ files }: Sandbox, path: string) => expect.poll(() => files.exists(path)).toBe(true);

/** Until what is written whole or not at all has begun. */
export async function isDraftIn(child: Sandbox, name: RegExp, end: Promise<unknown>): Promise<void> {
  end.catch(() => {});
  await expect.poll(async () => (await child.run("ls -A /srv")).stdout).toMatch(name);
}

import { createClient } from "@connectrpc/connect";
import type { Client } from "@connectrpc/connect";
import { createConnectTransport } from "@connectrpc/connect-node";
import type { MessageInitShape } from "@bufbuild/protobuf";
import { Process, Signal } from "../src/faces/e2b/wire/process.gen.js";
import type { ProcessEvent, StreamInputRequestSchema } from "../src/faces/e2b/wire/process.gen.js";

export { Signal };
export type ProcessClient = Client<typeof Process>;

export interface ProcessClientOptions {
  readonly baseUrl: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** The other of the two codecs is JSON. */
  readonly isBinary?: boolean;
}

/** A bare client of `process.Process`, which sends what E2B's would not. */
export function openProcessClient({
  baseUrl,
  headers = {},
  isBinary = true,
}: ProcessClientOptions): ProcessClient {
  const transport = createConnectTransport({
    baseUrl,
    httpVersion: "1.1",
    useBinaryFormat: isBinary,
    interceptors: [
      (next) => (request) => {
        for (const [name, value] of Object.entries(headers)) request.header.set(name, value);
        return next(request);
      },
    ],
  });
  return createClient(Process, transport);
}

/** What a stream tells, each in a few words. */
export async function readEvents(
  stream: AsyncIterable<{ readonly event?: ProcessEvent | undefined }>,
): Promise<string[]> {
  const told: string[] = [];
  for await (const { event } of stream) told.push(describeEvent(event));
  return told;
}

export function describeEvent(told: ProcessEvent | undefined): string {
  const event = told?.event;
  switch (event?.case) {
    case "start":
      return `start ${event.value.pid}`;
    case "data":
      return `${event.value.output.case} ${Buffer.from(event.value.output.value ?? []).toString()}`;
    case "end":
      return event.value.status;
    case "keepalive":
    case undefined:
      return event?.case ?? "nothing";
  }
}

export const byTag = (tag: string) => ({ process: { selector: { case: "tag" as const, value: tag } } });
export const byPid = (pid: number) => ({ process: { selector: { case: "pid" as const, value: pid } } });
export const stdin = (text: string) => ({ input: { case: "stdin" as const, value: Buffer.from(text) } });

/** A stream of input, with signs of life. */
export async function* typeInto(
  selector: ReturnType<typeof byTag>,
  ...words: string[]
): AsyncGenerator<MessageInitShape<typeof StreamInputRequestSchema>> {
  yield { event: { case: "start", value: selector } };
  for (const word of words) {
    yield { event: { case: "data", value: { input: stdin(word) } } };
    yield { event: { case: "keepalive", value: {} } };
  }
}

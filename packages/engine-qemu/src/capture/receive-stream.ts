/**
 * A process of its own: it takes one migration stream on a unix socket and writes the memory in it to a file.
 *
 * Once QEMU has write-protected memory, nothing may break the stream: QEMU would stop serving the faults, and its main
 * loop would wait for ever at the next page it writes to. So this outlives a daemon that dies, and reads to the end
 * whatever goes wrong; what it reads then is dropped.
 */
import { once } from "node:events";
import { open } from "node:fs/promises";
import { createServer } from "node:net";
import type { Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { whenClosed } from "../when-closed.ts";
import { PageFilter } from "./page-filter.ts";
import { PageWriter } from "./page-writer.ts";
import type { ReceiverMessage, ReceiverOrder } from "./receiver-message.ts";
import { StreamParser } from "./stream-parser.ts";

/** How long QEMU may take to connect once nobody waits for us any more. */
const CONNECT_GRACE_MS = 10_000;

const [socketPath = "", memoryPath = "", memoryBytes = "0", guestBlock = ""] = process.argv.slice(2);

let isWanted = true;
let narrow: (isStale: Uint8Array) => void = () => {};
const begun = Promise.withResolvers<Uint8Array>();
process.on("message", (order: ReceiverOrder) => {
  switch (order.type) {
    case "begin":
      return begun.resolve(order.isFilled);
    case "narrow":
      return narrow(order.isStale);
    case "discard":
      isWanted = false;
  }
});
process.once("disconnect", () => (isWanted = false));
for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"]) process.on(signal, () => (isWanted = false));

const server = createServer({ pauseOnConnect: true });
server.maxConnections = 1;
// QEMU may have another user. Nobody else comes into the machine's directory.
server.listen({ path: socketPath, readableAll: true, writableAll: true });
await once(server, "listening");
const connection = once(server, "connection") as Promise<[Socket]>;
const abandoned = once(process, "disconnect").then(() => delay(CONNECT_GRACE_MS, undefined, { ref: false }));
report({ type: "listening" });
const isFilled = (await Promise.race([begun.promise, abandoned])) ?? process.exit();
const [stream] = (await Promise.race([connection, abandoned])) ?? process.exit();
// Its socket's path is free again at once: an abandoned one must not remove that of the next.
server.close();
report(await receive(stream, isFilled));
if (process.connected) process.disconnect();

async function receive(stream: Socket, isFilled: Uint8Array): Promise<ReceiverMessage> {
  try {
    return await store(stream, isFilled);
  } catch (error) {
    await drain(stream);
    const { message: why, code } = error as NodeJS.ErrnoException;
    return { type: "failed", why, code };
  }
}

async function store(stream: Socket, isFilled: Uint8Array): Promise<ReceiverMessage> {
  await using file = await open(memoryPath, "r+");
  const writer = new PageWriter(file);
  const filter = new PageFilter(writer, isFilled);
  narrow = (isStale) => filter.narrow(isStale);
  const parser = new StreamParser(guestBlock, Number(memoryBytes), filter);
  try {
    const longestGapMs = await takeAll(stream, parser, writer);
    await writer.finish();
    return { type: "received", deviceState: parser.finish(), longestGapMs };
  } finally {
    await writer.settle();
  }
}

async function takeAll(stream: Socket, parser: StreamParser, writer: PageWriter): Promise<number> {
  let longestGapMs = 0;
  let lastAt = performance.now();
  for await (const chunk of stream.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    const now = performance.now();
    longestGapMs = Math.max(longestGapMs, now - lastAt);
    lastAt = now;
    if (!isWanted) throw new Error("it was given up");
    parser.push(chunk);
    await writer.waitForRoom();
  }
  return longestGapMs;
}

async function drain(stream: Socket): Promise<void> {
  stream.on("error", () => {});
  stream.resume();
  await whenClosed(stream);
}

function report(message: ReceiverMessage): void {
  if (process.connected) process.send?.(message);
}

import { connect } from "node:net";

/** What came back for a request. */
export interface Answer {
  /** Undefined when nothing came, or nothing that is HTTP. */
  readonly status: number | undefined;
  readonly body: string;
}

const LIMIT_BYTES = 256 * 1024;

/** Sends bytes over a connection of their own, then closes its half, and gives what comes back. Never throws. */
export async function sendBytes(socketPath: string, bytes: Buffer, timeoutMs: number): Promise<Answer> {
  const socket = connect(socketPath);
  const timer = setTimeout(() => socket.destroy(new Error("no answer in time")), timeoutMs);
  socket.on("error", () => {});
  socket.end(bytes);
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of socket as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size <= LIMIT_BYTES) chunks.push(chunk);
    }
  } catch {
    // What came until then is the answer.
  } finally {
    clearTimeout(timer);
  }
  const text = Buffer.concat(chunks).toString();
  const [, status] = /^HTTP\/1\.1 (\d{3}) /.exec(text) ?? [];
  return {
    status: status === undefined ? undefined : Number(status),
    body: text.slice(text.indexOf("\r\n\r\n") + 4),
  };
}

import { createSocket } from "node:dgram";
import type { Socket } from "node:dgram";
import { once } from "node:events";
import { isIP } from "node:net";
import { orCancelled, throwIfAborted, withTimeout } from "@forkd/core";
import type { CallOptions } from "@forkd/core";

const ATTEMPT_MS = 2000;
const STAGE = "asking a name server";
const DNS_PORT = 53;
const HEADER_BYTES = 12;

/**
 * Asks name servers what a guest asked, as it asked it, one after the other, and gives the first answer as it came.
 * Each question has a socket of its own: so its answer is one of 65,536 ports away from a guess. Throws `cancelled`, and
 * what the last of them had to say.
 */
export async function relayQuery(
  message: Buffer,
  servers: readonly string[],
  { signal }: CallOptions,
): Promise<Buffer> {
  let reason: unknown = new Error("there is no name server to ask");
  for (const server of servers) {
    throwIfAborted(signal, STAGE);
    try {
      return await ask(message, server, { signal: withTimeout(signal, ATTEMPT_MS) });
    } catch (error) {
      reason = error;
    }
  }
  throwIfAborted(signal, STAGE);
  throw reason;
}

async function ask(message: Buffer, server: string, { signal }: CallOptions): Promise<Buffer> {
  const { address, port } = splitServer(server);
  const socket = createSocket(isIP(address) === 6 ? "udp6" : "udp4").unref();
  try {
    const answered = Promise.withResolvers<Buffer>();
    socket.on("error", answered.reject);
    socket.on("message", (answer) => {
      if (isAnswerOf(message, answer)) answered.resolve(answer);
    });
    socket.connect(port, address);
    const sent = once(socket, "connect", { signal }).then(() => send(socket, message));
    sent.catch(answered.reject);
    return await orCancelled(answered.promise, signal, STAGE);
  } finally {
    socket.close();
  }
}

function send(socket: Socket, message: Buffer): void {
  socket.send(message);
}

/** Whoever is asked is told by the kernel; that it is of this question, by its id. */
function isAnswerOf(question: Buffer, answer: Buffer): boolean {
  const isResponse = answer.length >= HEADER_BYTES && ((answer[2] ?? 0) & 0x80) !== 0;
  return isResponse && answer.readUInt16BE(0) === question.readUInt16BE(0);
}

/** `9.9.9.9`, `9.9.9.9:5353`, `2620:fe::fe`, or `[2620:fe::fe]:5353`. */
function splitServer(server: string): { readonly address: string; readonly port: number } {
  if (isIP(server) !== 0) return { address: server, port: DNS_PORT };
  const [, address = "", port] = /^\[?(.*?)\]?(?::(\d+))?$/.exec(server) ?? [];
  return { address, port: port === undefined ? DNS_PORT : Number(port) };
}

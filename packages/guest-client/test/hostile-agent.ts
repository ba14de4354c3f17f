import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { connect, createServer } from "node:net";
import type { Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

export const FRAME = {
  data: 0,
  headers: 1,
  rstStream: 3,
  settings: 4,
  pushPromise: 5,
  ping: 6,
  goaway: 7,
  windowUpdate: 8,
  continuation: 9,
} as const;

export const FLAG = { none: 0, endStream: 1, endHeaders: 4 } as const;
/** HPACK: the indexed field `:status: 200`. */
export const STATUS_200 = Buffer.from([0x88]);

/** One HTTP/2 frame. */
export function frame(type: number, flags: number, streamId: number, payload: Buffer): Buffer {
  const header = Buffer.alloc(9);
  header.writeUIntBE(payload.length, 0, 3);
  header.writeUInt8(type, 3);
  header.writeUInt8(flags, 4);
  header.writeUInt32BE(streamId, 5);
  return Buffer.concat([header, payload]);
}

/** HPACK: a literal field that is not indexed. */
export function literal(name: string, value: string): Buffer {
  const text = (s: string): Buffer => Buffer.concat([Buffer.from([s.length]), Buffer.from(s, "latin1")]);
  return Buffer.concat([Buffer.from([0]), text(name), text(value)]);
}

/** What every HTTP/2 server says first. */
export const settings = (payload: Buffer = Buffer.alloc(0)): Buffer =>
  frame(FRAME.settings, FLAG.none, 0, payload);

/** A whole reply: headers and one DATA frame. */
export function reply(streamId: number, body: string, block: Buffer = STATUS_200): Buffer {
  return Buffer.concat([
    frame(FRAME.headers, FLAG.endHeaders, streamId, block),
    frame(FRAME.data, FLAG.endStream, streamId, Buffer.from(body)),
  ]);
}

/** The lying agent's side of one connection. */
export interface Victim {
  readonly socket: Socket;
  readonly nonce: string;
  echo(): void;
  /** Writes all of it, or what the other side takes before it hangs up. */
  send(bytes: Buffer): Promise<void>;
  /** Waits until the client has sent a HEADERS frame for this stream. */
  request(streamId: number): Promise<void>;
}

export interface HostileAgent extends AsyncDisposable {
  dial(): Promise<Socket>;
}

/** A program that plays an agent and lies, on a unix socket. `play` is called for each connection. */
export async function startHostileAgent(play: (victim: Victim) => Promise<void>): Promise<HostileAgent> {
  const directory = await mkdtemp(join(tmpdir(), "forkd-hostile-"));
  const path = join(directory, "agent.sock");
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => socket.destroy());
    void greet(socket).then(play);
  });
  server.listen(path);
  await once(server, "listening");
  return {
    async dial() {
      const socket = connect(path);
      await once(socket, "connect");
      return socket;
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await rm(directory, { recursive: true });
    },
  };
}

function greet(socket: Socket): Promise<Victim> {
  let seen = "";
  const onData: (() => void)[] = [];
  const greeted = Promise.withResolvers<Victim>();
  socket.on("data", (chunk) => {
    seen += chunk.toString("latin1");
    const nonce = /\nFORKD-RESYNC\/1 ([0-9a-f]{32})\n/.exec(seen)?.[1];
    if (nonce !== undefined) greeted.resolve(createVictim(socket, nonce, sent));
    for (const wake of onData.splice(0)) wake();
  });
  const sent = async (streamId: number): Promise<void> => {
    const id = Buffer.alloc(4);
    id.writeUInt32BE(streamId);
    const pattern = new RegExp(`\\x01[\\x04\\x05\\x24\\x25]${escapeBytes(id)}`, "s");
    while (!pattern.test(seen)) await new Promise<void>((resolve) => onData.push(resolve));
  };
  return greeted.promise;
}

function escapeBytes(bytes: Buffer): string {
  return [...bytes].map((byte) => `\\x${byte.toString(16).padStart(2, "0")}`).join("");
}

function createVictim(socket: Socket, nonce: string, request: Victim["request"]): Victim {
  return {
    socket,
    nonce,
    request,
    echo: () => void socket.write(`\nFORKD-SYNCED/1 ${nonce}\n`),
    send: (bytes) => new Promise((resolve) => socket.write(bytes, () => resolve())),
  };
}

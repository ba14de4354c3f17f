import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer as createHttp2Server } from "node:http2";
import type { IncomingHttpHeaders, ServerHttp2Stream } from "node:http2";
import { connect, createServer } from "node:net";
import type { Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

const RESYNC = /\nFORKD-RESYNC\/1 ([0-9a-f]{32})\n/;

export interface ScriptedAgent extends AsyncDisposable {
  dial(): Promise<Socket>;
  /** What the client sent in one piece with its resync line, behind it; one entry a connection. */
  readonly openings: readonly Buffer[];
}

/** Answers one request of a test. */
export type Script = (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => unknown;

/**
 * An agent that keeps to the handshake and to HTTP/2, by Node's own server, and whose replies are the test's. Its
 * streams ignore that the client resets them.
 */
export async function startScriptedAgent(script: Script): Promise<ScriptedAgent> {
  const directory = await mkdtemp(join(tmpdir(), "forkd-scripted-"));
  const path = join(directory, "agent.sock");
  const openings: Buffer[] = [];
  const sockets = new Set<Socket>();
  const http = createHttp2Server();
  http.on("stream", (stream, headers) => {
    stream.on("error", () => stream.destroy());
    void script(stream, headers);
  });
  http.on("sessionError", () => undefined);
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => socket.destroy());
    void greet(socket, openings).then(() => http.emit("connection", socket));
  });
  server.listen(path);
  await once(server, "listening");
  return {
    openings,
    async dial() {
      const socket = connect(path);
      await once(socket, "connect");
      return socket;
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      http.close();
      await rm(directory, { recursive: true });
    },
  };
}

/** Takes the resync line off the stream, and leaves the rest in it. */
async function greet(socket: Socket, openings: Buffer[]): Promise<void> {
  let seen: Buffer = Buffer.alloc(0);
  for (;;) {
    const [chunk] = (await once(socket, "data")) as [Buffer];
    seen = Buffer.concat([seen, chunk]);
    const match = RESYNC.exec(seen.toString("latin1"));
    if (match === null) continue;
    const rest = seen.subarray(match.index + match[0].length);
    openings.push(rest);
    socket.pause();
    socket.unshift(rest);
    socket.write(`\nFORKD-SYNCED/1 ${match[1]}\n`);
    return;
  }
}

/** One frame of an exec stream. */
export function execFrame(type: number, payload: Buffer | object): Buffer {
  const bytes = Buffer.isBuffer(payload) ? payload : Buffer.from(JSON.stringify(payload));
  const header = Buffer.alloc(5);
  header.writeUInt8(type, 0);
  header.writeUInt32BE(bytes.length, 1);
  return Buffer.concat([header, bytes]);
}

export const START_FRAME = execFrame(0, { pid: 42, dropped: 0 });
export const EXIT_FRAME = execFrame(3, { exit_code: 0, signal: null, timed_out: false, duration_ms: 1 });

/** What an interpreter answers when all goes well. */
export const EVALUATED = {
  result: "1",
  result_json: "1",
  stdout: "",
  stderr: "",
  error: null,
  error_name: null,
  traceback: null,
  timed_out: false,
  truncated: false,
  duration_ms: 1,
};

import { randomBytes } from "node:crypto";
import dns from "node:dns";
import { once } from "node:events";
import type { Sandbox } from "@forkd/sdk";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { forkOne } from "../harness/fork-one.ts";
import { startOnTcp } from "../harness/tcp-daemon.ts";
import type { TcpDaemon } from "../harness/tcp-daemon.ts";

const PORT = 8080;

/** Gives back what it is sent; `close CODE` has it say goodbye, and `die` end in the middle of a message. RFC 6455. */
const SERVER = String.raw`
import base64, hashlib, os, socket, struct, threading
GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"

def take(peer, count):
    parts = bytearray()
    while len(parts) < count:
        part = peer.recv(count - len(parts))
        if not part: raise EOFError
        parts += part
    return bytes(parts)

def read_frame(peer):
    head, length = take(peer, 2)
    length &= 127
    if length == 126: length, = struct.unpack("!H", take(peer, 2))
    elif length == 127: length, = struct.unpack("!Q", take(peer, 8))
    mask, data = take(peer, 4), take(peer, length)
    repeated = (mask * (length // 4 + 1))[:length]
    plain = (int.from_bytes(data, "big") ^ int.from_bytes(repeated, "big")).to_bytes(length, "big")
    return head >> 7, head & 15, plain

def frame(opcode, data):
    size = len(data)
    if size < 126: length = bytes([size])
    elif size < 65536: length = struct.pack("!BH", 126, size)
    else: length = struct.pack("!BQ", 127, size)
    return bytes([128 | opcode]) + length + data

def talk(peer):
    head = b""
    while not head.endswith(b"\r\n\r\n"): head += take(peer, 1)
    fields = dict(line.split(b": ", 1) for line in head.split(b"\r\n")[1:-2])
    key = {name.lower(): value for name, value in fields.items()}[b"sec-websocket-key"]
    accept = base64.b64encode(hashlib.sha1(key + GUID).digest())
    peer.sendall(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                 b"Sec-WebSocket-Accept: " + accept + b"\r\n\r\n")
    kind, message = 0, b""
    while True:
        is_last, opcode, data = read_frame(peer)
        if opcode == 8:
            peer.sendall(frame(8, data))
            return peer.close()
        kind, message = opcode or kind, message + data
        if not is_last: continue
        if message.startswith(b"close "): peer.sendall(frame(8, struct.pack("!H", int(message[6:])) + b"enough"))
        elif message == b"die":
            peer.sendall(frame(kind, bytes(1000))[:500])
            os._exit(1)
        else: peer.sendall(frame(kind, message))
        message = b""

listener = socket.create_server(("127.0.0.1", ${PORT}))
while True: threading.Thread(target=talk, args=(listener.accept()[0],), daemon=True).start()
`;

/** Not every resolver knows that what is below `localhost` is this host (RFC 6761, 6.3). */
const { lookup } = dns;
vi.spyOn(dns, "lookup").mockImplementation(((host: string, ...rest: [never, never]) =>
  lookup(host.endsWith(".localhost") ? "127.0.0.1" : host, ...rest)) as typeof dns.lookup);
afterAll(() => void vi.restoreAllMocks());

let served: TcpDaemon;
let child: Sandbox;
beforeAll(async () => {
  served = await startOnTcp("websockets");
  child = await forkOne(served.daemon, { publicPorts: true });
  await child.files.write("/srv/server.py", SERVER);
});
afterAll(() => served[Symbol.asyncDispose]());

/** The server, anew. */
async function startServer(): Promise<void> {
  await child.spawn(["python3", "/srv/server.py"]);
  await child.waitForPort(PORT);
}

const openWith = (url: string, headers: Record<string, string>): WebSocket => new WebSocket(url, { headers });

const byHostName = (): WebSocket => {
  const { port } = new URL(served.baseUrl);
  return new WebSocket(`ws://${PORT}-${child.id.replace("_", "-")}.localhost:${port}/`);
};
const byPath = (): WebSocket =>
  openWith(`${served.baseUrl.replace("http", "ws")}/v1/sandboxes/${child.id}/ports/${PORT}/proxy/`, {
    authorization: `Bearer ${served.token}`,
  });

async function opened(open: () => WebSocket): Promise<WebSocket> {
  const socket = open();
  socket.binaryType = "arraybuffer";
  const failed = once(socket, "error").then(() => Promise.reject(new Error("it did not open")));
  await Promise.race([once(socket, "open"), failed]);
  failed.catch(() => {});
  return socket;
}

async function echoOf(socket: WebSocket, message: string | Uint8Array<ArrayBuffer>): Promise<unknown> {
  const answer = once(socket, "message");
  socket.send(message);
  const [{ data }] = (await answer) as [{ data: unknown }];
  return data;
}

async function closeOf(socket: WebSocket): Promise<{ code: number; reason: string; wasClean: boolean }> {
  const [{ code, reason, wasClean }] = (await once(socket, "close")) as [CloseEvent];
  return { code, reason, wasClean };
}

describe.each([
  ["its host name", byHostName],
  ["a path", byPath],
])("a WebSocket by %s", (_, open) => {
  beforeAll(startServer);

  test("carries text, and a binary message of 1 MiB, both ways", async () => {
    const socket = await opened(open);
    expect(await echoOf(socket, "gr\u00FC\u00DFe")).toBe("gr\u00FC\u00DFe");
    const bytes = new Uint8Array(randomBytes(1024 ** 2));
    const back = (await echoOf(socket, bytes)) as ArrayBuffer;
    expect(Buffer.from(back).equals(bytes)).toBe(true);
    socket.close();
    await closeOf(socket);
  });

  test("ends with the code and the reason of whoever ends it", async () => {
    const ours = await opened(open);
    const closed = closeOf(ours);
    ours.close(4001, "ours");
    expect(await closed).toEqual({ code: 4001, reason: "ours", wasClean: true });
    const theirs = await opened(open);
    const told = closeOf(theirs);
    theirs.send("close 4002");
    expect(await told).toEqual({ code: 4002, reason: "enough", wasClean: true });
  });

  test("breaks when its server dies in the middle of a message, and another server is reached", async () => {
    const socket = await opened(open);
    const closed = closeOf(socket);
    socket.send("die");
    expect(await closed).toMatchObject({ code: 1006, wasClean: false });
    await expect.poll(() => child.ports.list()).toEqual([]);
    await expect(opened(open)).rejects.toThrow("did not open");
    await startServer();
    expect(await echoOf(await opened(open), "again")).toBe("again");
    const [listener] = await child.ports.list();
    await child.process(listener?.pid ?? 0).kill("SIGKILL");
    await expect.poll(() => child.ports.list()).toEqual([]);
  });
});

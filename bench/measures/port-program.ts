/** Gives back what it is sent. */
export const ECHO = 7000;
/** Sends as many MiB as it is told. */
export const SOURCE = 7001;
/** Takes everything, and says a byte at the end. */
export const SINK = 7002;

/** What listens on these in the guest; the last is the last that does. */
export const PORT_PROGRAM = `
import socket, threading

def echo(peer):
    while data := peer.recv(65536): peer.sendall(data)

def source(peer):
    part = bytes(1 << 20)
    for _ in range(int(peer.recv(16))): peer.sendall(part)

def sink(peer):
    part = bytearray(1 << 18)
    while peer.recv_into(part): pass
    peer.sendall(b".")

def serve(port, work):
    listener = socket.create_server(("", port))
    while True: threading.Thread(target=talk, args=(listener.accept()[0], work)).start()

def talk(peer, work):
    peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    with peer: work(peer)

for port, work in ((${ECHO}, echo), (${SOURCE}, source)): threading.Thread(target=serve, args=(port, work)).start()
serve(${SINK}, sink)
`;

/** What exchanges one byte with {@link ECHO} within the guest, and prints the milliseconds of each round trip. */
export function askWithin(warmUp: number, trips: number): string {
  return `
import json, socket, time
peer = socket.create_connection(("127.0.0.1", ${ECHO}))
peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
took = []
for _ in range(${warmUp + trips}):
    begun = time.perf_counter()
    peer.sendall(b"x")
    peer.recv(1)
    took.append((time.perf_counter() - begun) * 1000)
print(json.dumps(took[${warmUp}:]))
`;
}

import type { Sandbox } from "@forkd/sdk";

/** Gives back what it is sent. */
export const ECHO = 7000;
/** Sends as much as is taken. */
export const FLOOD = 7001;
/** Lets its kernel take connections, and does nothing with them. */
export const IDLE = 7002;
/** Answers in no HTTP. */
export const OTHER = 7003;
/** Ends in the middle of an answer. */
export const HALF = 7004;
/** Answers a web browser without an end. */
export const ENDLESS = 7005;

/** `endings` has what became of each connection with {@link ECHO}. */
const SERVERS = `
import socket, threading
endings = []
def echo(peer):
    try:
        while data := peer.recv(65536): peer.sendall(data)
        endings.append("end")
    except OSError as error:
        endings.append(type(error).__name__)
        raise
def flood(peer):
    while True: peer.sendall(bytes(65536))
def other(peer):
    peer.sendall(b"SSH-2.0-Nothing\\r\\n")
def half(peer):
    peer.recv(65536)
    peer.sendall(b"HTTP/1.1 200 OK\\r\\nContent-Length: 10\\r\\n\\r\\nhalf")
def endless(peer):
    peer.recv(65536)
    peer.sendall(b"HTTP/1.1 200 OK\\r\\n\\r\\n")
    flood(peer)
def talk(peer, work):
    try:
        with peer: work(peer)
    except OSError: pass
def serve(listener, work):
    while True: threading.Thread(target=talk, args=(listener.accept()[0], work), daemon=True).start()
idle = socket.create_server(("127.0.0.1", ${IDLE}), backlog=2048)
for port, work in ((${ECHO}, echo), (${FLOOD}, flood), (${OTHER}, other), (${HALF}, half), (${ENDLESS}, endless)):
    listener = socket.create_server(("127.0.0.1", port))
    threading.Thread(target=serve, args=(listener, work), daemon=True).start()
`;

/** Has the warm Python of a guest listen on all of them, which takes no start of a program. */
export async function serveInGuest(child: Sandbox): Promise<void> {
  await child.eval(SERVERS, { mode: "run" });
}

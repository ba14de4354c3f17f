import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { accessSync, constants } from "node:fs";
import { promisify } from "node:util";
import type { CardBackend } from "@forkd/core";

/** Whether networks can be made here: that takes root, `ip` and a tap driver. */
export function canMakeNetworks(): boolean {
  try {
    for (const path of ["/dev/net/tun", "/sbin/ip"]) accessSync(path, constants.R_OK);
  } catch {
    return false;
  }
  return process.getuid?.() === 0;
}

/** A network namespace with a tap, and a server at its gateway that says the network's name to whoever connects. */
export class TapNetwork implements AsyncDisposable {
  readonly name: string;
  readonly card: CardBackend;
  readonly #stack: AsyncDisposableStack;

  private constructor(name: string, stack: AsyncDisposableStack) {
    this.name = name;
    this.card = { kind: "tap", netnsPath: `/run/netns/${name}`, device: TAP };
    this.#stack = stack;
  }

  static async create(index: number): Promise<TapNetwork> {
    await using stack = new AsyncDisposableStack();
    const name = `forkd-test-${process.pid}-${index}`;
    await ip(["netns", "add", name]);
    stack.defer(() => ip(["netns", "delete", name]));
    await ip(["-n", name, "tuntap", "add", TAP, "mode", "tap"]);
    await ip(["-n", name, "addr", "add", `${GATEWAY}/24`, "dev", TAP]);
    await ip(["-n", name, "link", "set", TAP, "up"]);
    await serve(name, stack);
    return new TapNetwork(name, stack.move());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stack.disposeAsync();
  }
}

async function ip(words: readonly string[]): Promise<void> {
  await promisify(execFile)("ip", words);
}

const TAP = "tap0";
export const GATEWAY = "10.42.0.1";
export const GUEST = "10.42.0.2";
const PORT = 8000;
/** Where the server says nothing, and keeps the connection. */
export const HELD_PORT = 8001;

const SERVER = `
  const server = require("node:net").createServer((socket) => socket.end(process.argv[1]));
  server.listen(${PORT}, "${GATEWAY}", () => console.log("listens"));
  require("node:net").createServer(() => {}).listen(${HELD_PORT}, "${GATEWAY}");`;

async function serve(name: string, stack: AsyncDisposableStack): Promise<void> {
  const argv = ["netns", "exec", name, process.execPath, "-e", SERVER, name];
  const server = spawn("ip", argv, { stdio: ["ignore", "pipe", "inherit"] });
  const ended = once(server, "exit");
  stack.defer(async () => {
    server.kill("SIGKILL");
    await ended;
  });
  await once(server.stdout, "data");
}

/** Gives the guest's card its address, and has it up: a guest of the tests has no `ip`. */
export const CONFIGURE = `python3 - <<'EOF'
import fcntl, socket, struct
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
def address(text):
    return struct.pack("16sHH4s8x", b"eth0", socket.AF_INET, 0, socket.inet_aton(text))
fcntl.ioctl(s, 0x8916, address("${GUEST}"))
fcntl.ioctl(s, 0x891c, address("255.255.255.0"))
fcntl.ioctl(s, 0x8914, struct.pack("16sH14x", b"eth0", 1))
EOF`;

/** What the server at the gateway says. */
export const ASK = `python3 -c '
import socket
print(socket.create_connection(("${GATEWAY}", ${PORT}), 20).recv(100).decode())'`;

/** How many frames the guest's card has received. */
export const COUNT_FRAMES = "cat /sys/class/net/eth0/statistics/rx_packets";

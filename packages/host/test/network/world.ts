import { execFileSync, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:net";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";

/** Addresses of documentation and of clouds, which nobody else on this host has. */
export const PUBLIC = "203.0.113.77";
export const OTHER_PUBLIC = "203.0.113.78";
export const PRIVATE = "172.31.77.77";
export const METADATA = "169.254.169.254";
export const PORT = 7777;

const ALL = [PUBLIC, OTHER_PUBLIC, PRIVATE, METADATA];
/** Echoes what comes by TCP, and prints what comes by UDP. */
const SERVE = `
require("dgram").createSocket("udp4").on("message", (text) => console.log(String(text))).bind(${PORT});
require("net").createServer((socket) => socket.on("error", () => {}).pipe(socket))
  .listen(${PORT}, "0.0.0.0", () => console.log("up"));
`;

export interface World extends AsyncDisposable {
  /** The next datagram that came. */
  nextDatagram(): Promise<string>;
}

/** How long opening it may take: the tests of other files, which have theirs before, take up to a minute on a busy host. */
export const WORLD_TIMEOUT_MS = 300_000;

/**
 * The world outside of the host: a namespace with a server at addresses of each kind. The host has one route to each of
 * these, so it waits until no other process has one.
 */
export async function openWorld(): Promise<World> {
  await using stack = new AsyncDisposableStack();
  stack.use(await takeRoutes());
  const name = `hn-${randomBytes(4).toString("hex")}`;
  const link = `${name}w`;
  ip([`netns add ${name}`]);
  stack.defer(() => ip([`netns del ${name}`]));
  ip([
    `link add ${link} type veth peer name eth0 netns ${name}`,
    `addr add 198.51.100.1/30 dev ${link}`,
    `link set ${link} up`,
  ]);
  // The end of a namespace takes its link, and with that the routes, only a while later.
  stack.defer(() => ip([`link del ${link}`]));
  const inside = [
    "link set lo up",
    "link set eth0 up",
    "addr add 198.51.100.2/30 dev eth0",
    ...ALL.map((address) => `addr add ${address}/32 dev eth0`),
    "route add default via 198.51.100.1",
  ];
  ip(inside, name);
  ip(ALL.map((address) => `route add ${address}/32 via 198.51.100.2`));
  const server = spawn("nsenter", [`--net=/run/netns/${name}`, process.execPath, "-e", SERVE]);
  stack.defer(() => void server.kill("SIGKILL"));
  const lines = createInterface(server.stdout)[Symbol.asyncIterator]();
  await lines.next();
  const resources = stack.move();
  return {
    nextDatagram: async () => String((await lines.next()).value),
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

const RETRY_MS = 100;

/** An abstract socket is there once, and goes with its process, however that ends. unix(7). */
async function takeRoutes(): Promise<AsyncDisposable> {
  for (;;) {
    const server = createServer().listen("\0forkd-test-world");
    const isTaken = await once(server, "listening").then(
      () => false,
      (error: NodeJS.ErrnoException) => {
        if (error.code !== "EADDRINUSE") throw error;
        return true;
      },
    );
    if (!isTaken) return server;
    await delay(RETRY_MS);
  }
}

function ip(lines: readonly string[], namespace?: string): void {
  const inside = namespace === undefined ? [] : ["-n", namespace];
  execFileSync("ip", [...inside, "-batch", "-"], { input: lines.join("\n") });
}

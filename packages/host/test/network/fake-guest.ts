import type { ChildProcessWithoutNullStreams } from "node:child_process";
import { execFile, execFileSync, spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { promisify } from "node:util";
import { ForkdError } from "@forkd/contract";
import type { NetworkLease } from "@forkd/core";
import { GATEWAY_4, GATEWAY_6, GUEST_4, GUEST_6, GUEST_MAC, TAP } from "../../src/network/address-plan.ts";
import { ASK } from "./name-world.ts";
import { findProgram } from "../../src/process/find-program.ts";

/** What the tests of network namespaces need of their host. */
export const hasNamespaces =
  process.getuid?.() === 0 &&
  (await Promise.all(["ip", "nft"].map((name) => findProgram(name)))).every((path) => path !== undefined);

/** How a connection from inside ended, or that nothing came back. */
export type Outcome = "connected" | "refused" | "silent";

/** A namespace in the place of a machine, behind what stands where its tap was. */
export class FakeGuest implements Disposable {
  readonly name = `hn-${randomBytes(4).toString("hex")}`;
  readonly #netns: string;

  constructor({ netns }: NetworkLease) {
    if (netns === undefined) throw new ForkdError("internal", { reason: "the lease has no namespace" });
    this.#netns = netns;
    batch([`netns add ${this.name}`]);
    batch(
      [
        `link del ${TAP}`,
        `link add ${TAP} type veth peer name eth0 netns ${this.name}`,
        `addr add ${GATEWAY_4}/24 dev ${TAP}`,
        `addr add ${GATEWAY_6}/64 dev ${TAP} nodad`,
        `link set ${TAP} up`,
        `neigh replace ${GUEST_4} lladdr ${GUEST_MAC} dev ${TAP} nud permanent`,
        `neigh replace ${GUEST_6} lladdr ${GUEST_MAC} dev ${TAP} nud permanent`,
      ],
      netns,
    );
    this.ip(
      "link set lo up",
      `link set eth0 address ${GUEST_MAC} up`,
      `addr add ${GUEST_4}/24 dev eth0`,
      `addr add ${GUEST_6}/64 dev eth0 nodad`,
      `route add default via ${GATEWAY_4}`,
      `route add default via ${GATEWAY_6}`,
    );
  }

  ip(...lines: string[]): void {
    batch(lines, this.name);
  }

  /** Tries a TCP connection, from an address of its own if told. */
  connect(address: string, port: number, from?: string): Outcome {
    const { stdout } = this.#run(process.execPath, ["-e", CONNECT, address, String(port), from ?? ""]);
    return stdout.trim() as Outcome;
  }

  /** Sends datagrams from these addresses, each with its own address as its text. */
  send(address: string, port: number, ...froms: readonly string[]): void {
    this.#run(process.execPath, ["-e", SEND, address, String(port), ...froms]);
  }

  /** Asks any name server for names: gives their addresses, or why there is none. */
  async ask(type: "A" | "AAAA" | "TXT", ...names: readonly string[]): Promise<unknown[]> {
    return JSON.parse(await this.run(ASK, "192.0.2.53", type, ...names)) as unknown[];
  }

  /** Runs a script in its place, which may have to do with this process. */
  async run(script: string, ...args: readonly string[]): Promise<string> {
    const words = [`--net=/run/netns/${this.name}`, process.execPath, "-e", script, ...args];
    return (await promisify(execFile)("nsenter", words)).stdout.trim();
  }

  /** A connection that says each line that it is told, and prints what it hears; it ends when it breaks. */
  open(address: string, port: number): ChildProcessWithoutNullStreams {
    return spawn("nsenter", [
      `--net=/run/netns/${this.name}`,
      process.execPath,
      "-e",
      TALK,
      address,
      String(port),
    ]);
  }

  /** A server at a port of all its addresses, that says hello. */
  async listen(port: number): Promise<Disposable> {
    const server = spawn("nsenter", [
      `--net=/run/netns/${this.name}`,
      process.execPath,
      "-e",
      LISTEN,
      String(port),
    ]);
    await once(server.stdout, "data");
    return { [Symbol.dispose]: () => void server.kill("SIGKILL") };
  }

  /** What its gateway has learned of its neighbours. */
  listNeighbours(): string {
    return execFileSync("ip", ["-n", this.#netns, "neigh", "show", "dev", TAP], { encoding: "utf8" });
  }

  [Symbol.dispose](): void {
    batch([`netns del ${this.name}`]);
  }

  #run(file: string, args: string[]) {
    return spawnSync("nsenter", [`--net=/run/netns/${this.name}`, file, ...args], { encoding: "utf8" });
  }
}

export const CONNECT = `
const [address, port, localAddress] = process.argv.slice(1);
const end = (word) => { console.log(word); process.exit(); };
setTimeout(() => end("silent"), 3000);
require("net").connect({ host: address, port: Number(port), ...(localAddress && { localAddress }) })
  .on("connect", () => end("connected"))
  .on("error", ({ code }) => end({ ECONNREFUSED: "refused", EHOSTUNREACH: "silent" }[code] ?? code));
`;

export const SEND = `
const [address, port, ...froms] = process.argv.slice(1);
for (const from of froms) {
  const socket = require("dgram").createSocket("udp4");
  socket.bind(0, from, () => socket.send(from, Number(port), address, () => socket.close()));
}
`;

export const TALK = `
const [host, port] = process.argv.slice(1);
const socket = require("net").connect({ host, port: Number(port) });
socket.on("error", ({ code }) => process.stdout.write(code, () => process.exit(1)));
process.stdin.pipe(socket).pipe(process.stdout);
`;

const LISTEN = `
require("net").createServer((socket) => socket.on("error", () => {}).end("hello"))
  .listen(Number(process.argv[1]), "::", () => console.log("up"));
`;

function batch(lines: readonly string[], namespace?: string): void {
  const inside = namespace === undefined ? [] : ["-n", namespace];
  execFileSync("ip", [...inside, "-batch", "-"], { input: lines.join("\n") });
}

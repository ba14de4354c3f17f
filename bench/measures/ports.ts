import { once } from "node:events";
import type { Duplex } from "node:stream";
import { sample, summarize } from "@forkd/cli";
import type { Summary } from "@forkd/cli";
import type { Forkd, ForkOptions, Sandbox } from "@forkd/sdk";
import { ECHO, PORT_PROGRAM, SINK, SOURCE, askWithin } from "./port-program.ts";

/** What a connection to a program in a guest carries. */
export interface Ports {
  /** In MiB/s. */
  readonly intoGuest: Summary;
  readonly outOfGuest: Summary;
  /** One byte there and one back; in ms. */
  readonly roundTrip: Summary;
  /** The same exchange with the same program, by another program of the guest. */
  readonly roundTripInside: Summary;
}

export interface PortsOptions {
  readonly transfers: number;
  readonly trips: number;
  /** Default: none. */
  readonly network?: ForkOptions["network"];
  /** Default: through the daemon and the agent. */
  readonly dial?: Dial;
}

type Open = (port: number) => Duplex | Promise<Duplex>;
type Dial = (child: Sandbox, port: number) => Duplex | Promise<Duplex>;

const MIB = 1024 * 1024;
const TRANSFER_MIB = 64;
const WARM_UP_TRIPS = 100;

export async function measurePorts(
  forkd: Forkd,
  tag: string,
  { transfers, trips, network, dial = (child, port) => child.connect(port) }: PortsOptions,
): Promise<Ports> {
  await using children = await forkd.sandboxes.fork(tag, { network });
  const [child] = children;
  if (!child) throw new Error("the fork gave no child");
  await child.spawn(["python3", "-c", PORT_PROGRAM]);
  await child.waitForPort(SINK);
  const open: Open = (port) => dial(child, port);
  const rate = (ms: number): number => TRANSFER_MIB / (ms / 1000);
  await send(open);
  const inside = await child.exec(["python3", "-c", askWithin(WARM_UP_TRIPS, trips)]);
  return {
    intoGuest: summarize((await sample(transfers, () => send(open))).map(rate)),
    outOfGuest: summarize((await sample(transfers, () => receive(open))).map(rate)),
    roundTrip: summarize(await exchange(open, trips)),
    roundTripInside: summarize(JSON.parse(inside.stdout) as number[]),
  };
}

/** Until the program says that it has all. */
async function send(open: Open): Promise<void> {
  const stream = await open(SINK);
  const part = Buffer.alloc(MIB);
  for (let sent = 0; sent < TRANSFER_MIB; sent++) if (!stream.write(part)) await once(stream, "drain");
  stream.end();
  await expectBytes(stream, 1);
}

async function receive(open: Open): Promise<void> {
  const stream = await open(SOURCE);
  stream.end(String(TRANSFER_MIB));
  await expectBytes(stream, TRANSFER_MIB * MIB);
}

async function exchange(open: Open, trips: number): Promise<number[]> {
  const stream = await open(ECHO);
  const trip = async (): Promise<void> => {
    stream.write("x");
    await once(stream, "data");
  };
  await sample(WARM_UP_TRIPS, trip);
  const took = await sample(trips, trip);
  stream.destroy();
  return took;
}

async function expectBytes(stream: Duplex, expected: number): Promise<void> {
  let bytes = 0;
  for await (const part of stream) bytes += (part as Buffer).length;
  if (bytes !== expected) throw new Error(`${bytes} bytes came, not ${expected}`);
}

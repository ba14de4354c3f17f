import { execFileSync, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { SEND } from "./fake-guest.ts";

const RECEIVE = `
require("dgram").createSocket("udp4")
  .on("message", (text, { address }) => console.log(text + " from " + address))
  .bind(Number(process.argv[1]), "0.0.0.0", () => console.log("up"));
`;

/** What comes by UDP to a port in a namespace: each with its text, and where it seems to come from. */
export interface Datagrams extends Disposable {
  next(): Promise<string>;
}

export async function receive(netns: string, port: number): Promise<Datagrams> {
  const args = [`--net=/run/netns/${netns}`, process.execPath, "-e", RECEIVE, String(port)];
  const receiver = spawn("nsenter", args, { stdio: ["ignore", "pipe", "ignore"] });
  const lines = createInterface(receiver.stdout)[Symbol.asyncIterator]();
  await lines.next();
  return {
    next: async () => String((await lines.next()).value),
    [Symbol.dispose]: () => void receiver.kill("SIGKILL"),
  };
}

/** Sends one from each of these addresses, with that as its text, where no guest is in between. */
export function sendFrom(netns: string, to: string, port: number, ...froms: readonly string[]): void {
  const script = ["-e", SEND, to, String(port), ...froms];
  execFileSync("nsenter", [`--net=/run/netns/${netns}`, process.execPath, ...script]);
}

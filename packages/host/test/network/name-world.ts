import { createSocket } from "node:dgram";
import { once } from "node:events";
import { addressBytes } from "../../src/network/address-bytes.ts";
import { TYPE_A, readQuery, writeAnswer } from "../../src/network/names/dns-message.ts";

/** Addresses of names, in small letters. */
export type Zone = Record<string, readonly string[]>;

export interface NameWorld extends Disposable {
  /** Where it listens, such as `127.0.0.1:40000`. */
  readonly server: string;
  /** What it was asked for. */
  readonly asked: string[];
}

/** The name server of a host, which knows these names; for how long is the same for all. */
export async function openNames(zone: Zone, ttlSecs = 300): Promise<NameWorld> {
  const asked: string[] = [];
  const socket = createSocket("udp4");
  socket.on("message", (message, { port, address }) => {
    const query = readQuery(message);
    if (!query) return;
    asked.push(query.name);
    const family = query.type === TYPE_A ? 4 : 16;
    const known = zone[query.name.toLowerCase()];
    const addresses = (known ?? [])
      .map((text) => ({ bytes: addressBytes(text), ttlSecs }))
      .filter(({ bytes }) => bytes.length === family);
    socket.send(writeAnswer(query, { code: known ? 0 : 3, addresses }), port, address);
  });
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  return {
    server: `127.0.0.1:${socket.address().port}`,
    asked,
    [Symbol.dispose]: () => void socket.close(),
  };
}

/** Asks a name server for a name, and prints what it says. */
export const ASK = `
const { Resolver } = require("node:dns").promises;
const [server, type, ...names] = process.argv.slice(1);
const resolver = new Resolver({ timeout: 10_000, tries: 1 });
resolver.setServers([server]);
const ask = (name) => resolver.resolve(name, type).catch(({ code }) => code);
Promise.all(names.map(ask)).then((all) => console.log(JSON.stringify(all)));
`;

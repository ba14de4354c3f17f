import { once } from "node:events";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";

/** Where nothing listens, as `HOST:PORT` of the loopback interface. */
export async function findFreeAddress(): Promise<string> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { address, port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return `${address}:${port}`;
}

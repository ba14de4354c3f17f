import type { PortInfo } from "@forkd/contract";
import type { GuestListener } from "../ports/guest-tcp.ts";
import type { PublishedPort } from "../ports/published-ports.ts";

/** What listens in a guest as the API shows it, with the port of the host that leads there. */
export function describePort(listener: GuestListener, published: readonly PublishedPort[]): PortInfo {
  const { port, address, pid, command } = listener;
  const hostPort = published.find((one) => one.port === port)?.hostPort ?? null;
  return { port, address, pid, command, host_port: hostPort };
}

import { isIP } from "node:net";
import { readIfPresent } from "@forkd/posix";
import { GATEWAY_4 } from "./address-plan.ts";

/** The second is that of systemd-resolved, which has the host itself in the first. */
const FILES = ["/etc/resolv.conf", "/run/systemd/resolve/resolv.conf"];
const MAX_RESOLVERS = 3;

/** Name servers of the host that a guest can be sent to. */
export async function findResolvers(files: readonly string[] = FILES): Promise<string[]> {
  for (const file of files) {
    const found = listResolvers((await readIfPresent(file)) ?? "");
    if (found.length > 0) return found;
  }
  return [];
}

/** Where a guest asks for names: where none of the host's can be reached, only names that a policy has are answered. */
export function orGateway(resolvers: readonly string[]): readonly string[] {
  return resolvers.length > 0 ? resolvers : [GATEWAY_4];
}

/** Those of a resolv.conf(5) that are not on the host's loopback, nor on one link alone. */
export function listResolvers(text: string): string[] {
  const addresses = text.split("\n").flatMap((line) => {
    const address = /^\s*nameserver\s+(\S+)/.exec(line)?.[1] ?? "";
    const isLocal = /^127\.|^::1$|^fe80:/i.test(address);
    return isIP(address) !== 0 && !address.includes("%") && !isLocal ? [address] : [];
  });
  return addresses.slice(0, MAX_RESOLVERS);
}

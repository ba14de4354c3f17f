import { isIP } from "node:net";
import { readIfPresent } from "@forkd/posix";

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

/** Those of a resolv.conf(5) that are not on the host's loopback, nor on one link alone. */
export function listResolvers(text: string): string[] {
  const addresses = text.split("\n").flatMap((line) => {
    const address = /^\s*nameserver\s+(\S+)/.exec(line)?.[1] ?? "";
    const isLocal = /^127\.|^::1$|^fe80:/i.test(address);
    return isIP(address) !== 0 && !address.includes("%") && !isLocal ? [address] : [];
  });
  return addresses.slice(0, MAX_RESOLVERS);
}

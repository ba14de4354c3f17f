import { readIfPresent } from "@forkd/posix";

/** Whether this host can send to IPv6 addresses anywhere. */
export async function hasIpv6Route(): Promise<boolean> {
  return hasDefaultRoute((await readIfPresent("/proc/net/ipv6_route")) ?? "");
}

/** Of a text as `/proc/net/ipv6_route` has it: `::/0` by a device that is not the loopback. */
export function hasDefaultRoute(text: string): boolean {
  return text.split("\n").some((line) => /^0{32} 00 /.test(line) && !/\slo$/.test(line));
}

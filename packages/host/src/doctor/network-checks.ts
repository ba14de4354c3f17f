import { readIfPresent } from "@forkd/posix";
import { findProgram } from "../process/find-program.ts";
import type { Check } from "./check.ts";
import { pass, skip, warn } from "./check.ts";

/** What each mode of network needs. */
export const NETWORK_CHECKS: readonly Check[] = [
  {
    name: "network netns",
    look: async () => {
      const missing: string[] = [];
      for (const [program, debianPackage] of [
        ["ip", "iproute2"],
        ["nft", "nftables"],
      ] as const)
        if ((await findProgram(program)) === undefined) missing.push(debianPackage);
      if (missing.length > 0)
        return warn(
          `--network netns cannot be: ${missing.join(" and ")} missing`,
          `sudo apt-get install ${missing.join(" ")}`,
        );
      if (process.getuid?.() !== 0) return skip("the daemon does not run as root");
      return pass("a sandbox can have a network namespace of its own");
    },
  },
  {
    name: "forwarding of IPv6",
    look: async () => {
      const forwarding = await readIfPresent("/proc/sys/net/ipv6/conf/all/forwarding");
      if (forwarding?.trim() === "1") return pass("sandboxes can reach IPv6 addresses beyond this host");
      return skip(
        "sandboxes reach no IPv6 address beyond this host: sudo sysctl net.ipv6.conf.all.forwarding=1",
      );
    },
  },
];

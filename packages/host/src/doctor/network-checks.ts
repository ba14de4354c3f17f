import { constants } from "node:fs";
import { access } from "node:fs/promises";
import { readIfPresent } from "@forkd/posix";
import { findProgram } from "../process/find-program.ts";
import type { Check } from "./check.ts";
import { pass, skip, warn } from "./check.ts";

/** What each mode of network needs. */
export const NETWORK_CHECKS: readonly Check[] = [
  {
    name: "network netns",
    look: async () => {
      const missing = await warnOfMissing("netns", { ip: "iproute2", nft: "nftables" });
      if (missing) return missing;
      if (process.getuid?.() !== 0) return skip("the daemon does not run as root");
      return pass("a sandbox can have a network namespace of its own");
    },
  },
  {
    name: "network user",
    look: async () => {
      const missing = await warnOfMissing("user", { pasta: "passt", nft: "nftables" });
      if (missing) return missing;
      if (process.getuid?.() !== 0 && !(await canOpen(TUN)))
        return warn(`--network user cannot be: this user may not open ${TUN}`, `sudo chmod 0666 ${TUN}`);
      return pass("a sandbox can have a network without root");
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

const TUN = "/dev/net/tun";

/** Of the Debian packages that programs are of which a mode of network needs and this host lacks. */
async function warnOfMissing(
  mode: string,
  programs: Readonly<Record<string, string>>,
): Promise<ReturnType<typeof warn> | undefined> {
  const missing: string[] = [];
  for (const [program, debianPackage] of Object.entries(programs))
    if ((await findProgram(program)) === undefined) missing.push(debianPackage);
  if (missing.length === 0) return undefined;
  return warn(
    `--network ${mode} cannot be: ${missing.join(" and ")} missing`,
    `sudo apt-get install ${missing.join(" ")}`,
  );
}

async function canOpen(path: string): Promise<boolean> {
  return access(path, constants.R_OK | constants.W_OK).then(
    () => true,
    () => false,
  );
}

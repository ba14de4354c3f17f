import type { SandboxId } from "@forkd/contract";
import { NEVER } from "@forkd/core";
import { NetnsNetworks } from "../../src/network/netns-networks.ts";

process.env["DAEMON"] = String(process.pid);
const [dataDir = "", group] = process.argv.slice(2);
const networks = new NetnsNetworks({ dataDir, poolSize: 0, onError: () => {} });
const order = {
  sandboxId: "sb_killed" as SandboxId,
  tenant: null,
  mode: "netns" as const,
  egress: group === undefined ? ["10.0.0.0/8"] : ("deny" as const),
  link: group ?? null,
};
const lease = await networks.lease(order, { signal: NEVER });
await lease[Symbol.asyncDispose]();
await networks[Symbol.asyncDispose]();

import type { SandboxId } from "@forkd/contract";
import { NEVER } from "@forkd/core";
import { createMachineUsers } from "../../src/confinement/machine-users.ts";
import { UserNetworks } from "../../src/network/user/user-networks.ts";

const [dataDir = ""] = process.argv.slice(2);
const nextUid = createMachineUsers(300_000);
const networks = new UserNetworks({ dataDir, poolSize: 0, nextUid, onError: () => {} });
await networks.lease(
  { sandboxId: "sb_killed" as SandboxId, tenant: null, mode: "user", egress: "deny" },
  { signal: NEVER },
);

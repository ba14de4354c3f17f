import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SandboxId } from "@forkd/contract";
import { NEVER } from "@forkd/core";
import type { EgressPolicy, NetworkLease } from "@forkd/core";
import { NetnsNetworks } from "../../src/network/netns-networks.ts";

/** A data directory with a daemon's networks; disposal removes what is left of them, and then the directory. */
export class TestNetworks implements AsyncDisposable {
  readonly dataDir: string;
  readonly networks: NetnsNetworks;
  readonly #nameServers: readonly string[] | undefined;

  /** `nameServers`: which are asked for names of policies. */
  static async create(poolSize = 0, nameServers?: readonly string[]): Promise<TestNetworks> {
    return new TestNetworks(await mkdtemp(join(tmpdir(), "forkd-networks-")), poolSize, nameServers);
  }

  private constructor(dataDir: string, poolSize: number, nameServers: readonly string[] | undefined) {
    this.dataDir = dataDir;
    this.#nameServers = nameServers;
    this.networks = this.open(poolSize);
  }

  /** As another daemon of the same data directory has them. */
  open(poolSize = 0): NetnsNetworks {
    return new NetnsNetworks({
      dataDir: this.dataDir,
      poolSize,
      nameServers: this.#nameServers,
      onError: (error) => {
        throw error;
      },
    });
  }

  lease(name: string, egress: EgressPolicy = "deny"): Promise<NetworkLease> {
    const order = { sandboxId: `sb_${name}` as SandboxId, mode: "netns" as const, egress };
    return this.networks.lease(order, { signal: NEVER });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.networks[Symbol.asyncDispose]();
    await this.open().removeStale(new Set());
    await rm(this.dataDir, { recursive: true });
  }
}

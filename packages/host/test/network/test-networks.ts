import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SandboxId } from "@forkd/contract";
import { NEVER } from "@forkd/core";
import type { EgressPolicy, NetworkLease, NetworkOrder } from "@forkd/core";
import { NetnsNetworks } from "../../src/network/netns-networks.ts";

/** What a machine of this name asks for. */
export function orderOf(name: string, egress: EgressPolicy = "deny", linked: Linked = {}): NetworkOrder {
  const { tenant = null, link = null } = linked;
  return { sandboxId: `sb_${name}` as SandboxId, mode: "netns", egress, tenant, link };
}

interface Linked {
  readonly tenant?: string;
  readonly link?: string;
}

/** A data directory with a daemon's networks; disposal removes what is left of them, and then the directory. */
export class TestNetworks implements AsyncDisposable {
  readonly dataDir: string;
  /** What machines are called. */
  readonly names = new Map<string, string>();
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
      nameOf: (id) => this.names.get(id) ?? null,
      onError: (error) => {
        throw error;
      },
    });
  }

  lease(...order: Parameters<typeof orderOf>): Promise<NetworkLease> {
    return this.networks.lease(orderOf(...order), { signal: NEVER });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.networks[Symbol.asyncDispose]();
    await this.open().removeStale(new Set());
    await rm(this.dataDir, { recursive: true });
  }
}

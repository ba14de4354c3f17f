import { randomBytes } from "node:crypto";
import { mkdir, rename } from "node:fs/promises";
import { join } from "node:path";
import { ForkdError } from "@forkd/contract";
import type { SandboxId } from "@forkd/contract";
import type { CallOptions, EgressPolicy, NetworkLease, NetworkOrder } from "@forkd/core";
import { SOCKET_PATH_LIMIT_BYTES, isSocketPath, listDirectory, readBootId } from "@forkd/posix";
import { requireProgram } from "../../process/find-program.ts";
import { NetworkPool } from "../network-pool.ts";
import type { NameGrounds } from "../names/network-names.ts";
import { findResolvers } from "../resolvers.ts";
import { hasIpv6Route } from "./ipv6-route.ts";
import { passtSocketPath } from "./passt-commands.ts";
import { UserLease, removeUserNetwork } from "./user-lease.ts";
import { startUserNetwork } from "./user-network.ts";
import { isNetworkAlive, readNote } from "./user-note.ts";
import type { UserNote } from "./user-note.ts";
import type { UserGrounds } from "./user-rules.ts";

export interface UserNetworksOptions {
  /** The daemon's data directory, which no other daemon has. */
  readonly dataDir: string;
  /** How many are kept ready, once the first was taken. */
  readonly poolSize: number;
  /** Whose the processes of the next one are; of a daemon that is not root they are its own user's. */
  readonly nextUid: (() => number) | undefined;
  /** Which name servers are asked for names of policies; undefined: the host's. */
  readonly nameServers?: readonly string[] | undefined;
  readonly onError: (error: unknown) => void;
}

/** One that waits for a machine. */
interface ReadyNetwork {
  readonly directory: string;
  readonly note: UserNote;
}

/** Networks that need no privilege, each a few processes. Disposal ends those that no machine has. */
export class UserNetworks implements AsyncDisposable {
  readonly #root: string;
  readonly #nextUid: UserNetworksOptions["nextUid"];
  readonly #pool: NetworkPool<ReadyNetwork>;
  readonly #names: NameGrounds;
  #grounds: Promise<UserGrounds> | undefined;

  constructor({ dataDir, poolSize: size, nextUid, nameServers, onError }: UserNetworksOptions) {
    this.#root = join(dataDir, "networks");
    this.#nextUid = nextUid;
    this.#names = { nameServers, onError };
    this.#pool = new NetworkPool({
      create: (options) => this.#create(options),
      remove: removeUserNetwork,
      size,
      onError,
    });
  }

  /** Throws `requirement_missing`, `network_failed`, `cancelled`. */
  async lease({ sandboxId, egress }: NetworkOrder, options: CallOptions): Promise<NetworkLease> {
    const directory = this.#directoryOf(sandboxId);
    const grounds = await this.#prepare();
    await this.#discard(directory);
    await using stack = new AsyncDisposableStack();
    const { note } = await this.#take(directory, options);
    const lease = stack.use(new UserLease({ directory, note, grounds, names: this.#names }));
    if (egress !== "deny") await lease.setEgress(egress, options);
    stack.move();
    return lease;
  }

  /** The one that a machine of an earlier daemon has, with this policy in force; undefined where it has none. */
  async adopt(
    sandboxId: SandboxId,
    egress: EgressPolicy,
    options: CallOptions,
  ): Promise<NetworkLease | undefined> {
    const directory = this.#directoryOf(sandboxId);
    const note = await readNote(directory, await readBootId());
    if (!note || !isNetworkAlive(note)) return undefined;
    const lease = new UserLease({ directory, note, grounds: await this.#prepare(), names: this.#names });
    await lease.setEgress(egress, options);
    return lease;
  }

  /** Ends those that no machine has. */
  async removeStale(keep: ReadonlySet<string>): Promise<void> {
    const ready = new Set(this.#pool.list().map(({ directory }) => directory));
    const names = await listDirectory(this.#root);
    const stale = names.filter((name) => !keep.has(name) && !ready.has(join(this.#root, name)));
    await Promise.all(stale.map((name) => this.#discard(join(this.#root, name))));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#pool[Symbol.asyncDispose]();
  }

  /** One that is ready and whole, as that of a machine from now on. */
  async #take(directory: string, options: CallOptions): Promise<ReadyNetwork> {
    for (;;) {
      const ready = await this.#pool.take(options);
      if (isNetworkAlive(ready.note)) {
        await rename(ready.directory, directory);
        return { ...ready, directory };
      }
      await removeUserNetwork(ready);
    }
  }

  async #create(options: CallOptions): Promise<ReadyNetwork> {
    const grounds = await this.#prepare();
    await mkdir(this.#root, { recursive: true, mode: 0o700 });
    const directory = join(this.#root, `ready-${randomBytes(6).toString("hex")}`);
    const bootId = await readBootId();
    const note = await startUserNetwork({ directory, grounds, bootId, uid: this.#nextUid?.() }, options);
    return { directory, note };
  }

  async #discard(directory: string): Promise<void> {
    await removeUserNetwork({ directory, note: await readNote(directory, await readBootId()) });
  }

  #directoryOf(sandboxId: SandboxId): string {
    const directory = join(this.#root, sandboxId);
    const socketPath = passtSocketPath(directory);
    if (isSocketPath(socketPath)) return directory;
    throw new ForkdError("requirement_missing", {
      requirement: "a data directory with a shorter path",
      why: `the socket of a network has ${SOCKET_PATH_LIMIT_BYTES} bytes at most, and would be ${socketPath}`,
      mend: "set FORKD_DATA_DIR",
    });
  }

  #prepare(): Promise<UserGrounds> {
    this.#grounds ??= prepare().catch((error: unknown) => {
      this.#grounds = undefined;
      throw error;
    });
    return this.#grounds;
  }
}

/** Looks at what there is on this host. Throws `requirement_missing`. */
async function prepare(): Promise<UserGrounds> {
  await requireProgram("passt", "passt");
  await requireProgram("pasta", "passt");
  await requireProgram("nft", "nftables");
  const [resolvers, hasIpv6] = await Promise.all([findResolvers(), hasIpv6Route()]);
  return { resolvers, hasIpv6 };
}

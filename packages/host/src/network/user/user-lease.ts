import { rm } from "node:fs/promises";
import { ForkdError } from "@forkd/contract";
import { Semaphore } from "@forkd/core";
import type { CallOptions, CardBackend, EgressPolicy, GuestNetwork, NetworkLease } from "@forkd/core";
import { GATEWAY_4, GATEWAY_6, GUEST_4, GUEST_6, GUEST_MAC, MTU } from "../address-plan.ts";
import { listHostAddresses } from "../host-addresses.ts";
import { enterNetworkOf, loadRulesAt } from "../host-commands.ts";
import { NetworkNames } from "../names/network-names.ts";
import type { NameGrounds } from "../names/network-names.ts";
import { orGateway } from "../resolvers.ts";
import { passtSocketPath } from "./passt-commands.ts";
import { endNetwork, isNetworkAlive } from "./user-note.ts";
import type { UserNote } from "./user-note.ts";
import { changedUserRules } from "./user-rules.ts";
import type { UserGrounds } from "./user-rules.ts";

export interface UserLeaseParts {
  readonly directory: string;
  readonly note: UserNote;
  readonly grounds: UserGrounds;
  readonly names: NameGrounds;
}

/** A network that a machine has of processes that need no privilege. Disposal ends them. */
export class UserLease implements NetworkLease {
  readonly mode = "user";
  readonly netns = undefined;
  readonly address = undefined;
  readonly linkAddress = undefined;
  readonly backend: CardBackend;
  readonly guest: GuestNetwork;
  readonly #parts: UserLeaseParts;
  readonly #names: NetworkNames;
  readonly #turn = new Semaphore(1);
  #removal: Promise<void> | undefined;

  constructor(parts: UserLeaseParts) {
    const { note, grounds, names } = parts;
    const { pid } = note.inside;
    this.#parts = parts;
    this.#names = new NetworkNames({
      ...names,
      place: { enter: enterNetworkOf(pid), hasIpv6: grounds.hasIpv6 },
      load: async (rules, options) => {
        requireAlive(note);
        await loadRulesAt(pid, rules, options);
      },
    });
    this.backend = { kind: "stream", socketPath: passtSocketPath(parts.directory) };
    this.guest = describeGuest(grounds);
  }

  async setEgress(policy: EgressPolicy, options: CallOptions): Promise<void> {
    using _ = await this.#turn.acquire("another change of the network", options);
    const { note, grounds } = this.#parts;
    const { resolvers } = grounds;
    const own = listHostAddresses();
    requireAlive(note);
    const rulesOf = (port: number | undefined): string =>
      changedUserRules({ policy, resolvers, nameServerPort: port }, own);
    await this.#names.follow({ policy, own, rulesOf }, options);
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#names[Symbol.dispose]();
    this.#removal ??= removeUserNetwork(this.#parts);
    return this.#removal;
  }
}

function requireAlive(note: UserNote): void {
  if (!isNetworkAlive(note))
    throw new ForkdError("network_failed", { command: "passt", why: "its processes have ended" });
}

/** Ends its processes, and removes its directory. */
export async function removeUserNetwork({
  directory,
  note,
}: Pick<UserLeaseParts, "directory"> & { readonly note: UserNote | undefined }): Promise<void> {
  if (note) await endNetwork(note);
  await rm(directory, { recursive: true, force: true });
}

function describeGuest({ resolvers, hasIpv6 }: UserGrounds): GuestNetwork {
  return {
    mac: GUEST_MAC,
    addresses: [`${GUEST_4}/24`, ...(hasIpv6 ? [`${GUEST_6}/64`] : [])],
    gateways: [GATEWAY_4, ...(hasIpv6 ? [GATEWAY_6] : [])],
    resolvers: orGateway(resolvers),
    mtu: MTU,
  };
}

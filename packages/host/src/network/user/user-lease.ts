import { rm } from "node:fs/promises";
import { ForkdError } from "@forkd/contract";
import { Semaphore } from "@forkd/core";
import type { CallOptions, CardBackend, EgressPolicy, GuestNetwork, NetworkLease } from "@forkd/core";
import { GATEWAY_4, GATEWAY_6, GUEST_4, GUEST_6, GUEST_MAC, MTU } from "../address-plan.ts";
import { loadRulesAt } from "../host-commands.ts";
import { passtSocketPath } from "./passt-commands.ts";
import { endNetwork, isNetworkAlive } from "./user-note.ts";
import type { UserNote } from "./user-note.ts";
import { changedUserRules } from "./user-rules.ts";
import type { UserGrounds } from "./user-rules.ts";

export interface UserLeaseParts {
  readonly directory: string;
  readonly note: UserNote;
  readonly grounds: UserGrounds;
}

/** A network that a machine has of processes that need no privilege. Disposal ends them. */
export class UserLease implements NetworkLease {
  readonly mode = "user";
  readonly netns = undefined;
  readonly address = undefined;
  readonly backend: CardBackend;
  readonly guest: GuestNetwork;
  readonly #parts: UserLeaseParts;
  readonly #turn = new Semaphore(1);
  #removal: Promise<void> | undefined;

  constructor(parts: UserLeaseParts) {
    this.#parts = parts;
    this.backend = { kind: "stream", socketPath: passtSocketPath(parts.directory) };
    this.guest = describeGuest(parts.grounds);
  }

  async setEgress(policy: EgressPolicy, options: CallOptions): Promise<void> {
    using _ = await this.#turn.acquire("another change of the network", options);
    const { note, grounds } = this.#parts;
    if (!isNetworkAlive(note))
      throw new ForkdError("network_failed", { command: "passt", why: "its processes have ended" });
    await loadRulesAt(note.inside.pid, changedUserRules(policy, grounds), options);
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#removal ??= removeUserNetwork(this.#parts);
    return this.#removal;
  }
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
    resolvers,
    mtu: MTU,
  };
}

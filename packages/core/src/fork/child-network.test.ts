import { createSandboxId } from "@forkd/contract";
import { expect, test } from "vitest";
import { STANDARD_DEVICES, UNRECORDED_DEVICES } from "../ports/devices.ts";
import type { Device } from "../ports/devices.ts";
import type { NetworkLease, NetworkOrder, Networks } from "../ports/network.ts";
import { adoptNetwork, leaseNetwork } from "./child-network.ts";
import type { MachineSource } from "./machine-source.ts";

const { signal } = new AbortController();
const NETNS = { mode: "netns", egress: "deny" } as const;
const LEASE = {} as NetworkLease;
const id = createSandboxId();

function networksOf(adopted: NetworkLease | undefined) {
  const orders: NetworkOrder[] = [];
  const networks: Networks = {
    lease: (order) => Promise.resolve((orders.push(order), LEASE)),
    adopt: () => Promise.resolve(adopted),
  };
  return { networks, orders };
}

function sourceOf(devices: readonly Device[], network?: MachineSource["network"]): MachineSource {
  return {
    snapshot: { tag: "py", manifest: { devices } },
    imagePath: "",
    network,
    tenant: "shop",
  } as unknown as MachineSource;
}

test("a machine that wants none leases none, with or without a card", async () => {
  const { networks, orders } = networksOf(undefined);
  for (const devices of [STANDARD_DEVICES, UNRECORDED_DEVICES])
    for (const network of [undefined, { ...NETNS, mode: "none" } as const])
      expect(await leaseNetwork(networks, sourceOf(devices, network), id, { signal })).toBeUndefined();
  expect(orders).toEqual([]);
});

test("one that wants a network leases it by its id, if its snapshot has a card", async () => {
  const { networks, orders } = networksOf(undefined);
  expect(await leaseNetwork(networks, sourceOf(STANDARD_DEVICES, NETNS), id, { signal })).toBe(LEASE);
  expect(orders).toEqual([{ ...NETNS, sandboxId: id, tenant: "shop" }]);
  await expect(
    leaseNetwork(networks, sourceOf(UNRECORDED_DEVICES, NETNS), id, { signal }),
  ).rejects.toMatchObject({ code: "snapshot_without_card", details: { tag: "py" } });
  expect(orders).toHaveLength(1);
});

test("one that is taken over is not, where the network that it had is gone", async () => {
  const { networks } = networksOf(undefined);
  const record = { id, tenant: null, network: { ...NETNS, link: null } };
  const plain = { ...record, network: { ...record.network, mode: "none" as const } };
  await expect(adoptNetwork(networks, record, { signal })).rejects.toThrow("is gone");
  expect(await adoptNetwork(networks, plain, { signal })).toBeUndefined();
  expect(await adoptNetwork(networksOf(LEASE).networks, record, { signal })).toBe(LEASE);
});

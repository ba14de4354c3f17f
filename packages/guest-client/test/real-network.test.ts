import { expect, it } from "vitest";
import { TEST_IDENTITY, calm, failureOf } from "./dial.ts";
import { useAgent } from "./use-agent.ts";

const use = useAgent();

const NETWORK = {
  mac: "52:54:00:00:00:02",
  addresses: ["10.42.0.2/24", "fd42::2/64"],
  gateways: ["10.42.0.1", "fd42::1"],
  resolvers: ["10.42.0.1"],
  mtu: 1500,
};

it("a network is taken in a fork, and later, and left", async () => {
  const { reseeded } = await use.agent.fork({ ...TEST_IDENTITY, network: NETWORK }, calm);
  expect(reseeded).toContain("kernel");
  for (const network of [{ ...NETWORK, gateways: [], resolvers: [] }, undefined])
    await expect(use.agent.setNetwork(network, calm)).resolves.toBeUndefined();
});

it.each([
  ["a hardware address that is none", { mac: "52:54:00:00:00" }, "mac"],
  ["one with a part that is no byte", { mac: "52:54:00:00:00:0x" }, "mac"],
  ["an address without a prefix", { addresses: ["10.42.0.2"] }, "addresses"],
  ["a prefix that is longer than its address", { addresses: ["10.42.0.2/33"] }, "addresses"],
  ["a name for a gateway", { gateways: ["gateway"] }, "gateways"],
  ["a resolver with a line of its own", { resolvers: ["10.0.0.1\nsearch x"] }, "resolvers"],
  ["too many addresses", { addresses: Array.from({ length: 17 }, () => "10.42.0.2/24") }, "addresses"],
  ["frames that IPv6 cannot do with", { mtu: 1279 }, "mtu"],
])("%s is refused, and named", async (_, change, field) => {
  const failure = await failureOf(use.agent.setNetwork({ ...NETWORK, ...change }, calm));
  expect(failure).toMatchObject({ code: "guest_refused" });
  expect(failure.message).toContain(`network: ${field} must be`);
});

import { expect, it } from "vitest";
import { TEST_IDENTITY, calm, connectAgent, failureOf } from "../../test/dial.ts";
import { startScriptedAgent } from "../../test/scripted-agent.ts";

const NETWORK = {
  mac: "52:54:00:00:00:02",
  addresses: ["10.42.0.2/24", "fd42::2/64"],
  gateways: ["10.42.0.1"],
  resolvers: ["10.42.0.1"],
  mtu: 1500,
};

/** An agent that takes a fork for one without a network, and knows of none. */
async function startOlderAgent() {
  return await startScriptedAgent((stream, headers) => {
    if (headers[":path"] === "/fork") {
      const realtime = String(BigInt(Date.now()) * 1_000_000n);
      return stream.end(JSON.stringify({ realtime_ns: realtime, reseeded: ["kernel"], hooks: [] }));
    }
    stream.respond({ ":status": 404 });
    return stream.end(JSON.stringify({ code: "not_found", message: "there is no such request" }));
  });
}

it("an older agent that is to join a network is told to be older, in a fork and later", async () => {
  await using older = await startOlderAgent();
  await using agent = await connectAgent(older);
  const forked = await failureOf(agent.fork({ ...TEST_IDENTITY, network: NETWORK }, calm));
  expect(forked).toMatchObject({ code: "agent_outdated" });
  expect(forked.message).toContain("join a network");
  expect(await failureOf(agent.setNetwork(NETWORK, calm))).toMatchObject({ code: "agent_outdated" });
});

it("an older agent forks without a network", async () => {
  await using older = await startOlderAgent();
  await using agent = await connectAgent(older);
  expect(await failureOf(agent.fork(TEST_IDENTITY, calm))).not.toMatchObject({ code: "agent_outdated" });
});

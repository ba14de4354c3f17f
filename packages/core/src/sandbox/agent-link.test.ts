import { expect, test } from "vitest";
import type { Machine } from "../ports/engine.ts";
import type { GuestAgent } from "../ports/guest.ts";
import type { GuestNetwork } from "../ports/network.ts";
import { AgentLink } from "./agent-link.ts";
import type { AgentLinkPorts } from "./agent-link.ts";

const NETWORK = { mac: "52:54:00:00:00:02" } as GuestNetwork;
const { signal } = new AbortController();

/** A link to a guest whose agent does what `join` does when it is to join a network. */
function linkTo(join: () => Promise<void>) {
  const told: string[] = [];
  const agent = {
    closed: new Promise<void>(() => {}),
    setNetwork: async ({ mac }: GuestNetwork) => {
      told.push(mac);
      await join();
    },
    wake: () => Promise.resolve(void told.push("wake")),
    [Symbol.asyncDispose]: () => Promise.resolve(void told.push("closed")),
  } as unknown as GuestAgent;
  const machine = { openAgentStream: () => Promise.resolve({}) } as unknown as Machine;
  const ports = { connector: { connect: () => Promise.resolve(agent) } } as unknown as AgentLinkPorts;
  return { link: new AgentLink(machine, undefined, ports), told };
}

test("a guest that was revived joins its network before it is asked for anything, once", async () => {
  const { link, told } = linkTo(() => Promise.resolve());
  link.joinFirst(NETWORK);
  await link.catchUp();
  await link.catchUp();
  expect(told).toEqual([NETWORK.mac, "wake", "wake"]);
});

test("one that cannot join is not asked, and tried again", async () => {
  const failure = new Error("no card");
  let tries = 0;
  const { link, told } = linkTo(() => (tries++ === 0 ? Promise.reject(failure) : Promise.resolve()));
  link.joinFirst(NETWORK);
  await expect(link.connect({ signal })).rejects.toBe(failure);
  expect(told).toEqual([NETWORK.mac, "closed"]);
  await link.catchUp();
  expect(told.slice(2)).toEqual([NETWORK.mac, "wake"]);
});

test("one that was taken over stays in its network", async () => {
  const { link, told } = linkTo(() => Promise.resolve());
  await link.catchUp();
  expect(told).toEqual(["wake"]);
});

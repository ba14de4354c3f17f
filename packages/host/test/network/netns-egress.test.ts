import { connect, createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { once } from "node:events";
import { execFileSync } from "node:child_process";
import { NEVER } from "@forkd/core";
import type { EgressPolicy } from "@forkd/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { GATEWAY_4, GUEST_4 } from "../../src/network/address-plan.ts";
import { enterNetwork } from "./enter-network.ts";
import { hasNamespaces } from "./fake-guest.ts";
import { TestNetworks } from "./test-networks.ts";
import type { World } from "./world.ts";
import { METADATA, OTHER_PUBLIC, PORT, PRIVATE, PUBLIC, WORLD_TIMEOUT_MS, openWorld } from "./world.ts";

const options = { signal: NEVER };

describe.runIf(hasNamespaces)("what a guest in a network namespace reaches", () => {
  const stack = new AsyncDisposableStack();
  let all: TestNetworks;
  let world: World;

  beforeAll(async () => {
    all = stack.use(await TestNetworks.create(2));
    world = stack.use(await openWorld());
  }, WORLD_TIMEOUT_MS);
  afterAll(() => stack.disposeAsync());

  const enter = (name: string, egress?: EgressPolicy) => enterNetwork(all, name, egress);

  /** A server on every address of the host, both families. */
  async function listenOnHost() {
    const peers: string[] = [];
    const server = createServer((socket) => {
      peers.push(socket.remoteAddress ?? "");
      socket.destroy();
    }).listen(0, "::");
    await once(server, "listening");
    return {
      port: (server.address() as AddressInfo).port,
      peers,
      [Symbol.dispose]: () => void server.close(),
    };
  }

  test("nothing by default, and hears so at once", async () => {
    await using one = await enter("a");
    for (const address of [PUBLIC, PRIVATE, METADATA])
      expect(one.guest.connect(address, PORT)).toBe("refused");
    expect(one.guest.connect("2600::77", PORT)).toBe("refused");
  });

  test("what is public where that is allowed, and nothing private nor the metadata of a cloud", async () => {
    await using one = await enter("b", "allow");
    expect(one.guest.connect(PUBLIC, PORT)).toBe("connected");
    for (const address of [PRIVATE, METADATA, "fd00:ec2::254", "fd12::1", "2002:a00:1::1"])
      expect([address, one.guest.connect(address, PORT)]).toEqual([address, "refused"]);
  });

  test("the networks of a list alone; a private one where it is named as such", async () => {
    await using one = await enter("c", [PUBLIC, "172.31.0.0/16"]);
    expect(one.guest.connect(PUBLIC, PORT)).toBe("connected");
    expect(one.guest.connect(PRIVATE, PORT)).toBe("connected");
    expect(one.guest.connect(OTHER_PUBLIC, PORT)).toBe("refused");
    await one.lease.setEgress(["0.0.0.0/0"], options);
    expect(one.guest.connect(OTHER_PUBLIC, PORT)).toBe("connected");
    expect(one.guest.connect(PRIVATE, PORT)).toBe("refused");
  });

  test("the host only where one of its addresses is named", async () => {
    await using one = await enter("d", "allow");
    using server = await listenOnHost();
    const host = one.lease.address?.replace(/\d+$/, (last) => String(Number(last) - 1)) ?? "";
    const own = execFileSync("hostname", ["-I"], { encoding: "utf8" }).split(" ")[0] ?? "";
    for (const address of [host, own, GATEWAY_4])
      expect(one.guest.connect(address, server.port)).not.toBe("connected");
    expect(server.peers).toEqual([]);
    await one.lease.setEgress([own], options);
    expect(one.guest.connect(own, server.port)).toBe("connected");
    await one.lease.setEgress("allow", options);
    expect(one.guest.connect(own, server.port)).toBe("refused");
  });

  test("no sibling, unless it is named", async () => {
    await using one = await enter("e", "allow");
    await using other = await enter("f");
    const address = other.lease.address ?? "";
    using _server = await other.guest.listen(PORT);
    expect(one.guest.connect(address, PORT)).toBe("refused");
    expect(other.guest.connect(one.lease.address ?? "", PORT)).toBe("refused");
    await one.lease.setEgress([address], options);
    expect(one.guest.connect(address, PORT)).toBe("connected");
  });

  test("nothing by addresses that are not its own", async () => {
    await using one = await enter("g", "allow");
    one.guest.ip("addr add 10.42.0.9/24 dev eth0");
    one.guest.send(PUBLIC, PORT, "10.42.0.9", GUEST_4);
    expect(await world.nextDatagram()).toBe(GUEST_4);
    one.guest.ip("link set eth0 address 02:00:00:00:00:09");
    expect(one.guest.connect(PUBLIC, PORT)).toBe("silent");
    expect(one.guest.listNeighbours()).not.toMatch(/10\.42\.0\.9|02:00:00:00:00:09/);
  });

  test("no more what is closed while it is connected there", async () => {
    await using one = await enter("j", "allow");
    const talk = one.guest.open(PUBLIC, PORT);
    talk.stdin.write("one\n");
    expect(String((await once(talk.stdout, "data"))[0])).toBe("one\n");
    await one.lease.setEgress("deny", options);
    talk.stdin.write("two\n");
    expect(String((await once(talk.stdout, "data"))[0])).toBe("ECONNRESET");
  });

  test("its gateway also when it claims to be that itself", async () => {
    await using one = await enter("h", "allow");
    one.guest.ip("addr add 10.42.0.1/32 dev eth0");
    one.guest.ip("addr del 10.42.0.1/32 dev eth0");
    expect(one.guest.connect(PUBLIC, PORT)).toBe("connected");
    expect(one.guest.listNeighbours()).not.toContain("10.42.0.1 ");
  });

  test("and is reached by the host at its address, whatever it may reach itself", async () => {
    await using one = await enter("i");
    using _server = await one.guest.listen(PORT);
    const socket = connect(PORT, one.lease.address ?? "");
    expect(String(await once(socket, "data"))).toBe("hello");
  });
});

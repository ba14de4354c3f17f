import { createGuestConnector } from "@forkd/guest-client";
import type { CardBackend, ForkIdentity, GuestNetwork, Machine } from "@forkd/core";
import type { FrozenMachine } from "@forkd/core/testing/rig";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CaptureScene } from "./capture-fixture.ts";
import { runInGuest, soon } from "./fixture.ts";
import { ASK, canMakeNetworks, GATEWAY, GUEST, HELD_PORT, TapNetwork } from "./tap-network.ts";

const NETWORK: GuestNetwork = {
  mac: "52:54:00:00:00:01",
  addresses: [`${GUEST}/24`, "fd42::2/64"],
  gateways: [GATEWAY, "fd42::1"],
  resolvers: [GATEWAY],
  mtu: 1400,
};

const IDENTITY: ForkIdentity = {
  sandboxId: "sb_0123456789abcdef",
  childIndex: 0,
  hostname: "child",
  machineId: "0".repeat(32),
  env: {},
  args: [],
  files: [],
};

/** Connects, says so, and writes down how its connection ended. */
const HOLD = `python3 - >/run/held 2>&1 <<'END' &
import socket
held = socket.create_connection(("${GATEWAY}", ${HELD_PORT}), 20)
print("connected", flush=True)
try:
    print(held.recv(1))
except OSError as error:
    print(type(error).__name__, flush=True)
END
until grep -q connected /run/held; do sleep 0.1; done`;

/** What is left of it, once it ended: it does so by itself, or never. */
const HELD = "for i in $(seq 200); do grep -q Error /run/held && break; sleep 0.1; done; tail -n 1 /run/held";

const LOOK = [
  "cat /sys/class/net/eth0/address /sys/class/net/eth0/mtu /etc/resolv.conf",
  'awk \'$1 ~ /^0+$/ && $2 == "00" && $10 == "eth0" { print $5 }\' /proc/net/ipv6_route',
  "awk '$2 == \"00000000\" { print $3 }' /proc/net/route",
].join("\n");

describe.runIf(canMakeNetworks())("a child that is to be in a network", () => {
  const stack = new AsyncDisposableStack();
  let scene: CaptureScene;
  let networks: readonly TapNetwork[] = [];
  let frozen: FrozenMachine;

  beforeAll(async () => {
    scene = stack.use(await CaptureScene.create());
    networks = await Promise.all([0, 1].map((index) => TapNetwork.create(index)));
    for (const network of networks) stack.use(network);
  });

  afterAll(() => stack.disposeAsync());

  async function fork(from: FrozenMachine, card: CardBackend, network?: GuestNetwork): Promise<Machine> {
    const machine = await scene.engine.restore({ ...(await scene.describe(from)), card }, soon());
    const identity = { ...IDENTITY, network };
    const { agent } = await createGuestConnector().connectAndFork(
      await machine.openAgentStream(soon()),
      identity,
      soon(),
    );
    await agent[Symbol.asyncDispose]();
    return machine;
  }

  it("is in it before its first request", async () => {
    const [one] = networks as [TapNetwork];
    await using parent = await fork(scene.base, one.card, NETWORK);
    await expect(runInGuest(parent, ASK)).resolves.toBe(one.name);
    const seen = await runInGuest(parent, LOOK);
    expect(seen.split("\n")).toEqual(
      expect.arrayContaining([
        NETWORK.mac,
        "1400",
        `nameserver ${GATEWAY}`,
        "01002A0A",
        "fd420000000000000000000000000001",
      ]),
    );
    await runInGuest(parent, HOLD);
    const spec = scene.spec("full");
    await parent.capture(spec, soon());
    const { memoryPath, deviceStatePath, diskPath } = spec;
    frozen = { memoryPath, deviceStatePath, layers: [...scene.base.layers, diskPath] };
  });

  it("has another one than its parent, whose connections are reset", async () => {
    const [, two] = networks as [TapNetwork, TapNetwork];
    await using child = await fork(frozen, two.card, { ...NETWORK, mac: "52:54:00:00:00:02" });
    await expect(runInGuest(child, HELD)).resolves.toMatch(/^Connection(Aborted|Reset)Error$/);
    await expect(runInGuest(child, ASK)).resolves.toBe(two.name);
    await expect(runInGuest(child, "cat /sys/class/net/eth0/address")).resolves.toBe("52:54:00:00:00:02");
  });

  it("has none where it is to have none, whose parent's connections are reset too", async () => {
    await using child = await fork(frozen, { kind: "none" });
    await expect(runInGuest(child, HELD)).resolves.toMatch(/^Connection(Aborted|Reset)Error$/);
    await expect(runInGuest(child, "cat /sys/class/net/eth0/operstate /proc/net/route")).resolves.toMatch(
      /^down\nIface[^\n]*$/,
    );
  });
});

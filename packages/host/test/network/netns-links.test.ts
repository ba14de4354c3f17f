import { execFileSync } from "node:child_process";
import { NEVER } from "@forkd/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { GUEST_4 } from "../../src/network/address-plan.ts";
import { MEMBERS } from "../../src/network/links/link-plan.ts";
import { receive, sendFrom } from "./datagrams.ts";
import { enterNetwork } from "./enter-network.ts";
import type { NetworkedGuest } from "./enter-network.ts";
import { hasNamespaces } from "./fake-guest.ts";
import { leaseUntilKilled } from "./lease-until-killed.ts";
import { openNames } from "./name-world.ts";
import type { NameWorld } from "./name-world.ts";
import { TestNetworks, orderOf } from "./test-networks.ts";
import { listOurs } from "./what-is-there.ts";

const PORT = 7777;
const UNKNOWN = "ENOTFOUND";
const options = { signal: NEVER };
const SHOP = { link: "shop" };

describe.runIf(hasNamespaces)("sandboxes that are linked", () => {
  const stack = new AsyncDisposableStack();
  let all: TestNetworks;
  let names: NameWorld;

  beforeAll(async () => {
    names = stack.use(await openNames({ "one.example": ["203.0.113.77"], "two.example": ["10.9.8.7"] }));
    all = stack.use(await TestNetworks.create(0, [names.server]));
    for (const [id, name] of [
      ["sb_web", "web"],
      ["sb_db", "Db"],
      ["sb_dotted", "db.v2"],
    ] as const)
      all.names.set(id, name);
  });
  afterAll(() => stack.disposeAsync());

  const enter = (...order: Parameters<typeof orderOf>) => enterNetwork(all, ...order);
  const addressOf = ({ lease }: NetworkedGuest): string => lease.linkAddress ?? "";

  test("reach each other and themselves by address and by name, and nothing else", async () => {
    await using web = await enter("web", "deny", SHOP);
    await using db = await enter("db", "deny", SHOP);
    await using dotted = await enter("dotted", "deny", SHOP);
    using _one = await web.guest.listen(PORT);
    using _other = await db.guest.listen(PORT);
    expect(web.guest.connect(addressOf(db), PORT)).toBe("connected");
    expect(db.guest.connect(addressOf(web), PORT)).toBe("connected");
    expect(web.guest.connect(addressOf(web), PORT)).toBe("connected");
    expect(web.guest.connect("10.9.8.7", PORT)).toBe("refused");
    const asked = ["db", "DB", "sb_db", "sb-db", "db.SHOP.forkd.internal", "web"];
    const found = asked.map((name) => [addressOf(name === "web" ? web : db)]);
    expect(await web.guest.ask("A", ...asked)).toEqual(found);
    expect(await web.guest.ask("A", "db.v2.shop.forkd.internal")).toEqual([[addressOf(dotted)]]);
    expect(await web.guest.ask("AAAA", "db")).toEqual(["ENODATA"]);
    expect(await web.guest.ask("A", "db.v2", "nobody", "db.other.forkd.internal")).toEqual(
      Array(3).fill(UNKNOWN),
    );
  });

  test("are met by nobody of another group, nor of another tenant's of that name, nor of none", async () => {
    await using db = await enter("db", "deny", SHOP);
    await using sibling = await enter("web", "deny", SHOP);
    using _server = await db.guest.listen(PORT);
    expect(sibling.guest.connect(addressOf(db), PORT)).toBe("connected");
    await using other = await enter("other", "allow", { link: "other" });
    await using stranger = await enter("stranger", "allow", { ...SHOP, tenant: "acme" });
    await using alone = await enter("alone", ["10.42.1.0/24"]);
    for (const one of [other, stranger]) expect(one.guest.connect(addressOf(db), PORT)).not.toBe("connected");
    using heard = await receive(db.guest.name, PORT);
    for (const one of [other, stranger, alone, sibling]) one.guest.send(addressOf(db), PORT, GUEST_4);
    expect(await heard.next()).toBe(`${GUEST_4} from ${addressOf(sibling)}`);
    for (const one of [other, stranger])
      expect(await one.guest.ask("A", "db", "sb_db", "db.shop.forkd.internal")).toEqual(
        Array(3).fill(UNKNOWN),
      );
    expect(alone.lease.linkAddress).toBeUndefined();
  });

  test("are taken for themselves alone, by their namespace and by their group", async () => {
    await using web = await enter("web", "deny", SHOP);
    await using db = await enter("db", "deny", SHOP);
    using heard = await receive(db.guest.name, PORT);
    web.guest.ip("addr add 10.42.0.9/24 dev eth0", "addr add 10.42.1.9/32 dev eth0");
    web.guest.send(addressOf(db), PORT, "10.42.0.9", "10.42.1.9", GUEST_4);
    expect(await heard.next()).toBe(`${GUEST_4} from ${addressOf(web)}`);
    const netns = web.lease.netns ?? "";
    execFileSync("ip", ["-n", netns, "addr", "add", "10.42.1.9/32", "dev", "forkd-link0"]);
    execFileSync("ip", ["netns", "exec", netns, "nft", "flush", "chain", "inet", "forkd", "lead_out"]);
    sendFrom(netns, addressOf(db), PORT, "10.42.1.9", addressOf(web));
    expect(await heard.next()).toBe(`${addressOf(web)} from ${addressOf(web)}`);
  });

  test("may be name servers for each other", async () => {
    await using web = await enter("web", "deny", SHOP);
    await using db = await enter("db", "deny", SHOP);
    using heard = await receive(db.guest.name, 53);
    web.guest.send(addressOf(db), 53, GUEST_4);
    expect(await heard.next()).toBe(`${GUEST_4} from ${addressOf(web)}`);
  });

  test("have names of the world looked up as their policy says, and never a sibling's", async () => {
    await using web = await enter("web", "allow", SHOP);
    names.asked.length = 0;
    const ours = [
      "nobody",
      "sb_gone",
      "gone.shop.forkd.internal",
      "forkd.internal",
      "1.1.42.10.in-addr.arpa",
    ];
    expect(await web.guest.ask("A", ...ours)).toEqual(ours.map(() => UNKNOWN));
    expect(names.asked).toEqual([]);
    expect(await web.guest.ask("A", "two.example", "three.example")).toEqual([["10.9.8.7"], UNKNOWN]);
    await web.lease.setEgress(["one.example"], options);
    expect(await web.guest.ask("A", "one.example", "two.example", "web")).toEqual([
      ["203.0.113.77"],
      UNKNOWN,
      [addressOf(web)],
    ]);
    await web.lease.setEgress("deny", options);
    names.asked.length = 0;
    expect(await web.guest.ask("A", "one.example", "web")).toEqual([UNKNOWN, [addressOf(web)]]);
    expect(names.asked).toEqual([]);
  });

  test("come and go, and have the same address again", async () => {
    await using web = await enter("web", "deny", SHOP);
    const db = await enter("db", "deny", SHOP);
    const address = addressOf(db);
    await db[Symbol.asyncDispose]();
    expect(await web.guest.ask("A", "db")).toEqual([UNKNOWN]);
    expect(web.guest.connect(address, PORT)).not.toBe("connected");
    await using again = await enter("db", "deny", SHOP);
    using _server = await again.guest.listen(PORT);
    expect(addressOf(again)).toBe(address);
    expect(await web.guest.ask("A", "db")).toEqual([[address]]);
    expect(web.guest.connect(address, PORT)).toBe("connected");
  });

  test("stay so for the next daemon, which removes what nobody has", async () => {
    await using own = await TestNetworks.create();
    own.names.set("sb_b", "b");
    await using a = await enterNetwork(own, "a", "deny", SHOP);
    const b = await own.lease("b", "deny", SHOP);
    await own.lease("dead", "deny", SHOP);
    await own.lease("gone", "deny", { link: "gone" });
    await using next = own.open();
    await next.removeStale(new Set(["sb_a", "sb_b"]));
    const adopted = await Promise.all(["a", "b"].map((id) => next.adopt(orderOf(id, "deny", SHOP), options)));
    expect(adopted.map((lease) => lease?.linkAddress)).toEqual([a.lease.linkAddress, b.linkAddress]);
    expect(await a.guest.ask("A", "b", "sb_dead")).toEqual([[b.linkAddress], UNKNOWN]);
    await using joined = await next.lease(orderOf("c", "deny", SHOP), options);
    expect(await a.guest.ask("A", "sb_c")).toEqual([[joined.linkAddress]]);
    for (const lease of [joined, ...adopted]) await lease?.[Symbol.asyncDispose]();
    expect(listOurs(own.dataDir)).toEqual([]);
  });

  test("are as many as a group has room for, and one more changes nothing", async () => {
    await using own = await TestNetworks.create();
    const first = await own.lease("first", "deny", { link: "full" });
    const hub = execFileSync("sh", ["-c", `ls -l /run/forkd-netns | grep '${own.dataDir}/links/'`]);
    const [name = ""] = /forkd-group-\d+/.exec(String(hub)) ?? [];
    const others = MEMBERS.filter(({ address }) => address !== first.linkAddress);
    const batch = (lines: readonly string[]) =>
      execFileSync("ip", ["-n", name, "-batch", "-"], { input: lines.join("\n") });
    batch(others.map(({ hubLink, member }) => `link add ${hubLink} type veth peer name taken-${member}`));
    await expect(own.lease("more", "deny", { link: "full" })).rejects.toMatchObject({
      code: "out_of_resources",
    });
    expect(await own.networks.list()).toEqual([{ name: first.netns, sandboxId: "sb_first" }]);
    batch(others.map(({ hubLink }) => `link del ${hubLink}`));
    await first[Symbol.asyncDispose]();
    expect(listOurs(own.dataDir)).toEqual([]);
  });

  const STEPS = [7, 8, 9, 11, 12, 13, 14, 15, 16, 17, 18];
  test("leave nothing of a daemon that is killed at any of their steps", async () => {
    await using own = await TestNetworks.create();
    const outcomes: (string | null)[] = [];
    for (const step of STEPS) {
      outcomes.push(await leaseUntilKilled(own.dataDir, step, "shop"));
      await own.open().removeStale(new Set());
      expect([step, listOurs(own.dataDir)]).toEqual([step, []]);
    }
    expect(outcomes).toEqual(STEPS.map(() => "SIGKILL"));
  }, 300_000);
});

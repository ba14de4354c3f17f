import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { networkInterfaces } from "node:os";
import { NEVER } from "@forkd/core";
import type { EgressPolicy } from "@forkd/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { enterNetwork } from "./enter-network.ts";
import { hasNamespaces } from "./fake-guest.ts";
import { ASK, openNames } from "./name-world.ts";
import type { NameWorld } from "./name-world.ts";
import { TestNetworks, orderOf } from "./test-networks.ts";
import { METADATA, OTHER_PUBLIC, PORT, PRIVATE, PUBLIC, WORLD_TIMEOUT_MS, openWorld } from "./world.ts";

const options = { signal: NEVER };
const own = Object.values(networkInterfaces())
  .flatMap((of) => of ?? [])
  .find(({ internal, family }) => !internal && family === "IPv4")?.address;
const ZONE = {
  "one.example": [PUBLIC],
  "two.example": [OTHER_PUBLIC],
  "both.example": [PUBLIC, PRIVATE],
  "a.b.wild.example": [OTHER_PUBLIC],
  "wild.example": [PUBLIC],
  "six.example": ["2001:db8::77"],
  "bound.example": [PRIVATE, METADATA, "127.0.0.1", "10.43.0.2", own ?? "10.0.0.1", "fd00:ec2::254"],
  "many.example": Array.from({ length: 40 }, (_, index) => `203.0.113.${index}`),
};

describe.runIf(hasNamespaces)("names in the policy of a network namespace", () => {
  const stack = new AsyncDisposableStack();
  let all: TestNetworks;
  let names: NameWorld;

  beforeAll(async () => {
    stack.use(await openWorld());
    names = stack.use(await openNames(ZONE));
    all = stack.use(await TestNetworks.create(2, [names.server]));
  }, WORLD_TIMEOUT_MS);
  afterAll(() => stack.disposeAsync());

  const enter = (name: string, egress: EgressPolicy) => enterNetwork(all, name, egress);

  const nft = (netns: string | undefined, ...words: string[]): string =>
    execFileSync("ip", ["netns", "exec", netns ?? "", "nft", ...words], { encoding: "utf8" });

  test("open the addresses that they turn out to have, and no others", async () => {
    await using one = await enter("a", ["One.example"]);
    expect(one.guest.connect(PUBLIC, PORT)).toBe("refused");
    expect(await one.guest.ask("A", "one.EXAMPLE")).toEqual([[PUBLIC]]);
    expect(one.guest.connect(PUBLIC, PORT)).toBe("connected");
    expect(one.guest.connect(OTHER_PUBLIC, PORT)).toBe("refused");
  });

  test("are the only ones that are answered, and by no name server else", async () => {
    await using one = await enter("b", ["one.example", PRIVATE]);
    names.asked.length = 0;
    expect(await one.guest.ask("A", "two.example", "x.one.example", "nothing.one.example")).toEqual(
      Array(3).fill("ENOTFOUND"),
    );
    expect(await one.guest.ask("TXT", "one.example")).toEqual(["ENODATA"]);
    expect(names.asked).toEqual([]);
    expect(one.guest.connect("192.0.2.53", 53)).toBe("refused");
    expect(one.guest.connect(PRIVATE, PORT)).toBe("connected");
    await one.lease.setEgress(["gone.example"], options);
    expect(await one.guest.ask("A", "gone.example")).toEqual(["ENOTFOUND"]);
    expect(names.asked).toEqual(["gone.example"]);
  });

  test("may have a star for all that is below", async () => {
    await using one = await enter("c", ["*.wild.example"]);
    expect(await one.guest.ask("A", "a.b.wild.example", "wild.example")).toEqual([
      [OTHER_PUBLIC],
      "ENOTFOUND",
    ]);
    expect(one.guest.connect(OTHER_PUBLIC, PORT)).toBe("connected");
  });

  test("open nothing private, nor the host, nor the metadata of a cloud, whatever their owner says", async () => {
    await using one = await enter("d", ["bound.example", "both.example"]);
    expect(await one.guest.ask("A", "bound.example")).toEqual(["ENODATA"]);
    expect(await one.guest.ask("AAAA", "bound.example")).toEqual(["ENODATA"]);
    expect(await one.guest.ask("A", "both.example")).toEqual([[PUBLIC]]);
    for (const address of [PRIVATE, METADATA]) expect(one.guest.connect(address, PORT)).toBe("refused");
    await one.lease.setEgress(["both.example", "172.31.0.0/16"], options);
    expect(await one.guest.ask("A", "both.example")).toEqual([[PRIVATE, PUBLIC]]);
    expect(one.guest.connect(PRIVATE, PORT)).toBe("connected");
  });

  test("have addresses of IPv6, and many", async () => {
    await using one = await enter("e", ["six.example", "many.example"]);
    expect(await one.guest.ask("AAAA", "six.example")).toEqual([["2001:db8::77"]]);
    const asked = await one.guest.run(ASK, "[2001:db8::53]:53", "AAAA", "six.example");
    expect(asked).toBe('[["2001:db8::77"]]');
    const [many] = (await one.guest.ask("A", "many.example")) as string[][];
    expect(many?.length).toBeGreaterThan(10);
    const rules = nft(one.lease.netns, "list", "table", "inet", "forkd");
    for (const address of ["2001:db8::77", ...(many ?? [])]) expect(rules).toContain(`${address} timeout`);
  });

  test("close with the policy, and with them what is connected, but not what another name opened", async () => {
    await using one = await enter("f", ["one.example", "two.example"]);
    await one.guest.ask("A", "one.example", "two.example");
    const dropped = one.guest.open(PUBLIC, PORT);
    const kept = one.guest.open(OTHER_PUBLIC, PORT);
    for (const talk of [dropped, kept]) {
      talk.stdin.write("one");
      expect(String((await once(talk.stdout, "data"))[0])).toBe("one");
    }
    await one.lease.setEgress(["two.example", "*.wild.example"], options);
    const heard = Promise.all([dropped, kept].map(({ stdout }) => once(stdout, "data")));
    for (const talk of [dropped, kept]) talk.stdin.write("two");
    expect((await heard).map(String)).toEqual(["ECONNRESET", "two"]);
    kept.kill();
    expect(one.guest.connect(PUBLIC, PORT)).toBe("refused");
    expect(one.guest.connect(OTHER_PUBLIC, PORT)).toBe("connected");
    await one.lease.setEgress(["one.example"], options);
    expect(one.guest.connect(PUBLIC, PORT)).toBe("refused");
    expect(await one.guest.ask("A", "one.example")).toEqual([[PUBLIC]]);
    expect(one.guest.connect(PUBLIC, PORT)).toBe("connected");
  });

  test("keep what is connected when their addresses are forgotten, which are open for a while", async () => {
    await using one = await enter("g", ["one.example"]);
    await one.guest.ask("A", "one.example");
    const talk = one.guest.open(PUBLIC, PORT);
    talk.stdin.write("one");
    expect(String((await once(talk.stdout, "data"))[0])).toBe("one");
    const rules = nft(one.lease.netns, "list", "table", "inet", "forkd");
    expect(rules).toContain(`${PUBLIC} timeout 6m`);
    const set = /set (name_[0-9a-f]+_4) \{[^}]*timeout 6m/.exec(rules)?.[1] ?? "";
    nft(one.lease.netns, "flush", "set", "inet", "forkd", set);
    expect(one.guest.connect(PUBLIC, PORT)).toBe("refused");
    talk.stdin.write("two");
    expect(String((await once(talk.stdout, "data"))[0])).toBe("two");
    talk.kill();
  });

  test("are answered by the next daemon, too", async () => {
    await using one = await enter("h", ["one.example", "two.example"]);
    await one.guest.ask("A", "one.example");
    const next = all.open();
    const adopted = await next.adopt(orderOf("h", ["one.example", "two.example"]), options);
    expect(one.guest.connect(PUBLIC, PORT)).toBe("connected");
    expect(await one.guest.ask("A", "two.example")).toEqual([[OTHER_PUBLIC]]);
    expect(one.guest.connect(OTHER_PUBLIC, PORT)).toBe("connected");
    await adopted?.[Symbol.asyncDispose]();
  });

  test("are asked for no faster than a host bears, and what is no question is not answered", async () => {
    await using one = await enter("i", ["one.example"]);
    const script = `
const socket = require("node:dgram").createSocket("udp4");
let answers = 0;
socket.on("message", () => (answers += 1));
const questions = Array.from({ length: 4000 }, (_, index) => {
  const label = "n" + index;
  const name = [label, "flood", "example"].map((part) => String.fromCharCode(part.length) + part).join("");
  return Buffer.from("\\0\\x01\\x01\\0\\0\\x01\\0\\0\\0\\0\\0\\0" + name + "\\0\\0\\x01\\0\\x01", "latin1");
});
const odd = [Buffer.alloc(0), Buffer.alloc(11), Buffer.alloc(600, 0xff), Buffer.alloc(1400, 1)];
const left = [...odd, ...questions];
const timer = setInterval(() => {
  for (const message of left.splice(0, 60)) socket.send(message, 53, "192.0.2.53");
  if (left.length === 0) setTimeout(() => { console.log(answers); process.exit(); }, 200, clearInterval(timer));
}, 20);
`;
    const answered = Number(await one.guest.run(script));
    expect(answered).toBeGreaterThan(100);
    expect(answered).toBeLessThan(1500);
    await expect.poll(() => one.guest.ask("A", "one.example")).toEqual([[PUBLIC]]);
  });
});

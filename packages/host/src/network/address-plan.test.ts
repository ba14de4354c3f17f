import { expect, test } from "vitest";
import { MAX_NAMESPACES, planNamespace } from "./address-plan.ts";
import { parseRange } from "./address-range.ts";
import { CHILD_KIND, GROUP_KIND, indexOfName } from "./namespace-kinds.ts";
import { findUse } from "./transit-range.ts";
import { listResolvers } from "./resolvers.ts";

const range = parseRange("10.43.0.0/16");

test("gives each namespace names and addresses that no other has, past 254 of them", () => {
  expect(planNamespace(300, range)).toEqual({
    index: 300,
    name: "forkd-child-300",
    hostLink: "forkd-v-300h",
    host4: "10.43.2.88",
    inside4: "10.43.2.89",
    host6: "fd66:6f72:6b64:43::258",
    inside6: "fd66:6f72:6b64:43::259",
  });
  const last = planNamespace(MAX_NAMESPACES, range);
  expect([last.inside4, last.hostLink.length <= 15]).toEqual(["10.43.255.255", true]);
});

test("knows its own names", () => {
  const names = ["forkd-child-7", "forkd-child-07", "forkd-child-0", "forkd-child-32768", "forkd-child-7x"];
  expect(names.map((name) => indexOfName(CHILD_KIND, name))).toEqual([7, ...Array<undefined>(4)]);
  expect(indexOfName(GROUP_KIND, "forkd-group-4096")).toBe(4096);
  expect(indexOfName(GROUP_KIND, "forkd-child-7")).toBeUndefined();
});

test("takes no range that a route of somebody else leads into", () => {
  const routes = [
    { dst: "default", dev: "eth0" },
    { dst: "10.43.0.2/31", dev: "forkd-v-1h" },
    { dst: "10.0.0.0/8", dev: "vpn0" },
    { dst: "10.44.0.1", dev: "wg0" },
  ];
  expect(findUse(range, routes)?.dev).toBe("vpn0");
  expect(findUse(range, routes.slice(0, 2))).toBeUndefined();
  expect(findUse(parseRange("10.44.0.0/16"), routes.slice(3))?.dev).toBe("wg0");
});

test("sends guests to name servers that they can reach", () => {
  const text =
    "# nameserver 9.9.9.9\nnameserver 127.0.0.53\nnameserver fe80::1%eth0\nnameserver 10.1.1.1\n nameserver 2001:db8::5 # x\nnameserver what\n";
  expect(listResolvers(text)).toEqual(["10.1.1.1", "2001:db8::5"]);
});

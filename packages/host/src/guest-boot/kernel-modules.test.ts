import { expect, test } from "vitest";
import { orderModules, readDependencies, toModuleName } from "./kernel-modules.ts";

test("puts each module after those that it depends on, once, and leaves builtin ones out", async () => {
  const tree: Record<string, string[]> = {
    virtio_ring: ["virtio"],
    virtio: [],
    net_failover: ["failover"],
    failover: [],
    virtio_net: ["net_failover", "virtio"],
  };
  const ordered = await orderModules(["virtio_net", "virtio_ring", "ext4"], async (name) => tree[name]);
  expect(ordered).toEqual(["failover", "net_failover", "virtio", "virtio_net", "virtio_ring"]);
});

test("ends on a circle of modules", async () => {
  expect(await orderModules(["a"], async (name) => (name === "a" ? ["b"] : ["a"]))).toEqual(["b", "a"]);
});

test("reads dependencies out of a module, and none of one without the entry", () => {
  const module = Buffer.from("\x7fELF\0license=GPL\0depends=virtio-ring,virtio\0name=x\0");
  expect(readDependencies(module)).toEqual(["virtio_ring", "virtio"]);
  expect(readDependencies(Buffer.from("\0depends=\0"))).toEqual([]);
  expect(readDependencies(Buffer.from("\x7fELF"))).toEqual([]);
});

test("takes names as the kernel does", () => {
  expect(toModuleName("kernel/drivers/char/hw_random/virtio-rng.ko.xz")).toBe("virtio_rng");
});

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hasNamespaces } from "../../packages/host/test/network/fake-guest.ts";
import { listOurs } from "../../packages/host/test/network/what-is-there.ts";
import { PARENT } from "../harness/parent.ts";
import { TestDaemon } from "../harness/test-daemon.ts";

const RESOLVE = `
import socket, sys
def find(host):
    try:
        return socket.gethostbyname(host)
    except OSError:
        return "unknown"
print(*[find(host) for host in sys.argv[1:]])
`;

describe.runIf(hasNamespaces)("a group that is forked by one call", () => {
  const stack = new AsyncDisposableStack();
  let daemon: TestDaemon;

  beforeAll(async () => {
    daemon = stack.use(await TestDaemon.start({ env: { FORKD_NETNS_POOL: "0" } }));
  });
  afterAll(() => stack.disposeAsync());

  test("has its members in their order, linked to each other by their names", async () => {
    await using group = await daemon.forkd.sandboxes.forkGroup("shop", [
      { name: "db", snapshotTag: PARENT },
      { name: "web", snapshotTag: PARENT, n: 2, egress: "allow" },
    ]);
    expect(group.map(({ info }) => [info.name, info.network])).toEqual([
      ["db", { mode: "netns", egress: "deny", link: "shop" }],
      ["web-0", { mode: "netns", egress: "allow", link: "shop" }],
      ["web-1", { mode: "netns", egress: "allow", link: "shop" }],
    ]);
    const names = ["db", "web-0", "web-1"];
    const addresses = group.map(({ info }) => info.linkAddr).join(" ");
    for (const member of group)
      expect((await member.exec(["python3", "-c", RESOLVE, ...names])).stdout.trim()).toBe(addresses);
  });

  test.each([
    [{ name: "web", snapshotTag: "nothing-is-called-so" }, "snapshot_not_found"],
    [{ name: "db", snapshotTag: PARENT }, "name_taken"],
    [{ name: "web", snapshotTag: PARENT, memoryLimitMib: 1 }, "memory_limit_too_small"],
  ])("is there as a whole or not at all: %o", async (member, code) => {
    const members = [{ name: "db", snapshotTag: PARENT }, member];
    await expect(daemon.forkd.sandboxes.forkGroup("shop", members)).rejects.toMatchObject({ code });
    expect(await daemon.forkd.sandboxes.list({ name: "db" })).toEqual([]);
    expect(listOurs(daemon.dataDir)).toEqual([]);
  });

  test("is not there when whoever asked for it goes away", async () => {
    const leaving = new AbortController();
    const members = [{ name: "db", snapshotTag: PARENT, n: 3 }];
    const group = daemon.forkd.sandboxes.forkGroup("shop", members, {
      signal: leaving.signal,
      onProgress: () => leaving.abort(),
    });
    await expect(group).rejects.toThrow(/abort|cancel/i);
    await expect.poll(() => listOurs(daemon.dataDir)).toEqual([]);
    expect(await daemon.forkd.sandboxes.list()).toEqual([]);
  });
});
